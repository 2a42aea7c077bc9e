"""`pharmacy verify`: every promise of the ledger tried anew, in a finance officer's words."""

import sys

import click

from pharmacy.commands.door import opened, say
from pharmacy.services.verify import CHECK_NAMES, Check, anchors
from pharmacy.services.verify import verify as checks_of
from pharmacy.web.language import gettext, ngettext, speaking
from pharmacy.web.verify_words import CHECKS, figures_words, finding_words

MOST_SHOWN = 10


@click.command()
@click.option("--lang", type=click.Choice(("ar", "en")), default="ar", show_default=True)
def verify(lang: str) -> None:
    """Recompute the ledger from its rows, and name every row that is not right.

    The exit code is 0 only when all is right. The last lines are the ends of the chains of seals:
    kept on paper, they show a ledger that was cut short.
    """
    with opened() as (settings, database), database.reading() as session, speaking(lang):
        checks = checks_of(session, settings.seal_key)
        with click.progressbar(checks, length=len(CHECK_NAMES), file=sys.stderr) as bar:
            found = list(bar)
        for check in found:
            _print(check)
        for anchor in anchors(session):
            click.echo(f"{anchor.chain:>10}  {anchor.sequence:>10,}  {anchor.seal}")
        faults = len([check for check in found if not check.ok])
        if not faults:
            say(gettext("All is right."))
            return
        say(ngettext("One check failed.", "%(num)s checks failed.", faults))
    raise SystemExit(1)


def _print(check: Check) -> None:
    mark = "✓" if check.ok else "✗"
    click.echo(f"{mark} {check.count:>12,}  {gettext(CHECKS[check.name])}")
    for line in figures_words(check):
        click.echo(f"    {line}")
    for finding in check.findings[:MOST_SHOWN]:
        click.echo(f"    {finding_words(finding)}")
    more = check.found - min(len(check.findings), MOST_SHOWN)
    if more > 0:
        click.echo("    " + ngettext("and one more", "and %(num)s more", more))

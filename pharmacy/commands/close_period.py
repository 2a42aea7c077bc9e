"""`pharmacy close-period`: a month verified, sealed and closed for ever."""

import click

from pharmacy.commands.door import actor_for, moment, opened, say
from pharmacy.rules.vocabulary import Role
from pharmacy.services.closing import faults
from pharmacy.services.period import close_period as close


@click.command("close-period")
@click.argument("month", metavar="YYYY-MM")
@click.option("--as", "username", help="Who closes it: a sign-in name, for the audit trail.")
@click.option("--reason", default="", help="Why drawers are left uncounted, where they are.")
def close_period(month: str, username: str | None, reason: str) -> None:
    """Verify the ledger and close a month; no document enters it any more."""
    with opened() as (_, database):
        with database.reading() as session:
            failed = faults(session)
        with database.transaction() as session:
            actor = actor_for(session, Role.FINANCE, username)
            vouchers = close(
                session, month, failed=failed, reason=reason, actor=actor, now=moment()
            )
    say(f"{month} is closed with {vouchers:,} documents.")

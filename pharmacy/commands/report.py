"""`pharmacy report cost`: the cost report of any period, the very one the page shows."""

import sys
from datetime import date
from pathlib import Path

import click

from pharmacy.commands.door import LANGUAGE, moment, opened, say
from pharmacy.errors import PharmacyError
from pharmacy.services.reporting import MOST_DIMENSIONS, CostQuery, Dimension
from pharmacy.services.settings import all_settings
from pharmacy.web.forms.base import parse_day
from pharmacy.web.language import speaking
from pharmacy.web.papers.cost_report import cost_report
from pharmacy.web.refusals import sentence
from reports import cost_report as paper

FORMATS = ("pdf", "xlsx", "csv")


class DayType(click.ParamType[date]):
    """A date as people type it: `2026-03-07` or `07/03/2026`."""

    name = "day"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return the date, or fail in words."""
        if isinstance(value, date):
            return value
        try:
            return parse_day(str(value))
        except PharmacyError as refusal:
            with speaking(LANGUAGE):
                self.fail(sentence(refusal), param, ctx)


class DimensionsType(click.ParamType[tuple[Dimension, ...]]):
    """One or two dimensions with a comma between them."""

    name = "dimensions"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Dimension, ...]:
        """Return the dimensions, or fail naming those there are."""
        words = [word.strip() for word in str(value).split(",")]
        known = [Dimension(word) for word in words if word in set(Dimension)]
        once = len(set(known)) == len(words)
        if not once or not 1 <= len(known) <= MOST_DIMENSIONS:
            self.fail(f"{value}: one or two of {', '.join(Dimension)}", param, ctx)
        return tuple(known)


@click.group()
def report() -> None:
    """Print reports."""


@report.command()
@click.option("--from", "date_from", type=DayType(), required=True, help="First day.")
@click.option("--to", "date_to", type=DayType(), required=True, help="Last day.")
@click.option(
    "--by",
    type=DimensionsType(),
    default="month",
    show_default=True,
    help="month, drug, centre, channel, fund or condition; two with a comma.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="pdf", show_default=True)
@click.option("--lang", type=click.Choice(("ar", "en")), default="ar", show_default=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file; standard output when not given.",
)
def cost(
    *,
    date_from: date,
    date_to: date,
    by: tuple[Dimension, ...],
    form: str,
    lang: str,
    output: Path | None,
) -> None:
    """Print what dispensing cost in a period."""
    query = CostQuery(date_from=date_from, date_to=date_to, by=by)
    with opened() as (settings, database), database.reading() as session:
        figures = cost_report(session, query, language=lang, as_of=moment(), demo=settings.demo)
        digits = all_settings(session)["paper_digits"]
    content = _content(figures, form, lang, digits)
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)
        say(f"{output}: {len(content):,} bytes")


def _content(figures: paper.CostReport, form: str, lang: str, digits: str) -> bytes:
    if form == "pdf":
        return paper.pdf(figures, lang, digits)
    return paper.xlsx(figures, lang) if form == "xlsx" else paper.csv(figures, lang)

"""`pharmacy report NAME`: the reports of any period, the very ones the pages show."""

import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from pharmacy.commands.door import LANGUAGE, actor_for, moment, opened, say
from pharmacy.errors import PharmacyError
from pharmacy.rules.comparison import Compare
from pharmacy.rules.settings import DIGITS
from pharmacy.rules.vocabulary import Channel, Role
from pharmacy.services.cost_dimensions import Dimension
from pharmacy.services.cost_query import CostQuery
from pharmacy.services.report_query import NAMED, TOP_MOST, Filter, id_of
from pharmacy.services.reporting import MOST_DIMENSIONS
from pharmacy.services.request_report import RequestDimension, RequestReportQuery
from pharmacy.services.settings import paper_digits
from pharmacy.services.statement import StatementQuery
from pharmacy.web.documents import FORMS
from pharmacy.web.forms.base import parse_day
from pharmacy.web.language import speaking
from pharmacy.web.papers.cost_report import cost_report
from pharmacy.web.papers.request_report import Told, ranking, request_report
from pharmacy.web.papers.statement import governors_statement
from pharmacy.web.refusals import sentence
from reports import cost_report as paper
from reports import figure_report
from reports import statement as statement_paper

Command = Callable[..., None]


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


def period(command: Command) -> Command:
    """Give a command the period it is about."""
    last = click.option("--to", "date_to", type=DayType(), required=True, help="Last day.")
    first = click.option("--from", "date_from", type=DayType(), required=True, help="First day.")
    return first(last(command))


def file_form(command: Command) -> Command:
    """Give a command the form of its file."""
    return click.option("--format", "form", type=click.Choice(FORMS), default="pdf",
                        show_default=True)(command)  # fmt: skip


def spoken(command: Command) -> Command:
    """Give a command a language, the digits of its paper, and a file."""
    output = click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        help="A file; standard output when not given.",
    )
    language = click.option(
        "--lang", type=click.Choice(("ar", "en")), default="ar", show_default=True
    )
    digits = click.option(
        "--digits", type=click.Choice(DIGITS), help="Of a PDF; by setting when not given."
    )
    return language(digits(output(command)))


def write(content: bytes, output: Path | None) -> None:
    """Write a file, or to standard output."""
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)
        say(f"{output}: {len(content):,} bytes")


_NARROWED = (Filter.SITE, Filter.FUND, Filter.CENTRE, Filter.DRUG, Filter.CONDITION)


def narrowing(command: Command) -> Command:
    """Give a command of dispensing what it may be narrowed to."""
    for one in reversed(_NARROWED):
        command = click.option(f"--{one.value}", help="Only this one, by its code.")(command)
    return command


def _ids(session: Session, codes: Mapping[str, str | None]) -> dict[str, Any]:
    found = {}
    for one in _NARROWED:
        code = codes[one.value]
        if code:
            found[NAMED[one][0]] = id_of(session, one, code)
            if found[NAMED[one][0]] is None:
                raise click.ClickException(f"There is no {one.value} {code}.")
    return found


@report.command()
@period
@click.option(
    "--by",
    type=DimensionsType(),
    default="month",
    show_default=True,
    help=f"One of {', '.join(Dimension)}; two with a comma.",
)
@narrowing
@click.option("--channel", type=click.Choice([one.value for one in Channel]))
@click.option("--top", type=click.IntRange(1, TOP_MOST), help="All others stand together.")
@click.option(
    "--compare", type=click.Choice([one.value for one in Compare]), help="The period beside."
)
@file_form
@spoken
def cost(
    *,
    date_from: date,
    date_to: date,
    by: tuple[Dimension, ...],
    channel: str | None,
    top: int | None,
    compare: str | None,
    form: str,
    lang: str,
    digits: str | None,
    output: Path | None,
    **codes: str | None,
) -> None:
    """Print what dispensing cost in a period."""
    with opened() as (settings, database), database.reading() as session:
        query = CostQuery(
            date_from=date_from,
            date_to=date_to,
            by=by,
            channel=Channel(channel) if channel else None,
            top=top,
            compare=Compare(compare) if compare else None,
            **_ids(session, codes),
        )
        figures = cost_report(session, query, language=lang, as_of=moment(), demo=settings.demo)
        shown = paper_digits(session, digits)
    write(_content(figures, form, lang, shown), output)


@report.command()
@period
@click.option(
    "--by",
    type=click.Choice([dimension.value for dimension in RequestDimension]),
    default=RequestDimension.CHANNEL.value,
    show_default=True,
)
@file_form
@spoken
def requests(
    *,
    date_from: date,
    date_to: date,
    by: str,
    form: str,
    lang: str,
    digits: str | None,
    output: Path | None,
) -> None:
    """Print what became of the requests received in a period."""
    query = RequestReportQuery(date_from=date_from, date_to=date_to, by=RequestDimension(by))
    write(_requests(request_report, query, form, (lang, digits)), output)


@report.command()
@period
@file_form
@spoken
def centres(
    *,
    date_from: date,
    date_to: date,
    form: str,
    lang: str,
    digits: str | None,
    output: Path | None,
) -> None:
    """Print the centres by the share of their requests that was settled in time."""
    query = RequestReportQuery(date_from=date_from, date_to=date_to)
    write(_requests(ranking, query, form, (lang, digits)), output)


def _requests(
    make: Callable[..., Told], query: RequestReportQuery, form: str, said: tuple[str, str | None]
) -> bytes:
    lang, asked = said
    with opened() as (settings, database), database.reading() as session:
        actor = actor_for(session, Role.MANAGER, None)
        made = make(session, query, language=lang, actor=actor, as_of=moment(), demo=settings.demo)
        digits = paper_digits(session, asked)
    if form == "pdf":
        return figure_report.pdf(made.paper, lang, digits)
    if form == "xlsx":
        return figure_report.xlsx(made.paper, lang)
    return figure_report.csv(made.paper)


@report.command()
@period
@click.option("--compare-from", type=DayType(), help="First day of the period beside it.")
@click.option("--compare-to", type=DayType(), help="Last day of the period beside it.")
@spoken
def statement(
    *,
    date_from: date,
    date_to: date,
    compare_from: date | None,
    compare_to: date | None,
    lang: str,
    digits: str | None,
    output: Path | None,
) -> None:
    """Print the governor's statement: one page to sign, beside a period of comparison."""
    query = StatementQuery.of(date_from, date_to, compare_from, compare_to)
    with opened() as (settings, database), database.reading() as session:
        actor = actor_for(session, Role.MANAGER, None)
        made = governors_statement(
            session, query, language=lang, actor=actor, as_of=moment(), demo=settings.demo
        )
        shown = paper_digits(session, digits)
    write(statement_paper.render(made, language=lang, digits=shown), output)


def _content(figures: paper.CostReport, form: str, lang: str, digits: str) -> bytes:
    if form == "pdf":
        return paper.pdf(figures, lang, digits)
    return paper.xlsx(figures, lang) if form == "xlsx" else paper.csv(figures, lang)

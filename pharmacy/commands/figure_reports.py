"""`pharmacy report NAME` for every report of the registry, with the options its page has."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import click
from sqlalchemy.orm import Session

from pharmacy.commands.door import actor_for, moment, opened
from pharmacy.commands.report import file_form, period, report, spoken, write
from pharmacy.rules.vocabulary import Role
from pharmacy.services.report_query import (
    NAMED,
    TOP_MOST,
    USUAL,
    WORDS_OF,
    Filter,
    ReportQuery,
    id_of,
)
from pharmacy.services.settings import paper_digits
from pharmacy.web.report_catalogue import REPORTS, ReportSpec
from reports import figure_report

Command = Callable[..., None]


def add_all() -> None:
    """Give `pharmacy report` a command for each report of the registry."""
    for spec in REPORTS.values():
        report.add_command(_command_of(spec))


def _command_of(spec: ReportSpec) -> click.Command:
    def run(
        *,
        date_from: date,
        date_to: date,
        form: str,
        lang: str,
        digits: str | None,
        output: Path | None,
        **asked: object,
    ) -> None:
        with opened() as (settings, database), database.reading() as session:
            made = spec.make(
                session,
                _query(session, spec, date_from, date_to, asked),
                language=lang,
                actor=actor_for(session, Role.AUDITOR, None),
                as_of=moment(),
                demo=settings.demo,
            )
            shown = paper_digits(session, digits)
        write(content_of(made.paper, form, lang, shown), output)

    command: Command = spoken(file_form(run))
    for one in reversed(spec.filters):
        command = _option(one)(command)
    if len(spec.by) > 1:
        words = click.Choice([one.value for one in spec.by])
        if spec.levels > 1:
            command = click.option("--then", type=words, help="Within each of these.")(command)
        usual = spec.by[0].value
        command = click.option("--by", type=words, default=usual, show_default=True)(command)
    return click.command(spec.name, help=spec.purpose)(period(command))


def _option(one: Filter) -> Callable[[Command], Command]:
    if one is Filter.TOP:
        return click.option("--top", type=click.IntRange(1, TOP_MOST))
    if one in WORDS_OF:
        words, usual = click.Choice([*WORDS_OF[one]]), USUAL.get(one)
        return click.option(
            f"--{one.value}", type=words, default=usual, show_default=usual is not None
        )
    said = "name" if one is Filter.SUPPLIER else "code"
    return click.option(f"--{one.value}", help=f"Only this one, by its {said}.")


def _query(
    session: Session, spec: ReportSpec, first: date, last: date, asked: Mapping[str, object]
) -> ReportQuery:
    said = dict(asked)
    for one in NAMED:
        code = asked.get(one.value)
        if code:
            said[one.value] = id_of(session, one, str(code))
            if said[one.value] is None:
                raise click.ClickException(f"There is no {one.value} {code}.")
    return spec.query(first, last, said)


def content_of(paper: figure_report.FigureReport, form: str, language: str, digits: str) -> bytes:
    """Return a report as the file asked for: `pdf`, `xlsx` or `csv`."""
    if form == "pdf":
        return figure_report.pdf(paper, language, digits)
    return figure_report.xlsx(paper, language) if form == "xlsx" else figure_report.csv(paper)

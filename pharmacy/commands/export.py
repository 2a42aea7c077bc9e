"""`pharmacy export FORM FILE`: the books for other people's programs, as a stream."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import click

from pharmacy.commands.door import actor_for, opened, say
from pharmacy.commands.report import DayType
from pharmacy.rules.vocabulary import Role
from pharmacy.services.ledger_export import Books, books
from pharmacy.services.settings import all_settings
from pharmacy.web.papers.ledger_export import beancount_file, journal_file

Command = Callable[..., None]


@click.group()
def export() -> None:
    """Write the books for other programs."""


def span(command: Command) -> Command:
    """Give a command a file and a period, by default all there is."""
    last = click.option("--to", "date_to", type=DayType(), help="Last day.")
    first = click.option("--from", "date_from", type=DayType(), help="First day.")
    file = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
    return file(first(last(command)))


@export.command()
@span
def beancount(*, file: Path, date_from: date | None, date_to: date | None) -> None:
    """Write the ledger to FILE as Beancount's text, with balances that bean-check tries."""
    _write(file, date_from, date_to, beancount_file)


@export.command()
@span
def journal(*, file: Path, date_from: date | None, date_to: date | None) -> None:
    """Write every posting to FILE as CSV, a line each."""
    _write(file, date_from, date_to, lambda of, _title: journal_file(of))


def _write(
    file: Path,
    first: date | None,
    last: date | None,
    form: Callable[[Books | None, str], Iterator[str]],
) -> None:
    with opened() as (_settings, database), database.reading() as session:
        actor = actor_for(session, Role.AUDITOR, None)
        title = all_settings(session)["fund_en"]
        with file.open("w", encoding="utf-8", newline="") as out:
            out.writelines(form(books(session, first, last, actor=actor), title))
    say(f"{file}: {file.stat().st_size:,} bytes")

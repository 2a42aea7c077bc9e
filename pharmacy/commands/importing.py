"""`pharmacy import`: lists from CSV and XLSX files, every row of which is accounted for."""

import csv
import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

import click
from sqlalchemy.orm import Session

from pharmacy.commands.door import LANGUAGE, actor_for, moment, opened, say, words
from pharmacy.db import Database
from pharmacy.errors import ImportUnreadable
from pharmacy.rules.actor import Actor
from pharmacy.rules.vocabulary import Role
from pharmacy.services.importing import Counts, Importer, NoteCode, Outcome, Verdict, run
from pharmacy.services.importing_drugs import DrugImporter
from pharmacy.services.importing_holidays import HolidayImporter
from pharmacy.services.importing_interactions import InteractionImporter
from pharmacy.services.importing_people import PeopleImporter
from pharmacy.services.importing_requests import RequestImporter
from pharmacy.services.importing_rows import Sheet
from pharmacy.services.importing_stock import StockImporter
from pharmacy.web.import_words import reasons
from pharmacy.web.language import speaking
from pharmacy.web.refusals import sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    """One kind of list: its columns, who may import it, how its importer is made."""

    headings: Mapping[str, tuple[str, ...]]
    required: frozenset[str]
    role: Role
    make: Callable[[Session, "_Run", Actor, datetime], Importer]
    site: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What was asked for on the command line."""

    sheet: Sheet
    stop: bool
    dry: bool
    report: Path
    account: str | None
    site: str


def _drugs(_session: Session, asked: _Run, actor: Actor, now: datetime) -> Importer:
    return DrugImporter(asked.sheet.fields.values(), actor=actor, now=now)


def _interactions(_session: Session, _asked: _Run, actor: Actor, now: datetime) -> Importer:
    return InteractionImporter(actor=actor, now=now)


def _holidays(_session: Session, _asked: _Run, actor: Actor, now: datetime) -> Importer:
    return HolidayImporter(actor=actor, now=now)


def _people(session: Session, _asked: _Run, actor: Actor, now: datetime) -> Importer:
    return PeopleImporter(session, actor=actor, now=now)


def _stock(session: Session, asked: _Run, actor: Actor, now: datetime) -> Importer:
    path = asked.sheet.path
    return StockImporter(
        session, fingerprint=_fingerprint(path), source=path.name, actor=actor, now=now
    )


def _requests(session: Session, asked: _Run, actor: Actor, now: datetime) -> Importer:
    return RequestImporter(
        session, fingerprint=_fingerprint(asked.sheet.path), actor=actor, now=now
    )


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


LISTS: Mapping[str, _List] = {
    "formulary": _List(
        headings=DrugImporter.headings,
        required=DrugImporter.required,
        role=Role.PHARMACIST,
        make=_drugs,
    ),
    "interactions": _List(
        headings=InteractionImporter.headings,
        required=InteractionImporter.required,
        role=Role.PHARMACIST,
        make=_interactions,
    ),
    "beneficiaries": _List(
        headings=PeopleImporter.headings,
        required=PeopleImporter.required,
        role=Role.CLERK,
        make=_people,
    ),
    "stock": _List(
        headings=StockImporter.headings,
        required=StockImporter.required,
        role=Role.STORE_KEEPER,
        make=_stock,
        site=True,
    ),
    "holidays": _List(
        headings=HolidayImporter.headings,
        required=HolidayImporter.required,
        role=Role.ADMINISTRATOR,
        make=_holidays,
    ),
    "requests": _List(
        headings=RequestImporter.headings,
        required=RequestImporter.required,
        role=Role.CLERK,
        make=_requests,
    ),
}


@click.command("import")
@click.argument("noun", type=click.Choice(tuple(LISTS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--map",
    "columns",
    multiple=True,
    metavar="FIELD=COLUMN|FILE.json",
    help="The column of a field; again for each, or a JSON file of all. Usual headings are known.",
)
@click.option(
    "--on-error",
    type=click.Choice(("stop", "continue")),
    default="stop",
    show_default=True,
    help="stop: one refused row and nothing is kept; continue: all the others are kept.",
)
@click.option(
    "--errors",
    "report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where rows with a remark are listed; FILE.report.csv in this folder otherwise.",
)
@click.option("--dry-run", is_flag=True, help="Do everything and keep nothing.")
@click.option("--as", "account", metavar="USERNAME", help="Whom the audit trail names.")
@click.option("--site", default="P1", show_default=True, help="Of stock: whose shelf it is.")
def import_list(
    *,
    noun: str,
    file: Path,
    columns: Sequence[str],
    on_error: str,
    report: Path | None,
    account: str | None,
    site: str,
    dry_run: bool,
) -> None:
    """Import a list of NOUN from FILE (CSV in UTF-8, or a workbook's first sheet).

    Every row is imported, changed, skipped or refused, and the four add up. Whatever was refused,
    skipped or altered is listed with its row number and the reason, in Arabic and English.
    """
    kind = LISTS[noun]
    with opened() as (_settings, database):
        sheet = _sheet(file, kind, _columns(columns))
        asked = _Run(
            sheet=sheet,
            stop=on_error == "stop",
            dry=dry_run,
            report=report or Path(f"{file.stem}.report.csv"),
            account=account,
            site=site if kind.site else "",
        )
        with _Report(asked.report, sheet.headings) as report_file:
            counts, kept = _import(database, kind, asked, report_file, moment())
        if report_file.written:
            say(f"Rows with a remark: {asked.report}")
        _sum_up(asked, counts, kept=kept)
    if counts.refused:
        sys.exit(1)


def _sheet(file: Path, kind: _List, columns: Mapping[str, str]) -> Sheet:
    """Open the file, or say what in it cannot be read."""
    try:
        return Sheet(file, columns=columns, known=kind.headings, required=kind.required)
    except ImportUnreadable as refusal:
        with speaking(LANGUAGE):
            said = sentence(refusal)
        raise click.ClickException(f"{file.name}: {said} ({refusal.reason})") from refusal


def _columns(given: Sequence[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for text in given:
        name, equals, heading = text.partition("=")
        if equals:
            columns[name.strip()] = heading.strip()
            continue
        try:
            columns.update(json.loads(Path(text).read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise click.BadParameter(
                f"{text}: neither FIELD=COLUMN nor a JSON file", param_hint="--map"
            ) from error
    return columns


class _NothingKept(Exception):
    """Ends the transaction so that nothing of it is kept."""


def _import(
    database: Database, kind: _List, asked: _Run, report: "_Report", now: datetime
) -> tuple[Counts, bool]:
    """Import in one transaction; return the counts and whether anything was kept."""
    counts = Counts()
    with _progress(asked) as advance:

        def note(verdict: Verdict) -> None:
            report.note(verdict)
            advance()

        try:
            with words(), database.transaction() as session:
                actor = actor_for(session, kind.role, asked.account, site=asked.site)
                counts = run(
                    session,
                    asked.sheet.rows(),
                    kind.make(session, asked, actor, now),
                    source=asked.sheet.path.name,
                    note=note,
                    actor=actor,
                    now=now,
                )
                _keep(asked, counts)
        except _NothingKept:
            return counts if asked.dry else counts.nothing_kept(), False
    return counts, True


def _keep(asked: _Run, counts: Counts) -> None:
    """Let the transaction end well, or not at all."""
    if asked.dry or (asked.stop and counts.refused):
        raise _NothingKept


@contextmanager
def _progress(asked: _Run) -> Iterator[Callable[[], None]]:
    label = f"  {asked.sheet.path.name}"
    with click.progressbar(length=asked.sheet.length, label=label, file=sys.stderr) as bar:
        yield lambda: bar.update(1)


class _Report:
    """The file of rows with a remark; it is made with the first of them."""

    def __init__(self, path: Path, headings: Sequence[str]) -> None:
        self._path = path
        self._headings = headings
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    @property
    def written(self) -> bool:
        """Whether any row was listed."""
        return self._file is not None

    def note(self, verdict: Verdict) -> None:
        """List a row unless there is nothing to be said of it."""
        codes = {note.code for note in verdict.notes}
        if verdict.refusal is None and codes <= {NoteCode.UNCHANGED}:
            return
        if self._file is None:
            # With a byte order mark, so that a spreadsheet opens it in Arabic.
            self._file = self._path.open("w", encoding="utf-8-sig", newline="")
            csv.writer(self._file).writerow(
                ["row", "outcome", "reason_ar", "reason_en", *self._headings]
            )
        with speaking("ar"):
            arabic = reasons(verdict)
        with speaking("en"):
            english = reasons(verdict)
        row = verdict.row
        csv.writer(self._file).writerow(
            [row.number, verdict.outcome.value, arabic, english, *row.cells]
        )


def _sum_up(asked: _Run, counts: Counts, *, kept: bool) -> None:
    if not kept:
        reason = (
            "This was a dry run"
            if asked.dry
            else f"{counts.refused:,} {Outcome.REFUSED.value}; --on-error continue keeps the others"
        )
        say(f"Nothing was kept: {reason}.")
    say(
        f"imported {counts.imported:,}, changed {counts.changed:,}, skipped {counts.skipped:,},"
        f" refused {counts.refused:,}, total {counts.total:,}"
    )

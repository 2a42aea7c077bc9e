"""`pharmacy import`: lists from CSV and XLSX files, every row of which is accounted for."""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from pharmacy.commands.door import actor_for, moment, opened, say, words
from pharmacy.commands.import_report import Report
from pharmacy.commands.importing_requests import (
    Brought,
    ColumnsOf,
    import_requests,
    mapping_of,
    readable,
)
from pharmacy.db import Database
from pharmacy.rules.actor import Actor
from pharmacy.rules.vocabulary import Channel, Role
from pharmacy.services.importing import Counts, Importer, Outcome, Verdict, run
from pharmacy.services.importing_drugs import DrugImporter
from pharmacy.services.importing_holidays import HolidayImporter
from pharmacy.services.importing_interactions import InteractionImporter
from pharmacy.services.importing_people import PeopleImporter
from pharmacy.services.importing_requests import RequestImporter
from pharmacy.services.importing_rows import Sheet
from pharmacy.services.importing_stock import StockImporter


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
    help="stop: one refused row and nothing is kept, the usual; continue: all the others are kept,"
    " as usual of requests.",
)
@click.option(
    "--errors",
    "report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where rows with a remark are listed; FILE.report.csv in this folder otherwise.",
)
@click.option(
    "--mapping",
    metavar="NAME",
    help="Of requests: the channel's saved mapping; --map changes single columns of it.",
)
@click.option(
    "--channel",
    type=click.Choice([channel.value for channel in Channel]),
    help="Of requests: how they came in, where a row does not say so.",
)
@click.option("--dry-run", is_flag=True, help="Do everything and keep nothing.")
@click.option("--as", "account", metavar="USERNAME", help="Whom the audit trail names.")
@click.option("--site", default="P1", show_default=True, help="Of stock: whose shelf it is.")
def import_list(
    *,
    noun: str,
    file: Path,
    columns: Sequence[str],
    on_error: str | None,
    mapping: str | None,
    channel: str | None,
    report: Path | None,
    account: str | None,
    site: str,
    dry_run: bool,
) -> None:
    """Import a list of NOUN from FILE (CSV in UTF-8, or a workbook's first sheet).

    Every row is imported, changed, skipped or refused, and the four add up. Whatever was refused,
    skipped or altered is listed with its row number and the reason, in Arabic and English.
    Requests come in slice by slice, and of them the refused rows are listed: an import that was
    broken off goes on when the same file is named again.
    """
    kind = LISTS[noun]
    if (mapping or channel) and noun != "requests":
        raise click.UsageError("--mapping and --channel are of requests.")
    with opened() as (settings, database):
        wanted = mapping_of(database, _columns(columns), mapping, channel)
        listing = report or Path(f"{file.stem}.report.csv")
        if noun == "requests" and on_error != "stop" and not dry_run:
            brought = Brought(path=file, report=listing, account=account, mapping=wanted)
            counts = import_requests(settings, database, brought)
            say(str(counts))
            sys.exit(1 if counts.refused else 0)
        asked = _Run(
            sheet=_sheet(file, kind, wanted),
            stop=on_error != "continue",
            dry=dry_run,
            report=listing,
            account=account,
            site=site if kind.site else "",
        )
        with Report(asked.report, asked.sheet.headings) as report_file:
            counts, kept = _import(database, kind, asked, report_file, moment())
        if report_file.written:
            say(f"Rows with a remark: {asked.report}")
        _sum_up(asked, counts, kept=kept)
    if counts.refused:
        sys.exit(1)


def _sheet(file: Path, kind: _List, wanted: ColumnsOf) -> Sheet:
    """Open the file, or say what in it cannot be read."""
    with readable(file):
        return Sheet(
            file,
            columns=wanted.columns,
            known=kind.headings,
            required=kind.required,
            defaults=wanted.all_defaults(),
        )


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
    database: Database, kind: _List, asked: _Run, report: Report, now: datetime
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


def _sum_up(asked: _Run, counts: Counts, *, kept: bool) -> None:
    if not kept:
        reason = (
            "This was a dry run"
            if asked.dry
            else f"{counts.refused:,} {Outcome.REFUSED.value}; --on-error continue keeps the others"
        )
        say(f"Nothing was kept: {reason}.")
    say(str(counts))

"""`pharmacy import requests`: slice by slice, and on from where an import was broken off."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import click

from pharmacy.commands.door import LANGUAGE, actor_for, moment, say, words
from pharmacy.commands.import_report import Report
from pharmacy.config import Settings
from pharmacy.db import Database
from pharmacy.errors import Busy, ImportUnreadable, PharmacyError
from pharmacy.models import ImportJob
from pharmacy.rules.actor import Actor
from pharmacy.rules.request_vocabulary import ImportState
from pharmacy.rules.vocabulary import Channel, Role
from pharmacy.services import importing_jobs
from pharmacy.services.importing import Counts
from pharmacy.services.importing_files import FOLDER, KeptFile, discard, keep
from pharmacy.services.importing_jobs import NewJob, Progress, Slices, sheet_of
from pharmacy.services.importing_mappings import find_mapping
from pharmacy.web.language import speaking
from pharmacy.web.refusals import sentence

_TRIES = 20
"""How often a slice is tried while the counter keeps the database busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnsOf:
    """The columns by field, what holds without them, and how the requests came in."""

    columns: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    channel: Channel | None = None

    def all_defaults(self) -> dict[str, str]:
        """Return what holds where a row says nothing, the channel among it."""
        own = {"channel": self.channel.value} if self.channel else {}
        return {**own, **self.defaults}


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A file, and what was asked for on the command line."""

    path: Path
    report: Path
    account: str | None
    mapping: ColumnsOf


def mapping_of(
    database: Database, columns: Mapping[str, str], name: str | None, channel: str | None
) -> ColumnsOf:
    """Return the columns that were chosen: a saved mapping, and over it what was typed.

    Raises:
        click.UsageError: A mapping is named without the channel it belongs to.
    """
    of = Channel(channel) if channel else None
    if name is None:
        return ColumnsOf(columns=columns, channel=of)
    if of is None:
        raise click.UsageError("--mapping needs --channel: each channel has its own mappings.")
    with words(), database.reading() as session:
        saved = find_mapping(session, of, name)
        return ColumnsOf(
            columns={**importing_jobs.texts(saved.columns), **columns},
            defaults=importing_jobs.texts(saved.defaults),
            channel=of,
        )


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Say of which file a refusal speaks, and what in it cannot be read."""
    try:
        yield
    except ImportUnreadable as refusal:
        with speaking(LANGUAGE):
            said = sentence(refusal)
        raise click.ClickException(f"{path.name}: {said} ({refusal.reason})") from refusal


def import_requests(settings: Settings, database: Database, brought: Brought) -> Counts:
    """Import a file of requests, or go on with it; return what became of all its rows."""
    folder = settings.instance / FOLDER
    with words(), readable(brought.path), brought.path.open("rb") as source:
        kept = keep(source, folder)
        with _kept_only_for_a_job(database, folder, kept), database.transaction() as session:
            actor = actor_for(session, Role.CLERK, brought.account)
            new = NewJob(
                file=kept,
                file_name=brought.path.name,
                columns=brought.mapping.columns,
                defaults=brought.mapping.defaults,
                channel=brought.mapping.channel,
            )
            job_id = importing_jobs.begin(session, new, actor=actor, now=moment()).job_id
            _refuse_missing(importing_jobs.get_job(session, job_id, actor=actor))
            began = importing_jobs.start(session, job_id, actor=actor)
    if began.position:
        say(
            f"This file was begun before: going on behind row {began.position + 1:,}"
            f" of {began.total + 1:,}."
        )
    progress = _run(database, folder, began, brought, actor)
    if not progress.done:
        raise click.ClickException(
            f"Somebody paused it behind row {progress.position + 1:,}; what is done is kept."
            " The same command goes on."
        )
    with Report(brought.report, kept.headings) as report, database.reading() as session:
        for verdict in importing_jobs.refusals(session, progress.job_id, actor=actor):
            report.note(verdict)
    if report.written:
        say(f"Refused rows: {brought.report}")
    discard(folder, kept.stored_as)
    return progress.counts


@contextmanager
def _kept_only_for_a_job(database: Database, folder: Path, kept: KeptFile) -> Iterator[None]:
    """Remove the file again when no import of it could begin."""
    try:
        yield
    except PharmacyError:
        with database.reading() as session:
            if not importing_jobs.is_under_way(session, kept.sha256):
                discard(folder, kept.stored_as)
        raise


def _refuse_missing(job: ImportJob) -> None:
    missing = importing_jobs.missing_of(job)
    if missing:
        raise ImportUnreadable(reason=f"no column for {', '.join(missing)}")


def _run(
    database: Database, folder: Path, began: Progress, brought: Brought, actor: Actor
) -> Progress:
    """Take slice after slice until none is left, whoever else takes some of them."""
    with database.reading() as session:
        job = importing_jobs.get_job(session, began.job_id, actor=actor)
        slices = Slices(sheet_of(job, folder))
    progress, label = began, f"  {brought.path.name}"
    with click.progressbar(length=began.total, label=label, file=sys.stderr) as bar:
        bar.update(began.position)
        while progress.state is ImportState.RUNNING:
            at = progress.position
            progress = _slice(database, progress, slices, actor)
            bar.update(progress.position - at)
    return progress


def _slice(database: Database, progress: Progress, slices: Slices, actor: Actor) -> Progress:
    rows = slices.behind(progress.position)
    with words():
        for _try in range(_TRIES):
            # The counter comes first; whatever keeps the database busy is over soon.
            with suppress(Busy), database.transaction() as session:
                return importing_jobs.advance(
                    session, progress.job_id, progress.position, rows, actor=actor, now=moment()
                )
        raise Busy

"""Imports of citizen requests that go on where they stopped.

A file is taken slice by slice. A slice is one transaction: it writes its rows and moves the job's
`position` and counts, with the job's row locked. Whoever is killed loses the slice in hand and
nothing else; of two who go on with the same job at once, the second finds that the slice is done.
A refused row is kept with its cells and its reason, and goes back as a file.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from pharmacy import errors
from pharmacy.db import add_if_absent, table_of
from pharmacy.errors import Busy, ImportRefused, NotFound, PharmacyError
from pharmacy.models import ImportJob, ImportRefusal, Staff
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import ImportState
from pharmacy.rules.vocabulary import Channel
from pharmacy.services import audit
from pharmacy.services.importing import Counts, Note, NoteCode, Outcome, Verdict, verdicts
from pharmacy.services.importing_files import KeptFile
from pharmacy.services.importing_requests import RequestImporter
from pharmacy.services.importing_rows import Row, Sheet, chosen

SLICE_ROWS = 2_000
"""Rows of a slice: the time in which nobody else writes, a few tenths of a second."""
UNFINISHED = (ImportState.READY, ImportState.RUNNING, ImportState.STOPPED)
_KINDS = {
    kind.__new__(kind).code: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, PharmacyError)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a job is: rows done of all, and what became of them."""

    job_id: int
    state: ImportState
    position: int
    total: int
    counts: Counts

    @property
    def done(self) -> bool:
        """Whether every row has been taken."""
        return self.state is ImportState.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """What is to be imported.

    Attributes:
        columns: The column of a field, as chosen by hand; the rest is matched by usual headings.
        defaults: What holds for a field where a row says nothing.
        channel: Through which the file came, unless its rows say so themselves.
    """

    file: KeptFile
    file_name: str
    columns: Mapping[str, str]
    defaults: Mapping[str, str]
    channel: Channel | None = None


def get_job(session: Session, job_id: int, *, actor: Actor, lock: bool = False) -> ImportJob:
    """Return a job; at a centre one sees only what the own centre began.

    Raises:
        NotFound: There is none, or it is another centre's.
    """
    actor.require(Permission.REQUEST_IMPORT)
    job = session.get(ImportJob, job_id, with_for_update=lock, populate_existing=lock)
    if job is None or not _is_theirs(session, job, actor):
        raise NotFound(noun="import_job", key=str(job_id))
    return job


def _is_theirs(session: Session, job: ImportJob, actor: Actor) -> bool:
    if actor.centre_id is None or job.started_by == actor.staff_id:
        return True
    return session.get_one(Staff, job.started_by).centre_id == actor.centre_id


def jobs(session: Session, *, actor: Actor, most: int = 20) -> Sequence[ImportJob]:
    """Return the latest jobs that an actor may see, the newest first."""
    actor.require(Permission.REQUEST_IMPORT)
    query = select(ImportJob).order_by(ImportJob.id.desc()).limit(most)
    if actor.centre_id is not None:
        query = query.join(Staff, Staff.id == ImportJob.started_by)
        query = query.where(Staff.centre_id == actor.centre_id)
    return session.scalars(query).all()


def is_under_way(session: Session, sha256: str) -> bool:
    """Tell whether an unfinished job needs a file."""
    query = select(ImportJob.id).where(ImportJob.sha256 == sha256, ImportJob.state.in_(UNFINISHED))
    return session.scalar(query) is not None


def begin(session: Session, new: NewJob, *, actor: Actor, now: datetime) -> Progress:
    """Take a file to be imported, or find the unfinished job of the same file.

    One of which no row is done yet takes the columns given now.

    Raises:
        ImportRefused: Somebody of another centre imports this very file.
        ImportUnreadable: A chosen column is not in the file.
    """
    actor.require(Permission.REQUEST_IMPORT)
    columns = chosen(new.file.headings, new.columns, RequestImporter.headings)
    row = {
        "noun": RequestImporter.noun,
        "channel": new.channel,
        "file_name": new.file_name,
        "sha256": new.file.sha256,
        "stored_as": new.file.stored_as,
        "headings": {"headings": new.file.headings},
        "columns": columns,
        "defaults": dict(new.defaults),
        "state": ImportState.READY,
        "total": new.file.length,
        **dict.fromkeys(("position", "imported", "changed", "skipped", "refused"), 0),
        "started_at": now,
        "started_by": actor.staff_id,
    }
    add_if_absent(session, table_of(ImportJob), row)
    job = session.scalars(
        select(ImportJob)
        .where(
            ImportJob.noun == RequestImporter.noun,
            ImportJob.sha256 == new.file.sha256,
            ImportJob.state.in_(UNFINISHED),
        )
        .with_for_update()
    ).one_or_none()
    if job is None:
        raise Busy  # it was finished this very moment
    if not _is_theirs(session, job, actor):
        raise ImportRefused(reason="under_way")
    if job.position == 0:
        job.channel, job.columns, job.defaults = new.channel, {**columns}, {**new.defaults}
        session.flush()
    return progress_of(job)


def choose(
    session: Session,
    job_id: int,
    *,
    channel: Channel | None,
    columns: Mapping[str, str],
    defaults: Mapping[str, str],
    actor: Actor,
) -> None:
    """Say anew which column is which field, as long as no row is done.

    Raises:
        ImportRefused: It has begun.
        ImportUnreadable: A chosen column is not in the file.
    """
    job = get_job(session, job_id, actor=actor, lock=True)
    if job.position or job.state is not ImportState.READY:
        raise ImportRefused(reason="started")
    job.channel, job.defaults = channel, {**defaults}
    job.columns = {**chosen(headings_of(job), columns, RequestImporter.headings)}
    session.flush()


def start(session: Session, job_id: int, *, actor: Actor) -> Progress:
    """Let a job run, for the first time or again.

    Raises:
        ImportRefused: It is finished, or a field that is needed has no column.
    """
    job = get_job(session, job_id, actor=actor, lock=True)
    if job.state is ImportState.DONE:
        raise ImportRefused(reason="finished")
    if missing_of(job):
        raise ImportRefused(reason="columns")
    job.state = ImportState.RUNNING
    session.flush()
    return progress_of(job)


def pause(session: Session, job_id: int, *, actor: Actor) -> Progress:
    """Let a running job stand; it goes on from there.

    Raises:
        ImportRefused: It is finished.
    """
    job = get_job(session, job_id, actor=actor, lock=True)
    if job.state is ImportState.DONE:
        raise ImportRefused(reason="finished")
    if job.state is ImportState.RUNNING:
        job.state = ImportState.STOPPED
        session.flush()
    return progress_of(job)


def drop(session: Session, job_id: int, *, actor: Actor) -> str:
    """Forget a job of which no row is done; return where its file lies.

    Raises:
        ImportRefused: It has begun.
    """
    job = get_job(session, job_id, actor=actor, lock=True)
    if job.position or job.state is ImportState.DONE:
        raise ImportRefused(reason="started")
    stored_as = job.stored_as
    session.execute(delete(ImportJob).where(ImportJob.id == job_id))
    return stored_as


def advance(
    session: Session, job_id: int, at: int, rows: Sequence[Row], *, actor: Actor, now: datetime
) -> Progress:
    """Take the slice that begins behind `at` rows, unless somebody did or the job stands.

    Raises:
        ImportRefused: There are no such rows, though the job is not done.
    """
    job = get_job(session, job_id, actor=actor, lock=True)
    if job.state is not ImportState.RUNNING or job.position != at:
        return progress_of(job)
    if not rows and at < job.total:
        raise ImportRefused(reason="file_gone")
    importer = RequestImporter(session, fingerprint=job.sha256, actor=actor, now=now)
    counts, refused = counts_of(job), []
    for verdict in verdicts(session, rows, importer):
        counts.add(verdict.outcome)
        if verdict.outcome is Outcome.REFUSED:
            refused.append(_kept(job_id, verdict))
    if refused:
        session.execute(insert(table_of(ImportRefusal)), refused)
    job.imported, job.changed = counts.imported, counts.changed
    job.skipped, job.refused, job.position = counts.skipped, counts.refused, counts.total
    if job.position >= job.total:
        job.state, job.finished_at = ImportState.DONE, now
        after = {"file": job.file_name, "imported": counts.imported, "changed": counts.changed}
        after |= {"skipped": counts.skipped, "refused": counts.refused}
        audit.record(session, "import", job.noun, job.id, after=after, actor=actor, now=now)
    session.flush()
    return progress_of(job)


class Slices:
    """The rows of a job's file in slices, from wherever the job stands.

    Args:
        sheet: The file, opened.
        size: Rows of a slice.
    """

    def __init__(self, sheet: Sheet, size: int = SLICE_ROWS) -> None:
        self._sheet, self._size = sheet, size
        self._at = 0
        self._rows: Iterator[Row] = sheet.rows()

    def behind(self, position: int) -> list[Row]:
        """Return the slice behind so many rows; the next one costs no look back."""
        if position != self._at:
            self._rows = self._sheet.rows(skip=position)
        rows = list(islice(self._rows, self._size))
        self._at = position + len(rows)
        return rows


def sheet_of(job: ImportJob, folder: Path) -> Sheet:
    """Open the file of a job.

    Raises:
        ImportUnreadable: A field that is needed has no column.
        ImportRefused: The file is not there any more.
    """
    path = folder / job.stored_as
    if not path.exists():
        raise ImportRefused(reason="file_gone")
    return Sheet(
        path,
        columns=texts(job.columns),
        known=RequestImporter.headings,
        required=RequestImporter.required,
        defaults=defaults_of(job),
    )


def defaults_of(job: ImportJob) -> dict[str, str]:
    """Return what holds where a row says nothing, the channel of the file among it."""
    own = {"channel": job.channel.value} if job.channel else {}
    return {**own, **texts(job.defaults)}


def missing_of(job: ImportJob) -> list[str]:
    """Return the needed fields that have neither a column nor a default."""
    told = {name for name, heading in job.columns.items() if heading} | set(defaults_of(job))
    return sorted(RequestImporter.required - told)


def headings_of(job: ImportJob) -> list[str]:
    """Return the headings of a job's file."""
    found = job.headings["headings"]
    assert isinstance(found, list)
    return found


def counts_of(job: ImportJob) -> Counts:
    """Return what became of the rows so far."""
    return Counts(job.imported, job.changed, job.skipped, job.refused)


def progress_of(job: ImportJob) -> Progress:
    """Return how far a job is."""
    return Progress(
        job_id=job.id,
        state=job.state,
        position=job.position,
        total=job.total,
        counts=counts_of(job),
    )


def refusals(session: Session, job_id: int, *, actor: Actor) -> Iterator[Verdict]:
    """Give the refused rows of a job in their order, with the reasons.

    Raises:
        NotFound: There is no such job, or it is another centre's.
    """
    get_job(session, job_id, actor=actor)
    query = select(ImportRefusal.row_number, ImportRefusal.content).filter_by(job_id=job_id)
    rows = session.execute(
        query.order_by(ImportRefusal.row_number).execution_options(yield_per=500)
    )
    for number, content in rows:
        yield _restored(number, content)


def texts(facts: Mapping[str, object]) -> dict[str, str]:
    """Return stored facts as the texts they are."""
    return {name: str(value) for name, value in facts.items()}


def _kept(job_id: int, verdict: Verdict) -> dict[str, object]:
    refusal = verdict.refusal
    content = {
        "cells": list(verdict.row.cells),
        "notes": [{"code": note.code, "facts": dict(note.facts)} for note in verdict.notes],
        "refusal": {"code": refusal.code, "facts": refusal.facts()} if refusal else None,
    }
    return {"job_id": job_id, "row_number": verdict.row.number, "content": content}


def _restored(number: int, content: Mapping[str, object]) -> Verdict:
    cells, notes, refusal = content["cells"], content["notes"], content["refusal"]
    assert isinstance(cells, list)
    assert isinstance(notes, list)
    return Verdict(
        Row(number, {}, cells),
        Outcome.REFUSED,
        tuple(Note(NoteCode(note["code"]), note["facts"]) for note in notes),
        _KINDS[refusal["code"]](**refusal["facts"]) if isinstance(refusal, dict) else None,
    )

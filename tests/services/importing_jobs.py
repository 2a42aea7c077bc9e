"""A file of requests on its way in, as the tests of jobs need one."""

import io
from collections.abc import Sequence
from pathlib import Path

from pharmacy.db import Database
from pharmacy.rules.actor import Actor
from pharmacy.rules.vocabulary import Channel
from pharmacy.services import importing_jobs
from pharmacy.services.importing_files import keep
from pharmacy.services.importing_jobs import NewJob, Progress, Slices, sheet_of
from tests.builders import NOW

HEADINGS = ("channel", "date", "request", "reference", "name", "phone", "national_id")


def lines(count: int, *, wrong: frozenset[int] = frozenset()) -> list[list[str]]:
    """So many rows with references; those of the wrong numbers have a phone that is none."""
    return [
        ["portal", "2026-03-01", "علاج السكر", f"R-{number}", f"علي {number}",
         "12" if number in wrong else f"010{number:08d}", ""]
        for number in range(count)
    ]  # fmt: skip


def begin(
    database: Database,
    content: bytes,
    folder: Path,
    actor: Actor,
    *,
    channel: Channel | None = None,
    **columns: str,
) -> Progress:
    """Bring a file and let it run."""
    kept = keep(io.BytesIO(content), folder)
    new = NewJob(file=kept, file_name="p.csv", columns=columns, defaults={}, channel=channel)
    with database.transaction() as session:
        job_id = importing_jobs.begin(session, new, actor=actor, now=NOW).job_id
        return importing_jobs.start(session, job_id, actor=actor)


def slices_of(
    database: Database, job_id: int, folder: Path, actor: Actor, *, size: int = 3
) -> Slices:
    """The rows of a job, a few at a time."""
    with database.reading() as session:
        job = importing_jobs.get_job(session, job_id, actor=actor)
        return Slices(sheet_of(job, folder), size)


def step(database: Database, progress: Progress, slices: Slices, actor: Actor) -> Progress:
    """Take one slice."""
    rows = slices.behind(progress.position)
    with database.transaction() as session:
        return importing_jobs.advance(
            session, progress.job_id, progress.position, rows, actor=actor, now=NOW
        )


def standing(database: Database, job_id: int, actor: Actor) -> Progress:
    """How far a job is."""
    with database.reading() as session:
        return importing_jobs.progress_of(importing_jobs.get_job(session, job_id, actor=actor))


def run(database: Database, progress: Progress, slices: Slices, actor: Actor) -> Progress:
    """Take every slice that is left."""
    while not progress.done:
        progress = step(database, progress, slices, actor)
    return progress


def text_of(rows: Sequence[Sequence[str]], headings: Sequence[str] = HEADINGS) -> bytes:
    """The content of a CSV file."""
    return "\n".join(",".join(row) for row in (headings, *rows)).encode()

"""Importing a list: every row of a file is imported, changed, skipped or refused, and counted.

What becomes of a row is a `Verdict`; its notes say what was altered or why, as codes that the door
turns into words. An importer takes rows in small batches, so that memory stays flat, and works in
the caller's one transaction: either the whole run is kept or none of it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Protocol, TypeVar

from sqlalchemy.orm import Session

from pharmacy.errors import Busy, PharmacyError
from pharmacy.rules.actor import Actor
from pharmacy.services import audit
from pharmacy.services.importing_rows import Row

BATCH_ROWS = 500

Word = TypeVar("Word", bound=StrEnum)


class Outcome(StrEnum):
    """What became of a row; each row has exactly one."""

    IMPORTED = "imported"
    CHANGED = "changed"
    SKIPPED = "skipped"
    REFUSED = "refused"


class NoteCode(StrEnum):
    """What an importer can say of a row."""

    BLANK = "blank"
    UNCHANGED = "unchanged"
    ALREADY_THERE = "already_there"
    SAME_AS_ROW = "same_as_row"
    DIFFERS_FROM_ROW = "differs_from_row"
    CELLS = "cells"
    MISSING = "missing"
    UNKNOWN_WORD = "unknown_word"
    NOT_FOUND = "not_found"
    TEXT_TIDIED = "text_tidied"
    MARKER_MOVED = "marker_moved"
    NO_INGREDIENT = "no_ingredient"
    PRICE_ROUNDED = "price_rounded"
    CONTROL_DIGIT = "control_digit"


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on a row, with its facts."""

    code: NoteCode
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a row, and why; `refusal` is a rule's own."""

    row: Row
    outcome: Outcome
    notes: tuple[Note, ...] = ()
    refusal: PharmacyError | None = None


class RowRefused(Exception):
    """An importer's own refusal of a row, as a note; it never leaves this floor."""

    def __init__(self, code: NoteCode, **facts: object) -> None:
        super().__init__(code)
        self.note = Note(code, facts)


@dataclass(slots=True)
class Counts:
    """How many rows became what; they always add up to the rows of the file."""

    imported: int = 0
    changed: int = 0
    skipped: int = 0
    refused: int = 0

    @property
    def total(self) -> int:
        """The rows of the file."""
        return self.imported + self.changed + self.skipped + self.refused

    def add(self, outcome: Outcome) -> None:
        """Count one row."""
        setattr(self, outcome.value, getattr(self, outcome.value) + 1)

    def __str__(self) -> str:
        """The counts as the command line sums them up."""
        return (
            f"imported {self.imported:,}, changed {self.changed:,}, skipped {self.skipped:,},"
            f" refused {self.refused:,}, total {self.total:,}"
        )

    def nothing_kept(self) -> "Counts":
        """Return the counts of a run of which nothing is kept: all that were good are skipped."""
        return Counts(skipped=self.total - self.refused, refused=self.refused)


class Importer(Protocol):
    """One kind of list."""

    noun: str
    headings: Mapping[str, tuple[str, ...]]
    required: frozenset[str]

    def take(self, session: Session, rows: Sequence[Row]) -> Iterable[Verdict]:
        """Import some rows and say what became of each."""

    def finish(self, session: Session) -> None:
        """Do what needs the whole list."""


def run(
    session: Session,
    rows: Iterable[Row],
    importer: Importer,
    *,
    source: str,
    note: Callable[[Verdict], None],
    actor: Actor,
    now: datetime,
) -> Counts:
    """Import a list in the caller's transaction; return the counts.

    Args:
        session: A writing session; the caller keeps or throws away the whole run.
        rows: The rows of the file.
        importer: What to do with them.
        source: The file's name, for the audit trail.
        note: Called with every row that has something to be said of it, and for progress.
        actor: Who imports.
        now: When.
    """
    counts = Counts()
    stream = iter(rows)
    while some := list(islice(stream, BATCH_ROWS)):
        for verdict in verdicts(session, some, importer):
            counts.add(verdict.outcome)
            note(verdict)
    importer.finish(session)
    after = {
        "file": source,
        "imported": counts.imported,
        "changed": counts.changed,
        "skipped": counts.skipped,
        "refused": counts.refused,
    }
    audit.record(session, "import", importer.noun, "", after=after, actor=actor, now=now)
    return counts


def verdicts(session: Session, rows: Sequence[Row], importer: Importer) -> Iterator[Verdict]:
    """Set aside what no importer can read, and give it the rest; one verdict for each row."""
    good = []
    for row in rows:
        if row.surplus:
            yield Verdict(row, Outcome.REFUSED, (Note(NoteCode.CELLS, {"cells": row.surplus}),))
        elif not any(row.values.values()):
            yield Verdict(row, Outcome.SKIPPED, (Note(NoteCode.BLANK),))
        else:
            good.append(row)
    yield from importer.take(session, good)


def one_by_one(
    session: Session, rows: Sequence[Row], work: Callable[[Session, Row], Verdict]
) -> Iterator[Verdict]:
    """Give each row its own savepoint: what a refused row had begun to write is undone."""
    for row in rows:
        try:
            with session.begin_nested():
                verdict = work(session, row)
        except RowRefused as refused:
            verdict = Verdict(row, Outcome.REFUSED, (refused.note,))
        except Busy:
            raise
        except PharmacyError as refusal:
            verdict = Verdict(row, Outcome.REFUSED, refusal=refusal)
        yield verdict


def needed(row: Row, name: str) -> str:
    """Return a field that must not be empty.

    Raises:
        RowRefused: It is.
    """
    text = row[name]
    if not text:
        raise RowRefused(NoteCode.MISSING, field=name)
    return text


def member(row: Row, name: str, words: type[Word], otherwise: Word) -> Word:
    """Return a field as a member of a closed list, or the usual one when it is empty."""
    text = row[name].strip().lower().replace(" ", "_").replace("-", "_")
    if not text:
        return otherwise
    try:
        return words(text)
    except ValueError as error:
        raise RowRefused(NoteCode.UNKNOWN_WORD, field=name, text=row[name]) from error

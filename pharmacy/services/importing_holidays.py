"""Importing holidays, as the Cabinet announces them: a day and its names, one row for each day.

The same list imported twice changes nothing; a day that a list no longer names stays a holiday
until it is taken out by hand.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.services.calendar import keep_holiday, redue
from pharmacy.services.importing import (
    Note,
    NoteCode,
    Outcome,
    RowRefused,
    Verdict,
    needed,
    one_by_one,
)
from pharmacy.services.importing_people import parse_day
from pharmacy.services.importing_rows import Row


class HolidayImporter:
    """The importer of holidays.

    Args:
        actor: Who imports.
        now: When.
    """

    noun = "holidays"
    required = frozenset({"day", "name_ar"})
    headings: Mapping[str, tuple[str, ...]] = {
        "day": ("date", "التاريخ", "اليوم"),
        "name_ar": ("name", "المناسبة", "العطلة"),
        "name_en": ("name in english", "occasion"),
    }

    def __init__(self, *, actor: Actor, now: datetime) -> None:
        actor.require(Permission.SETTINGS_MANAGE)
        self._actor = actor
        self._now = now
        self._seen: dict[date, tuple[int, tuple[str, str]]] = {}
        self._added = False

    def take(self, session: Session, rows: Sequence[Row]) -> Iterable[Verdict]:
        """Import a batch, each row in a savepoint of its own."""
        return one_by_one(session, rows, self._one)

    def finish(self, session: Session) -> None:
        """Work out anew what is due when, once for the whole list."""
        if self._added:
            redue(session, actor=self._actor, now=self._now)

    def _one(self, session: Session, row: Row) -> Verdict:
        day = parse_day(needed(row, "day"))
        assert day is not None, "a needed field is not empty"
        names = (needed(row, "name_ar"), row["name_en"])
        number, said = self._seen.setdefault(day, (row.number, names))
        if number != row.number:
            if said != names:
                raise RowRefused(NoteCode.DIFFERS_FROM_ROW, row=number)
            return Verdict(row, Outcome.SKIPPED, (Note(NoteCode.SAME_AS_ROW, {"row": number}),))
        kept = keep_holiday(session, day, *names, actor=self._actor, now=self._now)
        if kept.added:
            self._added = True
            return Verdict(row, Outcome.IMPORTED)
        if kept.changed:
            return Verdict(row, Outcome.CHANGED)
        return Verdict(row, Outcome.SKIPPED, (Note(NoteCode.UNCHANGED),))

"""Importing pairs of medicines that do not go together, by their exact ATC codes.

A pair is one however it is written: what is on file under `B, A` is changed by a row `A, B`. The
same list imported twice changes nothing; a pair that a list no longer names stays on file.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from pharmacy.models import Interaction
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Severity
from pharmacy.services import audit
from pharmacy.services.importing import (
    Note,
    NoteCode,
    Outcome,
    RowRefused,
    Verdict,
    needed,
    one_by_one,
)
from pharmacy.services.importing_rows import Row

# The five levels of a full code: letter, two digits, two letters, two digits.
_ATC = re.compile(r"[A-Z][0-9]{2}[A-Z]{2}[0-9]{2}")
_FOLLOWED = ("severity", "effect_ar", "effect_en")
_HARDNESS = {"warn": Severity.WARN, "block": Severity.BLOCK}


class InteractionImporter:
    """The importer of interactions.

    Args:
        actor: Who imports.
        now: When.
    """

    noun = "interactions"
    required = frozenset({"atc_a", "atc_b", "severity", "effect_ar"})
    headings: Mapping[str, tuple[str, ...]] = {
        "atc_a": ("atc 1", "كود الدواء الأول"),
        "atc_b": ("atc 2", "كود الدواء الثاني"),
        "severity": ("الشدة",),
        "effect_ar": ("effect", "الأثر"),
        "effect_en": ("effect in english", "الأثر بالإنجليزية"),
    }

    def __init__(self, *, actor: Actor, now: datetime) -> None:
        actor.require(Permission.FORMULARY_EDIT)
        self._actor = actor
        self._now = now
        # Of each pair of the file: the row that named it first, and what that row said of it.
        self._seen: dict[frozenset[str], tuple[int, dict[str, object]]] = {}

    def take(self, session: Session, rows: Sequence[Row]) -> Iterable[Verdict]:
        """Import a batch, each row in a savepoint of its own."""
        return one_by_one(session, rows, self._one)

    def finish(self, session: Session) -> None:
        """Nothing needs the whole list."""

    def _one(self, session: Session, row: Row) -> Verdict:
        one, other = _atc(row, "atc_a"), _atc(row, "atc_b")
        if one == other:
            raise RowRefused(NoteCode.UNKNOWN_WORD, field="atc_b", text=row["atc_b"])
        facts: dict[str, object] = {
            "severity": _severity(row),
            "effect_ar": needed(row, "effect_ar"),
            "effect_en": row["effect_en"] or needed(row, "effect_ar"),
        }
        repeated = self._repeated(row, frozenset({one, other}), facts)
        return repeated or self._write(session, row, (one, other), facts)

    def _repeated(self, row: Row, pair: frozenset[str], facts: dict[str, object]) -> Verdict | None:
        """Judge a second row of one pair."""
        number, said = self._seen.setdefault(pair, (row.number, facts))
        if number == row.number:
            return None
        if said == facts:
            return Verdict(row, Outcome.SKIPPED, (Note(NoteCode.SAME_AS_ROW, {"row": number}),))
        raise RowRefused(NoteCode.DIFFERS_FROM_ROW, row=number)

    def _write(
        self, session: Session, row: Row, pair: tuple[str, str], facts: dict[str, object]
    ) -> Verdict:
        one, other = pair
        there = session.scalar(
            select(Interaction).where(
                or_(
                    and_(Interaction.atc_a == one, Interaction.atc_b == other),
                    and_(Interaction.atc_a == other, Interaction.atc_b == one),
                )
            )
        )
        if there is None:
            session.add(Interaction(atc_a=one, atc_b=other, **facts))
            session.flush()
            return Verdict(row, Outcome.IMPORTED)
        before = {name: getattr(there, name) for name in _FOLLOWED}
        changed = {name: facts[name] for name in _FOLLOWED if facts[name] != before[name]}
        if not changed:
            return Verdict(row, Outcome.SKIPPED, (Note(NoteCode.UNCHANGED),))
        for name, value in changed.items():
            setattr(there, name, value)
        session.flush()
        audit.record(
            session,
            "import",
            "interaction",
            there.id,
            before={name: before[name] for name in changed},
            after=changed,
            actor=self._actor,
            now=self._now,
        )
        return Verdict(row, Outcome.CHANGED)


def _atc(row: Row, name: str) -> str:
    """Return a full ATC code; a prefix would pair whole classes, which no list here means."""
    code = needed(row, name).replace(" ", "").upper()
    if _ATC.fullmatch(code) is None:
        raise RowRefused(NoteCode.UNKNOWN_WORD, field=name, text=row[name])
    return code


def _severity(row: Row) -> Severity:
    """Return how hard the notice is; an interaction is weighed by people, so it never stops."""
    text = needed(row, "severity")
    found = _HARDNESS.get(text.lower())
    if found is None:
        raise RowRefused(NoteCode.UNKNOWN_WORD, field="severity", text=text)
    return found

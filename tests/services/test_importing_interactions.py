"""Pairs of medicines from a list: each is one however it is written."""

from pathlib import Path

import pytest
from sqlalchemy import select

from pharmacy.errors import NotPermitted
from pharmacy.models import AuditEvent, Interaction
from pharmacy.rules.vocabulary import Role, Severity
from pharmacy.services.importing import NoteCode, Outcome
from pharmacy.services.importing_interactions import InteractionImporter
from tests.builders import NOW, Pharmacy, rows
from tests.services.lists import Brought, bring_in, write

HEADINGS = ("atc_a", "atc_b", "severity", "effect_ar", "effect_en")
PAIR = ("B01AA03", "B01AC06", "block", "نزيف", "bleeding")


def bring(pharmacy: Pharmacy, path: Path, role: Role = Role.PHARMACIST) -> Brought:
    actor = pharmacy[role]
    return bring_in(
        pharmacy.database,
        path,
        InteractionImporter,
        lambda _session, _sheet: InteractionImporter(actor=actor, now=NOW),
        actor=actor,
    )


def test_a_list_is_taken_once_and_followed_when_it_changes(
    pharmacy: Pharmacy, tmp_path: Path
) -> None:
    path = write(tmp_path / "pairs.csv", HEADINGS, PAIR)
    assert bring(pharmacy, path).outcome(2) is Outcome.IMPORTED
    again = bring(pharmacy, path)
    assert (again.outcome(2), again.notes(2)) == (Outcome.SKIPPED, [NoteCode.UNCHANGED])
    turned = ("b01ac06", "B01 AA03", "warn", "نزيف", "bleeding")
    changed = bring(pharmacy, write(tmp_path / "turned.csv", HEADINGS, turned))
    assert changed.outcome(2) is Outcome.CHANGED
    assert rows(pharmacy.database, Interaction.atc_a, Interaction.atc_b, Interaction.severity) == [
        ("B01AA03", "B01AC06", Severity.WARN)
    ]
    with pharmacy.database.reading() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.noun == "interaction")).one()
        assert (event.before, event.after) == ({"severity": "block"}, {"severity": "warn"})


def test_a_missing_english_effect_is_said_in_arabic(pharmacy: Pharmacy, tmp_path: Path) -> None:
    path = write(tmp_path / "pairs.csv", HEADINGS[:4], PAIR[:4])
    assert bring(pharmacy, path).outcome(2) is Outcome.IMPORTED
    assert rows(pharmacy.database, Interaction.effect_en) == [("نزيف",)]


@pytest.mark.parametrize(
    ("row", "note"),
    [
        (("", *PAIR[1:]), NoteCode.MISSING),
        (("B01", *PAIR[1:]), NoteCode.UNKNOWN_WORD),  # a class is no medicine
        (("warfarin", *PAIR[1:]), NoteCode.UNKNOWN_WORD),
        ((PAIR[0], PAIR[0], *PAIR[2:]), NoteCode.UNKNOWN_WORD),  # with itself
        ((*PAIR[:2], "stop", *PAIR[3:]), NoteCode.UNKNOWN_WORD),
        ((*PAIR[:2], "", *PAIR[3:]), NoteCode.MISSING),
        ((*PAIR[:3], "", "bleeding"), NoteCode.MISSING),
    ],
)
def test_a_row_that_is_refused(
    pharmacy: Pharmacy, tmp_path: Path, row: tuple[str, ...], note: NoteCode
) -> None:
    brought = bring(pharmacy, write(tmp_path / "pairs.csv", HEADINGS, row, PAIR))
    assert (brought.outcome(2), brought.notes(2)) == (Outcome.REFUSED, [note])
    assert brought.outcome(3) is Outcome.IMPORTED


def test_a_pair_named_twice_in_one_list(pharmacy: Pharmacy, tmp_path: Path) -> None:
    turned = (PAIR[1], PAIR[0], *PAIR[2:])
    other = (PAIR[1], PAIR[0], "warn", *PAIR[3:])
    brought = bring(pharmacy, write(tmp_path / "pairs.csv", HEADINGS, PAIR, turned, other))
    assert (brought.outcome(3), brought.notes(3)) == (Outcome.SKIPPED, [NoteCode.SAME_AS_ROW])
    assert (brought.outcome(4), brought.notes(4)) == (Outcome.REFUSED, [NoteCode.DIFFERS_FROM_ROW])


def test_a_clerk_imports_none(pharmacy: Pharmacy, tmp_path: Path) -> None:
    path = write(tmp_path / "pairs.csv", HEADINGS, PAIR)
    with pytest.raises(NotPermitted):
        bring(pharmacy, path, Role.CLERK)

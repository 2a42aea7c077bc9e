"""Working a draft in a test: each step in a transaction of its own, as the door does it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar

import pytest

from pharmacy.errors import NoticesStand, PharmacyError
from pharmacy.models import CounterDraft, DispensingLine
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.notice import Notice
from pharmacy.rules.vocabulary import DraftState, NoticeCode, Role
from pharmacy.services import authority, draft
from pharmacy.services.draft import DraftFacts
from pharmacy.services.draft_dispensing import Preview, dispense_draft, preview
from pharmacy.services.pack import PackInHand
from tests.builders import NOW, TODAY, Pharmacy, add_actor, rows, snapshot

Answer = TypeVar("Answer")
Refusal = TypeVar("Refusal", bound=PharmacyError)


GIVEN = (
    DispensingLine.drug_id,
    DispensingLine.quantity,
    DispensingLine.cost,
    DispensingLine.citizen_share,
)


class Desk:
    """A pharmacist at a counter, and the clock on the wall."""

    def __init__(self, pharmacy: Pharmacy, *, actor: Actor | None = None) -> None:
        self.pharmacy = pharmacy
        self.actor = actor or pharmacy.pharmacist
        self.now = NOW

    def do(self, service: Callable[..., Answer], *given: Any, **facts: Any) -> Answer:
        """Call a service in a transaction of its own."""
        with self.pharmacy.database.transaction() as session:
            return service(session, *given, actor=self.actor, now=self.now, **facts)

    def refused(
        self, refusal: type[Refusal], service: Callable[..., object], *given: Any, **facts: Any
    ) -> Refusal:
        """Call a service that must refuse, and see that nothing moved."""
        before = snapshot(self.pharmacy.database)
        with pytest.raises(refusal) as caught:
            self.do(service, *given, **facts)
        assert snapshot(self.pharmacy.database) == before
        return caught.value

    def open(self, person_id: int, **facts: Any) -> int:
        """Open the draft of a person."""
        return self.do(draft.open_for, person_id, **facts)

    def dispense(self, draft_id: int) -> int:
        """Dispense a draft as it stands."""
        return self.do(dispense_draft, draft_id, version=self.version(draft_id))

    def preview(self, draft_id: int) -> Preview:
        """Look at a draft."""
        with self.pharmacy.database.reading() as session:
            row = draft.get_draft(session, draft_id, actor=self.actor)
            return preview(session, row, actor=self.actor, on=cairo_day(self.now))

    def version(self, draft_id: int) -> int:
        """Return how often a draft changed."""
        ((found,),) = rows(self.pharmacy.database, CounterDraft.version, id=draft_id)
        return int(found)

    def state(self, draft_id: int) -> DraftState:
        """Return where a draft stands."""
        ((found,),) = rows(self.pharmacy.database, CounterDraft.state, id=draft_id)
        return DraftState(found)

    def lines(self, draft_id: int) -> list[tuple[str, int, int, str]]:
        """Return (uid, drug, quantity, dose) of each line in order."""
        with self.pharmacy.database.reading() as session:
            row = draft.get_draft(session, draft_id, actor=self.actor)
            return [(line.uid, line.drug_id, line.quantity, line.dose) for line in row.lines]


def colleague_of(desk: Desk) -> Desk:
    """Return another pharmacist of the same site, at the same moment."""
    site_id = desk.pharmacy.site_id
    actor = add_actor(desk.pharmacy.database, Role.PHARMACIST, site_id=site_id)
    other = Desk(desk.pharmacy, actor=replace(actor, name="كريم"))
    other.now = desk.now
    return other


def a_pack(drug_id: int, **facts: Any) -> PackInHand:
    """Return a pack of a drug as a scan found it."""
    given = {"gtin": "06221234567897", "drug_name_ar": "", "drug_name_en": "", "pack_size": 30}
    return PackInHand(drug_id=drug_id, **{**given, **facts})


def authorize(
    pharmacy: Pharmacy,
    *,
    ceiling: int = 50_000,
    number: str = "ت-2026/3",
    until: date = TODAY,
    now: datetime = NOW,
) -> int:
    """Let the committee give a standing authority."""
    with pharmacy.database.transaction() as session:
        return authority.give(
            session,
            decision_number=number,
            valid_from=TODAY,
            valid_until=until,
            ceiling=ceiling,
            actor=pharmacy[Role.COMMITTEE],
            now=now,
        )


def facts(desk: Desk, opened: int, **said: Any) -> None:
    """Say what stands beside the lines of a draft."""
    desk.do(draft.set_facts, opened, DraftFacts(**said))


def codes(refusal: NoticesStand) -> list[tuple[NoticeCode, int | None]]:
    """(code, line of the draft) of what stands."""
    return [(one.code, one.line) for one in refusal.notices if isinstance(one, Notice)]

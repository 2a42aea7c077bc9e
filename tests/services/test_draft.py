"""Drafts of the counter: opened, held, left behind, signed; they take no stock and expire."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from pharmacy.db import table_of
from pharmacy.errors import (
    BeneficiaryInactive,
    DraftChanged,
    DraftClosed,
    DraftHeldByOther,
    MissingFact,
    NotFound,
    NotPermitted,
    OwnSignature,
)
from pharmacy.models import (
    AccessEvent,
    AuditEvent,
    Beneficiary,
    BeneficiaryStatus,
    CounterDraft,
    DraftLine,
)
from pharmacy.rules.vocabulary import CounsellingPoint, DraftState, Role
from pharmacy.services import draft, draft_lines
from pharmacy.services.dispensing_order import Care, Collector
from pharmacy.services.draft import DraftFacts
from tests.builders import (
    NOW,
    Approved,
    Pharmacy,
    add_actor,
    add_batch,
    add_beneficiary,
    add_drug,
    add_site,
    after,
    approve_request,
    hand_out,
    item,
    order,
    rows,
)
from tests.services.drafting import Desk, colleague_of


@pytest.fixture
def approved(pharmacy: Pharmacy) -> Approved:
    """Two drugs on the shelf, both due today: 30 and 60."""
    first, second = add_drug(pharmacy), add_drug(pharmacy)
    add_batch(pharmacy, first, 100, 1_000)
    add_batch(pharmacy, second, 100, 1_000)
    return approve_request(pharmacy, item(first, 30, issues=6), item(second, 60, issues=6))


def test_opening_writes_what_is_due_today_and_the_look_into_the_file(
    desk: Desk, approved: Approved
) -> None:
    first = desk.open(approved.beneficiary_id)
    ((state, staff, request, version, expires),) = rows(
        desk.pharmacy.database,
        CounterDraft.state,
        CounterDraft.staff_id,
        CounterDraft.request_id,
        CounterDraft.version,
        CounterDraft.expires_at,
    )
    assert (state, staff) == (DraftState.OPEN, desk.actor.staff_id)
    assert (request, version) == (approved.request_id, 1)
    assert expires == NOW + timedelta(hours=24)
    lines = [(uid, quantity) for uid, _, quantity, _ in desk.lines(first)]
    assert lines == [(f"item-{approved.item_ids[0]}", 30), (f"item-{approved.item_ids[1]}", 60)]
    looks = rows(desk.pharmacy.database, AccessEvent.action, AccessEvent.staff_id)
    assert looks == [("view", desk.actor.staff_id)]


def test_opening_again_gives_the_same_draft_with_what_was_entered(
    desk: Desk, approved: Approved
) -> None:
    first = desk.open(approved.beneficiary_id)
    desk.do(draft_lines.set_quantity, first, f"item-{approved.item_ids[0]}", 15)
    desk.now = NOW + timedelta(minutes=5)
    assert desk.open(approved.beneficiary_id) == first
    assert [quantity for _, _, quantity, _ in desk.lines(first)] == [15, 60]


def test_a_draft_that_nobody_changed_follows_what_is_due(desk: Desk, approved: Approved) -> None:
    opened = desk.open(approved.beneficiary_id)
    desk.open(approved.beneficiary_id)
    assert desk.version(opened) == 1
    hand_out(desk.pharmacy, order(approved, 30))
    assert desk.open(approved.beneficiary_id) == opened
    # A page that shows the two lines of before is told so.
    assert [quantity for _, _, quantity, _ in desk.lines(opened)] == [60]
    assert desk.version(opened) == 2


def test_what_is_not_due_is_no_line(desk: Desk, approved: Approved) -> None:
    hand_out(desk.pharmacy, order(approved, 30), now=NOW)
    assert desk.lines(desk.open(approved.beneficiary_id)) == [
        (f"item-{approved.item_ids[1]}", 2, 60, "")
    ]


def test_an_owing_comes_as_its_own_line(desk: Desk, approved: Approved) -> None:
    hand_out(desk.pharmacy, order(approved, 0, 60), now=NOW)  # leaves 40 of the second drug
    again = approve_request(
        desk.pharmacy, item(2, 60), beneficiary_id=add_beneficiary(desk.pharmacy)
    )
    hand_out(desk.pharmacy, order(again, 60, partial=True))
    opened = desk.open(again.beneficiary_id)
    ((quantity, owing),) = rows(
        desk.pharmacy.database, DraftLine.quantity, DraftLine.owing_id, draft_id=opened
    )
    assert (quantity, owing) == (20, 1)


def test_somebody_without_an_approved_request_has_an_empty_draft(desk: Desk) -> None:
    opened = desk.open(add_beneficiary(desk.pharmacy))
    assert desk.lines(opened) == []
    assert rows(desk.pharmacy.database, CounterDraft.request_id) == [(None,)]


def test_a_request_slip_exchanges_the_approved_lines_and_keeps_what_was_typed(
    desk: Desk, approved: Approved
) -> None:
    third, typed = add_drug(desk.pharmacy), add_drug(desk.pharmacy, usual_dose="1*1*30")
    other = approve_request(
        desk.pharmacy,
        item(third, 10),
        beneficiary_id=approved.beneficiary_id,
        valid_until=after(5).date(),
    )
    opened = desk.open(approved.beneficiary_id)
    desk.do(draft_lines.add_drug, opened, uid="new", drug_id=typed)
    assert desk.open(approved.beneficiary_id, request_id=other.request_id) == opened
    assert desk.lines(opened) == [
        (f"item-{other.item_ids[0]}", third, 10, ""),
        ("new", typed, 30, "1*1*30"),
    ]
    desk.do(draft.clear, opened)
    first = desk.open(approved.beneficiary_id, request_id=other.request_id)
    assert [drug for _, drug, _, _ in desk.lines(first)] == [third]


def test_a_colleague_is_told_who_has_the_draft(desk: Desk, approved: Approved) -> None:
    opened = desk.open(approved.beneficiary_id)
    other = colleague_of(desk)
    other.now = NOW + timedelta(minutes=29)
    refusal = other.refused(DraftHeldByOther, draft.open_for, approved.beneficiary_id)
    assert refusal.holder == "منى سالم"
    other.refused(DraftHeldByOther, draft.resume, opened)
    other.refused(NotFound, draft.clear, opened)
    other.refused(NotFound, draft_lines.undo, opened)


@pytest.mark.parametrize("by", ["opening", "resuming"])
def test_a_draft_that_was_left_behind_is_taken_over_and_that_is_written_down(
    desk: Desk, approved: Approved, by: str
) -> None:
    opened = desk.open(approved.beneficiary_id)
    other = colleague_of(desk)
    other.now = NOW + draft.TAKEN_OVER_AFTER
    if by == "opening":
        assert other.open(approved.beneficiary_id) == opened
    else:
        other.do(draft.resume, opened)
    assert len(other.lines(opened)) == 2
    kept = rows(desk.pharmacy.database, AuditEvent.action, AuditEvent.before, AuditEvent.after)
    before, now = {"staff_id": desk.actor.staff_id}, {"staff_id": other.actor.staff_id}
    assert kept[-1] == ("take_over", before, now)
    desk.now = other.now
    desk.refused(NotFound, draft.hold, opened)


def test_two_sites_each_have_their_own_draft_of_a_person(desk: Desk, approved: Approved) -> None:
    site_id = add_site(desk.pharmacy.database)
    there = Desk(
        desk.pharmacy, actor=add_actor(desk.pharmacy.database, Role.PHARMACIST, site_id=site_id)
    )
    assert desk.open(approved.beneficiary_id) != there.open(approved.beneficiary_id)


def test_drafts_are_put_aside_and_taken_up_again(desk: Desk, approved: Approved) -> None:
    held, second = desk.open(approved.beneficiary_id), desk.open(add_beneficiary(desk.pharmacy))
    other = colleague_of(desk)
    theirs = other.open(add_beneficiary(desk.pharmacy))
    other.do(draft.hold, theirs)
    desk.do(draft.hold, held)
    desk.do(draft.hold, held)
    with desk.pharmacy.database.reading() as session:
        found = draft.held_here(session, actor=desk.actor, now=desk.now)
    assert [(row.draft_id, row.state, row.mine, row.lines) for row in found] == [
        (held, DraftState.HELD, True, 2),
        (second, DraftState.OPEN, True, 0),
        (theirs, DraftState.HELD, False, 0),
    ]
    assert found[0].person_name.startswith("فاطمة")
    desk.do(draft.resume, held)
    assert desk.state(held) is DraftState.OPEN
    assert len(desk.lines(held)) == 2


def test_a_cleared_draft_is_gone_and_the_next_one_is_another(
    desk: Desk, approved: Approved
) -> None:
    first = desk.open(approved.beneficiary_id)
    desk.do(draft.clear, first)
    desk.do(draft.clear, first)
    assert desk.refused(DraftClosed, draft.hold, first).state == "cleared"
    assert desk.open(approved.beneficiary_id) != first


@pytest.mark.parametrize("how", ["at night", "at the next opening", "not yet swept"])
def test_a_draft_expires(desk: Desk, approved: Approved, how: str) -> None:
    first = desk.open(approved.beneficiary_id)
    desk.now = after(1)
    if how == "at night":
        with desk.pharmacy.database.transaction() as session:
            assert draft.expire(session, now=desk.now - timedelta(seconds=1)) == 0
            assert draft.expire(session, now=desk.now) == 1
            assert draft.expire(session, now=desk.now) == 0
    if how == "at the next opening":
        assert desk.open(approved.beneficiary_id) != first
    assert desk.refused(DraftClosed, draft_lines.remove, first, "x").state == "expired"
    assert desk.refused(DraftClosed, draft.resume, first).state == "expired"
    with desk.pharmacy.database.reading() as session:
        waiting = draft.held_here(session, actor=desk.actor, now=desk.now)
    assert first not in {row.draft_id for row in waiting}


def test_a_change_lets_the_draft_live_on(desk: Desk, approved: Approved) -> None:
    opened = desk.open(approved.beneficiary_id)
    desk.now = NOW + timedelta(hours=23)
    desk.do(draft_lines.remove, opened, f"item-{approved.item_ids[0]}")
    desk.now = NOW + timedelta(hours=46)
    assert len(desk.lines(opened)) == 1
    desk.do(draft.hold, opened)


FACTS = DraftFacts(
    collector=Collector(name="سعاد", identity="2", relation="ابنة", phone="01012345678"),
    care=Care(
        counselled=(CounsellingPoint.HOW_TO_TAKE, CounsellingPoint.STORAGE),
        prescriber="د. حسام",
        prescription_number="77",
        prescription_date=NOW.date(),
        prescription_kept=True,
    ),
    note="على عجل",
    partial=True,
    reasons={"not_yet_due": "سفر"},
)


def test_what_is_said_beside_the_lines_is_kept(desk: Desk, approved: Approved) -> None:
    opened = desk.open(approved.beneficiary_id)
    said = {**FACTS.reasons, "no_such_code": "x", "allergy_class": "  "}
    desk.do(draft.set_facts, opened, replace(FACTS, reasons=said), version=1)
    with desk.pharmacy.database.reading() as session:
        found = draft.facts_of(draft.get_draft(session, opened, actor=desk.actor))
    assert found == FACTS
    desk.refused(DraftChanged, draft.set_facts, opened, DraftFacts(), version=1)
    assert desk.version(opened) == 2
    desk.do(draft.set_facts, opened, FACTS)
    assert desk.version(opened) == 2


def test_a_signature_is_another_persons_and_goes_with_the_lines(
    desk: Desk, approved: Approved
) -> None:
    opened = desk.open(approved.beneficiary_id)
    member, other = desk.pharmacy[Role.COMMITTEE], colleague_of(desk).actor
    sign = draft.sign
    desk.refused(OwnSignature, sign, opened, signer=desk.actor, purpose="witness")
    desk.refused(NotPermitted, sign, opened, signer=other, purpose="approve")
    desk.refused(NotPermitted, sign, opened, signer=member, purpose="witness")
    desk.refused(DraftChanged, sign, opened, signer=member, purpose="approve", version=9)
    desk.do(sign, opened, signer=member, purpose="approve")
    desk.do(sign, opened, signer=other, purpose="witness", version=2)
    columns = (CounterDraft.approved_by, CounterDraft.second_staff_id)
    assert rows(desk.pharmacy.database, *columns) == [(member.staff_id, other.staff_id)]
    desk.do(draft.set_facts, opened, FACTS)
    assert rows(desk.pharmacy.database, *columns) == [(member.staff_id, other.staff_id)]
    desk.do(draft_lines.set_quantity, opened, f"item-{approved.item_ids[0]}", 29)
    assert rows(desk.pharmacy.database, *columns) == [(None, None)]


def test_only_who_dispenses_at_a_site_has_drafts(desk: Desk, approved: Approved) -> None:
    clerk = Desk(desk.pharmacy, actor=desk.pharmacy[Role.CLERK])
    clerk.refused(NotPermitted, draft.open_for, approved.beneficiary_id)
    nowhere = Desk(desk.pharmacy, actor=add_actor(desk.pharmacy.database, Role.PHARMACIST))
    nowhere.refused(MissingFact, draft.open_for, approved.beneficiary_id)
    desk.refused(NotFound, draft.open_for, 99)
    with desk.pharmacy.database.transaction() as session:
        died = update(table_of(Beneficiary)).values(status=BeneficiaryStatus.DECEASED)
        session.connection().execute(died)
    desk.refused(BeneficiaryInactive, draft.open_for, approved.beneficiary_id)

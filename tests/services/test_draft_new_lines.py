"""New prescriptions at the counter: recorded, approved by somebody else, and dispensed at once."""

from datetime import timedelta

import pytest

from pharmacy.errors import (
    AuthorityMissing,
    BudgetExceeded,
    InsufficientStock,
    NoticesStand,
    SignatureRefused,
)
from pharmacy.models import (
    Approval,
    ApprovalItem,
    CitizenRequest,
    Commitment,
    CounterDraft,
    DispensedPack,
    DispensingLine,
    DraftLine,
    Owing,
    Staff,
)
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import Channel, DraftState, NoticeCode, Role, Urgency
from pharmacy.services import draft, draft_lines
from pharmacy.services.budget import change_budget
from pharmacy.services.commitment import BeyondBudget
from pharmacy.services.dispensing_order import Care
from pharmacy.services.draft_dispensing import dispense_draft, vouchers_of
from tests.builders import (
    TODAY,
    Approved,
    add_batch,
    add_beneficiary,
    add_drug,
    rows,
)
from tests.services.drafting import GIVEN, Desk, a_pack, authorize, codes, facts
from tests.services.verified import faults


@pytest.fixture
def walk_in(desk: Desk) -> int:
    """The draft of somebody for whom nothing is approved: 60 of a drug on the shelf."""
    drug = add_drug(desk.pharmacy, usual_dose="1*2*30")
    add_batch(desk.pharmacy, drug, 100, 1_001)
    opened = desk.open(add_beneficiary(desk.pharmacy))
    desk.do(draft_lines.add_drug, opened, uid="a", drug_id=drug)
    return opened


def test_new_lines_need_somebody_who_approves(desk: Desk, walk_in: int) -> None:
    assert desk.refused(AuthorityMissing, dispense_draft, walk_in, version=None).lines == 1
    assert desk.preview(walk_in).authority is None


def test_a_standing_authority_approves_new_lines(desk: Desk, walk_in: int) -> None:
    authorize(desk.pharmacy, ceiling=601)
    facts(desk, walk_in, care=Care(prescriber="د. حسام"))
    voucher = desk.dispense(walk_in)
    request = rows(
        desk.pharmacy.database,
        CitizenRequest.channel,
        CitizenRequest.urgency,
        CitizenRequest.state,
        CitizenRequest.asked_for,
        CitizenRequest.prescriber,
        CitizenRequest.recorded_by,
    )
    assert request == [
        (
            Channel.COUNTER,
            Urgency.NORMAL,
            RequestState.CLOSED,
            "ميتفورمين 500 mg 1*2*30",
            "د. حسام",
            desk.actor.staff_id,
        )
    ]
    decided = rows(
        desk.pharmacy.database,
        Approval.decision_number,
        Approval.decided_by,
        Approval.valid_from,
        Approval.valid_until,
        Approval.case_ceiling,
    )
    member = desk.pharmacy[Role.COMMITTEE].staff_id
    assert decided == [("ت-2026/3", member, TODAY, TODAY + timedelta(days=14), 601)]
    of_item = rows(
        desk.pharmacy.database,
        ApprovalItem.quantity_per_issue,
        ApprovalItem.issues,
        ApprovalItem.interval_days,
        ApprovalItem.dose,
        ApprovalItem.directions_ar,
        ApprovalItem.directions_en,
    )
    assert of_item == [
        (
            60,
            1,
            30,
            "1*2*30",
            "قرص واحد مرتين يوميًا لمدة 30 يومًا",
            "1 tablet twice a day for 30 days",
        )
    ]
    assert rows(desk.pharmacy.database, *GIVEN) == [(1, 60, 601, 0)]
    assert desk.dispense(walk_in) == voucher
    assert faults(desk.pharmacy.database) == {}


def test_what_was_short_of_a_new_line_is_collected_within_two_weeks(
    desk: Desk, walk_in: int
) -> None:
    authorize(desk.pharmacy)
    ((drug, uid),) = rows(desk.pharmacy.database, DraftLine.drug_id, DraftLine.uid)
    desk.do(draft_lines.set_quantity, walk_in, uid, 150)
    facts(desk, walk_in, partial=True)
    desk.dispense(walk_in)
    assert rows(desk.pharmacy.database, Owing.drug_id, Owing.quantity) == [(drug, 50)]
    add_batch(desk.pharmacy, drug, 100, 1_000)
    person = rows(desk.pharmacy.database, CounterDraft.beneficiary_id)[0][0]
    desk.now += timedelta(days=13)
    later = desk.open(person)
    desk.dispense(later)
    assert [row[1] for row in rows(desk.pharmacy.database, *GIVEN)] == [100, 50]
    assert faults(desk.pharmacy.database) == {}


def test_the_ceiling_of_the_authority_holds(desk: Desk, walk_in: int) -> None:
    authorize(desk.pharmacy, ceiling=600)
    refusal = desk.refused(NoticesStand, dispense_draft, walk_in, version=None)
    assert codes(refusal) == [(NoticeCode.CASE_CEILING, None)]
    assert [one.code for one in desk.preview(walk_in).standing({})] == [NoticeCode.CASE_CEILING]


def test_a_committee_member_signs_at_the_counter(desk: Desk, walk_in: int) -> None:
    authorize(desk.pharmacy, ceiling=1)
    member = desk.pharmacy[Role.COMMITTEE]
    desk.do(draft.sign, walk_in, signer=member, purpose="approve")
    desk.dispense(walk_in)
    ((number, urgency),) = rows(
        desk.pharmacy.database, CitizenRequest.number, CitizenRequest.urgency
    )
    assert urgency is Urgency.URGENT
    columns = (Approval.decision_number, Approval.decided_by, Approval.case_ceiling)
    assert rows(desk.pharmacy.database, *columns) == [(number, member.staff_id, 50_000)]


def test_a_signature_of_somebody_who_left_is_worth_nothing(desk: Desk, walk_in: int) -> None:
    member = desk.pharmacy[Role.COMMITTEE]
    desk.do(draft.sign, walk_in, signer=member, purpose="approve")
    with desk.pharmacy.database.transaction() as session:
        session.get_one(Staff, member.staff_id).active = False
    desk.refused(AuthorityMissing, dispense_draft, walk_in, version=None)


def test_a_refusal_leaves_neither_request_nor_decision(desk: Desk, walk_in: int) -> None:
    authorize(desk.pharmacy)
    desk.do(draft_lines.set_quantity, walk_in, "a", 101)
    desk.refused(InsufficientStock, dispense_draft, walk_in, version=None)
    assert desk.state(walk_in) is DraftState.OPEN
    desk.do(draft_lines.undo, walk_in)
    desk.dispense(walk_in)


def test_approved_and_new_lines_become_two_vouchers_or_none(desk: Desk, approved: Approved) -> None:
    new = add_drug(desk.pharmacy, usual_dose="1*1*10")
    batch = add_batch(desk.pharmacy, new, 9, 90)
    opened = desk.open(approved.beneficiary_id)
    desk.do(draft_lines.add_drug, opened, uid="new", drug_id=new)
    desk.do(draft_lines.match_pack, opened, a_pack(new, pack_size=10), uid="scan")
    authorize(desk.pharmacy)
    refusal = desk.refused(InsufficientStock, dispense_draft, opened, version=None)
    assert (refusal.line, refusal.available) == (3, 9)
    desk.do(draft_lines.set_quantity, opened, "new", 9)
    seen = desk.preview(opened)
    assert (seen.cost, seen.fund, seen.citizen, seen.new) == (1_890, 1_800, 90, 1)
    first = desk.dispense(opened)
    with desk.pharmacy.database.reading() as session:
        row = draft.get_draft(session, opened, actor=desk.actor)
        both = vouchers_of(session, row)
        assert row.voucher_id == first == both[0]
    assert len(both) == 2
    lines = rows(desk.pharmacy.database, DispensingLine.voucher_id, DispensingLine.quantity)
    assert lines == [(both[0], 30), (both[0], 60), (both[1], 9)]
    assert rows(desk.pharmacy.database, DispensedPack.voucher_id) == [(both[1],)]
    assert rows(desk.pharmacy.database, DispensingLine.batch_id, drug_id=new) == [(batch,)]
    assert desk.do(dispense_draft, opened, version=None) == first
    assert faults(desk.pharmacy.database) == {}


def test_a_walk_in_beyond_the_budget_is_refused_and_nothing_moves(desk: Desk, walk_in: int) -> None:
    pharmacy = desk.pharmacy
    authorize(pharmacy, ceiling=601)
    finance = pharmacy[Role.FINANCE]
    with pharmacy.database.transaction() as session:
        change_budget(
            session,
            pharmacy.fund_id,
            2025,
            600,
            reason="الموازنة",
            submission_id="first",
            actor=finance,
            now=desk.now,
        )
    refused = desk.refused(BudgetExceeded, dispense_draft, walk_in, version=None)
    assert (refused.asked, refused.left) == (601, 600)
    nobody = BeyondBudget(second=pharmacy[Role.COMMITTEE], reason="عاجل")
    desk.refused(SignatureRefused, dispense_draft, walk_in, version=None, beyond=nobody)
    with pharmacy.database.transaction() as session:
        change_budget(
            session,
            pharmacy.fund_id,
            2025,
            1,
            reason="تعزيز",
            submission_id="second",
            actor=finance,
            now=desk.now,
        )
    desk.dispense(walk_in)
    assert rows(pharmacy.database, Commitment.amount) == [(601,)]

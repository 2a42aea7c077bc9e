"""A draft becomes a dispensing: once, whole or not at all, and as the preview said."""

from datetime import timedelta

import pytest

from pharmacy.errors import (
    DraftChanged,
    DraftClosed,
    InsufficientStock,
    LineNotApproved,
    NothingToDispense,
    NoticesStand,
    NoUsualDose,
)
from pharmacy.models import (
    CitizenRequest,
    CounterDraft,
    DispensedPack,
    DispensingCare,
    DispensingLine,
    NoticeOverride,
    Owing,
    Substitution,
    Voucher,
)
from pharmacy.rules.request_vocabulary import ReopeningReason, RequestState
from pharmacy.rules.vocabulary import (
    CounsellingPoint,
    DraftState,
    NoticeCode,
    ReversalReason,
    Role,
    VoucherKind,
)
from pharmacy.services import draft, draft_lines
from pharmacy.services.dispensing_order import Care, Collector
from pharmacy.services.draft_dispensing import dispense_draft
from pharmacy.services.request_decision import reopen
from pharmacy.services.reversal import reverse
from tests.builders import (
    TODAY,
    Approved,
    add_batch,
    add_beneficiary,
    add_drug,
    after,
    approve_request,
    hand_out,
    item,
    order,
    rows,
)
from tests.services.drafting import GIVEN, Desk, a_pack, codes, facts
from tests.services.verified import faults


def test_what_is_due_is_dispensed_and_the_draft_names_its_voucher(
    desk: Desk, approved: Approved
) -> None:
    opened = desk.open(approved.beneficiary_id)
    voucher = desk.dispense(opened)
    assert rows(desk.pharmacy.database, *GIVEN) == [(1, 30, 300, 15), (2, 60, 1_500, 75)]
    kept = rows(desk.pharmacy.database, CounterDraft.state, CounterDraft.voucher_id)
    assert kept == [(DraftState.DISPENSED, voucher)]
    ((submission,),) = rows(desk.pharmacy.database, CounterDraft.submission_id)
    assert rows(desk.pharmacy.database, Voucher.id, submission_id=submission) == [(voucher,)]
    assert faults(desk.pharmacy.database) == {}


def test_sent_again_it_is_the_same_voucher(desk: Desk, approved: Approved) -> None:
    opened = desk.open(approved.beneficiary_id)
    first = desk.do(dispense_draft, opened, version=1)
    # The second window still shows the first version, a third one shows nothing at all.
    assert desk.do(dispense_draft, opened, version=1) == first
    assert desk.do(dispense_draft, opened, version=99) == first
    desk.now = after(3)
    assert desk.do(dispense_draft, opened, version=1) == first
    assert len(rows(desk.pharmacy.database, Voucher.id, kind=VoucherKind.DISPENSING)) == 1
    assert desk.refused(DraftClosed, draft_lines.undo, opened).state == "dispensed"
    assert desk.open(approved.beneficiary_id) != opened


def test_another_version_than_was_shown_is_refused(desk: Desk, approved: Approved) -> None:
    opened = desk.open(approved.beneficiary_id)
    desk.do(draft_lines.set_quantity, opened, f"item-{approved.item_ids[0]}", 10)
    desk.refused(DraftChanged, dispense_draft, opened, version=1)
    desk.do(draft.hold, opened)
    desk.refused(DraftChanged, dispense_draft, opened, version=2)


@pytest.mark.parametrize("swept", [True, False])
def test_an_expired_draft_takes_nothing(desk: Desk, approved: Approved, *, swept: bool) -> None:
    opened = desk.open(approved.beneficiary_id)
    desk.now = after(365)
    if swept:
        with desk.pharmacy.database.transaction() as session:
            draft.expire(session, now=desk.now)
    assert desk.refused(DraftClosed, dispense_draft, opened, version=None).state == "expired"


def test_a_draft_reserves_nothing(desk: Desk, approved: Approved) -> None:
    opened = desk.open(approved.beneficiary_id)
    other = approve_request(desk.pharmacy, item(1, 90))
    hand_out(desk.pharmacy, order(other, 90))
    refusal = desk.refused(InsufficientStock, dispense_draft, opened, version=1)
    assert (refusal.line, refusal.requested, refusal.available) == (1, 30, 10)
    facts(desk, opened, partial=True)
    desk.dispense(opened)
    assert [quantity for _, quantity, _, _ in rows(desk.pharmacy.database, *GIVEN)][1:] == [10, 60]
    assert rows(desk.pharmacy.database, Owing.quantity) == [(20,)]


def test_a_draft_without_lines_or_with_one_without_a_quantity_is_refused(desk: Desk) -> None:
    opened = desk.open(add_beneficiary(desk.pharmacy))
    desk.refused(NothingToDispense, dispense_draft, opened, version=None)
    desk.do(draft_lines.add_drug, opened, uid="a", drug_id=add_drug(desk.pharmacy))
    desk.refused(NoUsualDose, dispense_draft, opened, version=None)


def test_a_decision_taken_again_leaves_the_old_lines_behind(desk: Desk, approved: Approved) -> None:
    opened = desk.open(approved.beneficiary_id)
    desk.do(draft_lines.remove, opened, f"item-{approved.item_ids[0]}")
    committee = Desk(desk.pharmacy, actor=desk.pharmacy[Role.COMMITTEE])
    hand_out(desk.pharmacy, order(approved, 30))
    with desk.pharmacy.database.transaction() as session:
        request = session.get_one(CitizenRequest, approved.request_id)
        request.state = RequestState.CLOSED
    committee.do(reopen, approved.request_id, ReopeningReason.APPEAL, note="")
    approve_request(desk.pharmacy, item(2, 10), request_id=approved.request_id)
    assert desk.refused(LineNotApproved, dispense_draft, opened, version=None).line == 1


def test_a_notice_needs_its_reason(desk: Desk, approved: Approved) -> None:
    opened = desk.open(approved.beneficiary_id)
    uid = f"item-{approved.item_ids[1]}"
    desk.do(draft_lines.set_quantity, opened, uid, 90)
    refusal = desk.refused(NoticesStand, dispense_draft, opened, version=None)
    assert codes(refusal) == [(NoticeCode.MORE_THAN_AN_ISSUE, 2)]
    facts(desk, opened, reasons={"more_than_an_issue": "سفر"})
    assert desk.preview(opened).standing({"more_than_an_issue": "سفر"}) == ()
    desk.dispense(opened)
    kept = rows(desk.pharmacy.database, NoticeOverride.code, NoticeOverride.reason)
    assert (NoticeCode.MORE_THAN_AN_ISSUE, "سفر") in kept


def test_what_is_said_beside_the_lines_goes_along(desk: Desk, approved: Approved) -> None:
    opened = desk.open(approved.beneficiary_id)
    facts(
        desk,
        opened,
        collector=Collector(name="سعاد", relation="ابنة", phone="010"),
        care=Care(counselled=(CounsellingPoint.STORAGE,), prescriber="د. حسام"),
        note="على عجل",
    )
    voucher = desk.dispense(opened)
    care = rows(
        desk.pharmacy.database,
        DispensingCare.collected_by_phone,
        DispensingCare.counselled,
        DispensingCare.prescriber,
    )
    assert care == [("010", "storage", "د. حسام")]
    assert rows(desk.pharmacy.database, Voucher.note, id=voucher) == [("على عجل",)]


def test_the_scanned_batch_goes_first_and_a_code_without_one_is_of_the_batch_whose_turn_it_is(
    desk: Desk, approved: Approved
) -> None:
    late = add_batch(desk.pharmacy, 1, 100, 2_000, expiry=TODAY + timedelta(days=900))
    opened = desk.open(approved.beneficiary_id)
    match = draft_lines.match_pack
    desk.do(match, opened, a_pack(1, batch_id=late, lot="L9", serial="S1"), uid="s1")
    desk.do(match, opened, a_pack(2), uid="s2")
    seen = desk.preview(opened)
    assert [[pick.batch_id for pick in line.picks] for line in seen.lines] == [[late], [2]]
    assert seen.matched == 2
    assert [one.code for one in seen.standing({})] == [NoticeCode.NOT_FIRST_EXPIRY]
    facts(desk, opened, reasons={"not_first_expiry": "العبوة مفتوحة"})
    desk.dispense(opened)
    packs = (DispensedPack.line_no, DispensedPack.serial, DispensedPack.quantity)
    assert rows(desk.pharmacy.database, *packs) == [(1, "S1", 30), (2, "", 30)]
    assert [row[0] for row in rows(desk.pharmacy.database, DispensingLine.batch_id)] == [late, 2]
    assert faults(desk.pharmacy.database) == {}


def test_another_brand_is_given_in_place_of_the_approved_one(desk: Desk) -> None:
    drug = add_drug(desk.pharmacy, inn="metformin")
    brand = add_drug(desk.pharmacy, inn="metformin")
    add_batch(desk.pharmacy, brand, 50, 500)
    one = approve_request(desk.pharmacy, item(drug, 30))
    opened = desk.open(one.beneficiary_id)
    uid = f"item-{one.item_ids[0]}"
    assert desk.preview(opened).lines[0].short == 30
    desk.do(
        draft_lines.substitute, opened, uid, drug_id=brand, consented_by="د", consented_on=TODAY
    )
    (line,) = desk.preview(opened).lines
    assert (line.short, line.cost, line.substituted, line.drug.id) == (0, 300, True, brand)
    desk.dispense(opened)
    columns = (Substitution.approved_drug_id, Substitution.given_drug_id)
    assert rows(desk.pharmacy.database, *columns) == [(drug, brand)]
    assert faults(desk.pharmacy.database) == {}


def test_a_dispensing_that_was_undone_keeps_its_draft(desk: Desk, approved: Approved) -> None:
    opened = desk.open(approved.beneficiary_id)
    voucher = desk.dispense(opened)
    second = desk.pharmacy[Role.MANAGER]
    why = ReversalReason.WRONG_PERSON
    desk.do(reverse, voucher, submission_id="undo", reason=why, second=second)
    assert desk.do(dispense_draft, opened, version=None) == voucher
    assert faults(desk.pharmacy.database) == {}
    again = desk.open(approved.beneficiary_id)
    assert desk.dispense(again) != voucher

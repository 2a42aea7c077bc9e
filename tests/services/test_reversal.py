"""Undoing: a new voucher, the same batches and values back, dated the day it is done, only once."""

from collections.abc import Collection

import pytest

from pharmacy.errors import (
    AlreadyReversed,
    CannotReverse,
    NotFound,
    NotPermitted,
    OwnSignature,
    PharmacyError,
    SignatureRefused,
    SubmissionConflict,
)
from pharmacy.models import (
    AuditEvent,
    Batch,
    CitizenRequest,
    DispensingLine,
    Owing,
    OwingClosure,
    Posting,
    StockMovement,
    Voucher,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import Account, ReversalReason, Role, VoucherKind
from pharmacy.services.reversal import reverse, signers_of
from tests.builders import (
    NOW,
    Pharmacy,
    add_actor,
    add_batch,
    add_drug,
    add_site,
    after,
    approve_request,
    hand_out,
    item,
    order,
    rows,
    snapshot,
    unique,
)


def undo(
    pharmacy: Pharmacy,
    voucher_id: int,
    *,
    lines: Collection[int] | None = None,
    submission_id: str | None = None,
    role: Role = Role.PHARMACIST,
    second: Actor | None = None,
    note: str = "",
    days: int = 5,
) -> int:
    """Reverse a voucher, five days later unless the test says otherwise."""
    with pharmacy.database.transaction() as session:
        return reverse(
            session,
            voucher_id,
            submission_id=submission_id or unique("reversal"),
            reason=ReversalReason.WRONG_QUANTITY,
            note=note,
            lines=lines,
            second=second or pharmacy[Role.MANAGER],
            actor=pharmacy[role],
            now=after(days),
        )


def on_hand(pharmacy: Pharmacy) -> list[tuple[int, int]]:
    """(units, piastres) of every batch."""
    return [(q, v) for q, v in rows(pharmacy.database, Batch.on_hand, Batch.value_on_hand)]


def test_a_whole_dispensing_goes_back_to_the_same_batches(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    first, second = add_batch(pharmacy, drug, 20, 333), add_batch(pharmacy, drug, 50, 777)
    approved = approve_request(pharmacy, item(drug), citizen_basis_points=1_000)
    voucher = hand_out(pharmacy, order(approved, 30))
    assert on_hand(pharmacy) == [(0, 0), (40, 622)]
    reversal = undo(pharmacy, voucher)

    database = pharmacy.database
    assert on_hand(pharmacy) == [(20, 333), (50, 777)]
    assert rows(
        database,
        Voucher.kind,
        Voucher.reverses_id,
        Voucher.request_id,
        Voucher.business_date,
        Voucher.reason,
        Voucher.number,
        id=reversal,
    ) == [(VoucherKind.REVERSAL, voucher, approved.request_id, cairo_day(after(5)),
           "wrong_quantity", 1)]  # fmt: skip
    undone = rows(database, StockMovement.id, voucher_id=voucher)
    assert rows(
        database,
        StockMovement.batch_id,
        StockMovement.quantity,
        StockMovement.value,
        StockMovement.reverses_id,
        voucher_id=reversal,
    ) == [(first, 20, 333, undone[0][0]), (second, 10, 155, undone[1][0])]
    entries = (Posting.line_no, Posting.account, Posting.fund_id)
    money = rows(database, *entries, Posting.amount, voucher_id=voucher)
    assert money[:3] == [
        (1, Account.STOCK, pharmacy.fund_id, -333),
        (1, Account.COST_STATE, pharmacy.fund_id, 300),
        (1, Account.CITIZEN_CASH, pharmacy.fund_id, 33),
    ]
    back = rows(database, *entries, Posting.amount, voucher_id=reversal)
    assert back == [(line, account, fund, -amount) for line, account, fund, amount in money]


def test_the_undone_lines_stand_under_the_first_dispensing_with_signs_turned(
    pharmacy: Pharmacy,
) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 50, 1_000)
    approved = approve_request(pharmacy, item(drug), citizen_basis_points=1_000)
    voucher = hand_out(pharmacy, order(approved, 30))
    reversal = undo(pharmacy, voucher)
    ((line,),) = rows(pharmacy.database, DispensingLine.id, voucher_id=voucher)
    assert rows(
        pharmacy.database,
        DispensingLine.dispensing_id,
        DispensingLine.reverses_line_id,
        DispensingLine.business_date,
        DispensingLine.quantity,
        DispensingLine.cost,
        DispensingLine.state_share,
        DispensingLine.citizen_share,
        voucher_id=reversal,
    ) == [(voucher, line, cairo_day(after(5)), -30, -600, -540, -60)]


def test_one_line_goes_back_and_the_others_stand(pharmacy: Pharmacy) -> None:
    drug, other = add_drug(pharmacy), add_drug(pharmacy)
    add_batch(pharmacy, drug, 30, 300)
    add_batch(pharmacy, other, 30, 600)
    approved = approve_request(pharmacy, item(drug), item(other))
    voucher = hand_out(pharmacy, order(approved, 30, 30))
    undo(pharmacy, voucher, lines=[2])
    assert on_hand(pharmacy) == [(0, 0), (30, 600)]
    assert rows(pharmacy.database, CitizenRequest.state) == [(RequestState.DISPENSING,)]
    with pytest.raises(AlreadyReversed):
        undo(pharmacy, voucher, lines=[1, 2])
    # "The whole of it" now means what still stands.
    undo(pharmacy, voucher)
    assert on_hand(pharmacy) == [(30, 300), (30, 600)]


def test_what_was_undone_may_be_given_again(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 1_000)
    approved = approve_request(pharmacy, item(drug))
    voucher = hand_out(pharmacy, order(approved, 30))
    assert rows(pharmacy.database, CitizenRequest.state) == [(RequestState.CLOSED,)]
    undo(pharmacy, voucher, days=1)
    assert rows(pharmacy.database, CitizenRequest.state) == [(RequestState.APPROVED,)]
    hand_out(pharmacy, order(approved, 30), now=after(1))
    assert on_hand(pharmacy) == [(70, 700)]


def test_a_dispensing_is_undone_only_once(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 1_000)
    voucher = hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30))
    undo(pharmacy, voucher)
    before = snapshot(pharmacy.database)
    with pytest.raises(AlreadyReversed) as refused:
        undo(pharmacy, voucher)
    assert refused.value.voucher_id == voucher
    assert snapshot(pharmacy.database) == before


def test_the_same_submission_returns_the_first_reversal(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 1_000)
    voucher = hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30))
    first = undo(pharmacy, voucher, submission_id="twice")
    before = snapshot(pharmacy.database)
    assert undo(pharmacy, voucher, submission_id="twice", days=6) == first
    with pytest.raises(SubmissionConflict):
        undo(pharmacy, voucher, submission_id="twice", note="other")
    assert snapshot(pharmacy.database) == before


def test_undoing_a_dispensing_closes_what_it_still_owed(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 20, 200)
    voucher = hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30, partial=True))
    undo(pharmacy, voucher)
    ((owing,),) = rows(pharmacy.database, Owing.id)
    assert rows(pharmacy.database, OwingClosure.owing_id, OwingClosure.reason) == [
        (owing, "reversed")
    ]


def test_undoing_one_item_closes_what_was_owed_of_it_and_no_other(pharmacy: Pharmacy) -> None:
    drug, other = add_drug(pharmacy), add_drug(pharmacy)
    add_batch(pharmacy, drug, 20, 200)
    add_batch(pharmacy, other, 10, 200)
    approved = approve_request(pharmacy, item(drug), item(other))
    voucher = hand_out(pharmacy, order(approved, 30, 30, partial=True))
    undo(pharmacy, voucher, lines=[2])
    owings = rows(pharmacy.database, Owing.id, Owing.quantity)
    assert [quantity for _, quantity in owings] == [10, 20]
    assert rows(pharmacy.database, OwingClosure.owing_id) == [(owings[1][0],)]


def test_undoing_a_settlement_opens_the_owing_again(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 20, 200)
    approved = approve_request(pharmacy, item(drug))
    hand_out(pharmacy, order(approved, 30, partial=True))
    add_batch(pharmacy, drug, 50, 500)
    ((owing,),) = rows(pharmacy.database, Owing.id)
    settled = hand_out(pharmacy, order(approved, 10, owing_id=owing), now=after(1))
    undo(pharmacy, settled, days=1)
    assert rows(pharmacy.database, OwingClosure.owing_id) == []
    hand_out(pharmacy, order(approved, 10, owing_id=owing), now=after(1))
    assert on_hand(pharmacy) == [(0, 0), (40, 400)]


@pytest.mark.parametrize("role", [Role.CLERK, Role.STORE_KEEPER, Role.AUDITOR, Role.FINANCE])
def test_a_role_that_may_not_undo_a_dispensing(pharmacy: Pharmacy, role: Role) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 1_000)
    voucher = hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30))
    before = snapshot(pharmacy.database)
    with pytest.raises(NotPermitted):
        undo(pharmacy, voucher, role=role)
    assert snapshot(pharmacy.database) == before


def test_a_voucher_of_another_site_is_not_there(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 1_000)
    voucher = hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30))
    elsewhere = add_site(pharmacy.database)
    stranger = add_actor(pharmacy.database, Role.PHARMACIST, site_id=elsewhere)
    with pharmacy.database.transaction() as session, pytest.raises(NotFound):
        reverse(
            session,
            voucher,
            submission_id="s",
            reason=ReversalReason.WRONG_ENTRY,
            actor=stranger,
            now=NOW,
        )


def test_a_dispensing_is_undone_by_two_and_the_log_names_both(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 1_000)
    voucher = hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30))
    reversal = undo(pharmacy, voucher)
    manager = pharmacy[Role.MANAGER]
    assert rows(
        pharmacy.database,
        AuditEvent.action,
        AuditEvent.staff_id,
        AuditEvent.after,
        noun="voucher",
        noun_id=str(reversal),
    ) == [
        (
            "sign_reversal",
            manager.staff_id,
            {"undone": voucher, "posted_by": pharmacy.pharmacist.name},
        )
    ]
    with pharmacy.database.reading() as session:
        [(posted, by, beside)] = signers_of(session, voucher)
        assert (posted.id, by.id, beside.id) == (
            reversal,
            pharmacy.pharmacist.staff_id,
            manager.staff_id,
        )


def test_without_a_second_person_who_may_nothing_is_undone(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 1_000)
    voucher = hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30))
    elsewhere = add_actor(pharmacy.database, Role.PHARMACIST, site_id=add_site(pharmacy.database))
    before = snapshot(pharmacy.database)
    refusals: list[tuple[Actor | None, type[PharmacyError]]] = [
        (None, SignatureRefused),
        (elsewhere, SignatureRefused),
        (pharmacy.pharmacist, OwnSignature),
        (pharmacy[Role.CLERK], NotPermitted),
    ]
    for second, refusal in refusals:
        with pharmacy.database.transaction() as session, pytest.raises(refusal):
            reverse(
                session,
                voucher,
                submission_id="s",
                reason=ReversalReason.WRONG_ENTRY,
                second=second,
                actor=pharmacy.pharmacist,
                now=NOW,
            )
    assert snapshot(pharmacy.database) == before


def test_a_line_that_is_not_there(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 1_000)
    voucher = hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30))
    with pytest.raises(CannotReverse) as refused:
        undo(pharmacy, voucher, lines=[1, 2])
    assert refused.value.reason == "line"


def test_a_reversal_is_not_itself_undone(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 1_000)
    voucher = hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30))
    reversal = undo(pharmacy, voucher)
    with pytest.raises(CannotReverse) as refused:
        undo(pharmacy, reversal)
    assert refused.value.reason == "kind"


def test_a_goods_receipt_is_undone_while_all_of_it_is_there(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    batch = add_batch(pharmacy, drug, 100, 1_000)
    ((receipt,),) = rows(pharmacy.database, Batch.voucher_id, id=batch)
    reversal = undo(pharmacy, receipt, role=Role.STORE_KEEPER)
    assert on_hand(pharmacy) == [(0, 0)]
    assert rows(pharmacy.database, Posting.account, Posting.amount, voucher_id=reversal) == [
        (Account.STOCK, -1_000),
        (Account.PAYABLES, 1_000),
    ]


def test_a_goods_receipt_that_was_drawn_on_stands(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    batch = add_batch(pharmacy, drug, 100, 1_000)
    hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30))
    ((receipt,),) = rows(pharmacy.database, Batch.voucher_id, id=batch)
    before = snapshot(pharmacy.database)
    with pytest.raises(CannotReverse) as refused:
        undo(pharmacy, receipt, role=Role.STORE_KEEPER)
    assert refused.value.reason == "issued_since"
    assert snapshot(pharmacy.database) == before

"""What a citizen brings back is worth nothing, never issued again, and leaves to be destroyed."""

import pytest

from pharmacy.errors import (
    BatchNeverIssued,
    CannotReverse,
    InsufficientStock,
    InvalidStockLine,
    NotFound,
    NotPermitted,
    PharmacyError,
)
from pharmacy.models import Batch, BatchEvent, CitizenReturnLine, DispensingLine, Posting, Voucher
from pharmacy.rules.stock_vocabulary import LossReason
from pharmacy.rules.vocabulary import BatchStatus, ReversalReason, Role, VoucherKind
from pharmacy.services.citizen_return import QUARANTINE, CitizenReturn
from pharmacy.services.reversal import reverse
from pharmacy.services.stock import hold_batch
from tests.builders import (
    NOW,
    Approved,
    Pharmacy,
    add_batch,
    add_drug,
    approve_request,
    hand_out,
    item,
    order,
    rows,
    snapshot,
    unique,
)
from tests.services.stock_papers import back, batch_opened_by, bring_back, lose
from tests.services.verified import faults

RETURNED = LossReason.CITIZEN_RETURN


@pytest.fixture
def approved(pharmacy: Pharmacy) -> Approved:
    """Thirty units due, of a shelf that holds forty at 10.01 pounds."""
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 40, 1_001)
    return approve_request(pharmacy, item(drug, 30, issues=2))


@pytest.fixture
def given(pharmacy: Pharmacy, approved: Approved) -> int:
    """The dispensing of the thirty."""
    return hand_out(pharmacy, order(approved, 30))


def refused(
    pharmacy: Pharmacy, refusal: type[PharmacyError], wanted: CitizenReturn, **who: object
) -> dict[str, object]:
    before = snapshot(pharmacy.database)
    with pytest.raises(refusal) as caught:
        bring_back(pharmacy, wanted, **who)
    assert snapshot(pharmacy.database) == before
    return caught.value.facts()


def undo(pharmacy: Pharmacy, voucher: int) -> int:
    with pharmacy.database.transaction() as session:
        return reverse(
            session,
            voucher,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_ENTRY,
            second=pharmacy[Role.MANAGER],
            actor=pharmacy.pharmacist,
            now=NOW,
        )


def approve_request_again(pharmacy: Pharmacy, approved: Approved) -> Approved:
    """Approve the same medicine for somebody else."""
    ((drug,),) = rows(pharmacy.database, DispensingLine.drug_id, id=approved.item_ids[0])
    return approve_request(pharmacy, item(drug, 30))


def test_a_return_opens_a_quarantined_batch_worth_nothing_and_leaves_the_cost(
    pharmacy: Pharmacy, approved: Approved, given: int
) -> None:
    cost = rows(pharmacy.database, DispensingLine.cost)
    wanted = back(given, (1, 12), note="توفي المريض")
    voucher = bring_back(pharmacy, wanted)
    assert bring_back(pharmacy, wanted) == voucher
    head = (Voucher.kind, Voucher.request_id, Voucher.reason)
    assert rows(pharmacy.database, *head, id=voucher) == [
        (VoucherKind.RETURN_FROM_CITIZEN, approved.request_id, "stopped")
    ]
    batch = batch_opened_by(pharmacy, voucher)
    columns = (Batch.on_hand, Batch.value_on_hand, Batch.status, Batch.origin_batch_id)
    assert rows(pharmacy.database, *columns, id=batch) == [(12, 0, BatchStatus.QUARANTINED, 1)]
    assert rows(pharmacy.database, BatchEvent.reason, batch_id=batch) == [(QUARANTINE,)]
    assert rows(pharmacy.database, Posting.id, voucher_id=voucher) == []
    assert rows(pharmacy.database, CitizenReturnLine.dispensing_line_id) == [(1,)]
    assert rows(pharmacy.database, DispensingLine.cost) == cost
    assert faults(pharmacy.database) == {}


def test_no_more_comes_back_than_was_given(pharmacy: Pharmacy, given: int) -> None:
    first = bring_back(pharmacy, back(given, (1, 20)))

    def fault(*lines: tuple[int, int]) -> object:
        return refused(pharmacy, InvalidStockLine, back(given, *lines))["reason"]

    assert fault() == "lines"
    assert fault((2, 1)) == "not_given"
    assert fault((1, 0)) == "quantity"
    assert fault((1, 5), (1, 5)) == "twice"
    assert fault((1, 11)) == "more_than_given"
    refused(pharmacy, NotFound, back(1, (1, 1)))
    refused(pharmacy, NotPermitted, back(given, (1, 1)), actor=pharmacy[Role.CLERK])
    # What is undone came back never.
    undo(pharmacy, first)
    bring_back(pharmacy, back(given, (1, 30)))
    assert faults(pharmacy.database) == {}


def test_it_is_never_issued_again_and_leaves_only_to_be_destroyed(
    pharmacy: Pharmacy, approved: Approved, given: int
) -> None:
    batch = batch_opened_by(pharmacy, bring_back(pharmacy, back(given, (1, 30))))
    free, keeper = BatchStatus.AVAILABLE, pharmacy.keeper
    with pharmacy.database.transaction() as session, pytest.raises(BatchNeverIssued):
        hold_batch(session, batch, free, reason="سليم", actor=keeper, now=NOW)
    with pytest.raises(InsufficientStock):
        hand_out(pharmacy, order(approve_request_again(pharmacy, approved), 30))
    with pytest.raises(InvalidStockLine) as caught:
        lose(pharmacy, batch, 30)
    assert caught.value.reason == "brought_back"
    voucher = lose(pharmacy, batch, 30, RETURNED)
    assert rows(pharmacy.database, Posting.id, voucher_id=voucher) == []
    assert rows(pharmacy.database, Batch.on_hand, id=batch) == [(0,)]
    assert faults(pharmacy.database) == {}


def test_a_dispensing_is_not_undone_while_some_of_it_came_back(
    pharmacy: Pharmacy, given: int
) -> None:
    returned = bring_back(pharmacy, back(given, (1, 1)))
    before = snapshot(pharmacy.database)
    with pytest.raises(CannotReverse) as caught:
        undo(pharmacy, given)
    assert caught.value.facts() == {"voucher_id": given, "reason": "brought_back"}
    assert snapshot(pharmacy.database) == before
    undo(pharmacy, returned)
    undo(pharmacy, given)
    refused(pharmacy, InvalidStockLine, back(given, (1, 1)))
    assert rows(pharmacy.database, Batch.on_hand, Batch.value_on_hand) == [(40, 1_001), (0, 0)]
    assert faults(pharmacy.database) == {}

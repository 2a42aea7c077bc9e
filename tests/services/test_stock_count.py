"""Counting: every line is kept, a difference moves stock at its value, nothing else does."""

import pytest

from pharmacy.errors import InvalidStockLine, MissingFact, PharmacyError, SignatureRefused
from pharmacy.models import Batch, CountLine, Posting, StockMovement, Voucher
from pharmacy.rules.vocabulary import Account, ReversalReason, Role, VoucherKind
from pharmacy.services.reversal import reverse
from pharmacy.services.stock import MOST_UNITS
from pharmacy.services.stock_count import Count, compare
from tests.builders import NOW, Pharmacy, add_batch, add_drug, rows, snapshot, unique
from tests.services.stock_papers import counted, lose, post_count
from tests.services.verified import faults


@pytest.fixture
def shelf(pharmacy: Pharmacy) -> list[int]:
    """Three batches of 3 at 1.00, 10 at 9.99 and 4 at 0.40 pounds."""
    drug = add_drug(pharmacy)
    return [add_batch(pharmacy, drug, *held) for held in ((3, 100), (10, 999), (4, 40))]


def refused(
    pharmacy: Pharmacy, refusal: type[PharmacyError], count: Count, **who: object
) -> dict[str, object]:
    before = snapshot(pharmacy.database)
    with pytest.raises(refusal) as caught:
        post_count(pharmacy, count, **who)
    assert snapshot(pharmacy.database) == before
    return caught.value.facts()


def undo(pharmacy: Pharmacy, voucher: int) -> int:
    with pharmacy.database.transaction() as session:
        return reverse(
            session,
            voucher,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_QUANTITY,
            second=pharmacy[Role.MANAGER],
            actor=pharmacy.keeper,
            now=NOW,
        )


def test_a_surplus_enters_at_the_received_unit_cost_and_a_deficit_leaves_at_its_value(
    pharmacy: Pharmacy, shelf: list[int]
) -> None:
    first, second, third = shelf
    with pharmacy.database.reading() as session:
        shown = compare(session, [(first, 5), (second, 7), (third, 4)], actor=pharmacy.keeper)
    assert [(one.quantity, one.value) for one in shown] == [(2, 67), (-3, -300), (0, 0)]
    count = counted((first, 5, 3), (second, 7, 10), (third, 4, 4))
    voucher = post_count(pharmacy, count)
    assert post_count(pharmacy, count) == voucher
    head = (Voucher.kind, Voucher.reason, Voucher.note)
    assert rows(pharmacy.database, *head, id=voucher) == [
        (VoucherKind.COUNT_ADJUSTMENT, "periodic", "فرق جرد")
    ]
    kept = (CountLine.line_no, CountLine.batch_id, CountLine.expected, CountLine.counted)
    assert rows(pharmacy.database, *kept) == [
        (1, first, 3, 5),
        (2, second, 10, 7),
        (3, third, 4, 4),
    ]
    moved = (StockMovement.line_no, StockMovement.quantity, StockMovement.value)
    assert rows(pharmacy.database, *moved, voucher_id=voucher) == [(1, 2, 67), (2, -3, -300)]
    assert rows(pharmacy.database, Posting.account, Posting.amount, voucher_id=voucher) == [
        (Account.STOCK, 67),
        (Account.COUNT_DIFFERENCES, -67),
        (Account.STOCK, -300),
        (Account.COUNT_DIFFERENCES, 300),
    ]
    held = [(5, 167), (7, 699), (4, 40)]
    assert rows(pharmacy.database, Batch.on_hand, Batch.value_on_hand) == held
    assert faults(pharmacy.database) == {}
    # A surplus in a batch that held more is taken out again, as long as it is there.
    undo(pharmacy, voucher)
    assert rows(pharmacy.database, Batch.on_hand, Batch.value_on_hand)[:2] == [(3, 100), (10, 999)]
    assert faults(pharmacy.database) == {}


def test_a_count_without_a_difference_is_kept_and_moves_nothing(
    pharmacy: Pharmacy, shelf: list[int]
) -> None:
    voucher = post_count(pharmacy, counted((shelf[0], 3, 3), note=""))
    assert rows(pharmacy.database, CountLine.voucher_id, CountLine.counted) == [(voucher, 3)]
    assert rows(pharmacy.database, StockMovement.id, voucher_id=voucher) == []
    assert faults(pharmacy.database) == {}


def test_a_surplus_that_was_issued_since_is_not_taken_out(
    pharmacy: Pharmacy, shelf: list[int]
) -> None:
    batch = shelf[0]
    lose(pharmacy, batch, 3)
    voucher = post_count(pharmacy, counted((batch, 2, 0)))
    assert rows(pharmacy.database, Batch.on_hand, Batch.value_on_hand, id=batch) == [(2, 67)]
    lose(pharmacy, batch, 1)
    before = snapshot(pharmacy.database)
    with pytest.raises(PharmacyError) as caught:
        undo(pharmacy, voucher)
    assert caught.value.facts() == {"voucher_id": voucher, "reason": "issued_since"}
    assert snapshot(pharmacy.database) == before


def test_what_moved_since_it_was_compared_is_counted_again(
    pharmacy: Pharmacy, shelf: list[int]
) -> None:
    batch = shelf[1]
    lose(pharmacy, batch, 1)
    assert refused(pharmacy, InvalidStockLine, counted((batch, 9, 10)))["reason"] == "moved"
    facts = refused(pharmacy, InvalidStockLine, counted((batch, MOST_UNITS + 1, 9)))
    assert (facts["reason"], facts["line"]) == ("counted", 1)
    # The difference needs its reason, the count its committee and two signatures.
    assert refused(pharmacy, MissingFact, counted((batch, 8, 9), note=" ")) == {"name": "note"}
    unseen = counted((batch, 8, 9), committee=())
    assert refused(pharmacy, MissingFact, unseen) == {"name": "committee"}
    refused(pharmacy, SignatureRefused, counted((batch, 8, 9)), second=None)

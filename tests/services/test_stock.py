"""Stock coming in and held back: what is written, and what is refused without a trace."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from pharmacy.errors import (
    InvalidReceipt,
    MissingFact,
    NotFound,
    NotPermitted,
    PharmacyError,
    SubmissionConflict,
)
from pharmacy.models import Batch, BatchEvent, Fund, Posting, StockMovement, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.vocabulary import Account, BatchStatus, FundKind, Role, VoucherKind
from pharmacy.services.stock import (
    MOST_PIASTRES,
    MOST_UNITS,
    Receipt,
    ReceiptLine,
    hold_batch,
    open_balance,
    receive,
)
from tests.builders import (
    NOW,
    TODAY,
    Pharmacy,
    add_batch,
    add_drug,
    add_fund,
    receipt_of,
    rows,
    snapshot,
)
from tests.services.verified import faults


def take_in(pharmacy: Pharmacy, receipt: Receipt, *, actor: Actor | None = None) -> int:
    with pharmacy.database.transaction() as session:
        return receive(session, receipt, actor=actor or pharmacy.keeper, now=NOW)


def line(drug_id: int, **facts: Any) -> ReceiptLine:
    given = {"lot": "A1", "expiry": date(2028, 1, 31), "quantity": 100, "value": 4_321}
    return ReceiptLine(drug_id=drug_id, **{**given, **facts})


def refused(
    pharmacy: Pharmacy, refusal: type[PharmacyError], receipt: Receipt, **who: Any
) -> dict[str, object]:
    """Send a receipt that must be refused, and see that nothing moved."""
    before = snapshot(pharmacy.database)
    with pytest.raises(refusal) as caught:
        take_in(pharmacy, receipt, **who)
    assert snapshot(pharmacy.database) == before
    return caught.value.facts()


def test_a_goods_receipt_opens_a_batch_for_each_line(pharmacy: Pharmacy) -> None:
    drug, other = add_drug(pharmacy), add_drug(pharmacy)
    receipt = receipt_of(pharmacy, line(drug), line(other, lot="B2", quantity=7, value=0))
    voucher = take_in(pharmacy, receipt)
    database = pharmacy.database
    assert rows(
        database,
        Voucher.kind,
        Voucher.number,
        Voucher.supplier_id,
        Voucher.document_reference,
        Voucher.business_date,
    ) == [(VoucherKind.GOODS_RECEIPT, 1, pharmacy.supplier_id, "INV-1", TODAY)]
    batches = rows(
        database,
        Batch.drug_id,
        Batch.lot,
        Batch.expiry,
        Batch.received_on,
        Batch.received_quantity,
        Batch.received_value,
        Batch.on_hand,
        Batch.value_on_hand,
        Batch.status,
        Batch.fund_id,
        voucher_id=voucher,
    )
    day, fund, free = date(2028, 1, 31), pharmacy.fund_id, BatchStatus.AVAILABLE
    assert batches == [
        (drug, "A1", day, TODAY, 100, 4_321, 100, 4_321, free, fund),
        (other, "B2", day, TODAY, 7, 0, 7, 0, free, fund),
    ]
    moved = rows(database, StockMovement.line_no, StockMovement.quantity, StockMovement.value)
    assert moved == [(1, 100, 4_321), (2, 7, 0)]
    assert rows(database, Posting.account, Posting.amount) == [
        (Account.STOCK, 4_321),
        (Account.PAYABLES, -4_321),
    ]
    assert faults(database) == {}


def test_a_gift_in_kind_owes_nobody(pharmacy: Pharmacy) -> None:
    gift = add_fund(pharmacy.database, FundKind.GIFT_IN_KIND)
    take_in(pharmacy, receipt_of(pharmacy, line(add_drug(pharmacy)), fund_id=gift))
    assert rows(pharmacy.database, Posting.account, Posting.fund_id, Posting.amount) == [
        (Account.STOCK, gift, 4_321),
        (Account.GIFTS_IN_KIND, gift, -4_321),
    ]


def test_an_opening_balance_needs_no_supplier(pharmacy: Pharmacy) -> None:
    receipt = replace(receipt_of(pharmacy, line(add_drug(pharmacy))), supplier_id=None)
    with pharmacy.database.transaction() as session:
        open_balance(session, receipt, actor=pharmacy.keeper, now=NOW)
    assert rows(pharmacy.database, Voucher.kind) == [(VoucherKind.OPENING_BALANCE,)]
    assert rows(pharmacy.database, Posting.account, Posting.amount) == [
        (Account.STOCK, 4_321),
        (Account.FUND_BALANCE, -4_321),
    ]


def test_the_same_receipt_sent_twice_comes_in_once(pharmacy: Pharmacy) -> None:
    receipt = receipt_of(pharmacy, line(add_drug(pharmacy)))
    first = take_in(pharmacy, receipt)
    before = snapshot(pharmacy.database)
    assert take_in(pharmacy, receipt) == first
    assert snapshot(pharmacy.database) == before
    other = replace(receipt, document_reference="INV-2")
    assert refused(pharmacy, SubmissionConflict, other)["submission_id"] == receipt.submission_id


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"lot": "  "}, "lot"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": -1}, "quantity"),
        ({"quantity": MOST_UNITS + 1}, "quantity"),
        ({"value": -1}, "value"),
        ({"value": MOST_PIASTRES + 1}, "value"),
        ({"expiry": TODAY - timedelta(days=1)}, "expired"),
        ({"request_id": 404}, "request"),
    ],
)
def test_a_line_that_does_not_hold_together_refuses_the_whole_receipt(
    pharmacy: Pharmacy, facts: dict[str, Any], reason: str
) -> None:
    drug = add_drug(pharmacy)
    receipt = receipt_of(pharmacy, line(drug), line(drug, **facts))
    assert refused(pharmacy, InvalidReceipt, receipt) == {"reason": reason, "line": 2}


def test_a_receipt_names_drug_supplier_invoice_and_an_open_fund(pharmacy: Pharmacy) -> None:
    whole = receipt_of(pharmacy, line(add_drug(pharmacy)))
    nameless = receipt_of(pharmacy, line(404))
    assert refused(pharmacy, InvalidReceipt, nameless) == {"reason": "drug", "line": 1}
    assert refused(pharmacy, InvalidReceipt, replace(whole, lines=()))["reason"] == "lines"
    refused(pharmacy, MissingFact, replace(whole, supplier_id=None))
    refused(pharmacy, MissingFact, replace(whole, document_reference=" "))
    refused(pharmacy, NotFound, replace(whole, supplier_id=404))
    refused(pharmacy, NotFound, replace(whole, fund_id=404))
    with pharmacy.database.transaction() as session:
        session.get_one(Fund, pharmacy.fund_id).active = False
    refused(pharmacy, NotFound, whole)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.STORE_KEEPER])
def test_only_the_store_keeper_takes_goods_in(pharmacy: Pharmacy, role: Role) -> None:
    receipt = receipt_of(pharmacy, line(add_drug(pharmacy)))
    assert refused(pharmacy, NotPermitted, receipt, actor=pharmacy[role])["role"] == role.value


def test_a_store_keeper_without_a_site_takes_nothing_in(pharmacy: Pharmacy) -> None:
    receipt = receipt_of(pharmacy, line(add_drug(pharmacy)))
    homeless = replace(pharmacy.keeper, site_id=None)
    assert refused(pharmacy, MissingFact, receipt, actor=homeless) == {"name": "site"}


def hold(
    pharmacy: Pharmacy, batch: int, status: BatchStatus, reason: str = "شكوى", **who: Any
) -> None:
    with pharmacy.database.transaction() as session:
        actor = who.get("actor", pharmacy.keeper)
        hold_batch(session, batch, status, reason=reason, actor=actor, now=NOW)


def test_a_batch_is_held_recalled_and_released_with_reasons(pharmacy: Pharmacy) -> None:
    batch = add_batch(pharmacy, add_drug(pharmacy), 10, 100)
    free, held, recalled = BatchStatus
    hold(pharmacy, batch, held)
    hold(pharmacy, batch, held)  # twice is once
    hold(pharmacy, batch, recalled, "نشرة السحب 12")
    hold(pharmacy, batch, free)
    events = (BatchEvent.from_status, BatchEvent.to_status, BatchEvent.reason)
    assert rows(pharmacy.database, *events, batch_id=batch) == [
        (free, held, "شكوى"),
        (held, recalled, "نشرة السحب 12"),
        (recalled, free, "شكوى"),
    ]
    assert rows(pharmacy.database, Batch.status) == [(free,)]
    assert faults(pharmacy.database) == {}


def test_holding_needs_a_right_a_reason_and_a_batch(pharmacy: Pharmacy) -> None:
    batch = add_batch(pharmacy, add_drug(pharmacy), 10, 100)
    before = snapshot(pharmacy.database)
    held = BatchStatus.QUARANTINED
    with pytest.raises(NotPermitted):
        hold(pharmacy, batch, held, actor=pharmacy[Role.CLERK])
    with pytest.raises(MissingFact):
        hold(pharmacy, batch, held, " ")
    with pytest.raises(NotFound):
        hold(pharmacy, 404, held)
    assert snapshot(pharmacy.database) == before

"""Invoices: matched with their goods once, the difference posted, paid no more than they ask."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from pharmacy.db import Database
from pharmacy.errors import (
    CannotReverse,
    InsufficientFunds,
    InvalidMoney,
    InvoiceMismatch,
    InvoicePaid,
    InvoiceTaken,
    NotFound,
    NotPermitted,
    PaidTooEarly,
    PharmacyError,
    SubmissionConflict,
)
from pharmacy.models import InvoicePayment, InvoiceReceipt, Posting, Supplier, SupplierInvoice
from pharmacy.models import Voucher as VoucherRow
from pharmacy.rules.vocabulary import Account, FundKind, ReversalReason, Role, VoucherKind
from pharmacy.services.invoice import record_invoice
from pharmacy.services.invoice_view import paid_on
from pharmacy.services.money import balance, receive_money
from pharmacy.services.money_reversal import reverse_money
from pharmacy.services.period import close_period
from pharmacy.services.reversal import reverse
from tests.builders import (
    NOW,
    TODAY,
    Pharmacy,
    add_fund,
    add_row,
    after,
    open_pharmacy,
    rows,
    snapshot,
    unique,
)
from tests.invoices import give_cash, invoice, pay, receive_goods, record
from tests.services.verified import faults
from tests.treasury import add_office, money


@pytest.fixture
def treasury(database: Database) -> Pharmacy:
    """A pharmacy with its finance office."""
    pharmacy = open_pharmacy(database)
    add_office(database)
    return pharmacy


def owed(pharmacy: Pharmacy) -> int:
    with pharmacy.database.reading() as session:
        return -balance(session, Account.PAYABLES, pharmacy.fund_id)


def undo_payment(pharmacy: Pharmacy, voucher_id: int) -> int:
    with pharmacy.database.transaction() as session:
        return reverse_money(
            session,
            voucher_id,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_ENTRY,
            actor=pharmacy[Role.FINANCE],
            now=after(1),
        )


def undo_receipt(pharmacy: Pharmacy, voucher_id: int) -> int:
    with pharmacy.database.transaction() as session:
        return reverse(
            session,
            voucher_id,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_ENTRY,
            actor=pharmacy.keeper,
            now=NOW,
        )


def test_an_invoice_that_agrees_with_its_receipts_posts_nothing(treasury: Pharmacy) -> None:
    first, second = receive_goods(treasury, 700_00), receive_goods(treasury, 300_50)
    of = record(treasury, invoice(treasury, 1000_50, first, second, number=" 417/ب "))
    columns = (SupplierInvoice.number, SupplierInvoice.difference, SupplierInvoice.voucher_id)
    assert rows(treasury.database, *columns) == [("417/ب", 0, None)]
    assert rows(treasury.database, InvoiceReceipt.voucher_id, InvoiceReceipt.invoice_id) == [
        (first, of),
        (second, of),
    ]
    assert owed(treasury) == 1000_50
    assert faults(treasury.database) == {}


def test_what_an_invoice_differs_by_is_posted_with_its_reason(treasury: Pharmacy) -> None:
    dearer, cheaper = receive_goods(treasury, 700_00), receive_goods(treasury, 300_00)
    record(treasury, invoice(treasury, 700_07, dearer, reason="مصاريف نقل"))
    record(treasury, invoice(treasury, 299_00, cheaper, reason="خصم"))
    vouchers = rows(treasury.database, VoucherRow.id, kind=VoucherKind.SUPPLIER_INVOICE)
    columns = (Posting.account, Posting.amount)
    assert [rows(treasury.database, *columns, voucher_id=v) for (v,) in vouchers] == [
        [(Account.PRICE_DIFFERENCES, 7), (Account.PAYABLES, -7)],
        [(Account.PRICE_DIFFERENCES, -1_00), (Account.PAYABLES, 1_00)],
    ]
    notes = rows(treasury.database, VoucherRow.note, kind=VoucherKind.SUPPLIER_INVOICE)
    assert notes == [("مصاريف نقل",), ("خصم",)]
    assert owed(treasury) == 999_07
    assert faults(treasury.database) == {}


def test_what_does_not_hold_together_is_refused_and_nothing_moves(treasury: Pharmacy) -> None:
    goods = receive_goods(treasury, 500_00)
    other_fund = receive_goods(treasury, 1_00, fund_id=add_fund(treasury.database))
    gift = add_fund(treasury.database, FundKind.GIFT_IN_KIND)
    given = receive_goods(treasury, 5_00, fund_id=gift)
    stranger = add_row(treasury.database, Supplier(name=unique("شركة")))
    undone = receive_goods(treasury, 9_00)
    undo_receipt(treasury, undone)
    before = snapshot(treasury.database)
    wrong: list[tuple[type[PharmacyError], dict[str, Any]]] = [
        (InvalidMoney, {"number": " "}),
        (InvalidMoney, {"amount": 0}),
        (InvalidMoney, {"dated_on": TODAY + timedelta(days=1)}),
        (InvalidMoney, {"due_on": date(2026, 1, 1)}),
        (InvalidMoney, {"receipts": ()}),
        (InvalidMoney, {"receipts": (goods, goods)}),
        (InvalidMoney, {"receipts": (goods, other_fund)}),
        (InvalidMoney, {"receipts": (given,)}),
        (InvalidMoney, {"receipts": (undone,)}),
        (NotFound, {"receipts": (goods, 999)}),
        (NotFound, {"supplier_id": stranger}),
        (NotFound, {"supplier_id": 999}),
        (InvoiceMismatch, {"amount": 500_01}),
    ]
    for refusal, facts in wrong:
        asked = replace(invoice(treasury, 500_00, goods), **facts)
        with pytest.raises(refusal):
            record(treasury, asked)
        assert snapshot(treasury.database) == before, facts
    asked = invoice(treasury, 500_00, goods)
    with pytest.raises(NotPermitted), treasury.database.transaction() as session:
        record_invoice(session, asked, actor=treasury[Role.MANAGER], now=NOW)


def test_a_receipt_stands_on_one_invoice_and_is_not_undone_behind_it(treasury: Pharmacy) -> None:
    goods, others = receive_goods(treasury, 500_00), receive_goods(treasury, 80_00)
    first = invoice(treasury, 500_00, goods)
    assert record(treasury, first) == record(treasury, first)
    with pytest.raises(InvoiceTaken) as refused:
        record(treasury, invoice(treasury, 580_00, others, goods))
    assert refused.value.facts() == {"number": str(goods), "what": "receipt"}
    with pytest.raises(InvoiceTaken) as refused:
        record(treasury, invoice(treasury, 80_00, others, number=first.number))
    assert refused.value.what == "invoice"
    with pytest.raises(SubmissionConflict):
        record(treasury, invoice(treasury, 80_00, others, submission_id=first.submission_id))
    with pytest.raises(CannotReverse) as standing:
        undo_receipt(treasury, goods)
    assert standing.value.reason == "invoiced"
    undo_receipt(treasury, others)
    assert faults(treasury.database) == {}


def test_one_payment_pays_several_invoices_and_no_more_than_is_open(treasury: Pharmacy) -> None:
    give_cash(treasury, 2_000_00)
    first, second = (
        record(treasury, invoice(treasury, amount, receive_goods(treasury, amount)))
        for amount in (500_00, 300_00)
    )
    part = pay(treasury, (first, 400_00), (second, 300_00))
    columns = (InvoicePayment.invoice_id, InvoicePayment.amount)
    assert rows(treasury.database, *columns, voucher_id=part) == [(first, 400_00), (second, 300_00)]
    assert rows(treasury.database, Posting.account, Posting.amount, voucher_id=part) == [
        (Account.CASH, -700_00),
        (Account.PAYABLES, 700_00),
    ]
    before = snapshot(treasury.database)
    with pytest.raises(InvoicePaid) as refused:
        pay(treasury, (first, 100_01))
    assert refused.value.left == 100_00
    with pytest.raises(InvoicePaid):
        pay(treasury, (second, 1))
    assert snapshot(treasury.database) == before
    pay(treasury, (first, 100_00))
    assert owed(treasury) == 0
    undo_payment(treasury, part)
    assert owed(treasury) == 700_00
    pay(treasury, (second, 300_00), now=after(2))
    assert owed(treasury) == 400_00
    assert faults(treasury.database) == {}


def test_no_invoice_is_paid_before_it_counts(treasury: Pharmacy) -> None:
    """Two invoices, of 27 February and 3 March, and money enough since January."""
    with treasury.database.transaction() as session:
        given = money(treasury, 2_000_00, on=date(2026, 1, 1))
        receive_money(session, given, actor=treasury[Role.FINANCE], now=NOW)
    first, second = (
        record(
            treasury,
            invoice(treasury, 100_00, receive_goods(treasury, 100_00), dated_on=day),
        )
        for day in (date(2026, 2, 27), date(2026, 3, 3))
    )
    before = snapshot(treasury.database)
    for on, paid, number in (
        (date(2026, 2, 26), [first], first),
        (date(2026, 3, 2), [first, second], second),
    ):
        with pytest.raises(PaidTooEarly) as refused:
            pay(treasury, *((one, 1_00) for one in paid), on=on)
        with treasury.database.reading() as session:
            row = session.get_one(SupplierInvoice, number)
            assert refused.value.facts() == {"number": row.number, "first": row.dated_on}
    assert snapshot(treasury.database) == before
    pay(treasury, (first, 1_00), on=date(2026, 2, 27))
    pay(treasury, (first, 1_00), (second, 1_00), on=date(2026, 3, 3))


def test_an_invoice_of_a_closed_month_is_paid_from_the_day_it_was_posted_on(
    treasury: Pharmacy,
) -> None:
    give_cash(treasury, 2_000_00)
    goods = receive_goods(treasury, 100_00)
    with treasury.database.transaction() as session:
        close_period(session, "2026-02", actor=treasury[Role.FINANCE], now=NOW)
    late = record(treasury, invoice(treasury, 100_00, goods, dated_on=date(2026, 2, 20)))
    before = snapshot(treasury.database)
    for on, first in ((date(2026, 2, 19), date(2026, 2, 20)), (date(2026, 3, 9), TODAY)):
        with pytest.raises(PaidTooEarly) as refused:
            pay(treasury, (late, 1_00), on=on)
        assert refused.value.first == first
    assert snapshot(treasury.database) == before
    pay(treasury, (late, 1_00))
    # What was paid in the closed month is posted today, as the invoice was.
    paid = pay(treasury, (late, 1_00), on=date(2026, 2, 20))
    assert rows(treasury.database, VoucherRow.business_date, VoucherRow.fact_date, id=paid) == [
        (TODAY, date(2026, 2, 20))
    ]


def test_a_payment_tells_what_it_left_open_whatever_came_after(treasury: Pharmacy) -> None:
    def told(voucher_id: int) -> list[tuple[int, int, int]]:
        with treasury.database.reading() as session:
            return [(one.invoice.id, one.amount, one.left) for one in paid_on(session, voucher_id)]

    cash = give_cash(treasury, 2_000_00)
    first, second = (
        record(treasury, invoice(treasury, amount, receive_goods(treasury, amount)))
        for amount in (500_00, 300_00)
    )
    part = pay(treasury, (first, 400_00), (second, 300_00))
    rest = pay(treasury, (first, 60_00))
    assert told(part) == [(first, 400_00, 100_00), (second, 300_00, 0)]
    assert told(rest) == [(first, 60_00, 40_00)]
    undo_payment(treasury, part)
    again = pay(treasury, (first, 200_00), (second, 1_00), now=after(2))
    assert told(part) == [(first, 400_00, 100_00), (second, 300_00, 0)]
    assert told(rest) == [(first, 60_00, 40_00)]
    assert told(again) == [(first, 200_00, 240_00), (second, 1_00, 299_00)]
    assert told(cash) == []


def test_a_payment_sent_twice_pays_once_and_other_invoices_conflict(treasury: Pharmacy) -> None:
    give_cash(treasury, 2_000_00)
    first, second = (
        record(treasury, invoice(treasury, 100_00, receive_goods(treasury, 100_00)))
        for _ in range(2)
    )
    once = pay(treasury, (first, 100_00), submission_id="once")
    assert pay(treasury, (first, 100_00), submission_id="once") == once
    with pytest.raises(SubmissionConflict):
        pay(treasury, (second, 100_00), submission_id="once")
    assert owed(treasury) == 100_00


def test_invoices_of_two_suppliers_or_funds_are_not_paid_together(treasury: Pharmacy) -> None:
    give_cash(treasury, 2_000_00)
    first = record(treasury, invoice(treasury, 10_00, receive_goods(treasury, 10_00)))
    fund = add_fund(treasury.database)
    of_fund = record(treasury, invoice(treasury, 9_00, receive_goods(treasury, 9_00, fund_id=fund)))
    stranger = add_row(treasury.database, Supplier(name=unique("شركة")))
    theirs = Pharmacy(
        treasury.database, treasury.site_id, treasury.fund_id, stranger, treasury.actors
    )
    of_other = record(theirs, invoice(theirs, 8_00, receive_goods(theirs, 8_00)))
    before = snapshot(treasury.database)
    for paid, reason in (
        ([], "invoices"),
        ([(first, 1), (first, 1)], "invoices"),
        ([(first, 1), (of_fund, 1)], "one_fund"),
        ([(first, 1), (of_other, 1)], "one_supplier"),
        ([(first, 0)], "amount"),
    ):
        with pytest.raises(InvalidMoney) as refused:
            pay(treasury, *paid)
        assert refused.value.reason == reason
    with pytest.raises(NotFound):
        pay(treasury, (999, 1))
    with pytest.raises(InsufficientFunds):
        pay(treasury, (of_fund, 9_00))
    assert snapshot(treasury.database) == before

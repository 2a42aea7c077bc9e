"""What a supplier owes a fund: taken off a later invoice or paid back, and never booked away."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from pharmacy.db import Database
from pharmacy.errors import CannotReverse, InvalidMoney, NoSuchCredit, PharmacyError
from pharmacy.models import (
    Batch,
    Fund,
    InvoiceReceipt,
    MoneyVoucher,
    Posting,
    SupplierInvoice,
    Voucher,
)
from pharmacy.rules.vocabulary import Account, PartyKind, ReversalReason, Role, VoucherKind
from pharmacy.services.fund_statement import HeldAs, Line, fund_statement
from pharmacy.services.money import Money, balance, receive_money
from pharmacy.services.money_reversal import reverse_money
from pharmacy.services.party import PartyFacts, add_party
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.supplier_balance import Owed, supplier_balances, unmatched_receipts
from reports.beancount import account_name
from tests.beancount_books import exported, read, sums
from tests.builders import (
    NOW,
    Pharmacy,
    add_batch,
    add_drug,
    add_fund,
    open_pharmacy,
    rows,
    snapshot,
    unique,
)
from tests.invoices import give_cash, invoice, pay, receive_goods, record, send_back
from tests.services.verified import faults
from tests.treasury import add_office, money

YEAR = ReportQuery(date_from=date(2026, 1, 1), date_to=date(2026, 12, 31))


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    """Goods of 100 pounds were received, invoiced and paid of 500; then 40 went back."""
    pharmacy = open_pharmacy(database)
    add_office(database)
    batch = add_batch(pharmacy, add_drug(pharmacy), 10, 100_00)
    with database.reading() as session:
        goods = session.scalars(select(Batch.voucher_id).where(Batch.id == batch)).one()
    give_cash(pharmacy, 500_00)
    pay(pharmacy, (record(pharmacy, invoice(pharmacy, 100_00, goods)), 100_00))
    send_back(pharmacy, batch, 4)
    return pharmacy


def returned(pharmacy: Pharmacy) -> int:
    [(voucher,)] = rows(pharmacy.database, Voucher.id, kind=VoucherKind.RETURN_TO_SUPPLIER)
    return int(voucher)


def refund(pharmacy: Pharmacy, amount: int, **facts: object) -> int:
    given: dict[str, object] = {
        "account": Account.PAYABLES,
        "party_id": pharmacy.supplier_id,
        "purpose": "رد قيمة مرتجع",
        **facts,
    }
    asked: Money = money(pharmacy, amount, **given)
    with pharmacy.database.transaction() as session:
        return receive_money(session, asked, actor=pharmacy[Role.FINANCE], now=NOW)


def undo(pharmacy: Pharmacy, voucher_id: int) -> int:
    with pharmacy.database.transaction() as session:
        return reverse_money(
            session,
            voucher_id,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_ENTRY,
            actor=pharmacy[Role.FINANCE],
            now=NOW,
        )


def held(pharmacy: Pharmacy) -> tuple[int, int]:
    """What the fund has in cash, and what is owed to suppliers."""
    with pharmacy.database.reading() as session:
        fund = pharmacy.fund_id
        return (
            balance(session, Account.CASH, fund),
            -balance(session, Account.PAYABLES, fund),
        )


def account(pharmacy: Pharmacy) -> Owed:
    with pharmacy.database.reading() as session:
        [row] = supplier_balances(session, YEAR, actor=pharmacy[Role.AUDITOR])
        return row


def waiting(pharmacy: Pharmacy) -> list[tuple[int, int]]:
    """Vouchers without an invoice, and what is owed for each."""
    with pharmacy.database.reading() as session:
        found = unmatched_receipts(session, YEAR, actor=pharmacy[Role.AUDITOR])
        return [(row.voucher_id, row.amount) for row in found]


def test_a_credit_is_not_booked_away_by_an_invoice_of_nothing(pharmacy: Pharmacy) -> None:
    back = returned(pharmacy)
    same = receive_goods(pharmacy, 40_00)
    before = snapshot(pharmacy.database)
    for amount, receipts in ((1, [back]), (40_00, [back]), (1, [back, same])):
        with pytest.raises(InvalidMoney) as refused:
            record(pharmacy, invoice(pharmacy, amount, *receipts, reason="تسوية"))
        assert refused.value.reason == "credit"
    assert snapshot(pharmacy.database) == before
    more = receive_goods(pharmacy, 60_00)
    record(pharmacy, invoice(pharmacy, 60_00, back, same, more))
    assert waiting(pharmacy) == []
    assert faults(pharmacy.database) == {}


def test_a_refund_brings_what_is_owed_back_to_nothing(pharmacy: Pharmacy) -> None:
    assert held(pharmacy) == (400_00, -40_00)
    assert account(pharmacy).closing == -40_00
    voucher = refund(pharmacy, 40_00)
    assert rows(pharmacy.database, Posting.account, Posting.amount, voucher_id=voucher) == [
        (Account.CASH, 40_00),
        (Account.PAYABLES, -40_00),
    ]
    columns = (MoneyVoucher.account, MoneyVoucher.amount, MoneyVoucher.purpose)
    assert rows(pharmacy.database, *columns, voucher_id=voucher) == [
        (Account.PAYABLES, 40_00, "رد قيمة مرتجع")
    ]
    assert held(pharmacy) == (440_00, 0)
    assert account(pharmacy) == Owed(
        supplier_id=pharmacy.supplier_id,
        name=account(pharmacy).name,
        received=100_00,
        returned=40_00,
        paid=100_00,
        refunded=40_00,
        invoiced=100_00,
    )
    assert account(pharmacy).closing == 0
    assert waiting(pharmacy) == [(returned(pharmacy), -40_00), (voucher, 40_00)]
    with pharmacy.database.reading() as session:
        lines = fund_statement(session, YEAR, actor=pharmacy[Role.AUDITOR])
    cash = [(line.sort, line.came, line.went) for line in lines if line.held_as is HeldAs.CASH]
    assert cash == [
        (Line.OPENING, 0, 0),
        (VoucherKind.FUND_RECEIPT, 540_00, 0),
        (VoucherKind.PAYMENT, 0, 100_00),
        (Line.CLOSING, 0, 0),
    ]
    assert faults(pharmacy.database) == {}


def test_nobody_pays_back_what_they_do_not_owe(pharmacy: Pharmacy) -> None:
    other = add_fund(pharmacy.database)
    with pharmacy.database.transaction() as session:
        facts = PartyFacts(name="شركة أخرى", kind=PartyKind.SUPPLIER)
        stranger = add_party(session, facts, actor=pharmacy[Role.FINANCE], now=NOW)
    refund(pharmacy, 15_00)
    before = snapshot(pharmacy.database)
    wrong: list[tuple[int, dict[str, object], PharmacyError]] = [
        (25_01, {}, NoSuchCredit(asked=25_01, left=25_00)),
        (1, {"fund_id": other}, NoSuchCredit(asked=1, left=0)),
        (1, {"party_id": stranger}, NoSuchCredit(asked=1, left=0)),
        (25_00, {"party_id": None}, InvalidMoney(reason="party")),
    ]
    for amount, facts_of, expected in wrong:
        with pytest.raises(type(expected)) as refused:
            refund(pharmacy, amount, **facts_of)
        assert refused.value.facts() == expected.facts()
    assert snapshot(pharmacy.database) == before
    refund(pharmacy, 25_00)
    assert held(pharmacy) == (440_00, 0)


def test_a_refund_is_undone_and_takes_the_place_of_a_return_on_an_invoice(
    pharmacy: Pharmacy,
) -> None:
    wrong = refund(pharmacy, 40_00)
    undo(pharmacy, wrong)
    assert held(pharmacy) == (400_00, -40_00)
    assert waiting(pharmacy) == [(returned(pharmacy), -40_00)]
    voucher, more = refund(pharmacy, 40_00), receive_goods(pharmacy, 30_00)
    whole = record(pharmacy, invoice(pharmacy, 30_00, more, returned(pharmacy), voucher))
    assert sorted(rows(pharmacy.database, InvoiceReceipt.voucher_id, invoice_id=whole)) == [
        (returned(pharmacy),),
        (voucher,),
        (more,),
    ]
    assert rows(pharmacy.database, SupplierInvoice.difference, id=whole) == [(0,)]
    before = snapshot(pharmacy.database)
    with pytest.raises(CannotReverse) as refused:
        undo(pharmacy, voucher)
    assert refused.value.reason == "invoiced"
    assert snapshot(pharmacy.database) == before
    pay(pharmacy, (whole, 30_00))
    assert held(pharmacy) == (410_00, 0)
    assert faults(pharmacy.database) == {}


def test_the_books_of_a_refund_are_good_books_elsewhere(pharmacy: Pharmacy, tmp_path: Path) -> None:
    refund(pharmacy, 40_00)
    with pharmacy.database.reading() as session:
        code = session.get_one(Fund, pharmacy.fund_id).code
        path = exported(session, tmp_path / "books.beancount", pharmacy[Role.AUDITOR])
    entries, errors = read(path)
    assert errors == []
    found = sums(entries)
    for kind, name, expected in (("asset", "cash", 440_00), ("liability", "payables", 0)):
        of_account = account_name(kind, name, code)
        moved = [amount for (told, _month), amount in found.items() if told == of_account]
        assert sum(moved) == expected

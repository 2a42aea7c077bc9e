"""Reports of the ledger: exact rows, and one sum wherever it is told."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pharmacy.db import Database
from pharmacy.errors import AccountCodeTaken, MissingFact, NotPermitted
from pharmacy.rules.vocabulary import Account, InvoiceState, ReversalReason, Role, VoucherKind
from pharmacy.services.account_statement import account_statement
from pharmacy.services.invoice_view import (
    InvoiceFilter,
    band_of,
    invoice_sums,
    listed_invoices,
    state_of,
    whole_invoice,
)
from pharmacy.services.ledger import trial_balance
from pharmacy.services.ledger_chart import AccountNames, change_chart
from pharmacy.services.money_reversal import reverse_money
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.supplier_balance import (
    Owed,
    payables_ageing,
    supplier_balances,
    unmatched_receipts,
)
from tests.builders import NOW, TODAY, Pharmacy, after, open_pharmacy, snapshot, unique
from tests.invoices import give_cash, invoice, pay, receive_goods, record
from tests.treasury import add_office

MARCH = ReportQuery(date_from=date(2026, 3, 1), date_to=date(2026, 3, 31))


@pytest.fixture
def books(database: Database) -> Pharmacy:
    """Goods of February for 1,000 and 99; both invoiced, and partly paid, in March; 50 more."""
    pharmacy = open_pharmacy(database)
    add_office(database)
    receipts = [receive_goods(pharmacy, value) for value in (700_00, 300_00, 99_00)]
    receive_goods(pharmacy, 50_00, now=after(0))
    give_cash(pharmacy, 5_000_00)
    first = record(pharmacy, invoice(pharmacy, 1000_00, *receipts[:2], due_on=date(2026, 3, 5)))
    second = record(pharmacy, invoice(pharmacy, 99_02, receipts[2], reason="نقل"))
    pay(pharmacy, (first, 600_00), (second, 99_02))
    pay(pharmacy, (first, 100_00))
    return pharmacy


def undo(pharmacy: Pharmacy, voucher_id: int, days: int) -> None:
    with pharmacy.database.transaction() as session:
        reverse_money(
            session,
            voucher_id,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_ENTRY,
            actor=pharmacy[Role.FINANCE],
            now=after(days),
        )


def test_the_trial_balance_says_what_stood_moved_and_stands(books: Pharmacy) -> None:
    with books.database.reading() as session:
        found = trial_balance(session, MARCH, actor=books[Role.MANAGER])
    assert [(r.code, r.account, r.opening, r.debit, r.credit, r.closing) for r in found] == [
        ("1100", Account.STOCK, 1_099_00, 50_00, 0, 1_149_00),
        ("1200", Account.CASH, 0, 5_000_00, 799_02, 4_200_98),
        ("2100", Account.PAYABLES, -1_099_00, 799_02, 50_02, -350_00),
        ("4100", Account.FUND_RECEIPTS, 0, 0, 5_000_00, -5_000_00),
        ("5700", Account.PRICE_DIFFERENCES, 0, 2, 0, 2),
    ]


def test_an_account_is_told_voucher_by_voucher_to_its_balance(books: Pharmacy) -> None:
    query = ReportQuery(date_from=MARCH.date_from, date_to=MARCH.date_to, account=Account.PAYABLES)
    with books.database.reading() as session:
        found = account_statement(session, query, actor=books[Role.AUDITOR])
        cash = account_statement(session, MARCH, actor=books[Role.AUDITOR])
        with pytest.raises(NotPermitted):
            account_statement(session, MARCH, actor=books[Role.CLERK])
    assert found.opening == -1_099_00
    assert [
        (line.on, line.kind.value, line.debit, line.credit, line.balance) for line in found.lines
    ] == [
        (date(2026, 3, 3), "supplier_invoice", 0, 2, -1_099_02),
        (TODAY, "goods_receipt", 0, 50_00, -1_149_02),
        (TODAY, "payment", 699_02, 0, -450_00),
        (TODAY, "payment", 100_00, 0, -350_00),
    ]
    assert found.closing == -350_00
    assert (cash.account, cash.closing) == (Account.CASH, 4_200_98)


def test_of_one_kind_a_statement_tells_what_it_moved_with_its_undoings(books: Pharmacy) -> None:
    undo(books, 8, days=1)  # the payment of 100 pounds
    query = replace(MARCH, account=Account.PAYABLES, kind=VoucherKind.PAYMENT)
    with books.database.reading() as session:
        found = account_statement(session, query, actor=books[Role.AUDITOR])
        [owed] = supplier_balances(session, MARCH, actor=books[Role.AUDITOR])
    assert (found.opening, found.closing) == (0, owed.paid) == (0, 699_02)
    assert [(line.kind.value, line.debit, line.credit) for line in found.lines] == [
        ("payment", 699_02, 0),
        ("payment", 100_00, 0),
        ("reversal", 0, 100_00),
    ]


def test_each_suppliers_account_comes_to_what_they_are_owed(books: Pharmacy) -> None:
    with books.database.reading() as session:
        [row] = supplier_balances(session, MARCH, actor=books[Role.FINANCE])
    assert row == Owed(
        supplier_id=books.supplier_id,
        name=row.name,
        opening=1_099_00,
        received=50_00,
        differences=2,
        paid=799_02,
        invoiced=1_099_02,
    )
    assert row.closing == 350_00


def test_open_invoices_are_told_by_their_age_as_it_was(books: Pharmacy) -> None:
    def at(day: date) -> list[list[int]]:
        query = ReportQuery(date_from=day, date_to=day)
        with books.database.reading() as session:
            found = payables_ageing(session, query, actor=books[Role.FINANCE])
        return [row.bands for row in found]

    assert at(date(2026, 3, 2)) == []
    assert at(date(2026, 3, 5)) == [[1_099_02, 0, 0, 0, 0]]
    assert at(date(2026, 3, 9)) == [[99_02, 1_000_00, 0, 0, 0]]
    assert at(date(2026, 3, 10)) == [[0, 300_00, 0, 0, 0]]
    assert at(date(2026, 6, 30)) == [[0, 0, 0, 0, 300_00]]
    undo(books, 8, days=60)  # the payment of 100 pounds
    assert at(date(2026, 3, 10)) == [[0, 300_00, 0, 0, 0]]
    assert at(date(2026, 6, 30)) == [[0, 0, 0, 0, 400_00]]
    assert [band_of(date(2026, 3, 1), date(2026, 3, 1) + timedelta(days=n)) for n in
            (0, 1, 30, 31, 60, 61, 90, 91)] == [0, 1, 1, 2, 2, 3, 3, 4]  # fmt: skip


def test_invoices_of_an_age_are_listed_as_they_stood_and_come_to_the_report(
    books: Pharmacy,
) -> None:
    def listed(day: date, band: int | None) -> tuple[list[tuple[int, int]], tuple[int, int]]:
        wanted = InvoiceFilter(state=InvoiceState.OPEN, as_of=day, band=band)
        with books.database.reading() as session:
            rows = session.execute(listed_invoices(wanted, TODAY)).all()
            return [(row[0].amount, row[3]) for row in rows], invoice_sums(session, wanted, TODAY)

    first, second = (1_000_00, 0), (99_02, 0)
    assert listed(date(2026, 3, 5), 0) == ([first, second], (1_099_02, 0))
    assert listed(date(2026, 3, 9), 0) == ([second], (99_02, 0))
    assert listed(date(2026, 3, 9), 1) == ([first], (1_000_00, 0))
    assert listed(date(2026, 3, 10), None) == ([(1_000_00, 700_00)], (1_000_00, 700_00))
    assert listed(date(2026, 3, 10), 4) == ([], (0, 0))
    assert listed(date(2026, 6, 30), 4) == ([(1_000_00, 700_00)], (1_000_00, 700_00))


def test_goods_without_an_invoice_are_listed_until_it_comes(books: Pharmacy) -> None:
    with books.database.reading() as session:
        [row] = unmatched_receipts(session, MARCH, actor=books[Role.FINANCE])
    assert (row.amount, row.on, row.supplier_id) == (50_00, TODAY, books.supplier_id)
    record(books, invoice(books, 50_00, row.voucher_id))
    with books.database.reading() as session:
        assert unmatched_receipts(session, MARCH, actor=books[Role.FINANCE]) == []


def test_the_list_of_invoices_says_what_is_open_overdue_and_paid(books: Pharmacy) -> None:
    def amounts(state: InvoiceState | None) -> list[tuple[int, int, str]]:
        with books.database.reading() as session:
            found = session.execute(listed_invoices(InvoiceFilter(state=state), TODAY))
            return [
                (row[0].amount, row[3], state_of(row[0], row[3], TODAY, undone=row[4]))
                for row in found
            ]

    first, second = (1_000_00, 700_00, "overdue"), (99_02, 99_02, "paid")
    assert amounts(None) == [first, second]
    assert amounts(InvoiceState.OPEN) == amounts(InvoiceState.OVERDUE) == [first]
    assert amounts(InvoiceState.PAID) == [second]
    undo(books, 7, days=1)
    with books.database.reading() as session:
        whole = whole_invoice(session, 1)
    assert [(one.amount, one.undone) for one in whole.payments] == [(600_00, True), (100_00, False)]
    assert (whole.paid, whole.left, whole.received) == (100_00, 900_00, 1_000_00)
    assert [one.amount for one in whole.receipts] == [700_00, 300_00]


def test_two_accounts_never_have_one_code(books: Pharmacy) -> None:
    before = snapshot(books.database)
    names = AccountNames(code="1100", name_ar="أ", name_en="A")
    wanted = {Account.CASH: names, Account.STOCK: names}
    for refusal, chosen, actor in (
        (AccountCodeTaken, wanted, Role.FINANCE),
        (AccountCodeTaken, {Account.CASH: names}, Role.FINANCE),
        (MissingFact, {Account.CASH: replace(names, name_en=" ")}, Role.FINANCE),
        (NotPermitted, {}, Role.MANAGER),
    ):
        with pytest.raises(refusal), books.database.transaction() as session:
            change_chart(session, chosen, actor=books[actor], now=NOW)
    assert snapshot(books.database) == before

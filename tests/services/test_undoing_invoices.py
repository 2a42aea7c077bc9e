"""A wrong invoice is undone: its goods wait again, its number is free, and nothing is owed."""

from datetime import date, timedelta

import pytest

from pharmacy.db import Database
from pharmacy.errors import (
    AlreadyReversed,
    CannotReverse,
    InvoiceTaken,
    InvoiceUndone,
    NotFound,
    NotPermitted,
    PharmacyError,
    SubmissionConflict,
)
from pharmacy.models import AuditEvent, InvoiceReceipt, Posting, SupplierInvoice, Voucher
from pharmacy.rules.vocabulary import Account, InvoiceState, ReversalReason, Role, VoucherKind
from pharmacy.services.invoice_reversal import reverse_invoice
from pharmacy.services.invoice_view import InvoiceFilter, listed_invoices, unmatched, whole_invoice
from pharmacy.services.ledger_totals import balances
from pharmacy.services.money_reversal import reverse_money
from pharmacy.services.period import close_period
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.reversal import reverse
from pharmacy.services.supplier_balance import payables_ageing, supplier_balances
from pharmacy.services.undone_report import undone_report
from tests.builders import NOW, TODAY, Pharmacy, after, open_pharmacy, rows, snapshot, unique
from tests.claims import a_claim
from tests.invoices import give_cash, invoice, pay, receive_goods, record, undo_invoice
from tests.services.verified import faults
from tests.treasury import add_office

YEAR = ReportQuery(date_from=TODAY - timedelta(days=60), date_to=TODAY)


@pytest.fixture
def treasury(database: Database) -> Pharmacy:
    """A pharmacy with its finance office."""
    pharmacy = open_pharmacy(database)
    add_office(database)
    return pharmacy


def owed(pharmacy: Pharmacy) -> list[tuple[int, int, int, int]]:
    """What a supplier is owed by the ledger, by what was received, differed, and was invoiced."""
    with pharmacy.database.reading() as session:
        found = supplier_balances(session, YEAR, actor=pharmacy[Role.AUDITOR])
    return [(one.closing, one.received, one.differences, one.invoiced) for one in found]


def aged(pharmacy: Pharmacy) -> list[int]:
    with pharmacy.database.reading() as session:
        return [one.total for one in payables_ageing(session, YEAR, actor=pharmacy[Role.AUDITOR])]


def waiting(pharmacy: Pharmacy) -> list[int]:
    with pharmacy.database.reading() as session:
        return [one.voucher_id for one in unmatched(session)]


def test_an_invoice_is_undone_and_its_number_and_goods_are_recorded_again(
    treasury: Pharmacy,
) -> None:
    goods, others = receive_goods(treasury, 700_00), receive_goods(treasury, 90_00)
    wrong = record(treasury, invoice(treasury, 705_00, goods, number="ف-1", reason="نقل"))
    assert (owed(treasury), aged(treasury)) == ([(795_00, 790_00, 5_00, 705_00)], [705_00])
    sent = {"submission_id": "once", "note": "فاتورة مورد آخر"}
    undone = undo_invoice(treasury, wrong, **sent)
    assert undo_invoice(treasury, wrong, **sent) == undone
    posted = rows(treasury.database, Posting.account, Posting.amount, voucher_id=undone)
    assert posted == [(Account.PRICE_DIFFERENCES, -5_00), (Account.PAYABLES, 5_00)]
    assert (owed(treasury), aged(treasury)) == ([(790_00, 790_00, 0, 0)], [])
    assert waiting(treasury) == [goods, others]
    with treasury.database.reading() as session:
        whole = whole_invoice(session, wrong)
        assert whole.undone is not None
        assert whole.undone.by.note == "فاتورة مورد آخر"
        assert whole.left == 0
        [told] = undone_report(session, YEAR, actor=treasury[Role.AUDITOR]).reversals
    assert (told.voucher_id, told.first_kind, told.amount) == (
        undone,
        VoucherKind.SUPPLIER_INVOICE,
        5_00,
    )
    assert faults(treasury.database) == {}
    right = record(treasury, invoice(treasury, 790_00, goods, others, number="ف-1"))
    with pytest.raises(InvoiceTaken):
        record(treasury, invoice(treasury, 1_00, others, number="ف-1"))
    kept = (SupplierInvoice.id, SupplierInvoice.number, SupplierInvoice.attempt)
    assert rows(treasury.database, *kept) == [(wrong, "ف-1", 1), (right, "ف-1", 2)]
    matched = (InvoiceReceipt.invoice_id, InvoiceReceipt.voucher_id, InvoiceReceipt.attempt)
    assert sorted(rows(treasury.database, *matched)) == [
        (wrong, goods, 1),
        (right, goods, 2),
        (right, others, 1),
    ]
    assert (owed(treasury), aged(treasury)) == ([(790_00, 790_00, 0, 790_00)], [790_00])
    give_cash(treasury, 1_000_00)
    pay(treasury, (right, 790_00))
    assert faults(treasury.database) == {}


def test_one_that_agreed_is_undone_without_a_voucher_and_its_goods_can_go_back(
    treasury: Pharmacy,
) -> None:
    goods = receive_goods(treasury, 700_00)
    wrong = record(treasury, invoice(treasury, 700_00, goods, number="7"))
    before = len(rows(treasury.database, Voucher.id))
    assert undo_invoice(treasury, wrong) is None
    assert len(rows(treasury.database, Voucher.id)) == before
    written = {"action": "reverse", "noun": "supplier_invoice"}
    assert rows(treasury.database, AuditEvent.noun_id, **written) == [(str(wrong),)]
    with treasury.database.reading() as session:
        [told] = undone_report(session, YEAR, actor=treasury[Role.AUDITOR]).reversals
        states = {
            state: len(session.execute(listed_invoices(InvoiceFilter(state=state), TODAY)).all())
            for state in InvoiceState
        }
    assert (told.voucher_id, told.first_number, told.invoice_id, told.on) == (
        None,
        "7",
        wrong,
        TODAY,
    )
    assert states == {"open": 0, "overdue": 0, "paid": 0, "undone": 1}
    with treasury.database.transaction() as session:
        reverse(
            session,
            goods,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_ENTRY,
            actor=treasury[Role.STORE_KEEPER],
            now=NOW,
        )
    assert owed(treasury) == [(0, 0, 0, 0)]
    assert faults(treasury.database) == {}


def refused(pharmacy: Pharmacy, invoice_id: int, **facts: object) -> PharmacyError:
    before = snapshot(pharmacy.database)
    with pytest.raises(PharmacyError) as caught:
        undo_invoice(pharmacy, invoice_id, **facts)
    assert snapshot(pharmacy.database) == before
    return caught.value


def test_an_invoice_is_undone_only_while_nothing_of_it_is_paid_and_then_not_paid(
    treasury: Pharmacy,
) -> None:
    goods = receive_goods(treasury, 700_00)
    give_cash(treasury, 1_000_00)
    paid = record(treasury, invoice(treasury, 700_00, goods))
    payment = pay(treasury, (paid, 1_00))
    found = refused(treasury, paid)
    assert isinstance(found, CannotReverse)
    assert found.reason == "paid"
    with treasury.database.transaction() as session:
        reverse_money(
            session,
            payment,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_ENTRY,
            actor=treasury[Role.FINANCE],
            now=NOW,
        )
    undo_invoice(treasury, paid, submission_id="once")
    assert isinstance(refused(treasury, paid), AlreadyReversed)
    assert isinstance(refused(treasury, paid, submission_id="once", note="x"), SubmissionConflict)
    before = snapshot(treasury.database)
    with pytest.raises(InvoiceUndone):
        pay(treasury, (paid, 1_00))
    assert snapshot(treasury.database) == before
    assert isinstance(refused(treasury, 99), NotFound)
    with treasury.database.transaction() as session, pytest.raises(NotPermitted):
        reverse_invoice(
            session,
            paid,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_ENTRY,
            actor=treasury[Role.MANAGER],
            now=NOW,
        )
    assert faults(treasury.database) == {}


def test_what_is_owed_on_a_claim_is_undone_on_the_claim(pharmacy: Pharmacy) -> None:
    a_claim(pharmacy)
    [(of_claim,)] = rows(pharmacy.database, SupplierInvoice.id)
    found = refused(pharmacy, of_claim)
    assert isinstance(found, CannotReverse)
    assert found.reason == "of_claim"


def test_an_invoice_of_a_closed_month_is_undone_in_the_open_one(treasury: Pharmacy) -> None:
    goods = receive_goods(treasury, 700_00, now=NOW)
    wrong = record(treasury, invoice(treasury, 705_00, goods, reason="نقل"))
    march, april = (date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 4, 1), date(2026, 4, 30))
    with treasury.database.transaction() as session:
        for month in ("2026-02", "2026-03"):
            close_period(session, month, actor=treasury[Role.FINANCE], now=after(25))

    def differences(days: tuple[date, date]) -> int:
        with treasury.database.reading() as session:
            found = balances(session, *days, account=Account.PRICE_DIFFERENCES)
        return sum(one.closing - one.opening for one in found)

    assert differences(march) == 5_00
    undone = undo_invoice(treasury, wrong, now=after(26))
    on = day_of(treasury, undone)
    assert on.month == 4
    assert (differences(march), differences(april)) == (5_00, -5_00)
    record(treasury, invoice(treasury, 700_00, goods), now=after(27))
    assert faults(treasury.database) == {}


def day_of(pharmacy: Pharmacy, voucher_id: int | None) -> date:
    [(on,)] = rows(pharmacy.database, Voucher.business_date, id=voucher_id)
    assert isinstance(on, date)
    return on

"""Invoices to test with: goods that came in on credit, and what a form of each would send."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from pharmacy.models import Batch
from pharmacy.rules.vocabulary import ReversalReason, Role
from pharmacy.services.invoice import NewInvoice, record_invoice
from pharmacy.services.invoice_payment import PaidInvoice, pay_invoices
from pharmacy.services.invoice_reversal import reverse_invoice
from pharmacy.services.money import receive_money
from pharmacy.services.money_reversal import reverse_money
from pharmacy.services.stock_document import BatchLine
from pharmacy.services.stock_out import StockOut, return_to_supplier
from tests.builders import NOW, TODAY, Pharmacy, add_batch, add_drug, unique
from tests.treasury import money


def receive_goods(pharmacy: Pharmacy, value: int, **facts: Any) -> int:
    """Receive ten units of something on credit; return the voucher's id."""
    batch = add_batch(pharmacy, add_drug(pharmacy), 10, value, **facts)
    with pharmacy.database.reading() as session:
        return session.scalars(select(Batch.voucher_id).where(Batch.id == batch)).one()


def send_back(pharmacy: Pharmacy, batch_id: int, quantity: int) -> int:
    """Return units of a batch to the supplier; return the voucher's id."""
    wanted = StockOut(
        submission_id=unique("back"),
        lines=[BatchLine(batch_id=batch_id, quantity=quantity)],
        supplier_id=pharmacy.supplier_id,
        document_reference="CN-1",
    )
    with pharmacy.database.transaction() as session:
        return return_to_supplier(
            session, wanted, second=pharmacy[Role.MANAGER], actor=pharmacy.keeper, now=NOW
        )


def invoice(pharmacy: Pharmacy, amount: int, *receipts: int, **facts: Any) -> NewInvoice:
    """Return an invoice dated a week ago and due in three weeks."""
    given = {
        "submission_id": unique("invoice"),
        "supplier_id": pharmacy.supplier_id,
        "number": unique("INV"),
        "dated_on": TODAY - timedelta(days=7),
        "due_on": TODAY + timedelta(days=21),
    }
    return NewInvoice(amount=amount, receipts=receipts, **{**given, **facts})


def record(pharmacy: Pharmacy, new: NewInvoice, now: datetime = NOW) -> int:
    """Record an invoice in a transaction of its own; return its id."""
    with pharmacy.database.transaction() as session:
        return record_invoice(session, new, actor=pharmacy[Role.FINANCE], now=now)


def pay(
    pharmacy: Pharmacy, *paid: tuple[int, int], on: date = TODAY, now: datetime = NOW, **facts: Any
) -> int:
    """Pay (invoice, piastres) by one payment; return the voucher's id."""
    of = money(pharmacy, 1, purpose="سداد فواتير", on=on, **facts)
    with pharmacy.database.transaction() as session:
        ones = [PaidInvoice(*one) for one in paid]
        return pay_invoices(session, of, ones, actor=pharmacy[Role.FINANCE], now=now)


def undo_invoice(
    pharmacy: Pharmacy, invoice_id: int, now: datetime = NOW, **facts: Any
) -> int | None:
    """Undo an invoice; return the voucher that takes its difference back, if it had one."""
    given = {"submission_id": unique("undo"), "reason": ReversalReason.WRONG_ENTRY, **facts}
    with pharmacy.database.transaction() as session:
        return reverse_invoice(session, invoice_id, actor=pharmacy[Role.FINANCE], now=now, **given)


def give_cash(pharmacy: Pharmacy, amount: int) -> int:
    """Put money into the budget; return the voucher's id."""
    with pharmacy.database.transaction() as session:
        return receive_money(
            session, money(pharmacy, amount), actor=pharmacy[Role.FINANCE], now=NOW
        )


def owe_a_supplier(pharmacy: Pharmacy) -> None:
    """Post some of all that can be owed: a difference, a part paid, goods without an invoice.

    The finance office is there. Goods of 250 came in March and no invoice did; one of 1,000 is
    overdue and half paid, one of 99.02 paid; a payment was undone.
    """
    first, second = receive_goods(pharmacy, 1_000_00), receive_goods(pharmacy, 99_00)
    receive_goods(pharmacy, 250_00, now=NOW)
    give_cash(pharmacy, 5_000_00)
    part = record(pharmacy, invoice(pharmacy, 1_000_00, first, due_on=TODAY - timedelta(days=1)))
    whole = record(pharmacy, invoice(pharmacy, 99_02, second, reason="مصاريف نقل"))
    pay(pharmacy, (part, 500_00), (whole, 99_02))
    wrong = pay(pharmacy, (part, 1_00))
    with pharmacy.database.transaction() as session:
        reverse_money(
            session,
            wrong,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_ENTRY,
            actor=pharmacy[Role.FINANCE],
            now=NOW,
        )

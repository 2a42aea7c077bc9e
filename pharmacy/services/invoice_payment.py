"""Paying invoices: one payment of a fund for one or several invoices of a supplier.

The supplier's invoices are locked in the order of their ids before anything is looked at, so that
two payments of one invoice stand in a row, and the second sees what the first left open. A payment
that was undone pays nothing: what it paid is open again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import Whole
from pharmacy.errors import (
    InvalidMoney,
    InvoicePaid,
    InvoiceUndone,
    NotFound,
    PaidTooEarly,
    SubmissionConflict,
)
from pharmacy.models import InvoicePayment, InvoiceReversal, Supplier, SupplierInvoice, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Account
from pharmacy.services.money import Money, date_of, pay_out

_undoing = aliased(Voucher)


@dataclass(frozen=True, slots=True)
class PaidInvoice:
    """How many piastres of an invoice are paid."""

    invoice_id: int
    amount: int


def standing_payment() -> ColumnElement[bool]:
    """Return the condition that a payment of an invoice was not undone."""
    undone = select(_undoing.id).where(_undoing.reverses_id == InvoicePayment.voucher_id)
    return ~undone.exists()


def paid_by_invoice(session: Session, invoices: Sequence[int]) -> Mapping[int, int]:
    """Return how many piastres of each invoice are paid, by payments that stand."""
    statement = (
        select(InvoicePayment.invoice_id, func.sum(InvoicePayment.amount).cast(Whole))
        .where(InvoicePayment.invoice_id.in_(invoices), standing_payment())
        .group_by(InvoicePayment.invoice_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def pay_invoices(
    session: Session,
    money: Money,
    paid: Sequence[PaidInvoice],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Post a payment of invoices; return the voucher's id.

    Args:
        session: A writing session.
        money: When, how, on which paper and for what it is paid. Supplier, fund, account and
            amount are those of the invoices, whatever stands there.
        paid: Which invoices, and how much of each.
        actor: Who pays.
        now: The moment.

    Raises:
        NotPermitted: The role does not keep the funds.
        NotFound: There is no such invoice.
        InvalidMoney: No invoice, an amount of nothing, or invoices of two suppliers or two funds.
        InvoicePaid: Less is open on one of them.
        InvoiceUndone: One of them was undone.
        PaidTooEarly: The payment is dated before one of them counts.
        InsufficientFunds: The fund holds less.
        FundsLater: It holds enough now, but held less on the day of the payment or on one since.
        SubmissionConflict: The submission id came before for other invoices.
    """
    actor.require(Permission.FUND_MANAGE)
    rows = _locked(session, paid)
    repeated = _repeated(session, money.submission_id, paid)
    if repeated is not None:
        return repeated
    _check_open(session, rows, paid)
    _check_dates(rows, money.on, date_of(session, money.on, now).business_date)
    supplier = session.get_one(Supplier, rows[0].supplier_id)
    voucher_id = pay_out(
        session,
        replace(
            money,
            fund_id=rows[0].fund_id,
            account=Account.PAYABLES,
            amount=sum(one.amount for one in paid),
            party_id=supplier.id,
            party_name=supplier.name,
        ),
        actor=actor,
        now=now,
    )
    session.add_all(
        InvoicePayment(voucher_id=voucher_id, invoice_id=one.invoice_id, amount=one.amount)
        for one in paid
    )
    session.flush()
    return voucher_id


def _locked(session: Session, paid: Sequence[PaidInvoice]) -> Sequence[SupplierInvoice]:
    wanted = {one.invoice_id for one in paid}
    if not wanted or len(wanted) != len(paid):
        raise InvalidMoney(reason="invoices")
    rows = session.scalars(
        select(SupplierInvoice)
        .where(SupplierInvoice.id.in_(wanted))
        .order_by(SupplierInvoice.id)
        .with_for_update()
    ).all()
    missing = wanted - {row.id for row in rows}
    if missing:
        raise NotFound(noun="invoice", key=str(min(missing)))
    if len({row.supplier_id for row in rows}) > 1:
        raise InvalidMoney(reason="one_supplier")
    if len({row.fund_id for row in rows}) > 1:
        raise InvalidMoney(reason="one_fund")
    return rows


def _repeated(session: Session, submission_id: str, paid: Sequence[PaidInvoice]) -> int | None:
    found = session.scalar(select(Voucher.id).where(Voucher.submission_id == submission_id))
    if found is None:
        return None
    kept: Any = select(InvoicePayment.invoice_id, InvoicePayment.amount).where(
        InvoicePayment.voucher_id == found
    )
    if {(row[0], row[1]) for row in session.execute(kept)} != {
        (one.invoice_id, one.amount) for one in paid
    }:
        raise SubmissionConflict(submission_id=submission_id)
    return found


def _check_open(
    session: Session, rows: Sequence[SupplierInvoice], paid: Sequence[PaidInvoice]
) -> None:
    undone = session.scalars(
        select(InvoiceReversal.invoice_id).where(
            InvoiceReversal.invoice_id.in_([row.id for row in rows])
        )
    ).all()
    already = paid_by_invoice(session, [row.id for row in rows])
    asked = {one.invoice_id: one.amount for one in paid}
    for row in rows:
        if row.id in undone:
            raise InvoiceUndone(number=row.number)
        left = row.amount - already.get(row.id, 0)
        if asked[row.id] <= 0:
            raise InvalidMoney(reason="amount")
        if asked[row.id] > left:
            raise InvoicePaid(number=row.number, asked=asked[row.id], left=left)


def _check_dates(rows: Sequence[SupplierInvoice], on: date, posted_on: date) -> None:
    """Refuse a payment dated, or posted, before an invoice of it is."""
    for row in rows:
        if on < row.dated_on or posted_on < row.business_date:
            first = row.dated_on if posted_on >= row.business_date else row.business_date
            raise PaidTooEarly(number=row.number, first=first)

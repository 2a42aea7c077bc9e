"""Reading invoices: their list with what is open, one whole, and the goods no invoice came for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import Whole
from pharmacy.errors import NotFound
from pharmacy.models import (
    Fund,
    InvoicePayment,
    InvoiceReceipt,
    InvoiceReversal,
    Posting,
    Site,
    Staff,
    Supplier,
    SupplierInvoice,
    Voucher,
)
from pharmacy.rules.vocabulary import Account, InvoiceState
from pharmacy.services.invoice import MATCHED, owed_by_voucher
from pharmacy.services.invoice_payment import standing_payment
from pharmacy.services.standing import standing_invoice, standing_match
from pharmacy.services.undoing_view import Undone, undoing_of
from pharmacy.services.voucher_view import label_of

MOST_UNMATCHED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFilter:
    """Which invoices a list shows; None narrows nothing. `open` holds the overdue too."""

    supplier_id: int | None = None
    state: InvoiceState | None = None
    number: str = ""


def paid_of() -> Any:  # noqa: ANN401 - a column of a larger statement
    """Return, for a larger statement, what is paid of its invoice: piastres."""
    return (
        select(func.coalesce(func.sum(InvoicePayment.amount), 0).cast(Whole))
        .where(InvoicePayment.invoice_id == SupplierInvoice.id, standing_payment())
        .correlate(SupplierInvoice)
        .scalar_subquery()
    )


def listed_invoices(wanted: InvoiceFilter, on: date) -> Select[Any]:
    """Select invoices, those still open before the paid, the first due first.

    What was undone stands at the end. Rows of `invoice, supplier, fund, paid, undone`.
    """
    paid, stands = paid_of(), standing_invoice()
    statement = (
        select(SupplierInvoice, Supplier, Fund, paid.label("paid"), (~stands).label("undone"))
        .join(Supplier, Supplier.id == SupplierInvoice.supplier_id)
        .join(Fund, Fund.id == SupplierInvoice.fund_id)
        .order_by(
            ~stands, paid >= SupplierInvoice.amount, SupplierInvoice.due_on, SupplierInvoice.id
        )
    )
    conditions: dict[InvoiceState, list[ColumnElement[bool]]] = {
        InvoiceState.OPEN: [stands, paid < SupplierInvoice.amount],
        InvoiceState.OVERDUE: [stands, paid < SupplierInvoice.amount, SupplierInvoice.due_on < on],
        InvoiceState.PAID: [paid >= SupplierInvoice.amount],
        InvoiceState.UNDONE: [~stands],
    }
    if wanted.state is not None:
        statement = statement.where(*conditions[wanted.state])
    if wanted.supplier_id is not None:
        statement = statement.where(SupplierInvoice.supplier_id == wanted.supplier_id)
    if wanted.number:
        statement = statement.where(SupplierInvoice.number == wanted.number)
    return statement


def state_of(invoice: SupplierInvoice, paid: int, on: date, *, undone: bool) -> InvoiceState:
    """Return how an invoice stands on a day."""
    if undone:
        return InvoiceState.UNDONE
    if paid >= invoice.amount:
        return InvoiceState.PAID
    return InvoiceState.OVERDUE if invoice.due_on < on else InvoiceState.OPEN


@dataclass(frozen=True, slots=True)
class Matched:
    """A goods receipt or a return: what it made us owe, in piastres; a return less than nothing."""

    voucher_id: int
    number: str
    on: date
    reference: str
    supplier_id: int
    supplier: str
    fund_id: int
    fund: Fund
    amount: int


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment of an invoice, and whether it was undone."""

    voucher_id: int
    number: str
    on: date
    amount: int
    undone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeInvoice:
    """An invoice with its receipts and payments, and its undoing, if it was undone."""

    invoice: SupplierInvoice
    supplier: Supplier
    fund: Fund
    recorder: Staff
    receipts: Sequence[Matched]
    payments: Sequence[Paid]
    undone: Undone | None

    @property
    def paid(self) -> int:
        """What is paid of it, by payments that stand."""
        return sum(one.amount for one in self.payments if not one.undone)

    @property
    def left(self) -> int:
        """What is open."""
        return 0 if self.undone else self.invoice.amount - self.paid

    @property
    def received(self) -> int:
        """What the goods came in at."""
        return self.invoice.amount - self.invoice.difference


def whole_invoice(session: Session, invoice_id: int) -> WholeInvoice:
    """Return an invoice, whole.

    Raises:
        NotFound: There is none.
    """
    head = session.execute(
        select(SupplierInvoice, Supplier, Fund, Staff)
        .join(Supplier, Supplier.id == SupplierInvoice.supplier_id)
        .join(Fund, Fund.id == SupplierInvoice.fund_id)
        .join(Staff, Staff.id == SupplierInvoice.recorded_by)
        .where(SupplierInvoice.id == invoice_id)
    ).first()
    if head is None:
        raise NotFound(noun="invoice", key=str(invoice_id))
    of = select(InvoiceReceipt.voucher_id).where(InvoiceReceipt.invoice_id == invoice_id)
    return WholeInvoice(
        invoice=head[0],
        supplier=head[1],
        fund=head[2],
        recorder=head[3],
        receipts=_told(session, select(Voucher).where(Voucher.id.in_(of)).order_by(Voucher.id)),
        payments=_payments(session, invoice_id),
        undone=undoing_of(session, session.get(InvoiceReversal, invoice_id)),
    )


_undoing = aliased(Voucher)


def _payments(session: Session, invoice_id: int) -> list[Paid]:
    statement = (
        select(Voucher, Site.code, InvoicePayment.amount, _undoing.id)
        .join(InvoicePayment, InvoicePayment.voucher_id == Voucher.id)
        .join(Site, Site.id == Voucher.site_id)
        .outerjoin(_undoing, _undoing.reverses_id == Voucher.id)
        .where(InvoicePayment.invoice_id == invoice_id)
        .order_by(Voucher.id)
    )
    return [
        Paid(row[0].id, label_of(row[1], row[0]), row[0].business_date, row[2], row[3] is not None)
        for row in session.execute(statement)
    ]


@dataclass(frozen=True, slots=True)
class PaidOn:
    """An invoice on a payment: piastres paid of it, and what that payment left open."""

    invoice: SupplierInvoice
    amount: int
    left: int


def paid_on(session: Session, voucher_id: int) -> Sequence[PaidOn]:
    """Return the invoices of a payment as it left them, whatever was paid or undone since."""
    earlier, undoing = aliased(InvoicePayment), aliased(Voucher)
    undone = select(undoing.id).where(
        undoing.reverses_id == earlier.voucher_id, undoing.id < voucher_id
    )
    paid = (
        select(func.sum(earlier.amount).cast(Whole))
        .where(earlier.invoice_id == SupplierInvoice.id, earlier.voucher_id <= voucher_id)
        .where(~undone.exists())
        .correlate(SupplierInvoice)
        .scalar_subquery()
    )
    statement = (
        select(SupplierInvoice, InvoicePayment.amount, paid)
        .join(InvoicePayment, InvoicePayment.invoice_id == SupplierInvoice.id)
        .where(InvoicePayment.voucher_id == voucher_id)
        .order_by(SupplierInvoice.dated_on, SupplierInvoice.id)
    )
    return [PaidOn(row[0], row[1], row[0].amount - row[2]) for row in session.execute(statement)]


def unmatched(
    session: Session,
    *,
    supplier_id: int | None = None,
    fund_id: int | None = None,
    first: date | None = None,
    last: date | None = None,
    most: int | None = None,
) -> list[Matched]:
    """Return the goods that came in on credit, or went back, for which no invoice came yet."""
    owing = select(Posting.id).where(
        Posting.voucher_id == Voucher.id, Posting.account == Account.PAYABLES
    )
    invoiced = select(InvoiceReceipt.voucher_id).where(
        InvoiceReceipt.voucher_id == Voucher.id, standing_match()
    )
    statement = (
        select(Voucher)
        .where(Voucher.kind.in_(MATCHED), owing.exists(), ~invoiced.exists())
        .order_by(Voucher.business_date, Voucher.id)
    )
    if supplier_id is not None:
        statement = statement.where(Voucher.supplier_id == supplier_id)
    if fund_id is not None:
        statement = statement.where(owing.where(Posting.fund_id == fund_id).exists())
    if first is not None:
        statement = statement.where(Voucher.business_date >= first)
    if last is not None:
        statement = statement.where(Voucher.business_date <= last)
    if most is not None:
        statement = statement.limit(most)
    found = _told(session, statement)
    return [one for one in found if fund_id in {None, one.fund_id}]


def _told(session: Session, statement: Select[Any]) -> list[Matched]:
    vouchers = session.scalars(statement).all()
    if not vouchers:
        return []
    owed = owed_by_voucher(session, [voucher.id for voucher in vouchers])
    sites = {row[0]: row[1] for row in session.execute(select(Site.id, Site.code))}
    funds = {row.id: row for row in session.scalars(select(Fund))}
    names = {row[0]: row[1] for row in session.execute(select(Supplier.id, Supplier.name))}
    return [
        Matched(
            voucher_id=voucher.id,
            number=label_of(sites[voucher.site_id], voucher),
            on=voucher.business_date,
            reference=voucher.document_reference,
            supplier_id=voucher.supplier_id or 0,
            supplier=names.get(voucher.supplier_id or 0, ""),
            fund_id=fund_id,
            fund=funds[fund_id],
            amount=amount,
        )
        for voucher in vouchers
        for fund_id, amount in sorted(owed[voucher.id].items())
    ]

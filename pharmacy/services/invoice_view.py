"""Reading invoices: their list with what is open, one whole, and the goods no invoice came for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
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
from pharmacy.rules.calendar import EVER
from pharmacy.rules.vocabulary import Account, InvoiceState
from pharmacy.services.invoice import MATCHED, owed_by_voucher
from pharmacy.services.invoice_payment import standing_payment
from pharmacy.services.standing import standing_invoice, standing_match
from pharmacy.services.undoing_view import Undone, undoing_of
from pharmacy.services.voucher_view import label_of

MOST_UNMATCHED = 200

_undoing = aliased(Voucher)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFilter:
    """Which invoices a list shows; None narrows nothing. `open` holds the overdue too.

    Attributes:
        date_from: The first day from which an invoice counts.
        date_to: The last such day.
        as_of: The day at whose end they are told, with what was paid and undone of them by then.
        band: The place of the days overdue among `BANDS`; 0 is not due yet.
    """

    supplier_id: int | None = None
    fund_id: int | None = None
    state: InvoiceState | None = None
    number: str = ""
    date_from: date | None = None
    date_to: date | None = None
    as_of: date | None = None
    band: int | None = None


BANDS = (0, 30, 60, 90)
"""The last day of each band of days overdue; the last band has no end."""


def band_of(due_on: date, on: date) -> int:
    """Return the band of an invoice by the days it is overdue: 0 not due, 1 up to 30 days, …."""
    late = (on - due_on).days
    return sum(late > last for last in BANDS)


def paid_by(on: date) -> Any:  # noqa: ANN401 - a column of a larger statement
    """Return, for a larger statement, what was paid of its invoice at the end of a day: piastres.

    A payment that was undone later was paid then.
    """
    undone = (_undoing.reverses_id == Voucher.id) & (_undoing.business_date <= on)
    return (
        select(func.coalesce(func.sum(InvoicePayment.amount), 0).cast(Whole))
        .join(Voucher, Voucher.id == InvoicePayment.voucher_id)
        .outerjoin(_undoing, undone)
        .where(
            InvoicePayment.invoice_id == SupplierInvoice.id,
            Voucher.business_date <= on,
            _undoing.id.is_(None),
        )
        .correlate(SupplierInvoice)
        .scalar_subquery()
    )


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

    Args:
        wanted: Which ones.
        on: The day by which they are overdue, where the filter names none.
    """
    on = wanted.as_of or on
    paid = paid_of() if wanted.as_of is None else paid_by(on)
    stands = standing_invoice(wanted.as_of or EVER)
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
        InvoiceState.PAID: [stands, paid >= SupplierInvoice.amount],
        InvoiceState.UNDONE: [~stands],
    }
    if wanted.state is not None:
        statement = statement.where(*conditions[wanted.state])
    if wanted.supplier_id is not None:
        statement = statement.where(SupplierInvoice.supplier_id == wanted.supplier_id)
    if wanted.number:
        statement = statement.where(SupplierInvoice.number == wanted.number)
    return statement.where(*_narrowed(wanted, on))


def _narrowed(wanted: InvoiceFilter, on: date) -> list[ColumnElement[bool]]:
    invoice, found = SupplierInvoice, list[ColumnElement[bool]]()
    if wanted.fund_id is not None:
        found.append(invoice.fund_id == wanted.fund_id)
    if wanted.date_from is not None:
        found.append(invoice.business_date >= wanted.date_from)
    last = min((day for day in (wanted.date_to, wanted.as_of) if day is not None), default=None)
    if last is not None:
        found.append(invoice.business_date <= last)
    if wanted.band is not None and wanted.band < len(BANDS):
        found.append(invoice.due_on >= on - timedelta(days=BANDS[wanted.band]))
    if wanted.band:
        found.append(invoice.due_on < on - timedelta(days=BANDS[wanted.band - 1]))
    return found


def invoice_sums(session: Session, wanted: InvoiceFilter, on: date) -> tuple[int, int]:
    """Return what the invoices of a list come to, and what is paid of them: piastres.

    What was undone counts only on a list of such invoices.
    """
    listed = listed_invoices(wanted, on).order_by(None).subquery()
    statement = select(
        func.coalesce(func.sum(listed.c.amount), 0).cast(Whole),
        func.coalesce(func.sum(listed.c.paid), 0).cast(Whole),
    )
    if wanted.state is not InvoiceState.UNDONE:
        statement = statement.where(~listed.c.undone)
    row = session.execute(statement).one()
    return row[0], row[1]


def state_of(invoice: SupplierInvoice, paid: int, on: date, *, undone: bool) -> InvoiceState:
    """Return how an invoice stands on a day."""
    if undone:
        return InvoiceState.UNDONE
    if paid >= invoice.amount:
        return InvoiceState.PAID
    return InvoiceState.OVERDUE if invoice.due_on < on else InvoiceState.OPEN


@dataclass(frozen=True, slots=True)
class Matched:
    """Goods, a return or its refund: what it made us owe, piastres; a return less than nothing."""

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
    """Return the goods that came in on credit, or went back, for which no invoice came yet.

    What a supplier refunded stands among them: it takes the place of a return on an invoice.

    Of goods until a last day, what was invoiced and undone until then.
    """
    until = last or EVER
    owing = select(Posting.id).where(
        Posting.voucher_id == Voucher.id, Posting.account == Account.PAYABLES
    )
    invoiced = select(InvoiceReceipt.voucher_id).where(
        InvoiceReceipt.voucher_id == Voucher.id, standing_match(until)
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
    found = _told(session, statement, until)
    return [one for one in found if fund_id in {None, one.fund_id}]


def _told(session: Session, statement: Select[Any], until: date = EVER) -> list[Matched]:
    vouchers = session.scalars(statement).all()
    if not vouchers:
        return []
    owed = owed_by_voucher(session, [voucher.id for voucher in vouchers], until)
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

"""What each supplier is owed: how it came about in a period, and how long it has been due."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import Whole
from pharmacy.models import Posting, Supplier, SupplierInvoice, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Account, VoucherKind
from pharmacy.services.invoice_view import BANDS, Matched, band_of, paid_by, unmatched
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.standing import standing_invoice

_OF_KIND = MappingProxyType(
    {
        VoucherKind.GOODS_RECEIPT: "received",
        VoucherKind.RETURN_TO_SUPPLIER: "returned",
        VoucherKind.SUPPLIER_INVOICE: "differences",
        VoucherKind.CLAIM: "claims",
        VoucherKind.FUND_RECEIPT: "refunded",
    }
)
"""Which column the postings of a kind of voucher belong to; of all others, to what was paid."""


@dataclass(slots=True, kw_only=True)
class Owed:
    """A supplier's account in a period, piastres owed to them; `returned` and `paid` take away.

    What they `refunded` of it is owed again.

    `invoiced` is what their invoices of the period ask for that stood at its end; it moves nothing
    by itself.
    """

    supplier_id: int
    name: str
    opening: int = 0
    received: int = 0
    differences: int = 0
    claims: int = 0
    returned: int = 0
    paid: int = 0
    refunded: int = 0
    invoiced: int = 0

    @property
    def closing(self) -> int:
        """What is owed at the end."""
        came = self.received + self.differences + self.claims + self.refunded
        return self.opening + came - self.returned - self.paid


@dataclass(slots=True, kw_only=True)
class Aged:
    """A supplier's open invoices: piastres by band of days overdue, the first not due yet."""

    supplier_id: int
    name: str
    bands: list[int] = field(default_factory=lambda: [0] * (len(BANDS) + 1))

    @property
    def total(self) -> int:
        """All that is open."""
        return sum(self.bands)


_first = aliased(Voucher)


def supplier_balances(session: Session, query: ReportQuery, *, actor: Actor) -> Sequence[Owed]:
    """Return the account of every supplier with whom there was one, by name.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.FUND_VIEW)
    query.check()
    names = _names(session)
    owed: dict[int, Owed] = {}
    within = Voucher.business_date >= query.date_from
    kind = func.coalesce(_first.kind, Voucher.kind)
    statement = (
        select(
            Voucher.supplier_id,
            kind,
            func.sum(case((within, 0), else_=-Posting.amount)).cast(Whole),
            func.sum(case((within, -Posting.amount), else_=0)).cast(Whole),
        )
        .join(Posting, Posting.voucher_id == Voucher.id)
        .outerjoin(_first, _first.id == Voucher.reverses_id)
        .where(Posting.account == Account.PAYABLES, Voucher.business_date <= query.date_to)
        .group_by(Voucher.supplier_id, kind)
    )
    if query.fund_id is not None:
        statement = statement.where(Posting.fund_id == query.fund_id)
    if query.supplier_id is not None:
        statement = statement.where(Voucher.supplier_id == query.supplier_id)
    for supplier_id, of_kind, before, moved in session.execute(statement):
        key = supplier_id or 0
        row = owed.setdefault(key, Owed(supplier_id=key, name=names.get(key, "—")))
        row.opening += before
        column = _OF_KIND.get(VoucherKind(of_kind), "paid")
        sign = -1 if column in {"paid", "returned"} else 1
        setattr(row, column, getattr(row, column) + sign * moved)
    for supplier_id, amount in _invoiced(session, query).items():
        owed.setdefault(
            supplier_id, Owed(supplier_id=supplier_id, name=names[supplier_id])
        ).invoiced = amount
    return sorted(owed.values(), key=lambda row: (row.name, row.supplier_id))


def _names(session: Session) -> dict[int, str]:
    return {row[0]: row[1] for row in session.execute(select(Supplier.id, Supplier.name))}


def _invoiced(session: Session, query: ReportQuery) -> dict[int, int]:
    statement = (
        select(SupplierInvoice.supplier_id, func.sum(SupplierInvoice.amount).cast(Whole))
        .where(SupplierInvoice.business_date >= query.date_from, standing_invoice(query.date_to))
        .group_by(SupplierInvoice.supplier_id)
    )
    if query.fund_id is not None:
        statement = statement.where(SupplierInvoice.fund_id == query.fund_id)
    if query.supplier_id is not None:
        statement = statement.where(SupplierInvoice.supplier_id == query.supplier_id)
    return {row[0]: row[1] for row in session.execute(statement)}


def payables_ageing(session: Session, query: ReportQuery, *, actor: Actor) -> Sequence[Aged]:
    """Return what was open of each supplier's invoices at the end of a period, by age.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.FUND_VIEW)
    query.check()
    on = query.date_to
    statement = (
        select(
            SupplierInvoice.supplier_id, SupplierInvoice.due_on, SupplierInvoice.amount, paid_by(on)
        )
        .where(standing_invoice(on))
        .order_by(SupplierInvoice.id)
    )
    if query.fund_id is not None:
        statement = statement.where(SupplierInvoice.fund_id == query.fund_id)
    if query.supplier_id is not None:
        statement = statement.where(SupplierInvoice.supplier_id == query.supplier_id)
    names, aged = _names(session), dict[int, Aged]()
    for supplier_id, due_on, amount, already in session.execute(statement):
        if amount > already:
            row = aged.setdefault(
                supplier_id, Aged(supplier_id=supplier_id, name=names[supplier_id])
            )
            row.bands[band_of(due_on, on)] += amount - already
    return sorted(aged.values(), key=lambda row: (row.name, row.supplier_id))


def unmatched_receipts(session: Session, query: ReportQuery, *, actor: Actor) -> Sequence[Matched]:
    """Return the goods of a period for which no invoice came by its end, the oldest first.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.FUND_VIEW)
    query.check()
    return unmatched(
        session,
        supplier_id=query.supplier_id,
        fund_id=query.fund_id,
        first=query.date_from,
        last=query.date_to,
    )

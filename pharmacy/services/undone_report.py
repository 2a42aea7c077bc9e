"""What was undone in a period, document by document, and which warnings were overridden."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import Whole
from pharmacy.models import (
    Claim,
    ClaimReversal,
    InvoiceReversal,
    Posting,
    Site,
    Staff,
    SupplierInvoice,
    Voucher,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import ReversalReason, SiteKind, VoucherKind
from pharmacy.rules.voucher_number import label
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.safety_reports import CodeCount, OverrideQuery, StaffCount, by_code, by_staff


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoneVoucher:
    """A reversal: what it undoes, why, by whom, and the piastres that went back (debits).

    An invoice or a decision that had posted nothing is undone without vouchers: both ids are None,
    and `invoice_id` or `claim_id` names it.
    """

    voucher_id: int | None
    first_id: int | None
    on: date
    number: str
    first_number: str
    first_kind: VoucherKind
    first_on: date
    reason: ReversalReason
    name_ar: str
    name_en: str
    amount: int
    invoice_id: int | None = None
    claim_id: int | None = None


@dataclass(frozen=True, slots=True)
class UndoneReport:
    """Reversals day by day in the order they were posted; overrides by notice and by person."""

    reversals: Sequence[UndoneVoucher]
    by_code: Sequence[CodeCount]
    by_staff: Sequence[StaffCount]


_first = aliased(Voucher)


def undone_report(session: Session, query: ReportQuery, *, actor: Actor) -> UndoneReport:
    """Return the reversals and the overrides of a period.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.REPORT_VIEW)
    query.check()
    amount = (
        select(func.coalesce(func.sum(Posting.amount), 0).cast(Whole))
        .where(Posting.voucher_id == Voucher.id, Posting.amount > 0)
        .scalar_subquery()
    )
    statement = (
        select(Voucher, Site.code, _first, Staff.name_ar, Staff.name_en, amount)
        .join(Site, Site.id == Voucher.site_id)
        .join(_first, _first.id == Voucher.reverses_id)
        .join(Staff, Staff.id == Voucher.posted_by)
        .where(
            Voucher.kind == VoucherKind.REVERSAL,
            Voucher.business_date.between(query.date_from, query.date_to),
        )
        .order_by(Voucher.business_date, Voucher.id)
    )
    if query.site_id is not None:
        statement = statement.where(Voucher.site_id == query.site_id)
    overrides = OverrideQuery(
        date_from=query.date_from, date_to=query.date_to, site_id=query.site_id
    )
    posted = [
        UndoneVoucher(
            voucher_id=voucher.id,
            first_id=first.id,
            on=voucher.business_date,
            number=label(code, voucher.kind, voucher.fiscal_year, voucher.number),
            first_number=label(code, first.kind, first.fiscal_year, first.number),
            first_kind=first.kind,
            first_on=first.business_date,
            reason=ReversalReason(voucher.reason),
            name_ar=name_ar,
            name_en=name_en,
            amount=summed,
        )
        for voucher, code, first, name_ar, name_en, summed in session.execute(statement)
    ]
    unposted = _unposted(session, query)
    return UndoneReport(
        reversals=sorted([*posted, *unposted], key=lambda one: one.on),
        by_code=by_code(session, overrides),
        by_staff=by_staff(session, overrides),
    )


def _unposted(session: Session, query: ReportQuery) -> list[UndoneVoucher]:
    """Return what finance undid that had posted nothing; of any site but its own there is none."""
    if query.site_id is not None:
        site = session.get(Site, query.site_id)
        if site is None or site.kind is not SiteKind.OFFICE:
            return []
    invoices = (
        select(InvoiceReversal, SupplierInvoice, Staff)
        .join(SupplierInvoice, SupplierInvoice.id == InvoiceReversal.invoice_id)
        .join(Staff, Staff.id == InvoiceReversal.reversed_by)
        .where(
            InvoiceReversal.voucher_id.is_(None),
            InvoiceReversal.reversed_on.between(query.date_from, query.date_to),
        )
        .order_by(InvoiceReversal.invoice_id)
    )
    decisions = (
        select(ClaimReversal, Claim, Staff)
        .join(Claim, Claim.id == ClaimReversal.claim_id)
        .join(Staff, Staff.id == ClaimReversal.reversed_by)
        .where(
            ClaimReversal.voucher_id.is_(None),
            ClaimReversal.reversed_on.between(query.date_from, query.date_to),
        )
        .order_by(ClaimReversal.claim_id, ClaimReversal.attempt)
    )
    return [
        *(
            _without_voucher(VoucherKind.SUPPLIER_INVOICE, *row)
            for row in session.execute(invoices)
        ),
        *(_without_voucher(VoucherKind.CLAIM, *row) for row in session.execute(decisions)),
    ]


def _without_voucher(
    kind: VoucherKind,
    undoing: InvoiceReversal | ClaimReversal,
    of: SupplierInvoice | Claim,
    staff: Staff,
) -> UndoneVoucher:
    return UndoneVoucher(
        voucher_id=None,
        first_id=None,
        on=undoing.reversed_on,
        number="",
        first_number=of.number,
        first_kind=kind,
        first_on=of.dated_on,
        reason=undoing.reason,
        name_ar=staff.name_ar,
        name_en=staff.name_en,
        amount=0,
        invoice_id=of.id if isinstance(of, SupplierInvoice) else None,
        claim_id=of.id if isinstance(of, Claim) else None,
    )

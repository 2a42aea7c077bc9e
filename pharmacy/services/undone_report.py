"""What was undone in a period, document by document, and which warnings were overridden."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import Whole
from pharmacy.models import Posting, Site, Staff, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import ReversalReason, VoucherKind
from pharmacy.rules.voucher_number import label
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.safety_reports import CodeCount, OverrideQuery, StaffCount, by_code, by_staff


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoneVoucher:
    """A reversal: what it undoes, why, by whom, and the piastres that went back (debits)."""

    voucher_id: int
    first_id: int
    on: date
    number: str
    first_number: str
    first_kind: VoucherKind
    first_on: date
    reason: ReversalReason
    name_ar: str
    name_en: str
    amount: int


@dataclass(frozen=True, slots=True)
class UndoneReport:
    """Reversals in the order they were posted; overrides by notice and by person."""

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
    return UndoneReport(
        reversals=[
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
        ],
        by_code=by_code(session, overrides),
        by_staff=by_staff(session, overrides),
    )

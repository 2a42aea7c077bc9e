"""A citizen request as it is read: its steps, and what was handed out against it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pharmacy.models import DispensingLine, RequestEvent, Site, Staff, Voucher
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import VoucherKind
from pharmacy.rules.voucher_number import label


@dataclass(frozen=True, slots=True)
class Step:
    """A step in a request's life; `reason` is a code where there was one."""

    at: datetime
    to_state: RequestState
    reason: str
    note: str
    name_ar: str
    name_en: str


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A dispensing against the request, or the undoing of one; cost in piastres."""

    voucher_id: int
    dispensing_id: int
    number: str
    at: datetime
    on: date
    is_reversal: bool
    lines: int
    cost: int
    name_ar: str
    name_en: str


def events(session: Session, request_id: int) -> Sequence[Step]:
    """Return the steps of a request in their order; one statement."""
    event = RequestEvent
    rows = session.execute(
        select(event.at, event.to_state, event.reason, event.note, Staff.name_ar, Staff.name_en)
        .join(Staff, Staff.id == event.staff_id)
        .where(event.request_id == request_id)
        .order_by(event.id)
    )
    return [Step(*row) for row in rows]


def dispensings(session: Session, request_id: int) -> Sequence[HandedOut]:
    """Return what was handed out against a request, and undone, in order; one statement."""
    line = DispensingLine
    rows = session.execute(
        select(
            Voucher,
            Site.code,
            Staff.name_ar,
            Staff.name_en,
            func.min(line.dispensing_id).label("dispensing_id"),
            func.count(line.id).label("lines"),
            func.sum(line.cost).label("cost"),
        )
        .join(line, line.voucher_id == Voucher.id)
        .join(Site, Site.id == Voucher.site_id)
        .join(Staff, Staff.id == Voucher.posted_by)
        .where(Voucher.request_id == request_id)
        .group_by(Voucher.id, Site.code, Staff.name_ar, Staff.name_en)
        .order_by(Voucher.id)
    )
    return [
        HandedOut(
            voucher_id=row.Voucher.id,
            dispensing_id=row.dispensing_id,
            number=label(row.code, row.Voucher.kind, row.Voucher.fiscal_year, row.Voucher.number),
            at=row.Voucher.posted_at,
            on=row.Voucher.business_date,
            is_reversal=row.Voucher.kind is VoucherKind.REVERSAL,
            lines=row.lines,
            cost=int(row.cost),
            name_ar=row.name_ar,
            name_en=row.name_en,
        )
        for row in rows
    ]

"""Counts of drawers, read: the history of a site or of all, and one whole for its paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from pharmacy.errors import NotFound
from pharmacy.models import CashCount, CashPiece, Site, Staff, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.voucher_view import number_of

cashier = aliased(Staff)
receiver = aliased(Staff)
_COUNTS = cast(
    "Select[Any]",
    select(CashCount, Voucher, Site, cashier, receiver)
    .join(Voucher, Voucher.id == CashCount.voucher_id)
    .join(Site, Site.id == Voucher.site_id)
    .join(cashier, cashier.id == CashCount.cashier_id)
    .join(receiver, receiver.id == CashCount.received_by),
)


@dataclass(frozen=True, slots=True)
class Counted:
    """A count with its voucher, its site, who counted and who received; `pieces` on request."""

    count: CashCount
    voucher: Voucher
    site: Site
    cashier: Staff
    receiver: Staff
    pieces: Mapping[int, int]

    @property
    def number(self) -> str:
        """The voucher's number as it is written."""
        return number_of(self.site, self.voucher)

    @property
    def since(self) -> datetime | None:
        """The moment of the count before, None for the first one."""
        return self.count.since


def counts(site_id: int | None) -> Select[Any]:
    """Select the counts of a site, or of all for None, the latest first."""
    statement = _COUNTS.order_by(Voucher.id.desc())
    return statement if site_id is None else statement.where(Voucher.site_id == site_id)


def count_of(session: Session, voucher_id: int, *, site_id: int | None) -> Counted:
    """Return one count whole, of one site or, for None, of any.

    Raises:
        NotFound: There is none with this voucher there.
    """
    row = session.execute(counts(site_id).where(CashCount.voucher_id == voucher_id)).first()
    if row is None:
        raise NotFound(noun="cash_count", key=str(voucher_id))
    pieces = session.execute(
        select(CashPiece.denomination, CashPiece.pieces)
        .where(CashPiece.voucher_id == voucher_id)
        .order_by(CashPiece.denomination.desc())
    )
    count, voucher, site, by, beside = row
    return Counted(
        count, voucher, site, by, beside, {one.denomination: one.pieces for one in pieces}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLine:
    """A count in a report; piastres."""

    voucher_id: int
    number: str
    on: date
    site: tuple[str, str]
    cashier: tuple[str, str]
    receiver: tuple[str, str]
    expected: int
    counted: int
    difference: int
    reason: str


def cash_counts(session: Session, query: ReportQuery, *, actor: Actor) -> Sequence[CountLine]:
    """Return the counts of a period in their order.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.FUND_VIEW)
    query.check()
    statement = _COUNTS.where(
        Voucher.business_date.between(query.date_from, query.date_to)
    ).order_by(Voucher.business_date, Voucher.id)
    if query.site_id is not None:
        statement = statement.where(Voucher.site_id == query.site_id)
    return [
        CountLine(
            voucher_id=voucher.id,
            number=number_of(site, voucher),
            on=voucher.business_date,
            site=(site.name_ar, site.name_en),
            cashier=_names(who),
            receiver=_names(beside),
            expected=count.expected,
            counted=count.counted,
            difference=count.difference,
            reason=voucher.note,
        )
        for count, voucher, site, who, beside in session.execute(statement)
    ]


def _names(staff: Staff) -> tuple[str, str]:
    return staff.name_ar, staff.name_en or staff.name_ar

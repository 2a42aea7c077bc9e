"""Counts of drawers, read: the history of a site or of all, and one whole for its paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import Whole
from pharmacy.errors import NotFound
from pharmacy.models import CashCount, CashPiece, Site, Staff, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.voucher_view import number_of

cashier = aliased(Staff)
receiver = aliased(Staff)
_undoing = aliased(Voucher)
_COUNTS = cast(
    "Select[Any]",
    select(CashCount, Voucher, Site, cashier, receiver, _undoing)
    .join(Voucher, Voucher.id == CashCount.voucher_id)
    .join(Site, Site.id == Voucher.site_id)
    .join(cashier, cashier.id == CashCount.cashier_id)
    .join(receiver, receiver.id == CashCount.received_by)
    .outerjoin(_undoing, _undoing.reverses_id == Voucher.id),
)


@dataclass(frozen=True, slots=True)
class Counted:
    """A count with its voucher, its site, who counted and received, and what undid it, if anything.

    `pieces` on request.
    """

    count: CashCount
    voucher: Voucher
    site: Site
    cashier: Staff
    receiver: Staff
    undone_by: Voucher | None
    pieces: Mapping[int, int]

    @property
    def number(self) -> str:
        """The voucher's number as it is written."""
        return number_of(self.site, self.voucher)

    @property
    def undoing_number(self) -> str:
        """The number of what undid it, "" for nothing; a reversal is of the same site."""
        return number_of(self.site, self.undone_by) if self.undone_by else ""

    @property
    def since(self) -> datetime | None:
        """The moment of the count before, None for the first one."""
        return self.count.since


def counts(
    site_id: int | None, *, first: date | None = None, last: date | None = None
) -> Select[Any]:
    """Select the counts of a site, or of all for None, the latest first; of a period's days.

    Rows of `count, voucher, site, cashier, receiver, what undid it or None`.
    """
    statement = _COUNTS.order_by(Voucher.id.desc())
    if site_id is not None:
        statement = statement.where(Voucher.site_id == site_id)
    if first is not None:
        statement = statement.where(Voucher.business_date >= first)
    if last is not None:
        statement = statement.where(Voucher.business_date <= last)
    return statement


@dataclass(frozen=True, slots=True)
class CountSums:
    """What the counts of a list come to, piastres; those undone are left out."""

    expected: int
    counted: int
    difference: int


def count_sums(session: Session, listed: Select[Any]) -> CountSums:
    """Return the sums of a list of `counts`."""
    sums = [
        func.coalesce(func.sum(column), 0).cast(Whole)
        for column in (CashCount.expected, CashCount.counted, CashCount.difference)
    ]
    standing = listed.where(_undoing.id.is_(None)).order_by(None)
    row: Any = session.execute(standing.with_only_columns(*sums)).one()
    return CountSums(*row)


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
    count, voucher, site, by, beside, undone = row
    found = {one.denomination: one.pieces for one in pieces}
    return Counted(count, voucher, site, by, beside, undone, found)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLine:
    """A count in a report, piastres; an undoing stands on its own day, with the signs turned."""

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
    undoes: str


def cash_counts(session: Session, query: ReportQuery, *, actor: Actor) -> Sequence[CountLine]:
    """Return the counts and undoings of a period in their order.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.FUND_VIEW)
    query.check()
    first, last = query.date_from, query.date_to
    statement = _COUNTS.where(
        Voucher.business_date.between(first, last) | _undoing.business_date.between(first, last)
    )
    if query.site_id is not None:
        statement = statement.where(Voucher.site_id == query.site_id)
    lines: dict[int, CountLine] = {}
    for count, voucher, site, who, beside, undone in session.execute(statement):
        for of, sign in ((voucher, 1), (undone, -1)):
            if of is None or not first <= of.business_date <= last:
                continue
            lines[of.id] = CountLine(
                voucher_id=voucher.id,
                number=number_of(site, of),
                on=of.business_date,
                site=(site.name_ar, site.name_en),
                cashier=_names(who),
                receiver=_names(beside),
                expected=sign * count.expected,
                counted=sign * count.counted,
                difference=sign * count.difference,
                reason=of.note,
                undoes=number_of(site, voucher) if undone is of else "",
            )
    return [line for _, line in sorted(lines.items(), key=lambda one: (one[1].on, one[0]))]


def _names(staff: Staff) -> tuple[str, str]:
    return staff.name_ar, staff.name_en or staff.name_ar

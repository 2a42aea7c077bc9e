"""Which numbers vouchers bore in a period, whether any is missing; the last seal of each site."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, Text, case, cast, func, select
from sqlalchemy.orm import Session, aliased

from pharmacy.models import Site, Voucher
from pharmacy.rules.calendar import fiscal_year
from pharmacy.rules.vocabulary import VoucherKind


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRange:
    """The numbers of one kind of voucher at a site in a fiscal year that a period holds.

    Attributes:
        first: The number that was next when the period began, so that none is lost between two
            periods: the one after the last of the days before, 1 when the series began in it.
        last: The highest number of the period.
        count: How many vouchers of the period bear one.
        missing: How many numbers from the first to the last no voucher bears, of any day.
    """

    site_id: int
    site_code: str
    kind: VoucherKind
    fiscal_year: int
    first: int
    last: int
    count: int
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LastSeal:
    """The end of a site's chain of seals on a day."""

    site_id: int
    site_code: str
    sequence: int
    seal: str


def number_ranges(
    session: Session, first: date, last: date, *, site_id: int | None = None
) -> Sequence[NumberRange]:
    """Return the ranges of a period, by site, kind and year."""
    series = (Voucher.site_id, Voucher.kind, Voucher.fiscal_year)
    of_period = (
        select(
            *series,
            func.min(Voucher.number).label("low"),
            func.max(Voucher.number).label("high"),
            func.count().label("held"),
        )
        .where(Voucher.business_date.between(first, last))
        .group_by(*series)
    )
    if site_id is not None:
        of_period = of_period.where(Voucher.site_id == site_id)
    lowest = of_period.subquery()
    before = numbers_before(first).subquery()
    due = func.coalesce(before.c.number, 0) + 1
    held = (
        select(
            lowest.c.site_id,
            lowest.c.kind,
            lowest.c.fiscal_year,
            case((lowest.c.low < due, lowest.c.low), else_=due).label("first"),
            lowest.c.high,
            lowest.c.held,
        )
        .outerjoin(
            before,
            (before.c.site_id == lowest.c.site_id)
            & (before.c.kind == lowest.c.kind)
            & (before.c.fiscal_year == lowest.c.fiscal_year),
        )
        .subquery()
    )
    any_day = aliased(Voucher)
    borne = (
        select(func.count())
        .select_from(any_day)
        .where(
            any_day.site_id == held.c.site_id,
            any_day.kind == held.c.kind,
            any_day.fiscal_year == held.c.fiscal_year,
            any_day.number.between(held.c.first, held.c.high),
        )
        .scalar_subquery()
    )
    statement = (
        select(held, Site.code, borne)
        .join(Site, Site.id == held.c.site_id)
        .order_by(Site.code, cast(held.c.kind, Text), held.c.fiscal_year)
    )
    return [
        NumberRange(
            site_id=row[0],
            site_code=row[6],
            kind=VoucherKind(row[1]),
            fiscal_year=row[2],
            first=row[3],
            last=row[4],
            count=row[5],
            missing=row[4] - row[3] + 1 - row[7],
        )
        for row in session.execute(statement)
    ]


def numbers_before(day: date) -> Select[int, VoucherKind, int, int]:
    """Select the last number before a day of each series that may go on: `site, kind, year`."""
    series = (Voucher.site_id, Voucher.kind, Voucher.fiscal_year)
    return (
        select(*series, func.max(Voucher.number).label("number"))
        .where(Voucher.business_date < day, Voucher.fiscal_year >= fiscal_year(day))
        .group_by(*series)
    )


def last_seals(session: Session, last: date) -> Sequence[LastSeal]:
    """Return the seal of each site's last voucher up to a day."""
    ends = (
        select(Voucher.site_id, func.max(Voucher.sequence).label("sequence"))
        .where(Voucher.business_date <= last)
        .group_by(Voucher.site_id)
        .subquery()
    )
    statement = (
        select(Site.id, Site.code, Voucher.sequence, Voucher.seal)
        .join(ends, (ends.c.site_id == Voucher.site_id) & (ends.c.sequence == Voucher.sequence))
        .join(Site, Site.id == Voucher.site_id)
        .order_by(Site.code)
    )
    return [
        LastSeal(site_id=row[0], site_code=row[1], sequence=row[2], seal=row[3])
        for row in session.execute(statement)
    ]

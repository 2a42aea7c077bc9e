"""What was consumed of each item: units handed out, months with stock, average, cost.

An average month is what was handed out divided by the months in which the item was in stock at all,
so that a month without any does not pull it down (USAID DELIVER, Logistics Handbook: consumption
is corrected for stock-outs). An item in stock in no month has no average: it is unknown, not nil.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pharmacy.db import Whole, month_of
from pharmacy.models import Batch, DispensingLine, Drug, StockMovement, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import month_start
from pharmacy.rules.defined_dose import daily_doses
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import UnitOfIssue
from pharmacy.services.report_query import ReportQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumed:
    """An item's consumption: net units of issue and piastres, months of the period with stock."""

    drug_id: int
    code: str
    name_ar: str
    name_en: str
    unit: UnitOfIssue
    atc: str
    strength: str
    quantity: int
    cost: int
    lines: int
    months: int

    @property
    def doses(self) -> int | None:
        """Defined daily doses; None where they are not known."""
        return daily_doses(self.quantity, atc=self.atc, strength=self.strength, unit=self.unit)

    @property
    def average(self) -> int | None:
        """Units of an average month with stock, rounded half up; None when there was none."""
        if not self.months:
            return None
        return (2 * self.quantity + self.months) // (2 * self.months)


def consumption(session: Session, query: ReportQuery, *, actor: Actor) -> Sequence[Consumed]:
    """Return what was consumed of each item in a period, by the item's name.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.REPORT_VIEW)
    query.check()
    line = DispensingLine
    statement = (
        select(
            Drug.id,
            Drug.code,
            Drug.name_ar,
            Drug.name_en,
            Drug.unit,
            Drug.atc,
            Drug.strength,
            func.sum(line.quantity).cast(Whole),
            func.sum(line.cost).cast(Whole),
            (func.count() - 2 * func.count(line.reverses_line_id)).cast(Whole),
        )
        .select_from(line)
        .join(Drug, Drug.id == line.drug_id)
        .where(line.business_date.between(query.date_from, query.date_to))
        .group_by(Drug.id)
        .order_by(Drug.name_en, Drug.id)
    )
    if query.fund_id is not None:
        statement = statement.where(line.fund_id == query.fund_id)
    if query.drug_id is not None:
        statement = statement.where(line.drug_id == query.drug_id)
    if query.site_id is not None:
        posted = Voucher.id == line.voucher_id
        statement = statement.join(Voucher, posted).where(Voucher.site_id == query.site_id)
    found = session.execute(statement).all()
    months = months_with_stock(session, query)
    return [
        Consumed(
            drug_id=row[0],
            code=row[1],
            name_ar=row[2],
            name_en=row[3],
            unit=row[4],
            atc=row[5] or "",
            strength=row[6],
            quantity=row[7],
            cost=row[8],
            lines=row[9],
            months=months.get(row[0], 0),
        )
        for row in found
    ]


def months_with_stock(session: Session, query: ReportQuery) -> dict[int, int]:
    """Count for each item the months of a period in which some of it was on hand.

    A month counts when there was some when it began, or some came in during it; a first or last
    month of which the period holds a part counts as one.
    """
    month = month_of(Voucher.business_date.expression)
    moved = func.sum(StockMovement.quantity).cast(Whole)
    statement = (
        select(Batch.drug_id, month, moved, func.max(StockMovement.quantity))
        .select_from(StockMovement)
        .join(Batch, Batch.id == StockMovement.batch_id)
        .join(Voucher, Voucher.id == StockMovement.voucher_id)
        .where(Voucher.business_date <= query.date_to)
        .group_by(Batch.drug_id, month)
        .order_by(Batch.drug_id, month)
    )
    for chosen, column in (
        (query.drug_id, Batch.drug_id),
        (query.site_id, Batch.site_id),
        (query.fund_id, Batch.fund_id),
    ):
        if chosen is not None:
            statement = statement.where(column == chosen)
    moves: dict[int, dict[str, tuple[int, int]]] = {}
    for drug_id, key, quantity, most in session.execute(statement):
        moves.setdefault(drug_id, {})[key] = (quantity, most)
    asked = _months(query.date_from, query.date_to)
    return {drug_id: _with_stock(by_month, asked) for drug_id, by_month in moves.items()}


def _with_stock(by_month: dict[str, tuple[int, int]], asked: Sequence[str]) -> int:
    on_hand = sum(quantity for key, (quantity, _most) in by_month.items() if key < asked[0])
    count = 0
    for key in asked:
        quantity, most = by_month.get(key, (0, 0))
        count += on_hand > 0 or most > 0
        on_hand += quantity
    return count


def _months(first: date, last: date) -> list[str]:
    months, day = [], month_start(first)
    while day <= last:
        months.append(f"{day:%Y-%m}")
        day = month_start(day + timedelta(days=31))
    return months

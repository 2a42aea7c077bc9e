"""What was consumed of each item: units, months in which it was to be had, average, cost.

Patients used what our counters handed out and what contract pharmacies gave, as far as it was
accepted. An average month is both divided by the months in which the item was to be had: in stock
with us, or given by a contract pharmacy; so that a month without any does not pull it down (USAID
DELIVER, Logistics Handbook: consumption is corrected for stock-outs). An item to be had in no month
has no average: it is unknown, not nil. Of one of our sites only what it handed out is told.
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
from pharmacy.services.claim_given import (
    GivenSums,
    given_by_drug,
    given_months,
    given_query,
)
from pharmacy.services.report_query import ReportQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumed:
    """An item's consumption in a period, net.

    Attributes:
        quantity: Units of issue that we handed out.
        cost: What these cost, piastres.
        lines: How many lines of dispensing stand.
        months: Months of the period in which the item was to be had.
        elsewhere: Units that contract pharmacies gave.
        claimed: What was accepted for these, piastres.
    """

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
    elsewhere: int = 0
    claimed: int = 0

    @property
    def used(self) -> int:
        """Units that patients used."""
        return self.quantity + self.elsewhere

    @property
    def doses(self) -> int | None:
        """Defined daily doses; None where they are not known."""
        return daily_doses(self.used, atc=self.atc, strength=self.strength, unit=self.unit)

    @property
    def average(self) -> int | None:
        """Units that an average month took, rounded half up; None where there was no such month."""
        if not self.months:
            return None
        return (2 * self.used + self.months) // (2 * self.months)


def consumption(session: Session, query: ReportQuery, *, actor: Actor) -> Sequence[Consumed]:
    """Return what was consumed of each item in a period, by the item's name.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.REPORT_VIEW)
    query.check()
    line = DispensingLine
    statement = select(
        line.drug_id,
        func.sum(line.quantity).cast(Whole),
        func.sum(line.cost).cast(Whole),
        (func.count() - 2 * func.count(line.reverses_line_id)).cast(Whole),
    ).where(line.business_date.between(query.date_from, query.date_to))
    if query.fund_id is not None:
        statement = statement.where(line.fund_id == query.fund_id)
    if query.drug_id is not None:
        statement = statement.where(line.drug_id == query.drug_id)
    if query.site_id is not None:
        posted = Voucher.id == line.voucher_id
        statement = statement.join(Voucher, posted).where(Voucher.site_id == query.site_id)
    here = {row[0]: row[1:] for row in session.execute(statement.group_by(line.drug_id))}
    wanted = given_query(query)
    elsewhere = given_by_drug(session, wanted)
    months, given = months_with_stock(session, query), given_months(session, wanted)
    drugs = select(Drug).where(Drug.id.in_({*here, *elsewhere})).order_by(Drug.name_en, Drug.id)
    found = []
    for drug in session.scalars(drugs):
        quantity, cost, lines = here.get(drug.id, (0, 0, 0))
        claimed = elsewhere.get(drug.id, GivenSums())
        found.append(
            Consumed(
                drug_id=drug.id,
                code=drug.code,
                name_ar=drug.name_ar,
                name_en=drug.name_en,
                unit=drug.unit,
                atc=drug.atc or "",
                strength=drug.strength,
                quantity=quantity,
                cost=cost,
                lines=lines,
                months=len(months.get(drug.id, set()) | given.get(drug.id, set())),
                elsewhere=claimed.quantity,
                claimed=claimed.amount,
            )
        )
    return found


def months_with_stock(session: Session, query: ReportQuery) -> dict[int, set[str]]:
    """Return of each item the months of a period in which some of it was on hand, as `2026-03`.

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


def _with_stock(by_month: dict[str, tuple[int, int]], asked: Sequence[str]) -> set[str]:
    on_hand = sum(quantity for key, (quantity, _most) in by_month.items() if key < asked[0])
    found = set()
    for key in asked:
        quantity, most = by_month.get(key, (0, 0))
        if on_hand > 0 or most > 0:
            found.add(key)
        on_hand += quantity
    return found


def _months(first: date, last: date) -> list[str]:
    months, day = [], month_start(first)
    while day <= last:
        months.append(f"{day:%Y-%m}")
        day = month_start(day + timedelta(days=31))
    return months

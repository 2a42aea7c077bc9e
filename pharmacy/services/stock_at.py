"""What lay on the shelves at the end of a day, from the movements: a statement of any period.

The stock list shows what is there now; this is what was there then, batch by batch, and what of it
was about to expire. A batch that is held back or recalled counts as on hand.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from pharmacy.db import Whole
from pharmacy.models import Batch, Drug, StockMovement, Voucher

NEAR_DAYS = 90
"""What expires within so many days is about to expire."""


@dataclass(frozen=True, slots=True)
class StockValue:
    """Values in piastres: all on hand, what may still be used, what of that expires soon."""

    on_hand: int
    usable: int
    expiring: int


def batches(on: date, *, expiring: bool = False) -> Select[*tuple[Any, ...]]:
    """Select the batches on hand at the end of a day, those that expire first in front.

    Values of a row are `id, drug_id, code, name_ar, name_en, lot, expiry, quantity, value`.

    Args:
        on: The day.
        expiring: Only those that may still be used that day and expire within 90 days of it.
    """
    # The server engine sums whole numbers into decimal ones.
    quantity = func.sum(StockMovement.quantity).cast(Whole)
    value = func.sum(StockMovement.value).cast(Whole)
    there = (
        select(StockMovement.batch_id, quantity.label("quantity"), value.label("value"))
        .join(Voucher, Voucher.id == StockMovement.voucher_id)
        .where(Voucher.business_date <= on)
        .group_by(StockMovement.batch_id)
        .having(quantity > 0)
        .subquery()
    )
    statement = (
        select(
            Batch.id,
            Batch.drug_id,
            Drug.code,
            Drug.name_ar,
            Drug.name_en,
            Batch.lot,
            Batch.expiry,
            there.c.quantity,
            there.c.value,
        )
        .join(there, there.c.batch_id == Batch.id)
        .join(Drug, Drug.id == Batch.drug_id)
        .order_by(Batch.expiry, Batch.id)
    )
    if expiring:
        statement = statement.where(Batch.expiry.between(on, on + timedelta(days=NEAR_DAYS)))
    return statement


def value_at(session: Session, on: date) -> StockValue:
    """Return what the stock of a day was worth."""
    there = batches(on).order_by(None).subquery()
    usable = there.c.expiry >= on
    near = there.c.expiry.between(on, on + timedelta(days=NEAR_DAYS))
    row = session.execute(
        select(
            func.coalesce(func.sum(there.c.value), 0),
            func.coalesce(func.sum(case((usable, there.c.value), else_=0)), 0),
            func.coalesce(func.sum(case((near, there.c.value), else_=0)), 0),
        )
    ).one()
    return StockValue(*(int(value) for value in row))

"""What moved and what was on hand by item: closed months by their totals, other days by detail."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Text, case, cast, func, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import Whole
from pharmacy.models import (
    Batch,
    PeriodMovement,
    PeriodOnHand,
    StockMovement,
    Voucher,
)
from pharmacy.rules.closing import last_day
from pharmacy.rules.vocabulary import VoucherKind
from pharmacy.services.closed_months import BEGINNING, split_of

Key = tuple[int, int, int]
"""Site, drug and fund."""
Moved = tuple[int, int]
"""Units of issue and piastres, signed."""

_first = aliased(Voucher)
_NOTHING: Moved = (0, 0)


@dataclass(frozen=True, slots=True)
class StockOver:
    """An item of a fund at a site over a period.

    Attributes:
        opening: What was on hand when it began.
        moved: What moved, by the kind of voucher and whether it was undone then.
    """

    opening: Moved
    moved: Mapping[tuple[VoucherKind, bool], Moved] = field(default_factory=dict)

    @property
    def closing(self) -> Moved:
        """What was on hand when it ended, added up."""
        units, piastres = self.opening
        for more_units, more_piastres in self.moved.values():
            units, piastres = units + more_units, piastres + more_piastres
        return units, piastres


def stock_over(session: Session, first: date, last: date) -> Mapping[Key, StockOver]:
    """Return every item that was on hand or moved in a period, by site, drug and fund."""
    opening = on_hand_before(session, first)
    moved: dict[Key, dict[tuple[VoucherKind, bool], Moved]] = defaultdict(dict)
    for site_id, drug_id, fund_id, kind, undone, units, piastres in _moved(session, first, last):
        of_key = moved[site_id, drug_id, fund_id]
        sort = (VoucherKind(kind), bool(undone))
        had = of_key.get(sort, _NOTHING)
        of_key[sort] = (had[0] + int(units), had[1] + int(piastres))
    return {
        key: StockOver(opening.get(key, _NOTHING), moved.get(key, {}))
        for key in sorted(opening.keys() | moved.keys())
    }


def on_hand_before(session: Session, day: date) -> Mapping[Key, Moved]:
    """Return what was on hand when a day began, by site, drug and fund; nothing is left out but 0.

    The last closed month before it says what its end held; what moved since is added.
    """
    months = split_of(session, BEGINNING, day - timedelta(days=1)).months
    held: dict[Key, Moved] = {}
    since = BEGINNING
    if months:
        stored = PeriodOnHand
        since = last_day(months[-1]) + timedelta(days=1)
        statement = select(
            stored.site_id, stored.drug_id, stored.fund_id, stored.quantity, stored.value
        ).where(stored.month == months[-1])
        held = {(row[0], row[1], row[2]): (row[3], row[4]) for row in session.execute(statement)}
    for row in _moved(session, since, day - timedelta(days=1)):
        key = (row[0], row[1], row[2])
        had = held.get(key, _NOTHING)
        held[key] = (had[0] + int(row[-2]), had[1] + int(row[-1]))
    return {key: moved for key, moved in held.items() if moved != _NOTHING}


def _moved(session: Session, first: date, last: date) -> Sequence[Any]:
    if last < first:
        return []
    parts = split_of(session, first, last)
    found: list[Any] = []
    if parts.months:
        stored = PeriodMovement
        keys = (stored.site_id, stored.drug_id, stored.fund_id, stored.kind, stored.undone)
        figures = (func.sum(stored.quantity).cast(Whole), func.sum(stored.value).cast(Whole))
        statement = select(*keys, *figures).where(stored.month.in_(parts.months)).group_by(*keys)
        found.extend(session.execute(statement))
    kind = func.coalesce(cast(_first.kind, Text), cast(Voucher.kind, Text))
    undone = case((Voucher.reverses_id.is_not(None), 1), else_=0)
    figures = (
        func.sum(StockMovement.quantity).cast(Whole),
        func.sum(StockMovement.value).cast(Whole),
    )
    for begins, ends in parts.days:
        of = (Batch.site_id, Batch.drug_id, Batch.fund_id, kind, undone)
        detail = (
            select(*of, *figures)
            .select_from(Voucher)
            .join(StockMovement, StockMovement.voucher_id == Voucher.id)
            .join(Batch, Batch.id == StockMovement.batch_id)
            .outerjoin(_first, _first.id == Voucher.reverses_id)
            .where(Voucher.business_date.between(begins, ends))
            .group_by(*of)
        )
        found.extend(session.execute(detail))
    return found

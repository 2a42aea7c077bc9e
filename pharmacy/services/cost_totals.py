"""The figures of a cost report that add up, from the totals of closed months where these tell.

They tell of a month, a site and a fund, and of one more thing: an item, a centre, a channel, a
condition. What is asked by two of those, or by anything that may be put right later (a person's
age, an item's group), is read from the lines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from pharmacy.db import Whole
from pharmacy.models import PeriodCost
from pharmacy.rules.closing import Total
from pharmacy.rules.vocabulary import Channel
from pharmacy.services.closed_months import split_of

Keys = tuple[object, ...]
Added = tuple[int, ...]
"""Lines, units, cost, the state's and the donor's share, lines undone, cost undone."""

_OF_ALL: Mapping[str, ColumnElement[Any]] = {
    "month": PeriodCost.month.expression,
    "site": PeriodCost.site_id.expression,
    "fund": PeriodCost.fund_id.expression,
}
_IDS = frozenset({Total.DRUG, Total.CENTRE, Total.CONDITION})


@dataclass(frozen=True, slots=True)
class ClosedCost:
    """What closed months tell of a period, and the days that must be read from the lines."""

    sums: Mapping[Keys, Added]
    days: Sequence[tuple[date, date]]


def closed_cost(
    session: Session,
    first: date,
    last: date,
    by: Sequence[str],
    narrowed: Mapping[str, object],
) -> ClosedCost | None:
    """Return the figures of closed months by the keys asked for; None where they cannot tell.

    Args:
        session: Any session.
        first: The first day of the period.
        last: The last day of it.
        by: What the groups are: `month`, `site`, `fund`, or a word of `Total`.
        narrowed: What alone is counted, by the same names.
    """
    own = {name for name in (*by, *narrowed) if name not in _OF_ALL}
    if len(own) > 1 or not own <= set(Total):
        return None
    parts = split_of(session, first, last)
    total = Total(own.pop()) if own else Total.ALL
    columns: list[Any] = [_OF_ALL.get(name, PeriodCost.key.expression) for name in by]
    stored = PeriodCost
    figures = (
        stored.lines,
        stored.quantity,
        stored.cost,
        stored.state_share,
        stored.donor_share,
        stored.reversed_lines,
        stored.reversed_cost,
    )
    statement = (
        select(*columns, *(func.sum(figure).cast(Whole) for figure in figures))
        .where(stored.dimension == total, stored.month.in_(parts.months))
        .group_by(*columns)
    )
    for name, value in narrowed.items():
        column: ColumnElement[Any] | None = _OF_ALL.get(name)
        if column is None:
            statement = statement.where(stored.key == str(value))
        else:
            statement = statement.where(column == value)
    width = len(by)
    sums = {
        tuple(_read(name, total, key) for name, key in zip(by, row, strict=False)): tuple(
            int(figure) for figure in row[width:]
        )
        for row in session.execute(statement)
    }
    return ClosedCost(sums, parts.days)


def _read(name: str, total: Total, key: Any) -> object:  # noqa: ANN401 - ids and words
    if name in _OF_ALL:
        return key
    if not key:
        return None
    if total in _IDS:
        return int(key)
    return Channel(key) if total is Total.CHANNEL else key

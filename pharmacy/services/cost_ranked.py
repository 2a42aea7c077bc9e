"""The highest groups of a cost report by themselves and all others together; another period beside.

Sums of what stands together are added up from its groups; its persons are counted anew, for they
overlap. A month of the other period stands beside the one that it is compared with.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from pharmacy.rules.calendar import add_months
from pharmacy.rules.comparison import beside
from pharmacy.services.cost_dimensions import Dimension
from pharmacy.services.cost_query import CostQuery, Without
from pharmacy.services.reporting import Cost, Figures, Keys, cost, persons_kept, sums_by


@dataclass(frozen=True, slots=True)
class RankedGroup:
    """A group: its keys, its figures, and what it cost in the period beside (None for none)."""

    keys: Keys
    figures: Figures
    before: int | None


@dataclass(frozen=True, slots=True)
class Others:
    """Groups that stand together: how many, their figures, their rows by the second dimension."""

    count: int
    whole: RankedGroup
    rows: Sequence[RankedGroup]


@dataclass(frozen=True, slots=True)
class RankedCost:
    """A cost report as it is shown.

    Attributes:
        cost: The whole report, with its reversals and its seal.
        rows: Those of the groups that stand by themselves.
        groups: The groups themselves, of two dimensions only.
        others: What stands together; None where everything stands by itself.
        total: The whole, beside that of the other period.
        order: The keys of the first dimension that stand by themselves, the dearest first.
    """

    cost: Cost
    rows: Sequence[RankedGroup]
    groups: Sequence[RankedGroup]
    others: Others | None
    total: RankedGroup
    order: Sequence[object]

    def keys_at(self, place: int) -> list[object]:
        """Return the keys of a dimension that are read out: all others name the second alone."""
        others = self.others.rows if self.others and place else ()
        return [row.keys[place] for row in self.rows] + [row.keys[0] for row in others]


def ranked_cost(session: Session, query: CostQuery) -> RankedCost:
    """Return the report of a query with its `top` and `compare`.

    Raises:
        InvalidPeriod: The period ends before it begins, or is absurdly long.
    """
    found = cost(session, query)
    before = _before(session, query)
    rows = _beside({row.keys: row.figures for row in found.rows}, before)
    firsts: dict[Keys, Figures] = {
        (row.keys[0],): row.figures for row in (found.groups or found.rows)
    }
    groups = _beside(firsts, _summed(before, 1))
    order, rest = _parted({one.keys[0]: (one.figures.cost, one.before) for one in groups}, query)
    kept = set(order)
    return RankedCost(
        cost=found,
        rows=[one for one in rows if one.keys[0] in kept],
        groups=[one for one in groups if one.keys[0] in kept] if len(query.by) > 1 else [],
        others=_others(session, query, rows, order) if rest else None,
        total=RankedGroup((), found.total, None if before is None else sum(before.values())),
        order=order,
    )


def left_out(session: Session, query: CostQuery) -> Without:
    """Return what the row of all others leaves out: the groups that stand by themselves."""
    costs: dict[object, int] = defaultdict(int)
    for keys, figures in sums_by(session, query).items():
        costs[keys[0]] += figures.cost
    before = _summed(_before(session, query), 1)
    told: dict[object, tuple[int, int | None]] = {
        key: (costs.get(key, 0), before.get((key,), 0) if before is not None else None)
        for key in {*costs, *(keys[0] for keys in before or ())}
    }
    order, rest = _parted(told, query)
    return Without(query.by[0], tuple(order) if rest else ())


def period_beside(query: CostQuery) -> CostQuery:
    """Return the query of the period that stands beside; the same query where none does."""
    if query.compare is None:
        return query
    first, last = beside(query.date_from, query.date_to, query.compare)
    return replace(query, date_from=first, date_to=last)


def behind_before(
    query: CostQuery, keys: Mapping[Dimension, object]
) -> tuple[CostQuery, dict[Dimension, object]]:
    """Return what stands behind a figure of the period beside: its days and its keys.

    A month of this period names the days of the one that stands beside it.
    """
    other, left = period_beside(query), dict(keys)
    month = left.pop(Dimension.MONTH, None)
    if not month:
        return other, dict(keys)
    first = add_months(date.fromisoformat(f"{month}-01"), -_months_between(query, other))
    last = other.date_to
    if month != f"{query.date_to:%Y-%m}":
        last = min(last, add_months(first, 1) - timedelta(days=1))
    return replace(other, date_from=max(first, other.date_from), date_to=last), left


def _months_between(query: CostQuery, other: CostQuery) -> int:
    years = query.date_from.year - other.date_from.year
    return 12 * years + query.date_from.month - other.date_from.month


def _before(session: Session, query: CostQuery) -> Mapping[Keys, int] | None:
    """Return what the other period cost by the keys of a query, its months moved to this one's."""
    if query.compare is None:
        return None
    other = period_beside(query)
    months, sums = _months_between(query, other), sums_by(session, other)
    found: dict[Keys, int] = defaultdict(int)
    for keys, figures in sums.items():
        moved = tuple(
            min(_moved(str(key), months), f"{query.date_to:%Y-%m}")
            if dimension is Dimension.MONTH
            else key
            for dimension, key in zip(query.by, keys, strict=True)
        )
        found[moved] += figures.cost
    return found


def _moved(month: str, by: int) -> str:
    return f"{add_months(date.fromisoformat(f'{month}-01'), by):%Y-%m}"


def _summed(before: Mapping[Keys, int] | None, depth: int) -> Mapping[Keys, int] | None:
    if before is None:
        return None
    sums: dict[Keys, int] = defaultdict(int)
    for keys, spent in before.items():
        sums[keys[:depth]] += spent
    return sums


def _beside(
    figures: Mapping[Keys, Figures], before: Mapping[Keys, int] | None
) -> list[RankedGroup]:
    """Put figures beside those of the other period, in which there may be groups of its own."""
    if before is None:
        return [RankedGroup(keys, one, None) for keys, one in figures.items()]
    return [
        RankedGroup(keys, figures.get(keys, Figures()), before.get(keys, 0))
        for keys in dict.fromkeys([*figures, *before])
    ]


def _parted(
    told: Mapping[object, tuple[int, int | None]], query: CostQuery
) -> tuple[list[object], list[object]]:
    """Return the keys that stand by themselves, and the others; one alone is no others."""

    def dearest(key: object) -> tuple[int, int, bool, str]:
        spent, before = told[key]
        return -spent, -(before or 0), key is None, str(key)

    order = sorted(told, key=dearest)
    if query.top is None or len(order) <= query.top + 1:
        return order, []
    return order[: query.top], order[query.top :]


def _others(
    session: Session, query: CostQuery, rows: Sequence[RankedGroup], order: Sequence[object]
) -> Others:
    """Gather the rows whose first key is not among those that stand by themselves."""
    kept = set(order)
    rest = [row for row in rows if row.keys[0] not in kept]
    asked = replace(query, by=query.by[-1:], without=Without(query.by[0], tuple(order)))
    persons = persons_kept(session, asked)
    second: dict[Keys, list[RankedGroup]] = defaultdict(list)
    for row in rest:
        second[row.keys[1:]].append(row)
    return Others(
        count=len({row.keys[0] for row in rest}),
        whole=_gathered((), rest, persons),
        rows=[_gathered(keys, some, persons) for keys, some in second.items()]
        if len(query.by) > 1
        else [],
    )


def _gathered(keys: Keys, rows: Sequence[RankedGroup], persons: Mapping[Keys, int]) -> RankedGroup:
    figures = sum((row.figures for row in rows), Figures())
    before = [row.before for row in rows if row.before is not None]
    return RankedGroup(
        keys,
        replace(figures, beneficiaries=persons.get(keys, 0)),
        sum(before) if before else None,
    )

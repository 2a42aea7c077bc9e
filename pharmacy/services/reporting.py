"""The one query layer of cost: every figure of every report comes from posted dispensing lines.

A reversal is a line with its signs turned, dated the day it was posted, so a period's net figures
are plain sums. A person is counted where what they kept is more than nothing; records merged into
another count as that one person. Distinct persons of different groups overlap and never add up.

Sums come from one statement by the finest keys; what adds up is added up from there. Persons are
counted by the database over the lines that gave something, and the few whom a reversal touched
are then weighed one by one. All of it is read from one covering index of the lines.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    case,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from pharmacy.db import Whole
from pharmacy.errors import InvalidPeriod
from pharmacy.models import Beneficiary, DispensingLine
from pharmacy.services.cost_dimensions import (
    COLUMNS,
    PERSON,
    Dimension,
    joined,
)
from pharmacy.services.cost_query import CostQuery, asks, line_filter
from pharmacy.services.cost_totals import closed_cost
from pharmacy.services.cost_undone import Undone, last_seal, reversals

LONGEST_PERIOD_DAYS = 366 * 30
MOST_DIMENSIONS = 2


@dataclass(frozen=True, slots=True)
class Figures:
    """Net figures of a group: units of issue, piastres, distinct persons; and what was undone."""

    lines: int = 0
    quantity: int = 0
    cost: int = 0
    state: int = 0
    donor: int = 0
    citizen: int = 0
    beneficiaries: int = 0
    reversed_lines: int = 0
    reversed_cost: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        """Add figure by figure; the sum of persons means nothing until it is replaced."""
        return Figures(
            self.lines + other.lines,
            self.quantity + other.quantity,
            self.cost + other.cost,
            self.state + other.state,
            self.donor + other.donor,
            self.citizen + other.citizen,
            self.beneficiaries + other.beneficiaries,
            self.reversed_lines + other.reversed_lines,
            self.reversed_cost + other.reversed_cost,
        )


Keys = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class CostGroup:
    """One group: its keys (ids, months, channels; None where nothing is said)."""

    keys: Keys
    figures: Figures


@dataclass(frozen=True, slots=True)
class CostFigures:
    """What dispensing cost: rows, first-level groups (of two levels only), total."""

    rows: Sequence[CostGroup]
    groups: Sequence[CostGroup]
    total: Figures


@dataclass(frozen=True, slots=True)
class Cost(CostFigures):
    """A cost report: the figures of a query, and the reversals of its period.

    `last_seal` is that of the last voucher of the period, by which a paper is tied to the books.
    """

    query: CostQuery
    reversals: Sequence[Undone]
    last_seal: str


def cost(session: Session, query: CostQuery) -> Cost:
    """Return the cost report of a period.

    Raises:
        InvalidPeriod: It ends before it begins, or is absurdly long.
    """
    found = cost_figures(session, query)
    return Cost(
        rows=found.rows,
        groups=found.groups,
        total=found.total,
        query=query,
        reversals=reversals(session, line_filter(query), asks(query)),
        last_seal=last_seal(session, query.date_to),
    )


def cost_figures(session: Session, query: CostQuery) -> CostFigures:
    """Return what dispensing cost in a period.

    Raises:
        InvalidPeriod: It ends before it begins, or is absurdly long.
    """
    days = (query.date_to - query.date_from).days
    if not 0 <= days <= LONGEST_PERIOD_DAYS or not 1 <= len(query.by) <= MOST_DIMENSIONS:
        raise InvalidPeriod(date_from=query.date_from, date_to=query.date_to)
    sums, persons, depth = sums_by(session, query), _persons(session, query), len(query.by)
    touched = _touched(session, query)
    total = _rolled_up(sums, persons, touched, 0)
    return CostFigures(
        rows=_rolled_up(sums, persons, touched, depth),
        groups=_rolled_up(sums, persons, touched, 1) if depth > 1 else (),
        total=total[0].figures if total else Figures(),
    )


def cost_by(session: Session, query: CostQuery) -> dict[Keys, int]:
    """Return what dispensing cost by the keys of a query, piastres, in one statement."""
    statement = _counted(query, query.by, func.sum(DispensingLine.cost).cast(Whole))
    width = len(query.by)
    return {tuple(row[:width]): row[width] for row in session.execute(statement)}


def spent(date_from: date, date_to: date) -> ScalarSelect[int]:
    """Return, for a larger statement, what dispensing cost in a period, piastres."""
    return (
        select(func.coalesce(func.sum(DispensingLine.cost), 0).cast(Whole))
        .where(DispensingLine.business_date.between(date_from, date_to))
        .scalar_subquery()
    )


def _counted(
    query: CostQuery, by: Sequence[Dimension], *columns: ColumnElement[Any]
) -> Select[Any]:
    """Select keys and figures of the lines counted; heads are joined only where they are asked."""
    keys = [COLUMNS[dimension] for dimension in by]
    statement = joined(select(*keys, *columns).select_from(DispensingLine), [*by, *asks(query)])
    return statement.where(*line_filter(query)).group_by(*keys)


_SERVED = func.count(case((DispensingLine.quantity > 0, PERSON)).distinct())
_IS_REVERSAL = DispensingLine.reverses_line_id.is_not(None)
_NOTHING: ColumnElement[Any] = literal_column("0")


def sums_by(session: Session, query: CostQuery) -> dict[Keys, Figures]:
    """Sum by the finest keys: closed months from their totals where these tell, else the lines.

    Persons are not among the sums: they do not add up from month to month.
    """
    by = [dimension.value for dimension in query.by]
    closed = closed_cost(session, query.date_from, query.date_to, by, _narrowed(query))
    days = closed.days if closed else [(query.date_from, query.date_to)]
    sums = {key: _figures(row) for key, row in closed.sums.items()} if closed else {}
    for key, row in _of_lines(session, query, days):
        sums[key] = sums.get(key, Figures()) + _figures(row)
    return sums


def _narrowed(query: CostQuery) -> dict[str, object]:
    """Return what alone a report counts, by the names of the totals."""
    asked = {field.name: getattr(query, field.name) for field in fields(query)}
    return {
        name.removesuffix("_id"): value
        for name, value in asked.items()
        if name not in {"date_from", "date_to", "by", "top", "compare"} and value is not None
    }


def _figures(row: Sequence[int]) -> Figures:
    lines, quantity, spent, state, donor, undone_lines, undone_cost = row
    return Figures(
        lines=lines,
        quantity=quantity,
        cost=spent,
        state=state,
        donor=donor,
        citizen=spent - state - donor,
        reversed_lines=undone_lines,
        reversed_cost=undone_cost,
    )


def _of_lines(
    session: Session, query: CostQuery, days: Sequence[tuple[date, date]]
) -> Iterator[tuple[Keys, Sequence[int]]]:
    """Give the sums of the lines of some days by the finest keys, in the order of `_figures`.

    What was undone is read beside, from an index of its own.
    """
    line, width = DispensingLine, len(query.by)
    added = [line.quantity, line.cost, line.state_share, line.donor_share]
    summed = [func.count(), *(func.sum(figure) for figure in added), _NOTHING, _NOTHING]
    # A line undone and the line that undoes it were both counted, and neither stands.
    undone: list[ColumnElement[Any]] = [(-2 * func.count()).label("lines")]
    undone += [*[_NOTHING] * len(added), func.count(), func.sum(-line.cost)]
    open_days = or_(false(), *(line.business_date.between(*span) for span in days))
    halves = union_all(
        _counted(query, query.by, *summed).where(open_days),
        _counted(query, query.by, *undone).where(open_days, _IS_REVERSAL),
    )
    for row in session.execute(halves):
        yield tuple(row[:width]), [int(figure) for figure in row[width:]]


def _persons(session: Session, query: CostQuery) -> dict[Keys, int]:
    """Count the persons who were given something by all keys, by the first ones, and by none."""
    depths = range(len(query.by), -1, -1)
    levels = [
        _counted(query, query.by[:depth], *[null()] * (len(query.by) - depth), _SERVED,
                 literal_column(str(depth)))
        for depth in depths
    ]  # fmt: skip
    counted = session.execute(union_all(*levels))
    return {tuple(row[: int(row[-1])]): int(row[-2]) for row in counted}


def persons_kept(session: Session, query: CostQuery) -> dict[Keys, int]:
    """Count the persons who kept something by all keys, by the first ones, and by none."""
    touched = _touched(session, query)
    fewer = [_returners(touched, depth) for depth in range(len(query.by) + 1)]
    persons = _persons(session, query)
    return {keys: count - fewer[len(keys)].get(keys, 0) for keys, count in persons.items()}


@dataclass(frozen=True, slots=True)
class _Touched:
    """What a person whom a reversal touched was given, and kept, of one finest group; units."""

    keys: Keys
    person: int
    given: int
    kept: int


def _touched(session: Session, query: CostQuery) -> list[_Touched]:
    line, width = DispensingLine, len(query.by)
    persons = select(PERSON).where(
        _IS_REVERSAL, line.business_date.between(query.date_from, query.date_to)
    )
    records = union(
        select(Beneficiary.id).where(Beneficiary.id.in_(persons)),
        select(Beneficiary.id).where(Beneficiary.merged_into_id.in_(persons)),
    )
    given = func.sum(case((line.quantity > 0, line.quantity), else_=0))
    statement = (
        _counted(query, query.by, PERSON, given, func.sum(line.quantity))
        .where(line.beneficiary_id.in_(records))
        .group_by(PERSON)
    )
    return [
        _Touched(tuple(row[:width]), *(int(figure) for figure in row[width:]))
        for row in session.execute(statement)
    ]


def _returners(touched: Sequence[_Touched], depth: int) -> dict[Keys, int]:
    """Count by the first `depth` keys who were given something there and kept nothing of it."""
    given: dict[tuple[Keys, int], int] = defaultdict(int)
    kept: dict[tuple[Keys, int], int] = defaultdict(int)
    for one in touched:
        given[one.keys[:depth], one.person] += one.given
        kept[one.keys[:depth], one.person] += one.kept
    counts: dict[Keys, int] = defaultdict(int)
    for (keys, person), units in kept.items():
        if units <= 0 < given[keys, person]:
            counts[keys] += 1
    return counts


def _rolled_up(
    sums: Mapping[Keys, Figures],
    persons: Mapping[Keys, int],
    touched: Sequence[_Touched],
    depth: int,
) -> list[CostGroup]:
    """Add the finest groups up to their first `depth` keys, in their order.

    The persons of that level are those who were given something less those who kept nothing.
    """
    added: dict[Keys, Figures] = {}
    for keys, figures in sums.items():
        above = keys[:depth]
        added[above] = added[above] + figures if above in added else figures
    fewer = _returners(touched, depth)
    return [
        CostGroup(
            keys, replace(added[keys], beneficiaries=persons.get(keys, 0) - fewer.get(keys, 0))
        )
        for keys in sorted(added, key=lambda keys: [(key is None, key) for key in keys])
    ]

"""The one query layer of cost: every figure of every report comes from posted dispensing lines.

A reversal is a line with its signs turned, dated the day it was posted, so a period's net figures
are plain sums. A person is counted where what they kept is more than nothing; records merged into
another count as that one person. Distinct persons of different groups overlap and never add up.

Sums come from one statement by the finest keys; what adds up is added up from there. Persons are
counted by the database over the lines that gave something, and the few whom a reversal touched
are then weighed one by one. All of it is read from one covering index of the lines.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, case, func, select, union
from sqlalchemy.orm import Session

from pharmacy.db import Whole
from pharmacy.errors import InvalidPeriod
from pharmacy.models import Beneficiary, DispensingLine
from pharmacy.services.cost_dimensions import COLUMNS, PERSON, Dimension, joined
from pharmacy.services.cost_totals import closed_cost
from pharmacy.services.cost_undone import Undone, last_seal, reversals

LONGEST_PERIOD_DAYS = 366 * 30
MOST_DIMENSIONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CostQuery:
    """Which lines a cost report counts, and how it breaks them down."""

    date_from: date
    date_to: date
    by: tuple[Dimension, ...] = (Dimension.MONTH,)
    fund_id: int | None = None
    centre_id: int | None = None
    drug_id: int | None = None
    site_id: int | None = None


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
class Cost:
    """A cost report's figures: rows, first-level groups (two levels only), total, reversals.

    `last_seal` is that of the last voucher of the period, by which a paper is tied to the books.
    """

    query: CostQuery
    rows: Sequence[CostGroup]
    groups: Sequence[CostGroup]
    total: Figures
    reversals: Sequence[Undone]
    last_seal: str


def cost(session: Session, query: CostQuery) -> Cost:
    """Return the cost of dispensing in a period.

    Raises:
        InvalidPeriod: It ends before it begins, or is absurdly long.
    """
    days = (query.date_to - query.date_from).days
    if not 0 <= days <= LONGEST_PERIOD_DAYS or not 1 <= len(query.by) <= MOST_DIMENSIONS:
        raise InvalidPeriod(date_from=query.date_from, date_to=query.date_to)
    sums = _sums(session, query)
    levels = {depth: _persons(session, query, depth) for depth in range(len(query.by))}
    touched = _touched(session, query)
    rows = _without_returners(sums, touched, len(query.by))
    total = _rolled_up(sums, levels[0], touched, 0)
    return Cost(
        query=query,
        rows=rows,
        groups=_rolled_up(sums, levels[1], touched, 1) if 1 in levels else (),
        total=total[0].figures if total else Figures(),
        reversals=reversals(session, line_filter(query), asks(query)),
        last_seal=last_seal(session, query.date_to),
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


def line_filter(query: CostQuery) -> list[ColumnElement[bool]]:
    """Return the conditions on the lines (and, for a centre, on the head) a report counts."""
    within = DispensingLine.business_date.between(query.date_from, query.date_to)
    return [within, *(COLUMNS[dimension] == chosen for dimension, chosen in _chosen(query))]


def asks(query: CostQuery) -> list[Dimension]:
    """Return the dimensions that a query's filter reads, whose tables must be joined."""
    return [dimension for dimension, _chosen_id in _chosen(query)]


def _chosen(query: CostQuery) -> list[tuple[Dimension, int]]:
    filters = (
        (Dimension.FUND, query.fund_id),
        (Dimension.CENTRE, query.centre_id),
        (Dimension.DRUG, query.drug_id),
        (Dimension.SITE, query.site_id),
    )
    return [(dimension, chosen) for dimension, chosen in filters if chosen is not None]


def _counted(
    query: CostQuery, by: Sequence[Dimension], *columns: ColumnElement[Any]
) -> Select[Any]:
    """Select keys and figures of the lines counted; heads are joined only where they are asked."""
    keys = [COLUMNS[dimension] for dimension in by]
    statement = joined(select(*keys, *columns).select_from(DispensingLine), [*by, *asks(query)])
    return statement.where(*line_filter(query)).group_by(*keys)


_SERVED = func.count(case((DispensingLine.quantity > 0, PERSON)).distinct())
_IS_REVERSAL = DispensingLine.reverses_line_id.is_not(None)


def _sums(session: Session, query: CostQuery) -> dict[Keys, Figures]:
    """Sum by the finest keys: closed months from their totals where these tell, else the lines.

    Persons are always counted over the lines: they do not add up from month to month.
    """
    by = [dimension.value for dimension in query.by]
    closed = closed_cost(session, query.date_from, query.date_to, by, _narrowed(query))
    if closed is None:
        return _of_lines(session, query)
    sums = {key: _figures(row) for key, row in closed.sums.items()}
    for first, last in closed.days:
        for key, figures in _of_lines(
            session, replace(query, date_from=first, date_to=last)
        ).items():
            sums[key] = sums.get(key, Figures()) + figures
    served = _persons(session, query, len(query.by))
    return {
        key: replace(figures, beneficiaries=served.get(key, 0)) for key, figures in sums.items()
    }


def _narrowed(query: CostQuery) -> dict[str, object]:
    """Return what alone a report counts, by the names of the totals."""
    chosen = {field.name: getattr(query, field.name) for field in fields(query)}
    return {
        name.removesuffix("_id"): value
        for name, value in chosen.items()
        if name not in {"date_from", "date_to", "by"} and value is not None
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


def _of_lines(session: Session, query: CostQuery) -> dict[Keys, Figures]:
    """Sum the lines by the finest keys; persons are those who were given something."""
    line, width = DispensingLine, len(query.by)
    undone = {
        tuple(row[:width]): (int(row[width]), int(row[width + 1]))
        for row in session.execute(
            _counted(query, query.by, func.count(), func.sum(-line.cost)).where(_IS_REVERSAL)
        )
    }
    figures = [line.quantity, line.cost, line.state_share, line.donor_share]
    summed = [func.count(), *(func.sum(figure) for figure in figures), _SERVED]
    sums = {}
    for row in session.execute(_counted(query, query.by, *summed)):
        key = tuple(row[:width])
        lines, quantity, spent, state, donor, served = (int(figure) for figure in row[width:])
        undone_lines, undone_cost = undone.get(key, (0, 0))
        sums[key] = Figures(
            lines=lines - 2 * undone_lines,
            quantity=quantity,
            cost=spent,
            state=state,
            donor=donor,
            citizen=spent - state - donor,
            beneficiaries=served,
            reversed_lines=undone_lines,
            reversed_cost=undone_cost,
        )
    return sums


def _persons(session: Session, query: CostQuery, depth: int) -> dict[Keys, int]:
    """Count the persons who were given something, by the first `depth` keys."""
    statement = _counted(query, query.by[:depth], _SERVED)
    return {tuple(row[:depth]): int(row[depth]) for row in session.execute(statement)}


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


def _without_returners(
    sums: dict[Keys, Figures], touched: Sequence[_Touched], depth: int
) -> list[CostGroup]:
    """Return groups in the order of their keys, those who gave everything back not counted."""
    fewer = _returners(touched, depth)
    return [
        CostGroup(
            keys,
            replace(sums[keys], beneficiaries=sums[keys].beneficiaries - fewer.get(keys, 0)),
        )
        for keys in sorted(sums, key=lambda keys: [(key is None, key) for key in keys])
    ]


def _rolled_up(
    sums: dict[Keys, Figures],
    persons: dict[Keys, int],
    touched: Sequence[_Touched],
    depth: int,
) -> list[CostGroup]:
    """Add the finest groups up to their first `depth` keys, with the persons of that level."""
    added: dict[Keys, Figures] = {}
    for keys, figures in sums.items():
        above = keys[:depth]
        added[above] = added[above] + figures if above in added else figures
    counted = {
        keys: replace(figures, beneficiaries=persons[keys]) for keys, figures in added.items()
    }
    return _without_returners(counted, touched, depth)

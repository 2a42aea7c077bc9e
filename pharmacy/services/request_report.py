"""What became of the requests of a period: counts, days, and the share answered in time.

The requests counted are those received in the period, as they stand today. All of it is one
statement: the requests are grouped by how they stand and how many days they took, packed into one
whole number, since the embedded engine sorts by one number twice as fast as by ten columns; the
rest is added up here. Days are calendar days, as the citizen waits them; whether an answer came in
time is what the working calendar says (`due_on`). Percentiles are exact (`rules.percentile`).
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, case, func, literal, select
from sqlalchemy.orm import Session

from pharmacy.db import days_between, month_of
from pharmacy.errors import InvalidPeriod
from pharmacy.models import Centre, CitizenRequest
from pharmacy.rules.actor import Actor
from pharmacy.rules.percentile import MEDIAN, NINETIETH, percentile
from pharmacy.rules.permissions import Permission
from pharmacy.services.reporting import LONGEST_PERIOD_DAYS
from pharmacy.services.request_list import RequestQuery, narrowing
from pharmacy.services.request_standing import AGES, Standing, aged, condition

_FLAGS = (
    Standing.CLOSED,
    Standing.OVERDUE,
    Standing.REOPENED,
    Standing.AWAITING_PAPERS,
    Standing.WITHIN_LIMIT,
    Standing.NEVER_DISPENSED,
)
_AGES = tuple(AGES)
_AGE_PLACES = 8
_DAY_PLACES = 1 << 15
"""Room for days in the packed number: 89 years."""


class RequestDimension(StrEnum):
    """What a request report may be broken down by."""

    CHANNEL = "channel"
    CENTRE = "centre"
    CATEGORY = "category"
    MONTH = "month"


_COLUMNS: dict[RequestDimension, ColumnElement[Any]] = {
    RequestDimension.CHANNEL: CitizenRequest.channel.expression,
    # Not the bare column: its index would fetch every row of the period one by one.
    RequestDimension.CENTRE: func.coalesce(CitizenRequest.centre_id, 0),
    RequestDimension.CATEGORY: CitizenRequest.category.expression,
    RequestDimension.MONTH: month_of(CitizenRequest.received_on.expression),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestReportQuery:
    """Which requests a report counts, by the day they were received, and how it breaks them down.

    Without a dimension there is only the whole.
    """

    date_from: date
    date_to: date
    by: RequestDimension | None = RequestDimension.CHANNEL

    def checked(self) -> "RequestReportQuery":
        """Return the query.

        Raises:
            InvalidPeriod: It ends before it begins, or is absurdly long.
        """
        if not 0 <= (self.date_to - self.date_from).days <= LONGEST_PERIOD_DAYS:
            raise InvalidPeriod(date_from=self.date_from, date_to=self.date_to)
        return self


@dataclass(slots=True)
class RequestFigures:
    """The figures of a group of requests; days are calendar days.

    Attributes:
        received: All of them.
        standing: How many stand so; they overlap.
        reply_days: How many were first replied to after so many days.
        settle_days: How many were settled after so many days.
        hand_over_days: How many were first handed medicine so many days after the approval.
    """

    received: int = 0
    standing: Counter[Standing] = field(default_factory=Counter)
    reply_days: Counter[int] = field(default_factory=Counter)
    settle_days: Counter[int] = field(default_factory=Counter)
    hand_over_days: Counter[int] = field(default_factory=Counter)

    @property
    def share_within(self) -> int | None:
        """Share answered in time, in hundredths of a percent, rounded down; None without any.

        Its whole is what was settled and what is overdue, so that never answering is no way to a
        better share; what is still within its time is left out of both.
        """
        judged = self.standing[Standing.SETTLED] + self.standing[Standing.OVERDUE]
        return self.standing[Standing.WITHIN_LIMIT] * 10_000 // judged if judged else None

    def add(self, other: "RequestFigures") -> None:
        """Add another group's figures to these."""
        self.received += other.received
        self.standing.update(other.standing)
        self.reply_days.update(other.reply_days)
        self.settle_days.update(other.settle_days)
        self.hand_over_days.update(other.hand_over_days)

    def take(self, packed: int, count: int) -> None:
        """Add so many requests that stand as a packed number says."""
        self.received += count
        packed, flags = divmod(packed, 1 << len(_FLAGS))
        packed, age = divmod(packed, _AGE_PLACES)
        for place, standing in enumerate(_FLAGS):
            if flags >> place & 1:
                self.standing[standing] += count
        if not flags & 1:
            self.standing[Standing.OPEN] += count
            self.standing[_AGES[age]] += count
        for standing, days in (
            (Standing.SETTLED, self.settle_days),
            (Standing.REPLIED, self.reply_days),
            (Standing.HANDED_OVER, self.hand_over_days),
        ):
            packed, passed = divmod(packed, _DAY_PLACES)
            if passed:
                self.standing[standing] += count
                days[passed - 1] += count


@dataclass(frozen=True, slots=True)
class RequestGroup:
    """One row: a channel, a centre's id (None for none), a category or a month (`2026-03`)."""

    key: object
    figures: RequestFigures


@dataclass(frozen=True, slots=True)
class RequestReport:
    """The rows in the order of their keys, and the whole."""

    query: RequestReportQuery
    rows: Sequence[RequestGroup]
    total: RequestFigures


def median(days: Counter[int]) -> int | None:
    """Return the median of counted days."""
    return percentile(days, MEDIAN)


def ninetieth(days: Counter[int]) -> int | None:
    """Return the days that nine in ten did not exceed."""
    return percentile(days, NINETIETH)


def report(
    session: Session, query: RequestReportQuery, *, actor: Actor, today: date
) -> RequestReport:
    """Return what became of the requests received in a period, as they stand today.

    Raises:
        NotPermitted: The role sees no request reports.
        InvalidPeriod: The period ends before it begins, or is absurdly long.
    """
    keys = [] if query.by is None else [_COLUMNS[query.by]]
    groups = grouped(session, query, keys, actor=actor, today=today)
    total = RequestFigures()
    for figures in groups.values():
        total.add(figures)
    found = sorted(groups.items(), key=str)
    rows = [RequestGroup(key[0] or None, figures) for key, figures in found if key]
    return RequestReport(query, rows, total)


def grouped(
    session: Session,
    query: RequestReportQuery,
    keys: Sequence[ColumnElement[Any]],
    *,
    actor: Actor,
    today: date,
) -> dict[tuple[object, ...], RequestFigures]:
    """Return the figures of the requests of a period by any columns; one statement.

    Raises:
        NotPermitted: The role sees no request reports.
        InvalidPeriod: The period ends before it begins, or is absurdly long.
    """
    actor.require(Permission.REQUEST_REPORT)
    query.checked()
    packed = _packed(today)
    statement = (
        select(*keys, packed, func.count())
        .where(*narrowing(listed(query), actor=actor, today=today))
        .group_by(*keys, packed)
    )
    groups: dict[tuple[object, ...], RequestFigures] = defaultdict(RequestFigures)
    for *key, number, count in session.execute(statement):
        groups[tuple(key)].take(int(number), int(count))
    return groups


def listed(query: RequestReportQuery, counted: Standing | None = None) -> RequestQuery:
    """Return the list of the requests a report counts, or of those that stand so."""
    return RequestQuery(date_from=query.date_from, date_to=query.date_to, counted=counted)


def centre_names(session: Session) -> dict[object, tuple[str, str]]:
    """Return the Arabic and English names of the centres by id."""
    rows = session.execute(select(Centre.id, Centre.name_ar, Centre.name_en))
    return {row[0]: (row[1], row[2]) for row in rows}


def _packed(today: date) -> ColumnElement[int]:
    """Return one whole number that says how a request stands and how many days it took."""
    request = CitizenRequest
    number: ColumnElement[int] = literal(0, BigInteger)
    for place, standing in enumerate(_FLAGS):
        number += case((condition(standing, today), 1 << place), else_=0)
    place = 1 << len(_FLAGS)
    older = [(aged(age, today), at * place) for at, age in enumerate(_AGES)]
    number += case(*older, else_=0)
    place *= _AGE_PLACES
    for began, ended in (
        (request.received_on, request.settled_on),
        (request.received_on, request.first_reply_on),
        (request.approved_on, request.handed_over_on),
    ):
        # One more than the days, so that none is told from nothing yet; what ended before it
        # began (an earlier paper recorded late) took no day, but is no hand-over of its approval.
        early = 0 if ended is request.handed_over_on else 1
        passed = func.coalesce(days_between(began.expression, ended.expression) + 1, 0)
        days = case((ended < began, early), else_=passed)
        number += days.cast(Integer) * literal(place, BigInteger)
        place *= _DAY_PLACES
    return number

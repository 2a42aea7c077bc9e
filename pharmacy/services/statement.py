"""The governor's statement: a period on one page, every figure from the layer that owns it.

Requests are counted by `services.request_report`, money by `services.reporting`, stock by
`services.stock_at`: the statement adds nothing of its own and so cannot differ from them. Requests
are told as they stand today, stock as it stood at the end of the period.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from pharmacy.db import days_between
from pharmacy.models import Centre, CitizenRequest, IncomingMessage, PublicMeeting, UnmetDemand
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import MessageState
from pharmacy.rules.vocabulary import CENTRE_CHANNELS, CentreKind, Channel
from pharmacy.services import reporting
from pharmacy.services.reporting import CostGroup, CostQuery, Dimension, Figures
from pharmacy.services.request_list import narrowing
from pharmacy.services.request_report import (
    RequestFigures,
    RequestReportQuery,
    grouped,
    listed,
    median,
)
from pharmacy.services.request_standing import Standing
from pharmacy.services.stock_at import StockValue, value_at

CONSUMED_DAYS = 90
_MONTHS_CONSUMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementQuery:
    """A period, and the one it is compared with."""

    date_from: date
    date_to: date
    compare_from: date
    compare_to: date

    @classmethod
    def of(
        cls,
        date_from: date,
        date_to: date,
        compare_from: date | None = None,
        compare_to: date | None = None,
    ) -> "StatementQuery":
        """Return the query; without another, the period of the same length just before."""
        until = compare_to or date_from - timedelta(days=1)
        since = compare_from or until - (date_to - date_from)
        return cls(date_from=date_from, date_to=date_to, compare_from=since, compare_to=until)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodFigures:
    """What a statement says of one period; money in piastres, days in calendar days.

    Attributes:
        centres: How many centres of each kind a request came through.
        channels: Requests and complaints by channel.
        requests: How they stand today, and the days they took.
        hand_over_days: Days from the reception of a request to its first hand-over, counted.
        kept_messages: Messages of Sawtak Masmou that are no complaint.
        unmet: Issues of which nothing could be given.
        unmet_people: Of how many persons.
        cost: What dispensing cost, with the persons treated.
        months: The same by month.
        consumed: What the last 90 days of the period cost.
        stock: What the stock was worth at its end.
    """

    centres: Mapping[CentreKind, int]
    channels: Mapping[Channel, int]
    requests: RequestFigures
    hand_over_days: Counter[int]
    kept_messages: int
    meetings: int
    unmet: int
    unmet_people: int
    cost: Figures
    months: Sequence[CostGroup]
    consumed: int
    stock: StockValue

    @property
    def at_centres(self) -> int:
        """Requests through the centres of cities and villages."""
        return sum(self.channels[channel] for channel in CENTRE_CHANNELS)

    @property
    def wait_from_reception(self) -> int | None:
        """Median days from reception to hand-over."""
        return median(self.hand_over_days)

    @property
    def wait_from_approval(self) -> int | None:
        """Median days from approval to hand-over."""
        return median(self.requests.hand_over_days)

    @property
    def stock_months(self) -> int | None:
        """Tenths of a month that the usable stock lasts at the pace of the last 90 days, or None.

        Rounded down: a month that is not whole helps nobody.
        """
        if self.consumed <= 0:
            return None
        return self.stock.usable * 10 * _MONTHS_CONSUMED // self.consumed


@dataclass(frozen=True, slots=True)
class Statement:
    """The period, the one beside it, and the seal of the last voucher of the period."""

    query: StatementQuery
    period: PeriodFigures
    compared: PeriodFigures
    last_seal: str


def statement(session: Session, query: StatementQuery, *, actor: Actor, today: date) -> Statement:
    """Return the statement of a period.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: A period ends before it begins, or is absurdly long.
    """
    actor.require(Permission.REPORT_VIEW)
    period, seal = _period(session, query.date_from, query.date_to, actor, today)
    compared, _ = _period(session, query.compare_from, query.compare_to, actor, today)
    return Statement(query, period, compared, seal)


def _period(
    session: Session, first: date, last: date, actor: Actor, today: date
) -> tuple[PeriodFigures, str]:
    asked = RequestReportQuery(date_from=first, date_to=last, by=None)
    columns: list[ColumnElement[Any]] = [
        CitizenRequest.channel.expression,
        func.coalesce(CitizenRequest.centre_id, 0),
    ]
    channels: Counter[Channel] = Counter()
    seen: set[object] = set()
    requests = RequestFigures()
    for key, figures in grouped(session, asked, columns, actor=actor, today=today).items():
        channels[Channel(str(key[0]))] += figures.received
        requests.add(figures)
        seen.add(key[1])
    kinds = session.execute(select(Centre.kind, Centre.id))
    spent = reporting.cost(session, CostQuery(date_from=first, date_to=last, by=(Dimension.MONTH,)))
    recent = CostQuery(date_from=last - timedelta(days=CONSUMED_DAYS - 1), date_to=last)
    found = PeriodFigures(
        centres=Counter(kind for kind, centre_id in kinds if centre_id in seen),
        channels=channels,
        requests=requests,
        hand_over_days=_hand_over_days(session, asked, actor, today),
        kept_messages=_count_kept(session, first, last),
        meetings=session.scalar(
            select(func.count(PublicMeeting.id)).where(PublicMeeting.held_on.between(first, last))
        )
        or 0,
        **_unmet(session, first, last),
        cost=spent.total,
        months=spent.rows,
        consumed=reporting.cost(session, recent).total.cost,
        stock=value_at(session, last),
    )
    return found, spent.last_seal


def _hand_over_days(
    session: Session, asked: RequestReportQuery, actor: Actor, today: date
) -> Counter[int]:
    """Count the days from reception to hand-over of those that were handed medicine."""
    request = CitizenRequest
    days = days_between(request.received_on.expression, request.handed_over_on.expression)
    clauses = narrowing(listed(asked, Standing.HANDED_OVER), actor=actor, today=today)
    rows = session.execute(select(days, func.count()).where(*clauses).group_by(days))
    return Counter({int(passed): int(count) for passed, count in rows})


def _count_kept(session: Session, first: date, last: date) -> int:
    kept = select(func.count(IncomingMessage.id)).where(
        IncomingMessage.received_on.between(first, last),
        IncomingMessage.state != MessageState.COMPLAINT,
    )
    return session.scalar(kept) or 0


def _unmet(session: Session, first: date, last: date) -> dict[str, int]:
    people = func.count(UnmetDemand.beneficiary_id.distinct())
    row = session.execute(
        select(func.count(UnmetDemand.id), people).where(
            UnmetDemand.business_date.between(first, last)
        )
    ).one()
    return {"unmet": int(row[0]), "unmet_people": int(row[1])}

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

from sqlalchemy import CompoundSelect, Text, cast, func, null, select, union_all
from sqlalchemy.orm import Session

from pharmacy.db import Whole, days_between
from pharmacy.models import Centre, CitizenRequest, IncomingMessage, PublicMeeting, UnmetDemand
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import MessageState
from pharmacy.rules.vocabulary import CENTRE_CHANNELS, CentreKind, Channel
from pharmacy.services import reporting
from pharmacy.services.claim_given import GivenQuery, given_sums
from pharmacy.services.cost_dimensions import Dimension
from pharmacy.services.cost_query import CostQuery
from pharmacy.services.cost_undone import last_seal
from pharmacy.services.reporting import CostGroup, Figures
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
        claims: What was accepted of claims of contract pharmacies besides.
        months: What dispensing cost by month.
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
    claims: int
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
    rows = session.execute(select(Centre.id, Centre.kind))
    kinds: dict[object, CentreKind] = {row[0]: row[1] for row in rows}
    spans = ((query.date_from, query.date_to), (query.compare_from, query.compare_to))
    told = [_period(session, span, kinds, actor=actor, today=today) for span in spans]
    return Statement(query, told[0], told[1], last_seal(session, query.date_to))


def _period(
    session: Session,
    span: tuple[date, date],
    kinds: Mapping[object, CentreKind],
    *,
    actor: Actor,
    today: date,
) -> PeriodFigures:
    """Return the figures of a period."""
    first, last = span
    asked = RequestReportQuery(date_from=first, date_to=last, by=None)
    channels, seen = _came_by(session, asked, actor, today)
    requests = grouped(session, asked, [], actor=actor, today=today)
    by_month = CostQuery(date_from=first, date_to=last, by=(Dimension.MONTH,))
    money = reporting.cost_figures(session, by_month)
    return PeriodFigures(
        centres=Counter(kind for centre_id, kind in kinds.items() if centre_id in seen),
        channels=channels,
        requests=requests.get((), RequestFigures()),
        hand_over_days=_hand_over_days(session, asked, actor, today),
        cost=money.total,
        claims=given_sums(session, GivenQuery(date_from=first, date_to=last)).amount,
        months=money.rows,
        stock=value_at(session, last),
        **_counts(session, first, last),
    )


def _came_by(
    session: Session, asked: RequestReportQuery, actor: Actor, today: date
) -> tuple[Counter[Channel], set[object]]:
    """Count the requests by channel, and name the centres they came through.

    Each half is read from an index of its own, which costs a tenth of sorting them by both.
    """
    request = CitizenRequest
    clauses = narrowing(listed(asked), actor=actor, today=today)
    none = null()
    halves: CompoundSelect[Any] = union_all(
        select(request.channel, cast(none, Whole), func.count())
        .where(*clauses)
        .group_by(request.channel),
        select(cast(none, Text), request.centre_id, func.count())
        .where(*clauses, request.centre_id.is_not(None))
        .group_by(request.centre_id),
    )
    channels: Counter[Channel] = Counter()
    seen: set[object] = set()
    for channel, centre_id, count in session.execute(halves):
        if channel is None:
            seen.add(centre_id)
        else:
            channels[Channel(channel)] = int(count)
    return channels, seen


def _hand_over_days(
    session: Session, asked: RequestReportQuery, actor: Actor, today: date
) -> Counter[int]:
    """Count the days from reception to hand-over of those that were handed medicine."""
    request = CitizenRequest
    days = days_between(request.received_on.expression, request.handed_over_on.expression)
    clauses = narrowing(listed(asked, Standing.HANDED_OVER), actor=actor, today=today)
    rows = session.execute(select(days, func.count()).where(*clauses).group_by(days))
    return Counter({int(passed): int(count) for passed, count in rows})


def _counts(session: Session, first: date, last: date) -> dict[str, int]:
    """Return what is counted by itself, and what the last 90 days cost, in one statement."""
    message, demand = IncomingMessage, UnmetDemand
    unmet = demand.business_date.between(first, last)
    counts = {
        "kept_messages": select(func.count(message.id)).where(
            message.received_on.between(first, last), message.state != MessageState.COMPLAINT
        ),
        "meetings": select(func.count(PublicMeeting.id)).where(
            PublicMeeting.held_on.between(first, last)
        ),
        "unmet": select(func.count(demand.id)).where(unmet),
        "unmet_people": select(func.count(demand.beneficiary_id.distinct())).where(unmet),
    }
    consumed = reporting.spent(last - timedelta(days=CONSUMED_DAYS - 1), last)
    row = session.execute(
        select(*(count.scalar_subquery() for count in counts.values()), consumed)
    ).one()
    return {name: int(value) for name, value in zip((*counts, "consumed"), row, strict=True)}

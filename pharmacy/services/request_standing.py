"""How a citizen request stands on a day, as a condition: what reports count and lists show.

A report counts by the very conditions by which the list behind its figures is filtered, so the two
agree by construction. Nothing is taken as resolved because it is old or because it was approved:
settled is what the clock of the request says (`rules.request_clock`).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import ColumnElement, and_

from pharmacy.models import CitizenRequest
from pharmacy.rules.lifecycle import ENDED
from pharmacy.rules.request_vocabulary import RequestState


class Standing(StrEnum):
    """How a request stands; some hold together."""

    CLOSED = "closed"
    OPEN = "open"
    OVERDUE = "overdue"
    REOPENED = "reopened"
    AWAITING_PAPERS = "awaiting_papers"
    REPLIED = "replied"
    SETTLED = "settled"
    WITHIN_LIMIT = "within_limit"
    HANDED_OVER = "handed_over"
    NEVER_DISPENSED = "never_dispensed"
    OPEN_7 = "open_7"
    OPEN_30 = "open_30"
    OPEN_90 = "open_90"
    OPEN_365 = "open_365"
    OPEN_OLDER = "open_older"


AGES: Mapping[Standing, tuple[int, int | None]] = MappingProxyType(
    {
        Standing.OPEN_7: (0, 7),
        Standing.OPEN_30: (8, 30),
        Standing.OPEN_90: (31, 90),
        Standing.OPEN_365: (91, 365),
        Standing.OPEN_OLDER: (366, None),
    }
)
"""How long open requests have waited: calendar days since they were received, first and last."""


def condition(standing: Standing, today: date) -> ColumnElement[bool]:
    """Return the condition that a request stands so on a day."""
    request = CitizenRequest
    if standing in AGES:
        return and_(request.state.not_in(ENDED), aged(standing, today))
    return {
        Standing.CLOSED: request.state.in_(ENDED),
        Standing.OPEN: request.state.not_in(ENDED),
        # As `rules.request_clock.Clock.overdue`.
        Standing.OVERDUE: and_(
            request.settled_on.is_(None), request.paused_on.is_(None), request.due_on < today
        ),
        Standing.REOPENED: request.reopened_on.is_not(None),
        Standing.AWAITING_PAPERS: request.state == RequestState.AWAITING_PAPERS,
        Standing.REPLIED: request.first_reply_on.is_not(None),
        Standing.SETTLED: request.settled_on.is_not(None),
        Standing.WITHIN_LIMIT: request.settled_on <= request.due_on,
        Standing.HANDED_OVER: request.handed_over_on >= request.approved_on,
        Standing.NEVER_DISPENSED: and_(
            request.approved_on.is_not(None), request.handed_over_on.is_(None)
        ),
    }[standing]


def aged(standing: Standing, today: date) -> ColumnElement[bool]:
    """Return the condition that a request was received so many days before a day, open or not.

    What was received after that day belongs to the youngest.
    """
    received = CitizenRequest.received_on
    youngest, oldest = AGES[standing]
    since = today - timedelta(days=oldest) if oldest is not None else None
    if youngest == 0:
        return received >= since
    until = received <= today - timedelta(days=youngest)
    return until if since is None else and_(until, received >= since)

"""The list of citizen requests: filters that stay quick with hundreds of thousands of rows."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from pharmacy.models import Beneficiary, Centre, CitizenRequest
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import ClockState, RequestState
from pharmacy.rules.vocabulary import CENTRE_CHANNELS, Channel, RequestCategory
from pharmacy.rules.workdays import add_working_days
from pharmacy.services.request_search import naming, read
from pharmacy.services.request_standing import Standing, condition

SOON_DAYS = 3
"""Working days within which a due day is near."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestQuery:
    """Which requests a list shows; None and empty ask for all.

    Attributes:
        text: A number, another system's reference, a national ID, a phone, or beginnings of words
            of the name and of what was asked for (`services.request_search`).
        standing: How it stands to its clock; `open` is everything not settled yet.
        counted: How it stands today, as the reports count it.
        at_centres: Only those of the channels of centres.
        without_centre: Only those that came through no centre.
        beneficiary_ids: The person on file, with the records that were merged into theirs.
    """

    text: str = ""
    channel: Channel | None = None
    centre_id: int | None = None
    state: RequestState | None = None
    category: RequestCategory | None = None
    date_from: date | None = None
    date_to: date | None = None
    standing: ClockState | None = None
    beneficiary_ids: frozenset[int] | None = None
    counted: Standing | None = None
    at_centres: bool = False
    without_centre: bool = False


def listed(query: RequestQuery, *, actor: Actor, today: date) -> Select[*tuple[Any, ...]]:
    """Return the requests that an actor may see, without an order, one row for each.

    Raises:
        NotPermitted: The role sees no requests.
    """
    actor.require(Permission.REQUEST_VIEW)
    request = CitizenRequest
    statement = (
        select(
            request.id,
            request.number,
            request.received_on,
            request.channel,
            request.category,
            request.state,
            request.urgency,
            request.due_on,
            request.paused_on,
            request.settled_on,
            request.asked_for,
            request.citizen_name,
            request.beneficiary_id,
            Centre.name_ar,
            Centre.name_en,
            Beneficiary.given_name,
            Beneficiary.father_name,
            Beneficiary.grandfather_name,
            Beneficiary.family_name,
        )
        .outerjoin(Centre, Centre.id == request.centre_id)
        .outerjoin(Beneficiary, Beneficiary.id == request.beneficiary_id)
    )
    clauses = narrowing(query, actor=actor, today=today)
    if query.text.strip():
        clauses.append(naming(read(query.text, today=today), own_centre(query, actor)))
    return statement.where(*clauses)


def own_centre(query: RequestQuery, actor: Actor) -> int | None:
    """Return the one centre whose requests are asked for and may be seen; 0 is none at all."""
    # A clerk who asks for another centre than their own sees nothing, not their own.
    if actor.centre_id is not None and query.centre_id not in {None, actor.centre_id}:
        return 0
    return query.centre_id if actor.centre_id is None else actor.centre_id


def narrowing(query: RequestQuery, *, actor: Actor, today: date) -> list[ColumnElement[bool]]:
    """Return the clauses of a query, all but its text."""
    request = CitizenRequest
    equal = {
        request.centre_id: own_centre(query, actor),
        request.channel: query.channel,
        request.state: query.state,
        request.category: query.category,
    }
    clauses: list[ColumnElement[bool]] = [
        column == value for column, value in equal.items() if value is not None
    ]
    if query.date_from is not None:
        clauses.append(request.received_on >= query.date_from)
    if query.date_to is not None:
        clauses.append(request.received_on <= query.date_to)
    if query.standing is not None:
        clauses += _standing(query.standing, today)
    if query.counted is not None:
        clauses.append(condition(query.counted, today))
    if query.at_centres:
        clauses.append(request.channel.in_(CENTRE_CHANNELS))
    if query.without_centre:
        clauses.append(request.centre_id.is_(None))
    if query.beneficiary_ids is not None:
        clauses.append(request.beneficiary_id.in_(sorted(query.beneficiary_ids)))
    return clauses


def _standing(standing: ClockState, today: date) -> list[ColumnElement[bool]]:
    request = CitizenRequest
    if standing is ClockState.SETTLED:
        return [request.settled_on.is_not(None)]
    unsettled = request.settled_on.is_(None)
    if standing is ClockState.WAITING:
        return [unsettled, request.paused_on.is_not(None)]
    if standing is ClockState.OPEN:
        return [unsettled]
    running = [unsettled, request.paused_on.is_(None)]
    if standing is ClockState.OVERDUE:
        return [*running, request.due_on < today]
    # Holidays are left out of account here: a day more or less of a warning does no harm.
    soon = add_working_days(today, SOON_DAYS, frozenset())
    return [*running, request.due_on >= today, request.due_on <= soon]


def count(session: Session, query: RequestQuery, *, actor: Actor, today: date) -> int:
    """Return how many requests a list of a query without a text has; one statement.

    Raises:
        NotPermitted: The role sees no requests.
    """
    actor.require(Permission.REQUEST_VIEW)
    clauses = narrowing(query, actor=actor, today=today)
    return session.scalar(select(func.count()).select_from(CitizenRequest).where(*clauses)) or 0

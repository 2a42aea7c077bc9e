"""Citizen requests as other centres and portals ask for them: newest first, within a span."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from pharmacy.models import Centre, CitizenRequest, RequestEvent
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import RequestCategory

MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedQuery:
    """Which requests are asked for; None asks for all.

    Attributes:
        numbers: These very requests, whatever the span.
        date_from: The first day on which they were received.
        date_to: The last.
    """

    numbers: Sequence[str] | None = None
    date_from: date | None = None
    date_to: date | None = None
    states: frozenset[RequestState] | None = None
    categories: frozenset[RequestCategory] | None = None


def reported(
    session: Session, query: ReportedQuery, *, actor: Actor | None
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return requests with when they last moved, at most `MOST`; no column names a person.

    Args:
        session: A reading session.
        query: Which.
        actor: Who asks; None is anybody, to whom no more may be shown than number and state.
    """
    request = CitizenRequest
    moved = (
        select(func.max(RequestEvent.at))
        .where(RequestEvent.request_id == request.id)
        .scalar_subquery()
    )
    statement = select(
        request.number,
        request.state,
        request.category,
        request.received_on,
        request.due_on,
        request.asked_for,
        Centre.name_ar,
        moved.label("moved_at"),
    ).outerjoin(Centre, Centre.id == request.centre_id)
    if actor is not None:
        actor.require(Permission.REQUEST_VIEW)
        if actor.centre_id is not None:
            statement = statement.where(request.centre_id == actor.centre_id)
    if query.numbers is not None:
        statement = statement.where(request.number.in_(query.numbers))
    if query.date_from is not None:
        statement = statement.where(request.received_on >= query.date_from)
    if query.date_to is not None:
        statement = statement.where(request.received_on <= query.date_to)
    if query.states is not None:
        statement = statement.where(request.state.in_(sorted(query.states)))
    if query.categories is not None:
        statement = statement.where(request.category.in_(sorted(query.categories)))
    newest = statement.order_by(request.received_on.desc(), request.id.desc()).limit(MOST)
    return session.execute(newest).all()

"""The clock of citizen requests as it is kept: the calendar in force, the limits, the due day."""

from dataclasses import asdict, fields
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import CitizenRequest, Holiday, TimeLimit
from pharmacy.rules.request_clock import Clock, started, stepped
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import RequestCategory, Urgency
from pharmacy.rules.workdays import DEFAULT_LIMITS


def holidays(session: Session) -> frozenset[date]:
    """Return the days on which offices are closed, besides weekends; one statement."""
    return frozenset(session.scalars(select(Holiday.day)))


def limits(session: Session) -> dict[tuple[RequestCategory, Urgency], int]:
    """Return the working days to an answer of every category and urgency; one statement."""
    rows = session.execute(select(TimeLimit.category, TimeLimit.urgency, TimeLimit.working_days))
    return {**DEFAULT_LIMITS, **{(row.category, row.urgency): row.working_days for row in rows}}


def start_clock(session: Session, request: CitizenRequest) -> None:
    """Give a request that is being recorded the day on which an answer is due."""
    limit = limits(session)[request.category, request.urgency]
    request.due_on = started(request.received_on, limit, holidays(session)).due_on


def step_clock(
    session: Session, request: CitizenRequest, before: RequestState, *, on: date
) -> None:
    """Let a step of a locked request, already in its new state, move the request's days."""
    clock = clock_of(request)
    limit = limits(session)[request.category, request.urgency]
    moved = stepped(clock, before, request.state, on=on, limit=limit, holidays=holidays(session))
    for name, day in asdict(moved).items():
        setattr(request, name, day)


def clock_of(request: CitizenRequest) -> Clock:
    """Return the days that are kept of a request; one of before the clock is due when received."""
    days = {field.name: getattr(request, field.name) for field in fields(Clock)}
    return Clock(**{**days, "due_on": request.due_on or request.received_on})

"""The steps of a citizen request: the state moves by one table, and each step is written down."""

from datetime import datetime

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from pharmacy.db import table_of
from pharmacy.models import CitizenRequest, RequestEvent
from pharmacy.rules.actor import Actor
from pharmacy.rules.lifecycle import check_transition
from pharmacy.rules.vocabulary import RequestState

_MOVE = (
    update(table_of(CitizenRequest))
    .where(
        CitizenRequest.id == bindparam("request"), CitizenRequest.state == bindparam("before_state")
    )
    .values(state=bindparam("after_state"))
)
_INSERT_EVENT = insert(table_of(RequestEvent))


def move(
    session: Session,
    request: CitizenRequest,
    state: RequestState,
    *,
    reason: str = "",
    note: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """Take a locked request to another state and write the step into its history.

    Raises:
        TransitionRefused: The table of transitions does not know this step.
    """
    check_transition(request.state, state)
    before, request.state = request.state, state
    session.flush()
    add_event(session, request.id, before, state, reason=reason, note=note, actor=actor, now=now)


def close_used_up(session: Session, request_id: int, *, actor: Actor, now: datetime) -> None:
    """Close a locked, approved request whose items are all given in full."""
    _step(session, request_id, RequestState.APPROVED, RequestState.CLOSED, actor=actor, now=now)


def reopen_for_issue(session: Session, request_id: int, *, actor: Actor, now: datetime) -> None:
    """Let a locked request be dispensed against again, since a dispensing was undone."""
    _step(session, request_id, RequestState.CLOSED, RequestState.APPROVED, actor=actor, now=now)


def _step(
    session: Session,
    request_id: int,
    before: RequestState,
    after: RequestState,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    step = {"request": request_id, "before_state": before, "after_state": after}
    if session.connection().execute(_MOVE, step).rowcount:
        add_event(session, request_id, before, after, actor=actor, now=now)


def add_event(
    session: Session,
    request_id: int,
    before: RequestState | None,
    after: RequestState,
    *,
    reason: str = "",
    note: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """Add a step to the history of a request."""
    session.connection().execute(
        _INSERT_EVENT,
        {
            "request_id": request_id,
            "at": now,
            "staff_id": actor.staff_id,
            "from_state": before,
            "to_state": after,
            "reason": reason,
            "note": note,
        },
    )

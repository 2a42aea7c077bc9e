"""The steps of a citizen request: the state moves by one table, and each step is written down."""

from datetime import date, datetime

from sqlalchemy import bindparam, func, insert, select, union_all, update
from sqlalchemy.orm import Session

from pharmacy.db import table_of
from pharmacy.models import (
    CitizenRequest,
    ClaimLine,
    ClaimLineDecision,
    Dispensing,
    DispensingLine,
    RequestEvent,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.lifecycle import check_step
from pharmacy.rules.request_vocabulary import ClosingReason, RequestAction, RequestState
from pharmacy.services.outbox_writing import tell_of_step
from pharmacy.services.request_clock import step_clock
from pharmacy.services.standing import standing_line

_request = table_of(CitizenRequest)
_HAND_OVER = (
    update(_request)
    .where(_request.c.id == bindparam("request"))
    .values(
        state=bindparam("after_state"),
        handed_over_on=func.coalesce(_request.c.handed_over_on, bindparam("day")),
        settled_on=func.coalesce(_request.c.settled_on, bindparam("day")),
        closed_on=bindparam("closed"),
    )
)
_UNDO = (
    update(_request)
    .where(_request.c.id == bindparam("request"))
    .values(
        state=bindparam("after_state"),
        handed_over_on=bindparam("handed_over"),
        settled_on=bindparam("handed_over"),
        closed_on=None,
    )
)
_undone = table_of(DispensingLine).alias("undone")
# The first day of which something still stands: lines of this request that were not undone, or
# that a contract pharmacy gave and was owed for.
_STANDING = union_all(
    select(DispensingLine.business_date.label("day"))
    .join(Dispensing, Dispensing.voucher_id == DispensingLine.dispensing_id)
    .outerjoin(_undone, _undone.c.reverses_line_id == DispensingLine.id)
    .where(
        Dispensing.request_id == bindparam("request"),
        DispensingLine.quantity > 0,
        _undone.c.id.is_(None),
    ),
    select(ClaimLine.given_on)
    .join(ClaimLineDecision, ClaimLineDecision.claim_line_id == ClaimLine.id)
    .where(
        ClaimLine.request_id == bindparam("request"),
        ClaimLineDecision.quantity > 0,
        standing_line(),
    ),
).subquery()
_FIRST_STANDING = select(func.min(_STANDING.c.day))
_STATE = select(_request.c.state).where(_request.c.id == bindparam("request"))
_INSERT_EVENT = insert(table_of(RequestEvent))


def take(
    session: Session,
    request: CitizenRequest,
    action: RequestAction,
    *,
    reason: str = "",
    note: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """Take a step with a locked request: its state, its clock, its history.

    Raises:
        NotPermitted: The step is not this role's.
        TransitionRefused: The table of steps does not know it from where the request stands.
        InvalidField: The reason is none of the step's codes.
    """
    step = check_step(action, request.state, reason)
    actor.require(step.permission)
    before, request.state = request.state, step.after
    step_clock(session, request, before, on=cairo_day(now))
    session.flush()
    write_event(
        session, request.id, before, step.after, reason=reason, note=note, actor=actor, now=now
    )


def hand_over(
    session: Session,
    request_id: int,
    before: RequestState,
    *,
    used_up: bool,
    on: date | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Say of a locked, entitled request that medicine was handed out, and whether it was the last.

    The clock stops at the first hand-over. A later one that is not the last changes nothing. `on`
    is the day of it where that is not today: a contract pharmacy's claim comes later.
    """
    after = RequestState.CLOSED if used_up else RequestState.DISPENSING
    if after is before:
        return
    today = cairo_day(now)
    step = {"request": request_id, "after_state": after, "day": on or today}
    session.connection().execute(_HAND_OVER, {**step, "closed": today if used_up else None})
    reason = ClosingReason.ALL_GIVEN.value if used_up else ""
    write_event(session, request_id, before, after, reason=reason, actor=actor, now=now)


def undo_hand_over(session: Session, request_id: int, *, actor: Actor, now: datetime) -> None:
    """Let a locked request be dispensed against again, since a dispensing or a claim was undone.

    When nothing that was given stands any more, the request waits for its medicine as before.
    """
    key = {"request": request_id}
    before = session.connection().execute(_STATE, key).scalar_one()
    if before not in {RequestState.DISPENSING, RequestState.CLOSED}:
        return  # it was taken up again since, and waits for a new decision
    handed_over = session.connection().execute(_FIRST_STANDING, key).scalar()
    after = RequestState.APPROVED if handed_over is None else RequestState.DISPENSING
    step = {**key, "after_state": after, "handed_over": handed_over}
    session.connection().execute(_UNDO, step)
    if after is not before:
        write_event(session, request_id, before, after, actor=actor, now=now)


def write_event(
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
    """Add a step to the history of a request, and let those who listen be told of it."""
    written = session.connection().execute(
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
    key = written.inserted_primary_key
    assert key is not None, "a row of one insert has its key"
    tell_of_step(session, request_id, key[0], before, after, now=now)

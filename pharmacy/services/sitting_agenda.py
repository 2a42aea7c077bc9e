"""The agenda of a sitting: filled from what waits, voted on, decided."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from pharmacy.errors import NotFound, SittingRefused, TransitionRefused
from pharmacy.models import AgendaItem, CitizenRequest, Sitting, Vote
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.committee import check_outcome, tally
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import (
    AgendaOutcome,
    RequestAction,
    RequestState,
    SittingState,
    VoteChoice,
)
from pharmacy.rules.vocabulary import Urgency
from pharmacy.services.request_steps import take
from pharmacy.services.sitting import get_sitting, open_one, present_at

_STEPS = {
    AgendaOutcome.REJECTED: (RequestAction.REJECT, RequestState.REJECTED),
    AgendaOutcome.DEFERRED: (RequestAction.DEFER, RequestState.DEFERRED),
    AgendaOutcome.APPROVED: (RequestAction.APPROVE, RequestState.APPROVED),
}


def fill(session: Session, sitting_id: int, *, most: int, actor: Actor, now: datetime) -> int:
    """Put what waits before the committee on an agenda; return how many requests were added.

    What is overdue comes first, then what is urgent, then by the day it is due. What stands on the
    agenda of another sitting that is not closed is left to that one.

    Raises:
        NotPermitted: The role does not decide.
        SittingRefused: The sitting is closed.
    """
    actor.require(Permission.REQUEST_DECIDE)
    sitting = get_sitting(session, sitting_id, actor=actor, lock=True)
    if sitting.state is SittingState.CLOSED:
        raise SittingRefused(reason="state")
    request, today = CitizenRequest, cairo_day(now)
    taken = (
        select(AgendaItem.request_id)
        .join(Sitting, Sitting.id == AgendaItem.sitting_id)
        .where((Sitting.id == sitting_id) | (Sitting.state != SittingState.CLOSED))
    )
    waiting = session.scalars(
        select(request.id)
        .where(request.state == RequestState.COMMITTEE, request.id.not_in(taken))
        .order_by(
            case((request.due_on < today, 0), else_=1),
            case((request.urgency == Urgency.URGENT, 0), else_=1),
            request.due_on,
            request.id,
        )
        .limit(most)
    ).all()
    last = select(func.max(AgendaItem.position)).where(AgendaItem.sitting_id == sitting_id)
    position = session.scalar(last) or 0
    session.add_all(
        AgendaItem(sitting_id=sitting_id, position=place, request_id=request_id)
        for place, request_id in enumerate(waiting, start=position + 1)
    )
    session.flush()
    return len(waiting)


def get_item(session: Session, item_id: int, *, actor: Actor) -> AgendaItem:
    """Return an item of an agenda.

    Raises:
        NotPermitted: The role sees no sittings.
        NotFound: There is none.
    """
    actor.require(Permission.SITTING_VIEW)
    item = session.get(AgendaItem, item_id)
    if item is None:
        raise NotFound(noun="agenda_item", key=str(item_id))
    return item


def take_off(session: Session, item_id: int, *, actor: Actor) -> int:
    """Take a request off the agenda of a sitting that has not begun; return the sitting's id.

    Raises:
        NotPermitted: The role does not decide.
        SittingRefused: The sitting has begun.
    """
    actor.require(Permission.REQUEST_DECIDE)
    item = get_item(session, item_id, actor=actor)
    sitting = get_sitting(session, item.sitting_id, actor=actor, lock=True)
    if sitting.state is not SittingState.PLANNED:
        raise SittingRefused(reason="state")
    session.delete(item)
    session.flush()
    return sitting.id


def vote(
    session: Session,
    item_id: int,
    choices: Mapping[int, VoteChoice],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Record votes of members on a request; the same vote sent again is one.

    Args:
        session: A writing session.
        item_id: The item of the agenda.
        choices: The vote of each member, by their account.
        actor: Who keeps the record; a member who is present.
        now: When.

    Raises:
        NotPermitted: The role does not decide.
        SittingRefused: The sitting is not open, somebody was not there, or voted otherwise before.
    """
    item, _sitting = _undecided(session, item_id, actor=actor)
    if not set(choices) <= present_at(session, item.sitting_id):
        raise SittingRefused(reason="absent")
    known = _votes(session, item_id)
    if any(known.get(staff_id, choice) is not choice for staff_id, choice in choices.items()):
        raise SittingRefused(reason="voted")
    session.add_all(
        Vote(
            agenda_item_id=item_id,
            staff_id=staff_id,
            choice=choice,
            recorded_by=actor.staff_id,
            at=now,
        )
        for staff_id, choice in sorted(choices.items())
        if staff_id not in known
    )
    session.flush()


def _votes(session: Session, item_id: int) -> dict[int, VoteChoice]:
    rows = session.execute(select(Vote.staff_id, Vote.choice).where(Vote.agenda_item_id == item_id))
    return {row.staff_id: row.choice for row in rows}


def _undecided(session: Session, item_id: int, *, actor: Actor) -> tuple[AgendaItem, Sitting]:
    """Lock an open sitting, and return it with an item that it has not decided yet."""
    item = get_item(session, item_id, actor=actor)
    sitting = open_one(session, item.sitting_id, actor=actor)
    # Another member may have decided while the sitting's row was waited for.
    session.refresh(item)
    if item.outcome is not None:
        raise SittingRefused(reason="decided")
    return item, sitting


def carried(
    session: Session, item_id: int, request_id: int, outcome: AgendaOutcome, *, actor: Actor
) -> AgendaItem:
    """Return an item of an open sitting whose votes carry an outcome for its request.

    Raises:
        NotPermitted: The role does not decide.
        NotFound: The item is another request's.
        SittingRefused: The sitting is not open, the item is decided, or the votes do not carry it.
        TransitionRefused: The request has left the committee's table.
    """
    item, sitting = _undecided(session, item_id, actor=actor)
    if item.request_id != request_id:
        raise NotFound(noun="agenda_item", key=str(item_id))
    request = session.get_one(CitizenRequest, request_id, with_for_update=True)
    if request.state is not RequestState.COMMITTEE:
        after = _STEPS[outcome][1]
        raise TransitionRefused(from_state=request.state.value, to_state=after.value)
    check_outcome(outcome, tally(_votes(session, item_id).values()), sitting.quorum)
    return item


def settle(
    session: Session,
    item: AgendaItem,
    outcome: AgendaOutcome,
    *,
    reason: str = "",
    note: str = "",
    approval_id: int | None = None,
    now: datetime,
) -> None:
    """Write down what became of a carried item."""
    item.outcome, item.reason, item.note = outcome, reason, note
    item.approval_id, item.decided_at = approval_id, now
    session.flush()


def decide(
    session: Session,
    item_id: int,
    outcome: AgendaOutcome,
    *,
    reason: str,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """Reject or defer a request by its sitting; an approval is `request_decision.approve`.

    Raises:
        NotPermitted: The role does not decide.
        SittingRefused: The sitting is not open, the item is decided, or the votes do not carry it.
        TransitionRefused: The request has left the committee's table.
        InvalidField: The reason is none of the outcome's.
    """
    assert outcome is not AgendaOutcome.APPROVED, "an approval has items"
    request_id = get_item(session, item_id, actor=actor).request_id
    item = carried(session, item_id, request_id, outcome, actor=actor)
    request = session.get_one(CitizenRequest, request_id)
    action = _STEPS[outcome][0]
    take(session, request, action, reason=reason, note=note, actor=actor, now=now)
    settle(session, item, outcome, reason=reason, note=note, now=now)

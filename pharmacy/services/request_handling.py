"""Handling citizen requests by hand: checked, sent on, papers asked for, closed with a reason."""

from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.errors import (
    BeneficiaryRequired,
    InvalidField,
    LinkRefused,
    NotFound,
    TransitionRefused,
)
from pharmacy.models import CitizenRequest
from pharmacy.rules.actor import Actor
from pharmacy.rules.lifecycle import STEPS, closing_reasons, steps_by_hand
from pharmacy.rules.request_vocabulary import ClosingReason, LinkKind, RequestAction
from pharmacy.rules.vocabulary import MEDICINE_CATEGORIES
from pharmacy.services.request import get_request, link
from pharmacy.services.request_decision import refuse_single_member
from pharmacy.services.request_lookup import request_id_of
from pharmacy.services.request_steps import take


def offered(request: CitizenRequest, *, actor: Actor) -> tuple[RequestAction, ...]:
    """Return the steps of a request that this actor may take by hand, the likeliest first."""
    medicine = request.category in MEDICINE_CATEGORIES
    actions = steps_by_hand(request.state, medicine=medicine)
    return tuple(action for action in actions if actor.may(STEPS[action].permission))


def check_offered(request: CitizenRequest, action: RequestAction, *, actor: Actor) -> None:
    """Refuse a step that this actor may not take by hand from where the request stands.

    Raises:
        NotPermitted: The step is not this role's.
        TransitionRefused: It is not taken from there, or not by hand.
    """
    step = STEPS[action]
    actor.require(step.permission)
    if action not in offered(request, actor=actor):
        raise TransitionRefused(from_state=request.state.value, to_state=step.after.value)


def move(
    session: Session,
    request_id: int,
    action: RequestAction,
    *,
    reason: str = "",
    note: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """Take a step with a request by hand; closing is `close`.

    Raises:
        NotPermitted: The step is not this role's.
        TransitionRefused: It is not taken from where the request stands, or not by hand.
        InvalidField: The reason is none of the step's codes.
        BeneficiaryRequired: The committee decides for a named person, and none is named.
        SittingRequired: A member defers alone where sittings decide.
    """
    request = _locked(session, request_id, action, actor=actor)
    if action is RequestAction.SEND_TO_COMMITTEE and request.beneficiary_id is None:
        raise BeneficiaryRequired
    if action is RequestAction.DEFER:
        refuse_single_member(session)
    take(session, request, action, reason=reason, note=note, actor=actor, now=now)


def close(
    session: Session,
    request_id: int,
    reason: ClosingReason,
    *,
    earlier: str = "",
    note: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """Close a request that ends without a decision, or whose approval came to nothing.

    Args:
        session: A writing session.
        request_id: The request.
        reason: One of `lifecycle.closing_reasons`.
        earlier: The number of the request it repeats; needed when that is the reason.
        note: What is remembered beside the reason.
        actor: Who closes it.
        now: When.

    Raises:
        NotPermitted: Closing is not this role's.
        TransitionRefused: The request is closed already.
        InvalidField: The reason is not one that a person may give here.
        LinkRefused: There is no such earlier request.
    """
    request = _locked(session, request_id, RequestAction.CLOSE, actor=actor)
    if reason not in closing_reasons(request.state):
        raise InvalidField(name="reason")
    if reason is ClosingReason.DUPLICATE:
        _repeat(session, request, earlier, actor=actor, now=now)
    action = RequestAction.CLOSE
    take(session, request, action, reason=reason.value, note=note, actor=actor, now=now)


def _locked(
    session: Session, request_id: int, action: RequestAction, *, actor: Actor
) -> CitizenRequest:
    request = get_request(session, request_id, actor=actor, lock=True)
    check_offered(request, action, actor=actor)
    return request


def _repeat(
    session: Session, request: CitizenRequest, number: str, *, actor: Actor, now: datetime
) -> None:
    """Tie a request to the earlier one with a number; one of another centre is not named."""
    earlier_id = request_id_of(session, number)
    if earlier_id is None:
        raise LinkRefused(request_number=number)
    try:
        link(session, request, LinkKind.DUPLICATE_OF, earlier_id, actor=actor, now=now)
    except NotFound as hidden:
        raise LinkRefused(request_number=number) from hidden

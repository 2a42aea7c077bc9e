"""Steps and decisions that other programs ask for, each handed to the service that knows it."""

from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.errors import InvalidField
from pharmacy.rules.actor import Actor
from pharmacy.rules.request_vocabulary import (
    ClosingReason,
    RejectionReason,
    ReopeningReason,
    RequestAction,
)
from pharmacy.services import request as requests
from pharmacy.services import request_decision, request_handling
from pharmacy.services.commitment import BeyondBudget
from pharmacy.web.api.body import Body


def take_step(
    session: Session,
    request_id: int,
    action: RequestAction,
    given: Body,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Take a step that needs no decision.

    Raises:
        TransitionRefused: It is not taken from where the request stands, or not by hand.
        BeneficiaryRequired: The committee decides for a named person, and none is named.
        LinkRefused: It repeats an earlier request that is none.
        InvalidField: The reason is none of the step's.
    """
    note = given.text("note")
    if action is not RequestAction.CLOSE:
        why = given.text("reason")
        request_handling.move(
            session, request_id, action, reason=why, note=note, actor=actor, now=now
        )
        return
    reason = given.word("reason", ClosingReason)
    if reason is ClosingReason.ANSWERED:
        # The reply is what the citizen was told: it closes what asks for no medicine.
        requests.answer(session, request_id, reply=note, actor=actor, now=now)
        return
    request_handling.close(
        session,
        request_id,
        reason,
        earlier=given.text("earlier"),
        note=note,
        actor=actor,
        now=now,
    )


def decision_of(
    session: Session,
    request_id: int,
    given: Body,
    *,
    second: Actor | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Approve, reject, defer or reopen a request; `second` signs for going beyond the budget.

    Raises:
        TransitionRefused: It cannot be, from where the request stands.
        InvalidField: What this decision needs is not there.
    """
    action, note = given.word("action", RequestAction), given.text("note")
    if action is RequestAction.APPROVE:
        wanted = _approval(given)
        beyond = None
        if second is not None:
            beyond = BeyondBudget(second=second, reason=given.text("override_reason"))
        request_decision.approve(session, request_id, wanted, beyond=beyond, actor=actor, now=now)
    elif action is RequestAction.REJECT:
        why = given.word("reason", RejectionReason)
        request_decision.reject(session, request_id, why, note=note, actor=actor, now=now)
    elif action is RequestAction.REOPEN:
        again = given.word("reason", ReopeningReason)
        request_decision.reopen(session, request_id, again, note=note, actor=actor, now=now)
    else:
        take_step(session, request_id, action, given, actor=actor, now=now)


def _approval(given: Body) -> request_decision.Decision:
    items = given.objects("items")
    if not items:
        raise InvalidField(name="items")
    return request_decision.Decision(
        decision_number=given.text("decision_number"),
        valid_from=given.day("valid_from"),
        valid_until=given.day("valid_until"),
        items=[
            request_decision.ApprovedItem(
                drug_id=item.whole("drug_id"),
                quantity_per_issue=item.whole("quantity_per_issue"),
                issues=item.whole_or_none("issues") or 1,
                interval_days=item.whole_or_none("interval_days") or 30,
                dose=item.text("dose"),
                directions_ar=item.text("directions_ar"),
                directions_en=item.text("directions_en"),
            )
            for item in items
        ],
        fund_ids=frozenset(given.wholes("fund_ids") or ()),
        case_ceiling=given.whole_or_none("case_ceiling"),
        month_ceiling=given.whole_or_none("month_ceiling"),
        citizen_basis_points=given.whole_or_none("citizen_basis_points") or 0,
        donor_basis_points=given.whole_or_none("donor_basis_points") or 0,
        note=given.text("note"),
    )

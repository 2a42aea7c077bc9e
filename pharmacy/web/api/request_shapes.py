"""What a citizen request is to other programs: its shapes, and how one is shown."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from pharmacy.models import Approval, CitizenRequest
from pharmacy.rules.actor import Actor
from pharmacy.rules.identity import mask_phone
from pharmacy.rules.lifecycle import STEPS, actions_from
from pharmacy.rules.request_vocabulary import (
    ClosingReason,
    DeferralReason,
    Paper,
    RejectionReason,
    ReopeningReason,
    RequestAction,
    RequestState,
)
from pharmacy.rules.vocabulary import Channel, RequestCategory, Urgency
from pharmacy.services import request as requests
from pharmacy.services import request_file
from pharmacy.services.beneficiary_file import may_see_clinical
from pharmacy.services.request_decision import ALL_OF_IT
from pharmacy.services.request_handling import offered
from pharmacy.web.api import schema as s
from pharmacy.web.api.operation import Plain
from pharmacy.web.signing import TYPED_MAX

NAME_MAX, ASKED_MAX, NOTE_MAX = 200, 2000, 1000
ISSUES_MAX, DAYS_MAX, UNITS_MAX = 1000, 3660, 100_000

HAND_STEPS = (
    RequestAction.CHECK,
    RequestAction.ASK_PAPERS,
    RequestAction.SEND_TO_RESEARCH,
    RequestAction.SEND_TO_MEDICAL,
    RequestAction.SEND_TO_COMMITTEE,
    RequestAction.CLOSE,
)
"""What is done with a request before and after a decision; the pharmacy's steps are its own."""
DECISIONS = (
    RequestAction.APPROVE,
    RequestAction.REJECT,
    RequestAction.DEFER,
    RequestAction.REOPEN,
)

_FACTS = {
    "id": s.number(),
    "number": s.any_text(),
    "received_on": s.day(),
    "channel": s.word(Channel),
    "category": s.word(RequestCategory),
    "state": s.word(RequestState),
    "urgency": s.word(Urgency),
    "asked_for": s.maybe(s.any_text()),
    "citizen_name": s.any_text(),
    "beneficiary_id": s.maybe(s.number()),
}
SUMMARY = s.obj("RequestSummary", _FACTS)
APPROVAL = s.obj(
    "Approval",
    {
        "id": s.number(),
        "decision_number": s.any_text(),
        "valid_from": s.day(),
        "valid_until": s.day(),
        "items": s.answer_items(
            s.obj(
                "ApprovedItem",
                {
                    "id": s.number(),
                    "drug_id": s.number(),
                    "drug": s.any_text(),
                    "quantity_per_issue": s.whole(),
                    "issues": s.whole(),
                    "interval_days": s.whole(),
                    "dose": s.any_text(),
                },
            )
        ),
    },
)
REQUEST = s.obj(
    "Request",
    {
        **_FACTS,
        "centre": s.maybe(s.any_text()),
        "outside_reference": s.maybe(s.any_text()),
        "phone": s.any_text(),
        "on_behalf_of": s.any_text(),
        "condition": s.maybe(s.any_text()),
        "prescriber": s.maybe(s.any_text()),
        "due_on": s.maybe(s.day()),
        "settled_on": s.maybe(s.day()),
        "closed_on": s.maybe(s.day()),
        "steps": s.answer_items(
            s.obj(
                "RequestStep",
                {
                    "at": s.moment(),
                    "state": s.word(RequestState),
                    "reason": s.any_text(),
                    "note": s.any_text(),
                },
            )
        ),
        "actions": s.answer_items(s.word(RequestAction)),
        "approvals": s.answer_items(APPROVAL),
    },
)
NEW_REQUEST = s.sent(
    "NewRequest",
    {
        "channel": s.word(Channel),
        "category": s.word(RequestCategory),
        "asked_for": s.text(ASKED_MAX, lines=True),
    },
    {
        "urgency": s.word(Urgency),
        "received_on": s.day(),
        "centre": s.text(40),
        "outside_reference": s.text(60),
        "beneficiary_id": s.number(),
        "citizen_name": s.text(NAME_MAX),
        "phone": s.text(40),
        "on_behalf_of": s.text(NAME_MAX),
        "condition": s.text(40),
        "prescriber": s.text(NAME_MAX),
        "renews_id": s.number(),
    },
)


def _codes(
    *lists: type[Paper | ClosingReason | RejectionReason | DeferralReason | ReopeningReason],
) -> list[str]:
    return list(dict.fromkeys(code.value for codes in lists for code in codes))


STEP = s.sent(
    "NewStep",
    {"action": s.word(HAND_STEPS)},
    {
        "reason": s.word(_codes(Paper, ClosingReason)),
        "note": s.text(NOTE_MAX, lines=True),
        "earlier": s.text(20),
    },
)
DECISION = s.sent(
    "NewDecision",
    {"action": s.word(DECISIONS)},
    {
        "reason": s.word(_codes(RejectionReason, DeferralReason, ReopeningReason)),
        "note": s.text(NOTE_MAX, lines=True),
        "decision_number": s.text(60),
        "valid_from": s.day(),
        "valid_until": s.day(),
        "items": s.items(
            s.sent(
                "NewApprovedItem",
                {"drug_id": s.number(), "quantity_per_issue": s.whole(1, UNITS_MAX)},
                {
                    "issues": s.whole(1, ISSUES_MAX),
                    "interval_days": s.whole(1, DAYS_MAX),
                    "dose": s.text(100),
                    "directions_ar": s.text(300),
                    "directions_en": s.text(300),
                },
            )
        ),
        "fund_ids": s.items(s.number()),
        "case_ceiling": s.whole(1, s.AMOUNT_MAX),
        "month_ceiling": s.whole(1, s.AMOUNT_MAX),
        "citizen_basis_points": s.whole(0, ALL_OF_IT),
        "donor_basis_points": s.whole(0, ALL_OF_IT),
        "signer": s.text(TYPED_MAX),
        "signer_pin": s.text(TYPED_MAX),
        "override_reason": s.text(NOTE_MAX),
    },
)


def request_shown(session: Session, request_id: int, *, actor: Actor) -> Plain:
    """Return a request for programs; what is clinical only to those who may see it.

    Raises:
        NotFound: There is none, or it is not this account's to see.
    """
    row = requests.get_request(session, request_id, actor=actor)
    clinical = may_see_clinical(actor)
    return {
        "id": row.id,
        "number": row.number,
        "received_on": row.received_on.isoformat(),
        "channel": row.channel.value,
        "category": row.category.value,
        "state": row.state.value,
        "urgency": row.urgency.value,
        "asked_for": row.asked_for if clinical else None,
        "citizen_name": row.beneficiary.full_name if row.beneficiary else row.citizen_name,
        "beneficiary_id": row.beneficiary_id,
        "centre": row.centre.code if row.centre else None,
        "outside_reference": row.outside_reference,
        "phone": mask_phone(row.citizen_phone),
        "on_behalf_of": row.on_behalf_of,
        "condition": row.condition.code if clinical and row.condition else None,
        "prescriber": row.prescriber if clinical else None,
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "settled_on": row.settled_on.isoformat() if row.settled_on else None,
        "closed_on": row.closed_on.isoformat() if row.closed_on else None,
        "steps": [
            {
                "at": step.at.isoformat(),
                "state": step.to_state.value,
                "reason": step.reason,
                "note": step.note,
            }
            for step in request_file.events(session, row.id)
        ],
        "actions": _actions(row, actor),
        "approvals": [_approval(one, clinical=clinical) for one in row.approvals],
    }


def _actions(row: CitizenRequest, actor: Actor) -> Sequence[str]:
    by_hand = [action for action in offered(row, actor=actor) if action in HAND_STEPS]
    decided = [
        action
        for action in actions_from(row.state)
        if action in DECISIONS and actor.may(STEPS[action].permission)
    ]
    return [action.value for action in (*by_hand, *decided)]


def _approval(row: Approval, *, clinical: bool) -> Plain:
    return {
        "id": row.id,
        "decision_number": row.decision_number,
        "valid_from": row.valid_from.isoformat(),
        "valid_until": row.valid_until.isoformat(),
        "items": [
            {
                "id": item.id,
                "drug_id": item.drug_id,
                "drug": item.drug.name_en,
                "quantity_per_issue": item.quantity_per_issue,
                "issues": item.issues,
                "interval_days": item.interval_days,
                "dose": item.dose,
            }
            for item in (row.items if clinical else ())
        ],
    }

"""The life of a citizen request: one table of steps, which routes, services and pages all ask.

A step says from which states it is taken, where it leads, who may take it and which reasons it
knows. What the official names of the states are is a setting; what they mean is here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from pharmacy.errors import InvalidField, TransitionRefused
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import (
    ClosingReason,
    DeferralReason,
    Finding,
    Paper,
    RejectionReason,
    ReopeningReason,
    RequestAction,
    RequestState,
)

_S = RequestState
_A = RequestAction

IN_CHECK = frozenset({_S.RECEIVED, _S.AWAITING_PAPERS, _S.CHECKED})
IN_STUDY = frozenset({_S.CHECKED, _S.SOCIAL_RESEARCH, _S.MEDICAL_CHECK, _S.DEFERRED})
UNDECIDED = IN_CHECK | IN_STUDY | {_S.COMMITTEE}
"""States in which a request still waits for a decision."""
ENTITLED = frozenset({_S.APPROVED, _S.DISPENSING})
"""States in which medicine may be handed out."""
ENDED = frozenset({_S.REJECTED, _S.CLOSED})
"""States in which nothing more is owed to the citizen, unless the request is reopened."""
OPEN = frozenset(RequestState) - ENDED


@dataclass(frozen=True, slots=True)
class Step:
    """One way onward.

    Attributes:
        before: The states from which it may be taken.
        after: The state it leads to.
        permission: The right that a person needs to take it.
        reasons: The codes of which it names one; None when it asks for no reason.
    """

    before: frozenset[RequestState]
    after: RequestState
    permission: Permission
    reasons: type[StrEnum] | None = None


STEPS: Mapping[RequestAction, Step] = MappingProxyType(
    {
        _A.CHECK: Step(
            frozenset({_S.RECEIVED, _S.AWAITING_PAPERS}), _S.CHECKED, Permission.REQUEST_CHECK
        ),
        _A.ASK_PAPERS: Step(
            UNDECIDED - {_S.AWAITING_PAPERS}, _S.AWAITING_PAPERS, Permission.REQUEST_CHECK, Paper
        ),
        _A.SEND_TO_RESEARCH: Step(
            IN_STUDY - {_S.SOCIAL_RESEARCH}, _S.SOCIAL_RESEARCH, Permission.REQUEST_CHECK
        ),
        _A.SEND_TO_MEDICAL: Step(
            IN_STUDY - {_S.MEDICAL_CHECK}, _S.MEDICAL_CHECK, Permission.REQUEST_CHECK
        ),
        # What was found out is recorded, and the request waits to be sent on.
        _A.RECORD_RESEARCH: Step(
            frozenset({_S.SOCIAL_RESEARCH}), _S.CHECKED, Permission.REQUEST_RESEARCH, Finding
        ),
        _A.RECORD_MEDICAL: Step(
            frozenset({_S.MEDICAL_CHECK}), _S.CHECKED, Permission.REQUEST_MEDICAL, Finding
        ),
        _A.SEND_TO_COMMITTEE: Step(IN_STUDY, _S.COMMITTEE, Permission.REQUEST_CHECK),
        _A.DEFER: Step(
            frozenset({_S.COMMITTEE}), _S.DEFERRED, Permission.REQUEST_DECIDE, DeferralReason
        ),
        # From every undecided state: whether a sitting must decide is a setting, and what is
        # approved at the counter by standing authority never sat on an agenda.
        _A.APPROVE: Step(UNDECIDED, _S.APPROVED, Permission.REQUEST_DECIDE),
        _A.REJECT: Step(UNDECIDED, _S.REJECTED, Permission.REQUEST_DECIDE, RejectionReason),
        _A.HAND_OVER: Step(frozenset({_S.APPROVED}), _S.DISPENSING, Permission.DISPENSE),
        # An undoing leaves either something handed out (dispensing) or nothing (approved).
        _A.UNDO: Step(frozenset({_S.DISPENSING}), _S.APPROVED, Permission.DISPENSING_REVERSE),
        _A.FINISH: Step(ENTITLED, _S.CLOSED, Permission.DISPENSE, ClosingReason),
        _A.CLOSE: Step(OPEN, _S.CLOSED, Permission.REQUEST_CHECK, ClosingReason),
        _A.REOPEN: Step(ENDED, _S.CHECKED, Permission.REQUEST_DECIDE, ReopeningReason),
    }
)

TRANSITIONS: Mapping[RequestState, frozenset[RequestState]] = MappingProxyType(
    {
        state: frozenset(step.after for step in STEPS.values() if state in step.before)
        # When a dispensing is undone a closed case stands open again for the pharmacy.
        | (ENTITLED if state is _S.CLOSED else frozenset())
        for state in RequestState
    }
)


def check_transition(before: RequestState, after: RequestState) -> None:
    """Refuse a step that the table does not know.

    Raises:
        TransitionRefused: It does not.
    """
    if after not in TRANSITIONS[before]:
        raise TransitionRefused(from_state=before.value, to_state=after.value)


def check_step(action: RequestAction, before: RequestState, reason: str = "") -> Step:
    """Return the step that an action takes from a state.

    Raises:
        TransitionRefused: It is not taken from there.
        InvalidField: The reason is none of its codes, or it asks for none and got one.
    """
    step = STEPS[action]
    if before not in step.before:
        raise TransitionRefused(from_state=before.value, to_state=step.after.value)
    known = frozenset(code.value for code in step.reasons) if step.reasons else frozenset({""})
    if reason not in known:
        raise InvalidField(name="reason")
    return step


def actions_from(state: RequestState) -> tuple[RequestAction, ...]:
    """Return the actions that the table allows from a state, in the table's order."""
    return tuple(action for action, step in STEPS.items() if state in step.before)


_IN_ANY_CATEGORY = (_A.CHECK, _A.ASK_PAPERS, _A.CLOSE)
_FOR_MEDICINE = (
    _A.CHECK,
    _A.RECORD_RESEARCH,
    _A.RECORD_MEDICAL,
    _A.SEND_TO_COMMITTEE,
    _A.SEND_TO_RESEARCH,
    _A.SEND_TO_MEDICAL,
    _A.DEFER,
    _A.ASK_PAPERS,
    _A.CLOSE,
)


def steps_by_hand(state: RequestState, *, medicine: bool) -> tuple[RequestAction, ...]:
    """Return the steps that a person may take from a state, the likeliest first.

    Deciding has its own pages, and so has answering what asks for no medicine: neither is here.
    """
    offered = _FOR_MEDICINE if medicine else _IN_ANY_CATEGORY
    return tuple(action for action in offered if state in STEPS[action].before)


def closing_reasons(state: RequestState) -> tuple[ClosingReason, ...]:
    """Return the reasons for which a person may close a request.

    That all was given only the pharmacy's own hand-over says; an answer is a reply, which the
    closing alone does not hold. What was never approved cannot lapse.
    """
    never = {ClosingReason.ALL_GIVEN, ClosingReason.ANSWERED}
    if state not in ENTITLED:
        never.add(ClosingReason.LAPSED)
    return tuple(reason for reason in ClosingReason if reason not in never)

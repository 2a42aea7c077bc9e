"""The life of a citizen request as one square table: from the row, to the column."""

import pytest

from pharmacy.errors import InvalidField, TransitionRefused
from pharmacy.rules.lifecycle import (
    ENTITLED,
    STEPS,
    TRANSITIONS,
    actions_from,
    check_step,
    check_transition,
    closing_reasons,
    steps_by_hand,
)
from pharmacy.rules.request_vocabulary import ClosingReason, RequestAction, RequestState

#                    recv papers check social medic commi defer appr disp reje clos
TABLE = """
    received          .    x      x     .      .     .     .     x    .    x    x
    awaiting_papers   .    .      x     .      .     .     .     x    .    x    x
    checked           .    x      .     x      x     x     .     x    .    x    x
    social_research   .    x      x     .      x     x     .     x    .    x    x
    medical_check     .    x      x     x      .     x     .     x    .    x    x
    committee         .    x      .     .      .     .     x     x    .    x    x
    deferred          .    x      .     x      x     x     .     x    .    x    x
    approved          .    .      .     .      .     .     .     .    x    .    x
    dispensing        .    .      .     .      .     .     .     x    .    .    x
    rejected          .    .      x     .      .     .     .     .    .    .    .
    closed            .    .      x     .      .     .     .     x    x    .    .
"""
CELLS = [
    (RequestState(row.split()[0]), state, mark == "x")
    for row in TABLE.strip().splitlines()
    for state, mark in zip(RequestState, row.split()[1:], strict=True)
]

# Which reasons a step asks for: one that it knows, and one of another step.
REASONS = [
    (RequestAction.CHECK, "received", "", "duplicate"),
    (RequestAction.ASK_PAPERS, "received", "prescription", ""),
    (RequestAction.RECORD_RESEARCH, "social_research", "against", "prescription"),
    (RequestAction.RECORD_MEDICAL, "medical_check", "supports", ""),
    (RequestAction.DEFER, "committee", "price_offer", "duplicate"),
    (RequestAction.REJECT, "committee", "no_funds", "price_offer"),
    (RequestAction.CLOSE, "approved", "deceased", "no_funds"),
    (RequestAction.REOPEN, "closed", "not_solved", "deceased"),
]


@pytest.mark.parametrize(("before", "after", "allowed"), CELLS)
def test_a_request_goes(*, before: RequestState, after: RequestState, allowed: bool) -> None:
    if allowed:
        check_transition(before, after)
        return
    with pytest.raises(TransitionRefused) as refusal:
        check_transition(before, after)
    assert refusal.value.facts() == {"from_state": before.value, "to_state": after.value}


def test_every_state_has_a_way_on() -> None:
    assert set(TRANSITIONS) == set(RequestState)
    assert all(TRANSITIONS.values())


def test_every_action_is_one_step() -> None:
    assert set(STEPS) == set(RequestAction)


@pytest.mark.parametrize(("action", "state", "known", "foreign"), REASONS)
def test_a_step_takes_its_own_reasons_only(
    action: RequestAction, state: str, known: str, foreign: str
) -> None:
    assert check_step(action, RequestState(state), known) is STEPS[action]
    with pytest.raises(InvalidField) as refusal:
        check_step(action, RequestState(state), foreign)
    assert refusal.value.name == "reason"


@pytest.mark.parametrize("action", list(RequestAction))
@pytest.mark.parametrize("state", list(RequestState))
def test_an_action_is_offered_where_it_may_be_taken(
    action: RequestAction, state: RequestState
) -> None:
    step = STEPS[action]
    reason = next(iter(step.reasons)).value if step.reasons else ""
    if action in actions_from(state):
        check_step(action, state, reason)
        return
    with pytest.raises(TransitionRefused):
        check_step(action, state, reason)


# What a person may do by hand: with medicine, and with anything else.
BY_HAND = {
    "received": ("check ask_papers close", "check ask_papers close"),
    "awaiting_papers": ("check close", "check close"),
    "checked": (
        "send_to_committee send_to_research send_to_medical ask_papers close",
        "ask_papers close",
    ),
    "social_research": (
        "record_research send_to_committee send_to_medical ask_papers close",
        "ask_papers close",
    ),
    "medical_check": (
        "record_medical send_to_committee send_to_research ask_papers close",
        "ask_papers close",
    ),
    "committee": ("defer ask_papers close", "ask_papers close"),
    "deferred": (
        "send_to_committee send_to_research send_to_medical ask_papers close",
        "ask_papers close",
    ),
    "approved": ("close", "close"),
    "dispensing": ("close", "close"),
    "rejected": ("", ""),
    "closed": ("", ""),
}


@pytest.mark.parametrize("state", list(RequestState))
def test_the_steps_that_a_person_takes_by_hand(state: RequestState) -> None:
    medicine, other = BY_HAND[state.value]
    assert [step.value for step in steps_by_hand(state, medicine=True)] == medicine.split()
    assert [step.value for step in steps_by_hand(state, medicine=False)] == other.split()


@pytest.mark.parametrize("state", list(RequestState))
def test_what_was_given_or_answered_is_never_a_reason_by_hand(state: RequestState) -> None:
    reasons = set(closing_reasons(state))
    assert not reasons & {ClosingReason.ALL_GIVEN, ClosingReason.ANSWERED}
    assert (ClosingReason.LAPSED in reasons) == (state in ENTITLED)
    assert len(reasons) == (6 if state in ENTITLED else 5)

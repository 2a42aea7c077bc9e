"""The life of a citizen request as one square table: from the row, to the column."""

import pytest

from pharmacy.errors import InvalidField, TransitionRefused
from pharmacy.rules.lifecycle import STEPS, TRANSITIONS, actions_from, check_step, check_transition
from pharmacy.rules.request_vocabulary import RequestAction, RequestState

#                    recv papers check social medic commi defer appr disp reje clos
TABLE = """
    received          .    x      x     .      .     .     .     x    .    x    x
    awaiting_papers   .    .      x     .      .     .     .     x    .    x    x
    checked           .    x      .     x      x     x     .     x    .    x    x
    social_research   .    x      .     .      x     x     .     x    .    x    x
    medical_check     .    x      .     x      .     x     .     x    .    x    x
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

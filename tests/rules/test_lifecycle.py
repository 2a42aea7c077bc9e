"""The life of a citizen request as one square table: from the row, to the column."""

import pytest

from pharmacy.errors import TransitionRefused
from pharmacy.rules.lifecycle import TRANSITIONS, check_transition
from pharmacy.rules.vocabulary import RequestState

#                 received  under_review  approved  rejected  closed
TABLE = """
    received         .           x           x         x        x
    under_review     .           x           x         x        x
    approved         .           .           .         .        x
    rejected         .           x           .         .        .
    closed           .           x           x         .        .
"""
CELLS = [
    (RequestState(row.split()[0]), state, mark == "x")
    for row in TABLE.strip().splitlines()
    for state, mark in zip(RequestState, row.split()[1:], strict=True)
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

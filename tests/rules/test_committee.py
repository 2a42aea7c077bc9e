"""How votes carry an outcome: the quorum, and more than half of the votes cast."""

import pytest

from pharmacy.errors import SittingRefused
from pharmacy.rules.committee import Tally, check_outcome, tally
from pharmacy.rules.request_vocabulary import AgendaOutcome, VoteChoice

VOTES = {"f": VoteChoice.FOR, "a": VoteChoice.AGAINST, "x": VoteChoice.ABSTAINED}

# The votes with a quorum of three, and what they do not carry: approval, then rejection.
TABLE = [
    ("", "votes", "votes"),
    ("ff", "votes", "votes"),
    ("fff", "", "majority"),
    ("ffa", "", "majority"),
    ("faa", "majority", ""),
    ("ffaa", "majority", "majority"),
    ("fxx", "", "majority"),
    ("axx", "majority", ""),
    ("xxx", "majority", "majority"),
    ("fax", "majority", "majority"),
]


@pytest.mark.parametrize(("votes", "approving", "rejecting"), TABLE)
def test_what_votes_carry(votes: str, approving: str, rejecting: str) -> None:
    counted = tally(VOTES[letter] for letter in votes)
    for outcome, refusal in (
        (AgendaOutcome.APPROVED, approving),
        (AgendaOutcome.REJECTED, rejecting),
        (AgendaOutcome.DEFERRED, ""),
    ):
        if not refusal:
            check_outcome(outcome, counted, quorum=3)
            continue
        with pytest.raises(SittingRefused) as refused:
            check_outcome(outcome, counted, quorum=3)
        assert refused.value.reason == refusal


def test_whoever_abstains_votes_and_casts_nothing() -> None:
    counted = tally([VoteChoice.FOR, VoteChoice.ABSTAINED, VoteChoice.AGAINST])
    assert counted == Tally(in_favour=1, against=1, abstained=1)
    assert (counted.voters, counted.cast) == (3, 2)

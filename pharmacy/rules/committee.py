"""How a committee decides: the quorum, and more than half of the votes cast.

The by-law of the fund is not published. This is the usual rule of Egyptian committees: whoever
abstains is counted for the quorum and not among the votes cast; at a tie nothing is carried, and
the request is deferred or voted on in another sitting.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pharmacy.errors import SittingRefused
from pharmacy.rules.request_vocabulary import AgendaOutcome, VoteChoice


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes on a request."""

    in_favour: int = 0
    against: int = 0
    abstained: int = 0

    @property
    def voters(self) -> int:
        """How many members voted, those who abstained among them."""
        return self.in_favour + self.against + self.abstained

    @property
    def cast(self) -> int:
        """How many votes say yes or no."""
        return self.in_favour + self.against


def tally(votes: Iterable[VoteChoice]) -> Tally:
    """Count votes."""
    found = list(votes)
    return Tally(
        in_favour=found.count(VoteChoice.FOR),
        against=found.count(VoteChoice.AGAINST),
        abstained=found.count(VoteChoice.ABSTAINED),
    )


def check_outcome(outcome: AgendaOutcome, votes: Tally, quorum: int) -> None:
    """Refuse an outcome that the votes do not carry; deferring needs no vote.

    Raises:
        SittingRefused: Fewer voted than the quorum, or no more than half of the votes cast.
    """
    if outcome is AgendaOutcome.DEFERRED:
        return
    if votes.voters < quorum:
        raise SittingRefused(reason="votes", quorum=quorum)
    wanted = votes.in_favour if outcome is AgendaOutcome.APPROVED else votes.against
    if 2 * wanted <= votes.cast:
        raise SittingRefused(reason="majority")

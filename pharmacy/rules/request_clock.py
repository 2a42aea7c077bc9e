"""The clock of a citizen request: when an answer is due, when it stands, what stops it.

One pure function says what each step does to the days that are kept of a request. The clock of
medicine stops at the first hand-over, not at the approval: an approval cures nobody.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date

from pharmacy.rules.lifecycle import ENDED
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.workdays import add_working_days, resumed, working_days_between

_S = RequestState
REPLIES = ENDED | {_S.AWAITING_PAPERS, _S.DEFERRED, _S.APPROVED}
"""States that the citizen is told of: the first of them is the first reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The days of a request; `limit` counts working days, `due_on` is the last of them.

    Attributes:
        paused_on: Since when papers are awaited; None while the clock runs.
        settled_on: When the clock stopped for good; a reopened request has none again.
    """

    due_on: date
    paused_on: date | None = None
    settled_on: date | None = None
    first_reply_on: date | None = None
    approved_on: date | None = None
    handed_over_on: date | None = None
    closed_on: date | None = None
    reopened_on: date | None = None

    def overdue(self, today: date) -> bool:
        """Tell whether an answer is owed and late."""
        return self.settled_on is None and self.paused_on is None and self.due_on < today


def started(received_on: date, limit: int, holidays: AbstractSet[date]) -> Clock:
    """Return the clock of a request that was received on a day."""
    return Clock(due_on=add_working_days(received_on, limit, holidays))


def due_after(
    began: date,
    limit: int,
    pauses: Iterable[tuple[date, date]],
    holidays: AbstractSet[date],
) -> date:
    """Return when an answer is due that `started` and `stepped` would have come to.

    Args:
        began: When it was received, or reopened.
        limit: Working days to an answer.
        pauses: From when to when papers were awaited; one that has not ended counts nothing yet.
        holidays: The calendar in force.
    """
    stood = sum(working_days_between(first, last, holidays) for first, last in pauses)
    return add_working_days(began, limit + stood, holidays)


def stepped(
    clock: Clock,
    before: RequestState,
    after: RequestState,
    *,
    on: date,
    limit: int,
    holidays: AbstractSet[date],
) -> Clock:
    """Return the clock after a step; one that is reopened starts anew."""
    if before in ENDED and after not in {_S.APPROVED, _S.DISPENSING}:
        due_on = add_working_days(on, limit, holidays)
        return replace(clock, due_on=due_on, settled_on=None, closed_on=None, reopened_on=on)
    if clock.paused_on is not None and after is not _S.AWAITING_PAPERS:
        due_on = resumed(clock.due_on, clock.paused_on, on, holidays)
        clock = replace(clock, due_on=due_on, paused_on=None)
    if after is _S.AWAITING_PAPERS:
        clock = replace(clock, paused_on=on)
    if after in REPLIES and clock.first_reply_on is None:
        clock = replace(clock, first_reply_on=on)
    if after is _S.APPROVED:
        clock = replace(clock, approved_on=on)
    if after in ENDED:
        clock = replace(clock, closed_on=on, settled_on=clock.settled_on or on)
    return clock

"""Unusual patterns at a counter where the goods are free: what is worth a question.

None of them is a verdict. Sources of the list: NHS Counter Fraud Authority's answers on pharmacy
fraud (dispensing irregularities, ghost patients, cases of billing and then cancelling the record)
and the by-law's own promises (one person, one issue, when it is due).
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from pharmacy.rules.calendar import CAIRO
from pharmacy.rules.workdays import is_working

NEAR_DAYS = 7
"""Days within which two sites are close together for one person."""
QUICK_PERCENT = 50
"""Share of the days an issue was for, before whose end the next one came too soon."""
LONGEST_DAYS = 400
"""No issue is for more days than an approval may lie between two of them."""
LOOK_BACK_DAYS = max(NEAR_DAYS, LONGEST_DAYS * QUICK_PERCENT // 100)
"""Days before a period on which something may lie that one of its issues came too soon after."""
ROUND_UNITS = 100
"""A quantity that is a multiple of this is a round one."""
FEWEST = 5
"""Fewer than these say nothing of anybody's rate."""
TIMES = 2
"""How many times the rate of all a rate is before it stands out."""
PAIR_PERCENT = 80
"""Share of a person's issues handed out by one and the same hand, among several at the site."""


class PatternKind(StrEnum):
    """What was looked for."""

    TWO_SITES = "two_sites"
    QUICK_REPEAT = "quick_repeat"
    ODD_HOURS = "odd_hours"
    OVERRIDES = "overrides"
    UNDOINGS = "undoings"
    ROUND_QUANTITIES = "round_quantities"
    SAME_HANDS = "same_hands"
    NUMBER_GAPS = "number_gaps"


OF_A_PERSON = frozenset({PatternKind.TWO_SITES, PatternKind.QUICK_REPEAT, PatternKind.SAME_HANDS})
"""Patterns of a beneficiary; the others are of a member of staff, the last one of the books."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something was among how many."""

    seen: int
    of: int

    @property
    def hundredths(self) -> int:
        """Hundredths of a percent, rounded half up; 0 of nothing."""
        return (2 * 10_000 * self.seen + self.of) // (2 * self.of) if self.of else 0


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """When the counter works: from one full hour until another, Cairo time, and not on holidays."""

    opens: int
    closes: int
    holidays: AbstractSet[date] = field(default_factory=frozenset)


def is_odd_hour(at: datetime, working: WorkingTime) -> bool:
    """Tell whether a moment lies outside the counter's days and hours."""
    local = at.astimezone(CAIRO)
    open_that_day = is_working(local.date(), working.holidays)
    return not (open_that_day and working.opens <= local.hour < working.closes)


def is_quick(days_between: int, days_supplied: int) -> bool:
    """Tell whether an issue came before half the days of the one before had passed."""
    return 100 * days_between < QUICK_PERCENT * days_supplied


def stands_out(own: Rate, everybody: Rate) -> bool:
    """Tell whether somebody's rate is far above that of all others together."""
    others = Rate(everybody.seen - own.seen, everybody.of - own.of)
    if own.seen < FEWEST or not own.of:
        return False
    return own.seen * others.of > TIMES * others.seen * own.of

"""Closed months: what their totals are told by, and which of the days asked for they answer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from pharmacy.rules.calendar import add_months


class Total(StrEnum):
    """What the cost of a closed month is told by, besides its sites and funds.

    Only what was posted with a line: an item's group or a person's age are read when they are
    asked for, and may be put right later.
    """

    ALL = "all"
    DRUG = "drug"
    CENTRE = "centre"
    CHANNEL = "channel"
    CONDITION = "condition"


@dataclass(frozen=True, slots=True)
class Split:
    """A period as closed months and the days that are left to be read one by one."""

    months: Sequence[str]
    days: Sequence[tuple[date, date]]


def split(first: date, last: date, closed: Collection[str]) -> Split:
    """Return which closed months lie wholly in a period, and what is left of it, in order.

    Args:
        first: The first day of the period.
        last: The last day of it.
        closed: Months (`2026-03`) with totals.
    """
    months: list[str] = []
    days: list[tuple[date, date]] = []
    open_from = first
    for month in sorted(closed):
        begins = date.fromisoformat(f"{month}-01")
        ends = last_day(month)
        if begins < first or ends > last:
            continue
        if open_from < begins:
            days.append((open_from, begins - timedelta(days=1)))
        months.append(month)
        open_from = ends + timedelta(days=1)
    if open_from <= last:
        days.append((open_from, last))
    return Split(months, days)


def last_day(month: str) -> date:
    """Return the last day of a month (`2026-03`)."""
    return add_months(date.fromisoformat(f"{month}-01"), 1) - timedelta(days=1)


class Look(StrEnum):
    """What is looked at before a month is closed, in the order of the list."""

    OVER = "over"
    EARLIER = "earlier"
    VERIFIED = "verified"
    DRAFTS = "drafts"
    DRAWERS = "drawers"
    ON_THE_WAY = "on_the_way"
    COUNTED = "counted"
    CLAIMS = "claims"
    OVERDRAWN = "overdrawn"
    UNMATCHED = "unmatched"
    LATE = "late"


STOPS: Mapping[Look, str] = MappingProxyType(
    {
        Look.OVER: "not_over",
        Look.EARLIER: "earlier_open",
        Look.VERIFIED: "not_green",
        Look.DRAFTS: "drafts",
        Look.DRAWERS: "uncounted",
    }
)
"""What stops a closing when it finds anything, and the reason it is refused with.

The rest is said and kept: goods on the way arrive in a later month, the by-law may ask for a count
of the stock once a year, a claim may wait for its papers, a drawer may have given back more of a
fund's than the fund holds, an invoice may come weeks after the goods, a late fact is where it
belongs.
"""

EXCUSABLE = frozenset({Look.DRAWERS})
"""What stops a closing unless whoever closes the month says why; the reason is kept with it."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one look found: how many (None: it was not looked at), and piastres where it counts.

    `reason` is why the month was closed with it all the same.
    """

    look: Look
    count: int | None
    amount: int = 0
    reason: str = ""

    @property
    def stops(self) -> bool:
        """Whether the month cannot be closed for it."""
        return self.look in STOPS and bool(self.count) and not self.reason

    @property
    def wants_reason(self) -> bool:
        """Whether it stops the closing until a reason is given."""
        return self.stops and self.look in EXCUSABLE

    def excused(self, reason: str) -> "Found":
        """Return it with the reason, where it is one that a reason lets pass."""
        return replace(self, reason=reason) if self.wants_reason else self

    @property
    def warns(self) -> bool:
        """Whether there is something to look at that stops nothing."""
        found = bool(self.count or self.amount)
        return found and (self.look not in STOPS or bool(self.reason))

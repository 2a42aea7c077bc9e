"""Which day a voucher is posted on, when it speaks of something that happened earlier.

A fact of an open month is posted on its own day; one of a closed month on today's, and the voucher
says when it happened, so that a closed month never changes and a late fact is seen to be one.
"""

from dataclasses import dataclass
from datetime import date

from pharmacy.rules.calendar import month_key


@dataclass(frozen=True, slots=True)
class Dated:
    """The day of a voucher, and the day of its fact where that was another."""

    business_date: date
    fact_date: date | None = None


def dated(fact_on: date, *, today: date, last_closed: str | None) -> Dated:
    """Return the days of a voucher.

    Args:
        fact_on: When what it speaks of happened; not after today.
        today: The day it is recorded.
        last_closed: The latest closed month (`2026-03`), if any.
    """
    assert fact_on <= today, "nothing is posted ahead of its day"
    if last_closed is not None and month_key(fact_on) <= last_closed:
        return Dated(today, fact_on)
    return Dated(fact_on)


def noted(fact_on: date, *, today: date) -> Dated:
    """Return the days of a voucher that moves stock: always today's, since stock moves in order."""
    return Dated(today, None if fact_on == today else fact_on)

"""When a message that could not be sent is tried again, and when it is given up."""

from datetime import datetime, timedelta

WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
)
"""How long after each attempt that failed the next one is made; after the last, none is."""
ATTEMPTS_MAX = len(WAITS) + 1
LEASE = timedelta(minutes=5)
"""How long a sender that took a message has it to itself: longer than any sending lasts."""


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """Return when a message is tried again that failed so many times, or None: it is given up."""
    return now + WAITS[attempts - 1] if attempts < ATTEMPTS_MAX else None

"""How often other programs may call: a bucket for each token, and for each address without one.

A bucket holds the calls of a minute and fills up as time passes, so that a short burst is let
through and a steady flood is not. Kept in the process, which is one beside the embedded database;
where several serve one database each lets through its share. The store is bounded: the bucket that
was longest not used goes first, and it is full again by then unless there are very many.
"""

import threading
from collections import OrderedDict
from datetime import datetime
from typing import cast

from flask import Flask, current_app, request

from pharmacy.errors import TooManyCalls
from pharmacy.web.context import now, settings

BUCKETS_MAX = 10_000
RETRY_MAX = 3600
_SECONDS = 60


class RateLimit:
    """Buckets by name, each of so many calls a minute."""

    def __init__(self, calls_a_minute: int) -> None:
        self._calls = calls_a_minute
        self._buckets: OrderedDict[str, tuple[float, datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def count(self, name: str, *, now: datetime) -> int:
        """Take a call out of a bucket; return 0, or after how many seconds there is one."""
        with self._lock:
            left, seen = self._buckets.pop(name, (float(self._calls), now))
            passed = max(0.0, (now - seen).total_seconds())
            left = min(float(self._calls), left + passed * self._calls / _SECONDS)
            allowed = left >= 1
            left -= allowed
            self._buckets[name] = (left, max(now, seen))
            while len(self._buckets) > BUCKETS_MAX:
                self._buckets.popitem(last=False)
        return 0 if allowed else max(1, -int(-(1 - left) * _SECONDS // self._calls))


def init_app(app: Flask) -> None:
    """Give the application its buckets."""
    with app.app_context():
        app.extensions["pharmacy_rate_limit"] = RateLimit(settings().calls_a_minute)


def count_call(token_id: int | None) -> None:
    """Count a call of a program, by its token or, without a good one, by its address.

    Raises:
        TooManyCalls: It comes too soon after too many.
    """
    limit = cast("RateLimit", current_app.extensions["pharmacy_rate_limit"])
    name = f"address {request.remote_addr}" if token_id is None else f"token {token_id}"
    wait = limit.count(name, now=now())
    if wait:
        raise TooManyCalls(retry_after_seconds=wait)

"""The queue of writers in front of the embedded engine, which takes one at a time.

Its own waiting starves: with busy_timeout alone the worst wait measured was 4.5 seconds.
"""

import threading
from collections import deque

from pharmacy.errors import Busy


class WriterQueue:
    """First come, first served: one writer of this process at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._taken = False

    def enter(self, timeout: float) -> None:
        """Wait for the turn.

        Raises:
            Busy: It did not come in so many seconds.
        """
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            turn = threading.Event()
            self._waiting.append(turn)
        if turn.wait(timeout):
            return
        with self._lock:
            if not turn.is_set():
                self._waiting.remove(turn)
                raise Busy
        # The turn came at the very moment the patience ended: pass it on.
        self.leave()
        raise Busy

    def leave(self) -> None:
        """Pass the turn on."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False

"""A progress bar for work that goes through several steps and says how far it is."""

import sys
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

import click


class Progress:
    """Called with the step, how much of it is done and of how much; draws one bar a step."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._step = ""
        self._done = 0
        self._bar: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def __call__(self, step: str, done: int, total: int) -> None:
        """Draw how far a step is."""
        if step != self._step:
            self._stack.close()
            self._step, self._done = step, 0
            bar = click.progressbar(length=total, label=f"  {step:12}", file=sys.stderr)
            self._bar = self._stack.enter_context(bar)
        self._bar.update(done - self._done)
        self._done = done

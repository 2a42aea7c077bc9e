"""The value axis of a chart: round steps, the unit that is short to read, and its figures.

Values are hundredths here: piastres of money, and a hundred for each thing that is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

TICKS_WANTED = 5
HUNDREDTHS = 100
THOUSAND = 1_000
MILLION = 1_000_000
THOUSANDS_FROM = 10 * THOUSAND
MILLIONS_FROM = 2 * MILLION


class Unit(StrEnum):
    """What one of the axis' numbers counts."""

    ONE = "one"
    THOUSAND = "thousand"
    MILLION = "million"


SIZES = {Unit.ONE: 1, Unit.THOUSAND: THOUSAND, Unit.MILLION: MILLION}


@dataclass(frozen=True, slots=True)
class Scale:
    """A value axis: round steps in hundredths that hold every value, and zero always."""

    low: int
    high: int
    step: int

    @classmethod
    def holding(cls, values: Sequence[int]) -> "Scale":
        """Return the smallest round scale that holds the values."""
        low, high = min(0, *values, 0), max(0, *values, 0)
        step = _round_step((high - low) / TICKS_WANTED)
        high = -(-high // step) * step
        return cls(low // step * step, max(high, step) if low == 0 else high, step)

    @property
    def ticks(self) -> range:
        """Every value that gets a grid line."""
        return range(self.low, self.high + 1, self.step)

    @property
    def unit(self) -> Unit:
        """The unit in which the ticks are short to read."""
        whole = max(self.high, -self.low) // HUNDREDTHS
        if whole >= MILLIONS_FROM:
            return Unit.MILLION
        return Unit.THOUSAND if whole >= THOUSANDS_FROM else Unit.ONE

    @property
    def tick_texts(self) -> list[str]:
        """The ticks in the scale's unit with as few decimals as tell them apart exactly."""
        size = HUNDREDTHS * SIZES[self.unit]
        decimals = next(d for d in range(9) if all(t * 10**d % size == 0 for t in self.ticks))
        return [figure(tick, self.unit, decimals) for tick in self.ticks]

    def part(self, value: int) -> float:
        """Return how far up the axis a value stands, 0 to 1."""
        return (value - self.low) / (self.high - self.low)


def figure(hundredths: int, unit: Unit, decimals: int) -> str:
    """Return a value in the unit, half away from zero; a negative one stands in brackets."""
    size = HUNDREDTHS * SIZES[unit]
    scaled = (2 * abs(hundredths) * 10**decimals + size) // (2 * size)
    whole, part = divmod(scaled, 10**decimals)
    text = f"{whole:,}" + (f".{part:0{decimals}d}" if decimals else "")
    return f"({text})" if hundredths < 0 and scaled else text


def _round_step(least: float) -> int:
    """Return the smallest of 1, 2, 2.5 and 5 times a power of ten, from 1 on, not under `least`.

    Of single pounds and persons there are no halves: 2.5 begins at 25.
    """
    power = HUNDREDTHS
    while True:
        for tenths in (10, 20, 25, 50):
            step = tenths * power // 10
            if step >= least and step % HUNDREDTHS == 0:
                return step
        power *= 10

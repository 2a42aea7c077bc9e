"""Where everything of a bar chart stands, worked out once for paper and for screen.

Lengths are in the units of the page or the screen, y grows downwards, and x grows in the direction
of reading: an Arabic chart is the mirror of an English one, with its value axis at the right and
its first month there too. The two drawers (`reports.charts`) turn x into left and right.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

Measure = Callable[[str, float], float]
"""(text, size) -> width in the units of the chart."""

TEXT_SIZE = 9.0
LINE_HEIGHT = 1.35
GAP = 5.0
TICKS_WANTED = 5
ROW_HEIGHT = 19.0
BAR_PART = 0.62
LABEL_PART = 0.38
LABEL_LINES = 2
PIASTRES = 100
THOUSAND = 1_000
MILLION = 1_000_000
THOUSANDS_FROM = 10 * THOUSAND
MILLIONS_FROM = 2 * MILLION


class Anchor(StrEnum):
    """Which end of a text stands at its x, in the direction of reading."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


class Role(StrEnum):
    """What a shape is for; the drawers give each role its look."""

    BAR = "bar"
    GRID = "grid"
    AXIS = "axis"
    LABEL = "label"
    VALUE = "value"
    TICK = "tick"
    CAPTION = "caption"


class Unit(StrEnum):
    """What one of the axis' numbers counts."""

    POUND = "pound"
    THOUSAND = "thousand"
    MILLION = "million"


POUNDS_IN = {Unit.POUND: 1, Unit.THOUSAND: THOUSAND, Unit.MILLION: MILLION}


@dataclass(frozen=True, slots=True)
class Bar:
    """A label and its value in piastres."""

    label: str
    value: int


@dataclass(frozen=True, slots=True)
class Box:
    """A bar; `of` says which."""

    x: float
    y: float
    width: float
    height: float
    of: int


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    role: Role


@dataclass(frozen=True, slots=True)
class Words:
    """A text whose base line stands at y; a number is never split or reordered."""

    x: float
    y: float
    text: str
    anchor: Anchor
    role: Role
    number: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A chart ready to draw, and the unit of its value axis."""

    width: float
    height: float
    unit: Unit
    boxes: tuple[Box, ...]
    strokes: tuple[Stroke, ...]
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """A value axis: round steps in piastres that hold every value, and zero always."""

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
        pounds = max(self.high, -self.low) // PIASTRES
        if pounds >= MILLIONS_FROM:
            return Unit.MILLION
        return Unit.THOUSAND if pounds >= THOUSANDS_FROM else Unit.POUND

    def part(self, value: int) -> float:
        """Return how far up the axis a value stands, 0 to 1."""
        return (value - self.low) / (self.high - self.low)


def figure(piastres: int, unit: Unit, decimals: int) -> str:
    """Return an amount in the unit, half away from zero; a negative one stands in brackets."""
    size = PIASTRES * POUNDS_IN[unit]
    scaled = (2 * abs(piastres) * 10**decimals + size) // (2 * size)
    whole, part = divmod(scaled, 10**decimals)
    text = f"{whole:,}" + (f".{part:0{decimals}d}" if decimals else "")
    return f"({text})" if piastres < 0 and scaled else text


def columns(bars: Sequence[Bar], *, width: float, height: float, measure: Measure) -> Layout:
    """Lay out upright bars, for months: few values fit their figure on top, many go without."""
    scale = Scale.holding([bar.value for bar in bars])
    ticks = _tick_texts(scale)
    start = max(measure(text, TEXT_SIZE) for text in ticks) + 2 * GAP
    top, bottom = TEXT_SIZE * 3.4, height - LABEL_LINES * TEXT_SIZE * LINE_HEIGHT - GAP
    slot = (width - start - GAP) / max(len(bars), 1)

    def y(value: int) -> float:
        return bottom - scale.part(value) * (bottom - top)

    strokes = [Stroke(start, y(tick), width - GAP, y(tick), Role.GRID) for tick in scale.ticks]
    strokes.append(Stroke(start, y(0), width - GAP, y(0), Role.AXIS))
    words = [Words(GAP, TEXT_SIZE, "", Anchor.START, Role.CAPTION)]
    words += [
        Words(start - GAP, y(tick) + TEXT_SIZE * 0.35, text, Anchor.END, Role.TICK, number=True)
        for tick, text in zip(scale.ticks, ticks, strict=True)
    ]
    boxes = [
        Box(
            start + slot * (at + (1 - BAR_PART) / 2),
            min(y(bar.value), y(0)),
            slot * BAR_PART,
            abs(y(bar.value) - y(0)),
            at,
        )
        for at, bar in enumerate(bars)
    ]
    middles = [start + slot * (at + 0.5) for at in range(len(bars))]
    words += _column_labels(bars, middles, slot, bottom, measure)
    tops = [min(y(bar.value), y(0)) - GAP * 0.8 for bar in bars]
    words += _column_values(bars, list(zip(middles, tops, strict=True)), slot, scale.unit, measure)
    return Layout(width, height, scale.unit, tuple(boxes), tuple(strokes), tuple(words))


def rows(bars: Sequence[Bar], *, width: float, measure: Measure) -> Layout:
    """Lay out lying bars, for names, each with its whole figure; their number sets the height."""
    scale = Scale.holding([bar.value for bar in bars])
    values = [figure(bar.value, Unit.POUND, 2) for bar in bars]
    longest = max((measure(bar.label, TEXT_SIZE) for bar in bars), default=0.0)
    start = min(longest, width * LABEL_PART) + 2 * GAP
    end = width - max((measure(text, TEXT_SIZE) for text in values), default=0.0) - 2 * GAP
    top = TEXT_SIZE * 2
    lines = [fold(bar.label, start - 2 * GAP, measure) for bar in bars]
    row = ROW_HEIGHT if all(len(each) == 1 for each in lines) else ROW_HEIGHT * 1.3
    bottom = top + row * max(len(bars), 1)

    def x(value: int) -> float:
        return start + scale.part(value) * (end - start)

    strokes = [Stroke(x(tick), top, x(tick), bottom, Role.GRID) for tick in scale.ticks]
    strokes.append(Stroke(x(0), top, x(0), bottom, Role.AXIS))
    words = [Words(GAP, TEXT_SIZE, "", Anchor.START, Role.CAPTION)]
    words += _row_ticks(scale, x, bottom + TEXT_SIZE + GAP, measure)
    boxes = []
    for at, (bar, text, label) in enumerate(zip(bars, values, lines, strict=True)):
        middle = top + row * (at + 0.5)
        from_x, to_x = sorted((x(0), x(bar.value)))
        thick = ROW_HEIGHT * BAR_PART
        boxes.append(Box(from_x, middle - thick / 2, to_x - from_x, thick, at))
        words.append(
            Words(
                to_x + GAP, middle + TEXT_SIZE * 0.35, text, Anchor.START, Role.VALUE, number=True
            )
        )
        words += _stacked(label, start - GAP, middle, Anchor.END)
    height = bottom + TEXT_SIZE + 2 * GAP
    return Layout(width, height, Unit.POUND, tuple(boxes), tuple(strokes), tuple(words))


def fold(label: str, width: float, measure: Measure) -> tuple[str, ...]:
    """Break a label into at most two lines no wider than `width`; an ellipsis marks what is cut."""
    lines: list[str] = []
    words = label.split(" ")
    while words and len(lines) < LABEL_LINES:
        count = 1
        while count < len(words) and measure(" ".join(words[: count + 1]), TEXT_SIZE) <= width:
            count += 1
        last = len(lines) == LABEL_LINES - 1
        line = " ".join(words if last else words[:count])
        words = [] if last else words[count:]
        lines.append(_cut(line, width, measure))
    return tuple(lines)


def _cut(line: str, width: float, measure: Measure) -> str:
    """Return the line, or as much of it as fits before an ellipsis."""
    if measure(line, TEXT_SIZE) <= width:
        return line
    kept = line
    while kept and measure(kept + "…", TEXT_SIZE) > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def _round_step(least: float) -> int:
    """Return the smallest of 1, 2, 2.5 and 5 times a power of ten pounds not under `least`."""
    power = PIASTRES
    while True:
        for tenths in (10, 20, 25, 50):
            if tenths * power // 10 >= least:
                return tenths * power // 10
        power *= 10


def _tick_texts(scale: Scale) -> list[str]:
    """Return the ticks in the scale's unit with as few decimals as tell them apart exactly."""
    size = PIASTRES * POUNDS_IN[scale.unit]
    decimals = next(d for d in range(9) if all(t * 10**d % size == 0 for t in scale.ticks))
    return [figure(tick, scale.unit, decimals) for tick in scale.ticks]


def _column_labels(
    bars: Sequence[Bar], middles: Sequence[float], slot: float, bottom: float, measure: Measure
) -> list[Words]:
    """Write under every bar, or under every third, sixth ... when they stand too close."""
    widest = max(
        (measure(word, TEXT_SIZE) for bar in bars for word in bar.label.split(" ")), default=0.0
    )
    every = next((k for k in (1, 2, 3, 6, 12, 24, 60) if k * slot >= widest + 2), len(bars) or 1)
    words: list[Words] = []
    for at in range(0, len(bars), every):
        first = bottom + TEXT_SIZE * LINE_HEIGHT
        lines = fold(bars[at].label, max(every * slot - 2, widest), measure)
        words += [
            Words(
                middles[at], first + line * TEXT_SIZE * LINE_HEIGHT, text, Anchor.MIDDLE, Role.LABEL
            )
            for line, text in enumerate(lines)
        ]
    return words


def _column_values(
    bars: Sequence[Bar],
    tops: Sequence[tuple[float, float]],
    slot: float,
    unit: Unit,
    measure: Measure,
) -> list[Words]:
    """Write each value on its bar when all of them fit."""
    texts = [figure(bar.value, unit, 0 if unit is Unit.POUND else 1) for bar in bars]
    if any(measure(text, TEXT_SIZE) > slot - 1 for text in texts):
        return []
    return [
        Words(x, y, text, Anchor.MIDDLE, Role.VALUE, number=True)
        for (x, y), text in zip(tops, texts, strict=True)
    ]


def _row_ticks(scale: Scale, x: Callable[[int], float], y: float, measure: Measure) -> list[Words]:
    """Write the ticks under the rows; every other one only, when they would touch."""
    texts = [figure(tick, Unit.POUND, 0) for tick in scale.ticks]
    places = [x(tick) for tick in scale.ticks]
    room = min(after - before for before, after in pairwise(places))
    widest = max(measure(text, TEXT_SIZE) for text in texts) + GAP
    every = next(k for k in range(1, len(texts) + 2) if k * room >= widest or k > len(texts))
    return [
        Words(at, y, text, Anchor.MIDDLE, Role.TICK, number=True)
        for at, text in list(zip(places, texts, strict=True))[::every]
    ]


def _stacked(lines: Sequence[str], x: float, middle: float, anchor: Anchor) -> list[Words]:
    """Return lines centred on a height."""
    leading = TEXT_SIZE * LINE_HEIGHT
    first = middle + TEXT_SIZE * 0.35 - leading * (len(lines) - 1) / 2
    return [
        Words(x, first + leading * at, line, anchor, Role.LABEL) for at, line in enumerate(lines)
    ]

"""Where everything of a chart stands, worked out once for paper and for screen.

Lengths are in the units of the page or the screen, y grows downwards, and x grows in the direction
of reading: an Arabic chart is the mirror of an English one, with its value axis at the right and
its first month there too. The two drawers (`reports.charts`) turn x into left and right.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from reports import chart_words as say
from reports.chart_facts import Chart
from reports.chart_scale import HUNDREDTHS, Scale, Unit, figure
from reports.spreadsheets import Kind

Measure = Callable[[str, float], float]
"""(text, size) -> width in the units of the chart."""

TEXT_SIZE = 9.0
LINE_HEIGHT = 1.35
GAP = 5.0
LABEL_LINES = 2
LEGEND = -1
_SWATCH = 8.0
_ENTRY_GAP = 14.0
_EMPTY_HEIGHT = 48.0


class Anchor(StrEnum):
    """Which end of a text stands at its x, in the direction of reading."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


class Role(StrEnum):
    """What a shape is for; the drawers give each role its look."""

    GRID = "grid"
    AXIS = "axis"
    LABEL = "label"
    VALUE = "value"
    TICK = "tick"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class Box:
    """A bar: `of` says of which category, or `LEGEND`; `series` gives it its pattern."""

    x: float
    y: float
    width: float
    height: float
    of: int
    series: int = 0


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
    size: float = TEXT_SIZE


@dataclass(frozen=True, slots=True)
class Layout:
    """A chart ready to draw."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    strokes: tuple[Stroke, ...]
    words: tuple[Words, ...]


@dataclass(slots=True)
class Draft:
    """A layout in the making: the frame it is made for, and what stands on it so far."""

    chart: Chart
    language: str
    width: float
    measure: Measure
    boxes: list[Box] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)

    @property
    def values(self) -> list[list[int | None]]:
        """The figures of each series in hundredths."""
        size = 1 if self.chart.kind is Kind.MONEY else HUNDREDTHS
        return [
            [None if value is None else value * size for value in each.values]
            for each in self.chart.series
        ]

    def exact(self, hundredths: int) -> str:
        """Return a figure to the piastre, or to the single thing."""
        return figure(hundredths, Unit.ONE, 2 if self.chart.kind is Kind.MONEY else 0)

    def head(self, unit: Unit, *, more: str = "") -> float:
        """Write the unit and, of several series, what the patterns mean; return the height used."""
        separator = "؛ " if self.language == "ar" else "; "
        parts = [say.CAPTIONS[self.chart.kind][unit](self.language), more]
        caption = separator.join(part for part in parts if part)
        x, y = GAP, TEXT_SIZE
        self.words.append(Words(x, y, caption, Anchor.START, Role.CAPTION))
        if len(self.chart.series) == 1:
            return y
        x += self.measure(caption, TEXT_SIZE) + _ENTRY_GAP
        most = self.width - 2 * GAP - _SWATCH - 4
        for at, series in enumerate(self.chart.series):
            name = cut(series.name, most, self.measure)
            wide = _SWATCH + 4 + self.measure(name, TEXT_SIZE)
            if x > GAP and x + wide > self.width - GAP:
                x, y = GAP, y + TEXT_SIZE * 1.5
            self.boxes.append(Box(x, y - _SWATCH + 0.8, _SWATCH, _SWATCH, LEGEND, at))
            self.words.append(Words(x + _SWATCH + 4, y, name, Anchor.START, Role.LABEL))
            x += wide + _ENTRY_GAP
        return y

    def done(self, height: float) -> Layout:
        """Return the layout."""
        return Layout(self.width, height, tuple(self.boxes), tuple(self.strokes), tuple(self.words))


def nothing(draft: Draft) -> Layout:
    """Say that there is nothing to draw, where a chart would stand."""
    text = say.NOTHING(draft.language)
    draft.words.append(
        Words(draft.width / 2, _EMPTY_HEIGHT / 2 + 3, text, Anchor.MIDDLE, Role.CAPTION)
    )
    draft.strokes.append(Stroke(GAP, _EMPTY_HEIGHT - 1, draft.width - GAP, _EMPTY_HEIGHT - 1,
                                Role.GRID))  # fmt: skip
    return draft.done(_EMPTY_HEIGHT)


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
        lines.append(cut(line, width, measure))
    return tuple(lines)


def cut(line: str, width: float, measure: Measure) -> str:
    """Return the line, or as much of it as fits before an ellipsis."""
    if measure(line, TEXT_SIZE) <= width:
        return line
    kept = line
    while kept and measure(kept + "…", TEXT_SIZE) > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def stacked_lines(lines: Sequence[str], x: float, middle: float, anchor: Anchor) -> list[Words]:
    """Return lines centred on a height."""
    leading = TEXT_SIZE * LINE_HEIGHT
    first = middle + TEXT_SIZE * 0.35 - leading * (len(lines) - 1) / 2
    return [
        Words(x, first + leading * at, line, anchor, Role.LABEL) for at, line in enumerate(lines)
    ]


def fitting_size(texts: Sequence[str], room: float, measure: Measure, least: float) -> float:
    """Return the largest size, in half steps down to `least`, in which all fit; 0 for none."""
    size = TEXT_SIZE
    while size >= least:
        if all(measure(text, size) <= room for text in texts):
            return size
        size -= 0.5
    return 0.0


def scale_of(values: Sequence[Sequence[int | None]]) -> Scale:
    """Return the scale that holds all of several series."""
    return Scale.holding([value for each in values for value in each if value is not None])

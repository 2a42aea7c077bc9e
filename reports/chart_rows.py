"""Lying bars, for names: side by side for each name, or laid end to end as parts of a whole."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from reports import chart_words as say
from reports.chart_facts import Chart, Series
from reports.chart_layout import (
    GAP,
    TEXT_SIZE,
    Anchor,
    Box,
    Draft,
    Layout,
    Measure,
    Role,
    Stroke,
    Words,
    fold,
    scale_of,
    stacked_lines,
)
from reports.chart_scale import Scale, Unit, figure

ROWS_MAX = 20
"""Names drawn on one chart; the table beside it has the others."""

ROW_HEIGHT = 19.0
_LABEL_PART = 0.38
_BAR = 11.8
_BAR_OF_MANY = 9.6
_VALUE_SIZE = 7.5
_HIGH = {1: ROW_HEIGHT, 2: 26.0, 3: 36.0}
_TWO_LINES = 1.3

At = Callable[[int], float]


def rows(draft: Draft, *, stacked: bool) -> Layout:
    """Lay out lying bars, each with its whole figure; their number sets the height."""
    left_out = len(draft.chart.categories) - ROWS_MAX
    draft.chart = _first(draft.chart)
    values = draft.values
    sums = [_ends(each) for each in zip(*values, strict=True)]
    scale = Scale.holding([end for ends in sums for end in ends]) if stacked else scale_of(values)
    more = say.SUMS(draft.language) if stacked and len(values) > 1 else ""
    top = draft.head(Unit.ONE, more=more) + TEXT_SIZE
    texts = _texts(draft, sums, stacked=stacked)
    start, lines, row = _names(draft, 1 if stacked else len(values))
    size = TEXT_SIZE if stacked or len(values) == 1 else _VALUE_SIZE
    widest = max((draft.measure(text, size) for each in texts for text in each), default=0.0)
    end = draft.width - widest - 2 * GAP
    bottom = top + row * len(lines)

    def x(value: int) -> float:
        return start + scale.part(value) * (end - start)

    draft.strokes += [Stroke(x(tick), top, x(tick), bottom, Role.GRID) for tick in scale.ticks]
    draft.strokes.append(Stroke(x(0), top, x(0), bottom, Role.AXIS))
    draft.words += _ticks(draft, scale, x, bottom + TEXT_SIZE + GAP)
    for at, label in enumerate(lines):
        middle = top + row * (at + 0.5)
        draft.words += stacked_lines(label, start - GAP, middle, Anchor.END)
        if stacked:
            _laid_end_to_end(draft, at, middle, x, texts[0][at])
        else:
            _side_by_side(draft, at, middle, x, [each[at] for each in texts])
    if left_out > 0:
        bottom += TEXT_SIZE * 1.5
        told = say.REST(draft.language).format(count=f"{left_out:,}")
        draft.words.append(Words(GAP, bottom + TEXT_SIZE + GAP, told, Anchor.START, Role.CAPTION))
    return draft.done(bottom + TEXT_SIZE + 2 * GAP)


def _first(chart: Chart) -> Chart:
    """Return the chart of as many names as are drawn."""
    series = tuple(Series(each.name, each.values[:ROWS_MAX]) for each in chart.series)
    return replace(chart, categories=chart.categories[:ROWS_MAX], series=series)


def _ends(values: Sequence[int | None]) -> tuple[int, int]:
    """Return how far parts laid end to end reach below zero and above it."""
    known = [value for value in values if value is not None]
    return sum(value for value in known if value < 0), sum(value for value in known if value > 0)


def _texts(draft: Draft, sums: Sequence[tuple[int, int]], *, stacked: bool) -> list[list[str]]:
    """Return the figures written at the ends of the bars, for each series or for their sums."""
    if stacked:
        return [[draft.exact(low + high) for low, high in sums]]
    return [
        ["" if value is None else draft.exact(value) for value in each] for each in draft.values
    ]


def _names(draft: Draft, bars: int) -> tuple[float, list[tuple[str, ...]], float]:
    """Return where the bars start, each name in its lines, and the height of a row."""
    measure: Measure = draft.measure
    longest = max(measure(name, TEXT_SIZE) for name in draft.chart.categories)
    start = min(longest, draft.width * _LABEL_PART) + 2 * GAP
    lines = [fold(name, start - 2 * GAP, measure) for name in draft.chart.categories]
    two = any(len(each) > 1 for each in lines)
    return start, lines, max(_HIGH[bars], ROW_HEIGHT * _TWO_LINES if two else 0.0)


def _ticks(draft: Draft, scale: Scale, x: At, y: float) -> list[Words]:
    """Write the ticks under the rows; every other one only, when they would touch."""
    texts = [figure(tick, Unit.ONE, 0) for tick in scale.ticks]
    places = [x(tick) for tick in scale.ticks]
    room = min(after - before for before, after in pairwise(places))
    widest = max(draft.measure(text, TEXT_SIZE) for text in texts) + GAP
    every = next(k for k in range(1, len(texts) + 2) if k * room >= widest or k > len(texts))
    return [
        Words(at, y, text, Anchor.MIDDLE, Role.TICK, number=True)
        for at, text in list(zip(places, texts, strict=True))[::every]
    ]


def _side_by_side(draft: Draft, at: int, middle: float, x: At, texts: Sequence[str]) -> None:
    many = len(texts)
    thick = _BAR if many == 1 else _BAR_OF_MANY
    size = TEXT_SIZE if many == 1 else _VALUE_SIZE
    top = middle - thick * many / 2
    for series, text in enumerate(texts):
        value = draft.values[series][at]
        if value is None:
            continue
        from_x, to_x = sorted((x(0), x(value)))
        y = top + thick * series
        draft.boxes.append(Box(from_x, y, to_x - from_x, thick, at, series))
        draft.words.append(
            Words(
                to_x + GAP, y + thick / 2 + size * 0.35, text, Anchor.START, Role.VALUE,
                number=True, size=size,
            )
        )  # fmt: skip


def _laid_end_to_end(draft: Draft, at: int, middle: float, x: At, total: str) -> None:
    """Lay positive parts from zero on and negative ones before it; a part that has room says so."""
    reach = {False: 0, True: 0}
    base = middle + TEXT_SIZE * 0.35
    for series, figures in enumerate(draft.values):
        value = figures[at]
        if not value:
            continue
        begins = reach[value < 0]
        reach[value < 0] = begins + value
        from_x, to_x = sorted((x(begins), x(begins + value)))
        draft.boxes.append(Box(from_x, middle - _BAR / 2, to_x - from_x, _BAR, at, series))
        text = draft.exact(value)
        if draft.measure(text, _VALUE_SIZE) + 2 * GAP <= to_x - from_x:
            centre = (from_x + to_x) / 2
            draft.words.append(
                Words(
                    centre, middle + _VALUE_SIZE * 0.35, text, Anchor.MIDDLE, Role.VALUE,
                    number=True, size=_VALUE_SIZE,
                )
            )  # fmt: skip
    draft.words.append(
        Words(x(reach[False]) + GAP, base, total, Anchor.START, Role.VALUE, number=True)
    )

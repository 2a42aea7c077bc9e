"""Upright bars, for time: one series, or two and three side by side."""

from collections.abc import Callable, Sequence

from reports.chart_layout import (
    GAP,
    LABEL_LINES,
    LINE_HEIGHT,
    TEXT_SIZE,
    Anchor,
    Box,
    Draft,
    Layout,
    Measure,
    Role,
    Stroke,
    Words,
    fitting_size,
    fold,
    scale_of,
)
from reports.chart_scale import Scale, Unit, figure

_GROUP_PART = {1: 0.62, 2: 0.84, 3: 0.88}
_VALUE_MIN = {1: TEXT_SIZE, 2: 6.5, 3: 6.5}
_EVERY = (1, 2, 3, 6, 12, 24, 60)


def columns(draft: Draft, height: float) -> Layout:
    """Lay out upright bars: few values fit their figure on top, many go without."""
    values = draft.values
    scale = scale_of(values)
    ticks = scale.tick_texts
    top = draft.head(scale.unit) + TEXT_SIZE * 2.4
    start = max(draft.measure(text, TEXT_SIZE) for text in ticks) + 2 * GAP
    bottom = height - LABEL_LINES * TEXT_SIZE * LINE_HEIGHT - GAP
    slot = (draft.width - start - GAP) / len(draft.chart.categories)

    def y(value: int) -> float:
        return bottom - scale.part(value) * (bottom - top)

    end = draft.width - GAP
    draft.strokes += [Stroke(start, y(tick), end, y(tick), Role.GRID) for tick in scale.ticks]
    draft.strokes.append(Stroke(start, y(0), end, y(0), Role.AXIS))
    draft.words += [
        Words(start - GAP, y(tick) + TEXT_SIZE * 0.35, text, Anchor.END, Role.TICK, number=True)
        for tick, text in zip(scale.ticks, ticks, strict=True)
    ]
    draft.boxes += _bars(values, start, slot, y)
    middles = [start + slot * (at + 0.5) for at in range(len(draft.chart.categories))]
    draft.words += _labels(draft.chart.categories, middles, slot, bottom, draft.measure)
    draft.words += _values(draft, scale, slot)
    return draft.done(height)


def _bars(
    values: Sequence[Sequence[int | None]], start: float, slot: float, y: Callable[[int], float]
) -> list[Box]:
    part = _GROUP_PART[len(values)]
    wide = slot * part / len(values)
    return [
        Box(
            start + slot * (at + (1 - part) / 2) + wide * series,
            min(y(value), y(0)),
            wide,
            abs(y(value) - y(0)),
            at,
            series,
        )
        for series, figures in enumerate(values)
        for at, value in enumerate(figures)
        if value is not None
    ]


def _labels(
    labels: Sequence[str], middles: Sequence[float], slot: float, bottom: float, measure: Measure
) -> list[Words]:
    """Write under every bar, or under every third, sixth ... when they stand too close."""
    widest = max(measure(word, TEXT_SIZE) for label in labels for word in label.split(" "))
    every = next((k for k in _EVERY if k * slot >= widest + 2), len(labels))
    room = max(every * slot - 2, min(widest, slot * len(labels)))
    words: list[Words] = []
    for at in range(0, len(labels), every):
        first = bottom + TEXT_SIZE * LINE_HEIGHT
        words += [
            Words(
                middles[at], first + line * TEXT_SIZE * LINE_HEIGHT, text, Anchor.MIDDLE, Role.LABEL
            )
            for line, text in enumerate(fold(labels[at], room, measure))
        ]
    return words


def _values(draft: Draft, scale: Scale, slot: float) -> list[Words]:
    """Write each value on its bar when all of them fit."""
    many = len(draft.chart.series)
    decimals = 0 if scale.unit is Unit.ONE else 1
    bars = [box for box in draft.boxes if box.of >= 0]
    values = draft.values
    texts = [figure(values[bar.series][bar.of] or 0, scale.unit, decimals) for bar in bars]
    room = slot - 1 if many == 1 else slot * _GROUP_PART[many] / many - 0.5
    size = fitting_size(texts, room, draft.measure, _VALUE_MIN[many])
    if not size:
        return []
    return [
        Words(
            bar.x + bar.width / 2, bar.y - GAP * 0.8, text, Anchor.MIDDLE, Role.VALUE,
            number=True, size=size,
        )
        for bar, text in zip(bars, texts, strict=True)
    ]  # fmt: skip

"""Small charts as SVG without a line of style; the same figures stand in a table beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

_WIDTH, _HEIGHT, _LABELS, _GAP = 960, 200, 24, 0.3


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what stands under it, and its length in any one unit; never negative."""

    label: str
    value: int


def bar_chart(bars: Sequence[Bar]) -> Markup:
    """Draw upright bars; CSS colours them and turns the axis in Arabic, where time runs leftward.

    The picture is hidden from screen readers: the table says the same.
    """
    longest = max((bar.value for bar in bars), default=0) or 1
    step = _WIDTH / max(1, len(bars))
    drawn = Markup("").join(_bar(place, step, bar, longest) for place, bar in enumerate(bars))
    return Markup(
        '<svg class="chart" viewBox="0 0 %s %s" aria-hidden="true" focusable="false">%s</svg>'
    ) % (_WIDTH, _HEIGHT, drawn)


def _bar(place: int, step: float, bar: Bar, longest: int) -> Markup:
    tall = round((_HEIGHT - _LABELS - 4) * bar.value / longest, 1)
    start = round(place * step + step * _GAP / 2, 1)
    return Markup(
        '<g><rect x="%s" y="%s" width="%s" height="%s" rx="3"/>'
        '<text x="%s" y="%s" text-anchor="middle">%s</text></g>'
    ) % (
        start,
        _HEIGHT - _LABELS - tall,
        round(step * (1 - _GAP), 1),
        tall,
        round(place * step + step / 2, 1),
        _HEIGHT - 6,
        bar.label,
    )

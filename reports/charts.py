"""Bar charts from one layout: vector drawings for paper, SVG for the screen.

Readable without colour: every bar is outlined, and every value that fits is written beside it.
The SVG carries no style and no script (the pages forbid both inline); its looks come from the
page's style sheet through classes, with plain presentation attributes to fall back on. Browsers
join and order Arabic themselves, so the SVG holds logical text; paper gets it through the gate.
"""

from collections.abc import Sequence
from html import escape

from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib.colors import HexColor, white

from reports import arabic, fonts
from reports.chart_layout import (
    TEXT_SIZE,
    Anchor,
    Bar,
    Layout,
    Measure,
    Role,
    Stroke,
    Unit,
    Words,
    columns,
    figure,
    rows,
)
from reports.words import ARABIC, Pair

__all__ = ["Bar", "bar_chart", "svg_bar_chart"]

SCREEN_WIDTH = 720.0
SCREEN_HEIGHT = 280.0
SCREEN_SCALE = 1.35  # screen letters are larger than those of paper
_LETTER_WIDTH = 0.56  # of the size; what a letter of a screen face takes, generously
_WIDE = frozenset("WM@%mwسشصضـ…")
_WIDE_WIDTH = 0.95
_ISOLATE = "\u2068{}\u2069"
_HALO = ' paint-order="stroke" stroke="#FFFFFF" stroke-width="2" stroke-linejoin="round"'
_NUMBER = "\u2066{}\u2069"

CAPTIONS = {
    Unit.POUND: Pair("بالجنيه المصري", "EGP"),
    Unit.THOUSAND: Pair("بالألف جنيه مصري", "EGP thousand"),
    Unit.MILLION: Pair("بالمليون جنيه مصري", "EGP million"),
}

_INK = {
    Role.GRID: ("#C9CFD3", 0.4),
    Role.AXIS: ("#1B1F22", 0.9),
    Role.LABEL: ("#1B1F22", 0.0),
    Role.VALUE: ("#1B1F22", 0.0),
    Role.TICK: ("#4A5257", 0.0),
    Role.CAPTION: ("#4A5257", 0.0),
}
_BAR_FILL = "#8FA9B5"
_BAR_EDGE = "#1F3B47"


def bar_chart(
    bars: Sequence[Bar],
    *,
    language: str,
    digits: str = arabic.LATIN_DIGITS,
    width: float,
    height: float,
    upright: bool,
) -> Drawing:
    """Return a vector chart of amounts in piastres.

    Args:
        bars: in the order of reading; the first stands at the right in Arabic.
        language: direction and words.
        digits: `arabic.LATIN_DIGITS` or `arabic.ARABIC_DIGITS`.
        width: points.
        height: points, of upright bars; lying bars take what their number needs.
        upright: columns, for months; False lays the bars down, for names.
    """
    fonts.register()
    base = "R" if language == ARABIC else "L"

    def measure(text: str, size: float) -> float:
        return fonts.width(arabic.shape(arabic.prepare(text), base, digits), size)

    layout = _laid(bars, width=width, height=height, upright=upright, measure=measure)
    paper = _Paper(layout, mirrored=language == ARABIC, base=base, digits=digits)
    return paper.drawn(CAPTIONS[layout.unit](language))


def svg_bar_chart(
    bars: Sequence[Bar],
    *,
    language: str,
    title: str,
    description: str,
    upright: bool,
    ident: str = "chart",
) -> str:
    """Return the same chart as an SVG element for a page, in logical text.

    Args:
        bars: in the order of reading, piastres.
        language: direction and words.
        title: the chart's name, read out by screen readers.
        description: one sentence of what it shows; the figures are added to it.
        upright: columns, for months; False lays the bars down, for names.
        ident: begins the ids inside, unique on its page.
    """
    layout = _laid(
        bars,
        width=SCREEN_WIDTH / SCREEN_SCALE,
        height=SCREEN_HEIGHT / SCREEN_SCALE,
        upright=upright,
        measure=_guessed,
    )
    listed = "; ".join(f"{bar.label}: {figure(bar.value, Unit.POUND, 2)}" for bar in bars)
    direction = "rtl" if language == ARABIC else "ltr"
    return "".join(
        [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" '
                f'viewBox="0 0 {layout.width:.1f} {layout.height:.1f}" direction="{direction}" '
                f'aria-labelledby="{escape(ident)}-title {escape(ident)}-desc" '
                f'font-size="{TEXT_SIZE:g}">'
            ),
            f'<title id="{escape(ident)}-title">{_xml(title)}</title>',
            f'<desc id="{escape(ident)}-desc">{_xml(f"{description} {listed}".strip())}</desc>',
            *_svg_shapes(layout, bars, CAPTIONS[layout.unit](language), direction),
            "</svg>",
        ]
    )


def _laid(
    bars: Sequence[Bar], *, width: float, height: float, upright: bool, measure: Measure
) -> Layout:
    """Return the layout of the chart's form."""
    if upright:
        return columns(bars, width=width, height=height, measure=measure)
    return rows(bars, width=width, measure=measure)


class _Paper:
    """Draws a layout with ReportLab, whose y grows upwards."""

    def __init__(self, layout: Layout, *, mirrored: bool, base: str, digits: str) -> None:
        self.layout = layout
        self.mirrored = mirrored
        self.base = base
        self.digits = digits

    def drawn(self, caption: str) -> Drawing:
        """Return the drawing: grid below, bars on it, words on top."""
        drawing = Drawing(self.layout.width, self.layout.height)
        for stroke in self.layout.strokes:
            if stroke.role is Role.GRID:
                drawing.add(self._line(stroke))
        for box in self.layout.boxes:
            x = self.layout.width - box.x - box.width if self.mirrored else box.x
            bottom = self.layout.height - box.y - box.height
            bar = Rect(x, bottom, box.width, box.height, strokeWidth=0.6)
            bar.fillColor, bar.strokeColor = HexColor(_BAR_FILL), HexColor(_BAR_EDGE)
            drawing.add(bar)
        for stroke in self.layout.strokes:
            if stroke.role is not Role.GRID:
                drawing.add(self._line(stroke))
        for words in self.layout.words:
            if words.role is Role.VALUE:
                drawing.add(self._halo(words))
            drawing.add(self._text(words, caption if words.role is Role.CAPTION else words.text))
        return drawing

    def _x(self, x: float) -> float:
        return self.layout.width - x if self.mirrored else x

    def _line(self, stroke: Stroke) -> Line:
        colour, thick = _INK[stroke.role]
        high = self.layout.height
        line = Line(self._x(stroke.x1), high - stroke.y1, self._x(stroke.x2), high - stroke.y2)
        line.strokeColor, line.strokeWidth = HexColor(colour), thick
        return line

    def _halo(self, words: Words) -> Rect:
        """Return paper white behind a value, so that no grid line runs through its figures."""
        ready = arabic.shape(arabic.ltr(words.text), self.base, self.digits)
        wide = fonts.width(ready, TEXT_SIZE)
        before = {Anchor.START: 0.0, Anchor.MIDDLE: wide / 2, Anchor.END: wide}[words.anchor]
        x = words.x - before
        left = self.layout.width - x - wide if self.mirrored else x
        bottom = self.layout.height - words.y - TEXT_SIZE * 0.2
        return Rect(left - 1, bottom, wide + 2, TEXT_SIZE, fillColor=white, strokeColor=None)

    def _text(self, words: Words, text: str) -> String:
        ready = arabic.ltr(text) if words.number else arabic.prepare(text)
        string = String(
            self._x(words.x),
            self.layout.height - words.y,
            arabic.shape(ready, self.base, self.digits),
        )
        ends = {Anchor.START: "start", Anchor.MIDDLE: "middle", Anchor.END: "end"}
        if self.mirrored:
            ends |= {Anchor.START: "end", Anchor.END: "start"}
        string.textAnchor = ends[words.anchor]
        string.fontName, string.fontSize = fonts.face(bold=False), TEXT_SIZE
        string.fillColor = HexColor(_INK[words.role][0])
        return string


def _guessed(text: str, size: float) -> float:
    """Return about the width a browser needs; it errs on the wide side."""
    wide = sum(letter in _WIDE or letter.isupper() for letter in text)
    return size * ((len(text) - wide) * _LETTER_WIDTH + wide * _WIDE_WIDTH)


def _xml(text: str) -> str:
    """Return text safe between tags, without the characters XML itself refuses."""
    return escape(arabic.clean(text), quote=False)


def _svg_shapes(layout: Layout, bars: Sequence[Bar], caption: str, direction: str) -> list[str]:
    """Return the elements, back to front; each bar tells its name and figure when pointed at."""
    mirrored = direction == "rtl"
    shapes = [_svg_line(stroke, layout.width, mirrored=mirrored) for stroke in layout.strokes]
    for box in layout.boxes:
        x = layout.width - box.x - box.width if mirrored else box.x
        told = f"{bars[box.of].label}: {figure(bars[box.of].value, Unit.POUND, 2)}"
        shapes.append(
            f'<rect class="chart-bar" x="{x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" '
            f'height="{box.height:.1f}" fill="{_BAR_FILL}" stroke="{_BAR_EDGE}" '
            f'stroke-width="0.6"><title>{_xml(told)}</title></rect>'
        )
    for words in layout.words:
        text = caption if words.role is Role.CAPTION else words.text
        isolated = (_NUMBER if words.number else _ISOLATE).format(_xml(text))
        x = layout.width - words.x if mirrored else words.x
        halo = _HALO if words.role is Role.VALUE else ""
        shapes.append(
            f'<text class="chart-{words.role}"{halo} x="{x:.1f}" y="{words.y:.1f}" '
            f'text-anchor="{words.anchor}" fill="{_INK[words.role][0]}">{isolated}</text>'
        )
    return shapes


def _svg_line(stroke: Stroke, width: float, *, mirrored: bool) -> str:
    """Return a line element."""
    colour, thick = _INK[stroke.role]
    x1, x2 = (width - stroke.x1, width - stroke.x2) if mirrored else (stroke.x1, stroke.x2)
    return (
        f'<line class="chart-{stroke.role}" x1="{x1:.1f}" y1="{stroke.y1:.1f}" '
        f'x2="{x2:.1f}" y2="{stroke.y2:.1f}" stroke="{colour}" stroke-width="{thick:g}"/>'
    )

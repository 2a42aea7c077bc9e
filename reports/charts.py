"""Charts from one layout: vector drawings for paper, SVG for the screen.

Readable without colour: the first series is filled, the second hatched, the third left white, every
bar is outlined, and every value that fits is written beside it. The SVG carries no style and no
script (the pages forbid both inline); its looks come from plain presentation attributes, and from
classes where the reader's computer has colours of its own. Browsers join and order Arabic
themselves, so the SVG holds logical text; paper gets it through the gate.
"""

from collections.abc import Iterator
from html import escape

from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib.colors import HexColor, white

from reports import arabic, fonts
from reports.chart_columns import columns
from reports.chart_facts import Chart, Form, Series
from reports.chart_layout import (
    LEGEND,
    TEXT_SIZE,
    Anchor,
    Box,
    Draft,
    Layout,
    Role,
    Stroke,
    Words,
    nothing,
)
from reports.chart_rows import rows
from reports.figure_columns import shown
from reports.words import ARABIC

__all__ = ["Chart", "Form", "Series", "drawing", "svg"]

SCREEN_WIDTH = 720.0
SCREEN_HEIGHT = 280.0
SCREEN_SCALE = 1.35  # screen letters are larger than those of paper
_DIGIT_WIDTH = 0.64
_POINT_WIDTH = 0.34
_LETTER_WIDTH = 0.56  # of the size; what a letter of a screen face takes, generously
_WIDE = frozenset("WM@%mwسشصضـ…")
_WIDE_WIDTH = 0.95
_ISOLATE = "\u2068{}\u2069"
_HALO = ' paint-order="stroke" stroke="#FFFFFF" stroke-width="3" stroke-linejoin="round"'
_NUMBER = "\u2066{}\u2069"

_INK = {
    Role.GRID: ("#C9CFD3", 0.4),
    Role.AXIS: ("#1B1F22", 0.9),
    Role.LABEL: ("#1B1F22", 0.0),
    Role.VALUE: ("#1B1F22", 0.0),
    Role.TICK: ("#4A5257", 0.0),
    Role.CAPTION: ("#4A5257", 0.0),
}
_FILLS = ("#7F9CAA", "#FFFFFF", "#FFFFFF")
_EDGE = "#1F3B47"
_EDGE_WEIGHT = 0.6
_HATCHED = 1
_HATCH_STEP = 3.0
_HATCH_WEIGHT = 0.55


def drawing(
    chart: Chart,
    *,
    language: str,
    digits: str = arabic.LATIN_DIGITS,
    width: float,
    height: float,
) -> Drawing:
    """Return a vector drawing of a chart, without its title.

    Args:
        chart: its first category stands at the right in Arabic.
        language: direction and words.
        digits: `arabic.LATIN_DIGITS` or `arabic.ARABIC_DIGITS`.
        width: points.
        height: points, of columns; rows take what their number needs.
    """
    fonts.register()
    base = "R" if language == ARABIC else "L"
    digits = digits if language == ARABIC else arabic.LATIN_DIGITS

    def measure(text: str, size: float) -> float:
        return fonts.width(arabic.shape(arabic.prepare(text), base, digits), size)

    layout = _laid(Draft(chart, language, width, measure), height)
    return _Paper(layout, mirrored=language == ARABIC, base=base, digits=digits).drawn()


def svg(chart: Chart, *, language: str, description: str = "", ident: str = "chart") -> str:
    """Return the same chart as an SVG element for a page, in logical text.

    Args:
        chart: its title is read out by screen readers, and so is every figure.
        language: direction and words.
        description: a sentence of what it shows, before the figures.
        ident: begins the ids inside, unique on its page.
    """
    width, height = SCREEN_WIDTH / SCREEN_SCALE, SCREEN_HEIGHT / SCREEN_SCALE
    layout = _laid(Draft(chart, language, width, _guessed), height)
    listed = "; ".join(_told(chart, at) for at in range(len(chart.categories)))
    direction = "rtl" if language == ARABIC else "ltr"
    return "".join(
        [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" '
                f'viewBox="0 0 {layout.width:.1f} {layout.height:.1f}" direction="{direction}" '
                f'aria-labelledby="{escape(ident)}-title {escape(ident)}-desc" '
                f'font-size="{TEXT_SIZE:g}">'
            ),
            f'<title id="{escape(ident)}-title">{_xml(chart.title)}</title>',
            f'<desc id="{escape(ident)}-desc">{_xml(f"{description} {listed}".strip())}</desc>',
            *_svg_shapes(layout, chart, mirrored=language == ARABIC),
            "</svg>",
        ]
    )


def _laid(draft: Draft, height: float) -> Layout:
    """Return the layout of the chart's form."""
    if not any(value for each in draft.chart.series for value in each.values):
        return nothing(draft)
    if draft.chart.form is Form.COLUMNS:
        return columns(draft, height)
    return rows(draft, stacked=draft.chart.form is Form.STACKED)


def _told(chart: Chart, at: int) -> str:
    """Return a category and its figures in words, the series named where there are several."""
    figures = [
        f"{each.name} {shown(each.values[at], chart.kind)}"
        if len(chart.series) > 1
        else shown(each.values[at], chart.kind)
        for each in chart.series
    ]
    return f"{chart.categories[at]}: {', '.join(figures)}"


def _hatching(box: Box) -> Iterator[tuple[float, float, float, float]]:
    """Give the slanting lines inside a box, x1 y1 x2 y2, cut where they meet its edges."""
    reach = _HATCH_STEP
    while reach < box.width + box.height:
        from_x, to_x = max(0.0, reach - box.height), min(reach, box.width)
        yield box.x + from_x, box.y + reach - from_x, box.x + to_x, box.y + reach - to_x
        reach += _HATCH_STEP


class _Paper:
    """Draws a layout with ReportLab, whose y grows upwards."""

    def __init__(self, layout: Layout, *, mirrored: bool, base: str, digits: str) -> None:
        self.layout = layout
        self.mirrored = mirrored
        self.base = base
        self.digits = digits

    def drawn(self) -> Drawing:
        """Return the drawing: grid below, bars on it, words on top."""
        drawing = Drawing(self.layout.width, self.layout.height)
        for stroke in self.layout.strokes:
            if stroke.role is Role.GRID:
                drawing.add(self._stroke(stroke))
        for box in self.layout.boxes:
            for shape in self._bar(box):
                drawing.add(shape)
        for stroke in self.layout.strokes:
            if stroke.role is not Role.GRID:
                drawing.add(self._stroke(stroke))
        for words in self.layout.words:
            if words.role is Role.VALUE:
                drawing.add(self._halo(words))
            drawing.add(self._text(words))
        return drawing

    def _x(self, x: float) -> float:
        return self.layout.width - x if self.mirrored else x

    def _bar(self, box: Box) -> Iterator[Rect | Line]:
        x = self.layout.width - box.x - box.width if self.mirrored else box.x
        bottom = self.layout.height - box.y - box.height
        bar = Rect(x, bottom, box.width, box.height, strokeWidth=_EDGE_WEIGHT)
        bar.fillColor, bar.strokeColor = HexColor(_FILLS[box.series]), HexColor(_EDGE)
        yield bar
        if box.series == _HATCHED:
            for x1, y1, x2, y2 in _hatching(box):
                yield self._line((x1, y1, x2, y2), _EDGE, _HATCH_WEIGHT)

    def _stroke(self, stroke: Stroke) -> Line:
        colour, thick = _INK[stroke.role]
        return self._line((stroke.x1, stroke.y1, stroke.x2, stroke.y2), colour, thick)

    def _line(self, ends: tuple[float, float, float, float], colour: str, thick: float) -> Line:
        x1, y1, x2, y2 = ends
        high = self.layout.height
        line = Line(self._x(x1), high - y1, self._x(x2), high - y2)
        line.strokeColor, line.strokeWidth = HexColor(colour), thick
        return line

    def _halo(self, words: Words) -> Rect:
        """Return paper white behind a value, so that no grid line runs through its figures."""
        ready = arabic.shape(arabic.ltr(words.text), self.base, self.digits)
        wide = fonts.width(ready, words.size)
        before = {Anchor.START: 0.0, Anchor.MIDDLE: wide / 2, Anchor.END: wide}[words.anchor]
        x = words.x - before
        left = self.layout.width - x - wide if self.mirrored else x
        bottom = self.layout.height - words.y - words.size * 0.2
        return Rect(left - 1, bottom, wide + 2, words.size, fillColor=white, strokeColor=None)

    def _text(self, words: Words) -> String:
        ready = arabic.ltr(words.text) if words.number else arabic.prepare(words.text)
        string = String(
            self._x(words.x),
            self.layout.height - words.y,
            arabic.shape(ready, self.base, self.digits),
        )
        ends = {Anchor.START: "start", Anchor.MIDDLE: "middle", Anchor.END: "end"}
        if self.mirrored:
            ends |= {Anchor.START: "end", Anchor.END: "start"}
        string.textAnchor = ends[words.anchor]
        string.fontName, string.fontSize = fonts.face(bold=False), words.size
        string.fillColor = HexColor(_INK[words.role][0])
        return string


def _guessed(text: str, size: float) -> float:
    """Return about the width a browser needs; it errs on the wide side."""
    return size * sum(_letter_width(letter) for letter in text)


def _letter_width(letter: str) -> float:
    if letter.isdigit():
        return _DIGIT_WIDTH
    if letter in ".,":
        return _POINT_WIDTH
    return _WIDE_WIDTH if letter in _WIDE or letter.isupper() else _LETTER_WIDTH


def _xml(text: str) -> str:
    """Return text safe between tags, without the characters XML itself refuses."""
    return escape(arabic.clean(text), quote=False)


def _svg_shapes(layout: Layout, chart: Chart, *, mirrored: bool) -> Iterator[str]:
    """Give the elements, back to front; each bar tells its name and figure when pointed at."""
    for stroke in layout.strokes:
        yield _svg_line(stroke, layout.width, mirrored=mirrored)
    for box in layout.boxes:
        yield from _svg_bar(box, layout.width, _told_of(chart, box), mirrored=mirrored)
    for words in layout.words:
        isolated = (_NUMBER if words.number else _ISOLATE).format(_xml(words.text))
        x = layout.width - words.x if mirrored else words.x
        halo = _HALO if words.role is Role.VALUE else ""
        text = (
            f'<text class="chart-{words.role}"{halo} x="{x:.1f}" y="{words.y:.1f}" '
            f'text-anchor="{words.anchor}" fill="{_INK[words.role][0]}">{isolated}</text>'
        )
        # The size stands on a group, so that the text still takes it from there by `inherit`.
        small = words.size != TEXT_SIZE
        yield f'<g font-size="{words.size:g}">{text}</g>' if small else text


def _told_of(chart: Chart, box: Box) -> str:
    if box.of == LEGEND:
        return chart.series[box.series].name
    figure = shown(chart.series[box.series].values[box.of], chart.kind)
    name = f"{chart.series[box.series].name} " if len(chart.series) > 1 else ""
    return f"{chart.categories[box.of]}: {name}{figure}"


def _svg_bar(box: Box, width: float, told: str, *, mirrored: bool) -> Iterator[str]:
    x = width - box.x - box.width if mirrored else box.x
    kind = "chart-key" if box.of == LEGEND else "chart-bar"
    yield (
        f'<rect class="{kind} chart-series-{box.series + 1}" x="{x:.1f}" y="{box.y:.1f}" '
        f'width="{box.width:.1f}" height="{box.height:.1f}" fill="{_FILLS[box.series]}" '
        f'stroke="{_EDGE}" stroke-width="{_EDGE_WEIGHT}"><title>{_xml(told)}</title></rect>'
    )
    if box.series == _HATCHED:
        slants = "".join(
            f"M{width - x1 if mirrored else x1:.1f} {y1:.1f}"
            f"L{width - x2 if mirrored else x2:.1f} {y2:.1f}"
            for x1, y1, x2, y2 in _hatching(box)
        )
        if slants:
            yield (
                f'<path class="chart-hatch" d="{slants}" fill="none" stroke="{_EDGE}" '
                f'stroke-width="{_HATCH_WEIGHT}" pointer-events="none"/>'
            )


def _svg_line(stroke: Stroke, width: float, *, mirrored: bool) -> str:
    """Return a line element."""
    colour, thick = _INK[stroke.role]
    x1, x2 = (width - stroke.x1, width - stroke.x2) if mirrored else (stroke.x1, stroke.x2)
    return (
        f'<line class="chart-{stroke.role}" x1="{x1:.1f}" y1="{stroke.y1:.1f}" '
        f'x2="{x2:.1f}" y2="{stroke.y2:.1f}" stroke="{colour}" stroke-width="{thick:g}"/>'
    )

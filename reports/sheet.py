"""One page under the pen: drawing in distances from the *start* edge, whichever side that is.

A paper is laid out once. `start` counts points from the right edge in Arabic and from the left
edge in English, so no module but this one knows which way the page runs. `y` counts points up
from the bottom edge, as PDF does.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfgen.canvas import Canvas

from reports import arabic, fonts
from reports.words import ARABIC, ENGLISH

INK = HexColor("#000000")
SOFT = HexColor("#42515E")
LINE = HexColor("#9AA7B0")
TINT = HexColor("#EEF2F3")
ACCENT = HexColor("#0C3F45")
STOP = HexColor("#A1121A")
WHITE = HexColor("#FFFFFF")

START, CENTRE, END = "start", "centre", "end"


@dataclass(frozen=True, slots=True)
class Type:
    """A size in points, a weight and a colour of print."""

    size: float = 9.0
    bold: bool = False
    colour: Color = INK

    @property
    def leading(self) -> float:
        """Distance of two base lines in points."""
        return self.size * 1.5

    def sized(self, size: float) -> "Type":
        """Return the same print at another size in points."""
        return Type(size, self.bold, self.colour)


BODY = Type()
_BARE_FIGURE = re.compile(r"\(?[0-9][0-9,.]*\)?")


class Sheet:
    """Draws on the current page of a canvas, from the start edge, in one language and digits."""

    def __init__(
        self, canvas: Canvas, size: tuple[float, float], *, language: str, digits: str
    ) -> None:
        if language not in {ARABIC, ENGLISH}:
            raise ValueError(f"a paper is printed in ar or en, not {language!r}")
        if digits not in {arabic.LATIN_DIGITS, arabic.ARABIC_DIGITS}:
            raise ValueError(f"digits are latn or arab, not {digits!r}")
        fonts.register()
        self.canvas = canvas
        self.width, self.height = size
        self.language = language
        self.digits = digits if language == ARABIC else arabic.LATIN_DIGITS

    @property
    def rtl(self) -> bool:
        """Whether the page runs from right to left."""
        return self.language == ARABIC

    def x(self, start: float) -> float:
        """Return the distance from the left edge of a distance from the start edge."""
        return self.width - start if self.rtl else start

    def shaped(self, text: str) -> str:
        """Return one line of logical text as it will be drawn from left to right.

        The page gives the direction, but Arabic words keep theirs on an English page.
        """
        return arabic.line(text, "R" if self.rtl else arabic.AUTO, self.digits)

    def measure(self, text: str, kind: Type = BODY) -> float:
        """Return the width in points of one line of logical text."""
        if text == " ":
            return fonts.width(" ", kind.size, bold=kind.bold)
        return fonts.width(self.shaped(text), kind.size, bold=kind.bold)

    def wrapped(self, text: str, width: float, kind: Type = BODY, max_lines: int = 0) -> list[str]:
        """Return the lines `text` takes in `width` points."""
        return arabic.wrap(text, width, lambda w: self.measure(w, kind), max_lines=max_lines)

    def text(
        self, start: float, y: float, text: str, kind: Type = BODY, *, anchor: str = START
    ) -> float:
        """Draw one line whose start, centre or end stands at `start`; return its width."""
        line = self.shaped(text)
        if not line:
            return 0.0
        wide = fonts.width(line, kind.size, bold=kind.bold)
        self.canvas.setFont(fonts.face(bold=kind.bold), kind.size)
        self.canvas.setFillColor(kind.colour)
        left = self.x(start)
        if anchor == CENTRE:
            left -= wide / 2
        elif (anchor == START) == self.rtl:
            left -= wide
        self.canvas.drawString(left, y, line)
        return wide

    def fitted(
        self,
        start: float,
        y: float,
        width: float,
        text: str,
        kind: Type = BODY,
        *,
        smallest: float = 0.0,
        anchor: str = START,
    ) -> float:
        """Draw one line no wider than `width`: first smaller, then with an ellipsis.

        Args:
            start: where the line is anchored, in points from the start edge.
            y: base line in points from the bottom.
            width: room in points.
            text: logical text.
            kind: print at its full size.
            smallest: least size in points; 0 keeps the size and only shortens.
            anchor: which part of the line stands at `start`.

        Returns:
            The width drawn.
        """
        wide = self.measure(text, kind)
        if wide > width and smallest:
            kind = kind.sized(max(smallest, int(kind.size * width / wide * 10) / 10))
        line = arabic.shorten(text, width, lambda w: self.measure(w, kind))
        return self.text(start, y, line, kind, anchor=anchor)

    def amounts(
        self,
        start: float,
        end: float,
        lines: Sequence[tuple[float, str, str]],
        kinds: tuple[Type, Type] = (BODY, BODY),
    ) -> None:
        """Draw labelled figures under each other, the right edges of the figures in line.

        Args:
            start: where the labels start, in points from the start edge.
            end: where the widest figure ends, in points from the start edge.
            lines: base line, label and figure of each.
            kinds: print of the labels and of the figures.
        """
        widest = max(self.measure(figure, kinds[1]) for _y, _label, figure in lines)
        for y, label, figure in lines:
            self.text(start, y, label, kinds[0])
            if self.rtl:
                self.text(end - widest, y, figure, kinds[1], anchor=START)
            else:
                self.text(end, y, figure, kinds[1], anchor=END)

    def block(
        self,
        start: float,
        y: float,
        width: float,
        text: str,
        kind: Type = BODY,
        *,
        max_lines: int = 0,
        anchor: str = START,
        leading: float = 0.0,
    ) -> float:
        """Draw wrapped text whose first base line is `y`; return the base line after the last."""
        step = leading or kind.leading
        for line in self.wrapped(text, width, kind, max_lines):
            self.text(start, y, line, kind, anchor=anchor)
            y -= step
        return y

    def rule(
        self, start: float, end: float, y: float, *, weight: float = 0.5, colour: Color = LINE
    ) -> None:
        """Draw a level line between two distances from the start edge."""
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(weight)
        self.canvas.line(self.x(start), y, self.x(end), y)

    def box(
        self,
        start: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: Color | None = None,
        stroke: Color | None = None,
        weight: float = 0.5,
        radius: float = 0.0,
    ) -> None:
        """Draw a box whose start edge and lower edge are given."""
        left = self.x(start) - (width if self.rtl else 0.0)
        if fill is not None:
            self.canvas.setFillColor(fill)
        if stroke is not None:
            self.canvas.setStrokeColor(stroke)
            self.canvas.setLineWidth(weight)
        self.canvas.roundRect(
            left, y, width, height, radius, stroke=stroke is not None, fill=fill is not None
        )

    def tag(self, start: float, y: float, text: str, kind: Type, *, anchor: str = START) -> float:
        """Draw a word in a frame of its own colour (a mark like "copy"); return its full width."""
        pad = kind.size * 0.45
        wide = self.measure(text, kind) + 2 * pad
        edge = {START: start, CENTRE: start - wide / 2, END: start - wide}[anchor]
        self.box(
            edge, y - kind.size * 0.42, wide, kind.size * 1.5, stroke=kind.colour, weight=0.8,
            radius=2,
        )  # fmt: skip
        self.text(edge + pad, y, text, kind)
        return wide

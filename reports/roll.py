"""A pen for the 80 mm roll: 72 mm of print that only moves down, as long as its content."""

from collections.abc import Callable, Sequence

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from reports import figures
from reports.page import canvas_bytes, open_canvas
from reports.sheet import CENTRE, END, INK, Sheet, Type

WIDTH: float = 80 * mm
MARGIN: float = 4 * mm
PARAGRAPH_LINES = 6
_FEED: float = 5 * mm
_TALLEST: float = 14_000.0
"""Longest page in points that PDF readers agree on is 14,400; more lines are cut off."""

SMALL = Type(7.5)
BODY = Type(8.5)
STRONG = Type(8.5, bold=True)


class Roll:
    """A pen that only moves down; true black, no tints: a thermal head has one colour."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.y = sheet.height - MARGIN
        self.start = MARGIN
        self.end = sheet.width - MARGIN
        self.width = sheet.width - 2 * MARGIN

    def centred(self, text: str, kind: Type) -> None:
        """Write wrapped lines in the middle."""
        self.y -= kind.size
        middle = self.sheet.width / 2
        after = self.sheet.block(
            middle, self.y, self.width, text, kind, anchor=CENTRE, leading=kind.size * 1.4
        )
        self.y = after + kind.size * 0.9

    def paragraph(self, text: str, kind: Type, *, struck: bool = False) -> None:
        """Write wrapped lines from the start edge, crossed out when struck."""
        if not text:
            return
        self.y -= kind.size
        for line in self.sheet.wrapped(text, self.width, kind, PARAGRAPH_LINES):
            wide = self.sheet.text(self.start, self.y, line, kind)
            if struck:
                middle = self.y + kind.size * 0.3
                self.sheet.rule(self.start, self.start + wide, middle, weight=1, colour=INK)
            self.y -= kind.size * 1.4
        self.y += kind.size * 0.9

    def money(self, rows: Sequence[tuple[str, int]]) -> None:
        """Write labelled amounts in piastres, right edges of the figures in line."""
        lines = []
        for label, piastres in rows:
            self.y -= BODY.size
            lines.append((self.y, label, figures.amount(piastres)))
            self.y -= BODY.size * 0.45
        self.sheet.amounts(self.start, self.end, lines, (SMALL, BODY))

    def pair(self, label: str, value: str, kind: Type = BODY) -> None:
        """Write a label at the start edge and its value at the end edge, wrapped when long."""
        self.y -= kind.size
        wide = self.sheet.text(self.start, self.y, label, Type(kind.size - 0.5, kind.bold))
        lines = self.sheet.wrapped(value, max(self.width - wide - 8, self.width * 0.4), kind, 3)
        for line in lines:
            self.sheet.text(self.end, self.y, line, kind, anchor=END)
            self.y -= kind.size * 1.4
        self.y += kind.size * 0.95

    def rule(self, *, dashed: bool = False) -> None:
        """Draw a line across."""
        self.y -= 4
        if dashed:
            self.sheet.canvas.setDash(2, 2)
        self.sheet.rule(self.start, self.end, self.y, weight=0.7, colour=INK)
        self.sheet.canvas.setDash()
        self.y -= 2.5


def roll_bytes(draw: Callable[[Roll], None], *, title: str, language: str, digits: str) -> bytes:
    """Return what `draw` writes as one page 80 mm wide and as high as its content."""
    trial = _drawn(draw, _TALLEST, title=title, language=language, digits=digits)[1]
    height = min(_TALLEST - trial.y + _FEED, _TALLEST)
    return canvas_bytes(_drawn(draw, height, title=title, language=language, digits=digits)[0])


def _drawn(
    draw: Callable[[Roll], None], height: float, *, title: str, language: str, digits: str
) -> tuple[Canvas, Roll]:
    size = (WIDTH, height)
    canvas = open_canvas(size, title=title, language=language)
    roll = Roll(Sheet(canvas, size, language=language, digits=digits))
    draw(roll)
    canvas.showPage()
    return canvas, roll

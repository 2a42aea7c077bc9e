"""Pairs of label and value, set in columns: who, what request, which approval."""

from collections.abc import Sequence

from reports.page import Document
from reports.sheet import SOFT, Sheet, Type

Fact = tuple[str, str]

_GAP = 12.0


def draw_facts(
    document: Document, facts: Sequence[Fact], *, columns: int = 2, size: float = 9.0
) -> None:
    """Draw labelled values in reading order and leave `document.y` under them.

    Args:
        document: the paper.
        facts: (label, value) in logical order; those without a value are left out.
        columns: how many stand side by side.
        size: size of the values in points.
    """
    shown = [fact for fact in facts if fact[1]]
    room = document.width / columns
    for first in range(0, len(shown), columns):
        row = shown[first : first + columns]
        lines = [_lines(document.sheet, fact, room - _GAP, size) for fact in row]
        height = max(len(value) for value in lines) * size * 1.45
        document.need(height)
        for index, (label, _value) in enumerate(row):
            _draw(document, document.start + index * room, label, lines[index], size)
        document.y -= height


def _label_width(sheet: Sheet, label: str, size: float) -> float:
    return sheet.measure(f"{label}:", Type(size - 1)) + 4


def _lines(sheet: Sheet, fact: Fact, room: float, size: float) -> list[str]:
    label, value = fact
    left = max(room - _label_width(sheet, label, size), room * 0.3)
    return sheet.wrapped(value, left, Type(size, bold=True), max_lines=3)


def _draw(document: Document, start: float, label: str, lines: list[str], size: float) -> None:
    sheet, y = document.sheet, document.y - size
    sheet.text(start, y, f"{label}:", Type(size - 1, colour=SOFT))
    start += _label_width(sheet, label, size)
    for line in lines:
        sheet.text(start, y, line, Type(size, bold=True))
        y -= size * 1.45


def draw_heading(document: Document, text: str, *, size: float = 9.5) -> None:
    """Draw a small heading over what follows; leaves `document.y` under it."""
    document.need(size * 4)
    document.y -= size * 2
    document.sheet.text(document.start, document.y, text, Type(size, bold=True))
    document.y -= size * 0.35

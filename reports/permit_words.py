"""The amount of a permit in words, and the sentence that is signed under it."""

from reports.page import Document
from reports.sheet import TINT, Type
from reports.words import Pair

IN_WORDS = Pair("الإجمالي كتابةً", "Total in words")


def draw_words(document: Document, in_words: str, statement: str) -> None:
    """Draw the amount in a tinted box, where there is one, and the sentence under it."""
    document.need(60)
    if in_words:
        _draw_amount(document, in_words)
    document.y = document.sheet.block(
        document.start, document.y - 16, document.width, statement, Type(9), max_lines=3
    )


def _draw_amount(document: Document, in_words: str) -> None:
    sheet, kind = document.sheet, Type(9.5, bold=True)
    text = f"{IN_WORDS(document.language)}: {in_words}"
    lines = sheet.wrapped(text, document.width - 12, kind, 3)
    height = len(lines) * kind.leading + 8
    document.need(height + 30)
    document.y -= 8
    sheet.box(document.start, document.y - height, document.width, height, fill=TINT, radius=2)
    y = document.y - 14
    for line in lines:
        document.sheet.text(document.start + 6, y, line, kind)
        y -= kind.leading
    document.y -= height

"""The dispensing receipt on an 80 mm roll: 72 mm of print, as long as its content."""

from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from reports import barcodes, figures, words
from reports.page import canvas_bytes, open_canvas
from reports.receipt_content import (
    CITIZEN_PAYS,
    OWING,
    PAYS,
    THANKS,
    TITLE,
    VALUE_OF_TREATMENT,
    VOID,
    Receipt,
    ReceiptLine,
    line_note,
    owing_text,
    receipt_facts,
)
from reports.sheet import CENTRE, END, INK, STOP, Sheet, Type

ROLL_WIDTH: float = 80 * mm
_MARGIN: float = 4 * mm
_FEED: float = 5 * mm
_PARAGRAPH_LINES = 6
_TALLEST: float = 14_000.0
"""Longest page in points that PDF readers agree on is 14,400; more lines are cut off."""

_SMALL = Type(7.5)
_BODY = Type(8.5)
_STRONG = Type(8.5, bold=True)


class _Roll:
    """A pen that only moves down; true black, no tints: a thermal head has one colour."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.y = sheet.height - _MARGIN
        self.start = _MARGIN
        self.end = sheet.width - _MARGIN
        self.width = sheet.width - 2 * _MARGIN

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
        for line in self.sheet.wrapped(text, self.width, kind, _PARAGRAPH_LINES):
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
            self.y -= _BODY.size
            lines.append((self.y, label, figures.amount(piastres)))
            self.y -= _BODY.size * 0.45
        self.sheet.amounts(self.start, self.end, lines, (_SMALL, _BODY))

    def pair(self, label: str, value: str, kind: Type = _BODY) -> None:
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


def render_80mm(receipt: Receipt, *, language: str, digits: str = "latn") -> bytes:
    """Return the receipt as one page 80 mm wide and as high as its content.

    Raises:
        UnprintableBarcode: the receipt's EAN-13 is not one.
    """
    trial = _draw(receipt, _TALLEST, language=language, digits=digits)[1]
    height = min(_TALLEST - trial.y + _FEED, _TALLEST)
    return canvas_bytes(_draw(receipt, height, language=language, digits=digits)[0])


def _draw(receipt: Receipt, height: float, *, language: str, digits: str) -> tuple[Canvas, _Roll]:
    size = (ROLL_WIDTH, height)
    canvas = open_canvas(size, title=f"{TITLE(language)} {receipt.number}", language=language)
    roll = _Roll(Sheet(canvas, size, language=language, digits=digits))
    _draw_head(roll, receipt, language)
    for line in receipt.lines:
        _draw_line(roll, line, language)
    _draw_totals(roll, receipt, language)
    _draw_close(roll, receipt, language)
    canvas.showPage()
    return canvas, roll


def _draw_head(roll: _Roll, receipt: Receipt, language: str) -> None:
    office = f"{words.GOVERNORATE(language)} - {words.FUND_OFFICE(language)}"
    roll.centred(office, Type(9, bold=True))
    roll.centred(receipt.site, _SMALL)
    roll.centred(TITLE(language), Type(10.5, bold=True))
    marks = [words.COPY(language)] * receipt.copy + [words.DEMO(language)] * receipt.demo
    if marks:
        roll.y -= 12
        text = " - ".join(marks)
        kind = Type(9, bold=True)
        roll.sheet.tag(roll.sheet.width / 2, roll.y, text, kind, anchor=CENTRE)
        roll.y -= 4
    if receipt.reversed:
        void = (
            f"{VOID(language)} - {receipt.reversal_note}"
            if receipt.reversal_note
            else VOID(language)
        )
        roll.centred(void, Type(10, bold=True, colour=STOP))
    roll.rule()
    roll.pair(words.NUMBER(language), receipt.number, _STRONG)
    roll.pair(words.DATE(language), figures.moment(receipt.moment))
    for label, value in receipt_facts(receipt, language):
        if value:
            roll.pair(label, value)
    roll.rule()


def _draw_line(roll: _Roll, line: ReceiptLine, language: str) -> None:
    roll.paragraph(line.drug, _STRONG, struck=line.reversed)
    lot = f"{words.LOT(language)} {line.lot}  {figures.expiry(line.expiry)}"
    roll.pair(f"{figures.count(line.quantity)} {line.unit}", lot, _SMALL)
    note = line_note(line, language)
    roll.paragraph(note, _STRONG if line.reversed else _BODY)
    cost = f"{words.COST(language)} {figures.amount(line.cost)}"
    roll.pair(cost, f"{PAYS(language)} {figures.amount(line.citizen)}", _SMALL)
    roll.rule(dashed=True)


def _draw_totals(roll: _Roll, receipt: Receipt, language: str) -> None:
    roll.money(
        (
            (VALUE_OF_TREATMENT(language), receipt.value),
            (words.STATE_SHARE(language), receipt.state),
            (words.DONOR_SHARE(language), receipt.donor),
        )
    )
    label = f"{CITIZEN_PAYS(language)} ({words.POUNDS(language)})"
    roll.pair(label, figures.amount(receipt.citizen), Type(10.5, bold=True))
    roll.paragraph(receipt.citizen_in_words, _STRONG)
    if receipt.owings:
        roll.rule()
        roll.paragraph(OWING(language), _STRONG)
        for owing in receipt.owings:
            roll.paragraph(owing_text(owing, language), _BODY)
    roll.rule()


def _draw_close(roll: _Roll, receipt: Receipt, language: str) -> None:
    roll.pair(words.PHARMACIST(language), receipt.pharmacist)
    if receipt.check_code:
        roll.pair(words.CHECK_CODE(language), receipt.check_code)
    module = 0.33 * mm
    left = (roll.sheet.width - barcodes.ean13_width(module)) / 2
    roll.y -= 50
    barcodes.draw_ean13(roll.sheet, left, roll.y, receipt.barcode, module=module, height=13 * mm)
    roll.y -= 3
    roll.centred(THANKS(language), _SMALL)

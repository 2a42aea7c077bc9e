"""The dispensing receipt, on A5 and on an 80 mm roll.

Every dispensing names its citizen request. What is printed was copied when it was posted, so a
receipt printed in five years is the same receipt; a reprint bears the mark "copy".
"""

from reportlab.lib.units import mm

from reports import arabic, barcodes, figures, words
from reports.facts import draw_facts, draw_heading
from reports.page import A5, Document, Heading, check_note
from reports.receipt_content import (
    CITIZEN_PAYS,
    OWING,
    PAYS,
    RECEIVED,
    THANKS,
    TITLE,
    VALUE_OF_TREATMENT,
    VOID,
    OwingLine,
    Receipt,
    ReceiptLine,
    line_note,
    owing_text,
    receipt_facts,
)
from reports.receipt_roll import render_80mm
from reports.sheet import ACCENT, END, LINE, SOFT, STOP, TINT, Type
from reports.table import Column, Kind, Look, Row, Style, draw_table

__all__ = ["OwingLine", "Receipt", "ReceiptLine", "render_80mm", "render_a5"]


def render_a5(receipt: Receipt, *, language: str, digits: str = "latn") -> bytes:
    """Return the receipt as an A5 PDF.

    Raises:
        UnprintableBarcode: the receipt's EAN-13 is not one.
    """
    heading = Heading(
        title=TITLE(language),
        number=receipt.number,
        on=receipt.moment.date(),
        site=receipt.site,
        lines=(f"{words.TIME(language)} {figures.clock(receipt.moment)}",),
    )
    document = Document(
        heading,
        size=A5,
        language=language,
        digits=digits,
        demo=receipt.demo,
        copy=receipt.copy,
        margin=10 * mm,
    )
    if receipt.reversed:
        _draw_void(document, receipt)
    draw_facts(document, receipt_facts(receipt, language), size=8.5)
    document.y -= 5
    _draw_lines(document, receipt)
    _draw_totals(document, receipt)
    _draw_owings(document, receipt)
    _draw_close(document, receipt)
    return document.finish()


def _draw_void(document: Document, receipt: Receipt) -> None:
    text = VOID(document.language)
    if receipt.reversal_note:
        text = f"{text} - {receipt.reversal_note}"
    kind = Type(10, bold=True, colour=STOP)
    lines = document.sheet.wrapped(text, document.width - 12, kind, max_lines=3)
    height = len(lines) * kind.leading + 4
    document.sheet.box(
        document.start, document.y - height, document.width, height, stroke=STOP, weight=1
    )
    y = document.y - 13
    for line in lines:
        document.sheet.text(document.start + 6, y, line, kind)
        y -= kind.leading
    document.y -= height + 6


def _draw_lines(document: Document, receipt: Receipt) -> None:
    language = document.language
    columns = (
        Column(words.DRUG(language), 3.2),
        Column(words.QUANTITY(language), 1.3),
        Column(words.LOT(language), 1.5, Kind.CENTRED),
        Column(words.EXPIRY(language), 1.05, Kind.CENTRED),
        Column(f"{words.COST(language)} ({words.POUNDS(language)})", 1.6, Kind.FIGURE),
        Column(f"{PAYS(language)} ({words.POUNDS(language)})", 1.45, Kind.FIGURE),
    )
    rows = (
        Row(
            (
                line.drug,
                f"{figures.count(line.quantity)} {line.unit}",
                arabic.code(line.lot),
                figures.expiry(line.expiry),
                figures.amount(line.cost),
                figures.amount(line.citizen),
            ),
            Style.STRUCK if line.reversed else Style.PLAIN,
            line_note(line, language),
        )
        for line in receipt.lines
    )
    draw_table(document, columns, rows, look=Look(size=8, head_size=7.5, pad=2.5))


def _draw_totals(document: Document, receipt: Receipt) -> None:
    language, sheet = document.language, document.sheet
    rows = (
        (VALUE_OF_TREATMENT, receipt.value),
        (words.STATE_SHARE, receipt.state),
        (words.DONOR_SHARE, receipt.donor),
    )
    width = document.width * 0.52
    start = document.end - width
    document.need(74)
    document.y -= 4
    top = document.y
    y = top - 10
    lines = [
        (y - index * 13.5, pair(language), figures.amount(piastres))
        for index, (pair, piastres) in enumerate(rows)
    ]
    sheet.amounts(start + 6, document.end - 6, lines, (Type(8.5, colour=SOFT), Type(8.5)))
    y -= 13.5 * len(rows)
    sheet.box(start, y - 9, width, 20, fill=TINT)
    label = f"{CITIZEN_PAYS(language)} ({words.POUNDS(language)})"
    sheet.text(start + 6, y - 3, label, Type(9.5, bold=True))
    sheet.text(
        document.end - 6, y - 3, figures.amount(receipt.citizen),
        Type(11, bold=True, colour=ACCENT), anchor=END,
    )  # fmt: skip
    sheet.block(
        document.start, top - 10, document.width - width - 10, receipt.citizen_in_words,
        Type(8.5, bold=True), max_lines=4,
    )  # fmt: skip
    document.y = y - 14


def _draw_owings(document: Document, receipt: Receipt) -> None:
    if not receipt.owings:
        return
    language = document.language
    draw_heading(document, OWING(language), size=9)
    for owing in receipt.owings:
        lines = document.sheet.wrapped(
            owing_text(owing, language), document.width - 4, Type(8.5), 3
        )
        for line in lines:
            document.need(13)
            document.y -= 12
            document.sheet.text(document.start + 4, document.y, line, Type(8.5))
    document.y -= 6


def _draw_close(document: Document, receipt: Receipt) -> None:
    language, sheet = document.language, document.sheet
    document.need(92)
    document.y -= 6
    wide = barcodes.ean13_width(0.3 * mm)
    left = sheet.x(document.end) if sheet.rtl else sheet.width - document.margin - wide
    top = document.y
    barcodes.draw_ean13(sheet, left, top - 44, receipt.barcode, module=0.3 * mm, height=12 * mm)
    room = document.width - wide - 14
    rows = (
        (words.PHARMACIST(language), receipt.pharmacist),
        (RECEIVED(language), ""),
    )
    y = top - 9
    for label, value in rows:
        used = sheet.text(document.start, y, f"{label}:", Type(8.5, colour=SOFT)) + 4
        if value:
            sheet.fitted(
                document.start + used, y, room - used, value, Type(8.5, bold=True), smallest=6.5
            )
        else:
            sheet.rule(document.start + used, document.start + room, y - 2, colour=LINE)
        y -= 18
    if receipt.check_code:
        text = check_note(receipt.check_code, language)
        sheet.fitted(document.start, y, room, text, Type(8, colour=SOFT), smallest=6)
    document.y = sheet.block(
        document.start, top - 58, document.width, THANKS(language), Type(7.5, colour=SOFT),
        max_lines=3,
    )  # fmt: skip

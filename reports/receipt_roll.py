"""The dispensing receipt on an 80 mm roll: 72 mm of print, as long as its content."""

from reportlab.lib.units import mm

from reports import arabic, barcodes, figures, words
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
from reports.roll import BODY, SMALL, STRONG, Roll, roll_bytes
from reports.sheet import CENTRE, STOP, Type


def render_80mm(receipt: Receipt, *, language: str, digits: str = "latn") -> bytes:
    """Return the receipt as one page 80 mm wide and as high as its content.

    Raises:
        UnprintableBarcode: the receipt's EAN-13 is not one.
    """

    def draw(roll: Roll) -> None:
        _draw_head(roll, receipt, language)
        for line in receipt.lines:
            _draw_line(roll, line, language)
        _draw_totals(roll, receipt, language)
        _draw_close(roll, receipt, language)

    title = f"{TITLE(language)} {receipt.number}"
    return roll_bytes(draw, title=title, language=language, digits=digits)


def _draw_head(roll: Roll, receipt: Receipt, language: str) -> None:
    office = f"{words.GOVERNORATE(language)} - {words.FUND_OFFICE(language)}"
    roll.centred(office, Type(9, bold=True))
    roll.centred(receipt.site, SMALL)
    roll.centred(TITLE(language), Type(10.5, bold=True))
    marks = [words.copy_mark(receipt.copy, language)] if receipt.copy else []
    marks += [words.DEMO(language)] * receipt.demo
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
    roll.pair(words.NUMBER(language), receipt.number, STRONG)
    roll.pair(words.DATE(language), figures.moment(receipt.moment))
    for label, value in receipt_facts(receipt, language):
        if value:
            roll.pair(label, value)
    roll.rule()


def _draw_line(roll: Roll, line: ReceiptLine, language: str) -> None:
    roll.paragraph(line.drug, STRONG, struck=line.reversed)
    lot = f"{words.LOT(language)} {arabic.code(line.lot)}  {figures.expiry(line.expiry)}"
    roll.pair(f"{figures.count(line.quantity)} {line.unit}", lot, SMALL)
    note = line_note(line, language)
    roll.paragraph(note, STRONG if line.reversed else BODY)
    cost = f"{words.COST(language)} {figures.amount(line.cost)}"
    roll.pair(cost, f"{PAYS(language)} {figures.amount(line.citizen)}", SMALL)
    roll.rule(dashed=True)


def _draw_totals(roll: Roll, receipt: Receipt, language: str) -> None:
    roll.money(
        (
            (VALUE_OF_TREATMENT(language), receipt.value),
            (words.STATE_SHARE(language), receipt.state),
            (words.DONOR_SHARE(language), receipt.donor),
        )
    )
    label = f"{CITIZEN_PAYS(language)} ({words.POUNDS(language)})"
    roll.pair(label, figures.amount(receipt.citizen), Type(10.5, bold=True))
    roll.paragraph(receipt.citizen_in_words, STRONG)
    if receipt.owings:
        roll.rule()
        roll.paragraph(OWING(language), STRONG)
        for owing in receipt.owings:
            roll.paragraph(owing_text(owing, language), BODY)
    roll.rule()


def _draw_close(roll: Roll, receipt: Receipt, language: str) -> None:
    roll.pair(words.PHARMACIST(language), receipt.pharmacist)
    if receipt.check_code:
        roll.pair(words.CHECK_CODE(language), arabic.code(receipt.check_code))
    module = 0.33 * mm
    left = (roll.sheet.width - barcodes.ean13_width(module)) / 2
    roll.y -= 50
    barcodes.draw_ean13(roll.sheet, left, roll.y, receipt.barcode, module=module, height=13 * mm)
    roll.y -= 3
    roll.centred(THANKS(language), SMALL)

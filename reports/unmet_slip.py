"""The slip of what was asked for and not there: A5 and 80 mm.

Whoever goes home with empty hands has it in writing, and knows whom to ask.
"""

from dataclasses import dataclass
from datetime import datetime

from reportlab.lib.units import mm

from reports import barcodes, figures, words
from reports.facts import draw_facts
from reports.page import A5, Document, Heading
from reports.roll import BODY, SMALL, STRONG, Roll, roll_bytes
from reports.sheet import CENTRE, SOFT, TINT, Type
from reports.words import Pair

TITLE = Pair("قسيمة صنف غير متوفر", "Slip of an item not available")
ASKED = Pair("الصنف المطلوب", "Item asked for")
SINCE = Pair("طُلب في", "Asked for on")
HOTLINE = Pair("للاستعلام", "To ask")
SERVED_BY = Pair("الصيدلي", "Pharmacist")
HOW = Pair(
    "هذا الصنف مستحق لكم ولم يكن متوفرًا. سُجل طلبكم وسنتصل بكم عند وصوله. "
    "أحضروا هذه القسيمة والبطاقة عند الحضور.",
    "You are entitled to this item and it was not in stock. It is on record: we call you when it "
    "arrives. Bring this slip and your card.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmetSlip:
    """What the slip says; `moment` in Cairo time, `quantity` in units of issue named in `unit`.

    `barcode` is the EAN-13 of the request (prefix 26), or of the card where there is no request.
    """

    number: str
    moment: datetime
    site: str
    patient: str
    card_number: str
    identity: str
    request_number: str
    drug: str
    quantity: int
    unit: str
    pharmacist: str
    hotline: str
    barcode: str
    copy: int = 0
    demo: bool = False


def render_a5(slip: UnmetSlip, *, language: str, digits: str = "latn") -> bytes:
    """Return the slip as an A5 PDF.

    Raises:
        UnprintableBarcode: the slip's EAN-13 is not one.
    """
    heading = Heading(
        title=TITLE(language),
        number=slip.number,
        on=slip.moment.date(),
        site=slip.site,
        lines=(f"{words.TIME(language)} {figures.clock(slip.moment)}",),
    )
    document = Document(
        heading, size=A5, language=language, digits=digits, demo=slip.demo, copy=slip.copy,
        margin=11 * mm,
    )  # fmt: skip
    draw_facts(document, _facts(slip, language), size=8.5)
    _draw_item(document, slip)
    document.y = document.sheet.block(
        document.start, document.y - 16, document.width, HOW(language), Type(9.5), max_lines=5
    )
    module: float = 0.33 * mm
    wide = barcodes.ean13_width(module)
    left = document.margin if document.sheet.rtl else document.end - wide
    barcodes.draw_ean13(
        document.sheet, left, document.y - 50, slip.barcode, module=module, height=13 * mm
    )
    _draw_close(document, slip, document.width - wide - 12)
    return document.finish()


def _facts(slip: UnmetSlip, language: str) -> list[tuple[str, str]]:
    return [
        (words.PATIENT(language), slip.patient),
        (words.CARD_NUMBER(language), slip.card_number),
        (words.IDENTITY(language), slip.identity),
        (words.REQUEST(language), slip.request_number),
    ]


def _draw_item(document: Document, slip: UnmetSlip) -> None:
    sheet, language = document.sheet, document.language
    name = Type(13, bold=True)
    lines = sheet.wrapped(slip.drug, document.width - 20, name, 3)
    height = 46 + 19 * len(lines)
    document.y -= 8
    sheet.box(document.start, document.y - height, document.width, height, fill=TINT, radius=3)
    start, y = document.start + 10, document.y - 15
    sheet.text(start, y, ASKED(language), Type(8.5, colour=SOFT))
    for line in lines:
        y -= 19
        sheet.text(start, y, line, name)
    quantity = f"{words.QUANTITY(language)}: {figures.count(slip.quantity)} {slip.unit}"
    sheet.text(start, y - 20, quantity, Type(11, bold=True))
    document.y -= height


def _draw_close(document: Document, slip: UnmetSlip, room: float) -> None:
    sheet, language = document.sheet, document.language
    y = document.y - 10
    rows = ((SERVED_BY(language), slip.pharmacist), (HOTLINE(language), slip.hotline))
    for label, value in rows:
        if value:
            used = sheet.text(document.start, y, f"{label}:", Type(9, colour=SOFT)) + 4
            kind = Type(10, bold=True)
            sheet.fitted(document.start + used, y, room - used, value, kind, smallest=6.5)
            y -= 20
    document.y -= 54


def render_80mm(slip: UnmetSlip, *, language: str, digits: str = "latn") -> bytes:
    """Return the slip as one page 80 mm wide.

    Raises:
        UnprintableBarcode: the slip's EAN-13 is not one.
    """

    def draw(roll: Roll) -> None:
        _draw_roll(roll, slip, language)

    title = f"{TITLE(language)} {slip.number}"
    return roll_bytes(draw, title=title, language=language, digits=digits)


def _draw_roll(roll: Roll, slip: UnmetSlip, language: str) -> None:
    office = f"{words.GOVERNORATE(language)} - {words.FUND_OFFICE(language)}"
    roll.centred(office, Type(9, bold=True))
    roll.centred(slip.site, SMALL)
    roll.centred(TITLE(language), Type(10.5, bold=True))
    marks = [words.copy_mark(slip.copy, language)] if slip.copy else []
    marks += [words.DEMO(language)] * slip.demo
    if marks:
        roll.y -= 12
        text = " - ".join(marks)
        roll.sheet.tag(roll.sheet.width / 2, roll.y, text, Type(9, bold=True), anchor=CENTRE)
        roll.y -= 4
    roll.rule()
    roll.pair(words.NUMBER(language), slip.number, STRONG)
    roll.pair(SINCE(language), figures.moment(slip.moment))
    for label, value in _facts(slip, language):
        if value:
            roll.pair(label, value)
    roll.rule()
    roll.paragraph(slip.drug, Type(10.5, bold=True))
    roll.pair(words.QUANTITY(language), f"{figures.count(slip.quantity)} {slip.unit}", STRONG)
    roll.rule(dashed=True)
    roll.paragraph(HOW(language), BODY)
    roll.rule()
    roll.pair(SERVED_BY(language), slip.pharmacist)
    if slip.hotline:
        roll.pair(HOTLINE(language), slip.hotline, STRONG)
    module: float = 0.33 * mm
    left = (roll.sheet.width - barcodes.ean13_width(module)) / 2
    roll.y -= 50
    barcodes.draw_ean13(roll.sheet, left, roll.y, slip.barcode, module=module, height=13 * mm)

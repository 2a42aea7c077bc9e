"""The slip a citizen takes home when a request is recorded, A5."""

from dataclasses import dataclass
from datetime import datetime

from reportlab.lib.units import mm

from reports import barcodes, figures, words
from reports.facts import draw_facts, draw_heading
from reports.page import A5, Document, Heading
from reports.sheet import ACCENT, CENTRE, SOFT, TINT, Type
from reports.words import Pair

TITLE = Pair("إيصال تسجيل طلب مواطن", "Citizen request slip")
YOUR_NUMBER = Pair("رقم طلبكم", "Your request number")
ASKED_FOR = Pair("الأصناف المطلوبة", "What was asked for")
NEXT = Pair("الخطوة التالية", "What happens next")
TRACKING = Pair("متابعة الطلب", "Following the request")
CATEGORY = Pair("نوع الطلب", "Kind of request")
OUTSIDE_REFERENCE = Pair("الرقم المرجعي", "Outside reference")
RECORDED_BY = Pair("سجله", "Recorded by")
PHONE = Pair("الهاتف", "Phone")
CITIZEN = Pair("اسم المواطن", "Citizen")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSlip:
    """What the slip says; `moment` in Cairo time, `barcode` an EAN-13 with prefix 26.

    `next_steps` and `tracking` are whole sentences in the slip's language.
    """

    number: str
    moment: datetime
    citizen: str
    identity: str
    phone: str
    channel: str
    centre: str
    category: str
    asked: tuple[str, ...]
    next_steps: tuple[str, ...]
    tracking: str
    barcode: str
    recorded_by: str = ""
    outside_reference: str = ""
    copy: bool = False
    demo: bool = False


def render(slip: RequestSlip, *, language: str, digits: str = "latn") -> bytes:
    """Return the slip as an A5 PDF.

    Raises:
        UnprintableBarcode: the slip's EAN-13 is not one.
    """
    heading = Heading(
        title=TITLE(language),
        on=slip.moment.date(),
        lines=(f"{words.TIME(language)} {figures.clock(slip.moment)}",),
    )
    document = Document(
        heading, size=A5, language=language, digits=digits, demo=slip.demo, copy=slip.copy,
        margin=11 * mm,
    )  # fmt: skip
    _draw_number(document, slip)
    draw_facts(
        document,
        [
            (CITIZEN(language), slip.citizen),
            (words.IDENTITY(language), slip.identity),
            (PHONE(language), slip.phone),
            (CATEGORY(language), slip.category),
            (words.CHANNEL(language), slip.channel),
            (words.CENTRE(language), slip.centre),
            (OUTSIDE_REFERENCE(language), slip.outside_reference),
            (RECORDED_BY(language), slip.recorded_by),
        ],
    )
    _draw_list(document, ASKED_FOR, slip.asked)
    _draw_list(document, NEXT, slip.next_steps)
    if slip.tracking:
        draw_heading(document, TRACKING(language))
        _draw_paragraph(document, slip.tracking, Type(9, colour=SOFT))
    return document.finish()


def _draw_number(document: Document, slip: RequestSlip) -> None:
    sheet, height = document.sheet, 62.0
    module: float = 0.33 * mm
    wide = barcodes.ean13_width(module)
    sheet.box(document.start, document.y - height, document.width, height, fill=TINT, radius=3)
    half = document.width - wide - 14
    middle = document.start + 6 + half / 2
    label = Type(9, colour=SOFT)
    sheet.text(middle, document.y - 20, YOUR_NUMBER(document.language), label, anchor=CENTRE)
    number = Type(19, bold=True, colour=ACCENT)
    sheet.fitted(middle, document.y - 44, half, slip.number, number, smallest=10, anchor=CENTRE)
    left = document.margin + 6 if sheet.rtl else document.end - wide - 6
    barcodes.draw_ean13(
        sheet, left, document.y - height + 6, slip.barcode, module=module, height=13 * mm
    )
    document.y -= height + 10


def _draw_list(document: Document, title: Pair, texts: tuple[str, ...]) -> None:
    if not texts:
        return
    draw_heading(document, title(document.language))
    for index, text in enumerate(texts, start=1):
        _draw_paragraph(document, text, Type(9), mark=str(index))


def _draw_paragraph(document: Document, text: str, kind: Type, *, mark: str = "") -> None:
    sheet = document.sheet
    indent = 14.0 if mark else 0.0
    for index, line in enumerate(sheet.wrapped(text, document.width - indent, kind, 12)):
        document.need(kind.leading)
        document.y -= kind.leading
        if mark and index == 0:
            sheet.text(document.start, document.y, mark, kind)
        sheet.text(document.start + indent, document.y, line, kind)

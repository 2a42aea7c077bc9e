"""The owing slip: what a beneficiary is still due after a partial issue, A5."""

from dataclasses import dataclass
from datetime import date, datetime

from reportlab.lib.units import mm

from reports import barcodes, figures, words
from reports.facts import draw_facts
from reports.page import A5, Document, Heading
from reports.sheet import LINE, SOFT, Type
from reports.table import Column, Kind, Look, draw_table
from reports.words import Pair

TITLE = Pair("إيصال رصيد دواء مستحق", "Owing slip")
RECEIPT = Pair("إيصال الصرف", "Receipt")
DUE = Pair("المستحق", "Due")
GIVEN = Pair("المنصرف", "Given")
REST = Pair("المتبقي", "Still owing")
UNIT = Pair("الوحدة", "Unit")
EXPECTED = Pair("متوقع في", "Expected")
LAPSES = Pair("تنتهي الموافقة في", "Approval ends on")
CALL = Pair("للاستعلام", "To ask")
HOW = Pair(
    "هذه الكميات مستحقة لكم ولم تتوافر وقت الصرف. تُصرف من الصيدلية نفسها بهذا الإيصال والبطاقة، "
    "ويسقط ما لم يُصرف منها بانتهاء الموافقة.",
    "These quantities are due to you and were not in stock. Collect them from the same pharmacy "
    "with this slip and your card; what is not collected lapses with the approval.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedItem:
    """One drug: what was due, what was given, in smallest units named in `unit`."""

    drug: str
    unit: str
    due: int
    given: int
    expected_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwingSlip:
    """What the slip says; `moment` in Cairo time, `barcode` the EAN-13 of the receipt."""

    number: str
    moment: datetime
    site: str
    patient: str
    card_number: str
    identity: str
    request_number: str
    approval_number: str
    approval_ends_on: date | None
    receipt_number: str
    items: tuple[OwedItem, ...]
    pharmacist: str
    barcode: str
    phone: str = ""
    copy: int = 0
    demo: bool = False


def render(slip: OwingSlip, *, language: str, digits: str = "latn") -> bytes:
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
    document.y -= 6
    _draw_items(document, slip)
    _draw_close(document, slip)
    return document.finish()


def _facts(slip: OwingSlip, language: str) -> list[tuple[str, str]]:
    return [
        (words.PATIENT(language), slip.patient),
        (words.CARD_NUMBER(language), slip.card_number),
        (words.IDENTITY(language), slip.identity),
        (RECEIPT(language), slip.receipt_number),
        (words.REQUEST(language), slip.request_number),
        (words.APPROVAL(language), slip.approval_number),
        (LAPSES(language), figures.day(slip.approval_ends_on)),
        (CALL(language), slip.phone),
    ]


def _draw_items(document: Document, slip: OwingSlip) -> None:
    language = document.language
    columns = (
        Column(words.DRUG(language), 3.4),
        Column(UNIT(language), 1.1),
        Column(DUE(language), 1, Kind.FIGURE),
        Column(GIVEN(language), 1, Kind.FIGURE),
        Column(REST(language), 1.1, Kind.FIGURE),
        Column(EXPECTED(language), 1.3, Kind.CENTRED),
    )
    rows = (
        (
            item.drug,
            item.unit,
            figures.count(item.due),
            figures.count(item.given),
            figures.count(item.due - item.given),
            figures.day(item.expected_on),
        )
        for item in slip.items
    )
    draw_table(document, columns, rows, look=Look(size=8.5, head_size=8, pad=3))


def _draw_close(document: Document, slip: OwingSlip) -> None:
    language, sheet = document.language, document.sheet
    document.need(110)
    document.y = sheet.block(
        document.start, document.y - 18, document.width, HOW(language), Type(9, colour=SOFT),
        max_lines=4,
    )  # fmt: skip
    module: float = 0.33 * mm
    wide = barcodes.ean13_width(module)
    left = document.margin if sheet.rtl else document.end - wide
    barcodes.draw_ean13(sheet, left, document.y - 46, slip.barcode, module=module, height=13 * mm)
    room = document.width - wide - 12
    y = document.y - 10
    used = sheet.text(document.start, y, f"{words.PHARMACIST(language)}:", Type(8.5, colour=SOFT))
    sheet.fitted(
        document.start + used + 4, y, room - used - 4, slip.pharmacist, Type(8.5, bold=True),
        smallest=6.5,
    )  # fmt: skip
    used = sheet.text(
        document.start, y - 20, words.SIGNATURE_LINE(language), Type(8.5, colour=SOFT)
    )
    sheet.rule(document.start + used + 4, document.start + room, y - 22, colour=LINE)
    document.y -= 52

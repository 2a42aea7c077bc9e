"""The goods-receipt permit (إذن إضافة), A4: what came in, from whom, at what cost, who signs.

The permit follows the minutes of the inspection committee; rejected goods never enter it. The
number of the government form is a setting and is passed in.
"""

from dataclasses import dataclass
from datetime import date, datetime

from reports import arabic, figures, words
from reports.facts import draw_facts
from reports.page import A4, Document, Heading, check_note
from reports.permit_words import draw_words
from reports.sheet import Type
from reports.table import Column, Kind, Look, Row, Style, draw_table
from reports.words import Pair

TITLE = Pair("إذن إضافة", "Goods receipt permit")
SUPPLIER = Pair("المورد", "Supplier")
INVOICE = Pair("رقم الفاتورة", "Invoice no.")
INVOICE_DATE = Pair("تاريخ الفاتورة", "Invoice date")
ORDER = Pair("أمر التوريد", "Purchase order")
FUND = Pair("مصدر التمويل", "Fund")
INSPECTION = Pair("محضر لجنة الفحص", "Inspection minutes")
CODE = Pair("الكود", "Code")
UNIT = Pair("الوحدة", "Unit")
PACKS = Pair("عبوات", "Packs")
UNITS = Pair("وحدات", "Units")
PACK_COST = Pair("سعر العبوة", "Pack cost")
COMMITTEE = Pair("لجنة الفحص والاستلام", "Inspection committee")
CHAIR = Pair("رئيس اللجنة", "Chairman")
MEMBER = Pair("عضو", "Member")
STORE_KEEPER = Pair("أمين المخزن", "Store keeper")
ACCOUNTS = Pair("الحسابات", "Accounts")
MANAGER = Pair("مدير الصندوق", "Fund manager")
STATEMENT = Pair(
    "فُحصت الأصناف الموضحة بعاليه وطابقت الفاتورة وأمر التوريد، وأُضيفت إلى عهدة المخزن.",
    "The items above were inspected, agree with the invoice and the order, and were added to "
    "the store.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedLine:
    """One lot of one drug: packs, smallest units, cost of a pack and value in piastres."""

    code: str
    drug: str
    unit: str
    lot: str
    expiry: date | None
    packs: int
    units: int
    pack_cost: int
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsReceipt:
    """What the permit says; `total` in piastres, `as_of` in Cairo time."""

    number: str
    on: date
    site: str
    supplier: str
    invoice_number: str
    invoice_on: date | None
    fund: str
    lines: tuple[ReceivedLine, ...]
    total: int
    total_in_words: str
    form: str = ""
    order_number: str = ""
    inspection_number: str = ""
    check_code: str = ""
    as_of: datetime | None = None
    reversed_note: str = ""
    copy: bool = False
    demo: bool = False


def render(permit: GoodsReceipt, *, language: str, digits: str = "latn") -> bytes:
    """Return the permit as an A4 PDF."""
    heading = Heading(
        title=TITLE(language),
        number=permit.number,
        on=permit.on,
        site=permit.site,
        form=permit.form,
        lines=(permit.reversed_note,) if permit.reversed_note else (),
        as_of=permit.as_of,
    )
    note = check_note(permit.check_code, language)
    document = Document(
        heading, size=A4, language=language, digits=digits, demo=permit.demo, copy=permit.copy,
        note=note,
    )  # fmt: skip
    draw_facts(document, _facts(permit, language))
    document.y -= 8
    _draw_lines(document, permit)
    draw_words(document, permit.total_in_words, STATEMENT(language))
    _draw_signatures(document)
    return document.finish()


def _facts(permit: GoodsReceipt, language: str) -> list[tuple[str, str]]:
    return [
        (SUPPLIER(language), permit.supplier),
        (FUND(language), permit.fund),
        (INVOICE(language), permit.invoice_number),
        (INVOICE_DATE(language), figures.day(permit.invoice_on)),
        (ORDER(language), permit.order_number),
        (INSPECTION(language), permit.inspection_number),
    ]


def _draw_lines(document: Document, permit: GoodsReceipt) -> None:
    language = document.language
    pounds = words.POUNDS(language)
    columns = (
        Column(words.LINE(language), 0.4, Kind.CENTRED),
        Column(CODE(language), 1, Kind.CENTRED),
        Column(words.DRUG(language), 3.1),
        Column(words.LOT(language), 1.25, Kind.CENTRED),
        Column(words.EXPIRY(language), 0.95, Kind.CENTRED),
        Column(PACKS(language), 0.85, Kind.FIGURE),
        Column(UNITS(language), 1, Kind.FIGURE),
        Column(UNIT(language), 0.9),
        Column(f"{PACK_COST(language)} ({pounds})", 1.3, Kind.FIGURE),
        Column(f"{words.VALUE(language)} ({pounds})", 1.5, Kind.FIGURE),
    )
    rows = [_row(index, line) for index, line in enumerate(permit.lines, start=1)]
    total = ("", "", words.TOTAL(language), *[""] * 6, figures.amount(permit.total))
    draw_table(
        document, columns, [*rows, Row(total, Style.TOTAL)], look=Look(size=8, head_size=7.5)
    )


def _row(index: int, line: ReceivedLine) -> Row:
    return Row(
        (
            figures.count(index),
            arabic.code(line.code),
            line.drug,
            arabic.code(line.lot),
            figures.expiry(line.expiry),
            figures.count(line.packs),
            figures.count(line.units),
            line.unit,
            figures.amount(line.pack_cost),
            figures.amount(line.value),
        )
    )


def _draw_signatures(document: Document) -> None:
    language = document.language
    document.need(160)
    document.y -= 14
    document.sheet.text(document.start, document.y, COMMITTEE(language), Type(10, bold=True))
    document.y -= 6
    document.signatures((CHAIR, MEMBER, MEMBER))
    document.y -= 4
    document.signatures((STORE_KEEPER, ACCOUNTS, MANAGER))

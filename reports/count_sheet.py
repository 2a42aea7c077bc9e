"""The sheet a stock count is written on, A4 across: what lies there, and empty boxes beside it.

It is blind: no quantity of the books stands on it, so whoever counts finds nothing to agree with.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from reports import arabic, figures, words
from reports.facts import draw_facts
from reports.goods_receipt import CODE, STORE_KEEPER, UNIT
from reports.page import A4_LANDSCAPE, Document, Heading
from reports.sheet import Type
from reports.table import Column, Kind, Look, Row, Style, draw_table
from reports.words import Pair

TITLE = Pair("كشف جرد فعلي", "Count sheet")
ITEMS = Pair("الأصناف", "Items")
BATCHES = Pair("عدد التشغيلات", "Batches")
DRUG = Pair("الصنف والتركيز", "Item and strength")
BARCODE = Pair("باركود التشغيلة", "Code of the batch")
FIRST = Pair("العد الأول", "First count")
SECOND = Pair("العد الثاني", "Second count")
REMARKS = Pair("ملاحظات", "Remarks")
BESIDES = Pair("ما وُجد ولم يرد بالكشف", "Found besides")
HOW = Pair(
    "يُكتب عدد وحدات الصرف الموجودة فعلًا، و0 لما لا يوجد منه شيء، دون الرجوع إلى الدفاتر."
    " يعدّ شخص ثانٍ بنفسه ولا ينقل عن الأول.",
    "Write the units of issue that are there, 0 where there are none, without looking at the books."
    " A second person counts anew and copies nothing.",
)
COUNTER = Pair("القائم بالعد الأول", "First counter")
SECOND_COUNTER = Pair("القائم بالعد الثاني", "Second counter")
_LEAST = 24.5
_BESIDES = 6
_LOOK = Look(size=8.5, head_size=7.5, pad=2.5, least=_LEAST)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """A batch to count: never how many there should be.

    Attributes:
        barcode: the EAN-13 of its shelf label (prefix 23).
        remark: what is known of it beforehand, such as that it is held back.
    """

    code: str
    drug: str
    unit: str
    lot: str
    expiry: date | None
    barcode: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountSheet:
    """What the sheet says; `printed` in Cairo time.

    Attributes:
        items: which items are on it, in words.
        places: the batches by where they lie, in the order one walks; each place with its name.
    """

    site: str
    printed: datetime
    items: str
    places: tuple[tuple[str, tuple[SheetLine, ...]], ...]
    demo: bool = False


def render(sheet: CountSheet, *, language: str, digits: str = "latn") -> bytes:
    """Return the sheet as an A4 PDF.

    Raises:
        UnprintableBarcode: the code of a batch is no EAN-13.
    """
    printed = f"{words.PRINTED(language)} {figures.moment(sheet.printed)}"
    heading = Heading(
        title=TITLE(language), on=sheet.printed.date(), site=sheet.site, lines=(printed,)
    )
    document = Document(
        heading, size=A4_LANDSCAPE, language=language, digits=digits, demo=sheet.demo, note=printed
    )
    count = sum(len(lines) for _, lines in sheet.places)
    facts = [(ITEMS(language), sheet.items), (BATCHES(language), figures.count(count))]
    draw_facts(document, facts)
    kind = Type(8.5)
    document.y = document.sheet.block(
        document.start, document.y - 10, document.width, HOW(language), kind, max_lines=2
    )
    draw_table(document, _columns(language), _rows(sheet, language), look=_LOOK)
    document.y -= 14
    document.signatures((COUNTER, SECOND_COUNTER, STORE_KEEPER))
    return document.finish()


def _columns(language: str) -> list[Column]:
    return [
        Column(words.LINE(language), 8, Kind.CENTRED),
        Column(CODE(language), 17, Kind.CENTRED),
        Column(DRUG(language), 67),
        Column(UNIT(language), 19),
        Column(words.LOT(language), 27, Kind.CENTRED),
        Column(words.EXPIRY(language), 17, Kind.CENTRED),
        Column(BARCODE(language), 31, Kind.BARS),
        Column(FIRST(language), 25, Kind.BOX),
        Column(SECOND(language), 25, Kind.BOX),
        Column(REMARKS(language), 33),
    ]


def _rows(sheet: CountSheet, language: str) -> Iterator[Row]:
    number = 0
    for place, lines in sheet.places:
        yield Row(("", "", place), Style.GROUP, keep=_LEAST)
        for line in lines:
            number += 1
            yield _row(number, line)
    yield Row(("", "", BESIDES(language)), Style.GROUP, keep=_LEAST * _BESIDES)
    for _ in range(_BESIDES):
        yield Row(("",) * 10)


def _row(number: int, line: SheetLine) -> Row:
    return Row(
        (
            figures.count(number),
            arabic.code(line.code),
            line.drug,
            line.unit,
            arabic.code(line.lot),
            figures.expiry(line.expiry),
            line.barcode,
            "",
            "",
            line.remark,
        )
    )

"""The papers of stock documents, A4: minutes of write-offs and counts, return and issue permits.

They have one shape: who and why, the batches, the amount in words, a sentence, and the hands that
sign. The numbers of the government forms are settings and are passed in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from reports import arabic, figures, words
from reports.facts import Fact, draw_facts
from reports.goods_receipt import ACCOUNTS, CODE, MANAGER, STORE_KEEPER, UNIT
from reports.page import A4, Document, Heading, check_note
from reports.permit_words import draw_words
from reports.sheet import Type
from reports.table import Column, Kind, Look, Row, Style, draw_table
from reports.words import Pair


class PaperKind(Enum):
    """Which paper it is."""

    WRITE_OFF = "write_off"
    RECALL = "recall"
    RETURN = "return"
    ISSUE = "issue"
    TRANSFER = "transfer"
    CITIZEN = "citizen"
    COUNT = "count"


TITLES: Mapping[PaperKind, Pair] = {
    PaperKind.WRITE_OFF: Pair("محضر إعدام واستبعاد أصناف", "Write-off minutes"),
    PaperKind.RECALL: Pair("محضر سحب أصناف", "Recall minutes"),
    PaperKind.RETURN: Pair("إذن ارتجاع", "Return permit"),
    PaperKind.ISSUE: Pair("إذن صرف", "Issue permit"),
    PaperKind.TRANSFER: Pair("إذن صرف وتحويل", "Transfer permit"),
    PaperKind.CITIZEN: Pair("إذن ارتجاع من مواطن", "Return from a citizen"),
    PaperKind.COUNT: Pair("محضر جرد", "Count minutes"),
}
STATEMENTS: Mapping[PaperKind, Pair] = {
    PaperKind.WRITE_OFF: Pair(
        "شهد الموقّعون أدناه الأصناف الموضحة بعاليه وتحققوا من كمياتها وحالتها، واستُبعدت من عهدة"
        " المخزن تمهيدًا لإعدامها وفق القواعد.",
        "Those who sign below saw the items above, their quantity and state; they were taken off"
        " the store's charge, to be destroyed by the rules.",
    ),
    PaperKind.RECALL: Pair(
        "سُحبت التشغيلات الموضحة بعاليه من التداول بموجب منشور السحب، واستُبعدت من عهدة المخزن.",
        "The batches above were withdrawn under the recall and taken off the store's charge.",
    ),
    PaperKind.RETURN: Pair(
        "سُلّمت الأصناف الموضحة بعاليه إلى المورد، وتُخصم قيمتها من مستحقاته.",
        "The items above were handed back to the supplier; their value lessens what is owed.",
    ),
    PaperKind.ISSUE: Pair(
        "صُرفت الأصناف الموضحة بعاليه وتسلمها مندوب الجهة كاملة وسليمة.",
        "The items above were issued, and received whole and sound by the institution.",
    ),
    PaperKind.TRANSFER: Pair(
        "سُلّمت الأصناف الموضحة بعاليه لنقلها إلى المنفذ المذكور، وتُضاف إلى عهدته عند استلامها.",
        "The items above were handed over for the site named, which takes charge on arrival.",
    ),
    PaperKind.CITIZEN: Pair(
        "استُلمت الأصناف الموضحة بعاليه من المواطن، وتُحفظ منفصلة لإعدامها ولا يعاد صرفها.",
        "The items above came back from a citizen; kept apart to be destroyed, never reissued.",
    ),
    PaperKind.COUNT: Pair(
        "جردت اللجنة الموقعة أدناه الأصناف الموضحة بعاليه جردًا فعليًا، وسُوّيت الفروق بالدفاتر.",
        "The committee below counted the items above; the books were brought into line.",
    ),
}
PARTY: Mapping[PaperKind, Pair] = {
    PaperKind.RETURN: Pair("المورد", "Supplier"),
    PaperKind.ISSUE: Pair("الجهة", "Institution"),
    PaperKind.TRANSFER: Pair("إلى المنفذ", "To the site"),
    PaperKind.CITIZEN: Pair("رقم الطلب", "Request no."),
}
REFERENCE = Pair("رقم إشعار المورد", "Supplier's reference")
REASON = Pair("السبب", "Reason")
OCCASION = Pair("مناسبة الجرد", "Occasion")
NOTE = Pair("ملاحظات", "Note")
FUND = Pair("مصدر التمويل", "Fund")
QUANTITY = words.QUANTITY
BOOKS = Pair("بالدفتر", "In the books")
COUNTED = Pair("الموجود", "Counted")
SURPLUS = Pair("زيادة", "Surplus")
DEFICIT = Pair("عجز", "Deficit")
RECORDED = Pair("سجّله", "Recorded by")
SIGNED = Pair("اعتمده", "Approved by")
COMMITTEE = Pair("اللجنة والشهود", "Committee and witnesses")
RECEIVER = Pair("المستلم", "Received by")
_HANDED_OVER = frozenset({PaperKind.RETURN, PaperKind.ISSUE, PaperKind.TRANSFER})


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """One batch: smallest units and piastres that moved; on a count, the books and the difference.

    Attributes:
        quantity: Units that left or came back; counted units on the minutes of a count.
        value: Piastres of what moved; signed on the minutes of a count.
        expected: What the books held, on the minutes of a count.
    """

    code: str
    drug: str
    unit: str
    lot: str
    expiry: date | None
    quantity: int
    value: int
    expected: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StockPaper:
    """What the paper says; `total` in piastres, `as_of` in Cairo time."""

    kind: PaperKind
    number: str
    on: date
    site: str
    fund: str
    lines: tuple[PaperLine, ...]
    total: int
    total_in_words: str = ""
    party: str = ""
    reference: str = ""
    reason: str = ""
    note: str = ""
    recorded_by: str = ""
    signed_by: str = ""
    committee: tuple[str, ...] = ()
    form: str = ""
    check_code: str = ""
    as_of: datetime | None = None
    reversed_note: str = ""
    demo: bool = False


def render(paper: StockPaper, *, language: str, digits: str = "latn") -> bytes:
    """Return the paper as an A4 PDF."""
    heading = Heading(
        title=TITLES[paper.kind](language),
        number=paper.number,
        on=paper.on,
        site=paper.site,
        form=paper.form,
        lines=(paper.reversed_note,) if paper.reversed_note else (),
        as_of=paper.as_of,
    )
    note = check_note(paper.check_code, language)
    document = Document(
        heading, size=A4, language=language, digits=digits, demo=paper.demo, note=note
    )
    draw_facts(document, _facts(paper, language))
    document.y -= 8
    columns, rows = (_count if paper.kind is PaperKind.COUNT else _moved)(paper, language)
    draw_table(document, columns, rows, look=Look(size=8, head_size=7.5))
    draw_words(document, paper.total_in_words, STATEMENTS[paper.kind](language))
    _draw_signatures(document, paper)
    return document.finish()


def _facts(paper: StockPaper, language: str) -> list[Fact]:
    reason = OCCASION if paper.kind is PaperKind.COUNT else REASON
    party = PARTY.get(paper.kind)
    facts = [
        *([(party(language), paper.party)] if party else []),
        (reason(language), paper.reason),
        (REFERENCE(language), paper.reference),
        (FUND(language), paper.fund),
        (RECORDED(language), paper.recorded_by),
        (SIGNED(language), paper.signed_by),
        (NOTE(language), paper.note),
    ]
    return [(label, value) for label, value in facts if value]


def _of_batch(language: str) -> list[Column]:
    return [
        Column(words.LINE(language), 0.4, Kind.CENTRED),
        Column(CODE(language), 1, Kind.CENTRED),
        Column(words.DRUG(language), 3.1),
        Column(words.LOT(language), 1.25, Kind.CENTRED),
        Column(words.EXPIRY(language), 0.95, Kind.CENTRED),
        Column(UNIT(language), 0.9),
    ]


def _batch(index: int, line: PaperLine) -> tuple[str, ...]:
    expiry = figures.expiry(line.expiry)
    return (
        figures.count(index),
        arabic.code(line.code),
        line.drug,
        arabic.code(line.lot),
        expiry,
        line.unit,
    )


def _moved(paper: StockPaper, language: str) -> tuple[Sequence[Column], list[Row]]:
    columns = [
        *_of_batch(language),
        Column(QUANTITY(language), 1, Kind.FIGURE),
        Column(f"{words.VALUE(language)} ({words.POUNDS(language)})", 1.5, Kind.FIGURE),
    ]
    rows = [
        Row((*_batch(index, line), figures.count(line.quantity), figures.amount(line.value)))
        for index, line in enumerate(paper.lines, start=1)
    ]
    total = ("", "", words.TOTAL(language), *[""] * 4, figures.amount(paper.total))
    return columns, [*rows, Row(total, Style.TOTAL)]


def _count(paper: StockPaper, language: str) -> tuple[Sequence[Column], list[Row]]:
    columns = [
        *_of_batch(language),
        Column(BOOKS(language), 0.95, Kind.FIGURE),
        Column(COUNTED(language), 0.95, Kind.FIGURE),
        Column(SURPLUS(language), 0.85, Kind.FIGURE),
        Column(DEFICIT(language), 0.85, Kind.FIGURE),
        Column(f"{words.VALUE(language)} ({words.POUNDS(language)})", 1.4, Kind.FIGURE),
    ]
    rows = [_counted(index, line) for index, line in enumerate(paper.lines, start=1)]
    total = ("", "", words.TOTAL(language), *[""] * 7, figures.amount(paper.total))
    return columns, [*rows, Row(total, Style.TOTAL)]


def _counted(index: int, line: PaperLine) -> Row:
    books = line.expected or 0
    over = line.quantity - books
    return Row(
        (
            *_batch(index, line),
            figures.count(books),
            figures.count(line.quantity),
            figures.count(over) if over > 0 else "",
            figures.count(-over) if over < 0 else "",
            figures.amount(line.value),
        )
    )


def _draw_signatures(document: Document, paper: StockPaper) -> None:
    language = document.language
    document.need(150 if paper.committee else 90)
    document.y -= 14
    if paper.committee:
        heading = COMMITTEE(language)
        document.sheet.text(document.start, document.y, heading, Type(10, bold=True))
        document.y -= 6
        document.signatures(paper.committee)
        document.y -= 4
    second = RECEIVER if paper.kind in _HANDED_OVER else ACCOUNTS
    document.signatures((STORE_KEEPER, second, MANAGER))

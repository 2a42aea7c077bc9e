"""The letter to a contract pharmacy: what it claimed, what is accepted, and why not all. A4."""

from dataclasses import dataclass
from datetime import date, datetime

from reports import figures, words
from reports.facts import draw_facts
from reports.page import A4, Document, Heading, check_note
from reports.sheet import TINT, Type
from reports.table import Column, Kind, Look, Row, Style, draw_table
from reports.words import Pair

TITLE = Pair("قرار مراجعة مطالبة", "Decision on a claim")
TO = Pair("السادة", "To")
CLAIM = Pair("رقم المطالبة", "Claim no.")
CLAIM_DATE = Pair("تاريخ المطالبة", "Date of the claim")
FUND = Pair("مصدر التمويل", "Fund")
VOUCHER = Pair("سند الاستحقاق", "Document of what is owed")
DUE = Pair("يُصرف حتى", "To be paid by")
GREETING = Pair(
    "تحية طيبة وبعد، راجع صندوق دعم الدواء مطالبتكم الموضحة أعلاه بندًا بندًا، وانتهى إلى الآتي:",
    "The medicine support fund has checked your claim named above line by line, and found:",
)
GIVEN = Pair("تاريخ الصرف", "Given on")
RECEIPT = Pair("رقم الإيصال", "Receipt")
ASKED = Pair("المطالب به", "Claimed")
ACCEPTED = Pair("المقبول", "Accepted")
UNITS = Pair("وحدات", "Units")
IN_WORDS = Pair("المقبول كتابةً", "Accepted, in words")
NOTHING = Pair("لم يُقبل شيء من المطالبة.", "Nothing of the claim was accepted.")
CLOSING = Pair(
    "لكم تقديم مطالبة جديدة عن البنود غير المقبولة خلال ثلاثين يومًا من تاريخه مرفقًا بها ما يؤيدها.",
    "Lines that were not accepted may be claimed again within thirty days, with proof.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedLine:
    """A line as claimed and as accepted: units of issue, piastres; `reason` in words."""

    request: str
    drug: str
    on: date
    receipt: str
    quantity: int
    amount: int
    accepted_quantity: int
    accepted: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLetter:
    """What the letter says; amounts in piastres, `as_of` in Cairo time."""

    number: str
    on: date
    pharmacy: str
    claim_number: str
    claim_on: date
    fund: str
    voucher_number: str
    due_on: date | None
    lines: tuple[DecidedLine, ...]
    claimed: int
    accepted: int
    accepted_in_words: str
    reversed_note: str = ""
    check_code: str = ""
    as_of: datetime | None = None
    demo: bool = False


def render(paper: ClaimLetter, *, language: str, digits: str = "latn") -> bytes:
    """Return the letter as an A4 PDF."""
    heading = Heading(
        title=TITLE(language),
        number=paper.number,
        on=paper.on,
        lines=(paper.reversed_note,) if paper.reversed_note else (),
        as_of=paper.as_of,
    )
    note = check_note(paper.check_code, language)
    document = Document(
        heading, size=A4, language=language, digits=digits, demo=paper.demo, note=note
    )
    draw_facts(
        document,
        [
            (TO(language), paper.pharmacy),
            (FUND(language), paper.fund),
            (CLAIM(language), paper.claim_number),
            (CLAIM_DATE(language), figures.day(paper.claim_on)),
            (VOUCHER(language), paper.voucher_number),
            (DUE(language), figures.day(paper.due_on)),
        ],
    )
    sheet = document.sheet
    document.y = sheet.block(
        document.start, document.y - 14, document.width, GREETING(language), Type(10), max_lines=3
    )
    document.y -= 4
    _draw_lines(document, paper)
    _draw_words(document, paper)
    if paper.accepted < paper.claimed:
        document.need(40)
        document.y = sheet.block(
            document.start, document.y, document.width, CLOSING(language), Type(9.5), max_lines=3
        )
    document.y -= 10
    document.signatures()
    return document.finish()


def _draw_lines(document: Document, paper: ClaimLetter) -> None:
    language = document.language
    pounds = words.POUNDS(language)
    asked, accepted = ASKED(language), ACCEPTED(language)
    columns = (
        Column(words.LINE(language), 0.45, Kind.CENTRED),
        Column(words.REQUEST(language), 1.2, Kind.CENTRED),
        Column(words.DRUG(language), 2.6),
        Column(GIVEN(language), 1.05, Kind.CENTRED),
        Column(RECEIPT(language), 1, Kind.CENTRED),
        Column(f"{asked} ({UNITS(language)})", 0.85, Kind.FIGURE),
        Column(f"{asked} ({pounds})", 1.25, Kind.FIGURE),
        Column(f"{accepted} ({UNITS(language)})", 0.85, Kind.FIGURE),
        Column(f"{accepted} ({pounds})", 1.25, Kind.FIGURE),
    )
    rows = [
        Row(
            (
                figures.count(number),
                line.request,
                line.drug,
                figures.day(line.on),
                line.receipt,
                figures.count(line.quantity),
                figures.amount(line.amount),
                figures.count(line.accepted_quantity),
                figures.amount(line.accepted),
            ),
            note=line.reason,
        )
        for number, line in enumerate(paper.lines, start=1)
    ]
    total = (
        "", "", words.TOTAL(language), "", "", "", figures.amount(paper.claimed), "",
        figures.amount(paper.accepted),
    )  # fmt: skip
    draw_table(
        document, columns, [*rows, Row(total, Style.TOTAL)], look=Look(size=8, head_size=7.5)
    )


def _draw_words(document: Document, paper: ClaimLetter) -> None:
    language, sheet = document.language, document.sheet
    kind = Type(9.5, bold=True)
    said = f"{IN_WORDS(language)}: {paper.accepted_in_words}"
    lines = sheet.wrapped(
        said if paper.accepted else NOTHING(language), document.width - 12, kind, 3
    )
    height = len(lines) * kind.leading + 8
    document.need(height + 20)
    document.y -= 8
    sheet.box(document.start, document.y - height, document.width, height, fill=TINT, radius=2)
    y = document.y - 14
    for line in lines:
        sheet.text(document.start + 6, y, line, kind)
        y -= kind.leading
    document.y -= height + 14

"""The minutes of a counted drawer (محضر جرد نقدية), A5: pieces, books, difference, signatures."""

from dataclasses import dataclass
from datetime import date, datetime

from reports import figures, words
from reports.facts import draw_facts
from reports.page import A5, Document, Heading, check_note
from reports.sheet import TINT, Type
from reports.table import Column, Kind, Look, Row, Style, draw_table
from reports.words import Pair

TITLE = Pair("محضر جرد نقدية", "Minutes of a cash count")
SINCE = Pair("منذ جرد", "Since the count of")
CASHIER = Pair("القائم بالجرد", "Counted by")
RECEIVER = Pair("المستلم", "Received by")
KIND = Pair("الفئة", "Notes and coins")
PIECES = Pair("العدد", "Pieces")
AMOUNT = Pair("القيمة", "Amount")
COUNTED = Pair("الموجود بالعدّ", "Counted")
EXPECTED = Pair("الرصيد الدفتري", "By the books")
DIFFERENCE = Pair("الفرق", "Difference")
REASON = Pair("سبب الفرق", "Why it differs")
IN_WORDS = Pair("الموجود كتابةً", "Counted, in words")
STATEMENT = Pair(
    "جُردت نقدية الدرج بحضور الموقّعين أدناه، وسُلّم الموجود بالعدّ كاملًا إلى المستلم.",
    "The drawer was counted before those who sign below, and all that was counted was handed over.",
)
WITNESS = Pair("مدير الصندوق", "Fund manager")


@dataclass(frozen=True, slots=True, kw_only=True)
class CashCountPaper:
    """What the minutes say; amounts in piastres, moments in Cairo time.

    `pieces` are the name of each note or coin, how many, and their amount.
    """

    number: str
    moment: datetime
    site: str
    since: datetime | None
    cashier: str
    receiver: str
    pieces: tuple[tuple[str, int, int], ...]
    counted: int
    expected: int
    counted_in_words: str
    reason: str = ""
    reversed_note: str = ""
    check_code: str = ""
    as_of: datetime | None = None
    demo: bool = False

    @property
    def on(self) -> date:
        """The day of the count."""
        return self.moment.date()


def render(paper: CashCountPaper, *, language: str, digits: str = "latn") -> bytes:
    """Return the minutes as an A5 PDF."""
    heading = Heading(
        title=TITLE(language),
        number=paper.number,
        on=paper.on,
        site=paper.site,
        lines=(
            *([paper.reversed_note] if paper.reversed_note else []),
            f"{words.TIME(language)} {figures.clock(paper.moment)}",
        ),
        as_of=paper.as_of,
    )
    note = check_note(paper.check_code, language)
    document = Document(
        heading, size=A5, language=language, digits=digits, demo=paper.demo, note=note
    )
    draw_facts(
        document,
        [
            (CASHIER(language), paper.cashier),
            (RECEIVER(language), paper.receiver),
            (SINCE(language), figures.moment(paper.since) if paper.since else ""),
        ],
        size=8.5,
    )
    document.y -= 6
    _draw_pieces(document, paper)
    _draw_words(document, paper)
    document.y -= 8
    document.signatures((CASHIER, RECEIVER, WITNESS))
    return document.finish()


def _draw_pieces(document: Document, paper: CashCountPaper) -> None:
    language = document.language
    columns = (
        Column(KIND(language), 2.2),
        Column(PIECES(language), 1, Kind.FIGURE),
        Column(f"{AMOUNT(language)} ({words.POUNDS(language)})", 1.4, Kind.FIGURE),
    )
    rows = [
        Row((name, figures.count(pieces), figures.amount(amount)))
        for name, pieces, amount in paper.pieces
    ]
    totals = (
        (COUNTED, paper.counted, Style.TOTAL),
        (EXPECTED, paper.expected, Style.SUBTOTAL),
        (DIFFERENCE, paper.counted - paper.expected, Style.TOTAL),
    )
    rows += [
        Row((name(language), "", figures.amount(value)), style) for name, value, style in totals
    ]
    draw_table(document, columns, rows, look=Look(size=8.5, head_size=8))


def _draw_words(document: Document, paper: CashCountPaper) -> None:
    language, sheet = document.language, document.sheet
    kind = Type(9, bold=True)
    text = f"{IN_WORDS(language)}: {paper.counted_in_words}"
    lines = sheet.wrapped(text, document.width - 12, kind, 3)
    height = len(lines) * kind.leading + 8
    document.need(height + 30)
    document.y -= 8
    sheet.box(document.start, document.y - height, document.width, height, fill=TINT, radius=2)
    y = document.y - 14
    for line in lines:
        sheet.text(document.start + 6, y, line, kind)
        y -= kind.leading
    document.y -= height + 14
    if paper.reason:
        reason = f"{REASON(language)}: {paper.reason}"
        document.y = sheet.block(
            document.start, document.y, document.width, reason, Type(9), max_lines=4
        )
    document.y = sheet.block(
        document.start, document.y, document.width, STATEMENT(language), Type(8.5), max_lines=3
    )

"""The voucher of money (إذن توريد، إذن صرف نقدية), A5 or A4: who, how much, for what, who signs.

A payment of invoices has them in a table, on as many pages as they need.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reportlab.lib.units import mm

from reports import figures, words
from reports.facts import draw_facts
from reports.page import A4, A5, Document, Heading, check_note
from reports.sheet import TINT, Type
from reports.table import Column, Kind, Look, Row, Style, draw_table
from reports.words import Pair

RECEIVED = Pair("إذن توريد", "Receipt voucher")
PAID = Pair("إذن صرف نقدية", "Payment voucher")
FROM = Pair("ورد من", "Received from")
TO = Pair("صُرف إلى", "Paid to")
FUND = Pair("مصدر التمويل", "Fund")
METHOD = Pair("طريقة السداد", "Way of payment")
REFERENCE = Pair("رقم الشيك أو التحويل", "Cheque or transfer no.")
PURPOSE = Pair("وذلك عن", "For")
HAPPENED = Pair("تاريخ الواقعة", "Happened on")
NOTE = Pair("ملاحظات", "Note")
POSTED_BY = Pair("حرره", "Written by")
AMOUNT = Pair("المبلغ", "Amount")
INVOICE = Pair("رقم الفاتورة", "Invoice no.")
DATED = Pair("تاريخها", "Dated")
WHOLE = Pair("قيمتها", "Amount")
NOW_PAID = Pair("المسدد الآن", "Paid now")
LEFT = Pair("المتبقي", "Left")
GIVER = Pair("القائم بالتوريد", "Paid in by")
TREASURER = Pair("أمين الخزينة", "Treasurer")
ACCOUNTS = Pair("مدير الحسابات", "Head of accounts")
RECIPIENT = Pair("المستلم", "Received by")
REVIEWER = Pair("المراجع", "Reviewed by")
MANAGER = Pair("مدير الصندوق", "Fund manager")
_SIZES = {"a5": A5, "a4": A4}


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """An invoice that is paid: its supplier's number; piastres, `left` after this payment."""

    number: str
    dated_on: date
    amount: int
    paid: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyPaper:
    """What the voucher says; `amount` in piastres, `as_of` in Cairo time.

    `fact_on` is when the money came or went, where the books took it later.
    """

    paid: bool
    number: str
    on: date
    fact_on: date | None
    governorate: str
    fund_name: str
    site: str
    fund: str
    party: str
    amount: int
    in_words: str
    method: str
    reference: str
    purpose: str
    note: str
    poster: str
    check_code: str
    as_of: datetime
    invoices: tuple[InvoiceLine, ...] = ()
    reversed_note: str = ""
    demo: bool = False

    def title(self, language: str) -> str:
        """Return what the paper is called."""
        return (PAID if self.paid else RECEIVED)(language)


def render(paper: MoneyPaper, *, language: str, digits: str = "latn", size: str = "a5") -> bytes:
    """Return the voucher as a PDF, `size` a5 or a4."""
    heading = Heading(
        title=paper.title(language),
        number=paper.number,
        on=paper.on,
        site=paper.site,
        lines=(paper.reversed_note,) if paper.reversed_note else (),
        as_of=paper.as_of,
        governorate=paper.governorate,
        fund=paper.fund_name,
    )
    document = Document(
        heading, size=_SIZES[size], language=language, digits=digits, demo=paper.demo,
        margin=11 * mm, note=check_note(paper.check_code, language),
    )  # fmt: skip
    _draw_amount(document, paper)
    draw_facts(document, _facts(paper, language), size=9)
    _draw_text(document, PURPOSE(language), paper.purpose)
    if paper.note:
        _draw_text(document, NOTE(language), paper.note)
    if paper.invoices:
        _draw_invoices(document, paper.invoices)
    document.y -= 10
    document.signatures(
        (RECIPIENT, TREASURER, REVIEWER, ACCOUNTS, MANAGER)
        if paper.paid
        else (GIVER, TREASURER, ACCOUNTS, MANAGER)
    )
    return document.finish()


def _facts(paper: MoneyPaper, language: str) -> list[tuple[str, str]]:
    facts = [
        ((TO if paper.paid else FROM)(language), paper.party),
        (FUND(language), paper.fund),
        (METHOD(language), paper.method),
        (REFERENCE(language), paper.reference),
        (POSTED_BY(language), paper.poster),
    ]
    if paper.fact_on is not None:
        facts.append((HAPPENED(language), figures.day(paper.fact_on)))
    return facts


def _draw_invoices(document: Document, lines: Sequence[InvoiceLine]) -> None:
    language = document.language
    pounds = f" ({words.POUNDS(language)})"
    columns = [
        Column(words.LINE(language), 0.5, Kind.CENTRED),
        Column(INVOICE(language), 2.1),
        Column(DATED(language), 1.3, Kind.CENTRED),
        *(Column(title(language) + pounds, 1.6, Kind.FIGURE) for title in (WHOLE, NOW_PAID, LEFT)),
    ]
    rows = [
        Row((figures.count(number), line.number, figures.day(line.dated_on), *_amounts(line)))
        for number, line in enumerate(lines, start=1)
    ]
    total = figures.amount(sum(line.paid for line in lines))
    rows.append(Row(("", words.TOTAL(language), "", "", total, ""), Style.TOTAL))
    document.y -= 2
    draw_table(document, columns, rows, look=Look(size=8, head_size=7.5))


def _amounts(line: InvoiceLine) -> Iterator[str]:
    return (figures.amount(one) for one in (line.amount, line.paid, line.left))


def _draw_amount(document: Document, paper: MoneyPaper) -> None:
    """The amount stands in a box, in figures and in words that nobody can add a digit to."""
    language, sheet = document.language, document.sheet
    kind = Type(9.5, bold=True)
    lines = sheet.wrapped(paper.in_words, document.width - 14, kind, 3)
    height = 26 + len(lines) * kind.leading
    sheet.box(document.start, document.y - height, document.width, height, fill=TINT, radius=2)
    y = document.y - 16
    used = sheet.text(document.start + 7, y, f"{AMOUNT(language)}:", Type(10))
    figure = f"{figures.amount(paper.amount)} {words.POUNDS(language)}"
    sheet.text(document.start + 12 + used, y, figure, Type(13, bold=True))
    y -= 17
    for line in lines:
        sheet.text(document.start + 7, y, line, kind)
        y -= kind.leading
    document.y -= height + 8


def _draw_text(document: Document, label: str, text: str) -> None:
    sheet, kind = document.sheet, Type(9.5)
    document.y -= 12
    document.y = sheet.block(
        document.start, document.y, document.width, f"{label}: {text}", kind, max_lines=4
    )  # fmt: skip

"""The stock card of one drug at one site, A4 landscape: every movement with its running balance."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from reports import arabic, figures, words
from reports.facts import draw_facts
from reports.page import A4_LANDSCAPE, Document, Heading
from reports.table import Column, Kind, Look, Row, Style, draw_table
from reports.words import Pair

TITLE = Pair("بطاقة صنف", "Stock card")
CODE = Pair("كود الصنف", "Item code")
UNIT = Pair("الوحدة", "Unit")
PERIOD = Pair("الفترة", "Period")
FROM_TO = Pair("من {first} إلى {last}", "{first} to {last}")
DOCUMENT = Pair("المستند", "Document")
PARTY = Pair("وارد من / منصرف إلى", "From / to")
RECEIVED = Pair("وارد", "Received")
ISSUED = Pair("منصرف", "Issued")
ADJUSTED = Pair("تسوية", "Adjusted")
REASON = Pair("السبب", "Reason")
BALANCE = Pair("الرصيد", "Balance")
VALUE_BALANCE = Pair("قيمة الرصيد", "Value balance")
OPENING = Pair("رصيد أول المدة", "Opening balance")
CLOSING = Pair("رصيد آخر المدة", "Closing balance")
STORE_KEEPER = Pair("أمين المخزن", "Store keeper")


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One movement, in smallest units; `value_balance` in piastres after it.

    Exactly one of `received`, `issued` and `adjusted` is not zero; `adjusted` may be negative and
    then shows in brackets.
    """

    on: date
    document: str
    party: str
    received: int
    issued: int
    adjusted: int
    reason: str
    balance: int
    lot: str
    expiry: date | None
    value_balance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockCard:
    """A drug's card for a period; quantities in smallest units, values in piastres."""

    drug: str
    code: str
    unit: str
    site: str
    first: date
    last: date
    opening: int
    opening_value: int
    movements: tuple[Movement, ...]
    as_of: datetime
    storage: str = ""
    demo: bool = False


def render(card: StockCard, *, language: str, digits: str = "latn") -> bytes:
    """Return the card as an A4 landscape PDF."""
    heading = Heading(title=TITLE(language), number=card.code, site=card.site, as_of=card.as_of)
    document = Document(
        heading, size=A4_LANDSCAPE, language=language, digits=digits, demo=card.demo
    )
    first, last = figures.day(card.first), figures.day(card.last)
    draw_facts(
        document,
        [
            (words.DRUG(language), card.drug),
            (CODE(language), arabic.code(card.code)),
            (UNIT(language), card.unit),
            (PERIOD(language), FROM_TO(language).format(first=first, last=last)),
            (words.SITE(language), card.site),
        ],
        columns=3,
    )
    document.y -= 6
    draw_table(document, _columns(language), _rows(card, language), look=Look(size=7.8))
    document.y -= 8
    document.signatures((STORE_KEEPER, words.REVIEWED_BY, words.APPROVED_BY))
    return document.finish()


def _columns(language: str) -> tuple[Column, ...]:
    return (
        Column(words.DATE(language), 1.05, Kind.CENTRED),
        Column(DOCUMENT(language), 1.35, Kind.CENTRED),
        Column(PARTY(language), 2.4),
        Column(RECEIVED(language), 0.9, Kind.FIGURE),
        Column(ISSUED(language), 0.9, Kind.FIGURE),
        Column(ADJUSTED(language), 0.9, Kind.FIGURE),
        Column(REASON(language), 1.3),
        Column(BALANCE(language), 1, Kind.FIGURE),
        Column(words.LOT(language), 1.2, Kind.CENTRED),
        Column(words.EXPIRY(language), 0.85, Kind.CENTRED),
        Column(f"{VALUE_BALANCE(language)} ({words.POUNDS(language)})", 1.55, Kind.FIGURE),
    )


def _rows(card: StockCard, language: str) -> Iterator[Row]:
    yield _balance_row(card.first, OPENING(language), card.opening, card.opening_value)
    balance, value = card.opening, card.opening_value
    for movement in card.movements:
        balance, value = movement.balance, movement.value_balance
        yield Row(
            (
                figures.day(movement.on),
                movement.document,
                movement.party,
                _filled(movement.received),
                _filled(movement.issued),
                _filled(movement.adjusted),
                movement.reason,
                figures.count(movement.balance),
                arabic.code(movement.lot),
                figures.expiry(movement.expiry),
                figures.amount(movement.value_balance),
            )
        )
    yield _balance_row(card.last, CLOSING(language), balance, value)


def _filled(quantity: int) -> str:
    """Return the figure, or an empty cell for zero: a card is read by its gaps."""
    return figures.count(quantity) if quantity else ""


def _balance_row(on: date, text: str, units: int, value: int) -> Row:
    return Row(
        (
            figures.day(on), "", text, "", "", "", "",
            figures.count(units), "", "", figures.amount(value),
        ),
        Style.TOTAL,
    )  # fmt: skip

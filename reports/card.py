"""The beneficiary card, 85.6×54 mm (ISO/IEC 7810 ID-1), one card to a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm

from reports import barcodes, figures, words
from reports.page import CR80, canvas_bytes, open_canvas
from reports.sheet import ACCENT, END, LINE, SOFT, WHITE, Sheet, Type
from reports.words import Pair

TITLE = Pair("بطاقة مستفيد", "Beneficiary card")
ISSUED = Pair("تاريخ الإصدار", "Issued")
FOUND = Pair(
    "تُبرز عند الصرف مع إثبات الشخصية. من يعثر عليها يسلمها لأقرب مركز تكنولوجي.",
    "Show it with proof of identity. If found, hand it to any service centre.",
)

_BAND: float = 11.5 * mm
_MARGIN: float = 5 * mm


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a card says; `identity` is already masked, `barcode` an EAN-13 with prefix 21."""

    name: str
    number: str
    identity: str
    issued_on: date
    barcode: str
    site: str = ""
    demo: bool = False


def render(cards: Sequence[Card], *, language: str, digits: str = "latn") -> bytes:
    """Return the cards as a PDF, one to a page of card size.

    Raises:
        UnprintableBarcode: a card's EAN-13 is not one.
    """
    canvas = open_canvas(CR80, title=TITLE(language), language=language)
    sheet = Sheet(canvas, CR80, language=language, digits=digits)
    for card in cards:
        _draw_card(sheet, card)
        canvas.showPage()
    return canvas_bytes(canvas)


def _draw_card(sheet: Sheet, card: Card) -> None:
    language = sheet.language
    end = sheet.width - _MARGIN
    sheet.box(0, sheet.height - _BAND, sheet.width, _BAND, fill=ACCENT)
    white = Type(10, bold=True, colour=WHITE)
    top = sheet.height - 13.5
    sheet.text(_MARGIN, top, words.GOVERNORATE(language), white)
    sheet.text(_MARGIN, top - 13.5, words.FUND_OFFICE(language), white.sized(9))
    title = TITLE(language) + (f" - {words.DEMO(language)}" if card.demo else "")
    taken = max(
        sheet.measure(words.GOVERNORATE(language), white),
        sheet.measure(words.FUND_OFFICE(language), white.sized(9)),
    )
    large = white.sized(10.5)
    fits = taken + sheet.measure(title, large) + _MARGIN <= end - _MARGIN
    sheet.text(end, top - 8, title, large if fits else white.sized(8), anchor=END)
    _draw_person(sheet, card, sheet.height - _BAND)
    module: float = 0.33 * mm
    wide = barcodes.ean13_width(module)
    left = _MARGIN - 11 * module if sheet.rtl else end - wide + 7 * module
    barcodes.draw_ean13(sheet, left, 24, card.barcode, module=module, height=9.5 * mm)
    sheet.rule(_MARGIN, end, 20, weight=0.4, colour=LINE)
    sheet.fitted(_MARGIN, 10, end - _MARGIN, FOUND(language), Type(6.5, colour=SOFT), smallest=5)


def _draw_person(sheet: Sheet, card: Card, top: float) -> None:
    room = sheet.width - 2 * _MARGIN
    name = Type(14, bold=True)
    if sheet.measure(card.name, name.sized(10.5)) <= room:
        sheet.fitted(_MARGIN, top - 24, room, card.name, name, smallest=10.5)
    else:
        sheet.block(_MARGIN, top - 16, room, card.name, name.sized(10.5), max_lines=2, leading=14.5)
    rows = (
        (words.CARD_NUMBER, card.number),
        (words.IDENTITY, card.identity),
        (ISSUED, figures.day(card.issued_on)),
    )
    y = top - 50
    half = room * 0.5
    for pair, value in rows:
        label = f"{pair(sheet.language)}: "
        used = sheet.text(_MARGIN, y, label, Type(7, colour=SOFT)) + 3
        sheet.fitted(_MARGIN + used, y, half - used, value, Type(8, bold=True), smallest=5.5)
        y -= 13

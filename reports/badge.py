"""The badge of a member of staff, 85.6×54 mm (ISO/IEC 7810 ID-1), one badge to a page."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm

from reports import barcodes, words
from reports.page import CR80, canvas_bytes, open_canvas
from reports.sheet import ACCENT, END, LINE, SOFT, WHITE, Sheet, Type
from reports.words import Pair

TITLE = Pair("بطاقة عمل", "Staff badge")
FOUND = Pair(
    "شخصية ولا تُعار. عند فقدها يُبلَّغ مدير النظام فورًا لإلغائها.",
    "Personal, not to be lent. If lost, tell the administrator at once.",
)

_BAND: float = 11.5 * mm
_MARGIN: float = 5 * mm


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """What a badge says; `barcode` is an EAN-13 with prefix 25."""

    name: str
    role: str
    barcode: str
    site: str = ""
    demo: bool = False


def render(badges: Sequence[Badge], *, language: str, digits: str = "latn") -> bytes:
    """Return the badges as a PDF, one to a page of card size.

    Raises:
        UnprintableBarcode: a badge's EAN-13 is not one.
    """
    canvas = open_canvas(CR80, title=TITLE(language), language=language)
    sheet = Sheet(canvas, CR80, language=language, digits=digits)
    for badge in badges:
        _draw_badge(sheet, badge)
        canvas.showPage()
    return canvas_bytes(canvas)


def _draw_badge(sheet: Sheet, badge: Badge) -> None:
    language = sheet.language
    end = sheet.width - _MARGIN
    room = end - _MARGIN
    sheet.box(0, sheet.height - _BAND, sheet.width, _BAND, fill=ACCENT)
    white = Type(10, bold=True, colour=WHITE)
    top = sheet.height - 13.5
    sheet.text(_MARGIN, top, words.GOVERNORATE(language), white)
    sheet.text(_MARGIN, top - 13.5, words.FUND_OFFICE(language), white.sized(9))
    title = TITLE(language) + (f" - {words.DEMO(language)}" if badge.demo else "")
    sheet.text(end, top - 8, title, white.sized(8), anchor=END)
    under = sheet.height - _BAND
    name = Type(15, bold=True)
    if sheet.measure(badge.name, name.sized(10.5)) <= room:
        sheet.fitted(_MARGIN, under - 24, room, badge.name, name, smallest=10.5)
    else:
        sheet.block(
            _MARGIN, under - 15, room, badge.name, name.sized(10.5), max_lines=2, leading=14.5
        )
    sheet.fitted(_MARGIN, under - 45, room, badge.role, Type(10, bold=True), smallest=7)
    sheet.fitted(_MARGIN, under - 58, room, badge.site, Type(7.5, colour=SOFT), smallest=5.5)
    module: float = 0.33 * mm
    wide = barcodes.ean13_width(module)
    left = _MARGIN - 11 * module if sheet.rtl else end - wide + 7 * module
    barcodes.draw_ean13(sheet, left, 24, badge.barcode, module=module, height=8 * mm)
    sheet.rule(_MARGIN, end, 20, weight=0.4, colour=LINE)
    sheet.fitted(_MARGIN, 10, room, FOUND(language), Type(6.5, colour=SOFT), smallest=5)

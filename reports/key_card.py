"""The key card, A5 across: every key, how a dose is typed, what may be scanned."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm

from reports import arabic, words
from reports.page import A5_LANDSCAPE, canvas_bytes, demo_watermark, open_canvas
from reports.sheet import ACCENT, CENTRE, LINE, SOFT, TINT, WHITE, Sheet, Type
from reports.words import Pair

TITLE = Pair("مفاتيح شباك الصرف", "Keys of the counter")
DOSES = Pair("كتابة الجرعة", "Typing a dose")
SCANS = Pair("ما يُمسح في الشباك", "What to scan")
KEYS = Pair("المفاتيح", "Keys")

_MARGIN: float = 9 * mm
_BAND: float = 12 * mm
_GAP: float = 7 * mm
_PRINT = 10.0
_LINE = 13.5
_CAP = 16.0
_BETWEEN = 5.5


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCard:
    """What the card says, in its language: pairs of what is pressed, typed or scanned, and why."""

    keys: tuple[tuple[str, str], ...]
    doses: tuple[tuple[str, str], ...]
    scans: tuple[tuple[str, str], ...]
    demo: bool = False


def render(card: KeyCard, *, language: str, digits: str = "latn") -> bytes:
    """Return the card as a PDF of one page."""
    canvas = open_canvas(A5_LANDSCAPE, title=TITLE(language), language=language)
    sheet = Sheet(canvas, A5_LANDSCAPE, language=language, digits=digits)
    if card.demo:
        demo_watermark(sheet)
    _draw_band(sheet, demo=card.demo)
    top = sheet.height - _BAND - 6 * mm
    half = (sheet.width - 2 * _MARGIN - _GAP) / 2
    bottom = _draw_pairs(sheet, _MARGIN, top, half, (KEYS, card.keys), caps=True)
    other = _MARGIN + half + _GAP
    y = _draw_pairs(sheet, other, top, half, (DOSES, card.doses), caps=True)
    bottom = min(bottom, _draw_pairs(sheet, other, y - 4 * mm, half, (SCANS, card.scans)))
    middle = sheet.x(_MARGIN + half + _GAP / 2)
    canvas.setStrokeColor(LINE)
    canvas.line(middle, top, middle, max(bottom, _MARGIN))
    canvas.showPage()
    return canvas_bytes(canvas)


def _draw_band(sheet: Sheet, *, demo: bool) -> None:
    language = sheet.language
    sheet.box(0, sheet.height - _BAND, sheet.width, _BAND, fill=ACCENT)
    y = sheet.height - _BAND / 2 - 5
    title = TITLE(language) + (f" - {words.DEMO(language)}" if demo else "")
    sheet.text(_MARGIN, y, title, Type(15, bold=True, colour=WHITE))
    office = f"{words.GOVERNORATE(language)} - {words.FUND_OFFICE(language)}"
    sheet.text(sheet.width - _MARGIN, y, office, Type(9, colour=WHITE), anchor="end")


def _draw_pairs(
    sheet: Sheet,
    start: float,
    y: float,
    width: float,
    titled: tuple[Pair, Sequence[tuple[str, str]]],
    *,
    caps: bool = False,
) -> float:
    """Draw a heading and its pairs; return the y under them."""
    title, pairs = titled
    sheet.text(start, y - 11, title(sheet.language), Type(12, bold=True, colour=ACCENT))
    y -= 20
    first = Type(_PRINT, bold=True)
    room = min(max((sheet.measure(one, first) for one, _two in pairs), default=0), width * 0.42)
    taken = room + (15 if caps else 9)
    for one, two in pairs:
        lines = sheet.wrapped(two, width - taken, Type(_PRINT), 3) or [""]
        names = [one] if caps else sheet.wrapped(one, room, first, 2)
        base = y - 11.5
        if caps:
            sheet.box(start, y - _CAP, room + 7, _CAP, fill=TINT, stroke=SOFT, radius=2.5)
            centre = start + 3.5 + room / 2
            sheet.fitted(centre, base, room, arabic.code(one), first, smallest=6, anchor=CENTRE)
        else:
            _draw_lines(sheet, start, base, names, first)
        _draw_lines(sheet, start + taken, base, lines, Type(_PRINT))
        y -= max(_LINE * max(len(lines), len(names)), _CAP if caps else 0) + _BETWEEN
    return y


def _draw_lines(sheet: Sheet, start: float, y: float, lines: Sequence[str], kind: Type) -> None:
    for index, line in enumerate(lines):
        sheet.text(start, y - _LINE * index, line, kind)

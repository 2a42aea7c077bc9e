"""The commands to scan, A5 across, to be laminated and kept by the scanner."""

from dataclasses import dataclass

from reportlab.lib.units import mm

from reports import barcodes, words
from reports.page import A5_LANDSCAPE, canvas_bytes, demo_watermark, open_canvas
from reports.sheet import ACCENT, CENTRE, END, LINE, SOFT, WHITE, Sheet, Type
from reports.words import Pair

TITLE = Pair("أوامر تُمسح بالماسح", "Commands to scan")
HOW = Pair(
    "امسح الأمر بدلًا من الضغط على مفتاحه، وغطِّ بقية الأكواد بيدك.",
    "Scan a command instead of pressing its key. Cover the other codes with your hand.",
)
_MARGIN: float = 9 * mm
_BAND: float = 12 * mm
_COLUMNS = 3
_MODULE: float = 0.33 * mm
_BARS: float = 22 * mm


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command: its name, the key that does the same (or none), its EAN-13 with prefix 29."""

    name: str
    key: str
    barcode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSheet:
    """The commands of one sheet, six at most."""

    commands: tuple[Command, ...]
    demo: bool = False


def render(sheet_of: CommandSheet, *, language: str, digits: str = "latn") -> bytes:
    """Return the sheet as a PDF of one page.

    Raises:
        UnprintableBarcode: a command's EAN-13 is not one.
    """
    canvas = open_canvas(A5_LANDSCAPE, title=TITLE(language), language=language)
    sheet = Sheet(canvas, A5_LANDSCAPE, language=language, digits=digits)
    if sheet_of.demo:
        demo_watermark(sheet)
    sheet.box(0, sheet.height - _BAND, sheet.width, _BAND, fill=ACCENT)
    y = sheet.height - _BAND / 2 - 5
    title = TITLE(language) + (f" - {words.DEMO(language)}" if sheet_of.demo else "")
    sheet.text(_MARGIN, y, title, Type(15, bold=True, colour=WHITE))
    office = f"{words.GOVERNORATE(language)} - {words.FUND_OFFICE(language)}"
    sheet.text(sheet.width - _MARGIN, y, office, Type(9, colour=WHITE), anchor=END)
    top = sheet.height - _BAND - 6 * mm
    wide = (sheet.width - 2 * _MARGIN) / _COLUMNS
    high = (top - _MARGIN - 8 * mm) / 2
    for index, command in enumerate(sheet_of.commands):
        row, column = divmod(index, _COLUMNS)
        _draw_command(sheet, command, _MARGIN + column * wide, top - (row + 1) * high, (wide, high))
    sheet.fitted(
        _MARGIN, _MARGIN, sheet.width - 2 * _MARGIN, HOW(language), Type(8.5, colour=SOFT),
        smallest=6,
    )  # fmt: skip
    canvas.showPage()
    return canvas_bytes(canvas)


def _draw_command(
    sheet: Sheet, command: Command, start: float, y: float, size: tuple[float, float]
) -> None:
    wide, high = size
    pad: float = 2 * mm
    sheet.box(start + pad, y + pad, wide - 2 * pad, high - 2 * pad, stroke=LINE, weight=1, radius=4)
    centre = start + wide / 2
    room = wide - 4 * pad
    top = y + high - pad - 18
    sheet.fitted(centre, top, room, command.name, Type(13, bold=True), smallest=8, anchor=CENTRE)
    if command.key:
        sheet.tag(centre, top - 17, command.key, Type(8.5, bold=True, colour=SOFT), anchor=CENTRE)
    left = sheet.x(centre) - barcodes.ean13_width(_MODULE) / 2
    barcodes.draw_ean13(sheet, left, y + pad + 5, command.barcode, module=_MODULE, height=_BARS)

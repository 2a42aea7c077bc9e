"""The label of a batch on the shelf, 50×25 mm: for loose strips and packs without a code."""

from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm

from reports import arabic, barcodes, figures, words
from reports.page import canvas_bytes, open_canvas
from reports.sheet import CENTRE, END, Sheet, Type
from reports.words import Pair

SIZE: tuple[float, float] = (50 * mm, 25 * mm)
TITLE = Pair("ملصق تشغيلة", "Batch label")
LOT = Pair("تشغيلة", "Lot")
USE_BY = Pair("صالح حتى", "Use by")

_MARGIN: float = 1.8 * mm
_MODULE: float = 0.25 * mm  # two dots of a 203 dpi label printer
_BARS: float = 8 * mm


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLabel:
    """What the label says; `barcode` is the EAN-13 of the batch (prefix 23)."""

    drug: str
    lot: str
    expiry: date | None
    barcode: str
    demo: bool = False


def render(label: BatchLabel, *, language: str, digits: str = "latn") -> bytes:
    """Return the label as a PDF of one page of its size.

    Raises:
        UnprintableBarcode: its EAN-13 is not one.
    """
    canvas = open_canvas(SIZE, title=f"{TITLE(language)} {label.lot}", language=language)
    sheet = Sheet(canvas, SIZE, language=language, digits=digits)
    room = sheet.width - 2 * _MARGIN
    y = sheet.height - _MARGIN - 7
    text = f"{label.drug} - {words.DEMO(language)}" if label.demo else label.drug
    if sheet.measure(text, Type(6.5, bold=True)) <= room:
        sheet.fitted(_MARGIN, y - 3, room, text, Type(9, bold=True), smallest=6.5)
    else:
        # The mark of the demonstration stays when a long name is cut.
        mark = f"{words.DEMO(language)} - " if label.demo else ""
        kind = Type(6.5, bold=True)
        sheet.block(_MARGIN, y, room, mark + label.drug, kind, max_lines=2, leading=8)
    y -= 16.5
    half = room / 2
    lot = f"{LOT(language)} {arabic.code(label.lot)}"
    sheet.fitted(_MARGIN, y, half, lot, Type(6.8, bold=True), smallest=4.6)
    expiry = f"{USE_BY(language)} {figures.expiry(label.expiry)}"
    sheet.fitted(
        sheet.width - _MARGIN, y, half - 3, expiry, Type(6.8, bold=True), smallest=4.6, anchor=END
    )
    left = (sheet.width - barcodes.ean13_width(_MODULE)) / 2
    barcodes.draw_ean13(
        sheet, left, _MARGIN + 5, label.barcode, module=_MODULE, height=_BARS, text=False
    )
    code = label.barcode
    shown = arabic.code(f"{code[0]} {code[1:7]} {code[7:]}")
    sheet.text(sheet.width / 2, _MARGIN + 0.2, shown, Type(5), anchor=CENTRE)
    canvas.showPage()
    return canvas_bytes(canvas)

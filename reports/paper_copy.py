"""A paper of a request, for looking at: its pages as pictures, marked with who looks and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader

from reports import arabic, figures
from reports.page import A4, canvas_bytes, open_canvas
from reports.sheet import CENTRE, INK, SOFT, Sheet, Type
from reports.words import Pair

TITLE = Pair("مستند للاطلاع", "Paper, for looking at")
VIEWED_BY = Pair("اطّلع عليه", "Seen by")
_MARK = 0.13
_EVERY: float = 62 * mm
_BESIDE: float = 110 * mm
_FOOT: float = 10 * mm
_EDGE: float = 6 * mm


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCopy:
    """What the marked copy says; `moment` in Cairo time, `pictures` one JPEG a page."""

    number: str
    kind: str
    viewer: str
    moment: datetime
    pictures: Sequence[bytes]


def render(copy: PaperCopy, *, language: str, digits: str = arabic.LATIN_DIGITS) -> bytes:
    """Return the pages as a PDF, the mark drawn over each of them."""
    canvas = open_canvas(A4, title=f"{TITLE(language)} {copy.number}", language=language)
    sheet = Sheet(canvas, A4, language=language, digits=digits)
    when = figures.moment(copy.moment)
    who = f"{VIEWED_BY(language)}: {copy.viewer} · {when}"
    for number, picture in enumerate(copy.pictures, start=1):
        _draw_picture(sheet, picture)
        _draw_mark(sheet, f"{copy.viewer} · {when}")
        foot = f"{copy.kind} · {arabic.ltr(copy.number)} · {who} · {number}/{len(copy.pictures)}"
        sheet.text(sheet.width / 2, 5 * mm, foot, Type(7.5, colour=SOFT), anchor=CENTRE)
        canvas.showPage()
    return canvas_bytes(canvas)


def _draw_picture(sheet: Sheet, picture: bytes) -> None:
    image = ImageReader(BytesIO(picture))
    wide, high = image.getSize()
    room = (sheet.width - 2 * _EDGE, sheet.height - _FOOT - _EDGE)
    scale = min(room[0] / wide, room[1] / high)
    x = (sheet.width - wide * scale) / 2
    y = _FOOT + (room[1] - high * scale) / 2
    sheet.canvas.drawImage(image, x, y, wide * scale, high * scale)


def _draw_mark(sheet: Sheet, text: str) -> None:
    """Write who looks, aslant and pale, so often that no part of the page is without it."""
    canvas = sheet.canvas
    canvas.saveState()
    canvas.setFillColor(INK, alpha=_MARK)
    canvas.setFont("PrintShop-Bold", 15)
    canvas.translate(sheet.width / 2, sheet.height / 2)
    canvas.rotate(35)
    shaped = sheet.shaped(text)
    lines = int(sheet.height // _EVERY) + 1
    for line in range(-lines, lines + 1):
        for column in (-1, 0, 1):
            canvas.drawCentredString(column * _BESIDE, line * _EVERY, shaped)
    canvas.restoreState()

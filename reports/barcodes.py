"""Barcodes as vector bars on the page, right enough to scan back.

python-barcode works out the bars, ReportLab draws them. Two faults of python-barcode are closed
here: an EAN-13 with a wrong check digit is refused (it would silently print another digit), and
nothing is ever saved to a file name.
"""

from collections.abc import Callable
from typing import Protocol

from barcode.codex import Code128, Gs1_128
from barcode.ean import EuropeanArticleNumber13
from barcode.errors import BarcodeError
from barcode.writer import BaseWriter
from reportlab.lib.units import mm

from reports import arabic
from reports.sheet import CENTRE, INK, WHITE, Sheet, Type

EAN13_MODULES = 95
EAN13_QUIET_START, EAN13_QUIET_END = 11, 7
"""Light modules before and after an EAN-13 (GS1 General Specifications, 5.2.3.6)."""
CODE128_QUIET = 10
"""Light modules on both sides of a Code 128 (GS1 General Specifications, 5.4.4.3)."""
SMALLEST_MODULE = 0.18 * mm
"""Narrowest bar a 203 dpi label printer makes reliably is 0.25 mm; a laser printer 0.18 mm."""

_EAN13_DIGITS = 13
_GROUP_SEPARATOR = "\x1d"


class UnprintableBarcode(ValueError):
    """The text cannot stand in this kind of barcode, or its check digit is wrong."""


class _Bars(BaseWriter):  # type: ignore[misc]
    """Collects the dark bars as (first module, modules wide)."""

    def __init__(self) -> None:
        super().__init__(None, self._module, None, self._finish)
        self.quiet_zone = 0.0
        self.module_width = 1.0
        self._bars: list[tuple[float, float]] = []
        self._end = 0.0

    def _module(self, xpos: float, _ypos: float, width: float, color: str) -> None:
        if color == self.foreground:
            self._bars.append((xpos, width))
        self._end = xpos + width

    def _finish(self) -> tuple[list[tuple[float, float]], float]:
        return self._bars, self._end


class _Code(Protocol):
    def render(self, writer_options: dict[str, object]) -> tuple[list[tuple[float, float]], float]:
        """Return the dark bars and the number of modules."""


_OPTIONS: dict[str, object] = {"module_width": 1.0, "quiet_zone": 0.0, "write_text": False}


def ean13_check_digit(twelve: str) -> str:
    """Return the thirteenth digit (GS1 General Specifications, 7.9)."""
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(twelve))
    return str(-total % 10)


def is_ean13(code: str) -> bool:
    """Say whether the text is thirteen Western digits with the right check digit."""
    plain = code.isascii() and code.isdecimal() and len(code) == _EAN13_DIGITS
    return plain and ean13_check_digit(code[:12]) == code[12]


def ean13_width(module: float) -> float:
    """Return the width in points of an EAN-13 with its quiet zones."""
    return (EAN13_QUIET_START + EAN13_MODULES + EAN13_QUIET_END) * module


def _bars(make: Callable[[_Bars], _Code], code: str) -> tuple[list[tuple[float, float]], float]:
    try:
        return make(_Bars()).render(_OPTIONS)
    except BarcodeError as error:
        raise UnprintableBarcode(code[:40]) from error


def draw_ean13(
    sheet: Sheet,
    left: float,
    y: float,
    code: str,
    *,
    module: float = 0.33 * mm,
    height: float = 12 * mm,
    text: bool = True,
) -> float:
    """Draw an EAN-13 and its digits; return the width in points, quiet zones included.

    Args:
        sheet: the page.
        left: left edge of the quiet zone, in points from the *left* edge of the page.
        y: lower edge of the digits (or of the bars without text), in points.
        code: thirteen digits.
        module: width of one bar unit in points; 0.33 mm is the nominal size.
        height: height of the bars in points.
        text: whether the digits stand under the bars.

    Raises:
        UnprintableBarcode: not thirteen digits, or a wrong check digit.
    """
    if not is_ean13(code):
        raise UnprintableBarcode(code[:40])
    bars, _end = _bars(lambda writer: EuropeanArticleNumber13(code, writer=writer), code)
    wide = ean13_width(module)
    size = max(5.0, module * 7.5) if text else 0.0
    lift = size * 1.05
    _paint(sheet, left, y, wide, height + lift)
    corner = (left + EAN13_QUIET_START * module, y + lift)
    _draw_bars(sheet, bars, corner, module=module, height=height)
    if text:
        shown = f"{code[0]} {code[1:7]} {code[7:]}"
        _caption(sheet, left + wide / 2, y + size * 0.15, shown, size)
    return wide


def draw_code128(
    sheet: Sheet,
    left: float,
    y: float,
    code: str,
    *,
    module: float = 0.33 * mm,
    height: float = 12 * mm,
    text: bool = True,
    gs1: bool = False,
) -> float:
    """Draw a Code 128, or a GS1-128 with FNC1 first; return its width in points.

    Args:
        sheet: the page.
        left: left edge of the quiet zone, in points from the *left* edge of the page.
        y: lower edge of the caption (or of the bars without text), in points.
        code: printable ASCII; for GS1 the bare element string, fields of open
            length closed by U+001D, no brackets.
        module: width of one bar unit in points.
        height: height of the bars in points.
        text: whether the code stands under the bars.
        gs1: start with FNC1, so that scanners report "]C1".

    Raises:
        UnprintableBarcode: empty, or holds characters outside printable ASCII.
    """
    bars, modules = _code128(code, gs1=gs1)
    wide = (modules + 2 * CODE128_QUIET) * module
    size = max(5.0, module * 7.5) if text else 0.0
    lift = size * 1.05
    _paint(sheet, left, y, wide, height + lift)
    corner = (left + CODE128_QUIET * module, y + lift)
    _draw_bars(sheet, bars, corner, module=module, height=height)
    if text:
        shown = code.replace(_GROUP_SEPARATOR, " ")
        _caption(sheet, left + wide / 2, y + size * 0.15, shown, size)
    return wide


def code128_width(code: str, module: float) -> float:
    """Return the width in points a Code 128 would take with its quiet zones."""
    return (_code128(code, gs1=False)[1] + 2 * CODE128_QUIET) * module


def _code128(code: str, *, gs1: bool) -> tuple[list[tuple[float, float]], float]:
    plain = code.replace(_GROUP_SEPARATOR, "") if gs1 else code
    if not plain or not all(" " <= character <= "~" for character in plain):
        raise UnprintableBarcode(code[:40])
    if gs1:
        marked = code.replace(_GROUP_SEPARATOR, Gs1_128.FNC1_CHAR)
        return _bars(lambda writer: Gs1_128(marked, writer=writer), code)
    return _bars(lambda writer: Code128(code, writer=writer), code)


def _paint(sheet: Sheet, left: float, y: float, wide: float, height: float) -> None:
    """Keep the quiet zones clear of anything drawn before."""
    sheet.canvas.setFillColor(WHITE)
    sheet.canvas.rect(left, y, wide, height, stroke=0, fill=1)


def _draw_bars(
    sheet: Sheet,
    bars: list[tuple[float, float]],
    corner: tuple[float, float],
    *,
    module: float,
    height: float,
) -> None:
    left, y = corner
    sheet.canvas.setFillColor(INK)
    for first, modules in bars:
        sheet.canvas.rect(left + first * module, y, modules * module, height, stroke=0, fill=1)


def _caption(sheet: Sheet, centre: float, y: float, text: str, size: float) -> None:
    start = sheet.width - centre if sheet.rtl else centre
    sheet.text(start, y, arabic.code(text), Type(size), anchor=CENTRE)


def ean13_bars(code: str) -> tuple[list[tuple[float, float]], float]:
    """Return the dark bars of an EAN-13 as (first module, modules wide), and all its modules.

    Raises:
        UnprintableBarcode: not thirteen digits, or a wrong check digit.
    """
    if not is_ean13(code):
        raise UnprintableBarcode(code[:40])
    return _bars(lambda writer: EuropeanArticleNumber13(code, writer=writer), code)


def gs1_128_bars(code: str) -> tuple[list[tuple[float, float]], float]:
    """Return the dark bars of a GS1-128 as (first module, modules wide), and all its modules.

    Raises:
        UnprintableBarcode: empty, or holds characters outside printable ASCII.
    """
    return _code128(code, gs1=True)

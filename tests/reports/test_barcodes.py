from collections.abc import Callable

import pytest
from reportlab.lib.units import mm

from reports import barcodes
from reports.page import canvas_bytes, open_canvas
from reports.sheet import Sheet
from tests.reports import reading
from tests.reports.samples import in_house

SIZE = (90 * mm, 40 * mm)


def drawn(draw: Callable[[Sheet], float]) -> bytes:
    canvas = open_canvas(SIZE, title="barcode", language="en")
    draw(Sheet(canvas, SIZE, language="en", digits="latn"))
    canvas.showPage()
    return canvas_bytes(canvas)


@pytest.mark.parametrize("prefix", [21, 22, 23, 24, 25, 26, 29])
def test_an_in_house_number_scans_back(prefix: int) -> None:
    code = in_house(prefix, 9_876_543_210)

    pdf = drawn(lambda sheet: barcodes.draw_ean13(sheet, 20, 20, code))

    assert reading.barcodes(pdf) == [("EAN-13", code)]


def test_code_128_scans_back() -> None:
    pdf = drawn(lambda sheet: barcodes.draw_code128(sheet, 10, 20, "BH0001/24-X"))

    assert reading.barcodes(pdf) == [("Code 128", "BH0001/24-X")]


def test_gs1_128_scans_back_with_its_separator() -> None:
    content = "10BN2041A\x1d17270930"

    pdf = drawn(
        lambda sheet: barcodes.draw_code128(sheet, 5, 20, content, module=0.25 * mm, gs1=True)
    )

    assert reading.barcodes(pdf, dpi=300) == [("Code 128", "(10)BN2041A(17)270930")]


@pytest.mark.parametrize(
    "code",
    ["2200000001239", "220000000123", "22000000012388", "", "٢٢٠٠٠٠٠٠٠١٢٣٨", "22000000012a8"],
)
def test_it_refuses_an_ean_13_with_a_wrong_check_digit_or_shape(code: str) -> None:
    with pytest.raises(barcodes.UnprintableBarcode):
        drawn(lambda sheet: barcodes.draw_ean13(sheet, 20, 20, code))


@pytest.mark.parametrize("code", ["", "دواء", "a\nb", "\x1d", "é"])
def test_it_refuses_letters_a_code_128_cannot_hold(code: str) -> None:
    with pytest.raises(barcodes.UnprintableBarcode):
        drawn(lambda sheet: barcodes.draw_code128(sheet, 20, 20, code))


def test_the_width_it_promises_is_the_width_it_draws() -> None:
    canvas = open_canvas(SIZE, title="barcode", language="en")
    sheet = Sheet(canvas, SIZE, language="en", digits="latn")
    code = in_house(22, 1)

    assert barcodes.draw_ean13(sheet, 0, 0, code, module=1.0) == barcodes.ean13_width(1.0) == 113
    wide = barcodes.draw_code128(sheet, 0, 0, "AB12", module=1.0)
    assert wide == barcodes.code128_width("AB12", 1.0)

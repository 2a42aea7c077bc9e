"""Reads papers back: words, page sizes, barcodes, digits, dangerous objects."""

import re
import unicodedata
from collections.abc import Iterable
from io import BytesIO

import pypdfium2
import zxingcpp
from pypdf import PdfReader

POINTS_PER_MM = 72 / 25.4
HARAKAT = re.compile("[\u064b-\u0652]")


def plain(text: str) -> str:
    """Return text as a search box compares it: no vowel marks, one space, compatibility forms."""
    return re.sub(r"\s+", " ", HARAKAT.sub("", unicodedata.normalize("NFKC", text))).strip()


def pages(pdf: bytes) -> int:
    return len(PdfReader(BytesIO(pdf)).pages)


def words(pdf: bytes) -> str:
    return plain("\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


def page_texts(pdf: bytes) -> list[str]:
    """Return the text of each page as PDFium reads it, Arabic lines in logical order."""
    document = pypdfium2.PdfDocument(pdf)
    texts = [plain(page.get_textpage().get_text_range()) for page in document]
    document.close()
    return texts


def missing(told: Iterable[str], found: str) -> set[str]:
    """Return the words of `told` that stand nowhere in `found`, whatever order it was read in."""
    held = set(re.findall(r"[^\s()|:]+", found))
    return {word for text in told for word in re.findall(r"[^\s()|:]+", plain(text))} - held


def size_mm(pdf: bytes, page: int = 0) -> tuple[float, float]:
    box = PdfReader(BytesIO(pdf)).pages[page].mediabox
    return (
        round(float(box.width) / POINTS_PER_MM, 1),
        round(float(box.height) / POINTS_PER_MM, 1),
    )


def barcodes(pdf: bytes, page: int = 0, *, dpi: int = 203) -> list[tuple[str, str]]:
    """Return (format, text) of every barcode on a page, scanned from a picture of it."""
    document = pypdfium2.PdfDocument(pdf)
    picture = document[page].render(scale=dpi / 72).to_pil().convert("L")
    found = zxingcpp.read_barcodes(picture)
    document.close()
    return [(str(code.format).rsplit(".", 1)[-1], code.text) for code in found]


def ink_outside(pdf: bytes, margin_mm: float, page: int = 0) -> bool:
    """Say whether anything is printed closer to the edge than `margin_mm`."""
    document = pypdfium2.PdfDocument(pdf)
    scale = 4.0
    picture = document[page].render(scale=scale).to_pil().convert("L")
    document.close()
    edge = int(margin_mm * POINTS_PER_MM * scale)
    inside = picture.crop((edge, edge, picture.width - edge, picture.height - edge))
    picture.paste(255, (edge, edge, edge + inside.width, edge + inside.height))
    return picture.getextrema()[0] < 200


def ink_at_sides(pdf: bytes, margin_mm: float, page: int = 0) -> bool:
    """Say whether anything is printed closer to the left or right edge than `margin_mm`."""
    document = pypdfium2.PdfDocument(pdf)
    scale = 4.0
    picture = document[page].render(scale=scale).to_pil().convert("L")
    document.close()
    edge = int(margin_mm * POINTS_PER_MM * scale)
    left = picture.crop((0, 0, edge, picture.height))
    right = picture.crop((picture.width - edge, 0, picture.width, picture.height))
    return min(left.getextrema()[0], right.getextrema()[0]) < 200


def ink_below(pdf: bytes, margin_mm: float, page: int = 0) -> bool:
    """Say whether anything is printed closer to the lower edge than `margin_mm`."""
    document = pypdfium2.PdfDocument(pdf)
    scale = 4.0
    picture = document[page].render(scale=scale).to_pil().convert("L")
    document.close()
    edge = int(margin_mm * POINTS_PER_MM * scale)
    strip = picture.crop((0, picture.height - edge, picture.width, picture.height))
    return strip.getextrema()[0] < 200

"""Papers as pictures: what is shown of an attachment is drawn anew, never the file that came.

So nothing a file carries besides its look (scripts, links, places where a photo was taken, a second
file behind the first) reaches a reader's browser, and a watermark cannot be taken off.
"""

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pypdfium2
from PIL import Image, ImageOps

from pharmacy.errors import AttachmentRefused
from pharmacy.rules.media import MediaType

PAGES_MAX = 30
PIXELS_MAX = 50_000_000
_LONGEST_SIDE = 1_800
_POINTS_LONGEST = 842.0  # a page of A4
_QUALITY = 80
# PDFium keeps state of its own and is not made for several threads at once.
_DRAWING = threading.Lock()


def pictures_of(content: bytes, media_type: MediaType) -> list[bytes]:
    """Return each page of a paper as a JPEG, its longest side at most 1,800 pixels.

    Raises:
        AttachmentRefused: It cannot be drawn: damaged, locked, too large or too long.
    """
    if media_type is MediaType.PDF:
        with _document(content) as document:
            return [_jpeg(_drawn(document[number])) for number in range(len(document))]
    return [_jpeg(_opened(content))]


def check_drawable(content: bytes, media_type: MediaType) -> None:
    """Refuse at the door what could not be shown later.

    Raises:
        AttachmentRefused: See `pictures_of`.
    """
    if media_type is MediaType.PDF:
        with _document(content) as document:
            _drawn(document[0])
    else:
        _opened(content)


@contextmanager
def _document(content: bytes) -> Iterator[pypdfium2.PdfDocument]:
    with _DRAWING:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            raise AttachmentRefused(reason="unreadable") from error
        try:
            if not 0 < len(document) <= PAGES_MAX:
                raise AttachmentRefused(reason="too_many_pages")
            yield document
        except pypdfium2.PdfiumError as error:
            raise AttachmentRefused(reason="unreadable") from error
        finally:
            document.close()


def _drawn(page: pypdfium2.PdfPage) -> Image.Image:
    longest = max(page.get_size(), default=0.0)
    if not 0 < longest < _POINTS_LONGEST * 20:
        raise AttachmentRefused(reason="unreadable")
    picture: Image.Image = page.render(scale=_LONGEST_SIDE / longest).to_pil()
    return picture


def _opened(content: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(content), formats=("JPEG", "PNG"))
        # Known from the head alone, before a single pixel takes its memory.
        if picture.width * picture.height > PIXELS_MAX:
            raise AttachmentRefused(reason="too_large")
        picture.load()
        return ImageOps.exif_transpose(picture)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise AttachmentRefused(reason="unreadable") from error


def _jpeg(picture: Image.Image) -> bytes:
    plain = picture.convert("RGBA")
    ground = Image.new("RGBA", plain.size, "white")
    ground.alpha_composite(plain)
    ground.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    out = BytesIO()
    ground.convert("RGB").save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()

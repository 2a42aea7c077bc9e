"""What a file is, by its own first bytes: a name and a browser's word for it prove nothing.

Source: the signatures of JPEG (ITU-T T.81: SOI, then a marker), PNG (ISO/IEC 15948, 5.2) and PDF
(ISO 32000-1, 7.5.2: the header stands within the first 1024 bytes).
"""

from enum import StrEnum

_HEADER = 1024


class MediaType(StrEnum):
    """The kinds of file that a paper may come as."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    PDF = "application/pdf"


def media_type_of(content: bytes) -> MediaType | None:
    """Return what a file is, or None when it is none of the kinds taken."""
    if content.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG
    # A file that is two kinds at once begins as the other one.
    return MediaType.PDF if b"%PDF-" in content[:_HEADER] and content[:1] == b"%" else None

"""The two faces of every paper, registered once, safely from several threads.

IBM Plex Sans Arabic carries Latin, Arabic and all presentation forms in one file. Where its
package is missing, the DejaVu face inside python-barcode serves, with a warning.
"""

import threading
import unicodedata
import warnings
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics, ttfonts

REGULAR = "PrintShop"
BOLD = "PrintShop-Bold"

_PACKAGE = "fontpkg_ibm_plex_sans_arabic"
_LOCK = threading.Lock()
_PRESENTATION_FIRST, _PRESENTATION_LAST = 0xFE70, 0xFEF4

rl_config.useA85 = 0  # pages are bytes; the text form of them is a quarter longer and slower
rl_config.trustedHosts = []  # nothing on paper is ever fetched from anywhere


def _package_folder(name: str) -> Path | None:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent


def font_files(package: str = _PACKAGE) -> tuple[Path, Path]:
    """Return the files of the regular and the bold face.

    Args:
        package: import name of the font package to look for first.

    Raises:
        FileNotFoundError: neither the package nor the emergency face is there.
    """
    folder = _package_folder(package)
    if folder is not None:
        regular = folder / "files" / "IBMPlexSansArabic-Regular.ttf"
        bold = folder / "files" / "IBMPlexSansArabic-SemiBold.ttf"
        if regular.is_file() and bold.is_file():
            return regular, bold
    emergency = _package_folder("barcode")
    if emergency is None or not (emergency / "fonts" / "DejaVuSansMono.ttf").is_file():
        raise FileNotFoundError("no Arabic face: install fontpkg-ibm-plex-sans-arabic")
    warnings.warn(
        "fontpkg-ibm-plex-sans-arabic is missing; papers are set in DejaVu Sans Mono",
        stacklevel=2,
    )
    face = emergency / "fonts" / "DejaVuSansMono.ttf"
    return face, face


def register() -> None:
    """Register both faces; calling it again does nothing."""
    with _LOCK:
        if BOLD in pdfmetrics.getRegisteredFontNames():
            return
        regular, bold = font_files()
        ttfonts.makeToUnicodeCMap = _searchable_map
        pdfmetrics.registerFont(ttfonts.TTFont(REGULAR, str(regular)))
        pdfmetrics.registerFont(ttfonts.TTFont(BOLD, str(bold)))


def face(*, bold: bool) -> str:
    """Return the registered name of the face."""
    return BOLD if bold else REGULAR


@lru_cache(maxsize=65_536)
def _unit_width(line: str, name: str) -> float:
    return float(pdfmetrics.stringWidth(line, name, 1000.0))


def width(line: str, size: float, *, bold: bool = False) -> float:
    """Return the width in points of a shaped line at `size` points."""
    return _unit_width(line, face(bold=bold)) * size / 1000.0


@lru_cache(maxsize=512)
def _searchable(code: int) -> str:
    """Return the text a reader finds for a glyph: a joined form is its letter.

    Lam-alef ligatures stay what they are: as two letters they break the order in Poppler, PDFium
    or pypdf (tried; `dependencies.md`, searchable text).
    """
    if _PRESENTATION_FIRST <= code <= _PRESENTATION_LAST:
        letter = unicodedata.normalize("NFKC", chr(code)).strip()
        if len(letter) == 1:
            return letter
    return chr(code)


def _searchable_map(fontname: str, subset: list[int]) -> str:
    """Return a ToUnicode map of a subset (PDF 32000-1, 9.10.3), at most 100 lines a block."""
    lines = [
        f"<{slot:02X}> <{_searchable(code).encode('utf-16-be', 'replace').hex().upper()}>"
        for slot, code in enumerate(subset)
    ]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            "/CIDSystemInfo",
            f"<< /Registry ({fontname}) /Ordering ({fontname}) /Supplement 0 >> def",
            f"/CMapName /{fontname} def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            f"<00> <{len(subset) - 1:02X}>",
            "endcodespacerange",
            *(
                line
                for block in blocks
                for line in (f"{len(block)} beginbfchar", *block, "endbfchar")
            ),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    )

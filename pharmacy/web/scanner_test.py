"""The scanner test page: what a scanner sends, what it was read as, and how to set it up."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from pharmacy.errors import UnreadableBarcode
from pharmacy.rules.gs1 import DEMO_PREFIX, InHousePrefix, ean13_check_digit, in_house
from pharmacy.rules.scan import Scan, ScanKind, read_scan
from pharmacy.web.access import signed_in
from pharmacy.web.language import N_, gettext
from pharmacy.web.refusals import sentence
from reports.barcodes import ean13_bars, gs1_128_bars

blueprint = Blueprint("scanner_test", __name__)

KINDS: Mapping[ScanKind, str] = {
    ScanKind.CARD: N_("Beneficiary card"),
    ScanKind.RECEIPT: N_("Dispensing receipt"),
    ScanKind.BATCH: N_("Batch label"),
    ScanKind.SHELF: N_("Shelf label"),
    ScanKind.BADGE: N_("Staff badge"),
    ScanKind.REQUEST: N_("Request slip"),
    ScanKind.COMMAND: N_("Command of the laminated sheet"),
    ScanKind.PACK: N_("Medicine pack"),
    ScanKind.NATIONAL_ID: N_("National ID (fourteen digits)"),
    ScanKind.TEXT: N_("Words to search for, no code"),
}
_SEPARATOR = "\x1d"
_SEPARATOR_SHOWN = "<GS>"
# Goods of the demonstration range, with letters of both sizes: nobody's pack, safe to scan.
_TWELVE = f"{DEMO_PREFIX}123456789"
EXAMPLE_CARD = in_house(InHousePrefix.CARD, 8_812_345_678)
EXAMPLE_PACK = (
    f"010{_TWELVE}{ean13_check_digit(_TWELVE)}17301231" + f"10Ab23gh{_SEPARATOR}" + "21SN90x77"
)
_HEIGHT, _QUIET = 50, 11


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the page says of one scan.

    Attributes:
        code: As it came, its separators made visible.
        kind: What it is of, in words; empty when it could not be read.
        parts: (name, value) of what the code says.
        notes: (ok, warn or stop; a sentence) on the scanner's set-up.
    """

    code: str
    kind: str = ""
    parts: list[tuple[str, object]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


@blueprint.get("/help/scanner")
@signed_in
def show() -> ResponseReturnValue:
    """Show the page, nothing scanned yet."""
    return _page(None)


@blueprint.post("/help/scanner")
@signed_in
def read() -> ResponseReturnValue:
    """Show what a scan was read as; the code is taken as it came."""
    code = request.form.get("code", "").strip("\r\n")
    if not code.strip():
        return _page(None)
    return _page(verdict_on(code, corrected=request.form.get("corrected") == "1"))


def _page(verdict: Verdict | None) -> ResponseReturnValue:
    examples = [
        (gettext("Beneficiary card"), EXAMPLE_CARD, _drawn(*ean13_bars(EXAMPLE_CARD))),
        (gettext("Medicine pack"), _shown(EXAMPLE_PACK), _drawn(*gs1_128_bars(EXAMPLE_PACK))),
    ]
    return render_template("scanner_test/show.html", verdict=verdict, examples=examples)


def verdict_on(code: str, *, corrected: bool) -> Verdict:
    """Return what a code says and what it tells of the scanner.

    Args:
        code: As it came.
        corrected: The browser saw Arabic letters and read the keys instead.
    """
    try:
        scan = read_scan(code)
    except UnreadableBarcode as refusal:
        return Verdict(_shown(code), notes=[("stop", sentence(refusal))])
    notes = [("ok", gettext("The code was read."))]
    if scan.kind is ScanKind.TEXT:
        notes = [("warn", gettext("This is no code that is known here. Scan it again."))]
    if corrected or scan.corrected:
        layout = gettext(
            "The keyboard was set to Arabic; the letters were put right. Nothing needs to be done."
        )
        notes.append(("ok", layout))
    return Verdict(_shown(code), gettext(KINDS[scan.kind]), _parts(scan), notes + _ends(scan, code))


def _parts(scan: Scan) -> list[tuple[str, object]]:
    parts: list[tuple[str, object]] = []
    if scan.body is not None:
        parts.append((gettext("Number inside"), str(scan.body)))
    if scan.pack is not None:
        expiry = scan.pack.expiry
        parts += [
            (gettext("GTIN"), scan.pack.gtin),
            (gettext("Lot"), scan.pack.lot),
            (gettext("Expiry"), f"{expiry:%d/%m/%Y}" if expiry else None),
            (gettext("Serial"), scan.pack.serial),
        ]
    return parts


def _ends(scan: Scan, code: str) -> list[tuple[str, str]]:
    """Return what is to be said of separators, where a lot may have swallowed a serial."""
    if scan.pack is None or (scan.pack.lot is None and scan.pack.serial is None):
        return []
    if _SEPARATOR in code:
        return [("ok", gettext("The separator between lot and serial came through."))]
    if scan.pack.lot is not None and scan.pack.serial is not None:
        return [("ok", gettext("Lot and serial could be told apart."))]
    missing = gettext(
        "No separator came. If the pack bears a lot and a serial, switch control characters on in"
        " the scanner; until then the lot is found from the file."
    )
    return [("warn", missing)]


def _shown(code: str) -> str:
    return code.replace(_SEPARATOR, _SEPARATOR_SHOWN)


def _drawn(bars: list[tuple[float, float]], modules: float) -> Markup:
    """Draw bars as SVG without a line of style, two pixels a module, quiet zones included."""
    wide = modules + 2 * _QUIET
    rects = Markup("").join(
        Markup('<rect x="%g" y="0" width="%g" height="%g"/>') % (first + _QUIET, width, _HEIGHT)
        for first, width in bars
    )
    return Markup(
        '<svg viewBox="0 0 %g %g" width="%g" height="%g" aria-hidden="true" focusable="false">'
        '<rect width="100%%" height="100%%" fill="white"/>%s</svg>'
    ) % (wide, _HEIGHT, wide * 2, _HEIGHT * 2, rects)

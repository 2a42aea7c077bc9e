"""What a scan, or a text typed in the scan box, is: our own code, a pack's, a national ID, words.

A scan that came through a keyboard laid out for Arabic is undone first (`rules.keyboard`). A code
that is broken is refused; words never are, since they may be a name to search for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum, StrEnum

from pharmacy.errors import InvalidDate, UnreadableBarcode
from pharmacy.rules.arabic import to_western
from pharmacy.rules.expiry import parse_expiry
from pharmacy.rules.gs1 import (
    EAN13_DIGITS,
    GTIN_DIGITS,
    GTIN_LENGTHS,
    InHousePrefix,
    Pack,
    is_gtin,
    parse_in_house,
    parse_pack,
)
from pharmacy.rules.keyboard import candidates

SCAN_MAX = 200
"""Letters; a pack's code has some forty. A longer text is not a scan."""


class ScanKind(StrEnum):
    """What a scan is of."""

    CARD = "card"
    RECEIPT = "receipt"
    BATCH = "batch"
    SHELF = "shelf"
    BADGE = "badge"
    REQUEST = "request"
    COMMAND = "command"
    PACK = "pack"
    NATIONAL_ID = "national_id"
    TEXT = "text"


class Command(IntEnum):
    """What the laminated sheet at the counter can do without a key: the body of its codes."""

    DISPENSE = 1
    HOLD = 2
    UNDO = 3
    CLEAR = 4
    LOCK = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A scan, read.

    Attributes:
        kind: What it is of.
        text: The code as printed (digits 0 to 9, layout undone); words as they were typed.
        body: The number inside one of our own codes.
        pack: What a pack's code says, by its likeliest reading.
        others: Further readings of a pack's code; the file knows which lot there is.
        corrected: The keyboard was laid out for Arabic and the letters had to be undone.
    """

    kind: ScanKind
    text: str
    body: int | None = None
    pack: Pack | None = None
    others: tuple[Pack, ...] = ()
    corrected: bool = False


_KINDS: Mapping[InHousePrefix, ScanKind] = {
    InHousePrefix.CARD: ScanKind.CARD,
    InHousePrefix.RECEIPT: ScanKind.RECEIPT,
    InHousePrefix.BATCH: ScanKind.BATCH,
    InHousePrefix.SHELF: ScanKind.SHELF,
    InHousePrefix.BADGE: ScanKind.BADGE,
    InHousePrefix.REQUEST_SLIP: ScanKind.REQUEST,
    InHousePrefix.COMMAND: ScanKind.COMMAND,
}
_SYMBOLOGY = re.compile(r"\](?:d[12]|C[01]|Q[13]|e0|E[04])", re.IGNORECASE)
_SEPARATORS = re.compile(r"\x1d|<GS>|\^\]|[\u241d\x1e\x1f|]")
_HUMAN = re.compile(r"\(\d{2,4}\)")
_GTIN_FIRST = re.compile(r"0[12]\d{14}")
_GTIN_SOMEWHERE = re.compile(r"0[12](\d{14})")
# Fixed elements, then one whose end only a separator could tell.
# Letters: GS1 General Specifications, character set 82.
_UNENDED = re.compile(r"01(\d{14})((?:1[1-7]\d{6})*)(10|21)([!\"%-?A-Z_a-z]+)")
_EXPIRY = re.compile(r"17(\d{6})")
_ABROAD = "00"


def read_scan(text: str) -> Scan:
    """Return what a text is.

    Raises:
        UnreadableBarcode: A code, but a broken one: its check digit or a date is wrong, it names no
            medicine, or it is of an in-store range that is not ours.
    """
    words = text.strip()
    if len(words) > SCAN_MAX:
        return Scan(kind=ScanKind.TEXT, text=words)
    found, refusal = [], None
    for reading in candidates(words):
        try:
            scan = _read(reading, corrected=reading != to_western(words))
        except UnreadableBarcode as error:
            refusal = refusal or error
            continue
        if scan is not None:
            found.append(scan)
    if found:
        return _likeliest(found)
    if refusal is not None:
        raise refusal
    return Scan(kind=ScanKind.TEXT, text=words)


def _likeliest(found: list[Scan]) -> Scan:
    first = found[0]
    if first.pack is None:
        return first
    others = tuple(scan.pack for scan in found[1:] if scan.pack and scan.pack != first.pack)
    return replace(first, others=others)


def _read(text: str, *, corrected: bool) -> Scan | None:
    """Return what one reading is, or None when it is only words."""
    code = _SYMBOLOGY.sub("", text, count=1).strip()
    marked = bool(code) and code != text.strip()
    if code.isascii() and code.isdecimal() and len(code) in GTIN_LENGTHS:
        return _read_digits(code, marked=marked, corrected=corrected)
    if not marked and not _looks_like_gs1(code):
        return None
    pack = _read_unended(code) or parse_pack(text)
    return Scan(kind=ScanKind.PACK, text=text, pack=pack, corrected=corrected)


def _looks_like_gs1(code: str) -> bool:
    if _HUMAN.match(code) or _GTIN_FIRST.match(code) or "\x1d" in code:
        return True
    # The elements may stand in any order; a GTIN among them must prove itself.
    somewhere = _GTIN_SOMEWHERE.search(code)
    ended = _SEPARATORS.search(code) or " " in code
    return bool(ended and somewhere and code[0].isdecimal() and is_gtin(somewhere[1]))


def _read_digits(code: str, *, marked: bool, corrected: bool) -> Scan | None:
    if len(code) == GTIN_DIGITS:
        # Never a GTIN: at a counter it is a person, unless it is a telephone number from abroad.
        kind = ScanKind.TEXT if code.startswith(_ABROAD) else ScanKind.NATIONAL_ID
        return Scan(kind=kind, text=code, corrected=corrected)
    ours = parse_in_house(code)
    if ours is not None:
        kind = _KINDS[ours.prefix]
        return Scan(kind=kind, text=code, body=ours.body, corrected=corrected)
    if not is_gtin(code) and len(code) != EAN13_DIGITS and not marked:
        return None  # eight or twelve digits typed: part of a number to search for
    return Scan(kind=ScanKind.PACK, text=code, pack=parse_pack(code), corrected=corrected)


def _read_unended(code: str) -> Pack | None:
    """Return a pack whose code has no separator: its lot or serial may have swallowed the rest.

    biip would cut it at the twenty letters that an element may have, and lose what follows.
    """
    match = _UNENDED.fullmatch(code)
    if match is None or _SEPARATORS.search(code) or not is_gtin(match[1]):
        return None
    expiry = _expiry_of(match[2], code)
    if match[3] == "10":
        return Pack(gtin=match[1], lot=match[4], expiry=expiry)
    return Pack(gtin=match[1], serial=match[4], expiry=expiry)


def _expiry_of(dates: str, code: str) -> date | None:
    """Return the expiry among date elements of eight digits each.

    Raises:
        UnreadableBarcode: There is no such date.
    """
    for place in range(0, len(dates), 8):
        match = _EXPIRY.fullmatch(dates[place : place + 8])
        if match is not None:
            try:
                return parse_expiry(match[1])
            except InvalidDate as error:
                raise UnreadableBarcode(text=code, reason="date") from error
    return None


def split_swallowed(pack: Pack, lots: frozenset[str]) -> Pack | None:
    """Return a pack whose lot is one of those on file, cut off from what it had swallowed.

    The longest lot that begins the swallowed text, and behind which nothing is left unexplained,
    wins; so a serial that swallowed the lot behind it is cut as well. None when no lot fits.
    """
    for lot in sorted(lots - {""}, key=lambda lot: (-len(lot), lot)):
        found = _cut(pack, lot)
        if found is not None:
            return found
    return None


def _cut(pack: Pack, lot: str) -> Pack | None:
    if pack.lot is not None:
        if not pack.lot.startswith(lot):
            return None
        return _with_rest(replace(pack, lot=lot), pack.lot.removeprefix(lot))
    before, marker, rest = (pack.serial or "").rpartition(f"10{lot}")
    if not marker or not before:
        return None
    dated = re.fullmatch(r"(.+?)(17\d{6})", before)
    serial, dates = dated.groups() if dated and pack.expiry is None else (before, "")
    return _with_rest(replace(pack, lot=lot, serial=serial), dates + rest)


def _with_rest(pack: Pack, rest: str) -> Pack | None:
    """Add what the rest says to a pack; None when it says nothing, or what is known already."""
    if not rest:
        return pack
    match = re.fullmatch(r"((?:1[1-7]\d{6})*)(?:21(\S+))?", rest)
    if match is None or (match[2] and pack.serial):
        return None
    try:
        expiry = _expiry_of(match[1], rest)
    except UnreadableBarcode:
        return None
    if expiry is not None and pack.expiry is not None:
        return None
    return replace(pack, expiry=pack.expiry or expiry, serial=pack.serial or match[2])

"""Barcodes: our own (EAN-13, in-store prefixes) and the codes on packs (GS1, read by biip).

Our own codes are digits only, since digits survive every keyboard layout and letters do not.
Source of the in-store range 20 to 29: GS1 General Specifications, restricted circulation numbers.

A batch or serial that is not the last must end in a separator, which many scanners lose. The batch
then swallows what follows; nothing in the code can tell, so `Pack.lot` may be longer than the lot,
and the service looks for the longest lot on file that begins it.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from biip import ParseConfig, ParseError
from biip.checksums import gs1_standard_check_digit
from biip.gs1_messages import GS1Message

from pharmacy.errors import InvalidDate, UnreadableBarcode
from pharmacy.rules.arabic import to_western
from pharmacy.rules.expiry import parse_expiry

EGYPT_PREFIX = "622"
DEMO_PREFIX = "952"
"""The prefix that GS1 keeps for demonstrations: no real product bears it."""

EAN13_DIGITS = 13
GTIN_DIGITS = 14
GTIN_LENGTHS = frozenset({8, 12, 13, 14})
_BODY_DIGITS = 10
# Fourteen bare digits at a counter are a national ID, never a GTIN.
_BARE_LENGTHS = GTIN_LENGTHS - {GTIN_DIGITS}
_IN_STORE = "2"
_SYMBOLOGY = re.compile(r"\](?:d[12]|C[01]|Q[13]|e0|E[04])", re.IGNORECASE)
_SEPARATOR = "\x1d"
# How scanners and what lies behind them write the separator when they do not send it as it is; a
# blank is what is left of it in a form field, and no GS1 value holds one.
_SEPARATORS = re.compile(r"\x1d|<GS>|\^\]|[\u241d\x1e\x1f| ]")
_OWN_DATES = ParseConfig(gs1_element_strings_verify_date=False)


class InHousePrefix(IntEnum):
    """The first two digits of our own barcodes say what kind of thing they are on."""

    CARD = 21
    RECEIPT = 22
    BATCH = 23
    SHELF = 24
    BADGE = 25
    REQUEST_SLIP = 26
    COMMAND = 29


_IN_HOUSE = frozenset(prefix.value for prefix in InHousePrefix)


@dataclass(frozen=True, slots=True, kw_only=True)
class InHouseCode:
    """One of our own barcodes, read."""

    prefix: InHousePrefix
    body: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What a pack's code says; a GTIN always has 14 digits."""

    gtin: str
    lot: str | None = None
    expiry: date | None = None
    serial: str | None = None


def ean13_check_digit(digits: str) -> str:
    """Return the check digit of the first twelve digits."""
    return str(gs1_standard_check_digit(digits))


def is_gtin(text: str) -> bool:
    """Tell whether a text is a GTIN (8, 12, 13 or 14 digits) whose check digit is right."""
    digits = text.isascii() and text.isdecimal() and len(text) in GTIN_LENGTHS
    return digits and str(gs1_standard_check_digit(text[:-1])) == text[-1]


def is_ean13(text: str) -> bool:
    """Tell whether a text is thirteen digits whose check digit is right."""
    return len(text) == EAN13_DIGITS and is_gtin(text)


def in_house(prefix: InHousePrefix, body: int) -> str:
    """Return the EAN-13 of one of our own things.

    Raises:
        ValueError: The body does not fit ten digits.
    """
    if not 0 <= body < 10**_BODY_DIGITS:
        raise ValueError(f"{body} does not fit {_BODY_DIGITS} digits")
    digits = f"{prefix:02d}{body:0{_BODY_DIGITS}d}"
    return digits + ean13_check_digit(digits)


def parse_in_house(text: str) -> InHouseCode | None:
    """Return what one of our own barcodes names, or None when it is not ours."""
    plain = to_western(text).strip()
    if not is_ean13(plain) or int(plain[:2]) not in _IN_HOUSE:
        return None
    return InHouseCode(prefix=InHousePrefix(int(plain[:2])), body=int(plain[2:-1]))


def parse_pack(text: str) -> Pack:
    """Return what a pack's barcode says: a bare EAN or UPC, GS1-128 or GS1 DataMatrix.

    Raises:
        UnreadableBarcode: No GTIN, a wrong check digit, a date that does not exist, a code of an
            in-store range, or no GS1 code at all; `reason` says which.
    """
    code = _SYMBOLOGY.sub("", to_western(text).strip(), count=1)
    code = _SEPARATORS.sub(_SEPARATOR, code.strip()).strip(_SEPARATOR)
    if not (code.isascii() and code.isdecimal() and len(code) in _BARE_LENGTHS):
        return _parse_message(text, code)
    if not is_gtin(code):
        raise UnreadableBarcode(text=text, reason="check_digit")
    if len(code) == EAN13_DIGITS and code.startswith(_IN_STORE):
        raise UnreadableBarcode(text=text, reason="in_store")
    return Pack(gtin=code.zfill(GTIN_DIGITS))


def _parse_message(text: str, code: str) -> Pack:
    parse = GS1Message.parse_hri if code.startswith("(") else GS1Message.parse
    try:
        message = parse(code, config=_OWN_DATES)
    except ParseError as error:
        raise UnreadableBarcode(text=text, reason="structure") from error
    values = {element.ai.ai: element.value for element in message.element_strings}
    gtin = values.get("01") or values.get("02")
    if gtin is None:
        raise UnreadableBarcode(text=text, reason="no_gtin")
    # biip keeps a GTIN with a wrong check digit as an error beside the value; we refuse it.
    if not is_gtin(gtin):
        raise UnreadableBarcode(text=text, reason="check_digit")
    try:
        expiry = parse_expiry(values["17"]) if "17" in values else None
    except InvalidDate as error:
        raise UnreadableBarcode(text=text, reason="date") from error
    return Pack(gtin=gtin, lot=values.get("10"), expiry=expiry, serial=values.get("21"))

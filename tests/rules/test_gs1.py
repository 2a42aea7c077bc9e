"""Barcodes: our own, and the codes on packs. Oracles: biip reads, stdnum checks and composes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean, gs1_128

from pharmacy.errors import UnreadableBarcode
from pharmacy.rules.gs1 import (
    DEMO_PREFIX,
    EGYPT_PREFIX,
    InHouseCode,
    InHousePrefix,
    Pack,
    ean13_check_digit,
    in_house,
    is_ean13,
    is_gtin,
    parse_in_house,
    parse_pack,
)

GTIN = "09521234567899"
GS = "\x1d"
WHOLE = Pack(gtin=GTIN, lot="A2317", expiry=date(2027, 4, 30), serial="X9")
FROM_DATAMATRIX = f"]d201{GTIN}17270430" + "10A2317" + GS + "21X9"


@pytest.mark.parametrize(
    "text",
    [
        FROM_DATAMATRIX,
        FROM_DATAMATRIX.removeprefix("]d2"),
        FROM_DATAMATRIX.replace("]d2", "]D2"),
        FROM_DATAMATRIX.replace("]d2", "]C1"),
        FROM_DATAMATRIX.replace("]d2", f"]d2{GS}"),
        FROM_DATAMATRIX + "\r\n",
        FROM_DATAMATRIX + GS,
        FROM_DATAMATRIX.replace(GS, "<GS>"),
        FROM_DATAMATRIX.replace(GS, "^]"),
        FROM_DATAMATRIX.replace(GS, "|"),
        FROM_DATAMATRIX.replace(GS, "\u241d"),
        FROM_DATAMATRIX.replace(GS, " "),  # what a cleaned form field leaves of it
        f"01{GTIN}10A2317{GS}17270400" + "21X9",  # day 00: the month's last
        f"21X9{GS}10A2317{GS}17270430" + f"01{GTIN}",
        f"(01){GTIN}(17)270430(10)A2317(21)X9",
        f"01{GTIN}11250430" + "17270430" + f"10A2317{GS}21X9",  # production date besides
        f"٠١{GTIN}17270430" + f"10A2317{GS}21X9",
    ],
)
def test_a_pack_reads_the_same_from_every_scanner(text: str) -> None:
    assert parse_pack(text) == WHOLE


@pytest.mark.parametrize(
    ("text", "gtin"),
    [
        ("9521234567899", "09521234567899"),
        ("96385074", "00000096385074"),
        ("036000291452", "00036000291452"),
        ("٩٥٢١٢٣٤٥٦٧٨٩٩", "09521234567899"),
    ],
)
def test_a_bare_code_is_a_gtin_of_fourteen_digits(text: str, gtin: str) -> None:
    assert parse_pack(text) == Pack(gtin=gtin)


def test_a_lost_separator_leaves_a_lot_that_swallowed_the_serial() -> None:
    lost = FROM_DATAMATRIX.replace(GS, "")
    assert parse_pack(lost) == Pack(gtin=GTIN, lot="A231721X9", expiry=date(2027, 4, 30))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no_gtin"),
        ("hello", "structure"),
        ("9521234567890", "check_digit"),
        (f"01{GTIN[:-1]}8", "check_digit"),
        ("1727043010AB", "no_gtin"),
        (f"01{GTIN}17271330", "structure"),
        (f"01{GTIN}17270231", "date"),
        (f"01{GTIN}17000000", "date"),
        (in_house(InHousePrefix.CARD, 7), "in_store"),
        ("28801111898179", "structure"),  # a national ID, never a GTIN
        (GTIN, "structure"),
        ("9" * 5000, "no_gtin"),
    ],
)
def test_it_refuses_what_is_no_pack(text: str, reason: str) -> None:
    with pytest.raises(UnreadableBarcode) as refusal:
        parse_pack(text)
    assert (refusal.value.text, refusal.value.reason) == (text, reason)


lots = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-./", min_size=1)
gtins = (
    st.integers(0, 10**12 - 1)
    .map(lambda body: f"0{body:012d}")
    .map(lambda digits: digits + ean.calc_check_digit(digits))
)


@given(gtins, lots.map(lambda lot: lot[:20]), lots.map(lambda lot: lot[:20]),
       st.dates(date(2026, 1, 1), date(2060, 12, 31)))  # fmt: skip
def test_what_another_library_composes_reads_back(
    gtin: str, lot: str, serial: str, expiry: date
) -> None:
    code = gs1_128.encode({"01": gtin, "17": expiry, "10": lot, "21": serial}, separator=GS)
    assert parse_pack(code) == Pack(gtin=gtin, lot=lot, expiry=expiry, serial=serial)


@given(st.integers(0, 10**12 - 1))
def test_check_digits_agree_with_another_library(body: int) -> None:
    digits = f"{body:012d}"
    assert ean13_check_digit(digits) == ean.calc_check_digit(digits)
    right = digits + ean13_check_digit(digits)
    assert is_ean13(right)
    assert ean.is_valid(right)
    wrong = digits + str((int(right[-1]) + 1) % 10)
    assert not is_ean13(wrong)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("96385074", True),
        ("036000291452", True),
        ("9521234567899", True),
        (GTIN, True),
        ("9521234567890", False),
        ("٩٥٢١٢٣٤٥٦٧٨٩٩", False),
        ("952123456789", False),
        ("", False),
        ("952123456789²", False),
    ],
)
def test_a_gtin_has_its_length_and_check_digit(*, text: str, right: bool) -> None:
    assert is_gtin(text) is right


@pytest.mark.parametrize(
    ("prefix", "body", "code"),
    [
        (InHousePrefix.CARD, 8_812_345_678, "2188123456787"),
        (InHousePrefix.RECEIPT, 1, "2200000000019"),
        (InHousePrefix.COMMAND, 0, "2900000000001"),
    ],
)
def test_our_own_codes_are_ean_13(prefix: InHousePrefix, body: int, code: str) -> None:
    assert in_house(prefix, body) == code
    assert parse_in_house(code) == InHouseCode(prefix=prefix, body=body)


@given(st.sampled_from(InHousePrefix), st.integers(0, 10**10 - 1))
def test_our_own_codes_read_back(prefix: InHousePrefix, body: int) -> None:
    assert parse_in_house(in_house(prefix, body)) == InHouseCode(prefix=prefix, body=body)


@pytest.mark.parametrize("body", [-1, 10**10])
def test_a_body_that_does_not_fit_is_refused(body: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        in_house(InHousePrefix.CARD, body)


@pytest.mark.parametrize(
    "text", ["", "9521234567899", "2712345678901", "2188123456780", "218812345678", "hello"]
)
def test_what_is_not_ours_is_nothing(text: str) -> None:
    assert parse_in_house(text) is None


def test_demonstration_goods_never_bear_the_prefix_of_egypt() -> None:
    assert (EGYPT_PREFIX, DEMO_PREFIX) == ("622", "952")

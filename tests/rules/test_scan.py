"""What a scan is: our own codes, packs, numbers of persons, words; undone from an Arabic layout."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmacy.errors import UnreadableBarcode
from pharmacy.rules.gs1 import InHousePrefix, Pack, in_house
from pharmacy.rules.scan import SCAN_MAX, Command, Scan, ScanKind, read_scan, split_swallowed
from tests.browser.scanner import as_typed

GTIN = "09521234567899"
GS = "\x1d"
CODE = f"01{GTIN}17270430" + f"10A2317{GS}21X9"
WHOLE = Pack(gtin=GTIN, lot="A2317", expiry=date(2027, 4, 30), serial="X9")
LOST = CODE.replace(GS, "")
SERIAL = "ABCDEFGHIJ0123456789"


@pytest.mark.parametrize(
    ("prefix", "kind"),
    [
        (InHousePrefix.CARD, ScanKind.CARD),
        (InHousePrefix.RECEIPT, ScanKind.RECEIPT),
        (InHousePrefix.BATCH, ScanKind.BATCH),
        (InHousePrefix.SHELF, ScanKind.SHELF),
        (InHousePrefix.BADGE, ScanKind.BADGE),
        (InHousePrefix.REQUEST_SLIP, ScanKind.REQUEST),
        (InHousePrefix.COMMAND, ScanKind.COMMAND),
    ],
)
@pytest.mark.parametrize("mark", ["", "]E0"])
def test_our_own_codes_name_their_kind(prefix: InHousePrefix, kind: ScanKind, mark: str) -> None:
    code = in_house(prefix, 417)
    assert read_scan(f" {mark}{code}\r\n") == Scan(kind=kind, text=code, body=417)


def test_our_own_code_reads_in_arabic_digits_and_needs_no_correction() -> None:
    code = in_house(InHousePrefix.CARD, 8_812_345_678)
    typed = code.translate({ord("0") + n: ord("٠") + n for n in range(10)})
    assert read_scan(typed) == Scan(kind=ScanKind.CARD, text=code, body=8_812_345_678)


def test_the_commands_have_their_numbers() -> None:
    assert [(one.name, one.value) for one in Command] == [
        ("DISPENSE", 1),
        ("HOLD", 2),
        ("UNDO", 3),
        ("CLEAR", 4),
        ("LOCK", 5),
    ]


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        f"]d2{CODE}",
        f"]C1{CODE}",
        f"]Q3{CODE}",
        f"]e0{CODE}",
        f"{GS}{CODE}{GS}",
        CODE.replace(GS, "<GS>"),
        CODE.replace(GS, "^]"),
        CODE.replace(GS, "|"),
        CODE.replace(GS, "\u241d"),
        CODE.replace(GS, " "),
        f"(01){GTIN}(17)270430(10)A2317(21)X9",
        f"21X9{GS}10A2317{GS}17270430" + f"01{GTIN}",
        f"21X9 10A2317 17270430 01{GTIN}",
        f"01{GTIN}21X9{GS}17270430" + "10A2317",
    ],
)
def test_a_pack_reads_the_same_however_its_separator_came(text: str) -> None:
    scan = read_scan(text)
    assert (scan.kind, scan.pack, scan.corrected) == (ScanKind.PACK, WHOLE, False)


@pytest.mark.parametrize("text", ["9521234567899", "]E09521234567899", "٩٥٢١٢٣٤٥٦٧٨٩٩"])
def test_a_bare_code_of_a_pack_names_the_medicine_only(text: str) -> None:
    assert read_scan(text).pack == Pack(gtin=GTIN)


@pytest.mark.parametrize("text", ["28801111898179", "٢٨٨٠١١١١٨٩٨١٧٩", GTIN])
def test_fourteen_digits_are_a_person_and_never_a_pack(text: str) -> None:
    assert (read_scan(text).kind, read_scan(text).pack) == (ScanKind.NATIONAL_ID, None)


@pytest.mark.parametrize(
    "text",
    ["", "فاطمة عبد الرحمن", "لا", "Metformin 500", "01012345678", "00201012345678", "96385075",
     "952123456789", "P1-D-2026-000417", "1*2*30", "د}1", "x" * (SCAN_MAX + 1), "1" * 13_000],
)  # fmt: skip
def test_words_and_parts_of_numbers_are_left_to_the_search(text: str) -> None:
    assert read_scan(text) == Scan(kind=ScanKind.TEXT, text=text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("9521234567890", "check_digit"),
        ("2188123456780", "check_digit"),
        ("2700000000014", "in_store"),  # some shop's own label, not ours
        ("]E09521234567890", "check_digit"),
        (f"01{GTIN[:-1]}817270430", "check_digit"),
        (f"01{GTIN}17270231" + f"10A{GS}21X", "date"),
        (f"01{GTIN}17270231" + "10A", "date"),
        ("]d2hello", "structure"),
        (f"]d21727043010A{GS}21X", "no_gtin"),
        ("(10)A2317", "no_gtin"),
    ],
)
def test_a_broken_code_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UnreadableBarcode) as refusal:
        read_scan(text)
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (f"]d2{LOST}", as_typed(f"]d2{LOST}", "ar")),
        (f"]C1{LOST}", as_typed(f"]C1{LOST}", "ar")),
        (LOST, as_typed(LOST, "ar")),
    ],
)
def test_a_pack_typed_on_an_arabic_layout_is_put_right(code: str, text: str) -> None:
    swallowed = Pack(gtin=GTIN, lot="A231721X9", expiry=date(2027, 4, 30))
    assert read_scan(text) == Scan(kind=ScanKind.PACK, text=code, pack=swallowed, corrected=True)


def test_both_readings_of_a_doubtful_letter_are_kept() -> None:
    scan = read_scan(as_typed(f"01{GTIN}10gh7", "ar"))
    assert scan.pack == Pack(gtin=GTIN, lot="b7")
    assert scan.others == (Pack(gtin=GTIN, lot="gh7"),)


def test_parentheses_come_back_from_their_mirror() -> None:
    scan = read_scan(f")01({GTIN})17(270430)10(2317)21(9")
    assert scan.pack == Pack(gtin=GTIN, lot="2317", expiry=date(2027, 4, 30), serial="9")
    assert scan.corrected


@pytest.mark.parametrize(
    ("code", "pack"),
    [
        (LOST, WHOLE),
        (f"01{GTIN}10A231717270430" + "21X9", WHOLE),
        (f"01{GTIN}11250101" + "17270430" + "10A231721X9", WHOLE),
        (f"01{GTIN}1727043021X910A2317", WHOLE),
        (f"01{GTIN}21X91727043010A2317", WHOLE),
        (f"01{GTIN}17270430" + "10A2317", Pack(gtin=GTIN, lot="A2317", expiry=WHOLE.expiry)),
        (
            f"01{GTIN}17270430" + f"10A231721{SERIAL}",  # longer than one element may be
            Pack(gtin=GTIN, lot="A2317", expiry=WHOLE.expiry, serial=SERIAL),
        ),
        (
            f"01{GTIN}21{SERIAL}17270430" + "10A2317",
            Pack(gtin=GTIN, lot="A2317", expiry=WHOLE.expiry, serial=SERIAL),
        ),
    ],
)
def test_a_lost_separator_is_found_again_from_the_lots_on_file(code: str, pack: Pack) -> None:
    read = read_scan(code).pack
    assert read is not None
    assert split_swallowed(read, frozenset({"A2", "A2317", "OTHER", ""})) == pack


@pytest.mark.parametrize(
    ("lot", "lots", "found"),
    [
        ("A12121X", {"A1", "A121"}, ("A121", "X")),  # the longest wins
        ("A1X", {"A1"}, None),  # what is left says nothing
        ("A117279930", {"A1"}, None),  # no such date
        ("B7", {"A1"}, None),
        ("A1", set(), None),
    ],
)
def test_the_longest_lot_that_explains_everything_wins(
    lot: str, lots: set[str], found: tuple[str, str] | None
) -> None:
    cut = split_swallowed(Pack(gtin=GTIN, lot=lot), frozenset(lots))
    assert (cut and (cut.lot, cut.serial)) == found


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_as_a_barcode(text: str) -> None:
    try:
        scan = read_scan(text)
    except UnreadableBarcode:
        return
    assert (scan.pack is not None) == (scan.kind is ScanKind.PACK)


@given(st.from_regex(r"[A-Za-z0-9./-]{1,20}", fullmatch=True))
def test_a_lot_typed_on_an_arabic_layout_is_among_the_readings(lot: str) -> None:
    scan = read_scan(as_typed(f"]d201{GTIN}10{lot}", "ar"))
    doubtful = sum(map(lot.count, ("b", "B", "G", "T", "gh", "gH", "gY", "gN")))
    assert scan.pack is not None
    assert doubtful > 6 or Pack(gtin=GTIN, lot=lot) in {scan.pack, *scan.others}

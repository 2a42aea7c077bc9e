"""Arabic as people type it: folding for search, digits, cleaning."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmacy.errors import InvalidNumber
from pharmacy.rules.arabic import (
    clean,
    fold,
    fold_words,
    kept_upright,
    parse_integer,
    to_arabic_indic,
    to_western,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أحمد", "احمد"),
        ("إيمان", "ايمان"),
        ("آمال", "امال"),
        ("مصطفى", "مصطفي"),
        ("فاطمة", "فاطمه"),
        ("عبد الرحمن", "عبدالرحمن"),
        ("أبو زيد", "ابوزيد"),
        ("أم كلثوم", "امكلثوم"),
        ("السيد", "سيد"),
        ("الألباني", "ألباني"),
        ("مُحَمَّد", "محمد"),
        ("محـــمد", "محمد"),
        ("مسؤول", "مسوول"),
        ("هيئة", "هييه"),
        ("علاء", "علا"),
        ("کریم", "كريم"),
        ("إيتاي البارود", "ايتاى البارود"),
        ("حوش عيسى", "حوش عيسي"),
        ("إدكو", "ادكو"),
        ("\u200fمحمد\u200f  علي", "محمد علي"),
        ("ﻻشين", "لاشين"),
        ("غرفة ٣", "غرفه 3"),
        ("PANADOL-Extra", "panadol extra"),
    ],
)
def test_two_spellings_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("فاطمة عبد الرحمن حسن", ("فاطمه", "عبدالرحمن", "حسن")),
        ("محمد أبو العلا", ("محمد", "ابوالعلا")),
        ("عبد", ("عبد",)),
        ("علي ال", ("علي", "ال")),
        ("الله", ("الله",)),
        ("الهام السيد", ("هام", "سيد")),
        ("", ()),
        (" \u200f ", ()),
    ],
)
def test_it_folds_into_words(text: str, words: tuple[str, ...]) -> None:
    assert fold_words(text) == words


@pytest.mark.parametrize("typed", ["ع", "عبد", "عبد ا", "عبد ال", "عبد الر", "عبدالرح"])
def test_a_name_typed_in_part_begins_the_whole(typed: str) -> None:
    assert fold("عبد الرحمن").startswith(fold(typed))


names = st.text(alphabet="ابتجحدرسعفقكلمنهوي أإآٱىئؤةءـعبد٠١۲\u064e\u0651\u200f", max_size=40)


@given(names | st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  محمد \t علي\r\n", "محمد علي"),
        ("\ufeffabc\x00d", "abcd"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("a\u200bb\u200fc\u061cd", "abcd"),
        ("e\u0301", "\u00e9"),
        ("half \ud800 pair", "half pair"),
        ("½ × 2", "½ × 2"),
        ("مُحَمَّد", "مُحَمَّد"),
    ],
)
def test_it_cleans(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text(st.characters(), max_size=60))
def test_what_is_clean_stays_and_holds_nothing_unseen(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert not {unicodedata.category(letter) for letter in cleaned} & {"Cc", "Cf", "Cs"}
    cleaned.encode()


def test_digits_go_both_ways() -> None:
    assert to_western("٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹ abc") == "0123456789 0123456789 abc"
    assert to_arabic_indic("07/03/2026") == "٠٧/٠٣/٢٠٢٦"


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("٣٠", 30), ("۱۲", 12), ("1,000", 1000), ("١٬٠٠٠", 1000), (" 5 ", 5), ("-3", -3)],
)
def test_it_reads_a_whole_number(text: str, number: int) -> None:
    assert parse_integer(text, minimum=-10, maximum=1000) == number


@pytest.mark.parametrize(
    "text", ["", "-11", "1001", "1.5", "1,5", "½", "²", "1e2", "0x1", "9" * 5000]
)
def test_it_refuses_what_is_none_or_out_of_bounds(text: str) -> None:
    with pytest.raises(InvalidNumber) as refusal:
        parse_integer(text, minimum=-10, maximum=1000)
    assert refusal.value.facts() == {"minimum": -10, "maximum": 1000}


@given(st.integers(-(10**6), 10**6))
def test_a_number_written_in_arabic_digits_reads_back(number: int) -> None:
    text = to_arabic_indic(str(number))
    assert parse_integer(text, minimum=-(10**6), maximum=10**6) == number


def test_a_number_of_several_parts_is_kept_upright_where_no_markup_goes() -> None:
    upright = kept_upright("طلبكم رقم 2026-000417: للاستفسار 16528")
    assert upright == "طلبكم رقم \u200e2026-000417: للاستفسار 16528"
    assert kept_upright(upright) == upright
    assert kept_upright("P1-D-2026-000417") == "P1-D-2026-000417"

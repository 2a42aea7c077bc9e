"""A keyboard laid out for Arabic, undone. Oracle: the board that the browser tests press."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmacy.rules.keyboard import candidates
from tests.browser.scanner import BOARD, as_typed

TYPES_A_PAIR = {"b", "B", "G", "T"}
AMBIGUOUS_MAX = 6


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("دي2", "]d2"),
        ("د}1", "]C1"),
        ("\u06502317", "A2317"),
        (")01(", "(01)"),
        ("٢١٨٨", "2188"),
        ("شلاؤ", "abc"),
        ("شلاؤ", "aghc"),
        ("لالا", "bb"),
        ("لالا", "ghb"),
        ("لالا", "bgh"),
        ("لالا", "ghgh"),
        ("للا", "gb"),
        ("لأ", "G"),
        ("لأ", "gH"),
        ("لإ", "T"),
        ("لآ", "B"),
        ("\ufefb\ufef7\ufef9\ufef5", "bGTB"),  # a layout that sends the ligature as one letter
        ("[]}{/ـ،\u2019", "FDCVLJKM"),
    ],
)
def test_letters_of_the_arabic_layout_are_undone(typed: str, meant: str) -> None:
    assert meant in candidates(typed)


@pytest.mark.parametrize("text", ["", "2188123456787", "hello", "A/1", "A2317\x1d21X9"])
def test_what_has_no_letter_of_the_layout_stays(text: str) -> None:
    assert candidates(text) == (text,)


def test_the_text_as_it_is_comes_first() -> None:
    assert candidates("لا") == ("لا", "b", "gh")


def test_a_text_full_of_doubtful_letters_has_a_bounded_number_of_readings() -> None:
    assert len(candidates("لا" * 1000)) == 65


@given(
    st.text(sorted(BOARD), max_size=40).filter(
        lambda text: sum(map(text.count, (*TYPES_A_PAIR, "gh", "gH", "gY", "gN"))) <= AMBIGUOUS_MAX
    )
)
def test_what_was_typed_on_the_arabic_layout_is_among_the_readings(text: str) -> None:
    assert text in candidates(as_typed(text, "ar"))

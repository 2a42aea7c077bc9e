"""Whole piastres inside, pounds with two decimals outside."""

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmacy.errors import InvalidAmount
from pharmacy.rules.arabic import to_arabic_indic
from pharmacy.rules.money import MOST_PIASTRES, format_egp, parse_egp, round_half_up


@pytest.mark.parametrize(
    ("text", "piastres"),
    [
        ("0", 0),
        ("5", 500),
        ("5.5", 550),
        ("0.05", 5),
        ("1234.50", 123450),
        ("1,234.50", 123450),
        ("7,400,000.00", 740_000_000),
        ("١٬٢٣٤٫٥٠", 123450),
        ("١,٢٣٤.٥", 123450),
        ("۳۷۷٫۵۵", 37755),
        (" 12 ", 1200),
        ("\u200f12.50\u200f", 1250),
        ("10,000,000,000", 10**12),
    ],
)
def test_it_reads(text: str, piastres: int) -> None:
    assert parse_egp(text) == piastres


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "-5", "+5", "5.", ".5", "1.234", "12,50", "1,23,456", "1,,234", "1 234", "1e3",
        "5 EGP", "٫٥", "²", "NaN", "10,000,000,000.01", "9" * 5000, "1.5.5", "१२",
    ],
)  # fmt: skip
def test_it_refuses(text: str) -> None:
    with pytest.raises(InvalidAmount) as refusal:
        parse_egp(text)
    assert refusal.value.text == text


@pytest.mark.parametrize(
    ("piastres", "plain", "brackets"),
    [
        (0, "0.00", "0.00"),
        (5, "0.05", "0.05"),
        (740_000_000, "7,400,000.00", "7,400,000.00"),
        (-500, "-5.00", "(5.00)"),
        (-123_456, "-1,234.56", "(1,234.56)"),
    ],
)
def test_it_writes(piastres: int, plain: str, brackets: str) -> None:
    assert format_egp(piastres) == plain
    assert format_egp(piastres, brackets=True) == brackets


@given(st.integers(0, MOST_PIASTRES))
def test_what_is_written_reads_back_in_either_kind_of_digits(piastres: int) -> None:
    text = format_egp(piastres)
    assert parse_egp(text) == piastres
    arabic = to_arabic_indic(text).translate({ord(","): "٬", ord("."): "٫"})
    assert parse_egp(arabic) == piastres


@pytest.mark.parametrize(
    ("numerator", "denominator", "nearest"),
    [(0, 7, 0), (1, 2, 1), (1, 3, 0), (2, 3, 1), (5, 2, 3), (10**40 + 1, 2, (10**40 + 2) // 2)],
)
def test_a_half_goes_up(numerator: int, denominator: int, nearest: int) -> None:
    assert round_half_up(numerator, denominator) == nearest


@given(st.integers(0, 10**30), st.integers(1, 10**15))
def test_rounding_agrees_with_exact_fractions(numerator: int, denominator: int) -> None:
    exact = floor(Fraction(numerator, denominator) + Fraction(1, 2))
    assert round_half_up(numerator, denominator) == exact

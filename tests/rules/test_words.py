"""Amounts in words: a table a teacher of grammar can read, and an independent oracle.

The oracle is `tafqit`, which counts dinars; its five forms of the noun are changed to ours.
"""

import random

import pytest
import tafqit  # type: ignore[import-untyped]  # the oracle has no types

from pharmacy.rules.words import (
    AMOUNT_LIMIT,
    amount_in_words_ar,
    egp_in_words_ar,
    egp_in_words_en,
)

# Longest first, so that no form is changed inside another.
NOUNS = (
    ("دينارًا", "جنيهًا"),
    ("ديناران", "جنيهان"),
    ("دنانير", "جنيهات"),
    ("دينار", "جنيه"),
)


def oracle(pounds: int) -> str:
    text: str = tafqit.arabic(pounds)
    for dinar, pound in NOUNS:
        text = text.replace(dinar, pound)
    return text


@pytest.mark.parametrize(
    ("piastres", "words"),
    [
        # The table of the feasibility trials.
        (740_000_000, "سبعة ملايين وأربعمائة ألف جنيه"),
        (37755, "ثلاثمائة وسبعة وسبعون جنيهًا وخمسة وخمسون قرشًا"),
        (100, "جنيه واحد"),
        (200, "جنيهان"),
        (300, "ثلاثة جنيهات"),
        (1100, "أحد عشر جنيهًا"),
        (10000, "مائة جنيه"),
        (10200, "مائة جنيه وجنيهان"),
        (100_105, "ألف جنيه وجنيه واحد وخمسة قروش"),
        # Piastres alone.
        (0, "صفر جنيه"),
        (1, "قرش واحد"),
        (2, "قرشان"),
        (5, "خمسة قروش"),
        (10, "عشرة قروش"),
        (11, "أحد عشر قرشًا"),
        (50, "خمسون قرشًا"),
        (99, "تسعة وتسعون قرشًا"),
        (250, "جنيهان وخمسون قرشًا"),
        # The dual of hundred, thousand and million before a noun, and before an "and".
        (20000, "مائتا جنيه"),
        (20500, "مائتان وخمسة جنيهات"),
        (200_000, "ألفا جنيه"),
        (230_000, "ألفان وثلاثمائة جنيه"),
        (200_000_000, "مليونا جنيه"),
        (250_000_000, "مليونان وخمسمائة ألف جنيه"),
        # Thousands counted by eleven to ninety-nine.
        (1_100_000, "أحد عشر ألف جنيه"),
        (2_530_000, "خمسة وعشرون ألفًا وثلاثمائة جنيه"),
        # A lone one or two of thousands behind hundreds of them.
        (10_100_000, "مائة ألف وألف جنيه"),
        (10_200_000, "مائة ألف وألفا جنيه"),
        (20_000_000, "مائتا ألف جنيه"),
        (300_000_000_000, "ثلاثة مليارات جنيه"),
        # A reversal may outweigh what a period dispensed.
        (-4250, "سالب اثنان وأربعون جنيهًا وخمسون قرشًا"),
    ],
)
def test_it_writes_arabic(piastres: int, words: str) -> None:
    assert amount_in_words_ar(piastres) == words
    assert egp_in_words_ar(piastres) == f"فقط {words} لا غير"


def test_it_agrees_with_an_independent_implementation_on_every_small_number() -> None:
    differ = [n for n in range(3000) if amount_in_words_ar(n * 100) != oracle(n)]
    assert differ == []


def test_it_agrees_with_an_independent_implementation_on_large_numbers() -> None:
    numbers = random.Random(2026)
    sample = [numbers.randrange(10 ** numbers.randrange(4, 12)) for _ in range(4000)]
    differ = [n for n in sample if amount_in_words_ar(n * 100) != oracle(n)]
    assert differ == []


@pytest.mark.parametrize(
    ("piastres", "words"),
    [
        (0, "Zero Egyptian pounds only"),
        (1, "One piastre only"),
        (100, "One Egyptian pound only"),
        (101, "One Egyptian pound and one piastre only"),
        (37755, "Three hundred seventy-seven Egyptian pounds and fifty-five piastres only"),
        (740_000_000, "Seven million four hundred thousand Egyptian pounds only"),
        (1_001_300, "Ten thousand thirteen Egyptian pounds only"),
        (100_000_000_000, "One billion Egyptian pounds only"),
        (-4250, "Minus forty-two Egyptian pounds and fifty piastres only"),
    ],
)
def test_it_writes_english(piastres: int, words: str) -> None:
    assert egp_in_words_en(piastres) == words


@pytest.mark.parametrize("in_words", [amount_in_words_ar, egp_in_words_ar, egp_in_words_en])
def test_it_has_words_up_to_its_limit_and_refuses_beyond(in_words: object) -> None:
    assert in_words(AMOUNT_LIMIT - 1)  # type: ignore[operator]
    with pytest.raises(ValueError, match="no words for"):
        in_words(AMOUNT_LIMIT)  # type: ignore[operator]

"""Amounts in words: a table a teacher of grammar can read, and independent implementations.

`tafqit` counts dinars; its five forms of the noun are changed to ours, and it is followed on every
number. `num2words` counts pounds, and is followed where it is right: `is_right` says where, and
why not elsewhere. The form of the noun is that of Unicode's plural rules of Arabic (CLDR), which
are a third source: few for 3 to 10, many for 11 to 99, by the last two digits.
"""

import random

import pytest
import tafqit  # type: ignore[import-untyped]  # the oracle has no types
from babel import Locale
from num2words import num2words

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


SAMPLE = [
    numbers.randrange(10 ** numbers.randrange(4, 12))
    for numbers in [random.Random(2026)]
    for _ in range(4000)
]


def second_opinion(pounds: int) -> str:
    """Return what num2words says, in our spelling: و is joined, tanween stands on its letter."""
    text: str = num2words(pounds, lang="ar", to="currency", currency="EGP")
    return text.replace(" و ", " و").replace("اً", "ًا").replace("مئت", "مائت")


def is_right(pounds: int) -> bool:
    """Say whether num2words knows the number. It is wrong on

    * one and two: it sets the number before the noun (`واحد جنيه`, `اثنان جنيهان`), but one follows
      its noun and two is the dual alone; nothing is `صفر` without a noun;
    * a one or two behind a hundred or more: `مائة وواحد جنيه` for `مائة جنيه وجنيه واحد`;
    * thousands and millions of a hundred and more whose last two digits are 1 to 10:
      `مائة وألف ألف`, `مائة وثلاثة ألف`, though the last two digits decide;
    * whole hundreds of thousands before a rest: `مائة ألفًا`, where a hundred takes the genitive.
    """
    if pounds < 3 or pounds % 100 in {1, 2}:
        return False
    size = 1000
    while size <= pounds:
        group, rest = pounds // size % 1000, pounds % size
        if group >= 100 and group % 100 <= 10 and (group % 100 or rest):
            return False
        size *= 1000
    return True


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
        (100_000_000, "مليون جنيه"),
        (100_000_000_000, "مليار جنيه"),
        (200_000_000_000, "مليارا جنيه"),
        (100_000_000_101, "مليار جنيه وجنيه واحد وقرش واحد"),
        (10_300_000, "مائة وثلاثة آلاف جنيه"),
        (10_099_900, "مائة ألف وتسعمائة وتسعة وتسعون جنيهًا"),
        # Each kind of pounds beside each kind of piastres; both nouns are masculine.
        (101, "جنيه واحد وقرش واحد"),
        (202, "جنيهان وقرشان"),
        (303, "ثلاثة جنيهات وثلاثة قروش"),
        (1_010, "عشرة جنيهات وعشرة قروش"),
        (1_111, "أحد عشر جنيهًا وأحد عشر قرشًا"),
        (1_212, "اثنا عشر جنيهًا واثنا عشر قرشًا"),
        (9_999, "تسعة وتسعون جنيهًا وتسعة وتسعون قرشًا"),
        (
            12_345_678_900,
            "مائة وثلاثة وعشرون مليونًا وأربعمائة وستة وخمسون ألفًا وسبعمائة وتسعة وثمانون جنيهًا",
        ),
        (-1, "سالب قرش واحد"),
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
    differ = [n for n in SAMPLE if amount_in_words_ar(n * 100) != oracle(n)]
    assert differ == []


def test_it_agrees_with_a_second_one_wherever_that_is_right() -> None:
    asked = [*range(2_500), *range(99_000, 104_000), *SAMPLE]
    differ = [n for n in asked if (amount_in_words_ar(n * 100) == second_opinion(n)) != is_right(n)]
    assert differ == []
    assert sum(is_right(n) for n in asked) > 6_500


def test_the_noun_takes_the_form_of_the_plural_rules() -> None:
    forms = {"one": "جنيه واحد", "two": "جنيهان", "few": "جنيهات", "many": "جنيهًا", "zero": "جنيه"}
    rule = Locale("ar").plural_form
    for number in range(3000):
        # A lone one or two behind hundreds is a one or a two of its own.
        lone = number % 100 if number > 100 and number % 100 in {1, 2} else number
        words = amount_in_words_ar(number * 100)
        assert words.endswith(forms.get(rule(lone), "جنيه")), number


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


def test_english_agrees_with_an_independent_implementation() -> None:
    def second(pounds: int) -> str:
        text = str(num2words(pounds, lang="en")).replace(" and ", " ").replace(",", "")
        return f"{text} egyptian pound{'' if pounds == 1 else 's'} only"

    asked = [*range(3000), *SAMPLE]
    assert [n for n in asked if egp_in_words_en(n * 100).lower() != second(n)] == []


@pytest.mark.parametrize("in_words", [amount_in_words_ar, egp_in_words_ar, egp_in_words_en])
def test_it_has_words_up_to_its_limit_and_refuses_beyond(in_words: object) -> None:
    assert in_words(AMOUNT_LIMIT - 1)  # type: ignore[operator]
    with pytest.raises(ValueError, match="no words for"):
        in_words(AMOUNT_LIMIT)  # type: ignore[operator]

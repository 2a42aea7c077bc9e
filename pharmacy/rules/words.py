"""Amounts in words, as papers of the State write them: `فقط سبعة ملايين جنيه لا غير`.

Both nouns, جنيه and قرش, are masculine, so the numbers from three to ten end in taa marbuta. What
the number does to the noun behind it:

    1            noun, then the number         جنيه واحد
    2            the dual, no number           جنيهان
    3 to 10      plural                        ثلاثة جنيهات
    11 to 99     singular, accusative          أحد عشر جنيهًا
    100, 1000    singular, genitive            مائة جنيه, ألف جنيه

The last two digits decide. Hundred, thousand and million lose the nun of their dual before a noun
(`مائتا جنيه`, `ألفا جنيه`), and a thousand counted by 11 to 99 loses its tanween there (`عشرون ألف
جنيه`, but `عشرون ألفًا وخمسمائة جنيه`). After a hundred or more a lone one or two repeats the noun:
`مائة جنيه وجنيه واحد`. A scale word is itself a noun that is counted in the same way.

Source of the forms: the plural rules of Arabic in Unicode's CLDR (few: 3 to 10; many: 11 to 99; by
the last two digits), and the grammar of the counted noun (تمييز العدد) for its case.
"""

from dataclasses import dataclass

PIASTRES_PER_POUND = 100
AMOUNT_LIMIT = 10**15 * PIASTRES_PER_POUND
"""Piastres from which on there are no words: a thousand million million pounds."""

_HUNDRED = 100
_PLURAL_FROM, _PLURAL_TO = 3, 10

_UNITS_AR = (
    "صفر", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة",
    "عشرة", "أحد عشر", "اثنا عشر", "ثلاثة عشر", "أربعة عشر", "خمسة عشر", "ستة عشر",
    "سبعة عشر", "ثمانية عشر", "تسعة عشر",
)  # fmt: skip
_TENS_AR = (
    "", "", "عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون",
)  # fmt: skip
_HUNDREDS_AR = (
    "", "مائة", "مائتان", "ثلاثمائة", "أربعمائة", "خمسمائة", "ستمائة", "سبعمائة", "ثمانمائة",
    "تسعمائة",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Noun:
    """A counted masculine noun: one, two, three to ten, eleven to ninety-nine.

    `dual_bound` is the dual before a noun it counts; only scale words stand there.
    """

    one: str
    dual: str
    plural: str
    accusative: str
    dual_bound: str = ""


_POUND = _Noun("جنيه", "جنيهان", "جنيهات", "جنيهًا")
_PIASTRE = _Noun("قرش", "قرشان", "قروش", "قرشًا")
_SCALES_AR = (
    (10**12, _Noun("تريليون", "تريليونان", "تريليونات", "تريليونًا", "تريليونا")),
    (10**9, _Noun("مليار", "ملياران", "مليارات", "مليارًا", "مليارا")),
    (10**6, _Noun("مليون", "مليونان", "ملايين", "مليونًا", "مليونا")),
    (10**3, _Noun("ألف", "ألفان", "آلاف", "ألفًا", "ألفا")),
)


def egp_in_words_ar(piastres: int) -> str:
    """Return an amount (piastres) for a paper that money is paid on, closed at both ends.

    Raises:
        ValueError: The amount reaches `AMOUNT_LIMIT`.
    """
    return f"فقط {amount_in_words_ar(piastres)} لا غير"


def amount_in_words_ar(piastres: int) -> str:
    """Return an amount (piastres) in Arabic words; a negative one begins with `سالب`.

    Raises:
        ValueError: The amount reaches `AMOUNT_LIMIT`.
    """
    pounds, rest = _parts(piastres)
    words = [_counted(pounds, _POUND)] if pounds or not rest else []
    if rest:
        words.append(_counted(rest, _PIASTRE))
    return ("سالب " if piastres < 0 else "") + " و".join(words)


def _parts(piastres: int) -> tuple[int, int]:
    if abs(piastres) >= AMOUNT_LIMIT:
        raise ValueError(f"no words for {piastres} piastres")
    return divmod(abs(piastres), PIASTRES_PER_POUND)


def _counted(number: int, noun: _Noun) -> str:
    """Return a number with the noun it counts; the noun is the end of the phrase."""
    last_two = number % _HUNDRED
    if number == 1:
        return f"{noun.one} واحد"
    if last_two == 1 and number > 1:
        return f"{_number(number - 1, bound=True)} {noun.one} و{noun.one} واحد"
    if last_two == 2:  # noqa: PLR2004 - the dual
        dual = noun.dual
        return (
            dual
            if number == last_two
            else (f"{_number(number - 2, bound=True)} {noun.one} و{dual}")
        )
    return f"{_number(number, bound=True)} {_form(last_two, noun)}"


def _form(last_two: int, noun: _Noun) -> str:
    if _PLURAL_FROM <= last_two <= _PLURAL_TO:
        return noun.plural
    return noun.accusative if last_two > _PLURAL_TO else noun.one


def _number(number: int, *, bound: bool) -> str:
    """Return a number as it stands before a noun (`bound`) or before another `and`."""
    parts: list[tuple[int, _Noun | None]] = []
    for size, noun in _SCALES_AR:
        count, number = divmod(number, size)
        if count:
            parts.append((count, noun))
    if number or not parts:
        parts.append((number, None))
    last = len(parts) - 1
    return " و".join(
        _scaled(count, noun, bound=bound and place == last)
        if noun
        else _below_thousand(count, bound=bound)
        for place, (count, noun) in enumerate(parts)
    )


def _scaled(count: int, noun: _Noun, *, bound: bool) -> str:
    """Return so many thousands, millions or more."""
    last_two = count % _HUNDRED
    if last_two in {1, 2}:
        lone = noun.one if last_two == 1 else (noun.dual_bound if bound else noun.dual)
        hundreds = count - last_two
        return f"{_below_thousand(hundreds, bound=True)} {noun.one} و{lone}" if hundreds else lone
    form = noun.one if bound and last_two > _PLURAL_TO else _form(last_two, noun)
    return f"{_below_thousand(count, bound=True)} {form}"


def _below_thousand(number: int, *, bound: bool) -> str:
    hundreds, rest = divmod(number, _HUNDRED)
    words = []
    if hundreds:
        dual_bound = bound and not rest and hundreds == 2  # noqa: PLR2004 - the dual
        words.append("مائتا" if dual_bound else _HUNDREDS_AR[hundreds])
    if rest or not hundreds:
        words.append(_below_hundred(rest))
    return " و".join(words)


def _below_hundred(number: int) -> str:
    if number < len(_UNITS_AR):
        return _UNITS_AR[number]
    tens, units = divmod(number, 10)
    return f"{_UNITS_AR[units]} و{_TENS_AR[tens]}" if units else _TENS_AR[tens]


_UNITS_EN = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS_EN = (
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_SCALES_EN = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (10**3, "thousand"))


def egp_in_words_en(piastres: int) -> str:
    """Return an amount (piastres) in English words, closed with `only`.

    Raises:
        ValueError: The amount reaches `AMOUNT_LIMIT`.
    """
    pounds, rest = _parts(piastres)
    words = [_counted_en(pounds, "Egyptian pound")] if pounds or not rest else []
    if rest:
        words.append(_counted_en(rest, "piastre"))
    text = ("minus " if piastres < 0 else "") + " and ".join(words) + " only"
    return text[0].upper() + text[1:]


def _counted_en(number: int, noun: str) -> str:
    return f"{_number_en(number)} {noun}{'' if number == 1 else 's'}"


def _number_en(number: int) -> str:
    words = []
    for size, name in _SCALES_EN:
        count, number = divmod(number, size)
        if count:
            words.append(f"{_below_thousand_en(count)} {name}")
    if number or not words:
        words.append(_below_thousand_en(number))
    return " ".join(words)


def _below_thousand_en(number: int) -> str:
    hundreds, rest = divmod(number, _HUNDRED)
    words = [f"{_UNITS_EN[hundreds]} hundred"] if hundreds else []
    if rest >= len(_UNITS_EN):
        tens, units = divmod(rest, 10)
        words.append(f"{_TENS_EN[tens]}-{_UNITS_EN[units]}" if units else _TENS_EN[tens])
    elif rest or not hundreds:
        words.append(_UNITS_EN[rest])
    return " ".join(words)

"""A keyboard laid out for Arabic, undone: what the keys say on a US layout.

A scanner is a keyboard of US layout. When the computer is set to Arabic, the letters of a code
arrive as Arabic ones. `static/scanner.js` reads the keys themselves; this is for text that was
pasted or typed slowly, where only the letters are left. Source of the table: Microsoft's "Arabic
(101)" layout (kbda1), which agrees with xkb's `ara` on all letters.

Going back loses something: the key B types two letters, lam and alef, as do the keys G and H.
Nothing may be normalised before: putting vowel marks in their canonical order would change the
order of capitals.
"""

import re
from collections.abc import Iterator
from itertools import islice, product

from pharmacy.rules.arabic import to_western

_KEYS = (
    # As typed on US, as typed on Arabic: the rows of the keyboard, without and with Shift.
    ("`qwertyuiop[]", "ذضصثقفغعهخحجد"),
    ("asdfghjkl;'", "شسيبلاتنمكط"),
    ("zxcvnm,./", "ئءؤرىةوزظ"),
    ("~QWERYUIOP{}", "\u0651\u064e\u064b\u064f\u064cإ\u2018÷×؛<>"),
    ("ASDFHJKL", "\u0650\u064d][أـ،/"),
    ("ZXCVNM<>?", "~\u0652}{آ\u2019,.؟"),
    ("()", ")("),
    # The same keys on xkb, where one letter stands for two and a grave accent for the quote.
    ("bGTBU", "\ufefb\ufef7\ufef9\ufef5`"),
)
_BACK = {arabic: us for row in _KEYS for us, arabic in zip(*row, strict=True)}
# One key that types two letters, or the two keys that type one of them each.
_TWO_LETTERS = {
    "لا": ("b", "gh"),
    "لأ": ("G", "gH"),
    "لإ": ("T", "gY"),
    "لآ": ("B", "gN"),
}
_LATIN = re.compile(r"[A-Za-z]")
_READINGS_MAX = 64
"""A code of forty letters holds a few doubtful pairs; past six of them nobody can tell."""


def candidates(text: str) -> tuple[str, ...]:
    """Return what a text may have been before the layout: first as it is, then undone.

    Digits are 0 to 9 in all of them. A text that reads the same either way is returned once; one
    with a Latin letter was not typed on that layout, which has none.
    """
    plain = to_western(text)
    if _LATIN.search(plain):
        return (plain,)
    undone = map("".join, product(*_readings(plain)))
    return tuple(dict.fromkeys([plain, *islice(undone, _READINGS_MAX)]))


def _readings(text: str) -> Iterator[tuple[str, ...]]:
    """Return for each letter, or pair of letters, the keys that may have typed it."""
    place = 0
    while place < len(text):
        pair = text[place : place + 2]
        if pair in _TWO_LETTERS:
            yield _TWO_LETTERS[pair]
        else:
            yield (_BACK.get(text[place], text[place]),)
        place += len(pair) if pair in _TWO_LETTERS else 1

"""Arabic as people type it and as it is searched: folding, digits, cleaning.

Stored as typed, searched folded: `fold` is applied to both sides.
"""

import re
import unicodedata

from pharmacy.errors import InvalidNumber

_TO_WESTERN = {
    **{ord("٠") + digit: ord("0") + digit for digit in range(10)},
    **{ord("۰") + digit: ord("0") + digit for digit in range(10)},
}
_TO_ARABIC = {ord("0") + digit: ord("٠") + digit for digit in range(10)}
_LETTERS = str.maketrans({
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ی": "ي", "ؤ": "و", "ة": "ه",
    "ک": "ك", "گ": "ك", "ء": None, "ـ": None,
})  # fmt: skip
# Controls, format characters, halves of surrogate pairs (which no file can hold).
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
_PARTED = re.compile(r"(?<![\w\u200e-])[0-9]+(?:-[0-9]+)+")
_LEFT_TO_RIGHT = "\u200e"
_SPACES = re.compile(r"\s+")
_NOT_WORDS = re.compile(r"[^\w\s+]|_")
# Twenty digits are past every bound, and int() of thousands of them would take its time.
_WHOLE = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3}){1,6}|[0-9]{1,20})")
_JOINED = frozenset({"عبد", "ابو", "ام"})
_ARTICLE = "ال"
_NAME_LETTERS_MIN = 3


def to_western(text: str) -> str:
    """Return the text with Arabic-Indic and Persian digits as 0 to 9."""
    return text.translate(_TO_WESTERN)


def to_arabic_indic(text: str) -> str:
    """Return the text with 0 to 9 as Arabic-Indic digits."""
    return text.translate(_TO_ARABIC)


def clean(text: str) -> str:
    """Return text fit to keep: composed, without controls, direction marks or doubled spaces.

    A line break, tab or other space becomes one space; NUL and every other control or format
    character (zero-width ones and bidi overrides among them) goes.
    """
    composed = unicodedata.normalize("NFC", text)
    spaced = _SPACES.sub(" ", composed)
    kept = (letter for letter in spaced if unicodedata.category(letter) not in _UNSEEN)
    return _SPACES.sub(" ", "".join(kept)).strip()


def kept_upright(text: str) -> str:
    """Return text for where no markup goes, its numbers of several parts read left to right.

    Behind an Arabic word, `2026-000417` would be drawn as `000417-2026` on a telephone.
    """
    return _PARTED.sub(lambda number: _LEFT_TO_RIGHT + number[0], text)


def fold(text: str) -> str:
    """Return the form in which names are searched: one spelling for what people mix up.

    Alef and yeh forms, taa marbuta, hamza, vowel marks, tatweel, digits, capitals, joined name
    parts and the article before three letters or more. Folding twice changes nothing.
    """
    return " ".join(fold_words(text))


def fold_words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text.

    عبد الرحمن and عبدالرحمن are one name, and so are ابو زيد and ابوزيد: the first part waits for
    the word behind it and is joined to it as it stands. The article inside stays, so that a name
    typed in part (عبد ال) is the beginning of the whole.
    """
    words = []
    waiting = ""
    for word in _plain(text).split():
        whole = waiting + word if waiting else _without_article(word)
        waiting = whole if whole in _JOINED else ""
        if not waiting:
            words.append(whole)
    return (*words, waiting) if waiting else tuple(words)


def _plain(text: str) -> str:
    """Return the text in small letters of one kind, without marks and punctuation."""
    kept = (
        letter
        for letter in unicodedata.normalize("NFKC", text)
        if letter.isspace() or unicodedata.category(letter) not in _UNSEEN | {"Mn"}
    )
    return _NOT_WORDS.sub(" ", to_western("".join(kept)).casefold().translate(_LETTERS))


def _without_article(word: str) -> str:
    while word.startswith(_ARTICLE) and len(word) >= len(_ARTICLE) + _NAME_LETTERS_MIN:
        word = word.removeprefix(_ARTICLE)
    return word


def parse_integer(text: str, *, minimum: int, maximum: int) -> int:
    """Return a whole number typed in either kind of digits, its thousands grouped or not.

    Raises:
        InvalidNumber: Not a whole number, or outside the bounds.
    """
    plain = to_western(clean(text)).replace("٬", ",")
    if not _WHOLE.fullmatch(plain):
        raise InvalidNumber(minimum=minimum, maximum=maximum)
    number = int(plain.replace(",", ""))
    if not minimum <= number <= maximum:
        raise InvalidNumber(minimum=minimum, maximum=maximum)
    return number

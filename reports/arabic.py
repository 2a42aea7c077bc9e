"""The one gate for Arabic on paper: logical text in, the order and forms of ink out.

ReportLab draws code points from left to right and joins nothing, so every string is reshaped,
put in visual order by the Unicode bidirectional algorithm and mirrored here, line by line. Text
is always *drawn*, never parsed: `<img src=…>` typed as a name prints as those letters.

Three steps, in this order:

1. `prepare` cleans (no control, no bidi override) and isolates left-to-right tokens, so that
   "+20 10 1234 5678" or "Panadol 500 mg" keep their order inside Arabic.
2. `wrap` breaks the *logical* text at U+0020, with widths measured on the shaped words.
3. `visual` orders one line. Digits are turned to the document's style only after that, because
   Arabic-Indic digits around a dash would change places.

What is typed back or compared with a screen keeps its Western digits on every paper: a word with
a Latin letter in it (P1-D-2026-000417, a seal), a number behind its year (2026-000417), ten digits
in one run (a card's number), and whatever is marked by `code`.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

from arabic_reshaper import ArabicReshaper
from bidi import get_display
from bidi.mirror import MIRRORED

LATIN_DIGITS = "latn"
ARABIC_DIGITS = "arab"
WORD_LIMIT = 200
"""Longest word that is drawn, in characters: ReportLab's own time is quadratic in a word."""
TEXT_LIMIT = 4_000
"""Longest text that is drawn in one place, in characters."""
ELLIPSIS = "…"
AUTO = "auto"

_LRI, _FSI, _PDI = "\u2066", "\u2068", "\u2069"
_JOINER = "\u034f"  # combining grapheme joiner: takes the bidi level of the character before it
_NBSP = "\u00a0"

_RESHAPER = ArabicReshaper(
    configuration={
        "delete_harakat": True,  # kept marks float too high in the faces we have
        "support_ligatures": True,
        "ARABIC LIGATURE ALLAH": False,  # it would also appear inside عبدالله
    }
)

_RTL = re.compile("[\u0590-\u065f\u066d-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_SPACES = re.compile("[\t\n\r\x0b\x0c\x85\u2028\u2029]+")
_UNWANTED = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ud800-\udfff\ue000-\uf8ff\ufeff\ufff0-\uffff"
    "\U000e0000-\U0010ffff]"
)
_PRESENTATION = re.compile("[\ufb50-\ufdff\ufe70-\ufefe]+")
_WESTERN = {
    **{0x0660 + n: str(n) for n in range(10)},
    **{0x06F0 + n: str(n) for n in range(10)},
}
_EASTERN = {0x30 + n: chr(0x0660 + n) for n in range(10)}
# Digits of another sort that the bidi algorithm takes for Western ones; they are never drawn.
_KEPT = {0x30 + n: chr(0x1D7F6 + n) for n in range(10)}
_BACK_FROM_KEPT = {0x1D7F6 + n: str(n) for n in range(10)}
_SEPARATOR = re.compile("(?<=[0-9])[٫٬](?=[0-9])")

_MIRRORABLE = "[" + re.escape("".join(MIRRORED)) + "]"
_MARK = re.compile(_MIRRORABLE)
_BACK = re.compile(f"{_JOINER}({_MIRRORABLE})|({_MIRRORABLE}){_JOINER}")
_CONTROLS = dict.fromkeys(
    (
        0x034F,
        0x061C,
        *range(0x200B, 0x2010),
        0x2060,
        0xFEFF,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    )
)

_LETTER = "A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u03ff"
# A sign stands before a number, never between it and what it follows: ف-2026-0102 has no minus.
_SIGN = r"(?:(?<!\w)[-+])?"
_ATOM = f"{_SIGN}[{_LETTER}0-9](?:[{_LETTER}0-9®™]|[-+*×/.,:'’&_@#=–]+(?=[{_LETTER}0-9]))*[%°+]?"
_BRACKETED = f"\\([{_LETTER}0-9 {_NBSP}+*×/.,:'’%&®™-]+\\)"
_GAP = f"[ {_NBSP}]"
_TOKEN = re.compile(_ATOM)
# A comma behind a unit goes on with the strength, as in "100 IU/mL, 3 mL"; one behind a bare number
# parts a list, which Arabic reads from the right.
_JOINT = f"(?:(?<=[{_LETTER}%]),)?{_GAP}(?:[-+&/×–]{_GAP})?"
_RUN = re.compile(f"{_ATOM}(?:{_JOINT}(?:{_ATOM}|{_BRACKETED}))*")
_DOSE = re.compile(f"(?<=[0-9]) (?=(?:mg|mcg|µg|g|kg|ml|mL|L|l|IU|U|cm|mm|%)(?![{_LETTER}]))")
_ISOLATED = re.compile(f"({_LRI}[^{_LRI}-{_PDI}]*{_PDI})")
_STRONG = re.compile(f"[{_LETTER}]|{_RTL.pattern}")
_HAS_LETTER = re.compile(f"[{_LETTER}]")
_SIGNED = re.compile("^[-+]|[0-9][-+*×/–]+[0-9]")
# A number that goes on from an Arabic letter, as in ف-2026-0102, is read on from it: its parts
# stand from right to left, as on every screen.
_GOES_ON = re.compile(f"{_RTL.pattern}[-/]")
_CODE = (
    "(?<![A-Za-z0-9])(?=[0-9/_-]*[A-Za-z])[A-Za-z0-9]+(?:(?:[-_]|(?<=[0-9])/)[A-Za-z0-9]+)*"
    "|(?<![0-9-])[0-9]{4}-[0-9]{5,}|[0-9]{10,}"
)
_FIGURE = re.compile(
    f"(?P<code>{_CODE})|[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\\.[0-9]+)?|[0-9]+\\.[0-9]+|[0-9]+"
)
_PHONE_DIGITS = 7

Measure = Callable[[str], float]


@lru_cache(maxsize=32_768)
def clean(text: str) -> str:
    """Return text without controls, bidi marks, private and damaged characters; spaces collapsed.

    Arabic presentation forms and all decimal digits become their plain letters and Western
    digits; the document's digit style is applied when a line is drawn.
    """
    if len(text) > TEXT_LIMIT:
        text = text[:TEXT_LIMIT] + ELLIPSIS
    text = _UNWANTED.sub("", _SPACES.sub(" ", text))
    text = _PRESENTATION.sub(lambda m: unicodedata.normalize("NFKC", m.group()), text)
    text = unicodedata.normalize("NFC", text).translate(_WESTERN)
    text = _SEPARATOR.sub(lambda m: "." if m.group() == "٫" else ",", text)
    return " ".join(word for word in text.split(" ") if word)


def ltr(text: str) -> str:
    """Return a code, phone, range or amount isolated left-to-right and kept on one line."""
    return f"{_LRI}{clean(text).replace(' ', _NBSP)}{_PDI}"


def code(text: str) -> str:
    """Return what is typed back, kept on one line and in Western digits on every paper."""
    return ltr(clean(text).translate(_KEPT)) if text else ""


def has_arabic(text: str) -> bool:
    """Say whether the text holds any right-to-left letter."""
    return _RTL.search(text) is not None


def _is_number_in_groups(run: str) -> bool:
    """Say whether a run is a phone number or the like: many digits in groups, no letter."""
    grouped = " " in run or _NBSP in run
    return grouped and sum(c.isdigit() for c in run) >= _PHONE_DIGITS


def _bind(match: re.Match[str]) -> str:
    """Keep a phone number, and a dose with its unit, on one line."""
    run = match.group()
    if not _HAS_LETTER.search(run):
        return run.replace(" ", _NBSP) if _is_number_in_groups(run) else run
    return _DOSE.sub(_NBSP, run)


def _isolate_run(match: re.Match[str]) -> str:
    run = match.group()
    if _HAS_LETTER.search(run) or _is_number_in_groups(run):
        return f"{_LRI}{run}{_PDI}"
    goes_on = _GOES_ON.fullmatch(match.string[max(match.start() - 2, 0) : match.start()])

    def isolate(token: re.Match[str]) -> str:
        own = _SIGNED.search(token.group()) and not (goes_on and token.start() == 0)
        return f"{_LRI}{token.group()}{_PDI}" if own else token.group()

    return _TOKEN.sub(isolate, run)


@lru_cache(maxsize=32_768)
def prepare(text: str) -> str:
    """Return clean logical text whose left-to-right tokens are isolated (also those of `ltr`)."""
    parts = _ISOLATED.split(text)
    kept = []
    for index, part in enumerate(parts):
        if index % 2:
            kept.append(f"{_LRI}{clean(part)}{_PDI}")
        elif part:
            edges = (" " * part.startswith(" "), " " * part.endswith(" "))
            body = clean(part)
            kept.append((edges[0] + body + edges[1]) if body else edges[0])
    joined = _RUN.sub(_bind, "".join(kept).strip(" "))
    if not has_arabic(joined):
        return joined.translate(_CONTROLS)
    pieces = _ISOLATED.split(joined)
    return "".join(
        piece if index % 2 else _RUN.sub(_isolate_run, piece) for index, piece in enumerate(pieces)
    )


@lru_cache(maxsize=65_536)
def visual(text: str, base: str = "R") -> str:
    """Return one line in visual order with joined letters and mirrored brackets.

    The bidi library reorders but does not mirror. A joiner set after each mirrorable character
    takes its level; where it comes out on the left the level was odd and the character is swapped.

    Args:
        text: one line of logical text; isolates allowed.
        base: paragraph direction, "R" or "L".
    """
    if not has_arabic(text):
        return text.translate(_CONTROLS)
    marked = _MARK.sub(lambda m: m.group() + _JOINER, _RESHAPER.reshape(text))
    ordered = get_display(marked, base_dir=base)
    swapped = _BACK.sub(lambda m: MIRRORED[m[1]] if m[1] else m[2], ordered)
    return str(swapped).translate(_CONTROLS)


def _eastern_figure(match: re.Match[str]) -> str:
    figure = match.group()
    if match["code"]:
        return figure
    if "," in figure or "." in figure:
        figure = figure.replace(",", "٬").replace(".", "٫")
    return figure.translate(_EASTERN)


def with_digits(line: str, digits: str) -> str:
    """Return a visual line in the document's digits: every figure, so that none are mixed.

    Codes keep theirs: they are typed back, and a seal of letters and digits is no number.
    """
    if digits == ARABIC_DIGITS:
        line = _FIGURE.sub(_eastern_figure, line)
    return line.translate(_BACK_FROM_KEPT)


@lru_cache(maxsize=65_536)
def shape(text: str, base: str = "R", digits: str = LATIN_DIGITS) -> str:
    """Return prepared logical text (one line of it) ready to be drawn from left to right."""
    return with_digits(visual(text, base), digits)


@lru_cache(maxsize=65_536)
def line(text: str, base: str, digits: str = LATIN_DIGITS) -> str:
    """Return one line of raw text ready to be drawn.

    Args:
        text: one line as it was typed.
        base: "R", "L", or "auto": the direction of the first letter.
        digits: "latn" or "arab".
    """
    prepared = prepare(text)
    if base == AUTO:
        first = _STRONG.search(prepared)
        base = "R" if first and has_arabic(first.group()) else "L"
    return shape(prepared, base, digits)


def wrap(text: str, width: float, measure: Measure, *, max_lines: int = 0) -> list[str]:
    """Break logical text into lines no wider than `width`.

    Args:
        text: logical text, prepared here; a line feed starts a new line.
        width: room in points.
        measure: width in points of one shaped piece of logical text.
        max_lines: when more are needed the last one ends in an ellipsis; 0 means no limit.

    Returns:
        Logical lines, each with its isolates closed; at least one, possibly empty.
    """
    lines: list[str] = []
    for paragraph in text[:TEXT_LIMIT].split("\n"):
        lines.extend(_balanced(_fill(prepare(paragraph), width, measure)))
    if max_lines and len(lines) > max_lines:
        last = shorten(lines[max_lines - 1] + ELLIPSIS, width, measure)
        lines = [*lines[: max_lines - 1], last]
    return lines


def _fill(text: str, width: float, measure: Measure) -> Iterator[str]:
    space = measure(" ")
    line, used = "", 0.0
    for word in _words(text, width, measure):
        wide = measure(word)
        if line and used + space + wide > width:
            yield line
            line, used = word, wide
        else:
            line, used = (f"{line} {word}", used + space + wide) if line else (word, wide)
    yield line


def _words(text: str, width: float, measure: Measure) -> Iterator[str]:
    for word in text.split(" "):
        piece = word if len(word) <= WORD_LIMIT else word[:WORD_LIMIT] + ELLIPSIS
        while len(piece) > 1 and measure(piece) > width:
            cut = _longest_prefix(piece, width, measure)
            yield piece[:cut]
            piece = piece[cut:]
        yield piece


def _longest_prefix(word: str, width: float, measure: Measure) -> int:
    low, high = 1, len(word) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if measure(word[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def _balanced(lines: Iterator[str]) -> Iterator[str]:
    """Close an isolate that a line break has cut, and open it again on the next line."""
    open_before = False
    for line in lines:
        last = max(line.rfind(_LRI), line.rfind(_PDI))
        open_after = open_before if last < 0 else line[last] == _LRI
        yield _LRI * open_before + line + _PDI * open_after
        open_before = open_after


def shorten(text: str, width: float, measure: Measure) -> str:
    """Return one prepared line that fits, ending in an ellipsis when it had to be cut."""
    line = prepare(text.replace("\n", " "))
    if measure(line) <= width:
        return line
    bare = line.translate(_CONTROLS)[:WORD_LIMIT].rstrip(ELLIPSIS)
    low, high = 0, len(bare)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(prepare(bare[:middle].rstrip() + ELLIPSIS)) <= width:
            low = middle
        else:
            high = middle - 1
    return prepare(bare[:low].rstrip() + ELLIPSIS)

"""The gate for Arabic, held against an independent implementation of the bidi algorithm."""

import random

import pytest
from bidi.mirror import MIRRORED
from fpdf.bidi import BidiParagraph, TextDirection

from reports import arabic, fonts

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأإؤئةىabcdXYZ0123456789٠١٢٣٤٥   ()[]<>{}«»،؛؟.,:-+/%"
DIRECTIONS = {"R": TextDirection.RTL, "L": TextDirection.LTR}


def oracle(text: str, base: str) -> str:
    """Return the visual order by fpdf2; characters on odd levels are mirrored as the rule says."""
    joined = arabic._RESHAPER.reshape(text)  # noqa: SLF001 - joining is not what is compared
    placed = BidiParagraph(joined, base_direction=DIRECTIONS[base]).reorder_resolved_levels()
    line = "".join(
        MIRRORED.get(c.character, c.character) if c.embedding_level % 2 else c.character
        for c in placed
    )
    return line.translate(arabic._CONTROLS)  # noqa: SLF001


def chunk(source: random.Random, longest: int) -> str:
    return "".join(source.choice(LETTERS) for _ in range(source.randint(1, longest)))


@pytest.mark.parametrize("base", ["R", "L"])
@pytest.mark.parametrize("isolated", [False, True])
def test_it_orders_random_lines_as_an_independent_implementation_does(
    base: str, *, isolated: bool
) -> None:
    source = random.Random(f"{base}{isolated}")
    texts = [chunk(source, 25) for _ in range(500)]
    if isolated:
        texts = [f"{t}\u2066{chunk(source, 8)}\u2069{chunk(source, 10)}" for t in texts]
    texts = [f"{text}ب" for text in texts]

    different = [t for t in texts if arabic.visual(t, base) != oracle(t, base)]

    assert different == []


@pytest.mark.parametrize(
    ("text", "left_to_right"),
    [
        ("(باراسيتامول)", "(ﻝﻮﻣﺎﺘﻴﺳﺍﺭﺎﺑ)"),
        ("هاتف +20 10 1234 5678", "+20\u00a010\u00a01234\u00a05678 ﻒﺗﺎﻫ"),
        ("هاتف 045 331 1234", "045\u00a0331\u00a01234 ﻒﺗﺎﻫ"),
        ("دواء Panadol Extra 500 mg", "Panadol Extra 500\u00a0mg ﺀﺍﻭﺩ"),
        ("دواء Amoxil (forte) 250 mg", "Amoxil (forte) 250\u00a0mg ﺀﺍﻭﺩ"),
        ("إنسولين 100 IU/mL, 3 mL", "100\u00a0IU/mL, 3\u00a0mL ﻦﻴﻟﻮﺴﻧﺇ"),
        ("بخاخ 160/4.5 mcg, 60 doses", "160/4.5\u00a0mcg, 60 doses ﺥﺎﺨﺑ"),
        ("قطرة 0.5%, 5 mL في العين", "ﻦﻴﻌﻟﺍ ﻲﻓ 0.5%, 5\u00a0mL ﺓﺮﻄﻗ"),
        ("طلبات 12, 13, 14", "14 ,13 ,12 ﺕﺎﺒﻠﻃ"),
        ("من ٢-٨ درجة", "ﺔﺟﺭﺩ 2-8 ﻦﻣ"),
        ("طلب 2026-045871", "2026-045871 ﺐﻠﻃ"),
        ("خصم -5", "-5 ﻢﺼﺧ"),
        ("فاتورة ف-2026-0102", "0102-2026-ﻑ ﺓﺭﻮﺗﺎﻓ"),
        ("سلام", "ﻡﻼﺳ"),
    ],
)
def test_it_keeps_left_to_right_tokens_in_their_order(text: str, left_to_right: str) -> None:
    assert arabic.shape(arabic.prepare(text)) == left_to_right


def test_it_turns_figures_to_the_document_s_style_after_ordering() -> None:
    line = arabic.prepare("عام 2025-2026 بمبلغ 1,234.50")

    assert arabic.shape(line, "R", "arab") == "١٬٢٣٤٫٥٠ ﻎﻠﺒﻤﺑ ٢٠٢٥-٢٠٢٦ ﻡﺎﻋ"
    assert arabic.shape(arabic.prepare("٣٠ قرصًا"), "R", "latn") == "ﺎﺻﺮﻗ 30"


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("طلب 2026-045871", "2026-045871 ﺐﻠﻃ"),
        ("إيصال P1-D-2026-000417", "P1-D-2026-000417 ﻝﺎﺼﻳﺇ"),
        ("ختم 9f3a1c77d20be451", "9f3a1c77d20be451 ﻢﺘﺧ"),
        ("ختم 9031877220451123", "9031877220451123 ﻢﺘﺧ"),
        (f"رمز {arabic.code('91230472')}", "91230472 ﺰﻣﺭ"),
        (arabic.code("6 221234 567890"), "6\u00a0221234\u00a0567890"),
        (arabic.code(""), ""),
        ("دواء Mixtard 30/70", "Mixtard ٣٠/٧٠ ﺀﺍﻭﺩ"),
        ("شراب 250 mg/5 ml", "٢٥٠\u00a0mg/٥\u00a0ml ﺏﺍﺮﺷ"),
        ("مرجع GOV-7781/2026", "GOV-7781/2026 ﻊﺟﺮﻣ"),
        ("من 2-8 درجة", "ﺔﺟﺭﺩ ٢-٨ ﻦﻣ"),
        ("يوم 05/07/2026", "٠٥/٠٧/٢٠٢٦ ﻡﻮﻳ"),
    ],
)
def test_what_is_typed_back_keeps_its_western_digits(text: str, drawn: str) -> None:
    assert arabic.line(text, "R", "arab") == drawn


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ab\u202ecd\u202c", "abcd"),
        ("ab\x00cd\x1b", "abcd"),
        ("a\u2067b\u2069", "ab"),
        ("سطر\r\nآخر\u2028ثالث", "سطر آخر ثالث"),
        ("\ufeffﻣﺼﺮ", "مصر"),
        ("x\ud800y\U000e0041", "xy"),
        ("  كثير   مسافات ", "كثير مسافات"),
    ],
)
def test_it_drops_what_could_turn_or_break_a_line(typed: str, kept: str) -> None:
    assert arabic.clean(typed) == kept


def measure(text: str) -> float:
    return fonts.width(arabic.shape(text), 10)


@pytest.fixture(autouse=True)
def _faces() -> None:
    fonts.register()


def test_it_breaks_lines_at_spaces_and_loses_no_word() -> None:
    text = "قرص واحد مرتين يوميا بعد الأكل لمدة 30 يوما من دواء Panadol Extra Night 500 mg فقط"

    lines = arabic.wrap(text, 90, measure)

    assert len(lines) > 3
    assert all(measure(line) <= 90 for line in lines)
    assert arabic.clean(" ".join(lines)) == text.replace("500 mg", "500\u00a0mg")


def test_it_closes_an_isolate_that_a_line_break_cuts() -> None:
    lines = arabic.wrap("دواء Amoxicillin and clavulanic acid", 60, measure)

    assert len(lines) > 2
    assert [line.count("\u2066") - line.count("\u2069") for line in lines] == [0] * len(lines)


def test_it_cuts_a_word_of_twenty_thousand_letters_to_the_limit() -> None:
    lines = arabic.wrap("ب" * 20_000, 100, measure)

    drawn = "".join(lines)
    assert len(drawn) == arabic.WORD_LIMIT + 1
    assert drawn.endswith("…")
    assert all(measure(line) <= 100 for line in lines)


def test_it_shortens_to_the_room_and_says_so() -> None:
    line = arabic.shorten("عبدالرحمن عبدالفتاح أبوالمجد الشرقاوي", 80, measure)

    assert measure(line) <= 80
    assert line.endswith("…")
    assert line.startswith("عبدالرحمن")


def test_the_last_line_of_a_cut_text_ends_in_an_ellipsis() -> None:
    lines = arabic.wrap("كلمة " * 50, 60, measure, max_lines=2)

    assert len(lines) == 2
    assert lines[1].endswith("…")


def test_it_falls_back_to_the_emergency_face_with_a_warning() -> None:
    with pytest.warns(UserWarning, match="DejaVu"):
        files = fonts.font_files("no_such_font_package")

    assert [file.name for file in files] == ["DejaVuSansMono.ttf", "DejaVuSansMono.ttf"]

import re
from xml.etree import ElementTree as ET

import pytest
from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Drawing, Rect, String

from reports import arabic, fonts
from reports.chart_layout import Bar, Scale, Unit, columns, figure, fold
from reports.charts import bar_chart, svg_bar_chart
from reports.figures import MONTHS_AR

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = tuple(Bar(f"{name} 2025", (at + 1) * 1_234_567_89) for at, name in enumerate(MONTHS_AR))
LONG = tuple(Bar(f"مركز خدمة المواطنين بالوحدة المحلية بقرية رقم {n}", 9_999_999_99 * n)
             for n in range(1, 13))  # fmt: skip


def six(text: str, size: float) -> float:
    """Every letter six tenths of its size wide."""
    return len(text) * size * 0.6


def svg(bars: tuple[Bar, ...], language: str, *, upright: bool) -> ET.Element:
    text = svg_bar_chart(
        bars, language=language, title="التكلفة", description="وصف", upright=upright, ident="c1"
    )
    return ET.fromstring(text)  # noqa: S314 - our own text


def texts(chart: ET.Element, role: str) -> list[str]:
    return [
        (element.text or "").strip("\u2066\u2068\u2069")
        for element in chart.iter(f"{SVG}text")
        if element.get("class") == f"chart-{role}"
    ]


@pytest.mark.parametrize(
    ("values", "low", "high", "step"),
    [
        ([], 0, 100, 100),
        ([0, 0], 0, 100, 100),
        ([100_00], 0, 100_00, 20_00),
        ([740_000_000, 1], 0, 800_000_000, 200_000_000),
        ([-50_00, 100_00], -50_00, 100_00, 50_00),
        ([-101], -200, 0, 100),
        ([123_456_789_50], 0, 12_500_000_000, 2_500_000_000),
    ],
)
def test_the_value_axis_is_round_and_holds_zero_and_every_value(
    values: list[int], low: int, high: int, step: int
) -> None:
    scale = Scale.holding(values)
    assert (scale.low, scale.high, scale.step) == (low, high, step)
    assert 0 in scale.ticks
    assert all(scale.low <= value <= scale.high for value in values)


def test_an_amount_on_the_axis_is_rounded_half_away_and_a_negative_stands_in_brackets() -> None:
    assert figure(217_760_50, Unit.THOUSAND, 1) == "217.8"
    assert figure(-5_00, Unit.POUND, 2) == "(5.00)"
    assert figure(50, Unit.POUND, 0) == "1"
    assert figure(-49, Unit.POUND, 0) == "0"
    assert figure(123_456_789_50, Unit.POUND, 2) == "123,456,789.50"


def test_a_label_is_broken_at_spaces_into_two_lines_at_most() -> None:
    assert fold("سبتمبر 2025", 40.0, six) == ("سبتمبر", "2025")
    assert fold("سبتمبر 2025", 100.0, six) == ("سبتمبر 2025",)
    lines = fold("كلمة أولى ثم كلمة ثانية ثم ثالثة ورابعة", 80.0, six)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert all(six(line, 9.0) <= 80.0 for line in lines)


def test_close_columns_share_their_labels_and_lose_their_values() -> None:
    many = tuple(Bar(f"يناير {n}", n * 100_00) for n in range(2000, 2053))
    layout = columns(many, width=720, height=200, measure=six)
    assert len(layout.boxes) == 53
    assert [words.text for words in layout.words if words.role == "value"] == []
    labels = [words for words in layout.words if words.role == "label"]
    assert len({words.x for words in labels}) == 18


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(("bars", "upright"), [(MONTHS, True), (LONG, False), ((), True)])
def test_the_svg_is_sound_and_carries_no_style_and_no_script(
    bars: tuple[Bar, ...], language: str, *, upright: bool
) -> None:
    chart = svg(bars, language, upright=upright)
    assert chart.get("role") == "img"
    assert chart.get("aria-labelledby") == "c1-title c1-desc"
    assert chart.find(f"{SVG}title").text == "التكلفة"
    assert chart.get("direction") == ("rtl" if language == "ar" else "ltr")
    for element in chart.iter():
        assert element.tag.removeprefix(SVG) in {"svg", "title", "desc", "line", "rect", "text"}
        assert not {name for name in element.attrib if name == "style" or name.startswith("on")}


def test_the_svg_tells_every_figure_to_those_who_cannot_see_it() -> None:
    chart = svg(MONTHS[:2], "ar", upright=True)
    description = chart.find(f"{SVG}desc").text
    assert description == "وصف يناير 2025: 1,234,567.89; فبراير 2025: 2,469,135.78"
    told = [bar.find(f"{SVG}title").text for bar in chart.iter(f"{SVG}rect")]
    assert told == ["يناير 2025: 1,234,567.89", "فبراير 2025: 2,469,135.78"]


def test_an_arabic_chart_begins_at_the_right_and_an_english_one_at_the_left() -> None:
    for language, order in (("ar", -1), ("en", 1)):
        bars = [
            float(bar.get("x")) for bar in svg(MONTHS, language, upright=True).iter(f"{SVG}rect")
        ]
        assert bars == sorted(bars, reverse=order < 0)
    lying = svg(LONG, "ar", upright=False)
    widest = max(lying.iter(f"{SVG}rect"), key=lambda bar: float(bar.get("width")))
    zero = max(float(bar.get("x")) + float(bar.get("width")) for bar in lying.iter(f"{SVG}rect"))
    assert round(float(widest.get("x")) + float(widest.get("width")), 1) == round(zero, 1)


def test_lying_bars_carry_whole_figures_and_their_names() -> None:
    chart = svg(LONG, "ar", upright=False)
    assert texts(chart, "value")[0] == "9,999,999.99"
    assert " ".join(texts(chart, "label")).startswith("مركز خدمة المواطنين")
    assert texts(chart, "caption") == ["بالجنيه المصري"]


def test_mark_up_in_a_name_stays_a_name() -> None:
    chart = svg((Bar("<script>&\x00", 1), Bar('" onload="x', 2)), "ar", upright=False)
    assert texts(chart, "label") == ["<script>&", '" onload="x']


def strings(drawing: Drawing) -> list[String]:
    return [shape for shape in drawing.contents if isinstance(shape, String)]


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(("bars", "upright"), [(MONTHS, True), (LONG, False)])
def test_nothing_of_a_paper_chart_leaves_its_frame(
    bars: tuple[Bar, ...], language: str, *, upright: bool
) -> None:
    drawing = bar_chart(bars, language=language, width=760, height=170, upright=upright)
    for string in strings(drawing):
        wide = fonts.width(string.text, string.fontSize)
        left = string.x - {"start": 0.0, "middle": wide / 2, "end": wide}[string.textAnchor]
        assert left >= -0.5
        assert left + wide <= drawing.width + 0.5
        assert 0 <= string.y <= drawing.height
    for bar in (shape for shape in drawing.contents if isinstance(shape, Rect)):
        assert bar.x >= -1
        assert bar.x + bar.width <= drawing.width + 1


def test_a_paper_chart_joins_its_letters_and_keeps_one_kind_of_digits() -> None:
    drawing = bar_chart(
        MONTHS, language="ar", digits=arabic.ARABIC_DIGITS, width=760, height=170, upright=True
    )
    text = "".join(string.text for string in strings(drawing))
    assert not re.search("[0-9]", text)
    assert "٢٠٢٥" in text
    assert not re.search("[\u0621-\u064a]", text)
    assert renderPDF.drawToString(drawing).startswith(b"%PDF")

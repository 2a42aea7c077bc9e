import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Drawing, Line, Rect, String

from reports import arabic, fonts
from reports.chart_facts import Chart, Form, Series
from reports.chart_layout import fold
from reports.chart_scale import Scale, Unit, figure
from reports.charts import drawing, svg
from reports.spreadsheets import Kind
from tests.reports.chart_samples import CHARTS, LONG, funds, months, names

SVG = "{http://www.w3.org/2000/svg}"


def six(text: str, size: float) -> float:
    """Every letter six tenths of its size wide."""
    return len(text) * size * 0.6


def on_screen(chart: Chart, language: str = "ar") -> ET.Element:
    return ET.fromstring(  # noqa: S314 - our own text
        svg(chart, language=language, description="وصف", ident="c1")
    )


def on_paper(chart: Chart, language: str = "ar", digits: str = arabic.LATIN_DIGITS) -> Drawing:
    return drawing(chart, language=language, digits=digits, width=760, height=170)


def one(*figures: int | None, form: Form = Form.COLUMNS, kind: Kind = Kind.MONEY) -> Chart:
    categories = tuple(f"اسم {at}" for at in range(len(figures)))
    return Chart(title="عنوان", form=form, axis="اسم", categories=categories,
                 series=(Series("قيمة", figures),), kind=kind)  # fmt: skip


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
        ([9_00], 0, 10_00, 2_00),
        ([11_00], 0, 15_00, 5_00),
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
    assert figure(-5_00, Unit.ONE, 2) == "(5.00)"
    assert figure(50, Unit.ONE, 0) == "1"
    assert figure(-49, Unit.ONE, 0) == "0"
    assert figure(123_456_789_50, Unit.ONE, 2) == "123,456,789.50"


def test_a_label_is_broken_at_spaces_into_two_lines_at_most() -> None:
    assert fold("سبتمبر 2025", 40.0, six) == ("سبتمبر", "2025")
    assert fold("سبتمبر 2025", 100.0, six) == ("سبتمبر 2025",)
    lines = fold("كلمة أولى ثم كلمة ثانية ثم ثالثة ورابعة", 80.0, six)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert all(six(line, 9.0) <= 80.0 for line in lines)


def bars(chart: ET.Element) -> list[ET.Element]:
    return [bar for bar in chart.iter(f"{SVG}rect") if "chart-bar" in bar.get("class", "")]


def ends(bar: ET.Element) -> tuple[float, float]:
    left = float(bar.get("x", ""))
    return left, left + float(bar.get("width", ""))


def test_close_columns_share_their_labels_and_lose_their_values() -> None:
    many = replace(one(*[n * 100_00 for n in range(1, 54)]), categories=tuple(
        f"يناير {n}" for n in range(2000, 2053)))  # fmt: skip
    chart = on_screen(many)
    assert len(bars(chart)) == 53
    assert texts(chart, "value") == []
    assert len({text.get("x") for text in chart.iter(f"{SVG}text")
                if text.get("class") == "chart-label"}) == 18  # fmt: skip


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("name", CHARTS)
def test_the_svg_is_sound_and_carries_no_style_and_no_script(name: str, language: str) -> None:
    made = CHARTS[name](language)
    chart = on_screen(made, language)
    assert chart.get("role") == "img"
    assert chart.get("aria-labelledby") == "c1-title c1-desc"
    assert chart.find(f"{SVG}title").text == made.title
    assert chart.get("direction") == ("rtl" if language == "ar" else "ltr")
    allowed = {"svg", "title", "desc", "line", "rect", "text", "path", "g"}
    wide, high = (float(side) for side in chart.get("viewBox", "").split()[2:])
    for element in chart.iter():
        assert element.tag.removeprefix(SVG) in allowed
        assert not {name for name in element.attrib if name == "style" or name.startswith("on")}
        assert 0 <= float(element.get("x", "0")) <= wide
        assert 0 <= float(element.get("y", "0")) <= high


def test_the_svg_tells_every_figure_to_those_who_cannot_see_it() -> None:
    chart = on_screen(one(1_234_567_89, None, -5))
    told = ["اسم 0: 1,234,567.89", "اسم 1: –", "اسم 2: (0.05)"]
    assert chart.find(f"{SVG}desc").text == "وصف " + "; ".join(told)
    assert [bar.find(f"{SVG}title").text for bar in bars(chart)] == [told[0], told[2]]
    assert "أبريل 2026: 2025/2026 4,938,271.56, 2024/2025 39,506,172.84" in (
        on_screen(months("ar")).find(f"{SVG}desc").text or ""
    )


def test_an_arabic_chart_begins_at_the_right_and_an_english_one_at_the_left() -> None:
    for language, order in (("ar", -1), ("en", 1)):
        lefts = [ends(bar)[0] for bar in bars(on_screen(months(language, against=False), language))]
        assert lefts == sorted(lefts, reverse=order < 0)
        pairs = [ends(bar)[0] for bar in bars(on_screen(months(language), language))]
        assert (pairs[0] < pairs[12]) is (language == "en")  # this year is read first
    lying = bars(on_screen(names("ar")))
    zero = ends(lying[0])[1]
    assert all(ends(bar)[1] == pytest.approx(zero, abs=0.11) for bar in lying[:-1])
    assert ends(lying[-1])[0] == pytest.approx(
        zero, abs=0.11
    )  # what is below zero lies on the other side of it


def test_parts_lie_end_to_end_and_what_is_overspent_before_zero() -> None:
    chart = on_screen(funds("en"), "en")
    first = [ends(bar) for bar in bars(chart) if "موازنة" in bar.find(f"{SVG}title").text]
    assert first[0][1] == pytest.approx(first[1][0], abs=0.11)
    assert first[1][1] == pytest.approx(first[2][0], abs=0.11)
    last = [ends(bar) for bar in bars(chart) if "جمعية" in bar.find(f"{SVG}title").text]
    assert last[2][1] == pytest.approx(last[0][0], abs=0.11)
    sums = ["123,456,789.00", "25,000,000.00", "101,999.00"]
    assert [value for value in texts(chart, "value") if value in sums] == [*sums, sums[0]]
    assert "the figure at the end of a row is its sum" in texts(chart, "caption")[0]


def test_series_differ_without_colour_and_are_named() -> None:
    chart = on_screen(funds("ar"))
    keys = [key for key in chart.iter(f"{SVG}rect") if "chart-key" in key.get("class", "")]
    fills = {key.get("class", "").rsplit("-", 1)[-1]: key.get("fill") for key in keys}
    assert fills["1"] != fills["2"] == fills["3"] == "#FFFFFF"
    hatched = [path.get("class") for path in chart.iter(f"{SVG}path")]
    assert len(hatched) == 4  # its key, and the three rows that have such a part
    assert [key.find(f"{SVG}title").text for key in keys] == ["منصرف", "مرتبط به", "متبقٍّ"]


def test_lying_bars_carry_whole_figures_and_their_names_and_say_what_is_left_out() -> None:
    chart = on_screen(names("ar", rows=31))
    assert texts(chart, "value")[0] == "123,456,789.00"
    assert texts(chart, "label")[0] == LONG.format(1)
    assert len(bars(chart)) == 20
    captions = ["بالجنيه المصري", "صفوف لم تُرسم هنا وهي في الجدول: 11"]
    assert texts(chart, "caption") == captions
    assert [row[0] for row in names("ar", rows=31).table.rows][30] == LONG.format(31)


def test_a_count_is_not_money() -> None:
    chart = on_screen(CHARTS["counted"]("ar"))
    assert texts(chart, "value") == ["3", "0", "9"]
    assert texts(chart, "tick") == ["0", "2", "4", "6", "8", "10"]
    assert texts(chart, "caption") == ["العدد"]


@pytest.mark.parametrize("empty", [one(), one(0, 0), one(None, form=Form.ROWS)])
def test_a_chart_of_nothing_says_so(empty: Chart) -> None:
    assert texts(on_screen(empty), "caption") == ["لا توجد بيانات تُرسم."]
    assert len(strings(on_paper(empty))) == 1


def test_a_chart_that_could_not_be_drawn_truly_is_refused() -> None:
    with pytest.raises(ValueError, match="0 series"):
        replace(one(1), series=())
    with pytest.raises(ValueError, match="not of 2 figures"):
        replace(one(1), categories=("a", "b"))
    with pytest.raises(ValueError, match="a chart of percent"):
        replace(one(1), kind=Kind.PERCENT)


def test_mark_up_in_a_name_stays_a_name() -> None:
    risky = replace(one(1, 2, form=Form.ROWS), categories=("<script>&\x00", '" onload="x'))
    assert texts(on_screen(risky), "label") == ["<script>&", '" onload="x']


def strings(chart: Drawing) -> list[String]:
    return [shape for shape in chart.contents if isinstance(shape, String)]


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("name", CHARTS)
def test_nothing_of_a_paper_chart_leaves_its_frame(name: str, language: str) -> None:
    chart = on_paper(CHARTS[name](language), language)
    for string in strings(chart):
        wide = fonts.width(string.text, string.fontSize)
        left = string.x - {"start": 0.0, "middle": wide / 2, "end": wide}[string.textAnchor]
        assert left >= -0.5
        assert left + wide <= chart.width + 0.5
        assert 0 <= string.y <= chart.height
    for bar in (shape for shape in chart.contents if isinstance(shape, Rect)):
        assert bar.x >= -1
        assert bar.x + bar.width <= chart.width + 1
    for line in (shape for shape in chart.contents if isinstance(shape, Line)):
        assert -0.1 <= min(line.y1, line.y2) <= max(line.y1, line.y2) <= chart.height + 0.1


def test_a_paper_chart_joins_its_letters_and_keeps_one_kind_of_digits() -> None:
    chart = on_paper(months("ar"), digits=arabic.ARABIC_DIGITS)
    text = "".join(string.text for string in strings(chart))
    assert not re.search("[0-9]", text)
    assert "٢٠٢٥" in text
    assert not re.search("[\u0621-\u064a]", text)
    assert renderPDF.drawToString(chart).startswith(b"%PDF")

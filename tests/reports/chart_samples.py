"""Charts of every form, with long names, nine-digit amounts and figures below zero."""

from reports.chart_facts import Chart, Form, Series
from reports.figures import MONTHS_AR, MONTHS_EN
from reports.spreadsheets import Kind

LONG = "مركز خدمة المواطنين بقرية كفر الدوار {:02}"
"""Forty letters, the number with them."""


def months(language: str, *, against: bool = True) -> Chart:
    """The cost of twelve months, beside the year before of which the last months are missing."""
    arabic = language == "ar"
    this = tuple((at + 1) * 1_234_567_89 for at in range(12))
    last = tuple(987_654_321 * (at % 5 + 1) if at < 10 else None for at in range(12))
    series = (Series("2025/2026", this), Series("2024/2025", last))
    return Chart(
        title="التكلفة شهريًّا" if arabic else "Cost by month",
        form=Form.COLUMNS,
        axis="الشهر" if arabic else "Month",
        categories=tuple(f"{name} 2026" for name in (MONTHS_AR if arabic else MONTHS_EN)),
        series=series if against else series[:1],
    )


def names(language: str, *, rows: int = 10, series: int = 1) -> Chart:
    """The dearest of something, names of forty letters, and one below zero."""
    arabic = language == "ar"
    values = tuple(123_456_789_00 // (at + 1) * (-1 if at == rows - 1 else 1) for at in range(rows))
    lines = (
        Series("الفترة" if arabic else "Period", values),
        Series("فترة المقارنة" if arabic else "Comparison", tuple(v // 2 for v in values)),
    )
    return Chart(
        title="الأعلى تكلفة" if arabic else "The dearest",
        form=Form.ROWS,
        axis="المركز" if arabic else "Centre",
        categories=tuple(LONG.format(at + 1) for at in range(rows)),
        series=lines[:series],
    )


def funds(language: str) -> Chart:
    """Budgets of funds in their parts; the last is overspent."""
    arabic = language == "ar"
    parts = ("منصرف", "مرتبط به", "متبقٍّ") if arabic else ("Spent", "Committed", "Left")
    values = (
        (60_000_000_00, 20_000_000_00, 1_500_00, 110_000_000_00),
        (15_000_000_00, 0, 500_00, 30_000_000_00),
        (48_456_789_00, 5_000_000_00, 99_999_00, -16_543_211_00),
    )
    return Chart(
        title="مصادر التمويل" if arabic else "Funds",
        form=Form.STACKED,
        axis="مصدر التمويل" if arabic else "Fund",
        categories=("موازنة المحافظة", LONG.format(7), "زكاة مشروطة بمرضى الكلى", "جمعية"),
        series=tuple(Series(n, v) for n, v in zip(parts, values, strict=True)),
    )


def counted(language: str) -> Chart:
    """Numbers of persons, small ones."""
    return Chart(
        title="الأشخاص" if language == "ar" else "Persons",
        form=Form.COLUMNS,
        axis="الشهر" if language == "ar" else "Month",
        categories=("يناير", "فبراير", "مارس"),
        series=(Series("الأشخاص" if language == "ar" else "Persons", (3, 0, 9)),),
        kind=Kind.INTEGER,
    )


CHARTS = {
    "months": months,
    "names": names,
    "pairs": lambda language: names(language, rows=6, series=2),
    "funds": funds,
    "counted": counted,
    "many": lambda language: names(language, rows=31),
}

"""The governor's statement on paper: one page whatever stands on it, every figure read back."""

from dataclasses import replace

import pytest

from reports.statement import Measure, Statement, StatementRow, cells_of, render, svg
from tests.reports.papers import with_every_text
from tests.reports.reading import ink_below, pages, size_mm, words
from tests.reports.statement_samples import statement


def row(measure: Measure, value: int | None, compared: int | None) -> StatementRow:
    return StatementRow(key="x", label="x", measure=measure, value=value, compared=compared)


@pytest.mark.parametrize(
    ("told", "cells"),
    [
        (row(Measure.COUNT, 12, 13), ("12", "13", "(1)", "(7.7%)")),
        (row(Measure.COUNT, 2000, 1000), ("2,000", "1,000", "1,000", "100.0%")),
        (row(Measure.COUNT, 5, 0), ("5", "0", "5", "–")),
        (row(Measure.COUNT, 99_999, 100_000), ("99,999", "100,000", "(1)", "0.0%")),
        (row(Measure.MONEY, 37_755, 37_828), ("377.55", "378.28", "(0.73)", "(0.2%)")),
        (row(Measure.PERCENT, 9067, 9472), ("90.67%", "94.72%", "(4.05%)", "–")),
        (row(Measure.MONTHS, 3, 10), ("0.3", "1.0", "(0.7)", "(70.0%)")),
        (row(Measure.DAYS, None, 4), ("–", "4", "–", "–")),
    ],
)
def test_a_figure_its_comparison_and_their_difference(
    told: StatementRow, cells: tuple[str, ...]
) -> None:
    assert cells_of(told) == cells


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("months", [0, 1, 12, 24, 53])
def test_it_is_one_a4_page_with_every_figure(language: str, months: int) -> None:
    made = statement(language, months=months)
    pdf = render(made, language=language)
    assert pages(pdf) == 1
    assert size_mm(pdf) == (210.0, 297.0)
    text = words(pdf)
    for section in made.sections:
        for told in section.rows:
            assert all(cell in text for cell in cells_of(told)), told
    for told in ("9f3c" * 16, "26/11/2026 12:00", made.number):
        assert told in text


@pytest.mark.parametrize(
    "long", ["كلمة طويلة جدا " * 200, "W" * 5_000, "1,234,567,890.12 " * 50, ""]
)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_it_stays_one_page_however_long_its_names_are(language: str, long: str) -> None:
    pdf = render(with_every_text(statement(language), long), language=language)
    assert pages(pdf) == 1
    assert not ink_below(pdf, 5)


def test_figures_too_wide_for_a_column_are_set_smaller_and_stay_whole() -> None:
    made = statement("en")
    wide = replace(made.sections[2].rows[1], value=99_999_999_999_99, compared=1)
    medicine = replace(made.sections[2], rows=(wide,))
    text = words(render(replace(made, sections=(medicine,)), language="en"))
    assert text.count("99,999,999,999.99") == 1
    assert "99,999,999,999.98" in text


def test_who_signs_and_that_the_figures_are_invented_is_said() -> None:
    english = words(render(statement("en"), language="en"))
    for told in ("Prepared by", "Reviewed by", "Approved by the Governor", "Page 1 of 1"):
        assert told in english
    assert "persons and figures are invented" in english
    real = words(render(statement("en", demo=False), language="en"))
    assert "invented" not in real
    assert "DEMO" not in real


def test_the_chart_of_the_page_shows_months_or_years() -> None:
    def drawn(made: Statement) -> str:
        return svg(made, "en")

    assert "January 2018" in drawn(statement("en", months=24))
    by_year = drawn(statement("en", months=53))
    assert "January" not in by_year
    assert "2022" in by_year
    assert drawn(statement("en", months=1)) == ""

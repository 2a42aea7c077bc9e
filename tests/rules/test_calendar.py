"""Days in Cairo, fiscal years of the State, months."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from pharmacy.rules.calendar import (
    cairo_day,
    fiscal_year,
    fiscal_year_days,
    fiscal_year_label,
    is_weekend,
    month_key,
    month_start,
)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        # Winter, two hours ahead of UTC.
        (datetime(2026, 1, 15, 21, 59, tzinfo=UTC), date(2026, 1, 15)),
        (datetime(2026, 1, 15, 22, 0, tzinfo=UTC), date(2026, 1, 16)),
        # Summer time came back in 2023: three hours, from the last Friday of April.
        (datetime(2026, 7, 15, 20, 59, tzinfo=UTC), date(2026, 7, 15)),
        (datetime(2026, 7, 15, 21, 0, tzinfo=UTC), date(2026, 7, 16)),
        # 2018, when there was none.
        (datetime(2018, 7, 15, 21, 30, tzinfo=UTC), date(2018, 7, 15)),
        # Whatever zone the moment is told in.
        (datetime(2026, 1, 16, 0, 30, tzinfo=timezone(timedelta(hours=5))), date(2026, 1, 15)),
    ],
)
def test_a_moment_falls_on_a_day_in_cairo(moment: datetime, day: date) -> None:
    assert cairo_day(moment) == day


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2025, 6, 30), 2024),
        (date(2025, 7, 1), 2025),
        (date(2025, 12, 31), 2025),
        (date(2026, 1, 1), 2025),
        (date(2026, 6, 30), 2025),
        (date(2026, 7, 1), 2026),
    ],
)
def test_the_fiscal_year_begins_in_july(day: date, year: int) -> None:
    assert fiscal_year(day) == year


def test_a_fiscal_year_is_named_by_both_its_years() -> None:
    assert fiscal_year_label(2025) == "2025/2026"


def test_months_have_a_key_and_a_start() -> None:
    assert month_key(date(2026, 3, 7)) == "2026-03"
    assert month_start(date(2026, 3, 7)) == date(2026, 3, 1)


def test_friday_and_saturday_are_the_weekend() -> None:
    week = [date(2026, 3, 1) + timedelta(days=number) for number in range(7)]
    assert [day.strftime("%a") for day in week if is_weekend(day)] == ["Fri", "Sat"]


def test_a_fiscal_year_runs_from_july_to_june() -> None:
    assert fiscal_year_days(2025) == (date(2025, 7, 1), date(2026, 6, 30))

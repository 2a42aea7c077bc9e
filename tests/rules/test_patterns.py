"""What is worth a question, as tables."""

from datetime import UTC, date, datetime

import pytest

from pharmacy.rules.patterns import Rate, WorkingTime, is_odd_hour, is_quick, stands_out


@pytest.mark.parametrize(
    ("moment", "odd"),
    [
        (datetime(2026, 3, 10, 6, 0, tzinfo=UTC), False),  # Tuesday, 08:00 in Cairo
        (datetime(2026, 3, 10, 5, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 10, 13, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 10, 14, 0, tzinfo=UTC), True),  # 16:00
        (datetime(2026, 7, 7, 5, 0, tzinfo=UTC), False),  # summer time: 08:00
        (datetime(2026, 3, 13, 9, 0, tzinfo=UTC), True),  # Friday
        (datetime(2026, 3, 14, 9, 0, tzinfo=UTC), True),  # Saturday
        (datetime(2026, 3, 15, 9, 0, tzinfo=UTC), False),  # Sunday
    ],
)
def test_an_hour_is_odd_outside_the_counters_day(moment: datetime, *, odd: bool) -> None:
    assert is_odd_hour(moment, WorkingTime(8, 16)) is odd


def test_hours_and_holidays_are_those_that_were_set() -> None:
    tuesday = datetime(2026, 3, 10, 5, 30, tzinfo=UTC)  # 07:30 in Cairo
    assert is_odd_hour(tuesday, WorkingTime(8, 16))
    assert not is_odd_hour(tuesday, WorkingTime(7, 16))
    assert is_odd_hour(tuesday, WorkingTime(7, 16, frozenset({date(2026, 3, 10)})))
    assert not is_odd_hour(datetime(2026, 3, 10, 21, 59, tzinfo=UTC), WorkingTime(0, 24))


@pytest.mark.parametrize(
    ("between", "supplied", "quick"),
    [(0, 30, True), (14, 30, True), (15, 30, False), (30, 30, False), (0, 0, False)],
)
def test_a_repeat_is_quick_before_half_its_days(
    between: int, supplied: int, *, quick: bool
) -> None:
    assert is_quick(between, supplied) is quick


@pytest.mark.parametrize(
    ("own", "everybody", "out"),
    [
        (Rate(10, 50), Rate(20, 200), True),  # a fifth, where the others have a fifteenth
        (Rate(10, 50), Rate(25, 200), False),  # exactly twice the others
        (Rate(4, 4), Rate(4, 400), False),  # too few to say
        (Rate(5, 5), Rate(5, 5), False),  # nobody to compare with
        (Rate(5, 10), Rate(5, 110), True),  # nobody else at all
    ],
)
def test_a_rate_stands_out_above_twice_the_others(own: Rate, everybody: Rate, *, out: bool) -> None:
    assert stands_out(own, everybody) is out


def test_a_share_is_rounded_half_up() -> None:
    assert Rate(1, 3).hundredths == 3333
    assert Rate(1, 8).hundredths == 1250
    assert Rate(1, 16).hundredths == 625
    assert Rate(0, 0).hundredths == 0

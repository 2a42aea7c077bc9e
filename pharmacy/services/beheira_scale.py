"""How large the rebuilt governorate is, and how its requests are spread over days and centres.

Source of the published figures: Beheira governorate's own account of its technology centres and
of the medicine subsidy, January 2018 to May 2022.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from pharmacy.rules.calendar import is_weekend

DAY = timedelta(days=1)
_NOISE = (80, 120)
_SUMMER_PERCENT = 88
_LOCKDOWN_PERCENT = 45
_GROWTH_PERCENT = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Every count of a rebuilt governorate; money in piastres.

    Attributes:
        centre_requests: Through the technology centres of cities and villages.
        special_cases: Persons for whom a medicine was bought by name.
    """

    first_day: date
    last_day: date
    centre_requests: int
    portal: int
    social_media: int
    sawtak_masmou: int
    meetings: int
    meeting_complaints: int
    beneficiaries: int
    dispensed: int
    special_cases: int

    @property
    def requests(self) -> int:
        """Requests of all channels together."""
        outside_centres = self.portal + self.social_media + self.sawtak_masmou
        return self.centre_requests + outside_centres + self.meeting_complaints

    def days(self) -> list[date]:
        """Return every day of the period."""
        count = (self.last_day - self.first_day).days + 1
        return [self.first_day + DAY * number for number in range(count)]


PUBLISHED = Scale(
    first_day=date(2018, 1, 1),
    last_day=date(2022, 5, 9),
    centre_requests=684_000,
    portal=24_900,
    social_media=17_400,
    sawtak_masmou=1_900,
    meetings=66,
    meeting_complaints=1_388,
    beneficiaries=19_600,
    dispensed=740_000_000,
    special_cases=14,
)
"""The governorate's published figures."""

CITY_CENTRES, VILLAGE_CENTRES = 16, 35


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Share a total by weights, to the last one: largest remainders take what is left."""
    whole = sum(weights)
    shares = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for index in order[: total - sum(shares)]:
        shares[index] += 1
    return shares


class Season:
    """How busy each day is, as running thousandths of the whole period.

    Args:
        days: The days.
        chance: For the small ups and downs.
        weekends: Whether anything comes in on Fridays and Saturdays.
    """

    def __init__(self, days: Sequence[date], chance: Random, *, weekends: bool) -> None:
        weights = [_busy(day, chance, weekends=weekends) for day in days]
        self._whole = sum(weights)
        self._until = [0, *accumulate(weights)]

    def on(self, number: int, total: int, phase: int) -> int:
        """Return how many of a total fall on a day; over all days they add up to the total.

        Args:
            number: Which day, from 0.
            total: To be spread.
            phase: Thousandths of one by which this series is shifted against others.
        """
        return self._by(number + 1, total, phase) - self._by(number, total, phase)

    def _by(self, number: int, total: int, phase: int) -> int:
        return (self._until[number] * total * 1000 + phase * self._whole) // (self._whole * 1000)


def _busy(day: date, chance: Random, *, weekends: bool) -> int:
    if is_weekend(day) and not weekends:
        return 0
    weight = chance.randint(*_NOISE) * (100 + _GROWTH_PERCENT * (day.year - 2018))
    if day.month in {7, 8}:
        weight = weight * _SUMMER_PERCENT // 100
    # Offices were all but closed in the spring of 2020.
    if date(2020, 3, 22) <= day <= date(2020, 6, 14):
        weight = weight * _LOCKDOWN_PERCENT // 100
    return weight


def working_day(day: date) -> date:
    """Return the day, or the Sunday behind it when it falls on a weekend."""
    while is_weekend(day):
        day += DAY
    return day

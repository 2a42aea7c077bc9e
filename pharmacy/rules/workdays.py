"""Working days: Sunday to Thursday without the State's holidays, and the clock of a request.

A time limit counts working days from the day after reception, so a limit of one day that begins
on a Thursday ends on the Sunday. While papers are awaited the clock stands: the working days that
pass meanwhile are added to what is left.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from types import MappingProxyType

from pharmacy.rules.calendar import is_weekend
from pharmacy.rules.vocabulary import MEDICINE_CATEGORIES, RequestCategory, Urgency

_DAY = timedelta(days=1)
_MEDICINE = {Urgency.NORMAL: 15, Urgency.URGENT: 2}
_OTHERS = {Urgency.NORMAL: 30, Urgency.URGENT: 7}

DEFAULT_LIMITS: Mapping[tuple[RequestCategory, Urgency], int] = MappingProxyType(
    {
        (category, urgency): (_MEDICINE if category in MEDICINE_CATEGORIES else _OTHERS)[urgency]
        for category in RequestCategory
        for urgency in Urgency
    }
)
"""Working days to an answer where the governorate has set none: its own limits are not published,
the state's treatment at public cost answers within a week, urgent cases within 48 hours."""


def is_working(day: date, holidays: AbstractSet[date]) -> bool:
    """Tell whether offices are open."""
    return not is_weekend(day) and day not in holidays


def add_working_days(day: date, count: int, holidays: AbstractSet[date]) -> date:
    """Return the working day that lies so many working days after a day; 0 is the day itself."""
    while count > 0:
        day += _DAY
        count -= is_working(day, holidays)
    return day


def working_days_between(first: date, last: date, holidays: AbstractSet[date]) -> int:
    """Return the working days after a day, up to and with another; 0 when it is not later."""
    passed = 0
    while first < last:
        first += _DAY
        passed += is_working(first, holidays)
    return passed


def lateness(days: Iterable[date], today: date, holidays: AbstractSet[date]) -> dict[date, int]:
    """Return for each day before today how many working days have passed since; one walk for all.

    A day that was due before a weekend is late by none until offices open again.
    """
    wanted = {day for day in days if day < today}
    late: dict[date, int] = {}
    passed = 0
    day = today
    while len(late) < len(wanted):
        passed += is_working(day, holidays)
        day -= _DAY
        if day in wanted:
            late[day] = passed
    return late


def resumed(due_on: date, paused_on: date, today: date, holidays: AbstractSet[date]) -> date:
    """Return the new due day of a request whose clock stood from one day to another."""
    return add_working_days(due_on, working_days_between(paused_on, today, holidays), holidays)

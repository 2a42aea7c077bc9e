"""The period beside a period: the one just before it, or the same a year earlier."""

from datetime import date, timedelta
from enum import StrEnum

from pharmacy.rules.calendar import add_months, month_start


class Compare(StrEnum):
    """What a report of a period is put beside."""

    PREVIOUS = "previous"
    LAST_YEAR = "last_year"


def beside(first: date, last: date, compare: Compare) -> tuple[date, date]:
    """Return the period to compare with, both days included.

    A period of whole months is compared with as many whole months, any other with as many days.
    """
    day = timedelta(days=1)
    following = last + day
    whole = first.day == 1 and following.day == 1
    if compare is Compare.LAST_YEAR:
        # The end of a month stays one, in a leap year too.
        return add_months(first, -12), (
            add_months(following, -12) - day if following.day == 1 else add_months(last, -12)
        )
    if whole:
        months = 12 * (following.year - first.year) + following.month - first.month
        return add_months(month_start(first), -months), first - day
    return first - (last - first) - day, first - day

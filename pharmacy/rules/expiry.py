"""Expiry dates as packs, papers and people write them.

The expiry date itself is the last day of use; a month without a day, or day 00 in a GS1 code,
means the month's last day (GS1 General Specifications, AI 17).
"""

import re
from calendar import monthrange
from datetime import date

from pharmacy.errors import InvalidDate
from pharmacy.rules.arabic import clean, to_western

_CENTURY = 2000
_YEAR_MAX = 2199
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<y>\d{4})[/.-](?P<m>\d{1,2})(?:[/.-](?P<d>\d{1,2}))?",
        r"(?:(?P<d>\d{1,2})[/.-])?(?P<m>\d{1,2})[/.-](?P<y>\d{4}|\d{2})",
        r"(?P<y>\d{2})(?P<m>\d{2})(?P<d>\d{2})",
    )
)


def last_day(year: int, month: int, day: int = 0) -> date:
    """Return a date whose day 0 means the month's last.

    Raises:
        InvalidDate: There is no such date.
    """
    try:
        return date(year, month, day or monthrange(year, month)[1])
    except ValueError as error:
        raise InvalidDate(text=f"{year}-{month}-{day}") from error


def parse_expiry(text: str) -> date:
    """Return the last day of use: `2027-03`, `03/2027`, `03/27`, `31/03/2027`, `270300`.

    Two digits of a year are of this century: nothing on a shelf expired in the last one.

    Raises:
        InvalidDate: It cannot be read, or there is no such date.
    """
    plain = to_western(clean(text))
    match = next(filter(None, (form.fullmatch(plain) for form in _FORMS)), None)
    if match is None:
        raise InvalidDate(text=text)
    year = int(match["y"]) + (_CENTURY if len(match["y"]) == len("27") else 0)
    if not _CENTURY <= year <= _YEAR_MAX:
        raise InvalidDate(text=text)
    try:
        return last_day(year, int(match["m"]), int(match["d"] or 0))
    except InvalidDate as error:
        raise InvalidDate(text=text) from error


def is_expired(expiry: date, on: date) -> bool:
    """Tell whether a day is past the last day of use."""
    return on > expiry

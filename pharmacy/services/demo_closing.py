"""In a demonstration the office closes its months in the first days of the next, but the last."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import add_months, month_key, month_start
from pharmacy.services.closing import open_months
from pharmacy.services.period import close_period

_DAYS_AFTER = 5
_LEFT_OPEN = 1


def begin_closing(
    _session: Session, staff: Mapping[str, Actor], today: date
) -> Callable[[Session, date, datetime], None]:
    """Begin: what is over for more than a month when the demonstration ends will be closed."""
    open_from = month_key(add_months(month_start(today), -_LEFT_OPEN))
    finance = staff["finance"]

    def evening(session: Session, day: date, now: datetime) -> None:
        if day.day < _DAYS_AFTER:
            return
        for month in open_months(session, month_start(day)):
            if month < open_from:
                # Verified once, at the end: what the demonstration does is right by then or not.
                close_period(session, month, failed=0, actor=finance, now=now)

    return evening

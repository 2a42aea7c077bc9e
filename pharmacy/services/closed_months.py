"""Which months have sealed totals, and what of a period they answer."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pharmacy.db_session import once
from pharmacy.models import ClosedPeriod
from pharmacy.rules.closing import Split, split

BEGINNING = date(1900, 1, 1)
"""Before the first day of any book."""


def split_of(session: Session, first: date, last: date) -> Split:
    """Return the closed months of a period whose totals are stored, and the days left of it."""
    totalled = select(ClosedPeriod.month).where(ClosedPeriod.totals_digest != "")
    months = once(session, "totalled", lambda: session.scalars(totalled).all())
    return split(first, last, months)


def last_closed(session: Session) -> str | None:
    """Return the latest closed month, if any."""
    return session.scalar(select(func.max(ClosedPeriod.month)))

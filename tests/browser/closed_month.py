"""Which months of the demonstration are closed: the last of them, and the one that comes next."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pharmacy.models import ClosedPeriod
from pharmacy.rules.calendar import add_months, month_key
from pharmacy.services.period import first_day


def closed_month(session: Session) -> tuple[str, str]:
    """Return the last closed month of a demonstration and the one after it."""
    closed = session.scalars(select(func.max(ClosedPeriod.month))).one()
    return closed, month_key(add_months(first_day(closed), 1))

"""Lists of citizen requests as pages draw them: the page asked for, and where each clock stands."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.workdays import add_working_days, lateness
from pharmacy.services.request_clock import holidays
from pharmacy.services.request_inbox import Place, page
from pharmacy.services.request_list import SOON_DAYS, RequestQuery, count
from pharmacy.web.context import actor, now
from pharmacy.web.keyset import place_asked
from pharmacy.web.paging import PAGE_SIZE


def inbox(session: Session, query: RequestQuery) -> dict[str, Any]:
    """Return the page that the address asks for, and what the clock says of its rows."""
    asked = place_asked()
    found = page(
        session,
        query,
        place=Place(*asked) if asked else None,
        size=PAGE_SIZE,
        actor=actor(),
        today=cairo_day(now()),
    )
    return {"page": found, **clock_facts(session, found.rows)}


def counted_in(session: Session, query: RequestQuery) -> int | None:
    """Return how many requests stand behind the figure of a report, None where none was opened."""
    if query.counted is None or query.text.strip():
        return None
    return count(session, query, actor=actor(), today=cairo_day(now()))


def clock_facts(session: Session, rows: Iterable[Any]) -> dict[str, Any]:
    """Return `clock`: today, the day until which a due day is near, working days passed since."""
    today = cairo_day(now())
    closed = holidays(session)
    due = [row.due_on for row in rows if row.settled_on is None and row.due_on is not None]
    return {
        "clock": {
            "today": today,
            "soon": add_working_days(today, SOON_DAYS, frozenset()),
            "late": lateness(due, today, closed),
        }
    }

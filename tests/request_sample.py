"""A handful of citizen requests whose report is known to the day.

Rows are written as the clock would have left them, so that each stands in one way a report counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pharmacy.db import Database
from pharmacy.models import CitizenRequest, PublicMeeting
from pharmacy.rules.request_vocabulary import RequestState as S
from pharmacy.rules.vocabulary import CentreKind, Channel, RequestCategory, Role
from tests.builders import Pharmacy, add_centre, add_row, unique

DAYS = ("due", "paused", "settled", "first_reply", "approved", "handed_over", "closed", "reopened")


@dataclass(frozen=True, slots=True)
class Sample:
    """The day it is all told from, and the ids a test asks for."""

    today: date
    city: int
    village: int

    @property
    def first(self) -> date:
        """The day the earliest of them was received."""
        return self.today - timedelta(days=400)


def request_sample(pharmacy: Pharmacy, today: date) -> Sample:
    """Write eight requests: three settled, three overdue, one waiting for papers, one fresh."""
    database = pharmacy.database
    city = add_centre(database, CentreKind.CITY)
    village = add_centre(database, CentreKind.VILLAGE)
    meeting = add_row(
        database,
        PublicMeeting(held_on=today - timedelta(days=200), place="دمنهور", chair="المحافظ"),
    )
    at_city = {"channel": Channel.CITY_CENTRE, "centre_id": city}
    at_village = {"channel": Channel.VILLAGE_CENTRE, "centre_id": village}
    at_meeting = {"channel": Channel.PUBLIC_MEETING, "meeting_id": meeting}
    portal, hotline = {"channel": Channel.PORTAL}, {"channel": Channel.HOTLINE}
    answered = {"first_reply": 2, "approved": 3, "handed_over": 10, "settled": 10, "closed": 10}
    late = {"first_reply": 30, "settled": 30, "closed": 30}
    wrote: tuple[tuple[int, S, Mapping[str, Any], Mapping[str, int]], ...] = (
        (40, S.CLOSED, portal, {"due": 15, **answered}),
        (40, S.APPROVED, hotline, {"due": 15, "first_reply": 4, "approved": 4}),
        (5, S.RECEIVED, at_city, {"due": 15}),
        (20, S.AWAITING_PAPERS, at_city, {"due": 15, "paused": 1, "first_reply": 1}),
        (400, S.CLOSED, at_village, {"due": 15, **late}),
        (400, S.CHECKED, at_village, {"due": 65, "reopened": 50}),
        (100, S.REJECTED, portal, {"due": 30, "first_reply": 1, "settled": 1, "closed": 1}),
        (200, S.COMMITTEE, at_meeting, {"due": 15}),
    )
    for age, state, facts, days in wrote:
        add_standing(pharmacy, today - timedelta(days=age), state, days, **facts)
    return Sample(today, city, village)


def add_standing(
    pharmacy: Pharmacy, received_on: date, state: S, days: Mapping[str, int], **facts: Any
) -> int:
    """Write a request that stands so; its days count from the day it was received."""
    kept = {
        f"{name}_on": received_on + timedelta(days=days[name]) if name in days else None
        for name in DAYS
    }
    row = {
        "number": unique("R"),
        "category": RequestCategory.OTHER,
        "state": state,
        "received_on": received_on,
        "recorded_at": datetime.combine(received_on, time(9), UTC),
        "recorded_by": pharmacy[Role.CLERK].staff_id,
        "citizen_name": "سعاد حسن",
        "asked_for": "طلب",
        **kept,
        **facts,
    }
    return add_row(pharmacy.database, CitizenRequest(**row))


def rank_sample(database: Database, pharmacy: Pharmacy, today: date) -> tuple[int, int]:
    """Write five requests of one centre, four in time, and five of another, all late."""
    good, bad = add_centre(database), add_centre(database)
    for number in range(5):
        slow = number == 0
        for centre_id, settled in ((good, 20 if slow else 3), (bad, 40 + number)):
            days = {"due": 15, "first_reply": settled, "settled": settled, "closed": settled}
            add_standing(
                pharmacy, today - timedelta(days=60), S.CLOSED, days,
                channel=Channel.CITY_CENTRE, centre_id=centre_id,
            )  # fmt: skip
    return good, bad

"""Public meetings with the governor: where and when, who led, and the complaints taken there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from pharmacy.db import add_if_absent, table_of
from pharmacy.errors import FutureDate, MissingFact, NotFound
from pharmacy.models import CitizenRequest, PublicMeeting
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import Channel, RequestCategory, Urgency
from pharmacy.services import audit
from pharmacy.services.request import NewRequest, record_request


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One line of the list taken at a meeting, as it is typed."""

    submission_id: str
    citizen_name: str
    asked_for: str
    citizen_phone: str | None = None
    category: RequestCategory = RequestCategory.MEDICINE
    urgency: Urgency = Urgency.NORMAL


@dataclass(frozen=True, slots=True)
class Taken:
    """A complaint as the meeting's page lists it."""

    id: int
    number: str
    citizen_name: str
    asked_for: str
    category: RequestCategory
    state: RequestState


def hold_meeting(
    session: Session, *, held_on: date, place: str, chair: str, actor: Actor, now: datetime
) -> int:
    """Write a meeting down; return its id, the first one's when this day and place have one.

    Raises:
        MissingFact: Place or chair is not said.
        FutureDate: It was not held yet.
    """
    actor.require(Permission.REQUEST_RECORD)
    for name, text in (("place", place), ("chair", chair)):
        if not text.strip():
            raise MissingFact(name=name)
    if held_on > cairo_day(now):
        raise FutureDate(name="held_on")
    where = (PublicMeeting.held_on == held_on, PublicMeeting.place == place.strip())
    first = session.scalar(select(PublicMeeting.id).where(*where))
    if first is not None:
        return first
    row = {"held_on": held_on, "place": place.strip(), "chair": chair.strip()}
    add_if_absent(session, table_of(PublicMeeting), row)
    meeting_id = session.scalars(select(PublicMeeting.id).where(*where)).one()
    after = {**row, "held_on": held_on.isoformat()}
    audit.record(session, "add", "public_meeting", meeting_id, after=after, actor=actor, now=now)
    return meeting_id


def get_meeting(session: Session, meeting_id: int, *, actor: Actor) -> PublicMeeting:
    """Return a meeting.

    Raises:
        NotFound: There is none.
    """
    actor.require(Permission.REQUEST_VIEW)
    meeting = session.get(PublicMeeting, meeting_id)
    if meeting is None or actor.centre_id is not None:
        raise NotFound(noun="public_meeting", key=str(meeting_id))
    return meeting


def take_complaint(
    session: Session, meeting_id: int, complaint: Complaint, *, actor: Actor, now: datetime
) -> int:
    """Record a complaint of a meeting as a citizen request of that day; return its id.

    Raises:
        NotFound: There is no such meeting.
        MissingFact: The name or the wish is not said.
    """
    meeting = get_meeting(session, meeting_id, actor=actor)
    new = NewRequest(
        submission_id=complaint.submission_id,
        channel=Channel.PUBLIC_MEETING,
        meeting_id=meeting.id,
        received_on=meeting.held_on,
        citizen_name=complaint.citizen_name,
        citizen_phone=complaint.citizen_phone,
        asked_for=complaint.asked_for,
        category=complaint.category,
        urgency=complaint.urgency,
    )
    return record_request(session, new, actor=actor, now=now)


def meetings(*, actor: Actor) -> Select[*tuple[Any, ...]]:
    """Return meetings with the number of their complaints, without an order.

    A clerk of a centre has no part in them.

    Raises:
        NotPermitted: The role sees no requests.
    """
    actor.require(Permission.REQUEST_VIEW)
    complaints = (
        select(func.count(CitizenRequest.id))
        .where(CitizenRequest.meeting_id == PublicMeeting.id)
        .correlate(PublicMeeting)
        .scalar_subquery()
    )
    statement = select(
        PublicMeeting.id,
        PublicMeeting.held_on,
        PublicMeeting.place,
        PublicMeeting.chair,
        complaints.label("complaints"),
    )
    return statement.where(PublicMeeting.id == 0) if actor.centre_id is not None else statement


def complaints_of(session: Session, meeting_id: int) -> Sequence[Taken]:
    """Return the complaints of a meeting, the last one typed first; one statement."""
    request = CitizenRequest
    rows = session.execute(
        select(
            request.id,
            request.number,
            request.citizen_name,
            request.asked_for,
            request.category,
            request.state,
        )
        .where(request.meeting_id == meeting_id)
        .order_by(request.id.desc())
    )
    return [Taken(*row) for row in rows]

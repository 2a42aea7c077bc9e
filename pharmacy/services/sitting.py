"""Sittings of the committee: planned, opened with who is present, closed with their minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from pharmacy.errors import MissingFact, NotFound, SittingRefused
from pharmacy.models import AgendaItem, CitizenRequest, Sitting, SittingMember, Staff
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission, roles_with
from pharmacy.rules.request_vocabulary import (
    AgendaOutcome,
    DeferralReason,
    RequestAction,
    RequestState,
    SittingState,
)
from pharmacy.services.request import lock_series
from pharmacy.services.request_steps import take
from pharmacy.services.settings import whole_setting


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSitting:
    """What is planned: the day and place, who takes the chair, which members are called."""

    submission_id: str
    held_on: date
    place: str
    chair_id: int
    member_ids: frozenset[int]
    note: str = ""


def committee(session: Session) -> Sequence[Staff]:
    """Return the members who may be called: open accounts of roles that decide."""
    roles = roles_with(Permission.REQUEST_DECIDE)
    members = select(Staff).where(Staff.role.in_(roles), Staff.active.is_(True))
    return session.scalars(members.order_by(Staff.name_ar, Staff.id)).all()


def listed() -> Select[tuple[Sitting, Staff, int]]:
    """Return the sittings with their chair and how many requests are on the agenda, latest first.

    The pages that show them ask for the right to.
    """
    items = select(func.count()).where(AgendaItem.sitting_id == Sitting.id).scalar_subquery()
    return (
        select(Sitting, Staff, items.label("items"))
        .join(Staff, Staff.id == Sitting.chair_id)
        .order_by(Sitting.held_on.desc(), Sitting.id.desc())
    )


def get_sitting(session: Session, sitting_id: int, *, actor: Actor, lock: bool = False) -> Sitting:
    """Return a sitting.

    Raises:
        NotPermitted: The role sees no sittings.
        NotFound: There is none.
    """
    actor.require(Permission.SITTING_VIEW)
    sitting = session.get(Sitting, sitting_id, with_for_update=lock)
    if sitting is None:
        raise NotFound(noun="sitting", key=str(sitting_id))
    return sitting


def plan(session: Session, new: NewSitting, *, actor: Actor, now: datetime) -> int:
    """Plan a sitting; return its id, the first one's when sent twice.

    Raises:
        NotPermitted: The role does not decide.
        MissingFact: No place is named.
        SittingRefused: The chair is not called, too few are called, or one is no member.
    """
    actor.require(Permission.REQUEST_DECIDE)
    series = lock_series(session, new.held_on.year)
    first = session.scalar(select(Sitting.id).where(Sitting.submission_id == new.submission_id))
    if first is not None:
        return first
    quorum = whole_setting(session, "committee_quorum")
    known = {member.id for member in committee(session)}
    if not new.place.strip():
        raise MissingFact(name="place")
    if new.chair_id not in new.member_ids:
        raise SittingRefused(reason="chair")
    if len(new.member_ids & known) < max(quorum, len(new.member_ids)):
        raise SittingRefused(reason="members", quorum=quorum)
    sitting = Sitting(
        number=_next_number(session, series.year),
        submission_id=new.submission_id,
        held_on=new.held_on,
        place=new.place,
        chair_id=new.chair_id,
        quorum=quorum,
        note=new.note,
        planned_at=now,
        planned_by=actor.staff_id,
    )
    session.add(sitting)
    session.flush()
    members = sorted(new.member_ids)
    session.add_all(SittingMember(sitting_id=sitting.id, staff_id=one) for one in members)
    session.flush()
    return sitting.id


def _next_number(session: Session, year: int) -> str:
    """Return the year's next number; the year's row of numbers is locked."""
    taken = session.scalar(select(func.count()).where(Sitting.number.startswith(f"{year}/"))) or 0
    return f"{year}/{taken + 1}"


def open_sitting(
    session: Session,
    sitting_id: int,
    *,
    present: frozenset[int],
    chair_id: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Open a planned sitting, today, with those who came.

    Raises:
        NotPermitted: The role does not decide.
        SittingRefused: It was opened before, too few are present, or the chair is not.
    """
    actor.require(Permission.REQUEST_DECIDE)
    sitting = get_sitting(session, sitting_id, actor=actor, lock=True)
    if sitting.state is not SittingState.PLANNED:
        raise SittingRefused(reason="state")
    quorum = whole_setting(session, "committee_quorum")
    came = [member for member in sitting.members if member.staff_id in present]
    if len(came) < quorum:
        raise SittingRefused(reason="present", quorum=quorum)
    if chair_id not in {member.staff_id for member in came}:
        raise SittingRefused(reason="chair")
    for member in came:
        member.present = True
    sitting.state, sitting.quorum, sitting.chair_id = SittingState.OPEN, quorum, chair_id
    sitting.held_on, sitting.opened_at = cairo_day(now), now
    session.flush()


def close_sitting(
    session: Session, sitting_id: int, *, note: str = "", actor: Actor, now: datetime
) -> None:
    """Close an open sitting and its minutes; what it had no time for is deferred.

    Raises:
        NotPermitted: The role does not decide.
        SittingRefused: It is not open, or the actor was not there.
    """
    sitting = open_one(session, sitting_id, actor=actor)
    left = select(AgendaItem).where(
        AgendaItem.sitting_id == sitting.id, AgendaItem.outcome.is_(None)
    )
    reason = DeferralReason.NO_TIME.value
    for item in session.scalars(left.order_by(AgendaItem.position)).all():
        request = session.get_one(CitizenRequest, item.request_id, with_for_update=True)
        # What was withdrawn meanwhile, or sent back for papers, has nothing to be put off.
        if request.state is RequestState.COMMITTEE:
            take(session, request, RequestAction.DEFER, reason=reason, actor=actor, now=now)
            item.outcome, item.reason, item.decided_at = AgendaOutcome.DEFERRED, reason, now
    sitting.state, sitting.closed_at = SittingState.CLOSED, now
    sitting.note = note or sitting.note
    session.flush()


def open_one(session: Session, sitting_id: int, *, actor: Actor) -> Sitting:
    """Lock an open sitting at which the actor is present.

    Raises:
        NotPermitted: The role does not decide.
        SittingRefused: It is not open, or the actor is not there.
    """
    actor.require(Permission.REQUEST_DECIDE)
    sitting = get_sitting(session, sitting_id, actor=actor, lock=True)
    if sitting.state is not SittingState.OPEN:
        raise SittingRefused(reason="state")
    if actor.staff_id not in present_at(session, sitting_id):
        raise SittingRefused(reason="absent")
    return sitting


def present_at(session: Session, sitting_id: int) -> frozenset[int]:
    """Return the members who came to a sitting; one statement."""
    member = SittingMember
    came = select(member.staff_id).where(member.sitting_id == sitting_id, member.present.is_(True))
    return frozenset(session.scalars(came))

"""What lies on the counter of a demonstration: a standing authority, and a draft on hold."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import CitizenRequest, CounterDraft
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.lifecycle import ENTITLED
from pharmacy.services import authority, counter, draft
from pharmacy.services.dispensing_facts import read_case

CEILING = 50_000
"""Piastres a case."""

_GIVEN_DAYS_AGO, _GOOD_FOR_DAYS = 30, 365


def authorize(session: Session, member: Actor, *, now: datetime) -> None:
    """Let a committee member give a standing authority, a month ago and for a year."""
    given = now - timedelta(days=_GIVEN_DAYS_AGO)
    on = cairo_day(given)
    authority.give(
        session,
        decision_number=f"ت-{on.year}/3",
        valid_from=on,
        valid_until=on + timedelta(days=_GOOD_FOR_DAYS),
        ceiling=CEILING,
        actor=member,
        now=given,
    )


def put_aside(session: Session, pharmacist: Actor, *, but: int, now: datetime) -> int | None:
    """Open a draft for somebody with something due today and put it on hold.

    Args:
        session: A writing session.
        pharmacist: Whose it is.
        but: The person with whom a demonstration begins: not theirs.
        now: When.

    Returns:
        The draft, or None when nobody else has anything due.
    """
    assert pharmacist.site_id is not None
    on = cairo_day(now)
    approved = session.execute(
        select(CitizenRequest.id, CitizenRequest.beneficiary_id)
        .where(CitizenRequest.state.in_(ENTITLED), CitizenRequest.beneficiary_id != but)
        .order_by(CitizenRequest.id.desc())
    ).all()
    for request_id, person_id in approved:
        case = read_case(session, request_id, on=on)
        if case is None or person_id is None:
            continue
        lines = counter.proposals(session, case, site_id=pharmacist.site_id, on=on)
        if any(line.due for line in lines):
            opened = draft.open_for(
                session, person_id, request_id=request_id, actor=pharmacist, now=now
            )
            draft.hold(session, opened, actor=pharmacist, now=now)
            # Chance in real work; here the same day gives the same draft.
            session.get_one(CounterDraft, opened).submission_id = "demo-draft"
            session.flush()
            return opened
    return None

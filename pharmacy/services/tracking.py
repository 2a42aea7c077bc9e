"""What a citizen may see of a request without signing in: its number and the phone's last digits.

A number that nobody has and wrong digits are answered alike, by the same statements. Every try is
on record, as failed, before it is looked at, so that a burst cannot outrun the count.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, false, func, insert, or_, select, update
from sqlalchemy.orm import Session

from pharmacy.errors import TrackingRefused, TrackingThrottled
from pharmacy.models import (
    Beneficiary,
    CitizenFeedback,
    CitizenReply,
    CitizenRequest,
    RequestEvent,
    TrackingAttempt,
)
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.tracking import (
    DIGITS,
    KEPT,
    PER_ADDRESS,
    PER_NUMBER,
    RATED,
    Limit,
    TypedNumber,
    counted_address,
)
from pharmacy.services.outbox_writing import PHONE

_NOBODY = "\0" * DIGITS


@dataclass(frozen=True, slots=True)
class Told:
    """A reply that the citizen was given."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """What the public page says: nothing of a person, and nothing of what was asked for.

    Attributes:
        outcome_id: The step that the citizen may rate once; None while there is no outcome.
        rated: The citizen has rated it.
    """

    request_id: int
    number: str
    state: RequestState
    received_on: date
    due_on: date | None
    changed_at: datetime | None
    closed_on: date | None
    replies: Sequence[Told]
    outcome_id: int | None
    rated: bool


def begin_tracking(
    session: Session, number: TypedNumber | None, *, address: str, now: datetime
) -> int:
    """Put a try on record as failed, before it is looked at; return its id.

    Raises:
        TrackingThrottled: Too many failures of this number or from this address.
    """
    counted, place = number.counted if number else "", counted_address(address)
    attempt = TrackingAttempt
    for where, limits in (
        (attempt.address == place, PER_ADDRESS),
        (attempt.number == counted, PER_NUMBER if counted else ()),
    ):
        for limit in limits:
            _refuse_too_many(session, where, limit, now)
    row = {"number": counted, "address": place, "at": now, "succeeded": False}
    attempt_id: int = session.execute(
        insert(attempt).values(row).returning(attempt.id)
    ).scalar_one()
    return attempt_id


def _refuse_too_many(
    session: Session,
    where: Any,  # noqa: ANN401 - a clause over the attempts
    limit: Limit,
    now: datetime,
    *,
    own: int = 0,
) -> None:
    attempt = TrackingAttempt
    failed = (attempt.succeeded.is_(false()), attempt.at > now - limit.within)
    count, first = session.execute(
        select(func.count(), func.min(attempt.at)).where(*failed, where)
    ).one()
    if count - own >= limit.failures:
        wait = first + limit.within - now
        raise TrackingThrottled(retry_after_seconds=max(1, int(wait.total_seconds())))


def find(
    session: Session,
    attempt_id: int,
    number: TypedNumber | None,
    digits: str | None,
    *,
    now: datetime,
) -> int:
    """Return the id of the request that has this number and this ending of its phone.

    Args:
        session: A reading session, begun after the try was kept.
        attempt_id: As `begin_tracking` gave it.
        number: As typed; None when it is no number.
        digits: The last digits as typed; None when they are none.
        now: The moment.

    Raises:
        TrackingThrottled: Others tried at the same moment, and all of them together too often.
        TrackingRefused: There is none; which of the two is wrong is not said.
    """
    own = session.get_one(TrackingAttempt, attempt_id)
    for where, limits in (
        (TrackingAttempt.address == own.address, PER_ADDRESS[:1]),
        (TrackingAttempt.number == own.number, PER_NUMBER[:1] if own.number else ()),
    ):
        for limit in limits:
            _refuse_too_many(session, where, limit, now, own=1)
    wanted = (number or TypedNumber(1, 0)).candidates(cairo_day(now).year)
    rows = session.execute(
        select(CitizenRequest.id, PHONE.label("phone"))
        .outerjoin(Beneficiary, Beneficiary.id == CitizenRequest.beneficiary_id)
        .where(CitizenRequest.number.in_(wanted))
        .order_by(CitizenRequest.id.desc())
    ).all()
    # Always two comparisons, whether there is such a number or not.
    known = [(row.id, (row.phone or _NOBODY)[-DIGITS:]) for row in rows]
    known += [(0, _NOBODY)] * (len(wanted) - len(known))
    typed = (digits or "").encode()
    right = [row_id for row_id, end in known if hmac.compare_digest(end.encode(), typed)]
    if not right:
        raise TrackingRefused
    found: int = right[0]
    return found


def mark_tracked(session: Session, attempt_id: int) -> None:
    """Say of a try that it was right: it counts against nobody."""
    session.execute(
        update(TrackingAttempt).where(TrackingAttempt.id == attempt_id).values(succeeded=True)
    )


def tracked(session: Session, request_id: int) -> Tracked:
    """Return what the public page says of a request; four statements."""
    row = session.get_one(CitizenRequest, request_id)
    outcome = last_step(session, row)
    rated = outcome is not None and session.scalar(
        select(CitizenFeedback.id).where(CitizenFeedback.event_id == outcome.id)
    )
    replies = session.execute(
        select(CitizenReply.at, CitizenReply.text)
        .where(CitizenReply.request_id == request_id)
        .order_by(CitizenReply.id)
    )
    return Tracked(
        request_id=row.id,
        number=row.number,
        state=row.state,
        received_on=row.received_on,
        due_on=row.due_on if row.settled_on is None and row.paused_on is None else None,
        changed_at=outcome.at if outcome else None,
        closed_on=row.closed_on,
        replies=[Told(reply.at, reply.text) for reply in replies],
        outcome_id=outcome.id if outcome is not None and row.state in RATED else None,
        rated=bool(rated),
    )


def last_step(session: Session, row: CitizenRequest) -> RequestEvent | None:
    """Return the step by which a request came to where it stands."""
    event = RequestEvent
    return session.scalars(
        select(event)
        .where(event.request_id == row.id, event.to_state == row.state)
        .where(or_(event.from_state.is_(None), event.from_state != event.to_state))
        .order_by(event.id.desc())
        .limit(1)
    ).first()


def forget_tracking(session: Session, *, now: datetime) -> None:
    """Forget the tries that count for nothing any more."""
    session.execute(delete(TrackingAttempt).where(TrackingAttempt.at <= now - KEPT))

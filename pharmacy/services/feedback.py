"""What citizens say of an outcome: really solved, or not; and what follows of a no."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, false, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import add_if_absent, table_of
from pharmacy.errors import FeedbackRefused
from pharmacy.models import CitizenFeedback, CitizenReply, CitizenRequest, Staff
from pharmacy.rules.actor import Actor
from pharmacy.rules.lifecycle import ENDED
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import ReopeningReason, RequestAction
from pharmacy.rules.tracking import RATED
from pharmacy.rules.vocabulary import Role
from pharmacy.services.request_steps import take
from pharmacy.services.settings import all_settings
from pharmacy.services.tracking import last_step

PAGE_ACCOUNT = "citizens.page"
"""The closed account under whose name the tracking page reopens a request."""
_NO_PASSWORD = "!"  # noqa: S105 - matches no password at all


@dataclass(frozen=True, slots=True)
class Said:
    """What a citizen said of an outcome."""

    at: datetime
    solved: bool
    text: str


def give_feedback(
    session: Session, request_id: int, outcome_id: int, *, solved: bool, text: str, now: datetime
) -> bool:
    """Keep what a citizen says of an outcome, once; tell whether the request was reopened.

    Args:
        session: A writing session.
        request_id: The request that was tracked.
        outcome_id: The step that the page showed.
        solved: Whether it was really solved.
        text: The citizen's own words, or none.
        now: The moment.

    Raises:
        FeedbackRefused: It was said before, or the request went on meanwhile.
    """
    request = session.get(CitizenRequest, request_id, with_for_update=True)
    outcome = last_step(session, request) if request is not None else None
    if request is None or outcome is None or outcome.id != outcome_id or request.state not in RATED:
        raise FeedbackRefused
    said = select(CitizenFeedback.id).where(CitizenFeedback.event_id == outcome_id)
    if session.scalar(said) is not None:
        raise FeedbackRefused
    session.add(
        CitizenFeedback(
            request_id=request_id, event_id=outcome_id, at=now, solved=solved, text=text.strip()
        )
    )
    session.flush()
    reopens = all_settings(session)["feedback_reopens"] == "on"
    if solved or request.state not in ENDED or not reopens:
        return False
    reason = ReopeningReason.NOT_SOLVED.value
    actor = _page(session, now)
    take(session, request, RequestAction.REOPEN, reason=reason, actor=actor, now=now)
    return True


def _page(session: Session, now: datetime) -> Actor:
    """Return the page as an actor; its account is closed and has no password."""
    row = {
        "username": PAGE_ACCOUNT,
        "name_ar": "المواطن (صفحة المتابعة)",
        "name_en": "The citizen (tracking page)",
        "password_hash": _NO_PASSWORD,
        "role": Role.CLERK,
        "language": "ar",
        "active": False,
        "must_change_password": True,
        "created_at": now,
    }
    add_if_absent(session, table_of(Staff), row)
    staff = session.execute(
        select(Staff.id, Staff.name_ar).where(Staff.username == PAGE_ACCOUNT)
    ).one()
    # By the by-law's setting the citizen's word stands for the committee's.
    return Actor(staff.id, staff.name_ar, Role.COMMITTEE)


def said(session: Session, request_id: int) -> Sequence[Said]:
    """Return what the citizen said of a request's outcomes, in order; one statement."""
    feedback = CitizenFeedback
    rows = session.execute(
        select(feedback.at, feedback.solved, feedback.text)
        .where(feedback.request_id == request_id)
        .order_by(feedback.id)
    )
    return [Said(*row) for row in rows]


def not_solved(*, actor: Actor) -> Select[*tuple[Any, ...]]:
    """Return the requests whose citizen last said no and was told nothing since, unordered."""
    actor.require(Permission.REQUEST_VIEW)
    feedback, later = CitizenFeedback, aliased(CitizenFeedback)
    listed: Select[*tuple[Any, ...]] = (
        select(
            feedback.id,
            feedback.at,
            feedback.text,
            CitizenRequest.id.label("request_id"),
            CitizenRequest.number,
            CitizenRequest.state,
            CitizenRequest.channel,
        )
        .join(CitizenRequest, CitizenRequest.id == feedback.request_id)
        .where(
            feedback.solved.is_(false()),
            ~exists().where(later.request_id == feedback.request_id, later.id > feedback.id),
            ~exists().where(
                CitizenReply.request_id == feedback.request_id, CitizenReply.at > feedback.at
            ),
        )
    )
    if actor.centre_id is not None:
        listed = listed.where(CitizenRequest.centre_id == actor.centre_id)
    return listed

"""Renewals: approvals that lapse soon or just did, and the request that goes on with one."""

from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from pharmacy.errors import AlreadyRenewed, TransitionRefused
from pharmacy.models import (
    Approval,
    ApprovalItem,
    Beneficiary,
    BeneficiaryStatus,
    CitizenRequest,
    Drug,
    RequestEvent,
    RequestLink,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.lifecycle import ENTITLED
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import ClosingReason, LinkKind, RequestState
from pharmacy.rules.vocabulary import CENTRE_CHANNELS, Channel
from pharmacy.services.request import NewRequest, get_request, record_request

_request, _approval = CitizenRequest, Approval


def due(
    *, actor: Actor, today: date, days: int
) -> Select[tuple[int, str, date, str, date, int, str, str, str, str]]:
    """Return the requests whose last approval lapses, or lapsed, within so many days of a day.

    A request of which all was given is among them: whoever takes a medicine for life needs the
    next approval all the same. What is renewed already is not.

    Raises:
        NotPermitted: The role records no requests.
    """
    actor.require(Permission.REQUEST_RECORD)
    last = (
        select(_approval.request_id, func.max(_approval.valid_until).label("until"))
        .group_by(_approval.request_id)
        .having(func.max(_approval.valid_until).between(*_window(today, days)))
        .subquery()
    )
    renewed = select(RequestLink.earlier_id).where(RequestLink.kind == LinkKind.RENEWS)
    given = select(RequestEvent.request_id).where(
        RequestEvent.request_id == _request.id,
        RequestEvent.reason == ClosingReason.ALL_GIVEN.value,
    )
    statement = (
        select(
            _request.id,
            _request.number,
            _request.received_on,
            _request.asked_for,
            last.c.until,
            _request.beneficiary_id,
            Beneficiary.given_name,
            Beneficiary.father_name,
            Beneficiary.grandfather_name,
            Beneficiary.family_name,
        )
        .join(last, last.c.request_id == _request.id)
        .join(Beneficiary, Beneficiary.id == _request.beneficiary_id)
        .where(
            or_(
                _request.state.in_(ENTITLED),
                (_request.state == RequestState.CLOSED) & given.exists(),
            ),
            Beneficiary.status == BeneficiaryStatus.ACTIVE,
            _request.id.not_in(renewed),
        )
        .order_by(last.c.until, _request.id)
    )
    if actor.centre_id is not None:
        statement = statement.where(_request.centre_id == actor.centre_id)
    return statement


def _window(today: date, days: int) -> tuple[date, date]:
    return today - timedelta(days=days), today + timedelta(days=days)


def renew(
    session: Session, earlier_id: int, *, submission_id: str, actor: Actor, now: datetime
) -> int:
    """Record the request that renews an earlier one, filled from it; return its id.

    It comes by the channel of the earlier one's centre, or by the counter where it had none.

    Raises:
        NotPermitted: The role records no requests.
        NotFound: There is no such request, or it is another centre's.
        TransitionRefused: It was never approved.
        AlreadyRenewed: Another request renews it.
        BeneficiaryInactive: The person has died, or the record was merged.
    """
    actor.require(Permission.REQUEST_RECORD)
    earlier = get_request(session, earlier_id, actor=actor, lock=True)
    first = session.execute(
        select(_request.id, _request.number, _request.submission_id)
        .join(RequestLink, RequestLink.request_id == _request.id)
        .where(RequestLink.earlier_id == earlier_id, RequestLink.kind == LinkKind.RENEWS)
    ).first()
    if first is not None and first.submission_id != submission_id:
        raise AlreadyRenewed(request_number=first.number)
    if first is not None:
        return int(first.id)
    approved = select(_approval.id).where(_approval.request_id == earlier_id).limit(1)
    if session.scalar(approved) is None:
        state = earlier.state.value
        raise TransitionRefused(from_state=state, to_state=RequestState.APPROVED.value)
    by_centre = earlier.channel in CENTRE_CHANNELS
    new = NewRequest(
        submission_id=submission_id,
        channel=earlier.channel if by_centre else Channel.COUNTER,
        asked_for=earlier.asked_for,
        received_on=cairo_day(now),
        category=earlier.category,
        centre_id=earlier.centre_id,
        beneficiary_id=earlier.beneficiary_id,
        citizen_phone=earlier.citizen_phone,
        on_behalf_of=earlier.on_behalf_of,
        condition_id=earlier.condition_id,
        prescriber=earlier.prescriber,
        renews_id=earlier_id,
    )
    return record_request(session, new, actor=actor, now=now)


def renewed_items(session: Session, request_id: int) -> list[tuple[ApprovalItem, Drug]]:
    """Return what was last approved of the request that one renews; nothing when it renews none.

    Medicines that are no longer in the formulary are left out; two statements.
    """
    last = session.scalar(
        select(func.max(_approval.id))
        .join(RequestLink, RequestLink.earlier_id == _approval.request_id)
        .where(RequestLink.request_id == request_id, RequestLink.kind == LinkKind.RENEWS)
    )
    rows = session.execute(
        select(ApprovalItem, Drug)
        .join(Drug, Drug.id == ApprovalItem.drug_id)
        .where(ApprovalItem.approval_id == last, Drug.active.is_(True))
        .order_by(ApprovalItem.id)
    )
    return [(row[0], row[1]) for row in rows]

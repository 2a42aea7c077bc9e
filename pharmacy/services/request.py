"""Citizen requests: recording, deciding, closing; the state moves by one table only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from pharmacy.db import add_if_absent, table_of
from pharmacy.errors import (
    BeneficiaryInactive,
    BeneficiaryRequired,
    CentreRequired,
    FutureDate,
    InvalidApproval,
    MissingFact,
    NotFound,
    OutsideReferenceTaken,
    OwnRequest,
    TransitionRefused,
)
from pharmacy.models import (
    Approval,
    ApprovalFund,
    ApprovalItem,
    Beneficiary,
    BeneficiaryStatus,
    Centre,
    CitizenRequest,
    Drug,
    Fund,
    RequestSeries,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.lifecycle import check_transition
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import (
    CENTRE_CHANNELS,
    MEDICINE_CATEGORIES,
    CentreKind,
    Channel,
    RejectionReason,
    RequestCategory,
    RequestState,
    Urgency,
)
from pharmacy.services.request_steps import add_event, move

ALL_OF_IT = 10_000
ANSWERED = "answered"
"""The reason of closing a request that asked for no medicine."""
UNDECIDED = frozenset({RequestState.RECEIVED, RequestState.UNDER_REVIEW})
"""States in which a request still waits for a decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """What is recorded when a citizen asks.

    Attributes:
        outside_reference: The number another system gave it; once per channel.
        asked_for: What was asked, in the citizen's words.
    """

    submission_id: str
    channel: Channel
    asked_for: str
    received_on: date
    category: RequestCategory = RequestCategory.MEDICINE
    urgency: Urgency = Urgency.NORMAL
    centre_id: int | None = None
    meeting_id: int | None = None
    outside_reference: str | None = None
    beneficiary_id: int | None = None
    citizen_name: str = ""
    citizen_phone: str | None = None
    on_behalf_of: str = ""
    condition_id: int | None = None
    prescriber: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedItem:
    """One drug of a decision: units an issue, how many issues, one every so many days."""

    drug_id: int
    quantity_per_issue: int
    issues: int = 1
    interval_days: int = 30
    dose: str = ""
    directions_ar: str = ""
    directions_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An approval: items, validity, shares (basis points), ceilings (piastres), funds."""

    decision_number: str
    valid_from: date
    valid_until: date
    items: Sequence[ApprovedItem]
    fund_ids: frozenset[int] = frozenset()
    case_ceiling: int | None = None
    month_ceiling: int | None = None
    citizen_basis_points: int = 0
    donor_basis_points: int = 0
    citizen_share_max: int | None = None
    note: str = ""


def record_request(session: Session, new: NewRequest, *, actor: Actor, now: datetime) -> int:
    """Record a citizen request as received; return its id, the first one's when sent twice.

    Raises:
        CentreRequired: A centre's channel without a centre of its kind, or the other way about.
        OutsideReferenceTaken: The channel already brought this outside reference.
        MissingFact: What was asked for, or by whom, is not said.
    """
    actor.require(Permission.REQUEST_RECORD)
    series = _lock_series(session, new.received_on.year)
    first = session.scalar(
        select(CitizenRequest.id).where(CitizenRequest.submission_id == new.submission_id)
    )
    if first is not None:
        return first
    _check_new(session, new, actor, now)
    series.last_number += 1
    request = CitizenRequest(
        number=f"{new.received_on.year}-{series.last_number:06d}",
        channel=new.channel,
        category=new.category,
        state=RequestState.RECEIVED,
        urgency=new.urgency,
        centre_id=new.centre_id,
        meeting_id=new.meeting_id,
        outside_reference=new.outside_reference or None,
        received_on=new.received_on,
        recorded_at=now,
        recorded_by=actor.staff_id,
        submission_id=new.submission_id,
        beneficiary_id=new.beneficiary_id,
        citizen_name=new.citizen_name,
        citizen_phone=new.citizen_phone,
        on_behalf_of=new.on_behalf_of,
        condition_id=new.condition_id,
        prescriber=new.prescriber,
        asked_for=new.asked_for,
    )
    session.add(request)
    session.flush()
    add_event(session, request.id, None, RequestState.RECEIVED, actor=actor, now=now)
    return request.id


def _lock_series(session: Session, year: int) -> RequestSeries:
    """Lock the year's numbers; whoever comes first makes the row, and it is never removed."""
    add_if_absent(session, table_of(RequestSeries), {"year": year, "last_number": 0})
    row = session.get(RequestSeries, year, with_for_update=True, populate_existing=True)
    assert row is not None
    return row


def _check_new(session: Session, new: NewRequest, actor: Actor, now: datetime) -> None:
    if not new.asked_for.strip():
        raise MissingFact(name="asked_for")
    if new.beneficiary_id is None and not new.citizen_name.strip():
        raise MissingFact(name="citizen_name")
    if new.received_on > cairo_day(now):
        raise FutureDate(name="received_on")
    _check_centre(session, new, actor)
    if new.beneficiary_id is not None:
        _active_beneficiary(session, new.beneficiary_id)
    if new.outside_reference:
        taken = session.scalar(
            select(CitizenRequest.number).where(
                CitizenRequest.channel == new.channel,
                CitizenRequest.outside_reference == new.outside_reference,
            )
        )
        if taken is not None:
            raise OutsideReferenceTaken(request_number=taken)


def _check_centre(session: Session, new: NewRequest, actor: Actor) -> None:
    wanted = {
        Channel.CITY_CENTRE: CentreKind.CITY,
        Channel.VILLAGE_CENTRE: CentreKind.VILLAGE,
    }.get(new.channel)
    if new.centre_id is None:
        if new.channel in CENTRE_CHANNELS:
            raise CentreRequired(channel=new.channel.value)
        return
    kind = session.scalar(select(Centre.kind).where(Centre.id == new.centre_id))
    if kind is None or (wanted is not None and kind is not wanted):
        raise CentreRequired(channel=new.channel.value)
    if actor.centre_id is not None and actor.centre_id != new.centre_id:
        raise NotFound(noun="centre", key=str(new.centre_id))


def _active_beneficiary(session: Session, beneficiary_id: int) -> Beneficiary:
    person = session.get(Beneficiary, beneficiary_id)
    if person is None:
        raise NotFound(noun="beneficiary", key=str(beneficiary_id))
    if person.status is not BeneficiaryStatus.ACTIVE:
        raise BeneficiaryInactive(status_value=person.status.value)
    return person


def get_request(
    session: Session, request_id: int, *, actor: Actor, lock: bool = False
) -> CitizenRequest:
    """Return a request that this actor may see.

    Raises:
        NotPermitted: The role sees no requests.
        NotFound: There is none, or it came through another centre than the clerk's own.
    """
    actor.require(Permission.REQUEST_VIEW)
    request = session.get(CitizenRequest, request_id, with_for_update=lock)
    hidden = request and actor.centre_id is not None and request.centre_id != actor.centre_id
    if request is None or hidden:
        raise NotFound(noun="request", key=str(request_id))
    return request


def name_beneficiary(
    session: Session, request_id: int, beneficiary_id: int, *, actor: Actor, now: datetime
) -> None:
    """Say which beneficiary a request is for; not once it is decided.

    Raises:
        TransitionRefused: The request is decided, or was once approved for another person.
    """
    actor.require(Permission.REQUEST_RECORD)
    request = get_request(session, request_id, actor=actor, lock=True)
    if request.state not in UNDECIDED:
        # A step that the table allows to the committee: a clerk does not reopen a request so.
        raise TransitionRefused(
            from_state=request.state.value, to_state=RequestState.UNDER_REVIEW.value
        )
    approved = session.scalar(select(Approval.id).where(Approval.request_id == request_id).limit(1))
    if approved is not None and request.beneficiary_id != beneficiary_id:
        raise TransitionRefused(
            from_state=RequestState.APPROVED.value, to_state=RequestState.UNDER_REVIEW.value
        )
    _active_beneficiary(session, beneficiary_id)
    request.beneficiary_id = beneficiary_id
    move(session, request, RequestState.UNDER_REVIEW, actor=actor, now=now)


def approve(
    session: Session, request_id: int, decision: Decision, *, actor: Actor, now: datetime
) -> int:
    """Approve a request; return the approval's id.

    Raises:
        TransitionRefused: The request is not open for a decision.
        BeneficiaryRequired: It names no beneficiary.
        OwnRequest: The actor recorded it.
        InvalidApproval: Figures do not hold together; the reason names the field.
    """
    actor.require(Permission.REQUEST_DECIDE)
    request = get_request(session, request_id, actor=actor, lock=True)
    check_transition(request.state, RequestState.APPROVED)
    if request.beneficiary_id is None:
        raise BeneficiaryRequired
    _active_beneficiary(session, request.beneficiary_id)
    if request.recorded_by == actor.staff_id:
        raise OwnRequest
    _check_decision(session, decision)
    approval_id = _write_approval(session, request_id, decision, actor=actor, now=now)
    note = decision.decision_number
    move(session, request, RequestState.APPROVED, note=note, actor=actor, now=now)
    return approval_id


def _check_decision(session: Session, decision: Decision) -> None:
    checks = {
        "decision_number": bool(decision.decision_number.strip()),
        "valid_until": decision.valid_from <= decision.valid_until,
        "items": bool(decision.items),
        "citizen_basis_points": 0 <= decision.citizen_basis_points <= ALL_OF_IT,
        "donor_basis_points": 0
        <= decision.donor_basis_points
        <= ALL_OF_IT - decision.citizen_basis_points,
        "case_ceiling": decision.case_ceiling is None or decision.case_ceiling > 0,
        "month_ceiling": decision.month_ceiling is None or decision.month_ceiling > 0,
        "quantity_per_issue": all(item.quantity_per_issue > 0 for item in decision.items),
        "issues": all(item.issues > 0 for item in decision.items),
        "interval_days": all(item.interval_days > 0 for item in decision.items),
    }
    for field, holds in checks.items():
        if not holds:
            raise InvalidApproval(reason=field)
    drug_ids = {item.drug_id for item in decision.items}
    if len(drug_ids) != len(decision.items):
        raise InvalidApproval(reason="drug_twice")
    active = select(func.count()).where(Drug.id.in_(drug_ids), Drug.active.is_(true()))
    if session.scalar(active) != len(drug_ids):
        raise InvalidApproval(reason="drug_inactive")
    funds = select(func.count()).where(Fund.id.in_(decision.fund_ids), Fund.active.is_(true()))
    if session.scalar(funds) != len(decision.fund_ids):
        raise InvalidApproval(reason="fund")


def _write_approval(
    session: Session, request_id: int, decision: Decision, *, actor: Actor, now: datetime
) -> int:
    approval = Approval(
        request_id=request_id,
        decision_number=decision.decision_number,
        decided_at=now,
        decided_by=actor.staff_id,
        valid_from=decision.valid_from,
        valid_until=decision.valid_until,
        case_ceiling=decision.case_ceiling,
        month_ceiling=decision.month_ceiling,
        citizen_basis_points=decision.citizen_basis_points,
        donor_basis_points=decision.donor_basis_points,
        citizen_share_max=decision.citizen_share_max,
        note=decision.note,
    )
    session.add(approval)
    session.flush()
    session.add_all(
        ApprovalItem(
            approval_id=approval.id,
            drug_id=item.drug_id,
            quantity_per_issue=item.quantity_per_issue,
            issues=item.issues,
            interval_days=item.interval_days,
            dose=item.dose,
            directions_ar=item.directions_ar,
            directions_en=item.directions_en,
        )
        for item in decision.items
    )
    session.add_all(
        ApprovalFund(approval_id=approval.id, fund_id=fund_id)
        for fund_id in sorted(decision.fund_ids)
    )
    session.flush()
    return approval.id


def reject(
    session: Session,
    request_id: int,
    reason: RejectionReason,
    *,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """Reject a request with a reason that reports can count.

    Raises:
        TransitionRefused: The request is not open for a decision.
    """
    actor.require(Permission.REQUEST_DECIDE)
    request = get_request(session, request_id, actor=actor, lock=True)
    state = RequestState.REJECTED
    move(session, request, state, reason=reason.value, note=note, actor=actor, now=now)


def reopen(session: Session, request_id: int, *, note: str, actor: Actor, now: datetime) -> None:
    """Take a rejected or closed request up again.

    Raises:
        TransitionRefused: It is still open.
    """
    actor.require(Permission.REQUEST_DECIDE)
    request = get_request(session, request_id, actor=actor, lock=True)
    move(session, request, RequestState.UNDER_REVIEW, note=note, actor=actor, now=now)


def answer(session: Session, request_id: int, *, reply: str, actor: Actor, now: datetime) -> None:
    """Close a request that asks for no medicine, with what the citizen was told.

    Raises:
        TransitionRefused: It asks for medicine, which the committee decides, or is not open.
        MissingFact: No reply was given.
    """
    actor.require(Permission.REQUEST_RECORD)
    if not reply.strip():
        raise MissingFact(name="note")
    request = get_request(session, request_id, actor=actor, lock=True)
    closed = RequestState.CLOSED
    if request.category in MEDICINE_CATEGORIES or request.state is RequestState.APPROVED:
        raise TransitionRefused(from_state=request.state.value, to_state=closed.value)
    move(session, request, closed, reason=ANSWERED, note=reply, actor=actor, now=now)

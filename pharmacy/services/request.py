"""Citizen requests: recording, naming the person, answering; deciding is `request_decision`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.db import add_if_absent, table_of
from pharmacy.errors import (
    BeneficiaryInactive,
    CentreRequired,
    FutureDate,
    LinkRefused,
    MissingFact,
    NotFound,
    OutsideReferenceTaken,
    TransitionRefused,
)
from pharmacy.models import (
    Approval,
    Beneficiary,
    BeneficiaryStatus,
    Centre,
    CitizenRequest,
    RequestLink,
    RequestSeries,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.email import parse_email
from pharmacy.rules.identity import parse_national_id
from pharmacy.rules.intake import read_channel_facts
from pharmacy.rules.lifecycle import UNDECIDED
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import (
    ClosingReason,
    LinkKind,
    RequestAction,
    RequestState,
)
from pharmacy.rules.vocabulary import (
    CENTRE_CHANNELS,
    MEDICINE_CATEGORIES,
    CentreKind,
    Channel,
    RequestCategory,
    Urgency,
)
from pharmacy.services.request_clock import start_clock
from pharmacy.services.request_search import index_request
from pharmacy.services.request_steps import take, write_event

_KIND_OF_CHANNEL = {
    Channel.CITY_CENTRE: CentreKind.CITY,
    Channel.VILLAGE_CENTRE: CentreKind.VILLAGE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """What is recorded when a citizen asks.

    Attributes:
        outside_reference: The number another system gave it; once per channel.
        asked_for: What was asked, in the citizen's words.
        citizen_identity: The fourteen digits, of somebody who is not on file.
        channel_facts: What only this channel asks (`rules.intake`).
        renews_id: The earlier request of the same person that this one goes on with.
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
    citizen_identity: str | None = None
    citizen_email: str | None = None
    channel_facts: Mapping[str, object] = field(default_factory=dict)
    renews_id: int | None = None


def record_request(session: Session, new: NewRequest, *, actor: Actor, now: datetime) -> int:
    """Record a citizen request as received; return its id, the first one's when sent twice.

    Raises:
        CentreRequired: A centre's channel without a centre of its kind, or the other way about.
        OutsideReferenceTaken: The channel already brought this outside reference.
        MissingFact: What was asked for, or by whom, is not said.
        InvalidNationalId: The digits of somebody who is not on file do not hold together.
        InvalidField: An e-mail address or a field of the channel cannot be read.
    """
    actor.require(Permission.REQUEST_RECORD)
    series = lock_series(session, new.received_on.year)
    first = session.scalar(
        select(CitizenRequest.id).where(CitizenRequest.submission_id == new.submission_id)
    )
    if first is not None:
        return first
    _check_new(session, new, actor, now)
    series.last_number += 1
    number = request_number(new.received_on.year, series.last_number)
    request = CitizenRequest(**columns_of(new, number, actor=actor, now=now))
    start_clock(session, request)
    index_request(session, request)
    session.add(request)
    session.flush()
    if new.renews_id is not None:
        link(session, request, LinkKind.RENEWS, new.renews_id, actor=actor, now=now)
    write_event(session, request.id, None, RequestState.RECEIVED, actor=actor, now=now)
    return request.id


def request_number(year: int, serial: int) -> str:
    """Return the number of a request: the year it was received in and its place there."""
    return f"{year}-{serial:06d}"


def columns_of(new: NewRequest, number: str, *, actor: Actor, now: datetime) -> dict[str, object]:
    """Return the columns of a request as it is recorded; its clock and search text come to them."""
    return {
        "number": number,
        "channel": new.channel,
        "category": new.category,
        "state": RequestState.RECEIVED,
        "urgency": new.urgency,
        "centre_id": new.centre_id,
        "meeting_id": new.meeting_id,
        "outside_reference": new.outside_reference or None,
        "received_on": new.received_on,
        "recorded_at": now,
        "recorded_by": actor.staff_id,
        "submission_id": new.submission_id,
        "beneficiary_id": new.beneficiary_id,
        "citizen_name": new.citizen_name,
        "citizen_phone": new.citizen_phone,
        "on_behalf_of": new.on_behalf_of,
        "condition_id": new.condition_id,
        "prescriber": new.prescriber,
        "asked_for": new.asked_for,
        "citizen_identity": _identity(new, cairo_day(now)),
        "citizen_email": _email(new),
        "channel_facts": read_channel_facts(new.channel, new.channel_facts),
    }


def _identity(new: NewRequest, today: date) -> str | None:
    """Return the national ID of somebody who is not on file; the file has its own."""
    if not new.citizen_identity or new.beneficiary_id is not None:
        return None
    return parse_national_id(new.citizen_identity, today=today).number


def _email(new: NewRequest) -> str | None:
    return parse_email(new.citizen_email, name="citizen_email") if new.citizen_email else None


def link(
    session: Session,
    request: CitizenRequest,
    kind: LinkKind,
    earlier_id: int,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Tie a request to an earlier one that it repeats or renews.

    Raises:
        NotFound: There is no such request, or it is not this actor's to see.
        LinkRefused: It is the same request, came later, or is another person's (a renewal).
    """
    earlier = get_request(session, earlier_id, actor=actor)
    same_person = request.beneficiary_id == earlier.beneficiary_id is not None
    if earlier.id >= request.id or (kind is LinkKind.RENEWS and not same_person):
        raise LinkRefused(request_number=earlier.number)
    tied = {"request_id": request.id, "kind": kind, "earlier_id": earlier.id}
    # Closed, reopened and closed again, it repeats the same request still.
    if session.scalar(select(RequestLink.id).filter_by(**tied)) is not None:
        return
    session.add(RequestLink(**tied, at=now, staff_id=actor.staff_id))
    session.flush()


def lock_series(session: Session, year: int) -> RequestSeries:
    """Lock the year's numbers; whoever comes first makes the row, and it is never removed."""
    add_if_absent(session, table_of(RequestSeries), {"year": year, "last_number": 0})
    row = session.get(RequestSeries, year, with_for_update=True, populate_existing=True)
    assert row is not None
    return row


def _check_new(session: Session, new: NewRequest, actor: Actor, now: datetime) -> None:
    kind = None
    if new.centre_id is not None:
        kind = session.scalar(select(Centre.kind).where(Centre.id == new.centre_id))
    check_facts(new, kind, actor=actor, today=cairo_day(now))
    if new.beneficiary_id is not None:
        active_beneficiary(session, new.beneficiary_id)
    if new.outside_reference:
        taken = session.scalar(
            select(CitizenRequest.number).where(
                CitizenRequest.channel == new.channel,
                CitizenRequest.outside_reference == new.outside_reference,
            )
        )
        if taken is not None:
            raise OutsideReferenceTaken(request_number=taken)


def check_facts(new: NewRequest, kind: CentreKind | None, *, actor: Actor, today: date) -> None:
    """Refuse what does not hold together in a new request, as far as it says so itself.

    Args:
        new: The request.
        kind: The kind of its centre; None when it names none, or one that is not on file.
        actor: Who records it.
        today: The day in Cairo.

    Raises:
        CentreRequired, FutureDate, InvalidField, InvalidNationalId, MissingFact, NotFound: As
            `record_request` says.
    """
    if not new.asked_for.strip():
        raise MissingFact(name="asked_for")
    if new.beneficiary_id is None and not new.citizen_name.strip():
        raise MissingFact(name="citizen_name")
    if new.received_on > today:
        raise FutureDate(name="received_on")
    # Read for their refusals, before anything is written.
    _identity(new, today)
    _email(new)
    read_channel_facts(new.channel, new.channel_facts)
    if new.centre_id is None:
        if new.channel in CENTRE_CHANNELS:
            raise CentreRequired(channel=new.channel.value)
        return
    wanted = _KIND_OF_CHANNEL.get(new.channel)
    if kind is None or (wanted is not None and kind is not wanted):
        raise CentreRequired(channel=new.channel.value)
    if actor.centre_id is not None and actor.centre_id != new.centre_id:
        raise NotFound(noun="centre", key=str(new.centre_id))


def active_beneficiary(session: Session, beneficiary_id: int) -> Beneficiary:
    """Return a person for whom something may be asked and decided.

    Raises:
        NotFound: There is no such record.
        BeneficiaryInactive: It was merged, or the person has died.
    """
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
        raise TransitionRefused(from_state=request.state.value, to_state=RequestState.CHECKED.value)
    approved = session.scalar(select(Approval.id).where(Approval.request_id == request_id).limit(1))
    if approved is not None and request.beneficiary_id != beneficiary_id:
        raise TransitionRefused(
            from_state=RequestState.APPROVED.value, to_state=RequestState.CHECKED.value
        )
    person = active_beneficiary(session, beneficiary_id)
    request.beneficiary_id = beneficiary_id
    index_request(session, request)
    session.flush()
    # The person is named, the state stays: whether all papers are there is another question.
    state, note = request.state, person.card_number
    write_event(session, request_id, state, state, note=note, actor=actor, now=now)


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
    if request.category in MEDICINE_CATEGORIES or request.state not in UNDECIDED:
        raise TransitionRefused(from_state=request.state.value, to_state=RequestState.CLOSED.value)
    reason = ClosingReason.ANSWERED.value
    take(session, request, RequestAction.CLOSE, reason=reason, note=reply, actor=actor, now=now)

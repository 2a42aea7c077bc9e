"""Messages of Sawtak Masmou: each becomes a complaint, or is kept with a reason."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from pharmacy.errors import FutureDate, MessageHandled, MissingFact, NotFound, OutsideReferenceTaken
from pharmacy.models import CitizenRequest, IncomingMessage
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import KeptReason, MessageState
from pharmacy.rules.vocabulary import Channel, RequestCategory, Urgency
from pharmacy.services.request import NewRequest, record_request


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message as it came; `outside_reference` is the initiative's own number, once."""

    submission_id: str
    received_on: date
    text: str
    sender_name: str = ""
    sender_phone: str | None = None
    outside_reference: str | None = None


def record_message(session: Session, new: NewMessage, *, actor: Actor, now: datetime) -> int:
    """Write a message down as new; return its id, the first one's when sent twice.

    Raises:
        MissingFact: It says nothing.
        FutureDate: It has not come yet.
        OutsideReferenceTaken: A message with this number is there.
    """
    actor.require(Permission.REQUEST_RECORD)
    message = IncomingMessage
    first = session.scalar(select(message.id).where(message.submission_id == new.submission_id))
    if first is not None:
        return first
    if not new.text.strip():
        raise MissingFact(name="text")
    if new.received_on > cairo_day(now):
        raise FutureDate(name="received_on")
    if new.outside_reference:
        same = message.outside_reference == new.outside_reference
        if session.scalar(select(message.id).where(same)) is not None:
            raise OutsideReferenceTaken(request_number=new.outside_reference)
    row = IncomingMessage(
        submission_id=new.submission_id,
        outside_reference=new.outside_reference or None,
        received_on=new.received_on,
        sender_name=new.sender_name,
        sender_phone=new.sender_phone,
        text=new.text,
        recorded_at=now,
        recorded_by=actor.staff_id,
    )
    session.add(row)
    session.flush()
    return row.id


def get_message(
    session: Session, message_id: int, *, actor: Actor, lock: bool = False
) -> IncomingMessage:
    """Return a message; a clerk of a centre has no part in them.

    Raises:
        NotFound: There is none.
    """
    actor.require(Permission.REQUEST_VIEW)
    row = session.get(IncomingMessage, message_id, with_for_update=lock)
    if row is None or actor.centre_id is not None:
        raise NotFound(noun="message", key=str(message_id))
    return row


def make_complaint(
    session: Session,
    message_id: int,
    *,
    submission_id: str,
    citizen_name: str,
    asked_for: str,
    category: RequestCategory,
    urgency: Urgency,
    actor: Actor,
    now: datetime,
) -> int:
    """Make a message a complaint, a citizen request of its own; return the request's id.

    Sent twice, it is one request: the first one's id comes back.

    Raises:
        MessageHandled: It was kept.
        MissingFact: The name or the wish is not said.
    """
    actor.require(Permission.REQUEST_RECORD)
    row = get_message(session, message_id, actor=actor, lock=True)
    if row.request_id is not None:
        return row.request_id
    _refuse_handled(row)
    new = NewRequest(
        submission_id=submission_id,
        channel=Channel.SAWTAK_MASMOU,
        received_on=row.received_on,
        outside_reference=row.outside_reference,
        citizen_name=citizen_name,
        citizen_phone=row.sender_phone,
        asked_for=asked_for,
        category=category,
        urgency=urgency,
        channel_facts={"message_reference": row.outside_reference or ""},
    )
    row.request_id = record_request(session, new, actor=actor, now=now)
    row.state, row.handled_at, row.handled_by = MessageState.COMPLAINT, now, actor.staff_id
    session.flush()
    return row.request_id


def keep(
    session: Session, message_id: int, reason: KeptReason, *, actor: Actor, now: datetime
) -> None:
    """Keep a message that is no complaint, with the reason that reports count.

    Raises:
        MessageHandled: It became a complaint, or was kept for another reason.
    """
    actor.require(Permission.REQUEST_RECORD)
    row = get_message(session, message_id, actor=actor, lock=True)
    if row.state is MessageState.KEPT and row.reason == reason.value:
        return
    _refuse_handled(row)
    row.state, row.reason = MessageState.KEPT, reason.value
    row.handled_at, row.handled_by = now, actor.staff_id
    session.flush()


def _refuse_handled(row: IncomingMessage) -> None:
    if row.state is not MessageState.NEW:
        raise MessageHandled(state=row.state.value)


def messages(*, state: MessageState | None, actor: Actor) -> Select[*tuple[Any, ...]]:
    """Return messages with the complaint they became, without an order.

    Raises:
        NotPermitted: The role sees no requests.
    """
    actor.require(Permission.REQUEST_VIEW)
    message = IncomingMessage
    statement = select(
        message.id,
        message.received_on,
        message.outside_reference,
        message.sender_name,
        message.text,
        message.state,
        message.reason,
        message.request_id,
        CitizenRequest.number,
    ).outerjoin(CitizenRequest, CitizenRequest.id == message.request_id)
    if actor.centre_id is not None:
        return statement.where(message.id == 0)
    return statement if state is None else statement.where(message.state == state)

"""The outbox: who takes which message, what became of it, what waits and what was given up.

A sender claims one message in a transaction of its own (two never get the same), sends it outside
of any, and writes down in another what became of it. If it dies in between, the message is due
again when its lease is over: the outside hears of everything at least once.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, literal, or_, select, true, update
from sqlalchemy.orm import Session

from pharmacy.errors import NotFound
from pharmacy.models import CitizenRequest, OutboxMessage, RequestEvent, Webhook
from pharmacy.rules.actor import Actor
from pharmacy.rules.outbox import ATTEMPTS_MAX, LEASE, next_attempt
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.webhook import secret_of
from pharmacy.services import audit
from pharmacy.services.sending import Outcome, Outgoing

EVENT_TYPE = "request.state_changed"
_CUT_OFF = "the last attempt was cut off"


class OutboxState(StrEnum):
    """What became of a message."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"


_WAITING = (OutboxMessage.sent_at.is_(None), OutboxMessage.given_up_at.is_(None))
_IN_STATE: dict[OutboxState, tuple[ColumnElement[bool], ...]] = {
    OutboxState.WAITING: _WAITING,
    OutboxState.SENT: (OutboxMessage.sent_at.is_not(None),),
    OutboxState.GIVEN_UP: (OutboxMessage.given_up_at.is_not(None),),
}
# One line for each webhook, one for all text messages, one for all e-mail.
_LINE: ColumnElement[str] = func.coalesce(
    literal("webhook-", Text()) + cast(OutboxMessage.webhook_id, Text),
    cast(OutboxMessage.kind, Text),
)
# What waits for a webhook that was switched off waits until it is switched on again.
_LISTENED_TO = or_(
    OutboxMessage.webhook_id.is_(None),
    OutboxMessage.webhook_id.in_(select(Webhook.id).where(Webhook.active.is_(true()))),
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that one sender has to itself until its lease is over.

    Attributes:
        attempt: Which attempt this is, from 1.
        line: What fails together: a webhook, all text messages, all e-mail.
        outgoing: As the sender takes it; the body of a step is made upstairs, in words.
        number: The number of the request it tells of.
        step: The state that a message to a citizen tells of; None when the body is written.
    """

    row_id: int
    attempt: int
    line: str
    outgoing: Outgoing
    number: str
    step: RequestState | None


def claim(session: Session, *, apart_from: Collection[str] = (), now: datetime) -> Claimed | None:
    """Take the message that has been due for longest, or None when nothing is due.

    Args:
        session: A writing session, which ends before anything is sent.
        apart_from: Lines on which nobody could be reached just now; see `Claimed.line`.
        now: The moment.
    """
    _give_up_what_was_cut_off(session, now)
    message = OutboxMessage
    row = session.scalars(
        select(message)
        .where(*_WAITING, message.next_attempt_at <= now, _LISTENED_TO)
        .where(_LINE.not_in(apart_from))
        .order_by(message.next_attempt_at, message.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return None
    row.attempts += 1
    row.next_attempt_at = now + LEASE
    session.flush()
    return _claimed(session, row)


def _give_up_what_was_cut_off(session: Session, now: datetime) -> None:
    """A sender that died in the last attempt left nobody to say so."""
    message = OutboxMessage
    session.execute(
        update(message)
        .where(*_WAITING, message.attempts >= ATTEMPTS_MAX, message.next_attempt_at <= now)
        .values(given_up_at=now, last_error=_CUT_OFF)
        .execution_options(synchronize_session=False)
    )


def _claimed(session: Session, row: OutboxMessage) -> Claimed:
    request = session.get_one(CitizenRequest, row.request_id)
    event = session.get(RequestEvent, row.event_id) if row.event_id else None
    webhook = session.get(Webhook, row.webhook_id) if row.webhook_id else None
    body, secret = row.body, ""
    if webhook is not None and event is not None:
        body = notice_of(request, event)
        secret = secret_of(session.info["seal_key"], webhook.salt)
    outgoing = Outgoing(
        message_id=row.key,
        kind=row.kind,
        recipient=webhook.url if webhook else row.recipient,
        subject=row.subject,
        body=body,
        secret=secret,
    )
    told = event.to_state if event is not None and webhook is None else None
    line = f"webhook-{webhook.id}" if webhook else row.kind.value
    return Claimed(row.id, row.attempts, line, outgoing, request.number, told)


def notice_of(request: CitizenRequest, event: RequestEvent) -> str:
    """Return the JSON that another system is told of a step: nothing of a person."""
    at = event.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    data = {
        "event_id": event.id,
        "request_number": request.number,
        "outside_reference": request.outside_reference,
        "channel": request.channel.value,
        "from": event.from_state.value if event.from_state else None,
        "to": event.to_state.value,
        "at": at,
    }
    return json.dumps({"type": EVENT_TYPE, "timestamp": at, "data": data}, ensure_ascii=False)


def settle(
    session: Session, claimed: Claimed, outcome: Outcome, *, body: str, now: datetime
) -> None:
    """Write down what became of an attempt: sent, to be tried again, or given up.

    An attempt whose lease is over and which another sender has taken up since changes nothing.

    Args:
        session: A writing session.
        claimed: As `claim` gave it.
        outcome: As the sender gave it.
        body: What was sent, kept for whoever asks what a citizen was told.
        now: The moment, after sending.
    """
    again = next_attempt(claimed.attempt, now)
    values: dict[str, Any] = {"last_error": outcome.error, "body": body}
    if outcome.sent:
        values["sent_at"] = now
    elif again is None:
        values["given_up_at"] = now
    else:
        values["next_attempt_at"] = again
    message = OutboxMessage
    session.execute(
        update(message)
        .where(*_WAITING, message.id == claimed.row_id, message.attempts == claimed.attempt)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def counts(session: Session) -> dict[OutboxState, int]:
    """Return how many messages stand where; three statements."""
    return {
        state: session.scalar(select(func.count()).select_from(OutboxMessage).where(*where)) or 0
        for state, where in _IN_STATE.items()
    }


def listed(state: OutboxState) -> Select[*tuple[Any, ...]]:
    """Return the messages in a state with their request's number and webhook, unordered."""
    message = OutboxMessage
    return (
        select(
            message.id,
            message.kind,
            message.key,
            message.created_at,
            message.attempts,
            message.next_attempt_at,
            message.last_error,
            message.sent_at,
            message.given_up_at,
            CitizenRequest.number,
            Webhook.name.label("webhook"),
        )
        .join(CitizenRequest, CitizenRequest.id == message.request_id)
        .outerjoin(Webhook, Webhook.id == message.webhook_id)
        .where(*_IN_STATE[state])
    )


def send_again(session: Session, message_id: int, *, actor: Actor, now: datetime) -> None:
    """Let a message that was given up, or waits for its next attempt, be sent at once.

    Raises:
        NotFound: There is no such message, or it was sent.
    """
    actor.require(Permission.SETTINGS_MANAGE)
    row = session.get(OutboxMessage, message_id, with_for_update=True)
    if row is None or row.sent_at is not None:
        raise NotFound(noun="outbox_message", key=str(message_id))
    row.attempts, row.next_attempt_at, row.given_up_at = 0, now, None
    session.flush()
    after = {"key": row.key, "last_error": row.last_error}
    audit.record(session, "again", "outbox_message", row.id, after=after, actor=actor, now=now)

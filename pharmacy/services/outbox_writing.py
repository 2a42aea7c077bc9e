"""Putting messages into the outbox, in the transaction of the fact that they tell.

A step of a request is told by one statement, whoever takes the step: the counter's path is short.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Insert,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from pharmacy.db import Moment, Whole, table_of
from pharmacy.models import Beneficiary, CitizenRequest, OutboxMessage, Setting, Webhook
from pharmacy.rules.request_vocabulary import OutboxKind, RequestState
from pharmacy.rules.tracking import public_state

_request, _person = table_of(CitizenRequest).c, table_of(Beneficiary).c
_webhook, _setting = table_of(Webhook).c, table_of(Setting).c
_outbox = table_of(OutboxMessage)
PHONE: ColumnElement[str | None] = func.coalesce(_request.citizen_phone, _person.phone)
"""The phone a citizen is told by: the one given with the request, or that of the file."""


def _values(
    kind: OutboxKind, key: ColumnElement[str], webhook: ColumnElement[Any], to: ColumnElement[Any]
) -> list[ColumnElement[Any]]:
    at: ColumnElement[datetime] = cast(bindparam("at", type_=Moment()), Moment())
    empty = literal("", Text())
    return [
        cast(literal(kind.value, Text()), Text()).label("kind"),
        key.label("key"),
        _request.id.label("request_id"),
        cast(bindparam("event", type_=Whole), Whole).label("event_id"),
        webhook.label("webhook_id"),
        to.label("recipient"),
        empty.label("subject"),
        empty.label("body"),
        at.label("created_at"),
        literal(0, Whole).label("attempts"),
        at.label("next_attempt_at"),
        empty.label("last_error"),
    ]


_EVENT = cast(bindparam("event_key", type_=Text()), Text())
_NOTICES: Select[Any] = (
    select(
        *_values(
            OutboxKind.WEBHOOK,
            _EVENT + literal("-webhook-", Text()) + cast(_webhook.id, Text),
            _webhook.id,
            _webhook.url,
        )
    )
    .select_from(table_of(CitizenRequest).join(table_of(Webhook), true()))
    .where(
        _request.id == bindparam("request", type_=Whole),
        _webhook.active.is_(true()),
        or_(_webhook.channel.is_(None), _webhook.channel == _request.channel),
    )
)
_TO_CITIZEN: Select[Any] = (
    select(*_values(OutboxKind.SMS, _EVENT + literal("-sms", Text()), cast(None, Whole), PHONE))
    .select_from(
        table_of(CitizenRequest).outerjoin(
            table_of(Beneficiary), _person.id == _request.beneficiary_id
        )
    )
    .where(
        _request.id == bindparam("request", type_=Whole),
        PHONE.is_not(None),
        select(_setting.name)
        .where(and_(_setting.name == "tell_citizens", _setting.value == "sms"))
        .exists(),
    )
)


def _into_outbox(rows: Any) -> Insert:  # noqa: ANN401 - a select or a union of selects
    names = [column.name for column in _NOTICES.selected_columns]
    return insert(_outbox).from_select(names, rows, include_defaults=False)


_TELL_SYSTEMS = _into_outbox(_NOTICES)
_TELL_ALL = _into_outbox(union_all(_NOTICES, _TO_CITIZEN))


def tell_of_step(
    session: Session,
    request_id: int,
    event_id: int,
    before: RequestState | None,
    after: RequestState,
    *,
    now: datetime,
) -> None:
    """Tell the systems that listen, and the citizen when it is news to them; one statement.

    What keeps the state is told to nobody. A step between two states that are one to the public is
    no news to the citizen.
    """
    if before is after:
        return
    news = public_state(before) is not public_state(after)
    session.connection().execute(
        _TELL_ALL if news else _TELL_SYSTEMS,
        {"request": request_id, "event": event_id, "event_key": f"event-{event_id}", "at": now},
    )


def put(
    session: Session,
    kind: OutboxKind,
    key: str,
    request_id: int,
    recipient: str,
    *,
    subject: str = "",
    body: str,
    now: datetime,
) -> None:
    """Put a message of our own into the outbox; `key` names what it tells, once."""
    session.add(
        OutboxMessage(
            kind=kind,
            key=key,
            request_id=request_id,
            recipient=recipient,
            subject=subject,
            body=body,
            created_at=now,
            next_attempt_at=now,
        )
    )
    session.flush()

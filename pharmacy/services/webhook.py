"""Webhooks: which addresses are told of the steps of which channel's requests."""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.errors import MissingFact, NotFound, WebhookNameTaken
from pharmacy.models import Webhook
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import OutboxKind
from pharmacy.rules.vocabulary import Channel
from pharmacy.rules.webhook import check_url, secret_of
from pharmacy.services import audit
from pharmacy.services.sending import Outgoing

_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class WebhookFacts:
    """What an administrator says of a webhook; `channel` None means all channels."""

    name: str
    url: str
    channel: Channel | None = None
    active: bool = True


def add_webhook(
    session: Session, facts: WebhookFacts, *, actor: Actor, now: datetime
) -> tuple[int, str]:
    """Add a webhook; return its id and its secret, which is told this once.

    Raises:
        MissingFact: It has no name.
        WebhookNameTaken: Another has this name.
        WebhookAddressRefused: Notices may not go there.
    """
    actor.require(Permission.SETTINGS_MANAGE)
    row = Webhook(salt=secrets.token_hex(_SALT_BYTES), created_at=now, created_by=actor.staff_id)
    _fill(session, row, facts)
    session.add(row)
    session.flush()
    audit.record(session, "add", "webhook", row.id, after=_shown(row), actor=actor, now=now)
    return row.id, _secret(session, row)


def change_webhook(
    session: Session, webhook_id: int, facts: WebhookFacts, *, actor: Actor, now: datetime
) -> None:
    """Change a webhook; what waits for it goes to the new address.

    Raises:
        NotFound: There is none.
        MissingFact, WebhookNameTaken, WebhookAddressRefused: As when it is added.
    """
    row = get_webhook(session, webhook_id, actor=actor)
    before = _shown(row)
    _fill(session, row, facts)
    session.flush()
    audit.record(
        session, "change", "webhook", row.id, before=before, after=_shown(row), actor=actor, now=now
    )


def renew_secret(session: Session, webhook_id: int, *, actor: Actor, now: datetime) -> str:
    """Give a webhook another secret and return it, this once; the old one signs nothing more.

    Raises:
        NotFound: There is none.
    """
    row = get_webhook(session, webhook_id, actor=actor)
    row.salt = secrets.token_hex(_SALT_BYTES)
    session.flush()
    audit.record(session, "renew", "webhook", row.id, actor=actor, now=now)
    return _secret(session, row)


def get_webhook(session: Session, webhook_id: int, *, actor: Actor) -> Webhook:
    """Return a webhook.

    Raises:
        NotFound: There is none.
    """
    actor.require(Permission.SETTINGS_MANAGE)
    row = session.get(Webhook, webhook_id)
    if row is None:
        raise NotFound(noun="webhook", key=str(webhook_id))
    return row


def trial(session: Session, webhook_id: int, *, actor: Actor, now: datetime) -> Outgoing:
    """Return a signed notice that tells of nothing, for trying an address.

    Raises:
        NotFound: There is no such webhook.
    """
    row = get_webhook(session, webhook_id, actor=actor)
    at = now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    body = json.dumps({"type": "test", "timestamp": at, "data": {"webhook": row.name}})
    return Outgoing(
        message_id=f"test-{secrets.token_hex(8)}",
        kind=OutboxKind.WEBHOOK,
        recipient=row.url,
        body=body,
        secret=_secret(session, row),
    )


def _secret(session: Session, row: Webhook) -> str:
    return secret_of(session.info["seal_key"], row.salt)


def _fill(session: Session, row: Webhook, facts: WebhookFacts) -> None:
    if not facts.name.strip():
        raise MissingFact(name="title")
    same = select(Webhook.id).where(Webhook.name == facts.name.strip(), Webhook.id != (row.id or 0))
    if session.scalar(same) is not None:
        raise WebhookNameTaken(key=facts.name.strip())
    row.name, row.url = facts.name.strip(), check_url(facts.url.strip())
    row.channel, row.active = facts.channel, facts.active


def _shown(row: Webhook) -> dict[str, object]:
    channel = row.channel.value if row.channel else None
    return {"name": row.name, "url": row.url, "channel": channel, "active": row.active}

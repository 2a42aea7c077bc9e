"""Bearer tokens of other programs: made once, kept as a hash, taken back by name."""

import secrets
from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from pharmacy.errors import MissingFact, NotFound, UsernameTaken
from pharmacy.models import ApiToken, Staff
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.services import audit
from pharmacy.services.sign_in import TOKEN_BYTES, token_hash


def add_token(session: Session, name: str, username: str, *, actor: Actor, now: datetime) -> str:
    """Make a token by which a program acts as a member of staff; return it, this once.

    Raises:
        MissingFact: The token has no name.
        NotFound: Nobody active signs in by this name.
        UsernameTaken: A live token has this name.
    """
    actor.require(Permission.STAFF_MANAGE)
    if not name.strip():
        raise MissingFact(name="name")
    staff_id = session.scalar(
        select(Staff.id).where(Staff.username == username.lower(), Staff.active.is_(true()))
    )
    if staff_id is None:
        raise NotFound(noun="staff", key=username)
    live = select(ApiToken.id).where(ApiToken.name == name.strip(), ApiToken.revoked_at.is_(None))
    if session.scalar(live) is not None:
        raise UsernameTaken(username=name.strip())
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = ApiToken(
        name=name.strip(),
        token_hash=token_hash(token),
        staff_id=staff_id,
        created_at=now,
        created_by=actor.staff_id,
    )
    session.add(row)
    session.flush()
    # Neither the token nor its hash is written down.
    after = {"name": row.name, "staff_id": staff_id}
    audit.record(session, "add", "api_token", row.id, after=after, actor=actor, now=now)
    return token


def revoke_token(session: Session, name: str, *, actor: Actor, now: datetime) -> None:
    """Take a live token back.

    Raises:
        NotFound: No live token has this name.
    """
    actor.require(Permission.STAFF_MANAGE)
    row = session.scalar(
        select(ApiToken).where(ApiToken.name == name, ApiToken.revoked_at.is_(None))
    )
    if row is None:
        raise NotFound(noun="api_token", key=name)
    row.revoked_at = now
    session.flush()
    audit.record(session, "revoke", "api_token", row.id, actor=actor, now=now)

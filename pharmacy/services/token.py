"""Bearer tokens of other programs: made once, kept as a hash, taken back by name."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Row, select, true
from sqlalchemy.orm import Session

from pharmacy.errors import MissingFact, NotFound, UsernameTaken
from pharmacy.models import ApiToken, Staff
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.scopes import Scope, write_scopes
from pharmacy.services import audit
from pharmacy.services.sign_in import TOKEN_BYTES, token_hash


def add_token(
    session: Session,
    name: str,
    username: str,
    *,
    scopes: Collection[Scope],
    actor: Actor,
    now: datetime,
) -> str:
    """Make a token by which a program acts as a member of staff; return it, this once.

    Raises:
        MissingFact: The token has no name, or no scope and so would open nothing.
        NotFound: Nobody active signs in by this name.
        UsernameTaken: A live token has this name.
    """
    actor.require(Permission.STAFF_MANAGE)
    if not name.strip():
        raise MissingFact(name="name")
    if not scopes:
        raise MissingFact(name="scopes")
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
        scopes=write_scopes(scopes),
    )
    session.add(row)
    session.flush()
    # Neither the token nor its hash is written down.
    after = {"name": row.name, "staff_id": staff_id, "scopes": row.scopes}
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


def get_token(session: Session, token_id: int, *, actor: Actor) -> ApiToken:
    """Return a live token's row.

    Raises:
        NotFound: There is none, or it was taken back.
    """
    actor.require(Permission.STAFF_MANAGE)
    row = session.get(ApiToken, token_id)
    if row is None or row.revoked_at is not None:
        raise NotFound(noun="api_token", key=str(token_id))
    return row


def tokens(session: Session, *, actor: Actor) -> Sequence[Row[ApiToken, Staff]]:
    """Return every token with its account: the live ones first, the newest first."""
    actor.require(Permission.STAFF_MANAGE)
    query = (
        select(ApiToken, Staff)
        .join(Staff, Staff.id == ApiToken.staff_id)
        .order_by(ApiToken.revoked_at.is_not(None), ApiToken.id.desc())
    )
    return session.execute(query).all()

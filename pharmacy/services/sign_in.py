"""Signing in and out: slow to guess, the same for unknown names, ended from one place.

One sign-in is three steps, so that the costly hash never runs inside a transaction, and so that
an attempt is on record before its password is looked at (a burst cannot outrun the counter):

1. `begin_attempt` in a transaction: counts, refuses or records the attempt as failed;
2. `Passwords.verify` outside of any transaction;
3. `open_session` in a transaction: marks the attempt as good and opens the session.
"""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, false, func, insert, select, true, update
from sqlalchemy.orm import Session

from pharmacy.errors import SignInRefused, SignInThrottled
from pharmacy.models.staff import ApiToken, SignInAttempt, Staff, StaffSession
from pharmacy.rules.actor import Actor
from pharmacy.rules.scopes import Scope, parse_scopes, permissions_of

WINDOW = timedelta(minutes=15)
FAILURES_PER_PLACE = 5
"""Of one name from one address: a colleague elsewhere is not locked out by a guesser here."""
FAILURES_PER_NAME = 20
FAILURES_PER_ADDRESS = 60
"""A whole office may share one address."""
FAILURES_OVER_ALL = 600
USERNAME_MAX = 64
TOKEN_BYTES = 32
SEEN_EVERY = timedelta(minutes=1)

# Tables rather than models, and built once: the first statement runs on every request.
_staff = Staff.__table__.c
_sessions = StaffSession.__table__.c
_tokens = ApiToken.__table__.c
_PERSON = (
    _staff.id.label("staff_id"),
    _staff.username,
    _staff.name_ar,
    _staff.name_en,
    _staff.role,
    _staff.site_id,
    _staff.centre_id,
    _staff.language,
    _staff.must_change_password,
)
_FIND_SESSION = select(
    *_PERSON, _sessions.id.label("session_id"), _sessions.last_seen_at, _sessions.locked_at
).where(
    _staff.id == _sessions.staff_id,
    _sessions.token_hash == bindparam("token_hash"),
    _sessions.ended_at.is_(None),
    _sessions.expires_at > bindparam("now"),
    _staff.active.is_(true()),
)
_FIND_TOKEN = select(
    *_PERSON, _tokens.id.label("token_id"), _tokens.scopes, _tokens.last_used_at
).where(
    _staff.id == _tokens.staff_id,
    _tokens.token_hash == bindparam("token_hash"),
    _tokens.revoked_at.is_(None),
    _staff.active.is_(true()),
)
_SEEN = (
    update(StaffSession)
    .where(StaffSession.id == bindparam("session_id"))
    .values(last_seen_at=bindparam("now"))
    .execution_options(synchronize_session=False)
)
_USED = (
    update(ApiToken)
    .where(ApiToken.id == bindparam("token_id"))
    .values(last_used_at=bindparam("now"))
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who is at work: the actor handed to services, and what pages need to know besides.

    Attributes:
        session_id: The row of the browser's session; None for another program's token.
        token_id: The row of another program's token; None for a browser.
        scopes: What the token lets the program do; None for a browser.
        must_change_password: The first password was set by somebody else.
        seen_at: When the session, or the token, was last marked as seen.
        locked: The session was locked, or nobody was seen in it for long; it opens nothing but
            the lock screen.
    """

    actor: Actor
    username: str
    name_ar: str
    name_en: str
    language: str
    session_id: int | None = None
    token_id: int | None = None
    scopes: frozenset[Scope] | None = None
    must_change_password: bool = False
    seen_at: datetime | None = None
    locked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt on record; `password_hash` is None when nobody active has the name."""

    attempt_id: int
    username: str
    address: str
    staff_id: int | None
    password_hash: str | None


def token_hash(token: str) -> str:
    """Return what is stored of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin_attempt(session: Session, *, username: str, address: str, now: datetime) -> Attempt:
    """Record an attempt to sign in as failed, until `open_session` says otherwise.

    Raises:
        SignInThrottled: Too many failures of this name, this address or over all.
    """
    name = counted_name(username)
    attempt_id = put_on_record(session, name, address, now)
    staff = session.execute(
        select(Staff.id, Staff.password_hash).where(
            Staff.username == name, Staff.active.is_(true())
        )
    ).one_or_none()
    return Attempt(
        attempt_id=attempt_id,
        username=name,
        address=address,
        staff_id=staff.id if staff else None,
        password_hash=staff.password_hash if staff else None,
    )


def counted_name(username: str) -> str:
    """Return a sign-in name as typed in the form in which it is kept and counted."""
    return username.strip().lower()[:USERNAME_MAX]


def put_on_record(
    session: Session,
    username: str,
    address: str,
    now: datetime,
    *,
    cleared_by: tuple[str, ...] = (),
) -> int:
    """Count the failures of a name, refuse or record one more; return the attempt's id.

    Args:
        session: A writing session.
        username: The name that is counted.
        address: From where.
        now: The moment.
        cleared_by: Other names whose good attempt here clears the slips of this one.

    Raises:
        SignInThrottled: Too many failures of this name, this address or over all.
    """
    _refuse_too_many(session, username, address, now, (username, *cleared_by))
    statement = (
        insert(SignInAttempt)
        .values(username=username, address=address, at=now, succeeded=False)
        .returning(SignInAttempt.id)
    )
    return session.execute(statement).scalar_one()


def last_good(session: Session, usernames: tuple[str, ...], address: str) -> datetime | None:
    """Return when an attempt of one of these names was last good from this address."""
    statement = select(func.max(SignInAttempt.at)).where(
        SignInAttempt.username.in_(usernames),
        SignInAttempt.address == address,
        SignInAttempt.succeeded.is_(true()),
    )
    return session.execute(statement).scalar()


def _refuse_too_many(
    session: Session, username: str, address: str, now: datetime, good_names: tuple[str, ...]
) -> None:
    of_name = SignInAttempt.username == username
    of_address = SignInAttempt.address == address
    # Slips made here before the last good sign-in no longer count against this person.
    since = last_good(session, good_names, address) or now - WINDOW
    limits = (
        ((of_name, of_address, SignInAttempt.at > since), FAILURES_PER_PLACE),
        ((of_name,), FAILURES_PER_NAME),
        ((of_address,), FAILURES_PER_ADDRESS),
        ((), FAILURES_OVER_ALL),
    )
    failed = (SignInAttempt.succeeded.is_(false()), SignInAttempt.at > now - WINDOW)
    for where, limit in limits:
        count, first = session.execute(
            select(func.count(), func.min(SignInAttempt.at)).where(*failed, *where)
        ).one()
        if count >= limit:
            wait = first + WINDOW - now
            raise SignInThrottled(retry_after_seconds=max(1, int(wait.total_seconds())))


def open_session(
    session: Session,
    attempt: Attempt,
    *,
    agent: str,
    lasts: timedelta,
    now: datetime,
    rehashed: str | None = None,
) -> str:
    """Open a session after a good password and return its token, which only the cookie keeps.

    Args:
        session: A writing session.
        attempt: As `begin_attempt` gave it.
        agent: The browser's own name, for the list of one's sessions.
        lasts: After which the session ends in any case.
        now: The moment.
        rehashed: A new hash when the cost of hashing has been raised meanwhile.

    Raises:
        SignInRefused: The account was closed in the meantime.
    """
    staff = session.get(Staff, attempt.staff_id) if attempt.staff_id else None
    if staff is None or not staff.active:
        raise SignInRefused
    if rehashed:
        staff.password_hash = rehashed
    session.execute(
        update(SignInAttempt).where(SignInAttempt.id == attempt.attempt_id).values(succeeded=True)
    )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        StaffSession(
            token_hash=token_hash(token),
            staff_id=staff.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + lasts,
            address=attempt.address,
            agent=agent[:200],
        )
    )
    session.flush()
    return token


def mark_good(session: Session, attempt: Attempt) -> None:
    """Say of an attempt on record that its password was right."""
    session.execute(
        update(SignInAttempt).where(SignInAttempt.id == attempt.attempt_id).values(succeeded=True)
    )


def find_session(
    session: Session, token: str, *, idle: timedelta, now: datetime
) -> SignedIn | None:
    """Return who is behind a live browser session, locked or not, or None; one statement."""
    keys = {"token_hash": token_hash(token), "now": now}
    row = session.connection().execute(_FIND_SESSION, keys).one_or_none()
    if row is None:
        return None
    who = _signed_in(row, session_id=row.session_id, seen_at=row.last_seen_at)
    return replace(who, locked=row.locked_at is not None or row.last_seen_at <= now - idle)


def find_token(session: Session, token: str) -> SignedIn | None:
    """Return who another program's bearer token stands for, or None; one statement."""
    keys = {"token_hash": token_hash(token)}
    row = session.connection().execute(_FIND_TOKEN, keys).one_or_none()
    if row is None:
        return None
    scopes = parse_scopes(row.scopes)
    who = _signed_in(row, seen_at=row.last_used_at)
    actor = replace(who.actor, limits=permissions_of(scopes))
    return replace(who, actor=actor, token_id=row.token_id, scopes=scopes)


def _signed_in(
    row: Row[*tuple[Any, ...]], *, session_id: int | None = None, seen_at: datetime | None = None
) -> SignedIn:
    return SignedIn(
        actor=Actor(row.staff_id, row.name_ar, row.role, row.site_id, row.centre_id),
        username=row.username,
        name_ar=row.name_ar,
        name_en=row.name_en,
        language=row.language,
        session_id=session_id,
        must_change_password=session_id is not None and row.must_change_password,
        seen_at=seen_at,
    )


def mark_seen(session: Session, session_id: int, *, now: datetime) -> None:
    """Put off the idle lock; called at most once in `SEEN_EVERY`."""
    session.execute(_SEEN, {"session_id": session_id, "now": now})


def mark_used(session: Session, token_id: int, *, now: datetime) -> None:
    """Say when a token was last used; called at most once in `SEEN_EVERY`."""
    session.execute(_USED, {"token_id": token_id, "now": now})


def end_session(session: Session, session_id: int, *, now: datetime) -> None:
    """Sign one browser out."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.id == session_id, StaffSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_all_sessions(
    session: Session, staff_id: int, *, now: datetime, except_session_id: int | None = None
) -> None:
    """Sign a member of staff out everywhere: on closing, a new role, a new password."""
    session.execute(
        update(StaffSession)
        .where(
            StaffSession.staff_id == staff_id,
            StaffSession.ended_at.is_(None),
            StaffSession.id != (except_session_id or 0),
        )
        .values(ended_at=now)
    )


def change_password(
    session: Session,
    *,
    actor: Actor,
    new_hash: str,
    keep_session_id: int | None,
    now: datetime,
) -> None:
    """Store one's own new password; every other session of the person ends.

    Args:
        session: A writing session.
        actor: Whose password it is.
        new_hash: From `Passwords.hash`, made before and outside of the transaction.
        keep_session_id: The session in which the change is made.
        now: The moment.
    """
    session.execute(
        update(Staff)
        .where(Staff.id == actor.staff_id)
        .values(password_hash=new_hash, must_change_password=False)
    )
    end_all_sessions(session, actor.staff_id, now=now, except_session_id=keep_session_id)


def forget_attempts(session: Session, *, before: datetime) -> int:
    """Delete attempts older than the window that counts them; return how many."""
    statement = delete(SignInAttempt).where(SignInAttempt.at < before).returning(SignInAttempt.id)
    return len(session.execute(statement).all())

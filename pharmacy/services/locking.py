"""Locking a device and opening it again, by the same person or by a colleague.

The cookie of a device goes on holding its session; while the session is locked (or idle for too
long, which is the same) it opens nothing but the lock screen. A colleague who opens it gets a
session of their own in its place, which lasts no longer than the first would have: after that
somebody signs in by password again.
"""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from pharmacy.errors import SignInRefused
from pharmacy.models.staff import StaffSession
from pharmacy.services.sign_in import Attempt, end_session, mark_good, open_session


def lock(session: Session, session_id: int, *, now: datetime) -> None:
    """Lock a session at once; what is locked or ended stays as it is."""
    session.execute(
        update(StaffSession)
        .where(
            StaffSession.id == session_id,
            StaffSession.ended_at.is_(None),
            StaffSession.locked_at.is_(None),
        )
        .values(locked_at=now)
    )


def unlock(session: Session, session_id: int, attempt: Attempt, *, now: datetime) -> None:
    """Open a session again for the person whose it is, after a good PIN.

    Args:
        session: A writing session.
        session_id: The locked one.
        attempt: As `begin_pin_attempt` gave it, its PIN verified.
        now: The moment.

    Raises:
        SignInRefused: The session ended meanwhile, or is another person's.
    """
    row = _live(session, session_id, now)
    if row.staff_id != attempt.staff_id:
        raise SignInRefused
    row.locked_at, row.last_seen_at = None, now
    session.flush()
    mark_good(session, attempt)


def switch(
    session: Session, session_id: int, attempt: Attempt, *, agent: str, now: datetime
) -> str:
    """End a locked session and open one for a colleague, after a good PIN; return its token.

    Raises:
        SignInRefused: The session ended meanwhile, or the colleague's account was closed.
    """
    row = _live(session, session_id, now)
    lasts: timedelta = row.expires_at - now
    end_session(session, session_id, now=now)
    return open_session(session, attempt, agent=agent, lasts=lasts, now=now)


def _live(session: Session, session_id: int, now: datetime) -> StaffSession:
    row = session.get(StaffSession, session_id, with_for_update=True)
    if row is None or row.ended_at is not None or row.expires_at <= now:
        raise SignInRefused
    return row

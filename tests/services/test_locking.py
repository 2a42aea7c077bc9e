"""Locking a session and opening it again, by its owner or by a colleague."""

from datetime import UTC, datetime, timedelta

import pytest

from pharmacy.db import Database
from pharmacy.errors import SignInRefused
from pharmacy.models.staff import Staff, StaffSession
from pharmacy.rules.vocabulary import Role
from pharmacy.services import locking, pin, sign_in
from tests.builders import rows, snapshot
from tests.web.people import PIN_HASH, staff_member

NOW = datetime(2026, 3, 7, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=30)
DAY = timedelta(hours=12)
IDLE = timedelta(minutes=10)


@pytest.fixture
def token(database: Database) -> str:
    """The clerk's session, opened by password, beside a colleague with a PIN."""
    staff_member(database, Role.CLERK, pin_hash=PIN_HASH)
    staff_member(database, Role.MANAGER, pin_hash=PIN_HASH)
    with database.transaction() as session:
        begun = sign_in.begin_attempt(session, username="clerk", address="10.0.0.1", now=NOW)
        return sign_in.open_session(session, begun, agent="browser", lasts=DAY, now=NOW)


def who(database: Database, token: str, now: datetime = NOW) -> sign_in.SignedIn | None:
    with database.reading() as session:
        return sign_in.find_session(session, token, idle=IDLE, now=now)


def proved(database: Database, username: str, now: datetime = LATER) -> sign_in.Attempt:
    with database.transaction() as session:
        return pin.begin_pin_attempt(
            session, username=username, address="10.0.0.1", site_id=None, now=now
        )


def lock(database: Database, token: str) -> int:
    signed_in = who(database, token)
    assert signed_in is not None
    assert signed_in.session_id is not None
    with database.transaction() as session:
        locking.lock(session, signed_in.session_id, now=NOW)
    return signed_in.session_id


def test_a_locked_session_is_found_locked_and_opens_for_its_owner(
    database: Database, token: str
) -> None:
    session_id = lock(database, token)
    found = who(database, token)
    assert found is not None
    assert found.locked
    attempt = proved(database, "clerk")
    with database.transaction() as session:
        locking.unlock(session, session_id, attempt, now=LATER)
    found = who(database, token, LATER)
    assert found is not None
    assert (found.locked, found.username, found.seen_at) == (False, "clerk", LATER)


def test_locking_twice_keeps_the_first_moment(database: Database, token: str) -> None:
    session_id = lock(database, token)
    with database.transaction() as session:
        locking.lock(session, session_id, now=LATER)
    assert rows(database, StaffSession.locked_at, id=session_id) == [(NOW,)]


def test_a_colleague_gets_a_session_that_lasts_no_longer_than_the_first(
    database: Database, token: str
) -> None:
    session_id = lock(database, token)
    attempt = proved(database, "manager")
    with database.transaction() as session:
        other = locking.switch(session, session_id, attempt, agent="browser", now=LATER)
    assert who(database, token, LATER) is None
    found = who(database, other, LATER)
    assert found is not None
    assert (found.username, found.locked) == ("manager", False)
    columns = (StaffSession.ended_at, StaffSession.expires_at)
    assert rows(database, *columns) == [(LATER, NOW + DAY), (None, NOW + DAY)]


def test_another_persons_pin_does_not_unlock(database: Database, token: str) -> None:
    session_id = lock(database, token)
    attempt = proved(database, "manager")
    before = snapshot(database)
    with database.transaction() as session, pytest.raises(SignInRefused):
        locking.unlock(session, session_id, attempt, now=LATER)
    assert snapshot(database) == before


@pytest.mark.parametrize("change", ["ended", "over", "closed"])
def test_what_ended_meanwhile_is_not_opened_by_anybody(
    database: Database, token: str, change: str
) -> None:
    session_id = lock(database, token)
    attempt = proved(database, "manager")
    with database.transaction() as session:
        row = session.get_one(StaffSession, session_id)
        if change == "ended":
            row.ended_at = NOW
        elif change == "over":
            row.expires_at = LATER
        else:
            session.get_one(Staff, attempt.staff_id).active = False
    before = snapshot(database)
    with pytest.raises(SignInRefused), database.transaction() as session:
        locking.switch(session, session_id, attempt, agent="browser", now=LATER)
    assert snapshot(database) == before

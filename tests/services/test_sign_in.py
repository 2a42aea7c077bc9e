"""Sign-in below the pages: throttling, sessions, tokens of other programs."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from pharmacy.db import Database
from pharmacy.errors import SignInThrottled
from pharmacy.models.staff import ApiToken, SignInAttempt, StaffSession
from pharmacy.rules.vocabulary import Role
from pharmacy.services import sign_in
from pharmacy.services.passwords import Passwords
from tests.web.people import HASH, PASSWORD, staff_member

NOW = datetime(2026, 3, 7, 8, 0, tzinfo=UTC)
IDLE = timedelta(minutes=10)
HOUR = timedelta(hours=1)


def attempt(
    database: Database, *, username: str = "clerk", address: str = "10.0.0.1", now: datetime = NOW
) -> sign_in.Attempt:
    with database.transaction() as session:
        return sign_in.begin_attempt(session, username=username, address=address, now=now)


def signed_in(database: Database, *, now: datetime = NOW) -> str:
    begun = attempt(database, now=now)
    with database.transaction() as session:
        return sign_in.open_session(
            session, begun, agent="x" * 500, lasts=timedelta(hours=12), now=now
        )


def test_an_attempt_counts_as_failed_until_it_is_good(database: Database) -> None:
    staff_member(database, Role.CLERK)
    for _ in range(sign_in.FAILURES_PER_PLACE):
        attempt(database)
    with pytest.raises(SignInThrottled) as refused:
        attempt(database, now=NOW + timedelta(minutes=5))
    assert refused.value.retry_after_seconds == 600
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 5


def test_a_colleague_elsewhere_is_not_locked_out_by_a_guesser(database: Database) -> None:
    staff_member(database, Role.CLERK)
    for _ in range(sign_in.FAILURES_PER_PLACE):
        attempt(database)
    assert attempt(database, address="10.0.0.2").staff_id is not None


def test_one_name_is_held_from_many_addresses_and_one_address_with_many_names(
    database: Database,
) -> None:
    for number in range(sign_in.FAILURES_PER_NAME):
        attempt(database, address=f"10.0.1.{number}")
    with pytest.raises(SignInThrottled):
        attempt(database, address="10.0.2.1")
    for number in range(sign_in.FAILURES_PER_ADDRESS):
        attempt(database, username=f"name{number}", address="10.0.3.1")
    with pytest.raises(SignInThrottled):
        attempt(database, username="another", address="10.0.3.1")


def test_old_attempts_can_be_forgotten(database: Database) -> None:
    attempt(database)
    attempt(database, now=NOW + timedelta(hours=1))
    with database.transaction() as session:
        assert sign_in.forget_attempts(session, before=NOW + timedelta(minutes=30)) == 1


def test_a_live_session_is_found_with_its_person(database: Database) -> None:
    staff_id = staff_member(database, Role.CLERK)
    token = signed_in(database)
    with database.reading() as session:
        who = sign_in.find_session(session, token, idle=IDLE, now=NOW + timedelta(minutes=9))
        assert who is not None
        assert (who.actor.staff_id, who.actor.role, who.username) == (
            staff_id,
            Role.CLERK,
            "clerk",
        )
        assert sign_in.find_session(session, token + "x", idle=IDLE, now=NOW) is None
        assert not who.locked
        later = sign_in.find_session(session, token, idle=IDLE, now=NOW + IDLE)
        assert later is not None
        assert later.locked
        assert sign_in.find_session(session, token, idle=IDLE, now=NOW + 12 * HOUR) is None


def test_all_sessions_end_but_the_one_kept(database: Database) -> None:
    staff_id = staff_member(database, Role.CLERK)
    first, second = signed_in(database), signed_in(database)
    with database.transaction() as session:
        kept = session.scalar(
            select(StaffSession.id).where(StaffSession.token_hash == sign_in.token_hash(first))
        )
        sign_in.end_all_sessions(session, staff_id, now=NOW, except_session_id=kept)
    with database.reading() as session:
        assert sign_in.find_session(session, first, idle=IDLE, now=NOW) is not None
        assert sign_in.find_session(session, second, idle=IDLE, now=NOW) is None


def test_a_token_stands_for_its_person_until_it_is_revoked(database: Database) -> None:
    staff_id = staff_member(database, Role.CLERK)
    with database.transaction() as session:
        row = ApiToken(
            name="portal", token_hash=sign_in.token_hash("t"), staff_id=staff_id, created_at=NOW
        )
        session.add(row)
    with database.reading() as session:
        who = sign_in.find_token(session, "t")
        assert who is not None
        assert who.session_id is None
        assert sign_in.find_token(session, "u") is None
    with database.transaction() as session:
        session.scalars(select(ApiToken)).one().revoked_at = NOW
    with database.reading() as session:
        assert sign_in.find_token(session, "t") is None


def test_passwords_are_argon2id_and_rehashed_when_the_cost_rises() -> None:
    cheap, dear = Passwords(passes=1, memory=8, lanes=1), Passwords(passes=2, memory=16, lanes=1)
    assert HASH.startswith("$argon2id$")
    assert cheap.rehashed(HASH, PASSWORD) is None
    again = dear.rehashed(HASH, PASSWORD)
    assert again is not None
    assert dear.verify(again, PASSWORD)
    assert not dear.verify(again, PASSWORD + " ")
    assert not dear.verify(None, "nobody signs in with this")

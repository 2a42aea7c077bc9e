"""Signing in and out, the idle lock, throttling, one's own password."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from pharmacy.db import Database
from pharmacy.models.staff import SignInAttempt, Staff, StaffSession
from pharmacy.rules.vocabulary import Role
from pharmacy.services.sign_in import FAILURES_PER_PLACE, token_hash
from tests.web.inspecting import InspectingClient
from tests.web.people import PASSWORD, sign_out, staff_member


@pytest.fixture
def administrator(database: Database) -> int:
    return staff_member(database, Role.ADMINISTRATOR)


def age(database: Database, **older: timedelta) -> None:
    """Let time pass for the one open session: shift its moments into the past."""
    with database.transaction() as session:
        row = session.execute(select(StaffSession)).scalar_one()
        for name, by in older.items():
            setattr(row, name, getattr(row, name) - by)


def test_it_signs_in_and_goes_where_one_wanted(
    client: InspectingClient, administrator: int
) -> None:
    asked = client.get("/help")
    assert asked.status_code == 303
    assert asked.location == "/login?next=/help"
    page = client.page(asked.location)
    assert page.all("input")
    answer = client.send(asked.location, {"username": "administrator", "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/help")
    assert client.get("/help").status_code == 200


def test_it_keeps_only_the_hash_of_the_token(
    client: InspectingClient, administrator: int, database: Database
) -> None:
    client.sign_in("administrator", PASSWORD)
    with client.session_transaction() as cookie:
        token = cookie["token"]
    with database.reading() as session:
        row = session.execute(select(StaffSession)).scalar_one()
    assert (row.token_hash, row.staff_id) == (token_hash(token), administrator)
    assert len(token) >= 43


@pytest.mark.parametrize("next_page", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_it_never_leads_to_another_site(
    client: InspectingClient, administrator: int, next_page: str
) -> None:
    answer = client.send(
        "/login", {"username": "administrator", "password": PASSWORD, "next": next_page}
    )
    assert (answer.status_code, answer.location) == (303, "/")


def test_a_sign_in_name_is_read_without_regard_to_case_and_blanks(
    client: InspectingClient, administrator: int
) -> None:
    assert client.sign_in(" Administrator ", PASSWORD).status_code == 303


@pytest.mark.parametrize("username", ["administrator", "nobody", "x" * 64])
def test_a_wrong_name_and_a_wrong_password_are_answered_alike(
    client: InspectingClient, administrator: int, database: Database, username: str
) -> None:
    answer = client.sign_in(username, "not the password")
    assert answer.status_code == 401
    assert "اسم الدخول أو كلمة المرور غير صحيحة. حاول مرة أخرى." in answer.text
    assert f'value="{username}"' in answer.text
    assert "not the password" not in answer.text
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(StaffSession)) == 0


def test_a_closed_account_is_answered_like_an_unknown_one(
    client: InspectingClient, database: Database
) -> None:
    staff_member(database, Role.CLERK, active=False)
    assert client.sign_in("clerk", PASSWORD).status_code == 401


def test_too_many_slips_wait_even_with_the_right_password(
    client: InspectingClient, administrator: int, database: Database
) -> None:
    for _ in range(FAILURES_PER_PLACE):
        assert client.sign_in("administrator", "wrong").status_code == 401
    answer = client.sign_in("administrator", PASSWORD)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 15 * 60
    with database.transaction() as session:
        for row in session.scalars(select(SignInAttempt)):
            row.at -= timedelta(minutes=16)
    assert client.sign_in("administrator", PASSWORD).status_code == 303


def test_a_good_sign_in_clears_the_slips_before_it(
    client: InspectingClient, administrator: int
) -> None:
    for _ in range(2):
        for _ in range(FAILURES_PER_PLACE - 1):
            assert client.sign_in("administrator", "wrong").status_code == 401
        assert client.sign_in("administrator", PASSWORD).status_code == 303
        sign_out(client)


def test_an_idle_session_locks(
    client: InspectingClient, administrator: int, database: Database
) -> None:
    client.sign_in("administrator", PASSWORD)
    age(database, last_seen_at=timedelta(minutes=9))
    assert client.get("/help").status_code == 200
    age(database, last_seen_at=timedelta(minutes=11))
    assert client.get("/help").location == "/lock?next=/help"
    # What the browser holds is still good for the lock screen, where the password opens it too.
    assert client.page("/lock?next=/help").all("form")
    answer = client.send("/login", {"username": "administrator", "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/")


def test_being_seen_puts_the_lock_off_and_is_written_once_a_minute(
    client: InspectingClient, administrator: int, database: Database
) -> None:
    client.sign_in("administrator", PASSWORD)
    with database.reading() as session:
        seen = session.scalar(select(StaffSession.last_seen_at))
    client.get("/help")
    with database.reading() as session:
        assert session.scalar(select(StaffSession.last_seen_at)) == seen
    age(database, last_seen_at=timedelta(minutes=2))
    client.get("/help")
    with database.reading() as session:
        again = session.scalar(select(StaffSession.last_seen_at))
    assert seen is not None
    assert again is not None
    assert again > seen


def test_a_session_ends_in_any_case_after_its_hours(
    client: InspectingClient, administrator: int, database: Database
) -> None:
    client.sign_in("administrator", PASSWORD)
    age(database, expires_at=timedelta(hours=12, minutes=1))
    assert client.get("/help").status_code == 303


def test_a_closed_account_is_out_at_its_next_request(
    client: InspectingClient, administrator: int, database: Database
) -> None:
    client.sign_in("administrator", PASSWORD)
    with database.transaction() as session:
        session.execute(update(Staff).values(active=False))
    assert client.get("/help").status_code == 303


def test_signing_out_ends_the_session_on_the_server(
    client: InspectingClient, administrator: int, database: Database
) -> None:
    client.sign_in("administrator", PASSWORD)
    with client.session_transaction() as cookie:
        kept = dict(cookie)
    answer = sign_out(client)
    assert (answer.status_code, answer.location) == (303, "/login")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    with client.session_transaction() as cookie:
        cookie.update(kept)
    assert client.get("/help").status_code == 303


def test_a_change_with_an_ended_session_keeps_what_was_typed(
    client: InspectingClient, administrator: int, database: Database
) -> None:
    client.sign_in("administrator", PASSWORD)
    with database.transaction() as session:
        session.execute(update(StaffSession).values(ended_at=StaffSession.created_at))
    typed = {"quantity": "٣٠", "csrf_token": "old"}
    answer = client.post("/help", data=typed, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 405
    answer = client.post("/password", data=typed, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 401
    assert 'name="quantity" value="٣٠"' in answer.text
    assert "old" not in answer.text
    foreign = client.post("/password", data=typed, headers={"Sec-Fetch-Site": "cross-site"})
    assert "quantity" not in foreign.text


def test_a_post_without_a_token_is_refused(client: InspectingClient, administrator: int) -> None:
    answer = client.post("/login", data={"username": "administrator", "password": PASSWORD})
    assert answer.status_code == 400
    assert PASSWORD not in answer.text
    assert client.get("/help").status_code == 303


def test_a_first_password_must_be_changed_before_anything_else(
    client: InspectingClient, database: Database
) -> None:
    staff_member(database, Role.CLERK, must_change_password=True)
    client.sign_in("clerk", PASSWORD)
    assert client.get("/help").location == "/password"
    new = "ثلاث كلمات متباعدة"
    answer = client.send("/password", {"present": PASSWORD, "password": new, "again": new})
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/help").status_code == 200
    sign_out(client)
    assert client.sign_in("clerk", PASSWORD).status_code == 401
    assert client.sign_in("clerk", new).status_code == 303


def test_a_new_password_ends_the_sessions_elsewhere(
    client: InspectingClient, administrator: int, database: Database
) -> None:
    elsewhere = client.application.test_client()
    assert isinstance(elsewhere, InspectingClient)
    elsewhere.sign_in("administrator", PASSWORD)
    client.sign_in("administrator", PASSWORD)
    new = "violet tractor umbrella"
    client.send("/password", {"present": PASSWORD, "password": new, "again": new})
    assert client.get("/help").status_code == 200
    assert elsewhere.get("/help").status_code == 303


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        (("wrong", "violet tractor umbrella", "violet tractor umbrella"), 401),
        ((PASSWORD, "short", "short"), 422),
        ((PASSWORD, "violet tractor umbrella", "violet tractor"), 422),
        ((PASSWORD, PASSWORD, PASSWORD), 422),
        ((PASSWORD, "administrator 77", "administrator 77"), 422),
        ((PASSWORD, "123456789012345", "123456789012345"), 422),
    ],
)
@pytest.mark.usefixtures("administrator")
def test_a_bad_change_of_password_changes_nothing(
    client: InspectingClient, database: Database, typed: tuple[str, str, str], status: int
) -> None:
    client.sign_in("administrator", PASSWORD)
    with database.reading() as session:
        before = session.scalar(select(Staff.password_hash))
    answer = client.send(
        "/password", dict(zip(("present", "password", "again"), typed, strict=True))
    )
    assert answer.status_code == status
    with database.reading() as session:
        assert session.scalar(select(Staff.password_hash)) == before


def test_each_role_begins_somewhere(client: InspectingClient, database: Database) -> None:
    for role in Role:
        staff_member(database, role)
        client.sign_in(role.value, PASSWORD)
        start = client.get("/")
        assert start.status_code == 303
        assert client.get(start.location).status_code == 200, role
        assert client.get("/home").status_code == 200
        sign_out(client)

"""The lock screen: only a badge and its PIN open it, and nothing else is open meanwhile."""

from datetime import timedelta
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from pharmacy.db import Database
from pharmacy.errors import BadgeUnknown, PinMissing, PinRefused
from pharmacy.models import Site, Staff, StaffSession
from pharmacy.models.staff import SignInAttempt
from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.rules.vocabulary import Role, SiteKind
from pharmacy.services.sign_in import FAILURES_PER_PLACE, token_hash
from tests.builders import rows
from tests.web.inspecting import InspectingClient, values_of
from tests.web.inspection import Page, text_of
from tests.web.people import (
    BADGE,
    OTHER_BADGE,
    PASSWORD,
    PIN,
    PIN_HASH,
    in_arabic,
    sign_out,
    staff_member,
)

STAYS = "تبقى الشاشة مقفلة."


@pytest.fixture
def site_id(database: Database) -> int:
    """The counter at which the device stands, with a second one elsewhere."""
    with database.transaction() as session:
        here, there = (
            Site(code=code, kind=SiteKind.COUNTER, name_ar="منفذ", name_en=code)
            for code in ("C1", "C2")
        )
        session.add_all([here, there])
        session.flush()
        return here.id


@pytest.fixture
def device(app: Flask, database: Database, site_id: int) -> InspectingClient:
    """A counter at which the pharmacist signed in by password; a manager stands beside."""
    known = {"pin_hash": PIN_HASH, "site_id": site_id}
    staff_member(database, Role.PHARMACIST, badge_code=BADGE, name_ar="هدى غانم", **known)
    staff_member(database, Role.MANAGER, badge_code=OTHER_BADGE, name_ar="فؤاد سليم", **known)
    client = cast("InspectingClient", app.test_client())
    client.sign_in("pharmacist", PASSWORD)
    return client


def lock(client: InspectingClient) -> TestResponse:
    """Press the button in the top bar."""
    forms = [form for form in client.page("/home").all("form") if form.get("action") == "/lock"]
    return client.post("/lock", data=values_of(forms[0]))


def show_badge(client: InspectingClient, code: str, where: str = "/lock") -> TestResponse:
    return client.send(where, {"badge": code}, action="/lock/badge")


def prove(
    client: InspectingClient, code: str, pin: str = PIN, where: str = "/lock"
) -> TestResponse:
    """Scan a badge and type a PIN, as the two pages ask for them."""
    page = show_badge(client, code, where)
    assert page.status_code == 200, page.text
    return type_pin(client, page, pin)


def type_pin(client: InspectingClient, page: TestResponse, pin: str) -> TestResponse:
    forms = [form for form in _page(page).all("form") if form.get("action") == "/lock/pin"]
    return client.post("/lock/pin", data={**values_of(forms[0]), "pin": pin})


def _page(answer: TestResponse) -> Page:
    return Page(answer.get_data(as_text=True))


def opens(client: InspectingClient) -> bool:
    return client.get("/home").status_code == 200


def test_the_button_locks_and_the_way_back_is_kept(device: InspectingClient) -> None:
    answer = lock(device)
    assert (answer.status_code, answer.location) == (303, "/lock?next=/home")
    page = device.page(answer.location)
    assert "هدى غانم" in text_of(page.root)
    assert device.get("/beneficiaries?q=1").location == "/lock?next=/beneficiaries?q%3D1"


def test_a_locked_session_opens_nothing(device: InspectingClient, app: Flask) -> None:
    lock(device)
    open_to_all = {"/login", "/lock", "/track"}
    for rule in app.url_map.iter_rules():
        path = rule.rule
        if "GET" not in (rule.methods or ()) or rule.arguments or path.startswith("/api/"):
            continue
        answer = device.get(path)
        if path not in open_to_all and not path.startswith(("/health", "/static", "/open311")):
            assert answer.status_code in {303, 404, 401}, path
            assert "/lock" in (answer.location or "/lock"), path
    assert device.get("/login").status_code == 200


def test_a_change_while_locked_changes_nothing_and_a_script_is_told(
    device: InspectingClient, database: Database
) -> None:
    token = values_of(device.page("/password").all("form")[-1])["csrf_token"]
    lock(device)
    typed = {"present": PASSWORD, "password": "violet tractor umbrella", "csrf_token": token}
    before = rows(database, Staff.password_hash)
    answer = device.post("/password", data=typed, headers={"Referer": "http://localhost/home?a=1"})
    assert (answer.status_code, answer.location) == (303, "/lock?next=/home?a%3D1")
    for header in ({"X-Part": "1"}, {"Accept": "application/json"}):
        answer = device.post("/password", data=typed, headers=header)
        assert (answer.status_code, answer.headers["X-Lock"]) == (401, "/lock")
    assert rows(database, Staff.password_hash) == before


@pytest.mark.parametrize(
    "code",
    [
        "6223000000014",
        in_house(InHousePrefix.CARD, 7_310_442_001),
        in_house(InHousePrefix.BADGE, 5),
        "pharmacist",
        "' OR 1=1 --",
        "(01)06223000000014(10)L1",
    ],
)
def test_no_other_code_opens_it(device: InspectingClient, code: str) -> None:
    lock(device)
    answer = show_badge(device, code)
    assert answer.status_code == 401
    assert STAYS in answer.text
    assert not opens(device)


def test_nothing_scanned_and_cancel_stay_locked(device: InspectingClient) -> None:
    lock(device)
    assert show_badge(device, "").status_code == 422
    page = show_badge(device, BADGE)
    cancel = [link.get("href") for link in _page(page).all("a") if text_of(link) == "إلغاء"]
    assert cancel == ["/lock?cancelled=1"]
    assert STAYS in text_of(device.page(cancel[0]).root)
    assert not opens(device)


def test_badge_and_pin_open_it_where_one_was(device: InspectingClient, database: Database) -> None:
    where = lock(device).location
    before = rows(database, StaffSession.token_hash)
    answer = prove(device, BADGE, where=where)
    assert (answer.status_code, answer.location) == (303, "/home")
    assert opens(device)
    assert rows(database, StaffSession.token_hash) == before


def test_the_pin_may_be_typed_in_arabic_figures(device: InspectingClient) -> None:
    lock(device)
    assert prove(device, BADGE, "٢٨٠٤٩١").status_code == 303
    assert opens(device)


@pytest.mark.parametrize("pin", ["280492", "28049", "", PASSWORD])
def test_a_wrong_pin_stays_locked(device: InspectingClient, pin: str) -> None:
    lock(device)
    answer = prove(device, BADGE, pin)
    assert answer.status_code == (401 if pin else 422)
    assert (in_arabic(PinRefused()) in answer.text) == bool(pin)
    assert "autofocus" in answer.text
    assert pin not in text_of(_page(answer).root) or not pin
    assert not opens(device)


def test_a_badge_scanned_for_the_pin_is_another_person_and_no_try(
    device: InspectingClient, database: Database
) -> None:
    lock(device)
    page = type_pin(device, show_badge(device, BADGE), OTHER_BADGE)
    assert page.status_code == 200
    assert "فؤاد سليم" in page.text
    pins = SignInAttempt.username.like("pin:%")
    with database.reading() as session:
        tried = select(func.count()).select_from(SignInAttempt).where(pins)
        assert session.scalar(tried) == 0
    assert type_pin(device, page, PIN).location == "/"


def test_after_five_tries_only_the_password_opens(device: InspectingClient) -> None:
    lock(device)
    for _ in range(FAILURES_PER_PLACE):
        assert prove(device, BADGE, "280492").status_code == 401
    answer = prove(device, BADGE)
    assert answer.status_code == 429
    assert "سجّل الدخول بكلمة المرور" in answer.text
    assert not opens(device)
    assert device.sign_in("pharmacist", PASSWORD).status_code == 303
    lock(device)
    assert prove(device, BADGE).status_code == 303


def test_a_colleague_switches_and_begins_at_their_own_page(
    device: InspectingClient, database: Database
) -> None:
    device.get("/home?lang=en")
    where = lock(device).location
    with device.session_transaction() as cookie:
        first = token_hash(cookie["token"])
    answer = prove(device, OTHER_BADGE, where=where)
    assert (answer.status_code, answer.location) == (303, "/")
    page = device.page("/home")
    assert "فؤاد سليم" in text_of(page.root)
    assert "هدى غانم" not in text_of(page.root)
    assert page.root.get("lang") == "ar"
    ended = {hashed: when is not None for hashed, when in _sessions(database)}
    assert (ended.pop(first), list(ended.values())) == (True, [False])


def _sessions(database: Database) -> list[tuple[str, object]]:
    return [(a, b) for a, b in rows(database, StaffSession.token_hash, StaffSession.ended_at)]


def test_staff_of_another_site_do_not_open_it(
    device: InspectingClient, database: Database, site_id: int
) -> None:
    code = in_house(InHousePrefix.BADGE, 9)
    staff_member(
        database,
        Role.STORE_KEEPER,
        badge_code=code,
        pin_hash=PIN_HASH,
        site_id=site_id + 1,
    )
    lock(device)
    answer = show_badge(device, code)
    assert answer.status_code == 401
    assert in_arabic(BadgeUnknown()) in answer.text
    with database.transaction() as session:
        session.execute(update(Staff).where(Staff.badge_code == code).values(site_id=None))
    assert prove(device, code).location == "/"


def test_a_badge_without_a_pin_says_what_to_do(
    device: InspectingClient, database: Database
) -> None:
    with database.transaction() as session:
        session.execute(update(Staff).values(pin_hash=None))
    lock(device)
    answer = show_badge(device, BADGE)
    assert answer.status_code == 409
    assert in_arabic(PinMissing()) in answer.text
    assert not opens(device)


def test_a_badge_opens_nothing_where_nobody_signed_in_by_password(
    client: InspectingClient, device: InspectingClient, database: Database
) -> None:
    page = client.page("/login")
    token = values_of(page.all("form")[0])["csrf_token"]
    given = {"csrf_token": token, "badge": BADGE, "pin": PIN}
    for path in ("/lock/badge", "/lock/pin"):
        answer = client.post(path, data=given)
        assert (answer.status_code, answer.location) == (303, "/"), path
    assert client.get("/lock").location == "/"
    assert not opens(client)
    # Nor where the day of the password is over.
    lock(device)
    with database.transaction() as session:
        session.execute(update(StaffSession).values(expires_at=StaffSession.created_at))
    assert device.get("/home").location == "/login?next=/home"


def test_an_idle_session_is_a_locked_one(device: InspectingClient, database: Database) -> None:
    with database.transaction() as session:
        row = session.execute(select(StaffSession)).scalar_one()
        row.last_seen_at -= timedelta(minutes=11)
    assert device.get("/home").location == "/lock?next=/home"
    assert prove(device, BADGE, where="/lock?next=/home").location == "/home"
    assert opens(device)


@pytest.mark.parametrize(
    "next_page",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/logout",
        "/nowhere",
        "/lock/pin",
    ],
)
def test_the_way_back_is_a_page_of_ours_and_takes_no_form(
    device: InspectingClient, next_page: str
) -> None:
    lock(device)
    assert prove(device, BADGE, where=f"/lock?next={next_page}").location == "/"


def test_the_password_opens_it_too_and_ends_what_was_locked(
    device: InspectingClient, database: Database
) -> None:
    lock(device)
    links = [link.get("href") for link in device.page("/lock?next=/home").all("a")]
    assert "/login?next=/home" in links
    device.sign_in("manager", PASSWORD)
    assert opens(device)
    assert [when is None for _, when in _sessions(database)] == [False, True]


def test_signing_out_is_reachable_locked_or_not(
    device: InspectingClient, database: Database
) -> None:
    lock(device)
    assert device.send("/lock", {}, action="/logout").location == "/login"
    assert device.get("/lock").location == "/"
    device.sign_in("pharmacist", PASSWORD)
    sign_out(device)
    assert all(when is not None for _, when in _sessions(database))


def test_a_page_says_after_how_many_minutes_it_locks(device: InspectingClient) -> None:
    minutes = {
        path: device.page(path).all("body")[0].get("data-lock-minutes")
        for path in ("/home", "/counter")
    }
    assert minutes == {"/home": "10", "/counter": "3"}
    assert device.get("/lock/beat").json == {"ok": True}
    lock(device)
    assert device.page("/lock").all("body")[0].get("data-lock-minutes") is None
    assert device.get("/lock/beat", headers={"X-Part": "1"}).headers["X-Lock"] == "/lock"

"""The API for other programs: who may call what, and how mistakes of every kind are answered."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pharmacy.app import create_app
from pharmacy.config import Settings
from pharmacy.db import Database
from pharmacy.models import ApiToken, IdempotencyKey
from pharmacy.rules.permissions import PERMISSIONS
from pharmacy.rules.scopes import SCOPES, Scope
from pharmacy.rules.vocabulary import Role
from pharmacy.services.idempotency import KEPT, forget
from pharmacy.web.api.document import Route, routes
from pharmacy.web.headers import FORM_BYTES_MAX
from tests.builders import snapshot
from tests.web.counter_day import CounterDay, counter_day
from tests.web.inspecting import InspectingClient
from tests.web.programs import PROBLEM, Program, make_token, refusal_of

NEW_REQUEST = {
    "channel": "hotline",
    "category": "housing",
    "asked_for": "سقف يتسرب منه الماء",
    "citizen_name": "سعاد محمد",
}


@pytest.fixture
def day(database: Database) -> CounterDay:
    return counter_day(database, drugs=1)


@pytest.fixture
def clerk(app: Flask, database: Database, day: CounterDay) -> Program:
    return Program(app, database, day.staff[Role.CLERK].staff_id)


def behind_token(app: Flask) -> Iterator[Route]:
    return (route for route in routes(app) if route.operation.scope is not None)


def role_for(route: Route) -> Role:
    """A role that may do what the operation asks for."""
    return next(role for role, held in PERMISSIONS.items() if held & route.operation.permissions)


def call(client: InspectingClient, route: Route, token: str) -> int:
    path = route.path.replace("{", "").replace("}", "")
    for place in route.places:
        path = path.replace(place, "1")
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k"}
    body = {} if route.method == "POST" else None
    return client.open(path, method=route.method, json=body, headers=headers).status_code


def test_each_operation_is_open_to_its_own_scope_and_to_no_other(
    app: Flask, database: Database, client: InspectingClient, day: CounterDay
) -> None:
    before = snapshot(database)
    tokens = {
        (role, scope): make_token(database, day.staff[role].staff_id, [scope])
        for role in Role
        for scope in Scope
    }
    entered = {
        (route.operation.name, scope)
        for route in behind_token(app)
        for scope in Scope
        if call(client, route, tokens[role_for(route), scope]) != 403
    }
    assert entered == {(route.operation.name, route.operation.scope) for route in behind_token(app)}
    after = snapshot(database)
    looked = {"api_token", "access_event"}
    assert {name for name in after if after[name] != before[name]} <= looked


def test_no_scope_opens_what_the_role_of_the_account_may_not(
    app: Flask, database: Database, client: InspectingClient, day: CounterDay
) -> None:
    tokens = {role: make_token(database, day.staff[role].staff_id, Scope) for role in Role}
    wrong = {
        (route.operation.name, role)
        for route in behind_token(app)
        for role in Role
        if (call(client, route, tokens[role]) != 403)
        != bool(PERMISSIONS[role] & route.operation.permissions)
    }
    assert wrong == set()


def test_the_scope_of_an_operation_lets_through_the_right_it_asks_for(app: Flask) -> None:
    assert [
        route.operation.name
        for route in behind_token(app)
        if not route.operation.permissions <= SCOPES[route.operation.scope or Scope.STOCK_READ]
    ] == []


def test_a_token_without_scopes_opens_nothing(
    app: Flask, database: Database, day: CounterDay
) -> None:
    program = Program(app, database, day.staff[Role.CLERK].staff_id, scopes=())
    assert refusal_of(program.get("/api/v1/requests")) == (403, "scope_missing", None)
    assert program.get("/api/v1/requests").json["facts"] == {"scopes": ["requests:read"]}


def test_a_deciding_right_is_not_borrowed_from_the_role(
    app: Flask, database: Database, day: CounterDay
) -> None:
    """The service itself refuses what no scope lets through, whatever the view asked for."""
    scopes = set(Scope) - {Scope.CLINICAL_READ}
    program = Program(app, database, day.staff[Role.COMMITTEE].staff_id, scopes)
    shown = program.get(f"/api/v1/requests/{day.request_id}").json
    assert (shown["asked_for"], shown["approvals"][0]["items"]) == (None, [])
    whole = Program(app, database, day.staff[Role.COMMITTEE].staff_id)
    shown = whole.get(f"/api/v1/requests/{day.request_id}").json
    assert shown["asked_for"] == "علاج الضغط والسكر"
    assert [one["id"] for one in shown["approvals"][0]["items"]] == list(day.item_ids)


def test_a_page_is_not_for_programs(clerk: Program) -> None:
    assert clerk.get("/requests").status_code == 303


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer nobody's", "Basic abc"])
def test_without_a_good_token_nothing_opens(client: InspectingClient, sent: str) -> None:
    headers = {"Authorization": sent, "Accept-Language": "en"} if sent else {}
    answer = client.get("/api/v1/requests", headers=headers)
    assert (answer.status_code, answer.mimetype) == (401, PROBLEM)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_last_use_of_a_token_is_noted_once_a_minute(clerk: Program, database: Database) -> None:
    def used() -> object:
        with database.reading() as session:
            return session.scalars(select(ApiToken.last_used_at)).one()

    assert used() is None
    clerk.get("/api/v1/requests")
    first = used()
    assert first is not None
    clerk.get("/api/v1/requests")
    assert used() == first


def test_too_many_calls_are_told_when_to_go_on(
    settings: Settings, database: Database, day: CounterDay
) -> None:
    app = create_app(replace(settings, calls_a_minute=2), database)
    app.test_client_class = InspectingClient
    program = Program(app, database, day.staff[Role.CLERK].staff_id)
    other = Program(app, database, day.staff[Role.CLERK].staff_id)
    statuses = [program.get("/api/v1/requests").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    refused = program.get("/api/v1/requests")
    assert refusal_of(refused) == (429, "too_many_calls", None)
    assert int(refused.headers["Retry-After"]) in range(1, 31)
    assert other.get("/api/v1/requests").status_code == 200
    guesses = [other.client.get("/api/v1/requests").status_code for _ in range(3)]
    assert guesses == [401, 401, 429]


def test_a_refusal_speaks_the_callers_language(client: InspectingClient) -> None:
    english = client.get("/api/v1/requests", headers={"Accept-Language": "en-GB,ar;q=0.5"})
    arabic = client.get("/api/v1/requests", headers={"Accept-Language": "ar-EG"})
    unsaid = client.get("/api/v1/requests")
    assert english.json["title"] == "No valid token"
    assert arabic.json["title"] == unsaid.json["title"] == "لا يوجد رمز دخول صالح"


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"a": 1, "a": 2}', "application/json", 400),
        (b'{"a": NaN}', "application/json", 400),
        (b'"\xff"', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"asked_for": "\\u0000"}', "application/json", 400),
        (b"1" * 5_000, "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"a=1", "application/x-www-form-urlencoded", 415),
        (b" " * (FORM_BYTES_MAX + 1), "application/json", 413),
        (b"[]", "application/json", 422),
        (b"{}", "application/json", 422),
    ],
)
def test_what_cannot_be_read_is_answered_as_a_problem(
    clerk: Program, database: Database, content: bytes, kind: str, status: int
) -> None:
    before = snapshot(database)["citizen_request"]
    headers = {**clerk.headers, "Idempotency-Key": "k", "Content-Type": kind}
    answer = clerk.client.post("/api/v1/requests", data=content, headers=headers)
    assert (answer.status_code, answer.mimetype) == (status, PROBLEM)
    assert answer.json["status"] == status
    assert snapshot(database)["citizen_request"] == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"asked_for": "a\u0007b"}, "asked_for"),
        ({"citizen_name": "a\nb"}, "citizen_name"),
        ({"asked_for": "\ud800"}, "asked_for"),
        ({"asked_for": "x" * 2001}, "asked_for"),
        ({"channel": "pigeon"}, "channel"),
        ({"beneficiary_id": 2**60}, "beneficiary_id"),
        ({"beneficiary_id": True}, "beneficiary_id"),
        ({"beneficiary_id": 1.5}, "beneficiary_id"),
        ({"received_on": "20260307"}, "received_on"),
        ({"received_on": "1026-03-07"}, "received_on"),
        ({"price": 1}, "price"),
    ],
)
def test_what_is_not_of_its_shape_is_refused_with_its_place(
    clerk: Program, change: dict[str, object], field: str
) -> None:
    answer = clerk.post("/api/v1/requests", {**NEW_REQUEST, **change})
    assert refusal_of(answer) == (422, "invalid_field", field)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("colour=red", "colour"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("limit=1&limit=2", "limit"),
        ("state=lost", "state"),
        ("cursor=abc", "cursor"),
        ("cursor=%25", "cursor"),
        ("received_from=yesterday", "received_from"),
    ],
)
def test_an_address_says_only_what_is_asked_for(clerk: Program, query: str, field: str) -> None:
    answer = clerk.get(f"/api/v1/requests?{query}")
    assert refusal_of(answer) == (422, "invalid_field", field)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v2/requests", 404),
        ("GET", "/api/v1/requests/x", 404),
        ("GET", f"/api/v1/requests/{10**30}", 404),
        ("DELETE", "/api/v1/requests", 405),
        ("PUT", "/api/v1/requests/1", 405),
    ],
)
def test_an_address_or_method_that_is_none_is_a_problem_too(
    clerk: Program, method: str, path: str, status: int
) -> None:
    answer = clerk.client.open(path, method=method, headers=clerk.headers)
    assert (answer.status_code, answer.mimetype) == (status, PROBLEM)
    assert ("Allow" in answer.headers) == (status == 405)


def test_a_key_gives_the_first_answer_again(clerk: Program, database: Database) -> None:
    first = clerk.post("/api/v1/requests", NEW_REQUEST, "the-key")
    assert first.status_code == 201
    moved = snapshot(database)["citizen_request"]
    again = clerk.post("/api/v1/requests", NEW_REQUEST, "the-key")
    assert (again.status_code, again.data) == (201, first.data)
    assert again.headers["Location"] == first.headers["Location"]
    assert clerk.get(first.headers["Location"]).json["id"] == first.json["id"]
    other = clerk.post("/api/v1/requests", {**NEW_REQUEST, "category": "other"}, "the-key")
    assert refusal_of(other) == (422, "submission_conflict", None)
    assert snapshot(database)["citizen_request"] == moved


def test_a_key_is_its_accounts_own_and_free_again_after_a_refusal(
    app: Flask, clerk: Program, database: Database, day: CounterDay
) -> None:
    pharmacist = Program(app, database, day.staff[Role.PHARMACIST].staff_id)
    assert clerk.post("/api/v1/requests", NEW_REQUEST, "k").status_code == 201
    assert pharmacist.post("/api/v1/requests", NEW_REQUEST, "k").status_code == 201
    wrong = {**NEW_REQUEST, "citizen_name": ""}
    refused = clerk.post("/api/v1/requests", wrong, "k2")
    assert refusal_of(refused) == (422, "missing_fact", "citizen_name")
    assert clerk.post("/api/v1/requests", NEW_REQUEST, "k2").status_code == 201
    with database.reading() as session:
        kept = session.scalars(select(IdempotencyKey.key).order_by(IdempotencyKey.id)).all()
    assert kept == ["k", "k", "k2"]


@pytest.mark.parametrize("key", ["", " ", "a b", "ü", "x" * 201])
def test_a_write_needs_a_key(clerk: Program, database: Database, key: str) -> None:
    headers = {**clerk.headers, "Idempotency-Key": key} if key else clerk.headers
    answer = clerk.client.post("/api/v1/requests", json=NEW_REQUEST, headers=headers)
    assert refusal_of(answer) == (422, "invalid_field", "Idempotency-Key")
    assert snapshot(database)["idempotency_key"] == []


def test_old_answers_are_forgotten(clerk: Program, database: Database) -> None:
    assert clerk.post("/api/v1/requests", NEW_REQUEST, "k").status_code == 201
    with database.transaction() as session:
        assert forget(session, now=datetime.now(UTC) + KEPT - timedelta(hours=1)) == 0
        assert forget(session, now=datetime.now(UTC) + KEPT + timedelta(hours=1)) == 1
    assert snapshot(database)["idempotency_key"] == []
    # The request has an id of its own, so that even then it is not recorded twice.
    before = snapshot(database)["citizen_request"]
    assert clerk.post("/api/v1/requests", NEW_REQUEST, "k").status_code == 201
    assert snapshot(database)["citizen_request"] == before

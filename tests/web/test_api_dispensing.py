"""Dispensing for other programs: one effect per key, the same refusals, no cookie opens it."""

from datetime import date
from typing import cast

import pytest
from flask import Flask

from pharmacy.db import Database
from pharmacy.models import DispensingCare
from pharmacy.rules.scopes import Scope
from pharmacy.rules.vocabulary import Role
from tests.web.counter_day import CounterDay, counted, counter_day
from tests.web.inspecting import InspectingClient
from tests.web.people import PASSWORD
from tests.web.programs import make_token


@pytest.fixture
def day(database: Database) -> CounterDay:
    return counter_day(database)


@pytest.fixture
def pharmacist(app: Flask, day: CounterDay) -> InspectingClient:
    client = cast("InspectingClient", app.test_client())
    assert client.sign_in(Role.PHARMACIST.value, PASSWORD).status_code == 303
    return client


@pytest.fixture
def bearer(database: Database, day: CounterDay) -> dict[str, str]:
    scopes = {Scope.DISPENSINGS_READ, Scope.DISPENSINGS_WRITE}
    token = make_token(database, day.staff[Role.PHARMACIST].staff_id, scopes)
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": "k1"}


def test_the_api_dispenses_once_per_key(
    client: InspectingClient, day: CounterDay, database: Database, bearer: dict[str, str]
) -> None:
    lines = [{"approval_item_id": day.item_ids[0], "quantity": 60}]
    body = {"request_id": day.request_id, "lines": lines}
    first = client.post("/api/v1/dispensings", json=body, headers=bearer)
    assert first.status_code == 201, first.json
    moved = counted(database)
    second = client.post("/api/v1/dispensings", json=body, headers=bearer)
    assert (second.status_code, second.json) == (201, first.json)
    assert counted(database) == moved
    shown = client.get(first.headers["Location"], headers=bearer)
    assert shown.json["lines"][0]["cost"] == 600


def test_the_api_says_who_prescribed_and_whose_brand_was_given(
    client: InspectingClient, day: CounterDay, database: Database, bearer: dict[str, str]
) -> None:
    care = {"prescriber": "د. هشام", "prescription_number": "7", "prescription_date": "2026-11-01"}
    line = {"approval_item_id": day.item_ids[0], "quantity": 60}
    consent = {"drug_id": day.drug_ids[1], "consented_by": "د", "consented_on": "2026-01-01"}
    body = {"request_id": day.request_id, "lines": [{**line, "substitute": consent}], "care": care}
    # Another substance is no brand of the first.
    refusal = client.post("/api/v1/dispensings", json=body, headers=bearer)
    assert (refusal.status_code, refusal.json["code"]) == (422, "substitution_refused")
    answer = client.post("/api/v1/dispensings", json={**body, "lines": [line]}, headers=bearer)
    assert answer.status_code == 201, answer.json
    with database.reading() as session:
        row = session.get_one(DispensingCare, answer.json["id"])
        assert (row.prescriber, row.prescription_date) == ("د. هشام", date(2026, 11, 1))


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"request_id": "7"},
        {"request_id": 10**30},
        {"request_id": 1, "lines": [{"approval_item_id": 1, "quantity": True}]},
        {"request_id": 1, "lines": [], "price": 3},
        {"request_id": 1, "care": {"prescription_date": "7/3/2026"}},
        {"request_id": 1, "care": {"second_staff_id": 4}},
        {"request_id": 1, "lines": [{"approval_item_id": 1, "quantity": 1, "substitute": {}}]},
        [],
    ],
)
def test_the_api_refuses_what_is_not_asked_for(
    client: InspectingClient, database: Database, bearer: dict[str, str], broken: object
) -> None:
    moved = counted(database)
    answer = client.post("/api/v1/dispensings", json=broken, headers=bearer)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid_field")
    assert answer.mimetype == "application/problem+json"
    assert counted(database) == moved


def test_the_api_dispenses_nothing_without_an_approved_request(
    client: InspectingClient, day: CounterDay, database: Database, bearer: dict[str, str]
) -> None:
    moved = counted(database)
    lines = [{"approval_item_id": day.item_ids[0], "quantity": 60}]
    body = {"request_id": day.request_id + 1, "lines": lines}
    answer = client.post("/api/v1/dispensings", json=body, headers=bearer)
    assert answer.status_code == 404
    assert counted(database) == moved


def test_the_api_opens_to_no_cookie(pharmacist: InspectingClient) -> None:
    assert pharmacist.post("/api/v1/dispensings", json={}).status_code == 401

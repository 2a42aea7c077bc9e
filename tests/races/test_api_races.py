"""The same call of a program many times at once: one effect, and every caller has its answer."""

import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from pharmacy.db import Database
from pharmacy.models import Beneficiary, CitizenRequest, IdempotencyKey
from pharmacy.rules.scopes import Scope
from pharmacy.rules.vocabulary import Role
from tests.builders import rows
from tests.services.verified import faults
from tests.web.counter_day import CounterDay, counted, counter_day
from tests.web.fixtures import app, settings
from tests.web.programs import make_token

__all__ = ["app", "settings"]

CALLERS = 8
PERSON = {
    "given_name": "نجوى",
    "father_name": "سعد",
    "family_name": "علي",
    "identity_kind": "lost_card",
    "birth_date": "1970-01-01",
    "sex": "female",
    "known_different": True,
}
REQUEST = {
    "channel": "hotline",
    "category": "housing",
    "asked_for": "سقف",
    "citizen_name": "سعاد",
}


@pytest.fixture
def day(database: Database) -> CounterDay:
    return counter_day(database, drugs=1)


def at_once(
    app: Flask, token: str, path: str, bodies: Sequence[object]
) -> Counter[tuple[int, bytes]]:
    """Let as many callers as there are bodies call with one key, at the same moment."""
    gate = threading.Barrier(len(bodies), timeout=60)

    def call(body: object) -> tuple[int, bytes]:
        client = app.test_client()
        gate.wait()
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "race"}
        answer = client.post(path, json=body, headers=headers)
        return answer.status_code, answer.data if answer.status_code == 201 else b""

    with ThreadPoolExecutor(len(bodies)) as pool:
        return Counter(pool.map(call, bodies))


@pytest.mark.parametrize(
    "asked",
    [
        ("/api/v1/beneficiaries", PERSON, Beneficiary),
        ("/api/v1/requests", REQUEST, CitizenRequest),
    ],
)
def test_one_key_at_once_is_one_effect(
    app: Flask, database: Database, day: CounterDay, asked: tuple[str, object, Any]
) -> None:
    path, body, model = asked
    before = len(rows(database, model.id))
    token = make_token(database, day.staff[Role.CLERK].staff_id, Scope)
    answers = at_once(app, token, path, [body] * CALLERS)
    [(status, _text)] = answers
    assert (status, answers.total()) == (201, CALLERS)
    assert len(rows(database, model.id)) == before + 1
    assert rows(database, IdempotencyKey.key, IdempotencyKey.status) == [("race", 201)]


def test_a_dispensing_called_at_once_leaves_the_shelf_once(
    app: Flask, database: Database, day: CounterDay
) -> None:
    token = make_token(database, day.staff[Role.PHARMACIST].staff_id, Scope)
    lines = [{"approval_item_id": day.item_ids[0], "quantity": 60}]
    body = {"request_id": day.request_id, "lines": lines}
    answers = at_once(app, token, "/api/v1/dispensings", [body] * CALLERS)
    [(status, _text)] = answers
    assert status == 201
    assert counted(database)["on hand"] == 40
    assert faults(database) == {}


def test_one_key_for_two_things_at_once_does_one_of_them(
    app: Flask, database: Database, day: CounterDay
) -> None:
    token = make_token(database, day.staff[Role.CLERK].staff_id, Scope)
    other = {**REQUEST, "citizen_name": "هدى"}
    answers = at_once(app, token, "/api/v1/requests", [REQUEST, other] * (CALLERS // 2))
    assert Counter(status for status, _ in answers.elements()) == {201: 4, 422: 4}
    assert len(answers) == 2
    names = rows(database, CitizenRequest.citizen_name)
    assert len([name for (name,) in names if name in {"سعاد", "هدى"}]) == 1

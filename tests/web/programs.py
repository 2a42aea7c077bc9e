"""Another program in tests: a token with scopes, and calls as it makes them."""

import itertools
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from pharmacy.db import Database
from pharmacy.models import ApiToken
from pharmacy.rules.scopes import Scope, write_scopes
from pharmacy.services.sign_in import token_hash
from tests.web.inspecting import InspectingClient

_count = itertools.count(1)
PROBLEM = "application/problem+json"


def make_token(database: Database, staff_id: int, scopes: Iterable[Scope]) -> str:
    """Put a token on file; return it."""
    token = f"token number {next(_count)}"
    with database.transaction() as session:
        row = ApiToken(
            name=token,
            token_hash=token_hash(token),
            staff_id=staff_id,
            created_at=datetime(2026, 1, 1, tzinfo=UTC),
            scopes=write_scopes(scopes),
        )
        session.add(row)
    return token


class Program:
    """A program that acts as one account, by default with every scope; it speaks English."""

    def __init__(
        self, app: Flask, database: Database, staff_id: int, scopes: Iterable[Scope] = Scope
    ) -> None:
        client = app.test_client()
        assert isinstance(client, InspectingClient)
        self.client = client
        self.token = make_token(database, staff_id, scopes)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"}

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers={**self.headers, **headers})

    def post(self, path: str, body: Any, key: str = "", **headers: str) -> TestResponse:
        own = {"Idempotency-Key": key or f"key-{next(_count)}"}
        return self.client.post(path, json=body, headers={**self.headers, **own, **headers})


def refusal_of(answer: TestResponse) -> tuple[int, str, str | None]:
    """Status, code and field of a problem."""
    assert answer.mimetype == PROBLEM, answer.text
    return answer.status_code, answer.json["code"], answer.json.get("field")

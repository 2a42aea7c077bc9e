"""A fuzzer reads the document and calls what it declares: nothing breaks, nothing is undocumented.

What it sends fits the document or, on purpose, does not. With a token for everything and without
one: never an error of ours, never a status, a kind of content or a shape that is not documented,
and the ledger verifies afterwards. The seed is fixed, so that a run can be repeated.
"""

from collections import Counter
from dataclasses import replace
from typing import Any

import hypothesis
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase
from schemathesis import GenerationMode, checks

from pharmacy.app import create_app
from pharmacy.config import Settings
from pharmacy.db import Database
from pharmacy.rules.permissions import PERMISSIONS
from pharmacy.rules.scopes import Scope
from pharmacy.rules.vocabulary import Role
from pharmacy.web.api.document import Route, routes
from tests.builders import add_chart
from tests.services.verified import faults
from tests.web.counter_day import CounterDay, counter_day
from tests.web.programs import make_token

WANTED = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]
EXAMPLES = 8
"""Of each operation, of each way of calling it; some eighty operations and ways in all."""
SETTINGS = hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def day(database: Database) -> CounterDay:
    add_chart(database)
    return counter_day(database)


@pytest.fixture
def generous(settings: Settings, database: Database) -> Flask:
    """The application, to whose programs no call is one too many."""
    return create_app(replace(settings, calls_a_minute=1_000_000), database)


def role_for(route: Route) -> Role:
    """The first role that may do what the operation asks for."""
    return next(role for role, held in PERMISSIONS.items() if held & route.operation.permissions)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["with a token", "without a token"])
def test_what_fits_the_document_and_what_does_not_is_answered_as_documented(
    generous: Flask, database: Database, day: CounterDay, way: str
) -> None:
    schema: Any = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", generous)
    tokens = {role: make_token(database, day.staff[role].staff_id, Scope) for role in Role}
    statuses: Counter[int] = Counter()
    for route in routes(generous):
        bearer = {}
        if way == "with a token" and route.operation.scope is not None:
            bearer = {"Authorization": f"Bearer {tokens[role_for(route)]}"}
        statuses += _fuzzed(schema[route.path][route.method], route, bearer)
    if way == "with a token":
        assert {200, 201, 404, 422} <= set(statuses), statuses
    else:
        assert set(statuses) <= {200, 400, 401, 404, 422}, statuses
    assert faults(database) == {}


def _fuzzed(operation: Any, route: Route, bearer: dict[str, str]) -> Counter[int]:
    """Call one operation with all that is generated; return the statuses that came."""
    statuses: Counter[int] = Counter()
    known = dict.fromkeys(route.places, 1)
    fitting = [
        operation.as_strategy(GenerationMode.POSITIVE, path_parameters=known),
        operation.as_strategy(GenerationMode.POSITIVE),
    ]
    ways = [*fitting, *([operation.as_strategy(GenerationMode.NEGATIVE)] if _narrow(route) else [])]

    for cases in ways:

        @hypothesis.seed(20260307)
        @SETTINGS
        @hypothesis.given(case=cases)
        def call(case: Any) -> None:
            response = case.call_and_validate(checks=WANTED, headers=bearer)
            statuses[response.status_code] += 1

        call()
    return statuses


def _narrow(route: Route) -> bool:
    """Tell whether anything sent to an operation could be wrong at all."""
    return bool(route.operation.query or route.operation.body or route.places)

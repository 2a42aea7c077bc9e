"""Every view says who may enter, and nobody who is not signed in gets past the public ones."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from pharmacy.db import Database
from pharmacy.models.staff import ApiToken, Staff
from pharmacy.rules.permissions import PERMISSIONS
from pharmacy.rules.scopes import Scope, write_scopes
from pharmacy.rules.vocabulary import Role
from pharmacy.services.sign_in import token_hash
from pharmacy.web.access import rule_of
from pharmacy.web.programs import OPEN311_PREFIX, PREFIXES
from tests.house.doors import FILE, lines
from tests.web.fixtures import app, settings, visit_as
from tests.web.inspecting import InspectingClient

__all__ = ["app", "settings", "visit_as"]

# Open to the whole network; a line here is a decision.
PUBLIC = {
    "static",
    "login.show",
    "login.enter",
    "login.leave",
    "health.show",
    # The lock screen: badge and PIN open only a device on which somebody signed in by password.
    "lock.show",
    "lock.badge",
    "lock.prove",
    # What other programs may ask is no secret; what they get needs a token.
    "api_document.document",
    "api_document.page",
    # Citizens follow their request: number and phone, slow to guess, nothing of medicine.
    "track.show",
    "track.look",
    "track.rate",
    # GeoReport v2: number, state and days of requests; the services there are.
    "open311.discovery",
    "open311.services",
    "open311.definition",
    "open311.index",
    "open311.show",
}
SAMPLES = {"IdConverter": 1, "UUIDConverter": "00000000-0000-0000-0000-000000000000"}
READING = {"GET", "HEAD", "OPTIONS"}


def doors(app: Flask, *, writing: bool) -> Iterator[tuple[str, str]]:
    """Each address behind a sign-in with its method, filled with sample values."""
    map_adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC:
            continue
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        for method in sorted(methods - READING if writing else methods & READING):
            yield method, map_adapter.build(rule.endpoint, samples(rule), method=method)


def samples(rule: Rule) -> dict[str, object]:
    """A value for each part of an address that varies."""
    found: dict[str, object] = dict(rule.defaults or {})
    for name in rule.arguments - set(found):
        converter = rule._converters[name]  # noqa: SLF001 - werkzeug has no public door to it
        sample: object = SAMPLES.get(type(converter).__name__, "x")
        if choices := getattr(converter, "items", None):
            sample = min(choices)
        found[name] = sample
    return found


def test_every_view_says_who_may_enter(app: Flask) -> None:
    silent = {name for name, view in app.view_functions.items() if rule_of(view) is None}
    assert silent == set()


def test_the_list_of_doors_is_the_one_that_was_agreed_to(app: Flask) -> None:
    # When a door was meant to change: python -m tests.house.doors > tests/house/doors.txt
    assert lines(app) == FILE.read_text().splitlines()


def test_only_the_known_views_are_public(app: Flask) -> None:
    rules = {name: rule_of(view) for name, view in app.view_functions.items()}
    assert {name for name, rule in rules.items() if rule and not rule.signed_in} == PUBLIC


def test_a_page_sends_the_signed_out_to_the_sign_in_page(app: Flask) -> None:
    client = app.test_client()
    assert isinstance(client, InspectingClient)
    wrong = []
    for method, address in doors(app, writing=False):
        answer = client.open(address, method=method)
        if address.startswith("/api/"):
            good = answer.status_code == 401
        else:
            good = answer.status_code == 303 and answer.location.startswith("/login")
        if not good:
            wrong.append(f"{address}: {answer.status}")
    assert wrong == []


def test_a_change_is_refused_to_the_signed_out(app: Flask) -> None:
    client = app.test_client()
    answers = {
        f"{method} {address}": client.open(address, method=method).status_code
        for method, address in doors(app, writing=True)
    }
    # GeoReport v2 knows 403 for a key that is missing.
    asked = {door: 403 if OPEN311_PREFIX in door else 401 for door in answers}
    assert answers == asked


def test_each_role_enters_where_it_may_and_nowhere_else(
    app: Flask, database: Database, visit_as: Callable[[Role], InspectingClient]
) -> None:
    wrong = []
    for role in Role:
        client = visit_as(role)
        client.inspects = False
        bearer = {"Authorization": f"Bearer {token_of(database, role)}"}
        for writing in (False, True):
            for method, address in doors(app, writing=writing):
                headers = bearer if address.startswith(PREFIXES) else {}
                answer = client.open(address, method=method, headers=headers)
                entered, broken = answer.status_code != 403, answer.status_code >= 500
                if broken or entered != admits(app, method, address, role):
                    wrong.append(f"{role} {method} {address}: {answer.status}")
    assert wrong == []


def token_of(database: Database, role: Role) -> str:
    """A token of another program that acts as somebody who has a role."""
    token = f"the token of a {role}"
    with database.transaction() as session:
        staff_id = session.scalars(select(Staff.id).where(Staff.role == role)).one()
        session.add(
            ApiToken(
                name=role.value,
                token_hash=token_hash(token),
                staff_id=staff_id,
                created_at=datetime(2026, 1, 1, tzinfo=UTC),
                scopes=write_scopes(Scope),
            )
        )
    return token


def admits(app: Flask, method: str, address: str, role: Role) -> bool:
    endpoint, _values = app.url_map.bind("localhost").match(address, method=method)
    rule = rule_of(app.view_functions[endpoint])
    return rule is not None and (not rule.any_of or bool(rule.any_of & PERMISSIONS[role]))


@pytest.mark.parametrize("path", ["/login", "/health"])
def test_the_public_pages_answer(app: Flask, path: str) -> None:
    assert app.test_client().get(path).status_code == 200

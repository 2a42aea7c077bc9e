"""Every route of the API stands in its document, and everything in the document is a route."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask

from pharmacy.rules.scopes import SCOPES, Scope, parse_scopes, write_scopes
from pharmacy.web.api.document import openapi, routes
from pharmacy.web.scope_words import SCOPE_WORDS
from tests.web.fixtures import app, settings

__all__ = ["app", "settings"]


def under_api(app: Flask) -> set[tuple[str, str]]:
    return {
        (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_route_is_in_the_document_and_the_other_way_about(app: Flask) -> None:
    paths: Any = openapi(app)["paths"]
    documented = {(method, path) for path, methods in paths.items() for method in methods}
    assert documented == under_api(app)
    assert len(documented) == len(routes(app))


def test_every_operation_has_a_name_of_its_own(app: Flask) -> None:
    names = [route.operation.name for route in routes(app)]
    assert len(set(names)) == len(names)


def test_every_pointer_leads_to_a_shape_and_every_shape_is_pointed_to(app: Flask) -> None:
    document = openapi(app)
    parts: Any = document["components"]
    named = {f"#/components/schemas/{name}" for name in parts["schemas"]}
    assert set(pointers(document)) == named


def pointers(part: object) -> Iterator[str]:
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key == "$ref":
                yield str(value)
            else:
                yield from pointers(value)
    elif isinstance(part, list):
        for value in part:
            yield from pointers(value)


def test_what_is_sent_is_strict_wherever_an_object_stands(app: Flask) -> None:
    parts: Any = openapi(app)["components"]
    assert [n for n, shape in parts["schemas"].items() if shape["additionalProperties"]] == []


def test_every_scope_is_asked_for_or_widens_what_is_shown(app: Flask) -> None:
    asked = {route.operation.scope for route in routes(app)} - {None}
    assert set(Scope) - asked == {Scope.CLINICAL_READ}
    assert set(SCOPES) == set(Scope)
    assert set(SCOPE_WORDS[Scope]) == set(Scope)


def test_scopes_are_kept_in_the_order_of_their_table() -> None:
    line = write_scopes([Scope.STOCK_READ, Scope.REQUESTS_READ])
    assert line == "requests:read stock:read"
    assert parse_scopes(f"{line} everything") == {Scope.STOCK_READ, Scope.REQUESTS_READ}
    assert parse_scopes("") == frozenset()

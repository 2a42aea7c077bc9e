"""The OpenAPI 3.1 document and its readable page, both made of what the views declare."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from flask import Blueprint, Flask, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from pharmacy.rules.scopes import Scope
from pharmacy.web.api import schema as s
from pharmacy.web.api.operation import (
    KEY,
    KEY_HEADER,
    Operation,
    open_to_all,
    operation_of,
)
from pharmacy.web.failures import explained
from pharmacy.web.language import N_, gettext
from pharmacy.web.programs import API_PREFIX
from pharmacy.web.rate_limit import RETRY_MAX

blueprint = Blueprint("api_document", __name__, url_prefix="/api/v1")

PROBLEM_JSON = "application/problem+json"
PROBLEM: s.Shape = {
    "title": "Problem",
    "description": "RFC 9457, in the language of Accept-Language (ar or en); `code` and `facts`"
    " are for programs, `field` is the place of what was sent.",
    "type": "object",
    "properties": {
        "type": s.any_text(),
        "title": s.any_text(),
        "status": s.signed(),
        "detail": s.any_text(),
        "reference": s.any_text(),
        "code": s.any_text(),
        "field": s.any_text(),
        "facts": {"type": "object"},
    },
    "required": ["type", "title", "status", "detail", "reference"],
    "additionalProperties": False,
}
EVERY = frozenset({400, 422, 429, 503})
BEHIND_TOKEN = frozenset({401, 403})
OF_ONE = frozenset({404})
WRITING = frozenset({404, 409, 413, 415})
_PLACE = re.compile(r"<(?:[a-z]+(?:\([^)]*\))?:)?([a-z_]+)>")


@dataclass(frozen=True, slots=True)
class Route:
    """An operation with its method and its address, as `/api/v1/requests/{request_id}`."""

    method: str
    path: str
    operation: Operation

    @property
    def places(self) -> Sequence[str]:
        """The parameters in the path."""
        return re.findall(r"{([a-z_]+)}", self.path)

    @property
    def statuses(self) -> Sequence[int]:
        """Every status of a refusal that it may answer."""
        found = EVERY
        if self.operation.scope is not None:
            found |= BEHIND_TOKEN
        if self.places or self.operation.names_others:
            found |= OF_ONE
        if self.operation.body is not None:
            found |= WRITING
        return sorted(found)


def routes(app: Flask) -> list[Route]:
    """Return every route under `/api/` whose view is an operation, by address and method."""
    return sorted(_routes(app), key=lambda route: (route.path, route.method))


def _routes(app: Flask) -> Iterator[Route]:
    for rule in app.url_map.iter_rules():
        declared = operation_of(app.view_functions[rule.endpoint])
        if declared is None or not rule.rule.startswith(API_PREFIX):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Route(method, _PLACE.sub(r"{\1}", rule.rule), declared)


@blueprint.get("/openapi.json")
@open_to_all(
    Operation(
        name="readDocument",
        summary=N_("This document"),
        answer={"type": "object"},
    )
)
def document() -> ResponseReturnValue:
    """Return the document."""
    return Response(_document_text(current_app.name), content_type="application/json")


@cache
def _document_text(_app_name: str) -> str:
    # Whatever application of ours asks: the routes are the same.
    return json.dumps(openapi(current_app), ensure_ascii=False, sort_keys=True)


@blueprint.get("/")
@open_to_all(
    Operation(
        name="readPage",
        summary=N_("This document as a page to read"),
        answer={"type": "string"},
        query={"lang": s.word(("ar", "en"))},
        medium="text/html",
    )
)
def page() -> ResponseReturnValue:
    """Show the operations, their scopes and their fields."""
    found = routes(current_app)
    return render_template(
        "api/index.html",
        groups=[
            (scope, [_shown(route) for route in found if route.operation.scope is scope])
            for scope in Scope
        ],
        open_routes=[_shown(route) for route in found if route.operation.scope is None],
        statuses=[
            (status, gettext(explained(status).title), gettext(explained(status).advice))
            for status in sorted(EVERY | BEHIND_TOKEN | OF_ONE | WRITING | {405})
        ],
        address=request.host_url.rstrip("/"),
    )


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field or parameter of the page: its name, its kind, and whether it may be left out."""

    name: str
    kind: str
    optional: bool


@dataclass(frozen=True, slots=True)
class ShownRoute:
    """An operation of the page."""

    method: str
    path: str
    summary: str
    query: Sequence[ShownField]
    body: Sequence[ShownField]


def _shown(route: Route) -> ShownRoute:
    declared = route.operation
    return ShownRoute(
        method=route.method,
        path=route.path,
        summary=gettext(declared.summary),
        query=[
            ShownField(name, kind_of(shape), name not in declared.needed)
            for name, shape in declared.query.items()
        ],
        body=list(_fields(declared.body)) if declared.body else [],
    )


def _fields(shape: s.Shape, before: str = "") -> Iterator[ShownField]:
    """Give the fields of an object, those of objects within objects too."""
    properties, needed = shape["properties"], shape["required"]
    assert isinstance(properties, dict)
    assert isinstance(needed, list)
    for name, inner in properties.items():
        yield ShownField(f"{before}{name}", kind_of(inner), name not in needed)
        listed = inner.get("items", inner)
        if isinstance(listed, dict) and "properties" in listed:
            dots = "[]." if "items" in inner else "."
            yield from _fields(listed, f"{before}{name}{dots}")


def kind_of(shape: s.Shape) -> str:
    """Return the kind of a value as programmers write it."""
    kinds = shape["type"] if isinstance(shape["type"], list) else [shape["type"]]
    if "enum" in shape:
        choices = shape["enum"]
        assert isinstance(choices, list)
        return " | ".join(str(one) for one in choices if one is not None)
    if shape.get("format"):
        return str(shape["format"])
    if kinds[0] == "integer" and shape.get("maximum") == s.ID_MAX:
        return f"integer ≥{shape.get('minimum')}"
    if kinds[0] == "integer" and "maximum" in shape:
        return f"integer {shape.get('minimum')}…{shape['maximum']}"
    if kinds[0] == "string" and "maxLength" in shape:
        return f"string ≤{shape['maxLength']}"
    return str(kinds[0])


def openapi(app: Flask) -> dict[str, object]:
    """Return the document of all operations."""
    named: dict[str, object] = {}
    paths: dict[str, dict[str, object]] = {}
    for route in routes(app):
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, named)
    named["Problem"] = _hoisted(PROBLEM, named, top=True)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Medicine support pharmacy",
            "version": "1",
            "description": "Quantities are units of issue, amounts are piastres, days are Cairo's,"
            " moments UTC. An address that is none answers 404, a method that is none 405, both"
            " as a problem. Fields that may be left out may also be null.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": named,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Made by an administrator at /admin/tokens. It acts as one"
                    " account and may do what its scopes name: "
                    + ", ".join(scope.value for scope in Scope),
                }
            },
        },
    }


def _operation(route: Route, named: dict[str, object]) -> dict[str, object]:
    declared = route.operation
    answered: dict[str, object] = {
        str(declared.status): {
            "description": declared.summary,
            "content": {declared.medium: {"schema": _hoisted(declared.answer, named)}},
            "headers": _headers_of(declared),
        }
    }
    for status in route.statuses:
        answered[str(status)] = _problem_of(status)
    found: dict[str, object] = {
        "operationId": declared.name,
        "summary": declared.summary,
        "tags": [declared.scope.value.partition(":")[0] if declared.scope else "document"],
        "parameters": [*_parameters(route, named)],
        "responses": answered,
        "security": [{"token": []}] if declared.scope else [],
    }
    if declared.scope is not None:
        found["x-scope"] = declared.scope.value
        found["x-permissions"] = sorted(declared.permissions)
    if declared.body is not None:
        content = {"application/json": {"schema": _hoisted(declared.body, named)}}
        found["requestBody"] = {"required": True, "content": content}
    return found


def _parameters(route: Route, named: dict[str, object]) -> Iterator[dict[str, object]]:
    for name in route.places:
        yield {"name": name, "in": "path", "required": True, "schema": dict(s.number())}
    for name, shape in route.operation.query.items():
        needed = name in route.operation.needed
        schema = _hoisted(shape, named)
        yield {"name": name, "in": "query", "required": needed, "schema": schema}
    if route.operation.body is not None:
        yield {
            "name": KEY_HEADER,
            "in": "header",
            "required": True,
            "description": "The same key with the same content gives the first answer again and"
            " does nothing twice; with other content it is refused.",
            "schema": {"type": "string", "pattern": f"^{KEY.pattern}$"},
        }


def _headers_of(declared: Operation) -> dict[str, object]:
    if declared.body is not None:
        return {"Location": {"description": "Where it stands", "schema": s.any_text()}}
    properties = declared.answer.get("properties")
    if isinstance(properties, dict) and "next" in properties:
        return {"Link": {"description": 'The next page, rel="next"', "schema": s.any_text()}}
    return {}


def _problem_of(status: int) -> dict[str, object]:
    schema = {"$ref": "#/components/schemas/Problem"}
    found: dict[str, object] = {
        "description": explained(status).title,
        "content": {PROBLEM_JSON: {"schema": schema}},
    }
    if status in {429, 503}:
        found["headers"] = {
            "Retry-After": {"description": "Seconds", "schema": s.whole(1, RETRY_MAX)}
        }
    return found


def _hoisted(shape: s.Shape, named: dict[str, object], *, top: bool = False) -> dict[str, object]:
    """Return a shape whose titled parts stand among the named ones and are only pointed to."""
    whole: dict[str, object] = {}
    for key, value in shape.items():
        if key == "properties" and isinstance(value, Mapping):
            whole[key] = {name: _hoisted(inner, named) for name, inner in value.items()}
        elif key == "items" and isinstance(value, Mapping):
            whole[key] = _hoisted(value, named)
        else:
            whole[key] = value
    title = shape.get("title")
    if top or not isinstance(title, str):
        return whole
    kinds = shape["type"]
    strict = {**whole, "type": "object"}
    assert named.setdefault(title, strict) == strict, f"two shapes are called {title}"
    pointer: dict[str, object] = {"$ref": f"#/components/schemas/{title}"}
    return pointer if kinds == "object" else {"anyOf": [pointer, {"type": "null"}]}

"""What a visitor sees when a request cannot be answered: a page, or problem JSON under `/api/`.

Every answer carries a reference number that stands in the log too, a sentence and a way out. What
went wrong inside is never shown.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date

from flask import Flask, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.routing import RequestRedirect

from pharmacy.db import is_busy
from pharmacy.errors import (
    Busy,
    PharmacyError,
    PostedFactChanged,
    SignInThrottled,
    TooManyCalls,
)
from pharmacy.web import georeport
from pharmacy.web.context import reference
from pharmacy.web.language import N_, gettext
from pharmacy.web.programs import API_PREFIX, OPEN311_PREFIX, for_programs
from pharmacy.web.refusals import sentence

log = logging.getLogger("pharmacy")

_SERVER_SIDE = 500
_KEPT_HEADERS = frozenset({"Allow", "Retry-After", "WWW-Authenticate"})
_SENT_AGAIN = frozenset({400, 401})
"""After these, the same content is good once the page is fresh or the visitor signed in."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A status in words: what it is called and what to do."""

    title: str
    advice: str


STATUSES = {
    400: Explained(
        N_("The request could not be read"),
        N_("Go back, check what you typed and send it again. Nothing was recorded."),
    ),
    401: Explained(
        N_("You are signed out"),
        N_("The session had been idle or was ended. Nothing was recorded. Sign in and send again."),
    ),
    403: Explained(N_("This is not open to you"), N_("Ask a colleague whose role may do this.")),
    404: Explained(
        N_("This page does not exist"),
        N_("The address may be mistyped, or the record is not yours to see. Start from a search."),
    ),
    405: Explained(
        N_("This cannot be done this way"), N_("Go back and use the buttons of the page.")
    ),
    409: Explained(
        N_("Somebody changed this meanwhile"), N_("Open it again and look before you repeat.")
    ),
    413: Explained(N_("This is too large"), N_("Send a smaller file, or fewer lines at a time.")),
    415: Explained(N_("This kind of content is not accepted"), N_("Send a form or JSON.")),
    422: Explained(N_("This cannot be recorded"), N_("Go back and correct it.")),
    429: Explained(N_("Too many attempts"), N_("Wait a little and try again.")),
    500: Explained(
        N_("Something went wrong here"),
        N_("Nothing was recorded. Try again; if it stays, give the reference to your manager."),
    ),
    503: Explained(
        N_("The system is busy"), N_("Nothing was recorded. Try again in a few seconds.")
    ),
}


TO_PROGRAMS = {
    400: Explained(
        N_("The request could not be read"),
        N_("Send well-formed content without NUL; each field of an object once."),
    ),
    401: Explained(
        N_("No valid token"),
        N_("The token is missing, mistyped or was taken back. Ask an administrator for one."),
    ),
    404: Explained(
        N_("There is nothing here"),
        N_("The address may be mistyped, or the record is not this account's to see."),
    ),
    405: Explained(
        N_("Not with this method"), N_("The header Allow names the methods of this address.")
    ),
    415: Explained(
        N_("This kind of content is not accepted"), N_("Send JSON as application/json.")
    ),
}


def explained(status: int) -> Explained:
    """Return a status in the words for other programs."""
    return TO_PROGRAMS.get(status) or _words_for(status)


def _words_for(status: int) -> Explained:
    return STATUSES.get(status, STATUSES[500 if status >= _SERVER_SIDE else 400])


def init_app(app: Flask) -> None:
    """Answer every failure in the visitor's language."""
    app.register_error_handler(PharmacyError, refused)
    app.register_error_handler(CSRFError, stale)
    app.register_error_handler(HTTPException, failed)
    app.register_error_handler(DBAPIError, database_failed)
    app.register_error_handler(PoolTimeoutError, database_failed)
    app.register_error_handler(Exception, broken)


def refused(refusal: PharmacyError) -> ResponseReturnValue:
    """Answer a refusal that no form took."""
    if isinstance(refusal, PostedFactChanged):
        log.error("%s %s %s: %s", reference(), request.method, request.endpoint, refusal)
    response = _answer(refusal.status, sentence(refusal), refusal)
    if isinstance(refusal, Busy | SignInThrottled | TooManyCalls):
        response.headers["Retry-After"] = str(refusal.retry_after_seconds)
    return response


def failed(error: HTTPException) -> ResponseReturnValue:
    """Answer the router's and the server's own refusals."""
    if isinstance(error, RequestRedirect):
        return error.get_response()
    if isinstance(error, SecurityError):
        # No address of ours is known by that name, so no page of ours can be drawn for it.
        return Response("400 Bad Request\n", 400, content_type="text/plain; charset=utf-8")
    response = _answer(error.code or 500, None)
    for name, value in error.get_headers():
        if name in _KEPT_HEADERS:
            response.headers[name] = value
    return response


def stale(error: CSRFError) -> ResponseReturnValue:
    """Answer a form that was open too long: what was typed is kept, one press from being sent."""
    log.info("%s stale form at %s: %s", reference(), request.endpoint, error.description)
    return _answer(400, gettext("The page had been open too long. Nothing was recorded."))


def database_failed(error: Exception) -> ResponseReturnValue:
    """Answer a database that is busy or away with 503, anything else of it with 500."""
    if isinstance(error, PoolTimeoutError) or (isinstance(error, DBAPIError) and is_busy(error)):
        log.warning("%s database busy or away: %s", reference(), type(error).__name__)
        return refused(Busy())
    return broken(error)


def broken(error: Exception) -> ResponseReturnValue:
    """Answer a mistake of ours; the log holds the trace under the same reference."""
    log.error("%s %s %s", reference(), request.method, request.endpoint, exc_info=error)
    return _answer(500, None)


def _answer(status: int, message: str | None, refusal: PharmacyError | None = None) -> Response:
    words = explained(status) if for_programs() else _words_for(status)
    title, advice = gettext(words.title), gettext(words.advice)
    if request.path.startswith(API_PREFIX):
        return _problem(status, title, message or advice, refusal)
    if request.path.startswith(OPEN311_PREFIX):
        return georeport.error(status, message or advice)
    page = render_template(
        "errors/page.html",
        status=status,
        title=title,
        message=message or advice,
        reference=reference(),
        typed=_typed() if status in _SENT_AGAIN else [],
    )
    return Response(page, status, content_type="text/html; charset=utf-8")


def _typed() -> list[tuple[str, str]]:
    """Return what was typed, to be sent again; never secrets, never for another site's form."""
    if request.method != "POST" or request.headers.get("Sec-Fetch-Site") != "same-origin":
        return []
    if any("password" in name or "pin" in name for name in request.form):
        return []
    return [(name, text) for name, text in request.form.items(multi=True) if name != "csrf_token"]


def _problem(status: int, title: str, detail: str, refusal: PharmacyError | None) -> Response:
    """Return a problem detail by RFC 9457; `code` and `facts` are for programs."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "reference": reference(),
    }
    if refusal is not None:
        body["code"] = refusal.code
        place = getattr(refusal, "field_name", None) or refusal.field
        if place is not None:
            body["field"] = place
        body["facts"] = {name: _plain(value) for name, value in refusal.facts().items()}
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    return value

"""The door of every request: who is it, may they enter, is the session still awake.

The browser keeps one signed cookie with a random token; all else stands in `staff_session`, so
that a session can be ended from the server. A locked session, and one in which nobody was seen
for long, opens nothing but the lock screen and the sign-in page. Other programs come with a bearer
token under `/api/`; a cookie opens nothing there and a bearer token nothing else.
"""

from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from pharmacy.errors import Busy, NotPermitted, ScopeMissing
from pharmacy.services.sign_in import (
    SEEN_EVERY,
    SignedIn,
    find_session,
    find_token,
    mark_seen,
    mark_used,
)
from pharmacy.web.access import Rule, rule_of
from pharmacy.web.context import database, now, reading, settings
from pharmacy.web.programs import API_PREFIX, for_programs
from pharmacy.web.rate_limit import count_call

LOCK_HEADER = "X-Lock"
"""Where a script of ours finds the lock screen."""
_TOKEN = "token"  # noqa: S105 - the key's name, not a token


def init_app(app: Flask) -> None:
    """Stand at the door of every request."""
    app.before_request(enter)


def begin(token: str) -> None:
    """Put a fresh session's token into an empty cookie."""
    session.clear()
    session[_TOKEN] = token


def forget() -> None:
    """Empty the cookie."""
    session.clear()


def enter() -> ResponseReturnValue | None:
    """Let in, send to the lock screen or the sign-in page, or refuse.

    Raises:
        Forbidden: The view declares no rule.
        NotPermitted: The role may not.
        ScopeMissing: The program's token does not carry what the view asks for.
        TooManyCalls: The program calls too often.
        Unauthorized: Nobody is signed in and the request cannot simply be repeated.
    """
    if request.endpoint is None:
        return None  # the router's own 404 or 405
    rule = rule_of(current_app.view_functions[request.endpoint])
    if rule is None:
        raise Forbidden
    who = None if request.endpoint in _BARE else _identify()
    g.locked = who if who is not None and who.locked else None
    g.identity = who = None if g.locked else who
    if not rule.signed_in:
        return None
    if g.locked:
        return _send_to_lock()
    if who is None:
        return _send_to_sign_in()
    if who.must_change_password and not rule.unchanged_password:
        return redirect(url_for("login.password"), 303)
    _admit(rule, who)
    return None


_BARE = frozenset({"static", "health.show"})
"""Public views that show nobody's name: no look at the database for them."""
_BY_ITSELF = frozenset({"counter.beat"})
"""What a page asks by itself: nobody need be there, so it keeps nobody signed in."""


def _admit(rule: Rule, who: SignedIn) -> None:
    if who.scopes is not None and rule.scope not in who.scopes:
        raise ScopeMissing(scopes=(rule.scope.value,) if rule.scope else ())
    if rule.admits(who.actor):
        return
    asked = min(rule.any_of)
    raise NotPermitted(permission=asked.value, role=who.actor.role.value)


def _identify() -> SignedIn | None:
    if for_programs():
        return _program()
    token = session.get(_TOKEN)
    if not isinstance(token, str):
        return None
    idle = timedelta(minutes=settings().idle_minutes)
    if request.method in {"GET", "HEAD"}:
        who = find_session(reading(), token, idle=idle, now=now())
    else:
        # A short session of its own: nothing is held open while the change waits its turn.
        with database().reading() as short:
            who = find_session(short, token, idle=idle, now=now())
    if who is not None and not who.locked and request.endpoint not in _BY_ITSELF:
        _keep_awake(who)
    return who


def _program() -> SignedIn | None:
    """Say who calls, and count the call: a guesser of tokens is slowed down by the address."""
    token = _token_sent()
    who = None
    if token:
        with database().reading() as short:
            who = find_token(short, token)
    count_call(who.token_id if who else None)
    if who is not None:
        _note_use(who)
    return who


def _token_sent() -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer" and token.strip():
        return token.strip()
    if request.path.startswith(API_PREFIX):
        return ""
    # GeoReport v2 sends the key as a parameter.
    return (request.form.get("api_key") or request.args.get("api_key") or "").strip()


def _note_use(who: SignedIn) -> None:
    if who.token_id is None or (who.seen_at is not None and now() - who.seen_at < SEEN_EVERY):
        return
    # In a transaction of its own, and never in the way of the call itself.
    with suppress(Busy), database().transaction() as write:
        mark_used(write, who.token_id, now=now())


def _keep_awake(who: SignedIn) -> None:
    if who.session_id is None or who.seen_at is None or now() - who.seen_at < SEEN_EVERY:
        return
    # A busy database only brings the idle lock nearer; it must not spoil the visitor's work.
    with suppress(Busy), database().transaction() as write:
        mark_seen(write, who.session_id, now=now())


def _send_to_lock() -> ResponseReturnValue:
    """Send a page to the lock screen; a script of ours is told where it is."""
    if "X-Part" in request.headers or request.headers.get("Accept") == "application/json":
        told = {LOCK_HEADER: url_for("lock.show")}
        return Response("locked\n", 401, told, content_type="text/plain; charset=utf-8")
    return redirect(url_for("lock.show", next=_wanted()), 303)


def _wanted() -> str | None:
    """Return the page at which the visitor was; a form's own address may be no page."""
    if request.method in {"GET", "HEAD"}:
        address = request.full_path.rstrip("?")
    else:
        before = urlsplit(request.referrer or "")
        ours = before.netloc == request.host
        address = f"{before.path}?{before.query}".rstrip("?") if ours else "/"
    return address if address != "/" else None


def _send_to_sign_in() -> ResponseReturnValue:
    if for_programs():
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer"))
    if request.method not in {"GET", "HEAD"}:
        raise Unauthorized
    return redirect(url_for("login.show", next=_wanted()), 303)

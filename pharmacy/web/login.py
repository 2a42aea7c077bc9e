"""Signing in, signing out, and one's own password."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pharmacy.errors import SignInRefused, WeakPassword
from pharmacy.rules.passwords import check_password
from pharmacy.services import sign_in
from pharmacy.web import sessions
from pharmacy.web.access import public, unchanged_password
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, identity, locked, now, passwords, settings
from pharmacy.web.forms.login import PasswordForm, SignInForm
from pharmacy.web.language import COOKIE, gettext

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
@public
def show() -> ResponseReturnValue:
    """Show the sign-in page."""
    if identity() is not None:
        return redirect(url_for("home.start"), 303)
    return render_template("login/sign_in.html", form=SignInForm(next=request.args.get("next", "")))


@blueprint.post("/login")
@public
def enter() -> ResponseReturnValue:
    """Sign in."""
    form = SignInForm()
    if form.validate():
        with form.explaining():
            token = _sign_in(form.username.data, form.password.data)
            end_locked()
            sessions.begin(token)
            return redirect(inside(form.next.data), 303)
    return form_page("login/sign_in.html", form)


def _sign_in(username: str, password: str) -> str:
    with database().transaction() as write:
        attempt = sign_in.begin_attempt(
            write, username=username, address=request.remote_addr or "", now=now()
        )
    if not passwords().verify(attempt.password_hash, password):
        raise SignInRefused
    assert attempt.password_hash is not None, "nobody's password is never right"
    rehashed = passwords().rehashed(attempt.password_hash, password)
    with database().transaction() as write:
        return sign_in.open_session(
            write,
            attempt,
            agent=request.user_agent.string,
            lasts=timedelta(hours=settings().session_hours),
            rehashed=rehashed,
            now=now(),
        )


def end_locked() -> None:
    """End the session that this device held locked: somebody signed in in its place."""
    before = locked()
    if before is not None and before.session_id is not None:
        with database().transaction() as write:
            sign_in.end_session(write, before.session_id, now=now())


def inside(address: str | None) -> str:
    """Return an address of ours to go to, or the start page; never another site."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return url_for("home.start")
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or "\\" in address or not address.isprintable():
        return url_for("home.start")
    # What only takes forms is no page to come back to.
    routes = current_app.create_url_adapter(request)
    if routes is None or not routes.test(parts.path, method="GET"):
        return url_for("home.start")
    return address


@blueprint.post("/logout")
@public
def leave() -> ResponseReturnValue:
    """Sign out here; what the browser kept of our pages goes too."""
    who = identity() or locked()
    if who is not None and who.session_id is not None:
        with database().transaction() as write:
            sign_in.end_session(write, who.session_id, now=now())
    sessions.forget()
    response = redirect(url_for("login.show"), 303)
    response.delete_cookie(COOKIE)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.get("/password")
@unchanged_password
def password() -> ResponseReturnValue:
    """Show the page on which one changes one's own password."""
    return render_template("login/password.html", form=PasswordForm())


@blueprint.post("/password")
@unchanged_password
def change_password() -> ResponseReturnValue:
    """Change one's own password; sessions on other machines end."""
    form = PasswordForm()
    who = identity()
    assert who is not None, "the view is behind a sign-in rule"
    if form.validate():
        with form.explaining({"username": "present"}):
            check_present(who.username, form.present.data)
            new_hash = _checked_hash(form, who.username)
            with database().transaction() as write:
                sign_in.change_password(
                    write,
                    actor=actor(),
                    new_hash=new_hash,
                    keep_session_id=who.session_id,
                    now=now(),
                )
            say("ok", gettext("Your password is changed. Other machines are signed out."))
            return redirect(url_for("home.start"), 303)
    return form_page("login/password.html", form)


def check_present(username: str, password: str) -> None:
    """See that it is the person themselves who changes a secret of theirs.

    Raises:
        SignInRefused, SignInThrottled: The present password is not right.
    """
    with database().transaction() as write:
        attempt = sign_in.begin_attempt(
            write, username=username, address=request.remote_addr or "", now=now()
        )
    if not passwords().verify(attempt.password_hash, password):
        raise SignInRefused
    with database().transaction() as write:
        sign_in.mark_good(write, attempt)


def _checked_hash(form: PasswordForm, username: str) -> str:
    """Check the new password and hash it, outside of a transaction."""
    if form.password.data != form.again.data:
        raise WeakPassword(reason="differ")
    if form.password.data == form.present.data:
        raise WeakPassword(reason="same")
    return passwords().hash(check_password(form.password.data, username=username))

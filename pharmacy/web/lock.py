"""The lock screen: badge, then PIN; nothing else opens it, and every refusal leaves it locked.

Whoever's session it is goes on where they were; a colleague gets a session of their own and
begins at their own start page.
"""

from flask import Blueprint, Flask, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from pharmacy.errors import BadgeUnknown, PinMissing, PinRefused
from pharmacy.rules.pins import is_pin, plain_pin
from pharmacy.services import locking, pin
from pharmacy.services.pin import StaffCard
from pharmacy.services.settings import whole_setting
from pharmacy.services.sign_in import SignedIn
from pharmacy.web import sessions
from pharmacy.web.access import public, unchanged_password
from pharmacy.web.answers import form_page
from pharmacy.web.context import database, identity, locked, now, passwords, reading, settings
from pharmacy.web.forms.lock import BadgeForm, LockForm, PinForm
from pharmacy.web.language import COOKIE
from pharmacy.web.login import inside
from pharmacy.web.paging import stand_at

blueprint = Blueprint("lock", __name__)
COUNTER_ROOMS = frozenset({"counter", "dispensing"})
"""Where people stand before the screen, so that it locks sooner."""


def init_app(app: Flask) -> None:
    """Tell templates who is locked here, and after how many idle minutes a page locks."""
    app.jinja_env.globals.update(locked=locked, lock_minutes=lock_minutes)


def lock_minutes() -> int:
    """Return after how many idle minutes the page at hand locks itself."""
    longest = settings().idle_minutes
    if request.blueprint not in COUNTER_ROOMS:
        return longest
    try:
        return min(longest, whole_setting(reading(), "counter_lock_minutes"))
    except SQLAlchemyError:
        # The page that says the database is away must not need it.
        return longest


@blueprint.post("/lock")
@unchanged_password
def lock_now() -> ResponseReturnValue:
    """Lock this device at once."""
    return lock_here(LockForm().next.data)


def lock_here(address: str | None) -> ResponseReturnValue:
    """Lock the session at hand and show the lock screen; a badge scanned at work does it too.

    Args:
        address: The page of ours to which the same person comes back.
    """
    who = identity()
    assert who is not None, "only who is signed in locks"
    if who.session_id is not None:
        with database().transaction() as write:
            locking.lock(write, who.session_id, now=now())
    return redirect(url_for("lock.show", next=inside(address)), 303)


@blueprint.get("/lock")
@public
def show() -> ResponseReturnValue:
    """Show who is locked, and the box for a badge."""
    who = locked()
    if who is None:
        return redirect(url_for("home.start"), 303)
    form = BadgeForm(formdata=None, next=request.args.get("next", ""))
    cancelled = request.args.get("cancelled") == "1"
    return _badge_page(form, who, cancelled=cancelled)


@blueprint.get("/lock/beat")
@unchanged_password
def beat() -> ResponseReturnValue:
    """Keep awake the session of one who is at work on a page without sending it."""
    return jsonify(ok=True)


@blueprint.post("/lock/badge")
@public
def badge() -> ResponseReturnValue:
    """Take a badge and ask for its PIN; anything else stays locked."""
    who = locked()
    if who is None:
        return redirect(url_for("home.start"), 303)
    form = BadgeForm()
    if form.validate():
        with form.explaining():
            card = _holder(form.badge.data or "", who)
            fresh = PinForm(formdata=None, badge=form.badge.data, next=form.next.data)
            return _pin_page(fresh, card, who)
    return _badge_page(form, who)


@blueprint.post("/lock/pin")
@public
def prove() -> ResponseReturnValue:
    """Open with a good PIN: the same person goes on, a colleague begins."""
    who = locked()
    if who is None:
        return redirect(url_for("home.start"), 303)
    form = PinForm()
    typed = form.pin.data or ""
    if pin.badge_of(typed) is not None:
        # A badge was scanned while the PIN was asked for: no wrong PIN, another person.
        form.badge.data, typed = typed, ""
    asked = BadgeForm(formdata=None, next=form.next.data)
    with asked.explaining():
        card = _holder(form.badge.data or "", who)
        if not typed and form.pin.data:
            fresh = PinForm(formdata=None, badge=form.badge.data, next=form.next.data)
            return _pin_page(fresh, card, who)
        if form.validate():
            with form.explaining({"username": "pin"}):
                return _open(card, typed, who, form.next.data)
        return _pin_page(form, card, who)
    return _badge_page(asked, who)


def _holder(code: str, who: SignedIn) -> StaffCard:
    """Return whose badge it is, of those who may open this device.

    Raises:
        BadgeUnknown: It is no badge, or nobody's here.
        PinMissing: Its holder has set no PIN.
    """
    with database().reading() as short:
        card = pin.staff_of_badge(short, code, site_id=who.actor.site_id)
    if card is None:
        raise BadgeUnknown
    if not card.has_pin:
        raise PinMissing
    return card


def _open(card: StaffCard, typed: str, who: SignedIn, address: str | None) -> ResponseReturnValue:
    if not is_pin(typed):
        raise PinRefused
    with database().transaction() as write:
        attempt = pin.begin_pin_attempt(
            write,
            username=card.username,
            address=request.remote_addr or "",
            site_id=who.actor.site_id,
            now=now(),
        )
    if not passwords().verify(attempt.password_hash, plain_pin(typed)):
        raise PinRefused
    assert who.session_id is not None, "only a browser's session is locked"
    if card.staff_id == who.actor.staff_id:
        with database().transaction() as write:
            locking.unlock(write, who.session_id, attempt, now=now())
        return redirect(inside(address), 303)
    with database().transaction() as write:
        token = locking.switch(
            write, who.session_id, attempt, agent=request.user_agent.string, now=now()
        )
    # The colleague sees nothing of the other's: neither their page, nor their language.
    sessions.begin(token)
    response = redirect(url_for("home.start"), 303)
    response.delete_cookie(COOKIE)
    return response


def _badge_page(form: BadgeForm, who: SignedIn, *, cancelled: bool = False) -> ResponseReturnValue:
    stand_at("lock.show", next=form.next.data or None)
    return form_page("lock/badge.html", form, who=who, cancelled=cancelled)


def _pin_page(form: PinForm, card: StaffCard, who: SignedIn) -> ResponseReturnValue:
    stand_at("lock.show", next=form.next.data or None)
    same = card.staff_id == who.actor.staff_id
    return form_page("lock/pin.html", form, card=card, who=who, same=same)

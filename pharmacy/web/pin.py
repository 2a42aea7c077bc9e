"""One's own PIN: set behind one's own password, so that an open screen is not enough."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pharmacy.errors import PinsDiffer
from pharmacy.rules.pins import check_pin
from pharmacy.services import pin as pins
from pharmacy.web.access import signed_in
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, identity, now, passwords
from pharmacy.web.forms.lock import OwnPinForm
from pharmacy.web.language import gettext
from pharmacy.web.login import check_present

blueprint = Blueprint("pin", __name__)


@blueprint.get("/pin")
@signed_in
def show() -> ResponseReturnValue:
    """Show the page on which one sets one's own PIN."""
    return render_template("login/pin.html", form=OwnPinForm(formdata=None))


@blueprint.post("/pin")
@signed_in
def change() -> ResponseReturnValue:
    """Set one's own PIN."""
    form = OwnPinForm()
    who = identity()
    assert who is not None, "the view is behind a sign-in rule"
    if form.validate():
        with form.explaining({"username": "present"}):
            check_present(who.username, form.present.data or "")
            chosen = check_pin(form.pin.data or "")
            if check_pin(form.again.data or "") != chosen:
                raise PinsDiffer
            pin_hash = passwords().hash(chosen)
            with database().transaction() as write:
                pins.set_pin(write, pin_hash=pin_hash, actor=actor(), now=now())
            say("ok", gettext("Your PIN is set."))
            return redirect(url_for("home.show"), 303)
    return form_page("login/pin.html", form)

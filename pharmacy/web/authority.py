"""Standing authorities: what the committee lets the counter give a walk-in without asking."""

from datetime import timedelta

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.services import authority
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading
from pharmacy.web.forms.authority import AuthorityForm
from pharmacy.web.language import gettext

blueprint = Blueprint("authority", __name__)

USUAL_DAYS = 90
_TO_FORM = {"decision_taken": "decision_number"}


@blueprint.get("/authority")
@requires(Permission.REQUEST_DECIDE)
def index() -> ResponseReturnValue:
    """Show every authority ever given, and the form for another."""
    today = cairo_day(now())
    until = today + timedelta(days=USUAL_DAYS)
    return _page(AuthorityForm(formdata=None, valid_from=today, valid_until=until))


def _page(form: AuthorityForm) -> Response:
    rows = authority.all_of(reading())
    return form_page("authority/index.html", form, rows=rows, today=cairo_day(now()))


@blueprint.post("/authority")
@requires(Permission.REQUEST_DECIDE)
def give() -> ResponseReturnValue:
    """Give a standing authority in one's own name."""
    form = AuthorityForm()
    if form.validate():
        with form.explaining(_TO_FORM):
            with database().transaction() as session:
                authority.give(
                    session,
                    decision_number=form.decision_number.data or "",
                    valid_from=form.valid_from.data,
                    valid_until=form.valid_until.data,
                    ceiling=form.ceiling.data,
                    actor=actor(),
                    now=now(),
                )
            say("ok", gettext("The authority is given."))
            return redirect(url_for("authority.index"), 303)
    return _page(form)


@blueprint.post("/authority/<int:authority_id>/withdraw")
@requires(Permission.REQUEST_DECIDE)
def withdraw(authority_id: int) -> ResponseReturnValue:
    """End an authority now; what was given under it stands."""
    with database().transaction() as session:
        authority.withdraw(session, authority_id, actor=actor(), now=now())
    say("ok", gettext("The authority is withdrawn. What was given under it stands."))
    return redirect(url_for("authority.index"), 303)

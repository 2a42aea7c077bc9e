"""Renewals: approvals that lapse soon, and the request that goes on with one at one key."""

import secrets

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.services import renewal
from pharmacy.services.settings import whole_setting
from pharmacy.web.access import requires
from pharmacy.web.answers import say
from pharmacy.web.context import actor, close_reading, database, now, reading
from pharmacy.web.forms.base import FactForm
from pharmacy.web.language import gettext
from pharmacy.web.paging import page_of

blueprint = Blueprint("renewal", __name__)

_SUBMISSION_BYTES = 16


@blueprint.get("/renewals")
@requires(Permission.REQUEST_RECORD)
def index() -> ResponseReturnValue:
    """Show what lapses soon, the first to lapse first."""
    days, today = whole_setting(reading(), "renewal_days"), cairo_day(now())
    return render_template(
        "renewal/index.html",
        page=page_of(reading(), renewal.due(actor=actor(), today=today, days=days)),
        days=days,
        today=today,
        token=secrets.token_urlsafe(_SUBMISSION_BYTES),
    )


@blueprint.post("/renewals/<int:request_id>")
@requires(Permission.REQUEST_RECORD)
def renew(request_id: int) -> ResponseReturnValue:
    """Record the request that renews one; sent twice, it is recorded once."""
    form = FactForm()
    close_reading()
    with database().transaction() as write:
        made = renewal.renew(
            write, request_id, submission_id=form.submission_id.data, actor=actor(), now=now()
        )
    say("ok", gettext("The renewal is recorded. The decision is filled from the earlier one."))
    return redirect(url_for("request.show", request_id=made), 303)

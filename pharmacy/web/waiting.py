"""Who waits for medicine: what is owed, what could not be given, and the calls about it."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from pharmacy.errors import NotFound
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import CallOutcome
from pharmacy.services import unmet
from pharmacy.services.draft_keeping import site_of
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading
from pharmacy.web.forms.authority import CallForm
from pharmacy.web.language import gettext
from pharmacy.web.paging import stand_at
from pharmacy.web.words import choices

blueprint = Blueprint("waiting", __name__)


@blueprint.get("/waiting")
@requires(Permission.DISPENSE)
def index() -> ResponseReturnValue:
    """Show who waits, the longest first; what has come stands apart."""
    return _page(_form(typed=False))


def _form(*, typed: bool) -> CallForm:
    form = CallForm() if typed else CallForm(formdata=None)
    form.outcome.choices = choices(CallOutcome, empty=gettext("Choose"))
    return form


def _page(form: CallForm, calling: tuple[str, int] | None = None) -> Response:
    on = cairo_day(now())
    rows = unmet.waiting(reading(), site_id=site_of(actor()), on=on)
    if calling is None:
        calling = next(
            ((kind, number) for kind in ("owing", "unmet") if (number := _named(kind))), None
        )
    return form_page(
        "waiting/index.html",
        form,
        come=[row for row in rows if row.there > 0],
        waiting=[row for row in rows if row.there <= 0],
        calling=calling,
        today=on,
    )


def _named(kind: str) -> int | None:
    return request.args.get(kind, type=int)


@blueprint.post("/waiting/<kind>/<int:number>")
@requires(Permission.DISPENSE)
def call(kind: str, number: int) -> ResponseReturnValue:
    """Write down a call about an owing or about what could not be given."""
    if kind not in {"owing", "unmet"}:
        raise NotFound(noun="waiting", key=kind)
    form = _form(typed=True)
    if form.validate():
        with form.explaining():
            with database().transaction() as session:
                unmet.call(
                    session,
                    owing_id=number if kind == "owing" else None,
                    unmet_id=number if kind == "unmet" else None,
                    outcome=CallOutcome(form.outcome.data),
                    note=form.note.data or "",
                    actor=actor(),
                    now=now(),
                )
            say("ok", gettext("The call is written down."))
            return redirect(url_for("waiting.index"), 303)
    stand_at("waiting.index", **{kind: number})
    return _page(form, (kind, number))

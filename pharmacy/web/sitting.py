"""Sittings of the committee: the list, planning, one sitting, opening, closing, the minutes."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pharmacy.models import Sitting, Staff
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import SittingState
from pharmacy.services import sitting as sittings
from pharmacy.services import sitting_agenda, sitting_view
from pharmacy.services.settings import all_settings
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, close_reading, database, now, reading, settings
from pharmacy.web.documents import paper_digits, pdf_response
from pharmacy.web.forms.sitting import (
    AGENDA_USUAL,
    AgendaForm,
    ClosingForm,
    OpeningForm,
    SittingForm,
    name_of,
)
from pharmacy.web.language import gettext, language, ngettext
from pharmacy.web.paging import page_of
from pharmacy.web.papers.committee_minutes import committee_minutes
from reports.committee_minutes import render as render_minutes

blueprint = Blueprint("sitting", __name__)

_TO_FORM = {"absent": ""}


@blueprint.get("/sittings")
@requires(Permission.SITTING_VIEW)
def index() -> ResponseReturnValue:
    """Show the sittings, the latest first."""
    return render_template("sitting/index.html", page=page_of(reading(), sittings.listed()))


@blueprint.get("/sittings/new")
@requires(Permission.REQUEST_DECIDE)
def new() -> ResponseReturnValue:
    """Show the form of a sitting, everybody called and the visitor in the chair."""
    members = sittings.committee(reading())
    form = SittingForm(
        formdata=None,
        held_on=cairo_day(now()),
        chair=actor().staff_id,
        members=[member.id for member in members],
    )
    return form_page("sitting/new.html", _called(form, members))


def _called(form: SittingForm, members: Sequence[Staff]) -> SittingForm:
    form.chair.choices = form.members.choices = [(one.id, name_of(one)) for one in members]
    return form


@blueprint.post("/sittings/new")
@requires(Permission.REQUEST_DECIDE)
def plan() -> ResponseReturnValue:
    """Plan a sitting and fill its agenda; sent twice, it is planned once."""
    form = _called(SittingForm(), sittings.committee(reading()))
    if form.validate():
        with form.explaining():
            close_reading()
            with database().transaction() as write:
                planned = sittings.plan(write, form.sitting(), actor=actor(), now=now())
            say("ok", gettext("The sitting is planned. Now fill its agenda."))
            return redirect(url_for("sitting.show", sitting_id=planned), 303)
    return form_page("sitting/new.html", form)


@blueprint.get("/sittings/<int:sitting_id>")
@requires(Permission.SITTING_VIEW)
def show(sitting_id: int) -> ResponseReturnValue:
    """Show a sitting: who is called, the agenda, what was decided, the next step."""
    form = AgendaForm(formdata=None, most=AGENDA_USUAL)
    return form_page("sitting/show.html", form, **_furnish(sitting_id))


def _furnish(sitting_id: int) -> dict[str, Any]:
    session = reading()
    sitting = sittings.get_sitting(session, sitting_id, actor=actor())
    members = sitting_view.members(session, sitting_id)
    present = {member.staff_id for member in members if member.present}
    may_act = actor().may(Permission.REQUEST_DECIDE)
    return {
        "sitting": sitting,
        "members": members,
        "chair": next((one for one in members if one.staff_id == sitting.chair_id), None),
        "lines": sitting_view.agenda(session, sitting_id, actor=actor()),
        "may_act": may_act,
        "may_decide": may_act
        and sitting.state is SittingState.OPEN
        and actor().staff_id in present,
        "today": cairo_day(now()),
    }


@blueprint.post("/sittings/<int:sitting_id>")
@requires(Permission.REQUEST_DECIDE)
def fill(sitting_id: int) -> ResponseReturnValue:
    """Put what waits before the committee on the agenda."""
    form = AgendaForm()
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                added = sitting_agenda.fill(
                    write, sitting_id, most=form.most.data, actor=actor(), now=now()
                )
            words = ngettext(
                "%(num)s request was put on the agenda.",
                "%(num)s requests were put on the agenda.",
                added,
            )
            nothing = gettext("No request waits for a sitting.")
            say("ok" if added else "info", words if added else nothing)
            return redirect(url_for("sitting.show", sitting_id=sitting_id), 303)
    return form_page("sitting/show.html", form, **_furnish(sitting_id))


@blueprint.get("/sittings/<int:sitting_id>/open")
@requires(Permission.REQUEST_DECIDE)
def ask_to_open(sitting_id: int) -> ResponseReturnValue:
    """Ask who came."""
    sitting = sittings.get_sitting(reading(), sitting_id, actor=actor())
    form = OpeningForm(formdata=None, chair=sitting.chair_id, present=[])
    return _opening(form, sitting)


def _opening(form: OpeningForm, sitting: Sitting) -> ResponseReturnValue:
    members = sitting_view.members(reading(), sitting.id)
    form.chair.choices = form.present.choices = [(one.staff_id, name_of(one)) for one in members]
    quorum = int(all_settings(reading())["committee_quorum"])
    return form_page("sitting/open.html", form, sitting=sitting, quorum=quorum)


@blueprint.post("/sittings/<int:sitting_id>/open")
@requires(Permission.REQUEST_DECIDE)
def open_it(sitting_id: int) -> ResponseReturnValue:
    """Open a sitting with who is present."""
    form = OpeningForm()
    members = sitting_view.members(reading(), sitting_id)
    form.chair.choices = form.present.choices = [(one.staff_id, name_of(one)) for one in members]
    if form.validate():
        with form.explaining():
            close_reading()
            with database().transaction() as write:
                sittings.open_sitting(
                    write,
                    sitting_id,
                    present=frozenset(form.present.data),
                    chair_id=form.chair.data,
                    actor=actor(),
                    now=now(),
                )
            say("ok", gettext("The sitting is open. Take the agenda request by request."))
            return redirect(url_for("sitting.show", sitting_id=sitting_id), 303)
    return _opening(form, sittings.get_sitting(reading(), sitting_id, actor=actor()))


@blueprint.get("/sittings/<int:sitting_id>/close")
@requires(Permission.REQUEST_DECIDE)
def ask_to_close(sitting_id: int) -> ResponseReturnValue:
    """Say what closing does."""
    return _closing(ClosingForm(formdata=None), sitting_id)


def _closing(form: ClosingForm, sitting_id: int) -> ResponseReturnValue:
    sitting = sittings.get_sitting(reading(), sitting_id, actor=actor())
    lines = sitting_view.agenda(reading(), sitting_id, actor=actor())
    left = sum(1 for line in lines if line.item.outcome is None)
    return form_page("sitting/close.html", form, sitting=sitting, left=left)


@blueprint.post("/sittings/<int:sitting_id>/close")
@requires(Permission.REQUEST_DECIDE)
def close(sitting_id: int) -> ResponseReturnValue:
    """Close a sitting and its minutes."""
    form = ClosingForm()
    if form.validate():
        with form.explaining(_TO_FORM):
            with database().transaction() as write:
                note = form.note.data or ""
                sittings.close_sitting(write, sitting_id, note=note, actor=actor(), now=now())
            say("ok", gettext("The sitting is closed. Print its minutes and have them signed."))
            return redirect(url_for("sitting.show", sitting_id=sitting_id), 303)
    return _closing(form, sitting_id)


@blueprint.get("/sittings/<int:sitting_id>/minutes")
@requires(Permission.SITTING_VIEW)
def print_minutes(sitting_id: int) -> ResponseReturnValue:
    """Show the minutes of a sitting as a PDF; before it opens, its agenda."""
    paper = committee_minutes(
        reading(), sitting_id, language=language(), as_of=now(), actor=actor(), demo=settings().demo
    )
    digits = paper_digits()
    content = render_minutes(paper, language=language(), digits=digits)
    return pdf_response(content, f"sitting-{paper.number.replace('/', '-')}.pdf")

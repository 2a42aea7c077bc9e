"""Public meetings: write one down, then its complaints, line after line by the keyboard."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pharmacy.models import PublicMeeting
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.phone import parse_phone
from pharmacy.rules.vocabulary import RequestCategory, Urgency
from pharmacy.services import meeting as meetings
from pharmacy.services.beneficiary_file import may_see_clinical
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, close_reading, database, now, reading
from pharmacy.web.forms.intake import ComplaintForm, MeetingForm
from pharmacy.web.keyset import Order, keyset_page
from pharmacy.web.language import gettext

blueprint = Blueprint("meeting", __name__)

NEWEST = Order(id=PublicMeeting.id, day=PublicMeeting.held_on)


@blueprint.get("/meetings")
@requires(Permission.REQUEST_VIEW)
def index() -> ResponseReturnValue:
    """Show the meetings with how many complaints each brought, the newest first."""
    page = keyset_page(reading(), meetings.meetings(actor=actor()), NEWEST)
    return render_template("meeting/index.html", page=page)


@blueprint.get("/meetings/new")
@requires(Permission.REQUEST_RECORD)
def new() -> ResponseReturnValue:
    """Show an empty form."""
    form = MeetingForm(formdata=None, held_on=cairo_day(now()))
    return render_template("meeting/new.html", form=form)


@blueprint.post("/meetings/new")
@requires(Permission.REQUEST_RECORD)
def create() -> ResponseReturnValue:
    """Write a meeting down; the same day and place again opens the one that is there."""
    form = MeetingForm()
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                meeting_id = meetings.hold_meeting(
                    write,
                    held_on=form.held_on.data,
                    place=form.place.data,
                    chair=form.chair.data,
                    actor=actor(),
                    now=now(),
                )
            say("ok", gettext("The meeting is recorded. Type its complaints now."))
            return redirect(url_for("meeting.show", meeting_id=meeting_id), 303)
    return form_page("meeting/new.html", form)


@blueprint.get("/meetings/<int:meeting_id>")
@requires(Permission.REQUEST_VIEW)
def show(meeting_id: int) -> ResponseReturnValue:
    """Show a meeting: the line to type into, and what was typed, the last first."""
    form = ComplaintForm(
        formdata=None, category=RequestCategory.MEDICINE.value, urgency=Urgency.NORMAL.value
    )
    form.furnish()
    return render_template("meeting/show.html", form=form, **_page_of(meeting_id))


@blueprint.post("/meetings/<int:meeting_id>")
@requires(Permission.REQUEST_RECORD)
def take(meeting_id: int) -> ResponseReturnValue:
    """Record one complaint, and be ready for the next."""
    form = ComplaintForm()
    form.furnish()
    if form.validate():
        with form.explaining({"phone": "citizen_phone"}):
            phone = parse_phone(form.citizen_phone.data) if form.citizen_phone.data else None
            complaint = meetings.Complaint(
                submission_id=form.submission_id.data,
                citizen_name=form.citizen_name.data,
                citizen_phone=phone,
                asked_for=form.asked_for.data,
                category=RequestCategory(form.category.data),
                urgency=Urgency(form.urgency.data),
            )
            close_reading()
            with database().transaction() as write:
                meetings.take_complaint(write, meeting_id, complaint, actor=actor(), now=now())
            say("ok", gettext("The complaint is recorded. Type the next one."))
            return redirect(url_for("meeting.show", meeting_id=meeting_id), 303)
    return form_page("meeting/show.html", form, **_page_of(meeting_id))


def _page_of(meeting_id: int) -> dict[str, Any]:
    session = reading()
    return {
        "row": meetings.get_meeting(session, meeting_id, actor=actor()),
        "complaints": meetings.complaints_of(session, meeting_id),
        "clinical": may_see_clinical(actor()),
    }

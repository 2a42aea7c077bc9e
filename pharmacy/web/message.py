"""Messages of Sawtak Masmou: written down, then made a complaint or kept with a reason."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pharmacy.models import CitizenRequest, IncomingMessage
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.phone import parse_phone
from pharmacy.rules.request_vocabulary import KeptReason, MessageState
from pharmacy.rules.vocabulary import RequestCategory, Urgency
from pharmacy.services import message as messages
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, close_reading, database, now, reading
from pharmacy.web.forms.intake import KeepForm, MessageFilter, MessageForm, WishForm
from pharmacy.web.keyset import Order, keyset_page
from pharmacy.web.language import gettext
from pharmacy.web.words import choices

blueprint = Blueprint("message", __name__)

NEWEST = Order(id=IncomingMessage.id, day=IncomingMessage.received_on)


@blueprint.get("/messages")
@requires(Permission.REQUEST_VIEW)
def index() -> ResponseReturnValue:
    """Show the messages, the newest first."""
    filters = MessageFilter()
    filters.validate()
    filters.state.choices = choices(MessageState, empty=gettext("All"))
    listed = messages.messages(state=filters.wanted, actor=actor())
    page = keyset_page(reading(), listed, NEWEST)
    return render_template("message/index.html", filters=filters, page=page)


@blueprint.get("/messages/new")
@requires(Permission.REQUEST_RECORD)
def new() -> ResponseReturnValue:
    """Show an empty form."""
    form = MessageForm(formdata=None, received_on=cairo_day(now()))
    return render_template("message/new.html", form=form)


@blueprint.post("/messages/new")
@requires(Permission.REQUEST_RECORD)
def create() -> ResponseReturnValue:
    """Write a message down."""
    form = MessageForm()
    if form.validate():
        with form.explaining({"phone": "sender_phone"}):
            phone = parse_phone(form.sender_phone.data) if form.sender_phone.data else None
            message = messages.NewMessage(
                submission_id=form.submission_id.data,
                received_on=form.received_on.data,
                text=form.text.data,
                sender_name=form.sender_name.data or "",
                sender_phone=phone,
                outside_reference=form.outside_reference.data or None,
            )
            with database().transaction() as write:
                message_id = messages.record_message(write, message, actor=actor(), now=now())
            say("ok", gettext("The message is recorded. Say what becomes of it."))
            return redirect(url_for("message.show", message_id=message_id), 303)
    return form_page("message/new.html", form)


@blueprint.get("/messages/<int:message_id>")
@requires(Permission.REQUEST_VIEW)
def show(message_id: int) -> ResponseReturnValue:
    """Show a message and what may become of it."""
    row = messages.get_message(reading(), message_id, actor=actor())
    form = WishForm(
        formdata=None,
        citizen_name=row.sender_name,
        asked_for=row.text,
        category=RequestCategory.MEDICINE.value,
        urgency=Urgency.NORMAL.value,
    )
    form.furnish()
    keeping = KeepForm(formdata=None, prefix="keep")
    keeping.furnish()
    return render_template("message/show.html", form=form, keeping=keeping, **_page_of(row))


@blueprint.post("/messages/<int:message_id>/complaint")
@requires(Permission.REQUEST_RECORD)
def complain(message_id: int) -> ResponseReturnValue:
    """Make it a complaint: a citizen request of its own."""
    form = WishForm()
    form.furnish()
    if form.validate():
        with form.explaining():
            close_reading()
            with database().transaction() as write:
                request_id = messages.make_complaint(
                    write,
                    message_id,
                    submission_id=form.submission_id.data,
                    citizen_name=form.citizen_name.data,
                    asked_for=form.asked_for.data,
                    category=RequestCategory(form.category.data),
                    urgency=Urgency(form.urgency.data),
                    actor=actor(),
                    now=now(),
                )
            say("ok", gettext("The message became a complaint."))
            return redirect(url_for("request.show", request_id=request_id), 303)
    row = messages.get_message(reading(), message_id, actor=actor())
    keeping = KeepForm(formdata=None, prefix="keep")
    keeping.furnish()
    return form_page("message/show.html", form, keeping=keeping, **_page_of(row))


@blueprint.post("/messages/<int:message_id>/keep")
@requires(Permission.REQUEST_RECORD)
def keep(message_id: int) -> ResponseReturnValue:
    """Keep it, with a reason."""
    keeping = KeepForm(prefix="keep")
    keeping.furnish()
    if keeping.validate():
        with keeping.explaining():
            reason = KeptReason(keeping.reason.data)
            close_reading()
            with database().transaction() as write:
                messages.keep(write, message_id, reason, actor=actor(), now=now())
            say("ok", gettext("The message is kept."))
            return redirect(url_for("message.index"), 303)
    row = messages.get_message(reading(), message_id, actor=actor())
    return form_page("message/keep.html", keeping, **_page_of(row))


def _page_of(row: IncomingMessage) -> dict[str, object]:
    complaint = reading().get(CitizenRequest, row.request_id) if row.request_id else None
    return {
        "row": row,
        "complaint": complaint,
        "reason": KeptReason(row.reason) if row.reason else None,
    }

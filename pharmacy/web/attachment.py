"""Attachments: added on the request's page, looked at as marked copies, listed by retention."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from pharmacy.models import Attachment, CitizenRequest
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import Paper
from pharmacy.services import attachment as attachments
from pharmacy.services.attachment_files import AttachmentFolder
from pharmacy.services.request import get_request
from pharmacy.services.settings import all_settings
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, close_reading, database, now, reading, settings
from pharmacy.web.documents import paper_digits, pdf_response
from pharmacy.web.forms.attachment import AttachmentForm, KeptFilter, RemovalForm
from pharmacy.web.keyset import Order, keyset_page
from pharmacy.web.language import gettext, language
from pharmacy.web.papers.paper_copy import paper_copy
from pharmacy.web.words import options
from reports.paper_copy import render

blueprint = Blueprint("attachment", __name__)

LATEST = Order(id=Attachment.id, day=Attachment.keep_until)


def _folder() -> AttachmentFolder:
    return AttachmentFolder(settings().instance)


@blueprint.get("/r/<int:request_id>/attachments")
@requires(Permission.CLINICAL_VIEW)
def index(request_id: int) -> ResponseReturnValue:
    """Show the papers of a request, and the form for one more."""
    form = AttachmentForm(formdata=None)
    form.furnish()
    return render_template("attachment/index.html", form=form, **_page_of(request_id))


@blueprint.post("/r/<int:request_id>/attachments")
@requires(Permission.REQUEST_RECORD)
def add(request_id: int) -> ResponseReturnValue:
    """Keep a paper; the same file again is the same paper."""
    form = AttachmentForm()
    form.furnish()
    if form.validate():
        with form.explaining():
            _keep(request_id, form.file.data, Paper(form.kind.data))
            say("ok", gettext("The paper is kept."))
            return redirect(url_for("attachment.index", request_id=request_id), 303)
    return form_page("attachment/index.html", form, **_page_of(request_id))


def _keep(request_id: int, file: FileStorage, kind: Paper) -> None:
    session = reading()
    get_request(session, request_id, actor=actor())
    given = attachments.read_file(session, file.read(), file.filename or "")
    close_reading()
    # The file is there before its row; when the row is refused or is another's, it goes again.
    stored_as, kept_as = _folder().put(given.content), ""
    try:
        with database().transaction() as write:
            number = attachments.add(
                write, request_id, given, kind, stored_as, actor=actor(), now=now()
            )
            kept_as = write.get_one(Attachment, number).stored_as
    finally:
        if kept_as != stored_as:
            _folder().remove(stored_as)


def _page_of(request_id: int) -> dict[str, object]:
    session = reading()
    return {
        "row": get_request(session, request_id, actor=actor()),
        "papers": attachments.of_request(session, request_id),
        "megabytes": all_settings(session)["attachment_megabytes"],
    }


@blueprint.get("/attachments/<int:attachment_id>")
@requires(Permission.CLINICAL_VIEW)
def show(attachment_id: int) -> ResponseReturnValue:
    """Show a paper as a marked copy; the look is written down."""
    session = reading()
    row = attachments.get_attachment(session, attachment_id, actor=actor())
    request = session.get_one(CitizenRequest, row.request_id)
    content = _folder().read(row.stored_as)
    copy = paper_copy(row, request, content, viewer=actor().name, now=now())
    digits = paper_digits()
    close_reading()
    with database().transaction() as write:
        attachments.note_look(write, attachment_id, actor=actor(), now=now())
    shown = render(copy, language=language(), digits=digits)
    return pdf_response(shown, f"{copy.number}-{attachment_id}.pdf")


@blueprint.get("/attachments")
@requires(Permission.ATTACHMENT_REMOVE)
def retention() -> ResponseReturnValue:
    """Show papers by how long they are kept; first those whose time is over."""
    filters = KeptFilter()
    filters.validate()
    pairs = (("due", gettext("Time is over")), ("all", gettext("All")))
    filters.due.choices = options(pairs)
    everything = filters.due.data == "all"
    today = cairo_day(now())
    kept = attachments.kept(due_by=None if everything else today, actor=actor())
    page = keyset_page(reading(), kept, LATEST)
    return render_template("attachment/kept.html", filters=filters, page=page, today=today)


@blueprint.get("/attachments/<int:attachment_id>/remove")
@requires(Permission.ATTACHMENT_REMOVE)
def ask_to_remove(attachment_id: int) -> ResponseReturnValue:
    """Ask why a paper is taken away."""
    row = attachments.get_attachment(reading(), attachment_id, actor=actor())
    return render_template("attachment/remove.html", form=RemovalForm(), row=row)


@blueprint.post("/attachments/<int:attachment_id>/remove")
@requires(Permission.ATTACHMENT_REMOVE)
def remove(attachment_id: int) -> ResponseReturnValue:
    """Take a paper away: its row says so for ever, its file goes."""
    form = RemovalForm()
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                stored_as = attachments.remove(
                    write, attachment_id, reason=form.reason.data, actor=actor(), now=now()
                )
            _folder().remove(stored_as)
            say("ok", gettext("The paper is removed."))
            return redirect(url_for("attachment.retention"), 303)
    row = attachments.get_attachment(reading(), attachment_id, actor=actor())
    return form_page("attachment/remove.html", form, row=row)

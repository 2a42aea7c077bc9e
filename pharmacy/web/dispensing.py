"""Dispensings: a day's list, one with its papers, and its undoing."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pharmacy.errors import (
    InvalidDate,
    NotFound,
)
from pharmacy.models import Staff, Voucher
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import ReversalReason
from pharmacy.services import audit, counter, reversal
from pharmacy.services.printing import Paper, count_print
from pharmacy.services.voucher_view import number_of
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading, settings
from pharmacy.web.documents import paper_digits, pdf_response
from pharmacy.web.forms.base import parse_day
from pharmacy.web.forms.dispensing import ReversalForm
from pharmacy.web.language import gettext, language
from pharmacy.web.papers.dispensing import Dispensed, dispensed, labels, owing_slip, receipt
from pharmacy.web.signing import second_of
from pharmacy.web.words import choices
from reports import label as label_paper
from reports import owing_slip as owing_paper
from reports import receipt as receipt_paper

blueprint = Blueprint("dispensing", __name__)


@blueprint.get("/dispensings")
@requires(Permission.DISPENSING_VIEW)
def index() -> ResponseReturnValue:
    """Show the dispensings of a day, newest first."""
    try:
        day = parse_day(request.args.get("on", ""))
    except InvalidDate:
        day = cairo_day(now())
    rows = counter.dispensings(reading(), site_id=actor().site_id, on=day)
    return render_template("dispensing/index.html", rows=rows, day=day)


@blueprint.get("/d/<int:voucher_id>")
@requires(Permission.DISPENSING_VIEW)
def show(voucher_id: int) -> ResponseReturnValue:
    """Show one dispensing, its papers, and whether it stands."""
    of = _dispensed(voucher_id)
    if actor().may(Permission.BENEFICIARY_VIEW):
        _write_look(of, "view")
    return render_template(
        "dispensing/show.html", of=of, form=_reversal_form(of), undoings=_undoings(of)
    )


def _undoings(of: Dispensed) -> list[tuple[str, Voucher, Staff, Staff]]:
    rows = reversal.signers_of(reading(), of.voucher.id)
    return [(number_of(of.site, row[0]), *row) for row in rows]


def _dispensed(voucher_id: int) -> Dispensed:
    """Read a dispensing of the actor's own site; a site's staff see no other's."""
    of = dispensed(reading(), voucher_id)
    site_id = actor().site_id
    if site_id is not None and of.site.id != site_id:
        raise NotFound(noun="dispensing", key=str(voucher_id))
    return of


def _paper(voucher_id: int, paper: Paper) -> tuple[Dispensed, int]:
    """Read a dispensing for a paper, which names the person; written down as a print.

    The number of the copy comes with it: none for the first print, from 2 on for the others.
    """
    of = _dispensed(voucher_id)
    if paper is Paper.OWING_SLIP and not of.open_owings:
        raise NotFound(noun="owing", key=of.number)
    with database().transaction() as session:
        nth = count_print(
            session,
            of.beneficiary.id,
            paper,
            of.number,
            address=request.remote_addr or "",
            actor=actor(),
            now=now(),
        )
    return of, nth if nth > 1 else 0


def _write_look(of: Dispensed, action: str) -> None:
    with database().transaction() as session:
        audit.looked(
            session,
            of.beneficiary.id,
            action,
            address=request.remote_addr or "",
            actor=actor(),
            now=now(),
        )


def _reversal_form(of: Dispensed) -> ReversalForm:
    form = ReversalForm()
    form.reason.choices = choices(ReversalReason, empty=gettext("Choose"))
    name = f"drug_name_{language()}"
    form.lines.choices = [
        (line.line_no, f"{line.line_no}. {getattr(line, name)} - {line.lot}")
        for line in of.standing
    ]
    return form


@blueprint.post("/d/<int:voucher_id>")
@requires(Permission.DISPENSING_REVERSE)
def reverse(voucher_id: int) -> ResponseReturnValue:
    """Undo a dispensing, whole or by line, by two; stock and money go back as they went out."""
    of = _dispensed(voucher_id)
    form = _reversal_form(of)
    if form.validate():
        with form.explaining({"pin": "signer_pin", "username": "signer"}):
            second = second_of(form, Permission.DISPENSING_REVERSE)
            if second is None:
                return form_page("dispensing/show.html", form, of=of, undoings=_undoings(of))
            with database().transaction() as session:
                reversal.reverse(
                    session,
                    voucher_id,
                    submission_id=form.submission_id.data,
                    reason=ReversalReason(form.reason.data),
                    note=form.note.data or "",
                    lines=form.lines.data or None,
                    second=second,
                    actor=actor(),
                    now=now(),
                )
            say("ok", gettext("It is undone: stock and cost are back as they were."))
            return redirect(url_for("dispensing.show", voucher_id=voucher_id), 303)
    return form_page("dispensing/show.html", form, of=of, undoings=_undoings(of))


@blueprint.get("/d/<int:voucher_id>/receipt")
@requires(Permission.DISPENSING_PRINT)
def receipt_pdf(voucher_id: int) -> ResponseReturnValue:
    """Print the receipt, on A5 or on the 80 mm roll."""
    of, copy = _paper(voucher_id, Paper.RECEIPT)
    values = receipt(of, language=language(), copy=copy, demo=settings().demo)
    roll = request.args.get("size") == "80"
    render = receipt_paper.render_80mm if roll else receipt_paper.render_a5
    pdf = render(values, language=language(), digits=paper_digits())
    return pdf_response(pdf, f"{of.number}.pdf", framed=roll)


@blueprint.get("/d/<int:voucher_id>/labels")
@requires(Permission.DISPENSING_PRINT)
def labels_pdf(voucher_id: int) -> ResponseReturnValue:
    """Print a label for each line, 60 by 40 or 50 by 25 millimetres."""
    of, _copy = _paper(voucher_id, Paper.LABELS)
    values = labels(of, language=language(), demo=settings().demo)
    if not values:
        raise NotFound(noun="label", key=of.number)
    small = request.args.get("size") == "50"
    render = label_paper.render_small if small else label_paper.render_large
    pdf = render(values, language=language(), digits=paper_digits())
    return pdf_response(pdf, f"{of.number}-labels.pdf", framed=small)


@blueprint.get("/d/<int:voucher_id>/owing")
@requires(Permission.DISPENSING_PRINT)
def owing_pdf(voucher_id: int) -> ResponseReturnValue:
    """Print the slip of what is still owed."""
    of, copy = _paper(voucher_id, Paper.OWING_SLIP)
    values = owing_slip(of, language=language(), copy=copy, demo=settings().demo)
    pdf = owing_paper.render(values, language=language(), digits=paper_digits())
    return pdf_response(pdf, f"{of.number}-owing.pdf", framed=True)

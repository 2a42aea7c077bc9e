"""The cash drawer of the counter: counted blind, then shown, then signed for by a second person."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pharmacy.errors import DrawerMoved, NotPermitted
from pharmacy.rules.drawer import counted
from pharmacy.rules.permissions import Permission
from pharmacy.services.drawer import DrawerCount, count_drawer, try_count
from pharmacy.services.drawer_view import Counted, count_of, count_sums, counts
from pharmacy.services.money_reversal import reverse_money
from pharmacy.services.voucher_view import number_of
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading, settings
from pharmacy.web.documents import paper_digits, pdf_response
from pharmacy.web.forms.drawer import PIECES, DrawerForm, DrawerSearch, HandOverForm, packed
from pharmacy.web.forms.fund import MoneyUndoForm
from pharmacy.web.language import gettext, language
from pharmacy.web.paging import page_of
from pharmacy.web.papers.cash_count import cash_count
from pharmacy.web.signing import signer
from reports import cash_count as cash_count_paper

blueprint = Blueprint("drawer", __name__)


@blueprint.get("/drawer")
@requires(Permission.CASH_COUNT)
def new() -> ResponseReturnValue:
    """Ask what lies in the drawer; what it should hold is not told yet."""
    if actor().site_id is None:
        return redirect(url_for("drawer.index"))
    return render_template("drawer/new.html", form=DrawerForm())


@blueprint.post("/drawer")
@requires(Permission.CASH_COUNT)
def count() -> ResponseReturnValue:
    """Take the count and tell the difference; or, when that is signed, hand the money over."""
    if "pieces" in request.form:
        return _hand_over(HandOverForm())
    form = DrawerForm()
    if form.validate():
        with form.explaining():
            with database().transaction() as session:
                found = try_count(session, form.counted, actor=actor(), now=now())
            signing = HandOverForm(
                formdata=None, pieces=packed(form.counted), shown=str(found.expected)
            )
            return _sign_page(signing, form.counted, found.expected)
    return form_page("drawer/new.html", form)


def _sign_page(form: HandOverForm, pieces: Mapping[int, int], expected: int) -> ResponseReturnValue:
    rows = [(PIECES[one], number, one * number) for one, number in pieces.items() if one in PIECES]
    found = counted(pieces)
    form.reason.flags.required = True
    return form_page("drawer/sign.html", form, rows=rows, expected=expected, counted=found)


def _hand_over(form: HandOverForm) -> ResponseReturnValue:
    pieces, expected = form.counted, form.expected
    if form.validate():
        with form.explaining({"pin": "signer_pin", "username": "signer", "difference": "reason"}):
            second = signer(form.signer.data or "", form.signer_pin.data or "", anywhere=True)
            if not second.may(Permission.CASH_RECEIVE):
                # Said on the form rather than by a page of its own: another colleague may sign.
                asked = Permission.CASH_RECEIVE.value
                form.explain(NotPermitted(permission=asked, role=second.role.value))
                return _sign_page(form, pieces, expected)
            given = DrawerCount(
                submission_id=form.submission_id.data,
                pieces=pieces,
                shown=expected,
                reason=form.reason.data or "",
            )
            with database().transaction() as session:
                voucher_id = count_drawer(
                    session, given, received_by=second, actor=actor(), now=now()
                )
            say("ok", gettext("The drawer is handed over. Print the minutes and sign them."))
            return redirect(url_for("drawer.show", voucher_id=voucher_id), 303)
        if isinstance(form.refusal, DrawerMoved):
            expected = form.refusal.expected
            form.shown.data = str(expected)
    return _sign_page(form, pieces, expected)


@blueprint.get("/drawer/counts")
@requires(Permission.CASH_COUNT, Permission.FUND_VIEW)
def index() -> ResponseReturnValue:
    """Show the counts of the visitor's site or, to those of none, of all; the latest first."""
    filters = DrawerSearch()
    filters.validate()
    listed = counts(actor().site_id, first=filters.date_from.data, last=filters.date_to.data)
    page = page_of(reading(), listed)
    rows = [(number_of(row[2], row[1]), *row) for row in page.rows]
    sums = count_sums(reading(), listed)
    return render_template("drawer/index.html", filters=filters, page=page, rows=rows, sums=sums)


@blueprint.get("/drawer/counts/<int:voucher_id>")
@requires(Permission.CASH_COUNT, Permission.FUND_VIEW)
def show(voucher_id: int) -> ResponseReturnValue:
    """Show one count: what was found, what was expected, who took it."""
    of = _of(voucher_id)
    rows = [(PIECES[one], number, one * number) for one, number in of.pieces.items()]
    return render_template("drawer/show.html", of=of, rows=rows)


@blueprint.get("/drawer/counts/<int:voucher_id>/paper")
@requires(Permission.CASH_COUNT, Permission.FUND_VIEW)
def paper_pdf(voucher_id: int) -> ResponseReturnValue:
    """Print the minutes of a count, A5."""
    of = _of(voucher_id)
    paper = cash_count(of, language=language(), as_of=now(), demo=settings().demo)
    digits = paper_digits()
    content = cash_count_paper.render(paper, language=language(), digits=digits)
    return pdf_response(content, f"{of.number}.pdf")


@blueprint.get("/drawer/counts/<int:voucher_id>/reverse")
@requires(Permission.FUND_MANAGE)
def confirm(voucher_id: int) -> ResponseReturnValue:
    """Say what undoing a count does, before it is done."""
    form = MoneyUndoForm()
    form.fill_choices()
    return render_template("drawer/reverse.html", form=form, of=_of(voucher_id))


@blueprint.post("/drawer/counts/<int:voucher_id>/reverse")
@requires(Permission.FUND_MANAGE)
def undo(voucher_id: int) -> ResponseReturnValue:
    """Undo a count by a voucher that names it, so that the shift can be counted again."""
    of = _of(voucher_id)
    form = MoneyUndoForm()
    form.fill_choices()
    if form.validate():
        with form.explaining():
            with database().transaction() as session:
                reverse_money(session, voucher_id, **form.asked, actor=actor(), now=now())
            say("ok", gettext("The count is undone. Count the drawer again."))
            return redirect(url_for("drawer.show", voucher_id=voucher_id), 303)
    return form_page("drawer/reverse.html", form, of=of)


def _of(voucher_id: int) -> Counted:
    return count_of(reading(), voucher_id, site_id=actor().site_id)

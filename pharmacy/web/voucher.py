"""Vouchers: the list of all that moved stock or money, one whole, its permit, undoing a receipt."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.stock_effects import STOCK_EFFECTS
from pharmacy.rules.vocabulary import ReversalReason, VoucherKind
from pharmacy.services.fund_vouchers import MONEY_KINDS, find_money
from pharmacy.services.money_reversal import RIGHT_TO_REVERSE_MONEY
from pharmacy.services.reversal import RIGHT_TO_REVERSE, RIGHT_TO_SIGN, reverse
from pharmacy.services.stock_list import sites_and_funds
from pharmacy.services.undoing_view import document_of
from pharmacy.services.voucher_view import (
    WholeVoucher,
    counted_lines,
    listed,
    number_of,
    seen_whole,
    unseen_by,
)
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading, settings
from pharmacy.web.documents import paper_digits, pdf_response
from pharmacy.web.forms.voucher import SignedUndoForm, UndoForm, VoucherSearch
from pharmacy.web.language import gettext, language
from pharmacy.web.navigation import may_open
from pharmacy.web.paging import page_of
from pharmacy.web.papers.goods_receipt import KINDS, goods_receipt
from pharmacy.web.papers.stock_paper import PAPERS, reason_of, stock_paper
from pharmacy.web.signing import second_of
from reports import goods_receipt as permit
from reports import stock_paper as minutes

blueprint = Blueprint("voucher", __name__)

COUNTS = frozenset({VoucherKind.COUNT_ADJUSTMENT})
INVOICED = frozenset({VoucherKind.GOODS_RECEIPT, VoucherKind.SUPPLIER_INVOICE})


@blueprint.get("/vouchers")
@requires(Permission.STOCK_VIEW, Permission.REPORT_VIEW)
def index() -> ResponseReturnValue:
    """Show the vouchers, the latest first."""
    filters = VoucherSearch()
    filters.fill_choices(*sites_and_funds(reading()), _kinds())
    filters.validate()
    page = page_of(reading(), listed(filters.wanted, actor=actor()))
    rows = [(number_of(row[1], row[0]), *row) for row in page.rows]
    return render_template("voucher/index.html", filters=filters, page=page, rows=rows)


@blueprint.get("/stock/v/<int:voucher_id>")
@requires(Permission.STOCK_VIEW, Permission.REPORT_VIEW)
def show(voucher_id: int) -> ResponseReturnValue:
    """Show a voucher: what moved, and to those who answer for money, what was posted."""
    of = seen_whole(reading(), voucher_id, actor=actor())
    return render_template(
        "voucher/show.html",
        of=of,
        reason=reason_of(of),
        counted=counted_lines(reading(), voucher_id) if of.voucher.kind in COUNTS else [],
        first_number=number_of(of.site, of.first) if of.first else "",
        reversals=[(number_of(of.site, voucher), voucher) for voucher in of.reversals],
        sees_postings=actor().may(Permission.REPORT_VIEW),
        has_permit=of.voucher.kind in KINDS | PAPERS.keys(),
        undo_at=_undo_at(of),
        document_at=_document_at(of),
        received=find_money(reading(), voucher_id),
        reference_name=_reference_name(of),
        moves_stock=STOCK_EFFECTS[_kind_of(of)].direction != 0,
    )


@blueprint.get("/stock/v/<int:voucher_id>/permit")
@requires(Permission.STOCK_VIEW, Permission.REPORT_VIEW)
def print_permit(voucher_id: int) -> ResponseReturnValue:
    """Show the permit, or the minutes, to be signed."""
    tongue, at, demo = language(), now(), settings().demo
    digits = paper_digits()
    if seen_whole(reading(), voucher_id, actor=actor()).voucher.kind in PAPERS:
        document = stock_paper(reading(), voucher_id, language=tongue, as_of=at, demo=demo)
        content = minutes.render(document, language=tongue, digits=digits)
        return pdf_response(content, f"{gettext('stock-document')}-{document.number}.pdf")
    paper = goods_receipt(reading(), voucher_id, language=tongue, as_of=at, demo=demo)
    content = permit.render(paper, language=tongue, digits=digits)
    return pdf_response(content, f"{gettext('goods-receipt')}-{paper.number}.pdf")


@blueprint.get("/stock/v/<int:voucher_id>/reverse")
@requires(Permission.STOCK_RECEIVE, Permission.STOCK_WRITE_OFF)
def confirm(voucher_id: int) -> ResponseReturnValue:
    """Say what undoing it does, before it is done."""
    of = _undone_here(voucher_id)
    return render_template("voucher/reverse.html", form=_form(of), of=of)


@blueprint.post("/stock/v/<int:voucher_id>/reverse")
@requires(Permission.STOCK_RECEIVE, Permission.STOCK_WRITE_OFF)
def undo(voucher_id: int) -> ResponseReturnValue:
    """Undo it by a voucher that names it."""
    of = _undone_here(voucher_id)
    form = _form(of)
    if form.validate():
        with form.explaining({"username": "signer", "pin": "signer_pin"}):
            second = _second(of, form)
            if form.refusal is not None:
                return form_page("voucher/reverse.html", form, of=of)
            with database().transaction() as session:
                reversal_id = reverse(
                    session,
                    voucher_id,
                    submission_id=form.submission_id.data,
                    reason=ReversalReason(form.reason.data),
                    note=form.note.data or "",
                    second=second,
                    actor=actor(),
                    now=now(),
                )
            say("ok", gettext("The document is undone; stock and money are back as they were."))
            return redirect(url_for("voucher.show", voucher_id=reversal_id), 303)
    return form_page("voucher/reverse.html", form, of=of)


def _kinds() -> list[VoucherKind]:
    """Return the kinds of voucher that the visitor finds in the list."""
    counts = {VoucherKind.CASH_COUNT} if actor().may(Permission.CASH_COUNT) else set()
    return [kind for kind in VoucherKind if kind not in unseen_by(actor()) - counts]


def _undone_here(voucher_id: int) -> WholeVoucher:
    """Return a voucher, unless its kind is undone by other roles than the visitor's."""
    of = seen_whole(reading(), voucher_id, actor=actor())
    right = RIGHT_TO_REVERSE.get(of.voucher.kind)
    if right is not None:
        actor().require(right)
    return of


def _form(of: WholeVoucher) -> UndoForm:
    form = SignedUndoForm() if of.voucher.kind in RIGHT_TO_SIGN else UndoForm()
    form.fill_choices()
    return form


def _undo_at(of: WholeVoucher) -> str:
    """Return where the visitor may undo it, "" for nowhere."""
    kind, voucher_id = of.voucher.kind, of.voucher.id
    right = RIGHT_TO_REVERSE_MONEY.get(kind)
    if right is not None:
        may = actor().may(right) and not of.reversals
        endpoint = "drawer" if kind is VoucherKind.CASH_COUNT else "fund_money"
        return url_for(f"{endpoint}.confirm", voucher_id=voucher_id) if may else ""
    return url_for("voucher.confirm", voucher_id=voucher_id) if _may_undo(of) else ""


def _kind_of(of: WholeVoucher) -> VoucherKind:
    """Return its kind; of an undoing, the kind of what it undoes."""
    return of.first.kind if of.first else of.voucher.kind


def _reference_name(of: WholeVoucher) -> str:
    """Return what the number of its outside paper is called."""
    kind = _kind_of(of)
    if kind in MONEY_KINDS:
        return gettext("Number of the cheque or transfer")
    return gettext("Invoice number") if kind in INVOICED else gettext("Reference")


def _document_at(of: WholeVoucher) -> str:
    """Return where the paper stands that the voucher is of, "" for none; it is undone there."""
    if of.voucher.kind is VoucherKind.CASH_COUNT:
        endpoint, values = "drawer.show", dict[str, Any](voucher_id=of.voucher.id)
    else:
        found = document_of(reading(), of.voucher.id)
        if found is None:
            return ""
        noun, of_id = found
        endpoint, values = f"{noun}.show", {f"{noun}_id": of_id}
    return url_for(endpoint, **values) if may_open(endpoint) else ""


def _second(of: WholeVoucher, form: UndoForm) -> Actor | None:
    """Return who signs beside the visitor, where the kind of document asks for it."""
    right = RIGHT_TO_SIGN.get(of.voucher.kind)
    return second_of(form, right) if right is not None else None


def _may_undo(of: WholeVoucher) -> bool:
    """Tell whether the visitor may undo it here; a dispensing is undone on its own page."""
    right = RIGHT_TO_REVERSE.get(of.voucher.kind)
    if right is None or of.voucher.kind is VoucherKind.DISPENSING or not of.standing:
        return False
    return actor().may(right) and actor().site_id in {None, of.voucher.site_id}

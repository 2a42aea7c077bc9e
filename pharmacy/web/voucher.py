"""Vouchers: the list of all that moved stock or money, one whole, its permit, undoing a receipt."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import ReversalReason, VoucherKind
from pharmacy.services.fund_vouchers import find_money
from pharmacy.services.money_reversal import RIGHT_TO_REVERSE_MONEY
from pharmacy.services.reversal import RIGHT_TO_REVERSE, reverse
from pharmacy.services.settings import all_settings
from pharmacy.services.stock_list import sites_and_funds
from pharmacy.services.voucher_view import WholeVoucher, listed, number_of, whole
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading, settings
from pharmacy.web.documents import pdf_response
from pharmacy.web.forms.voucher import UndoForm, VoucherSearch
from pharmacy.web.language import gettext, language
from pharmacy.web.paging import page_of
from pharmacy.web.papers.goods_receipt import KINDS, goods_receipt
from reports import goods_receipt as permit

blueprint = Blueprint("voucher", __name__)


@blueprint.get("/vouchers")
@requires(Permission.STOCK_VIEW, Permission.REPORT_VIEW)
def index() -> ResponseReturnValue:
    """Show the vouchers, the latest first."""
    filters = VoucherSearch()
    filters.fill_choices(sites_and_funds(reading())[0])
    filters.validate()
    page = page_of(reading(), listed(filters.wanted))
    rows = [(number_of(row[1], row[0]), *row) for row in page.rows]
    return render_template("voucher/index.html", filters=filters, page=page, rows=rows)


@blueprint.get("/stock/v/<int:voucher_id>")
@requires(Permission.STOCK_VIEW, Permission.REPORT_VIEW)
def show(voucher_id: int) -> ResponseReturnValue:
    """Show a voucher: what moved, and to those who answer for money, what was posted."""
    of = whole(reading(), voucher_id)
    return render_template(
        "voucher/show.html",
        of=of,
        first_number=number_of(of.site, of.first) if of.first else "",
        reversals=[(number_of(of.site, voucher), voucher) for voucher in of.reversals],
        sees_postings=actor().may(Permission.REPORT_VIEW),
        has_permit=of.voucher.kind in KINDS,
        undo_at=_undo_at(of),
        received=find_money(reading(), voucher_id),
    )


@blueprint.get("/stock/v/<int:voucher_id>/permit")
@requires(Permission.STOCK_VIEW, Permission.REPORT_VIEW)
def print_permit(voucher_id: int) -> ResponseReturnValue:
    """Show the permit to be signed."""
    paper = goods_receipt(
        reading(), voucher_id, language=language(), as_of=now(), demo=settings().demo
    )
    digits = all_settings(reading())["paper_digits"]
    content = permit.render(paper, language=language(), digits=digits)
    return pdf_response(content, f"{gettext('goods-receipt')}-{paper.number}.pdf")


@blueprint.get("/stock/v/<int:voucher_id>/reverse")
@requires(Permission.STOCK_RECEIVE)
def confirm(voucher_id: int) -> ResponseReturnValue:
    """Say what undoing it does, before it is done."""
    return render_template("voucher/reverse.html", form=_form(), of=whole(reading(), voucher_id))


@blueprint.post("/stock/v/<int:voucher_id>/reverse")
@requires(Permission.STOCK_RECEIVE)
def undo(voucher_id: int) -> ResponseReturnValue:
    """Undo it by a voucher that names it."""
    form = _form()
    if form.validate():
        with form.explaining():
            with database().transaction() as session:
                reversal_id = reverse(
                    session,
                    voucher_id,
                    submission_id=form.submission_id.data,
                    reason=ReversalReason(form.reason.data),
                    note=form.note.data or "",
                    actor=actor(),
                    now=now(),
                )
            say("ok", gettext("The receipt is undone; stock and money are back as they were."))
            return redirect(url_for("voucher.show", voucher_id=reversal_id), 303)
    return form_page("voucher/reverse.html", form, of=whole(reading(), voucher_id))


def _form() -> UndoForm:
    form = UndoForm()
    form.fill_choices()
    return form


def _undo_at(of: WholeVoucher) -> str:
    """Return where the visitor may undo it, "" for nowhere."""
    kind, voucher_id = of.voucher.kind, of.voucher.id
    right = RIGHT_TO_REVERSE_MONEY.get(kind)
    if right is not None:
        may = actor().may(right) and not of.reversals
        return url_for("fund_money.confirm", voucher_id=voucher_id) if may else ""
    return url_for("voucher.confirm", voucher_id=voucher_id) if _may_undo(of) else ""


def _may_undo(of: WholeVoucher) -> bool:
    """Tell whether the visitor may undo it here; a dispensing is undone on its own page."""
    right = RIGHT_TO_REVERSE.get(of.voucher.kind)
    if right is None or of.voucher.kind is VoucherKind.DISPENSING or not of.standing:
        return False
    return actor().may(right) and actor().site_id in {None, of.voucher.site_id}

"""Receiving goods: the store keeper's form, posted as one goods receipt."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from pharmacy.errors import InvalidReceipt
from pharmacy.rules.permissions import Permission
from pharmacy.services.drug_picking import offered, pick
from pharmacy.services.request_lookup import request_id_of
from pharmacy.services.stock import Receipt, ReceiptLine, receive
from pharmacy.services.stock_list import sites_and_funds
from pharmacy.services.supplier import active_suppliers, add_supplier
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading
from pharmacy.web.forms.receiving import ReceivingForm, offer
from pharmacy.web.forms.stock import chosen_id
from pharmacy.web.language import gettext

blueprint = Blueprint("receiving", __name__)


@blueprint.get("/stock/receive")
@requires(Permission.STOCK_RECEIVE)
def new() -> ResponseReturnValue:
    """Show an empty form."""
    form = ReceivingForm()
    _fill(form, reading())
    return render_template("receiving/new.html", form=form, items=_items(reading()))


@blueprint.post("/stock/receive")
@requires(Permission.STOCK_RECEIVE)
def create() -> ResponseReturnValue:
    """Post the receipt, or show the form again with more lines or with what is wrong."""
    form = ReceivingForm()
    if "more" in request.form:
        form.add_lines()
        _fill(form, reading())
        return render_template("receiving/new.html", form=form, items=_items(reading()))
    with database().reading() as session:
        _fill(form, session)
        lines = _lines(form, session)
    if lines is not None:
        voucher_id = _post(form, lines)
        if voucher_id is not None:
            say("ok", gettext("The goods are in stock. Print the permit and have it signed."))
            return redirect(url_for("voucher.show", voucher_id=voucher_id), 303)
    return form_page("receiving/new.html", form, items=_items(reading()))


def _fill(form: ReceivingForm, session: Session) -> None:
    form.fill_choices(active_suppliers(session), sites_and_funds(session)[1])


def _items(session: Session) -> list[str]:
    return [offer(drug) for drug in offered(session)]


def _lines(form: ReceivingForm, session: Session) -> list[ReceiptLine] | None:
    """Return what was typed, or None when something is wrong; every mistake is then told."""
    sound = form.validate()
    if not form.supplier.data and not form.new_supplier.data:
        form.supplier.errors = [gettext("Choose the supplier, or type a new one.")]
        sound = False
    number = form.request_number.data
    request_id = request_id_of(session, number) if number else None
    if number and request_id is None:
        form.request_number.errors = [gettext("There is no citizen request with this number.")]
        sound = False
    texts = {line.drug.data or "" for line in form.filled}
    lines = form.receipt_lines({text: pick(session, text) for text in texts}, request_id)
    return lines if sound else None


def _post(form: ReceivingForm, lines: list[ReceiptLine]) -> int | None:
    with form.explaining({"reference": "document_reference"}):
        try:
            with database().transaction() as session:
                return receive(
                    session,
                    Receipt(
                        submission_id=form.submission_id.data,
                        fund_id=chosen_id(form.fund.data) or 0,
                        supplier_id=_supplier(form, session),
                        document_reference=form.document_reference.data or "",
                        note=form.note.data or "",
                        fact_on=form.fact_on.data,
                        lines=lines,
                    ),
                    actor=actor(),
                    now=now(),
                )
        except InvalidReceipt as refusal:
            form.explain_line(refusal)
    return None


def _supplier(form: ReceivingForm, session: Session) -> int | None:
    if form.new_supplier.data:
        return add_supplier(
            session,
            form.new_supplier.data,
            tax_number=form.new_supplier_tax.data or "",
            actor=actor(),
            now=now(),
        )
    return chosen_id(form.supplier.data)

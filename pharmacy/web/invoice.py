"""Suppliers' invoices: the list with what is open, recording one against its goods, paying them."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pharmacy.errors import NotFound
from pharmacy.models import Fund, Supplier, SupplierInvoice
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Account, InvoiceState, PaymentMethod
from pharmacy.services.invoice import NewInvoice, record_invoice
from pharmacy.services.invoice_payment import pay_invoices
from pharmacy.services.invoice_reversal import reverse_invoice
from pharmacy.services.invoice_view import (
    MOST_UNMATCHED,
    InvoiceFilter,
    Matched,
    invoice_sums,
    listed_invoices,
    state_of,
    unmatched,
    whole_invoice,
)
from pharmacy.services.money import Money
from pharmacy.services.stock_list import sites_and_funds
from pharmacy.services.supplier import active_suppliers
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading
from pharmacy.web.forms.fund import MoneyUndoForm
from pharmacy.web.forms.invoice import (
    InvoiceForm,
    InvoiceSearch,
    PaymentForm,
    SupplierChoice,
    payment_form,
)
from pharmacy.web.forms.stock import chosen_id
from pharmacy.web.language import gettext
from pharmacy.web.paging import page_of

blueprint = Blueprint("invoice", __name__)


@blueprint.get("/invoices")
@requires(Permission.FUND_VIEW)
def index() -> ResponseReturnValue:
    """Show the invoices, the first due first."""
    filters = InvoiceSearch()
    _sites, funds = sites_and_funds(reading())
    filters.fill_choices(active_suppliers(reading()), funds)
    filters.validate()
    wanted, today = filters.wanted, cairo_day(now())
    page = page_of(reading(), listed_invoices(wanted, today))
    rows = [
        (*row[:4], state_of(row[0], row[3], wanted.as_of or today, undone=row[4]))
        for row in page.rows
    ]
    amount, paid = invoice_sums(reading(), wanted, today)
    return render_template(
        "invoice/index.html", filters=filters, page=page, rows=rows, amount=amount, paid=paid
    )


@blueprint.get("/invoices/<int:invoice_id>")
@requires(Permission.FUND_VIEW)
def show(invoice_id: int) -> ResponseReturnValue:
    """Show an invoice with its goods and its payments."""
    of = whole_invoice(reading(), invoice_id)
    state = state_of(of.invoice, of.paid, cairo_day(now()), undone=of.undone is not None)
    return render_template("invoice/show.html", of=of, state=state)


@blueprint.get("/invoices/new")
@requires(Permission.FUND_MANAGE)
def new() -> ResponseReturnValue:
    """Ask whose invoice it is, then show an empty form with the goods of theirs."""
    supplier = _supplier()
    if supplier is None:
        return _whose("invoice.new", gettext("New invoice"))
    form = InvoiceForm()
    goods = _goods(form, supplier)
    return render_template("invoice/new.html", form=form, goods=goods, supplier=supplier)


@blueprint.post("/invoices/new")
@requires(Permission.FUND_MANAGE)
def create() -> ResponseReturnValue:
    """Record the invoice, or show the form again with what is wrong."""
    supplier = _supplier()
    if supplier is None:
        raise NotFound(noun="supplier", key=request.args.get("supplier", ""))
    form = InvoiceForm()
    goods = _goods(form, supplier)
    if form.validate():
        asked = NewInvoice(
            submission_id=form.submission_id.data or "",
            supplier_id=supplier.id,
            number=form.number.data or "",
            dated_on=form.dated_on.data,
            due_on=form.due_on.data,
            amount=form.amount.data,
            receipts=form.receipts.data or (),
            reason=form.reason.data or "",
        )
        with form.explaining({"on": "dated_on", "credit": "receipts"}):
            with database().transaction() as write:
                invoice_id = record_invoice(write, asked, actor=actor(), now=now())
            say("ok", gettext("The invoice is recorded."))
            return redirect(url_for("invoice.show", invoice_id=invoice_id), 303)
    return form_page("invoice/new.html", form, goods=goods, supplier=supplier)


@blueprint.get("/invoices/pay")
@requires(Permission.FUND_MANAGE)
def ask_payment() -> ResponseReturnValue:
    """Show what is left of a supplier's invoices of one fund; what is shown beside each is paid.

    Without a fund in the address it is the one that owes first.
    """
    supplier = _supplier()
    if supplier is None:
        return _whose("invoice.ask_payment", gettext("Pay invoices"))
    every = _open(supplier)
    fund_id = chosen_id(request.args.get("fund", ""))
    owing = {fund.id: fund for _row, fund, _paid in every}
    chosen = owing.get(fund_id or 0) or next(iter(owing.values()), None)
    rows = [row for row in every if row[1] is chosen]
    shown: dict[str, object] = {f"pay_{row.id}": row.amount - paid for row, _fund, paid in rows}
    form = payment_form(
        [row for row, _fund, _paid in rows],
        on=cairo_day(now()),
        method=PaymentMethod.TRANSFER.value,
        **shown,
    )
    return render_template(
        "invoice/pay.html",
        form=form,
        supplier=supplier,
        rows=rows,
        funds=list(owing.values()),
        chosen=chosen,
    )


@blueprint.post("/invoices/pay")
@requires(Permission.FUND_MANAGE)
def pay() -> ResponseReturnValue:
    """Post the payment, or show the form again with what is wrong."""
    supplier = _supplier()
    if supplier is None:
        raise NotFound(noun="supplier", key=request.args.get("supplier", ""))
    fund_id = chosen_id(request.args.get("fund", ""))
    invoices = [row for row, _fund, _paid in _open(supplier, fund_id, every=True)]
    form = payment_form(invoices)
    if form.validate():
        with form.explaining():
            asked = _money(form, supplier, form.purpose_of(invoices))
            paid = form.paid(invoices)
            with database().transaction() as write:
                voucher_id = pay_invoices(write, asked, paid, actor=actor(), now=now())
            say("ok", gettext("The payment is recorded. Print the voucher."))
            return redirect(url_for("voucher.show", voucher_id=voucher_id), 303)
    rows = _open(supplier, fund_id)
    chosen = reading().get(Fund, fund_id) if fund_id else None
    return form_page(
        "invoice/pay.html", form, supplier=supplier, rows=rows, funds=[], chosen=chosen
    )


def _money(form: PaymentForm, supplier: Supplier, purpose: str) -> Money:
    return Money(
        submission_id=form.submission_id.data or "",
        fund_id=0,
        account=Account.PAYABLES,
        amount=0,
        on=form.on.data,
        method=PaymentMethod(form.method.data),
        party_name=supplier.name,
        purpose=purpose,
        reference=form.reference.data or "",
    )


def _supplier() -> Supplier | None:
    chosen = chosen_id(request.args.get("supplier", ""))
    return reading().get(Supplier, chosen) if chosen else None


def _whose(endpoint: str, title: str) -> ResponseReturnValue:
    choice = SupplierChoice()
    choice.fill_choices(active_suppliers(reading()))
    return render_template("invoice/whose.html", filters=choice, endpoint=endpoint, title=title)


def _goods(form: InvoiceForm, supplier: Supplier) -> Sequence[Matched]:
    goods = unmatched(reading(), supplier_id=supplier.id, most=MOST_UNMATCHED)
    form.fill_choices(goods)
    return goods


def _open(
    supplier: Supplier, fund_id: int | None = None, *, every: bool = False
) -> list[tuple[SupplierInvoice, Fund, int]]:
    state = None if every else InvoiceState.OPEN
    wanted = InvoiceFilter(supplier_id=supplier.id, fund_id=fund_id, state=state)
    found = reading().execute(listed_invoices(wanted, cairo_day(now())))
    return [(row[0], row[2], row[3]) for row in found]


@blueprint.get("/invoices/<int:invoice_id>/reverse")
@requires(Permission.FUND_MANAGE)
def confirm(invoice_id: int) -> ResponseReturnValue:
    """Say what undoing an invoice does, before it is done."""
    form = MoneyUndoForm()
    form.fill_choices()
    return render_template(
        "invoice/reverse.html", form=form, of=whole_invoice(reading(), invoice_id)
    )


@blueprint.post("/invoices/<int:invoice_id>/reverse")
@requires(Permission.FUND_MANAGE)
def undo(invoice_id: int) -> ResponseReturnValue:
    """Undo an invoice, so that its goods wait for the right one."""
    of = whole_invoice(reading(), invoice_id)
    form = MoneyUndoForm()
    form.fill_choices()
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                reverse_invoice(write, invoice_id, **form.asked, actor=actor(), now=now())
            say("ok", gettext("The invoice is undone. Record the right one."))
            return redirect(url_for("invoice.show", invoice_id=invoice_id), 303)
    return form_page("invoice/reverse.html", form, of=of)

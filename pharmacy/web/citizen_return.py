"""What a citizen brings back: found by the receipt, taken in to be destroyed."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pharmacy.errors import InvalidStockLine, NotFound, UnreadableBarcode
from pharmacy.rules.permissions import Permission
from pharmacy.rules.scan import ScanKind, read_scan
from pharmacy.rules.stock_vocabulary import ReturnReason
from pharmacy.rules.vocabulary import VoucherKind
from pharmacy.services.citizen_return import CitizenReturn, returnable, take_back
from pharmacy.services.counter import find_dispensing
from pharmacy.services.stock_document import site_of
from pharmacy.services.voucher_view import WholeVoucher, whole
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading
from pharmacy.web.forms.stock_document import CitizenReturnForm
from pharmacy.web.language import gettext

blueprint = Blueprint("citizen_return", __name__)


@blueprint.get("/stock/documents/citizen-return")
@requires(Permission.STOCK_WRITE_OFF)
def find() -> ResponseReturnValue:
    """Find the dispensing by a scan of its receipt or by its number."""
    text = request.args.get("q", "").strip()
    found = _dispensing(text)
    if found is not None:
        return redirect(url_for("citizen_return.new", voucher_id=found), 303)
    return render_template("citizen_return/find.html", text=text)


@blueprint.get("/stock/documents/citizen-return/<int:voucher_id>")
@requires(Permission.STOCK_WRITE_OFF)
def new(voucher_id: int) -> ResponseReturnValue:
    """Show what was given, to type how much of it came back."""
    return _page(_given(voucher_id), CitizenReturnForm())


@blueprint.post("/stock/documents/citizen-return/<int:voucher_id>")
@requires(Permission.STOCK_WRITE_OFF)
def create(voucher_id: int) -> ResponseReturnValue:
    """Take it in, or show the form again with what is wrong."""
    of = _given(voucher_id)
    form = CitizenReturnForm()
    form.fill_choices()
    if form.validate():
        with form.explaining():
            try:
                with database().transaction() as session:
                    posted = take_back(session, _wanted(form, voucher_id), actor=actor(), now=now())
            except InvalidStockLine as refusal:
                fields = {n: line.quantity for n, line in enumerate(form.filled, start=1)}
                form.beside(refusal, fields)
                return _page(of, form)
            say("ok", gettext("It is taken in, to be destroyed; nobody gets it again."))
            return redirect(url_for("voucher.show", voucher_id=posted), 303)
    return _page(of, form)


def _dispensing(text: str) -> int | None:
    """Return the dispensing at the actor's site that a receipt's code or a number names."""
    if not text:
        return None
    try:
        scan = read_scan(text)
    except UnreadableBarcode:
        return None
    found = scan.body if scan.kind is ScanKind.RECEIPT else find_dispensing(reading(), text)
    try:
        return None if found is None else _given(found).voucher.id
    except NotFound:
        return None


def _given(voucher_id: int) -> WholeVoucher:
    """Return a dispensing of the actor's site; what other sites gave is brought back there."""
    of = whole(reading(), voucher_id)
    ours = of.site.id == site_of(actor())
    if of.voucher.kind is not VoucherKind.DISPENSING or not ours:
        raise NotFound(noun="dispensing", key=str(voucher_id))
    return of


def _wanted(form: CitizenReturnForm, voucher_id: int) -> CitizenReturn:
    return CitizenReturn(
        submission_id=form.submission_id.data,
        dispensing_id=voucher_id,
        reason=ReturnReason(form.reason.data),
        lines=form.brought_back,
        note=form.note.data or "",
    )


def _page(of: WholeVoucher, form: CitizenReturnForm) -> ResponseReturnValue:
    form.fill_choices()
    typed = {entry.form.line_no.data: entry.form for entry in form.lines.entries}
    lines = []
    for given, before in returnable(reading(), of.voucher.id):
        key = str(given.line_no)
        line = typed.get(key) or form.lines.append_entry({"line_no": key}).form
        line.quantity.label.text = gettext("Brought back of lot %(lot)s", lot=given.lot)
        lines.append((line, given, int(before)))
    return form_page("citizen_return/new.html", form, of=of, lines=lines)

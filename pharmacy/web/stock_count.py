"""Counting stock: a blind sheet, the books beside the count, and the difference posted by two."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pharmacy.errors import InvalidStockLine
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.stock_vocabulary import CountOccasion
from pharmacy.services.batch_picking import countable
from pharmacy.services.stock_count import Count, adjust_to_count, compare
from pharmacy.services.stock_document import site_of
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading, settings
from pharmacy.web.documents import paper_digits, pdf_response
from pharmacy.web.forms.stock_document import CountForm, CountSearch, CountSheetForm, names_of
from pharmacy.web.language import gettext, language
from pharmacy.web.papers.count_sheet import count_sheet
from pharmacy.web.signing import second_of
from reports import count_sheet as paper

blueprint = Blueprint("stock_count", __name__)


@blueprint.get("/stock/documents/count")
@requires(Permission.STOCK_WRITE_OFF)
def new() -> ResponseReturnValue:
    """Show the batches to count, without what the books hold."""
    return _sheet(CountSheetForm())


@blueprint.get("/stock/documents/count/sheet")
@requires(Permission.STOCK_WRITE_OFF)
def sheet_pdf() -> ResponseReturnValue:
    """Print the sheet to count on: what lies at the site, or what the search found of it."""
    values = count_sheet(
        reading(), site_of(actor()),
        asked=CountSearch().q.data or "", language=language(), as_of=now(), demo=settings().demo,
    )  # fmt: skip
    content = paper.render(values, language=language(), digits=paper_digits())
    return pdf_response(content, f"{gettext('count-sheet')}-{cairo_day(now())}.pdf")


@blueprint.post("/stock/documents/count")
@requires(Permission.STOCK_WRITE_OFF)
def check() -> ResponseReturnValue:
    """Show the books beside what was counted; nothing is posted yet."""
    sheet = CountSheetForm()
    if not sheet.validate():
        return _sheet(sheet)
    if not sheet.filled:
        sheet.explain(InvalidStockLine(reason="lines", line=0))
        return _sheet(sheet)
    found = compare(reading(), [line.pair for line in sheet.filled], actor=actor())
    form = CountForm()
    form.fill_choices()
    for line, one in zip(form.filled, found, strict=True):
        line.expected.data = str(one.batch.on_hand)
    return render_template("stock_count/compared.html", form=form, found=found)


@blueprint.post("/stock/documents/count/post")
@requires(Permission.STOCK_WRITE_OFF)
def create() -> ResponseReturnValue:
    """Post the count, or show it again with what is wrong."""
    form = CountForm()
    form.fill_choices()
    if form.validate():
        with form.explaining({"username": "signer", "pin": "signer_pin"}):
            voucher_id = _post(form)
            if voucher_id is not None:
                say("ok", gettext("The count is posted. Print the minutes and have them signed."))
                return redirect(url_for("voucher.show", voucher_id=voucher_id), 303)
    found = compare(reading(), [line.pair for line in form.filled], actor=actor())
    return form_page("stock_count/compared.html", form, found=found)


def _post(form: CountForm) -> int | None:
    second = second_of(form, Permission.STOCK_SIGN)
    if second is None:
        return None
    count = Count(
        submission_id=form.submission_id.data,
        occasion=CountOccasion(form.occasion.data),
        lines=form.counted,
        committee=names_of(form.committee.data),
        note=form.note.data or "",
    )
    with database().transaction() as session:
        return adjust_to_count(session, count, second=second, actor=actor(), now=now())


def _sheet(form: CountSheetForm) -> ResponseReturnValue:
    filters = CountSearch()
    rows = countable(reading(), site_of(actor()), filters.q.data or "")
    typed = {entry.form.batch_id.data: entry.form for entry in form.lines.entries}
    lines = []
    for batch, drug in rows:
        key = str(batch.id)
        line = typed.get(key) or form.lines.append_entry({"batch_id": key}).form
        line.counted.label.text = gettext("Counted of lot %(lot)s", lot=batch.lot)
        lines.append((line, batch, drug))
    return form_page("stock_count/sheet.html", form, filters=filters, lines=lines)

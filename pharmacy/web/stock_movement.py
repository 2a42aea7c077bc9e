"""The movements behind a figure of the stock reports: vouchers, batches, units and money."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from pharmacy.rules.calendar import cairo_day, month_start
from pharmacy.rules.permissions import Permission
from pharmacy.services import stock_movement as service
from pharmacy.services.stock_movement import Moment, Sort
from pharmacy.services.voucher_view import label_of
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page
from pharmacy.web.context import now, reading
from pharmacy.web.forms.report import ReportFilter
from pharmacy.web.forms.stock import chosen_id
from pharmacy.web.language import gettext, language
from pharmacy.web.paging import PAGE_SIZE, Page, page_number
from pharmacy.web.papers.figure_paper import filters_of, lines_of
from pharmacy.web.papers.stock_movement import NAMES
from pharmacy.web.report_catalogue import REPORTS

blueprint = Blueprint("stock_movement", __name__)


@blueprint.get("/reports/stock-value/lines")
@requires(Permission.REPORT_VIEW)
def lines() -> ResponseReturnValue:
    """Show the movements behind a figure; without one, all of them up to the end of the period."""
    spec = REPORTS["stock-value"]
    form = ReportFilter()
    form.narrow_to(spec)
    form.fill_choices(reading())
    today = cairo_day(now())
    query = form.query(spec, first=month_start(today), last=today)
    what = _what(request.args.get("sort", ""))
    batch_id = chosen_id(request.args.get("batch"))
    page = "stock_movement/lines.html"
    if form.validate():
        with form.explaining():
            query.check()
            number = page_number()
            count, sums = service.sums_behind(reading(), query, what, batch_id=batch_id)
            statement = service.movements_behind(query, what, batch_id=batch_id)
            part = statement.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
            found = reading().execute(part).all()
            return render_template(
                page,
                form=form,
                page=Page(found, number, PAGE_SIZE, count),
                rows=[(row, label_of(row[2].code, row[1])) for row in found],
                sums=sums,
                told=[
                    gettext(NAMES[what]),
                    *lines_of(query, language())[:1],
                    filters_of(reading(), query, language()),
                ],
            )
    return form_page(page, form, page=None)


def _what(text: str) -> Sort | Moment:
    if text in set(Sort):
        return Sort(text)
    return Moment.OPENING if text == Moment.OPENING else Moment.CLOSING

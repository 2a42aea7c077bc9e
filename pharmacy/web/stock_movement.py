"""The movements behind a figure of the stock reports: vouchers, batches, units and money."""

from collections.abc import Mapping

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pharmacy.rules.calendar import cairo_day, month_start
from pharmacy.rules.permissions import Permission
from pharmacy.rules.proof import Part
from pharmacy.rules.stock_vocabulary import ANY_LOSS, RECALLED, LossReason
from pharmacy.services import stock_lines as service
from pharmacy.services.price_change import pack_cost
from pharmacy.services.stock_lines import Figure, Net, What
from pharmacy.services.stock_movement import Moment, Sort
from pharmacy.services.voucher_view import label_of
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page
from pharmacy.web.context import now, reading
from pharmacy.web.forms.report import ReportFilter
from pharmacy.web.forms.stock import chosen_id
from pharmacy.web.language import N_, gettext, language
from pharmacy.web.paging import PAGE_SIZE, Page, page_number
from pharmacy.web.papers.figure_paper import filters_of, lines_of
from pharmacy.web.papers.losses import loss_reason
from pharmacy.web.papers.proof import PARTS
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
    figure = _figure()
    back = _report_of(figure.what)
    page = "stock_movement/lines.html"
    if form.validate():
        with form.explaining():
            query.check()
            number = page_number()
            sums = service.sums_behind(reading(), query, figure)
            statement = service.movements_behind(query, figure)
            part = statement.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
            found = reading().execute(part).all()
            return render_template(
                page,
                form=form,
                page=Page(found, number, PAGE_SIZE, sums.count),
                rows=[(row, label_of(row[2].code, row[1])) for row in found],
                sums=sums,
                net=figure.what is Net.LOSS and sums.undoing > 0,
                packs=figure.what is Net.BOUGHT,
                pack_cost=pack_cost,
                back=back,
                told=[
                    _name(figure.what),
                    loss_reason(figure.reason) if figure.reason else "",
                    *lines_of(query, language())[:1],
                    filters_of(reading(), query, language()),
                ],
            )
    return form_page(page, form, page=None, back=back)


def _figure() -> Figure:
    """Return which figure the address means; of what is not known, all that lay there."""
    asked = request.args.get("sort", "")
    known = [one for kind in (Sort, Part, Moment, Net) for one in kind if one == asked]
    lost = request.args.get("lost", "")
    is_loss = Net.LOSS in known
    return Figure(
        what=known[0] if known else Moment.CLOSING,
        batch_id=chosen_id(request.args.get("batch")),
        supplier_id=chosen_id(request.args.get("supplier")),
        reason=(lost if lost in {*LossReason, RECALLED} else ANY_LOSS) if is_loss else "",
    )


_NETS: Mapping[Net, str] = {
    Net.LOSS: N_("Lost, less what was undone"),
    Net.BOUGHT: N_("Bought, without what was undone"),
}


def _name(what: What) -> str:
    """Return what a figure is called in the report that it stands in."""
    if isinstance(what, Net):
        return gettext(_NETS[what])
    return gettext(PARTS[what] if isinstance(what, Part) else NAMES[what])


def _report_of(what: What) -> str:
    """Return the address of the report that such a figure stands in."""
    if isinstance(what, Part):
        return url_for("report.proof")
    named = {Net.LOSS: "report.losses", Net.BOUGHT: "report.price_changes"}
    return url_for(named[what] if isinstance(what, Net) else "report.stock_value")

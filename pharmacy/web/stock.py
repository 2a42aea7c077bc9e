"""Stock: what is on hand and how soon it expires, and the card of an item."""

from datetime import date, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.services import stock_card
from pharmacy.services.formulary import get_drug
from pharmacy.services.stock_list import (
    bands,
    batches_of,
    by_drug,
    sites_and_funds,
    total_value,
)
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page
from pharmacy.web.context import actor, now, reading, settings
from pharmacy.web.documents import csv_response, paper_digits, pdf_response, xlsx_response
from pharmacy.web.forms.stock import CardFilter, StockSearch, band_name
from pharmacy.web.language import gettext, language
from pharmacy.web.paging import page_of
from pharmacy.web.papers import stock_list as list_paper
from pharmacy.web.papers.stock_card import stock_card as card_paper
from reports import stock_card as card_print
from reports.spreadsheets import Sheet, csv_file, xlsx_file

blueprint = Blueprint("stock", __name__)

CARD_DAYS = 90
CARD_PAGE = 100


@blueprint.get("/stock")
@requires(Permission.STOCK_VIEW)
def index() -> ResponseReturnValue:
    """Show what is on hand, item by item, as a page or a file."""
    today = cairo_day(now())
    filters = StockSearch()
    filters.fill_choices(*sites_and_funds(reading()), actor().site_id)
    wanted = filters.wanted(today)
    form = request.args.get("format")
    if form in {"csv", "xlsx"}:
        return _as_file(list_paper.table(reading(), wanted), form, today)
    return render_template(
        "stock/index.html",
        filters=filters,
        bands=[
            (band, band_name(band.band)) for band in bands(reading(), today, site_id=wanted.site_id)
        ],
        page=page_of(reading(), by_drug(wanted)),
        total=total_value(reading(), wanted),
        as_of=now(),
        today=today,
    )


def _as_file(table: list_paper.Table, form: str, today: date) -> Response:
    name = f"{gettext('stock-on-hand')}-{today}"
    if form == "csv":
        return csv_response(csv_file(table), f"{name}.csv")
    sheet = Sheet(name=gettext("Stock on hand"), table=table)
    content = xlsx_file(
        [sheet], right_to_left=language() == "ar", title=gettext("Stock on hand"), created=now()
    )
    return xlsx_response(content, f"{name}.xlsx")


@blueprint.get("/stock/i/<int:drug_id>")
@requires(Permission.STOCK_VIEW)
def show(drug_id: int) -> ResponseReturnValue:
    """Show the card of an item: each movement with the balance after it."""
    drug = get_drug(reading(), drug_id)
    today = cairo_day(now())
    form = CardFilter()
    form.fill_choices(sites_and_funds(reading())[0], actor().site_id)
    form.validate()
    query = form.query(drug_id, first=today - timedelta(days=CARD_DAYS), last=today)
    with form.explaining():
        stock_card.check_period(query)
    if form.status != 200:  # noqa: PLR2004 - the status of a page
        return form_page("stock/show.html", form, drug=drug, page=None, as_of=now())
    if request.args.get("format") == "pdf":
        return _printed(query, drug.code)
    opening = stock_card.balance(reading(), query, before=query.date_from)
    page = page_of(reading(), stock_card.movements(query, opening), size=CARD_PAGE)
    rows = [stock_card.card_row(row) for row in page.rows]
    return render_template(
        "stock/show.html",
        form=form,
        drug=drug,
        page=page,
        rows=rows,
        opening=opening,
        closing=stock_card.balance(reading(), query, before=query.date_to + timedelta(days=1)),
        as_of=now(),
        batches=batches_of(reading(), drug_id, site_id=query.site_id),
        today=today,
    )


def _printed(query: stock_card.CardQuery, code: str) -> Response:
    paper = card_paper(reading(), query, language=language(), as_of=now(), demo=settings().demo)
    digits = paper_digits()
    content = card_print.render(paper, language=language(), digits=digits)
    return pdf_response(content, f"{gettext('stock-card')}-{code}.pdf")

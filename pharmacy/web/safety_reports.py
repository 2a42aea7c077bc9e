"""Reports of safety: what was overridden and why, and the register of controlled medicines."""

from datetime import date, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from pharmacy.models import Drug
from pharmacy.rules.calendar import cairo_day, month_start
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import NoticeCode
from pharmacy.services import audit, safety_reports, stock_card
from pharmacy.services.stock_list import sites_and_funds
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page
from pharmacy.web.context import actor, close_reading, database, now, reading, settings
from pharmacy.web.documents import csv_response, paper_digits, pdf_response, xlsx_response
from pharmacy.web.forms.safety_reports import OverrideFilter, RegisterFilter
from pharmacy.web.forms.stock import chosen_id
from pharmacy.web.language import gettext, language
from pharmacy.web.paging import page_of
from pharmacy.web.papers import safety_reports as papers
from reports import controlled_register as register_print
from reports.spreadsheets import Sheet, Table, csv_file, xlsx_file

blueprint = Blueprint("safety_reports", __name__)

REGISTER_PAGE = 100
_OK = 200
CLINICAL = frozenset(
    {NoticeCode.ALLERGY_INGREDIENT, NoticeCode.ALLERGY_CLASS, NoticeCode.PREGNANCY}
)
"""Notices that tell of a person what stands nowhere else; others see them without a number."""


@blueprint.get("/reports/overrides")
@requires(Permission.REPORT_VIEW)
def overrides() -> ResponseReturnValue:
    """Show which notices were overridden, by whom and why, as a page or a file."""
    today = cairo_day(now())
    form = OverrideFilter()
    form.validate()
    query = form.query(first=month_start(today), last=today, site_id=actor().site_id)
    with form.explaining():
        safety_reports.check_period(query)
    by_staff = safety_reports.by_staff(reading(), query) if form.status == _OK else []
    form.fill_choices(by_staff)
    if form.status != _OK:
        return form_page("safety_reports/overrides.html", form, page=None)
    hidden = frozenset() if actor().may(Permission.CLINICAL_VIEW) else CLINICAL
    if request.args.get("format") in {"csv", "xlsx"}:
        rows = safety_reports.all_overrides(reading(), query)
        name = f"{gettext('overrides')}-{query.date_from}-{query.date_to}"
        return _file(papers.override_table(rows, hidden), name, gettext("Overridden notices"))
    page = page_of(reading(), safety_reports.overrides(query))
    return render_template(
        "safety_reports/overrides.html",
        form=form,
        page=page,
        rows=[safety_reports.override_row(row) for row in page.rows],
        by_code=safety_reports.by_code(reading(), query),
        by_staff=by_staff,
        hidden=hidden,
    )


@blueprint.get("/reports/controlled")
@requires(Permission.REGISTER_VIEW)
def controlled() -> ResponseReturnValue:
    """Show the register of one controlled medicine: on a page, as a paper, or as a file."""
    today = cairo_day(now())
    form = RegisterFilter()
    drugs = safety_reports.controlled_drugs(reading())
    form.fill_choices(drugs, sites_and_funds(reading())[0], actor().site_id)
    form.validate()
    drug_id = chosen_id(form.drug.data)
    drug = next((drug for drug in drugs if drug.id == drug_id), None)
    query = form.query(drug.id if drug else 0, first=month_start(today), last=today)
    with form.explaining():
        stock_card.check_period(query)
    if form.status != _OK or drug is None:
        return form_page("safety_reports/controlled.html", form, drug=None, drugs=drugs)
    _write_down_the_look(drug.code, query)
    kind = request.args.get("format")
    if kind in {"pdf", "csv", "xlsx"}:
        return _register_file(drug, query, kind)
    opening = stock_card.balance(reading(), query, before=query.date_from)
    page = page_of(reading(), stock_card.movements(query, opening), size=REGISTER_PAGE)
    closing = stock_card.balance(reading(), query, before=query.date_to + timedelta(days=1))
    return render_template(
        "safety_reports/controlled.html",
        form=form,
        drug=drug,
        drugs=drugs,
        page=page,
        entries=safety_reports.entries(reading(), [stock_card.card_row(row) for row in page.rows]),
        opening=opening,
        closing=closing,
        party=papers.party,
        as_of=now(),
    )


def _write_down_the_look(code: str, query: stock_card.CardQuery) -> None:
    """The register names persons: who opened which part of it is written down first."""
    close_reading()
    days = {"date_from": _text(query.date_from), "date_to": _text(query.date_to)}
    with database().transaction() as session:
        audit.record(
            session, "view", "controlled_register", code, after=days, actor=actor(), now=now()
        )


def _text(day: date) -> str:
    return day.isoformat()


def _register_file(drug: Drug, query: stock_card.CardQuery, kind: str) -> Response:
    name = f"{gettext('controlled-register')}-{drug.code}-{query.date_from}-{query.date_to}"
    paper = papers.controlled_register(
        reading(), query, language=language(), as_of=now(), demo=settings().demo
    )
    if kind == "pdf":
        digits = paper_digits()
        content = register_print.render(paper, language=language(), digits=digits)
        return pdf_response(content, f"{name}.pdf")
    title = gettext("Register of controlled medicines")
    return _file(register_print.table(paper, language=language()), name, title)


def _file(table: Table, name: str, title: str) -> Response:
    if request.args.get("format") == "csv":
        return csv_response(csv_file(table), f"{name}.csv")
    content = xlsx_file(
        [Sheet(name=title, table=table)],
        right_to_left=language() == "ar",
        title=title,
        created=now(),
    )
    return xlsx_response(content, f"{name}.xlsx")

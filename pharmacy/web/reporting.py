"""Reports: what dispensing cost, as a page and as files, and the lines behind each figure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import Select
from werkzeug.wrappers import Response

from pharmacy.errors import InvalidPeriod
from pharmacy.models import Beneficiary, Supplier
from pharmacy.rules.calendar import cairo_day, fiscal_year, month_start
from pharmacy.rules.permissions import Permission
from pharmacy.services import cost_lines
from pharmacy.services.cost_choices import choices_of
from pharmacy.services.cost_dimensions import CLINICAL, Dimension, names_of
from pharmacy.services.cost_query import CostQuery, asks, report_asked
from pharmacy.services.cost_ranked import behind_before, left_out, period_beside
from pharmacy.services.voucher_view import label_of
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page
from pharmacy.web.context import actor, now, reading, settings
from pharmacy.web.cost_rows import Links, address_of, below_total, opened, shown_rows
from pharmacy.web.documents import FORMS, csv_response, paper_digits, pdf_response, xlsx_response
from pharmacy.web.forms.reporting import (
    CostFilter,
    dimension_name,
    keys_in_address,
)
from pharmacy.web.forms.stock import chosen_id
from pharmacy.web.language import gettext, language
from pharmacy.web.monthly_pack import months_offered
from pharmacy.web.paging import PAGE_SIZE, Page, here, page_number
from pharmacy.web.papers.cost_keys import UNSAID as UNSAID_WORDS
from pharmacy.web.papers.cost_keys import filters_told, key_label
from pharmacy.web.papers.cost_report import cost_report
from pharmacy.web.papers.figure_paper import claims_behind, divided, month_name
from pharmacy.web.report_catalogue import grouped
from reports import cost_report as paper

blueprint = Blueprint("reporting", __name__)

ROWS_SHOWN = 200
REVERSALS_SHOWN = 10
USUAL_TOP = 20


@blueprint.get("/reports")
@requires(Permission.REPORT_VIEW, Permission.REQUEST_REPORT)
def index() -> ResponseReturnValue:
    """Show which reports there are."""
    known = periods(cairo_day(now()))
    packs = [(month_name(month, language()), month) for month in months_offered(cairo_day(now()))]
    return render_template("reporting/index.html", periods=known, groups=grouped(), packs=packs)


@blueprint.get("/reports/cost")
@requires(Permission.REPORT_VIEW)
def cost() -> ResponseReturnValue:
    """Show what dispensing cost, as a page or a file."""
    form, query = _asked()
    if not form.validate():
        return _unanswered(form)
    with form.explaining():
        report = cost_report(
            reading(), query, language=language(), as_of=now(), demo=settings().demo
        )
        if request.args.get("format") in FORMS:
            return _file(report, request.args["format"])
        return _shown(form, query, report)
    return _unanswered(form)


@blueprint.get("/reports/cost-ranking")
@requires(Permission.REPORT_VIEW)
def ranking() -> ResponseReturnValue:
    """Lead an address that people kept to the report that tells the highest now."""
    return redirect(address_of("reporting.cost", by=Dimension.DRUG.value, top=USUAL_TOP), 303)


@blueprint.get("/reports/cost/lines")
@requires(Permission.REPORT_VIEW)
def lines() -> ResponseReturnValue:
    """Show the lines behind a figure: receipts, cards and money."""
    form, query = _asked()
    if not form.validate():
        return _unanswered(form)
    if query.date_to < query.date_from:
        form.explain(InvalidPeriod(date_from=query.date_from, date_to=query.date_to))
        return _unanswered(form)
    keys, rest = keys_in_address(), request.args.get("rest") == "1"
    if rest:
        query = replace(query, without=left_out(reading(), query))
    if request.args.get("beside") == "1":
        query, keys = behind_before(query, keys)
    if not CLINICAL.isdisjoint({*keys, *asks(query)}):
        # A card number beside a condition would be a diagnosis.
        actor().require(Permission.CLINICAL_VIEW)
    only = _only()
    if only.person_id is not None:
        actor().require(Permission.BENEFICIARY_VIEW)
    shared = {
        "query": query,
        "told": [
            *filters_told(reading(), query, language()),
            *([(dimension_name(query.by[0]), gettext("All others"))] if rest else []),
            *_told(keys),
            *_told_only(only),
        ],
        "back": address_of("reporting.cost"),
    }
    if request.args.get("per") == "person":
        return _persons(query, keys, only, shared)
    sums = cost_lines.sums(reading(), query, keys, only)
    page = _page(cost_lines.lines(query, keys, only), sums.lines + 2 * sums.reversed_lines)
    return render_template(
        "reporting/lines.html",
        page=page,
        rows=[
            (row[0], label_of(row[3], row[2]), row[2].id, label_of(row[3], row[1]), row[4], row[5])
            for row in page.rows
        ],
        sums=sums,
        persons_at=here(per="person", page=None),
        **shared,
    )


def _persons(
    query: CostQuery, keys: cost_lines.Keys, only: cost_lines.Only, shared: Mapping[str, object]
) -> ResponseReturnValue:
    """Show the persons behind a figure, each once; the card to those who may see persons."""
    sums = cost_lines.person_sums(reading(), query, keys, only)
    sees_cards = actor().may(Permission.BENEFICIARY_VIEW)
    page = _page(cost_lines.persons(query, keys, only), sums.persons)
    return render_template(
        "reporting/persons.html",
        page=page,
        rows=[
            (
                row.card_number if sees_cards else gettext("hidden"),
                here(per=None, page=None, person=row.person) if sees_cards else "",
                row.lines,
                row.cost,
            )
            for row in page.rows
        ],
        sums=sums,
        average=divided(sums.cost, sums.persons) if sums.persons else None,
        **shared,
    )


def _only() -> cost_lines.Only:
    """Return which of the lines the address means."""
    return cost_lines.Only(
        reversals=request.args.get("only") == "reversals",
        person_id=chosen_id(request.args.get("person")),
        given=request.args.get("only") == "given",
        donor_id=chosen_id(request.args.get("supplier")),
    )


def _told_only(only: cost_lines.Only) -> list[tuple[str, str]]:
    """Return in words which of the lines are shown."""
    told = []
    if only.reversals:
        told.append((gettext("Only"), gettext("Reversals")))
    if only.given:
        told.append((gettext("Only"), gettext("What donors gave")))
    if only.given and only.donor_id is not None:
        donor = reading().get(Supplier, only.donor_id)
        told.append((gettext("The donor"), donor.name if donor else "—"))
    if only.person_id is not None:
        person = reading().get(Beneficiary, only.person_id)
        told.append((gettext("Card"), person.card_number if person else "—"))
    return told


def _page(statement: Select[Any], count: int) -> Page[Any]:
    """Return the page asked for; how many rows there are is known from their sums."""
    number = page_number()
    rows = reading().execute(statement.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    return Page(rows, number, PAGE_SIZE, count)


def _asked() -> tuple[CostFilter, CostQuery]:
    form = CostFilter()
    form.fill_choices(choices_of(reading()))
    today = cairo_day(now())
    return form, form.query(first=month_start(today), last=today)


def _unanswered(form: CostFilter) -> Response:
    known = periods(cairo_day(now()))
    return form_page("reporting/cost.html", form, report=None, periods=known)


def _file(report: paper.CostReport, form: str) -> Response:
    name = f"{gettext('cost-report')}-{report.date_from}-{report.date_to}"
    if form == "pdf":
        digits = paper_digits()
        return pdf_response(paper.pdf(report, language(), digits), f"{name}.pdf")
    if form == "xlsx":
        return xlsx_response(paper.xlsx(report, language()), f"{name}.xlsx")
    return csv_response(paper.csv(report, language()), f"{name}.csv")


def _shown(form: CostFilter, query: CostQuery, report: paper.CostReport) -> ResponseReturnValue:
    table = paper.table_of(report, language())
    columns = table.columns
    figures = columns[len(query.by) :]
    number, rows = page_number(), report.ordered_rows
    part = rows[(number - 1) * ROWS_SHOWN : number * ROWS_SHOWN]
    links = Links(report, query, sees_conditions=actor().may(Permission.CLINICAL_VIEW))
    claims = _claims(query) if report.claims and links.open else {}
    claims_href = claims.get("cost", "")
    aside = {report.remarks[0]: claims_href} if report.claims else {}
    return render_template(
        "reporting/cost.html",
        form=form,
        query=query,
        report=report,
        columns=columns,
        page=Page(rows=part, number=number, size=ROWS_SHOWN, total=len(rows)),
        rows=shown_rows(report, part, figures, links),
        total=links.cells(report.total, figures, ()),
        below=below_total(table, len(query.by), claims),
        claims_href=claims_href,
        chart=_drawn(report),
        heading=(
            paper.period_of(report, language()),
            paper.arrangement_of(report, language()),
            *report.further,
            paper.filters_of(report, language()),
            paper.as_of(report, language()),
        ),
        notes=[(note, aside.get(note, "")) for note in paper.notes_of(report, language())],
        reversals=sorted(report.reversals, key=lambda row: (row.day, row.number))[
            -REVERSALS_SHOWN:
        ],
        lines_href=links.href((), {}),
        persons_href=links.href((), {"per": "person"}),
        reversals_href=links.href((), {"only": "reversals"}),
        periods=periods(cairo_day(now())),
    )


def _claims(query: CostQuery) -> dict[str, str]:
    """Return what the figures of claims open, by column."""
    here, there = (
        opened(claims_behind(report_asked(asked))) for asked in (query, period_beside(query))
    )
    return {**dict.fromkeys(("lines", "quantity", "cost"), here), "before": there}


def _drawn(report: paper.CostReport) -> Markup:
    """Return the chart, whose every text the print shop has escaped."""
    return Markup(paper.svg(report, language()))  # noqa: S704 - see above


def _told(keys: dict[Dimension, object]) -> list[tuple[str, str]]:
    """Return in words what a figure was broken down by."""
    told = []
    for dimension, key in keys.items():
        names = names_of(reading(), dimension, [key])
        spoken = dimension in UNSAID_WORDS if key is None else key in names or isinstance(key, str)
        text = key_label(dimension, key, names, language()) if spoken and key != "" else "—"
        told.append((dimension_name(dimension), text))
    return told


def periods(today: date) -> list[tuple[str, dict[str, str]]]:
    """Return the periods most asked for: their names and what an address says."""
    this_month = month_start(today)
    last_month_end = this_month - timedelta(days=1)
    year = fiscal_year(today)
    return [
        (gettext("This month so far"), _span(this_month, today)),
        (gettext("Last month"), _span(month_start(last_month_end), last_month_end)),
        (gettext("This fiscal year"), _span(date(year, 7, 1), today)),
        (gettext("Last fiscal year"), _span(date(year - 1, 7, 1), date(year, 6, 30))),
    ]


def _span(first: date, last: date) -> dict[str, str]:
    return {"date_from": first.isoformat(), "date_to": last.isoformat()}

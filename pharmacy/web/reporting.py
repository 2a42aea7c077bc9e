"""Reports: what dispensing cost, as a page and as files, and the lines behind each figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import Select
from werkzeug.wrappers import Response

from pharmacy.errors import InvalidPeriod
from pharmacy.models import Beneficiary, Supplier
from pharmacy.rules.calendar import cairo_day, fiscal_year, month_start
from pharmacy.rules.money import format_egp
from pharmacy.rules.permissions import Permission
from pharmacy.services import cost_lines
from pharmacy.services.cost_choices import choices_of
from pharmacy.services.cost_dimensions import CLINICAL, Dimension, names_of
from pharmacy.services.report_query import SAID
from pharmacy.services.reporting import CostQuery, asks, report_asked
from pharmacy.services.voucher_view import label_of
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page
from pharmacy.web.context import actor, now, reading, settings
from pharmacy.web.documents import FORMS, csv_response, paper_digits, pdf_response, xlsx_response
from pharmacy.web.forms.reporting import (
    KEY_PREFIX,
    UNSAID,
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
from pharmacy.web.papers.cost_report import cost_report, raw_key
from pharmacy.web.papers.figure_paper import claims_behind, divided, month_name
from pharmacy.web.report_catalogue import grouped
from reports import cost_report as paper
from reports.spreadsheets import Kind, Table

blueprint = Blueprint("reporting", __name__)

ROWS_SHOWN = 200
REVERSALS_SHOWN = 10
KEPT = (
    *("date_from", "date_to", "by", "then", "site", "fund", "centre", "drug", "condition"),
    *SAID,
)
LINKED: Mapping[str, Mapping[str, str]] = {
    "lines": {},
    "quantity": {},
    "cost": {},
    "state": {},
    "donor": {},
    "citizen": {},
    "beneficiaries": {"per": "person"},
    "average": {"per": "person"},
    "reversed_lines": {"only": "reversals"},
    "reversed_cost": {"only": "reversals"},
}
"""Figures that open the lines behind them, and what the address says besides."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure as it is shown, and the address of the lines behind it ("" for none)."""

    text: str
    href: str = ""
    negative: bool = False


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the report on the page."""

    labels: Sequence[str]
    cells: Sequence[Cell]
    is_subtotal: bool = False


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
    keys = keys_in_address()
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
            *_told(keys),
            *_told_only(only),
        ],
        "back": _address_of("reporting.cost"),
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
    links = _Links(query, sees_conditions=actor().may(Permission.CLINICAL_VIEW))
    behind = claims_behind(report_asked(query))
    said: dict[str, Any] = dict(behind.asks)
    claims_href = url_for(behind.endpoint, **said) if report.claims and links.open else ""
    aside = {report.remarks[0]: claims_href} if report.claims else {}
    return render_template(
        "reporting/cost.html",
        form=form,
        query=query,
        report=report,
        columns=columns,
        page=Page(rows=part, number=number, size=ROWS_SHOWN, total=len(rows)),
        rows=_rows(report, part, figures, links),
        total=links.cells(report.total, figures, ()),
        below=_below(table, len(query.by), claims_href),
        claims_href=claims_href,
        chart=_drawn(report),
        heading=(
            paper.period_of(report, language()),
            paper.arrangement_of(report, language()),
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


def _below(table: Table, labels: int, claims_href: str) -> list[tuple[str, list[Cell]]]:
    """Return the rows under the total: claims open their lines, the joint row has two parts."""
    return [
        (
            str(row[0]),
            [
                _cell(value if isinstance(value, int) else None, column.kind, href)
                for column, value in zip(table.columns[labels:], row[labels:], strict=True)
            ],
        )
        for row, href in zip(table.below, (claims_href, ""), strict=False)
    ]


def _rows(
    report: paper.CostReport,
    part: Sequence[paper.CostRow],
    columns: Sequence[paper.Column],
    links: "_Links",
) -> list[ShownRow]:
    """Return a page of rows; where a group begins, its subtotal stands above them."""
    groups = {group.key: group for group in report.groups}
    shown = []
    for row in part:
        group = groups.pop(row.keys[0], None)
        if group is not None:
            cells = links.cells(group, columns, (group.key,))
            shown.append(ShownRow((group.label,), cells, is_subtotal=True))
        shown.append(ShownRow(row.labels, links.cells(row, columns, row.keys)))
    return shown


def _drawn(report: paper.CostReport) -> Markup:
    """Return the chart, whose every text the print shop has escaped."""
    return Markup(paper.svg(report, language()))  # noqa: S704 - see above


class _Links:
    """The addresses behind the figures of a report."""

    def __init__(self, query: CostQuery, *, sees_conditions: bool) -> None:
        self._by = query.by
        self.open = sees_conditions or CLINICAL.isdisjoint(asks(query))
        hidden = not CLINICAL.isdisjoint(query.by) and not sees_conditions
        self._base = "" if hidden else _address_of("reporting.lines")
        self._names = [f"{KEY_PREFIX}{dimension.value}" for dimension in query.by]

    def href(self, keys: Sequence[str], more: Mapping[str, str]) -> str:
        """Return the address of the lines behind a figure; empty where they are not for all."""
        if not self.open or (not self._base and keys):
            return ""
        named = dict(zip(self._names, (raw_key(key) or UNSAID for key in keys), strict=False))
        base = self._base or _address_of("reporting.lines")
        wanted = urlencode({**named, **more})
        return f"{base}{'&' if '?' in base else '?'}{wanted}" if wanted else base

    def cells(
        self, row: paper.CostFigures, columns: Sequence[paper.Column], keys: Sequence[str]
    ) -> list[Cell]:
        """Return the figures of a row as they are shown, the very ones of the files."""
        return [
            self._cell(column.key, column.kind, value, keys)
            for column, value in zip(columns, paper.figures_of(row), strict=True)
        ]

    def _cell(self, key: str, kind: Kind, value: int | None, keys: Sequence[str]) -> Cell:
        return _cell(value, kind, self.href(keys, LINKED[key]) if key in LINKED and value else "")


def _cell(value: int | None, kind: Kind, href: str) -> Cell:
    """Return a figure as it is shown; nothing opens nothing."""
    if value is None:
        return Cell("—")
    text = format_egp(value) if kind is Kind.MONEY else f"{value:,}"
    return Cell(text, href if value else "", value < 0)


def _address_of(endpoint: str) -> str:
    """Return a page's address under the same filter, without page, file and figure."""
    kept: dict[str, Any] = {name: request.args[name] for name in KEPT if request.args.get(name)}
    return url_for(endpoint, **kept)


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

"""What became of citizen requests: the report and the ranking of centres, each figure a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pharmacy.rules.calendar import cairo_day, fiscal_year, month_start
from pharmacy.rules.permissions import Permission
from pharmacy.services.request_report import RequestDimension, RequestReportQuery
from pharmacy.services.request_standing import Standing
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page
from pharmacy.web.context import actor, now, reading, settings
from pharmacy.web.documents import FORMS, csv_response, paper_digits, pdf_response, xlsx_response
from pharmacy.web.forms.request import NO_CENTRE
from pharmacy.web.forms.request_reports import RequestReportFilter
from pharmacy.web.language import gettext, language
from pharmacy.web.navigation import may_open
from pharmacy.web.papers.request_report import Told, ranking, request_report
from pharmacy.web.reporting import periods
from reports import figure_report as paper
from reports.spreadsheets import Cell as Value
from reports.spreadsheets import Column, Kind

blueprint = Blueprint("request_reports", __name__)

LINKED: Mapping[str, Standing | None] = {
    "received": None,
    "reply_median": Standing.REPLIED,
    "reply_ninetieth": Standing.REPLIED,
    "settle_median": Standing.SETTLED,
    "settle_ninetieth": Standing.SETTLED,
    "hand_over_median": Standing.HANDED_OVER,
    "hand_over_ninetieth": Standing.HANDED_OVER,
    **{standing.value: standing for standing in Standing},
}
"""Figures that open the list behind them, and how the requests on it stand."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as it is shown, and the address of the list behind it ("" for none)."""

    text: str
    href: str = ""
    is_text: bool = False
    negative: bool = False

    @classmethod
    def of(cls, cell: Value, kind: Kind, href: str = "") -> "Shown":
        """Return a cell of a report's table as the page shows it, the very text of the paper."""
        negative = isinstance(cell, int) and cell < 0
        return cls(paper.shown(cell, kind), href, kind is Kind.TEXT, negative)


@blueprint.get("/reports/requests")
@requires(Permission.REQUEST_REPORT)
def requests() -> ResponseReturnValue:
    """Show what became of the requests of a period, as a page or a file."""
    return _answered("request_reports.requests", gettext("requests-report"))


@blueprint.get("/reports/centres")
@requires(Permission.REQUEST_REPORT)
def centres() -> ResponseReturnValue:
    """Show the centres, the highest share answered in time first, as a page or a file."""
    return _answered("request_reports.centres", gettext("centres-report"))


def _answered(endpoint: str, name: str) -> ResponseReturnValue:
    form = RequestReportFilter()
    form.fill_choices()
    today = cairo_day(now())
    query = form.query(first=date(fiscal_year(today), 7, 1), last=today)
    ranked = endpoint == "request_reports.centres"
    shared = {"endpoint": endpoint, "ranked": ranked, "periods": periods(today)}
    if form.validate():
        with form.explaining():
            made = (ranking if ranked else request_report)(
                reading(), query,
                language=language(), actor=actor(), as_of=now(), demo=settings().demo,
            )  # fmt: skip
            if request.args.get("format") in FORMS:
                span = f"{query.date_from}-{query.date_to}"
                return file_of(made.paper, request.args["format"], f"{name}-{span}")
            return render_template("request_reports/show.html", form=form, **_shown(made), **shared)
    return form_page("request_reports/show.html", form, report=None, **shared)


def file_of(report: paper.FigureReport, form: str, name: str) -> ResponseReturnValue:
    """Return a report as the file asked for."""
    if form == "pdf":
        digits = paper_digits()
        return pdf_response(paper.pdf(report, language(), digits), f"{name}.pdf")
    if form == "xlsx":
        return xlsx_response(paper.xlsx(report, language()), f"{name}.xlsx")
    return csv_response(paper.csv(report), f"{name}.csv")


def _shown(made: Told) -> dict[str, Any]:
    table = made.paper.table
    whole: dict[str, Any] | None = requests_at(made.query, None)
    if made.query.by is RequestDimension.CENTRE and table.columns[1].key == "remark":
        whole = None  # the centres together are no one list: requests without a centre are left out
    total = table.total or ()
    return {
        "report": made.paper,
        "columns": table.columns,
        "rows": [
            _cells(row, table.columns, requests_at(made.query, key))
            for row, key in zip(table.rows, _keys(made), strict=True)
        ],
        "total": _cells(total, table.columns, whole),
    }


def _keys(made: Told) -> Sequence[object]:
    return [NO_CENTRE if key is None else key for key in made.keys]


def _cells(
    row: Sequence[Value], columns: Sequence[Column], at: Mapping[str, Any] | None
) -> list[Shown]:
    return [
        Shown.of(cell, column.kind, _href(column, cell, at))
        for cell, column in zip(row, columns, strict=True)
    ]


def _href(column: Column, cell: Value, at: Mapping[str, Any] | None) -> str:
    if at is None or not cell or column.key not in LINKED or not may_open("request.index"):
        return ""
    standing = LINKED[column.key]
    # What was received stands in no special way, but is counted on its list all the same.
    return url_for("request.index", **at, counted=standing.value if standing else None)


def requests_at(query: RequestReportQuery, key: object) -> dict[str, Any]:
    """Return what the address of the list of a row's requests says; None is the whole."""
    first, last = query.date_from, query.date_to
    narrowed: dict[str, Any] = {}
    if key is not None and query.by is RequestDimension.MONTH:
        begins = date.fromisoformat(f"{key}-01")
        ends = month_start(begins + timedelta(days=31)) - timedelta(days=1)
        first, last = max(first, begins), min(last, ends)
    elif key is not None and query.by is not None:
        narrowed[query.by.value] = getattr(key, "value", key)
    return {"date_from": first.isoformat(), "date_to": last.isoformat(), **narrowed}

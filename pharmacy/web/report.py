"""The reports of the registry, each as a page and as files; every figure opens its lines."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from pharmacy.rules.calendar import cairo_day, month_start
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page
from pharmacy.web.context import actor, now, reading, settings
from pharmacy.web.documents import FORMS
from pharmacy.web.forms.report import ReportFilter
from pharmacy.web.language import language
from pharmacy.web.navigation import may_open
from pharmacy.web.paging import Page, page_number
from pharmacy.web.papers.figure_paper import Behind, Links, Made
from pharmacy.web.report_catalogue import REPORTS, ReportSpec
from pharmacy.web.reporting import periods
from pharmacy.web.request_reports import Shown, file_of
from reports import charts, figure_report
from reports.chart_facts import Chart
from reports.figure_report import Titled
from reports.spreadsheets import Cell, Column, Kind, Table

blueprint = Blueprint("report", __name__)

ROWS_SHOWN = 200


def _view_of(spec: ReportSpec) -> Callable[[], ResponseReturnValue]:
    """Return the view of a report: what it asks for is what the report asks for."""

    @requires(spec.permission)
    def view() -> ResponseReturnValue:
        return _answered(spec)

    view.__name__ = spec.word
    view.__doc__ = spec.purpose
    return view


for _spec in REPORTS.values():
    blueprint.add_url_rule(f"/reports/{_spec.name}", _spec.word, _view_of(_spec))


def _answered(spec: ReportSpec) -> ResponseReturnValue:
    form = ReportFilter()
    form.narrow_to(spec)
    form.fill_choices(reading())
    page = "report/show.html"
    today = cairo_day(now())
    query = form.query(spec, first=month_start(today), last=today)
    if form.validate():
        with form.explaining():
            made = spec.make(
                reading(), query,
                language=language(), actor=actor(), as_of=now(), demo=settings().demo,
            )  # fmt: skip
            if request.args.get("format") in FORMS:
                name = f"{spec.name}-{query.date_from}-{query.date_to}"
                return file_of(made.paper, request.args["format"], name)
            return render_template(page, form=form, **_around(spec, form, today), **_shown(made))
    return form_page(page, form, report=None, **_around(spec, form, today))


def _around(spec: ReportSpec, form: ReportFilter, today: date) -> dict[str, object]:
    """Return what stands around the figures: what the report is, the usual periods."""
    known = [
        (name, span, span["date_from"] == _iso(form.date_from.data)
         and span["date_to"] == _iso(form.date_to.data))
        for name, span in periods(today)
    ]  # fmt: skip
    return {"spec": spec, "periods": known}


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _shown(made: Made) -> dict[str, object]:
    paper, table, number = made.paper, made.paper.table, page_number()
    first = (number - 1) * ROWS_SHOWN
    part = range(first, min(first + ROWS_SHOWN, len(table.rows)))
    more = made.behind_more or [[] for _each in paper.more]
    totals = made.behind_more_totals or [{} for _each in paper.more]
    return {
        "report": paper,
        "notes": [(note, address_of(made.behind_notes.get(note))) for note in paper.notes],
        "columns": table.columns,
        "rows": [_row(table, at, made.behind) for at in part],
        "styles": [table.style(at).value for at in part],
        "total": _cells(table.total, table.columns, made.behind_total) if table.total else [],
        "below": _below(table, made),
        "page": Page(part, number, ROWS_SHOWN, len(table.rows)),
        "headlines": _headlines(made),
        "charts": [
            _drawn(chart, at, made.behind_charts[at] if made.behind_charts else ())
            for at, chart in enumerate(paper.charts)
        ],
        "more": [_further(*each) for each in zip(paper.more, more, totals, strict=True)],
    }


def _below(table: Table, made: Made) -> list[list[Shown]]:
    """Return the rows under the total as the page shows them."""
    links = made.behind_below or [{} for _row in table.below]
    return [
        _cells(row, table.columns, opens) for row, opens in zip(table.below, links, strict=True)
    ]


def _headlines(made: Made) -> list[tuple[str, str, bool, str]]:
    """Return the large figures: title, figure, whether it is money, the address of its lines."""
    told = made.paper.headlines
    behind = made.behind_headlines or [None] * len(told)
    return [
        (
            one.title,
            figure_report.shown(one.value, one.kind),
            one.kind is Kind.MONEY,
            address_of(opens) if one.value else "",
        )
        for one, opens in zip(told, behind, strict=True)
    ]


def _drawn(chart: Chart, at: int, behind: Sequence[Links]) -> dict[str, object]:
    """Return a chart as the page shows it: the drawing, and the same figures as a table."""
    picture = charts.svg(chart, language=language(), ident=f"chart-{at}")
    every = range(len(chart.table.rows))
    return {
        "title": chart.title,
        "svg": Markup(picture),  # noqa: S704 - the print shop has escaped every text in it
        "columns": chart.table.columns,
        "rows": [_row(chart.table, one, behind) for one in every],
    }


def _further(each: Titled, links: Sequence[Links], total: Links) -> dict[str, object]:
    """Return a further table of a report as its page shows it, whole."""
    table, every = each.table, range(len(each.table.rows))
    return {
        "title": each.title,
        "note": each.note,
        "columns": table.columns,
        "rows": [_row(table, at, links) for at in every],
        "styles": [table.style(at).value for at in every],
        "total": _cells(table.total, table.columns, total) if table.total else [],
    }


def _row(table: Table, at: int, behind: Sequence[Links]) -> list[Shown]:
    return _cells(table.rows[at], table.columns, behind[at] if behind else {})


def _cells(row: Sequence[Cell], columns: Sequence[Column], links: Links) -> list[Shown]:
    return [
        Shown.of(cell, column.kind, address_of(links.get(column.key)) if cell else "")
        for cell, column in zip(row, columns, strict=True)
    ]


def address_of(behind: Behind | None) -> str:
    """Return the address of the lines behind a figure; empty where the reader may not go."""
    if behind is None or not may_open(behind.endpoint):
        return ""
    asks: dict[str, Any] = dict(behind.asks)
    return url_for(behind.endpoint, **asks)

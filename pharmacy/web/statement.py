"""The governor's statement on screen and on paper, and the lists behind its figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from pharmacy.rules.calendar import cairo_day, fiscal_year
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import CentreKind, Channel
from pharmacy.services import statement_lists as lists
from pharmacy.services.report_query import Filter, names_of
from pharmacy.services.request_standing import Standing
from pharmacy.services.statement_lists import Behind
from pharmacy.services.voucher_view import label_of
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page
from pharmacy.web.context import actor, now, reading, settings
from pharmacy.web.documents import paper_digits, pdf_response
from pharmacy.web.forms.request import AT_CENTRES
from pharmacy.web.forms.request_reports import PeriodFilter, StatementFilter
from pharmacy.web.forms.stock import chosen_id
from pharmacy.web.language import gettext, language
from pharmacy.web.navigation import may_open
from pharmacy.web.paging import page_of
from pharmacy.web.papers.figure_paper import in_language
from pharmacy.web.papers.statement import governors_statement
from pharmacy.web.report_words import filter_name
from pharmacy.web.reporting import periods
from reports import statement as paper
from reports import statement_words as say

blueprint = Blueprint("statement", __name__)

REQUESTS: Mapping[str, Mapping[str, Any]] = {
    "at_centres": {"channel": AT_CENTRES},
    "at_city_centres": {"channel": Channel.CITY_CENTRE.value},
    "at_village_centres": {"channel": Channel.VILLAGE_CENTRE.value},
    **{
        channel.value: {"channel": channel.value}
        for channel in Channel
        if channel not in {Channel.CITY_CENTRE, Channel.VILLAGE_CENTRE}
    },
    "received": {},
    "closed": {"counted": Standing.CLOSED.value},
    "open": {"counted": Standing.OPEN.value},
    "overdue": {"counted": Standing.OVERDUE.value},
    "share": {"counted": Standing.SETTLED.value},
    "never_dispensed": {"counted": Standing.NEVER_DISPENSED.value},
    "wait_from_reception": {"counted": Standing.HANDED_OVER.value},
    "wait_from_approval": {"counted": Standing.HANDED_OVER.value},
}
"""Figures behind which stands the list of requests, and what its address says."""
BEHIND: Mapping[str, tuple[Behind, Mapping[str, Any]]] = {
    "centres": (Behind.CENTRES, {}),
    "city_centres": (Behind.CENTRES, {"kind": CentreKind.CITY.value}),
    "village_centres": (Behind.CENTRES, {"kind": CentreKind.VILLAGE.value}),
    "kept_messages": (Behind.MESSAGES, {}),
    "meetings": (Behind.MEETINGS, {}),
    "beneficiaries": (Behind.PEOPLE, {}),
    "average": (Behind.PEOPLE, {}),
    "unmet": (Behind.UNMET, {}),
    "unmet_people": (Behind.UNMET, {}),
    "stock_value": (Behind.STOCK, {}),
    "stock_months": (Behind.STOCK, {}),
    "expiring": (Behind.EXPIRING, {}),
}
"""Figures behind which stands a list of their own."""
QUANTITIES: Mapping[Behind, tuple[str, ...]] = {
    Behind.UNMET: ("quantity",),
    Behind.OWED: ("owed", "given", "closed", "open"),
}
"""The columns that a list adds up at its foot."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A row on the page: its cells, and the addresses of the two lists ("" for none)."""

    label: str
    cells: tuple[str, str, str, str]
    href: str
    compared_href: str
    indented: bool


@blueprint.get("/reports/statement")
@requires(Permission.REPORT_VIEW)
def show() -> ResponseReturnValue:
    """Show the statement of a period beside another, as a page or as the paper to sign."""
    form = StatementFilter()
    today = cairo_day(now())
    query = form.query(first=date(fiscal_year(today), 7, 1), last=today)
    shared = {"periods": periods(today)}
    if form.validate():
        with form.explaining():
            made = governors_statement(
                reading(), query,
                language=language(), actor=actor(), as_of=now(), demo=settings().demo,
            )  # fmt: skip
            if request.args.get("format") == "pdf":
                digits = paper_digits()
                name = f"{gettext('statement')}-{query.date_from}-{query.date_to}.pdf"
                return pdf_response(paper.render(made, language=language(), digits=digits), name)
            spans = (
                _span(query.date_from, query.date_to),
                _span(query.compare_from, query.compare_to),
            )
            return render_template(
                "statement/show.html",
                form=form,
                statement=made,
                sections=[
                    (section.title, [_shown(row, spans) for row in section.rows])
                    for section in made.sections
                ],
                chart=Markup(paper.svg(made, language())),  # noqa: S704 - the print shop escapes
                chart_title=paper.chart_of(made, language()).title,
                notes=[note(language()) for note in say.NOTES],
                **shared,
            )
    return form_page("statement/show.html", form, statement=None, **shared)


def _span(first: date, last: date) -> dict[str, Any]:
    return {"date_from": first.isoformat(), "date_to": last.isoformat()}


def _shown(row: paper.StatementRow, spans: tuple[dict[str, Any], dict[str, Any]]) -> Shown:
    return Shown(
        label=row.label,
        cells=paper.cells_of(row),
        href=_href(row.key, spans[0]) if row.value else "",
        compared_href=_href(row.key, spans[1]) if row.compared else "",
        indented=row.key in say.INDENTED,
    )


def _href(key: str, span: Mapping[str, Any]) -> str:
    """Return the address of the list behind a figure, empty where the visitor may not see it."""
    if key in REQUESTS:
        return (
            url_for("request.index", **span, **REQUESTS[key]) if may_open("request.index") else ""
        )
    if key in {"cost", "claims"}:
        return url_for("reporting.lines" if key == "cost" else "care.claims", **span)
    if key == "together":
        return ""  # its two parts stand above it, and open their lines
    behind, more = BEHIND[key]
    return url_for("statement.behind", what=behind.value, **span, **more)


@blueprint.get(
    "/reports/statement/<any(centres,meetings,messages,people,unmet,owed,stock,expiring):what>"
)
@requires(Permission.REPORT_VIEW)
def behind(what: str) -> ResponseReturnValue:
    """Show the list behind a figure of the statement."""
    form, today = PeriodFilter(), cairo_day(now())
    first = form.date_from.filled(date(fiscal_year(today), 7, 1))
    last = form.date_to.filled(today)
    asked = Behind(what)
    listed = _list(asked, first, last)
    return render_template(
        "statement/behind.html",
        what=what,
        form=form,
        title=_TITLES[asked](),
        page=page_of(reading(), listed),
        sums=lists.sums_of(reading(), listed, *QUANTITIES[asked]) if asked in QUANTITIES else None,
        told=_narrowed_to(),
        label=label_of,
        back=_back(asked, first, last),
    )


def _list(what: Behind, first: date, last: date) -> Any:  # noqa: ANN401 - rows of many shapes
    kind = request.args.get("kind", "")
    of = {name: chosen_id(request.args.get(name)) for name in ("site", "drug")}
    narrowed = {f"{name}_id": chosen for name, chosen in of.items()}
    known = CentreKind(kind) if kind in set(CentreKind) else None
    return {
        Behind.CENTRES: lambda: lists.centres(first, last, known),
        Behind.MEETINGS: lambda: lists.meetings(first, last),
        Behind.MESSAGES: lambda: lists.messages(first, last),
        Behind.PEOPLE: lambda: lists.people(first, last),
        Behind.UNMET: lambda: lists.unmet(first, last, **narrowed),
        Behind.OWED: lambda: lists.owed(first, last, **narrowed),
        Behind.STOCK: lambda: lists.stock(last, expiring=False),
        Behind.EXPIRING: lambda: lists.stock(last, expiring=True),
    }[what]()


def _narrowed_to() -> list[tuple[str, str]]:
    """Return in words to which site and item a list is narrowed."""
    told = []
    for one in (Filter.SITE, Filter.DRUG):
        chosen = chosen_id(request.args.get(one.value))
        if chosen is not None:
            names = names_of(reading(), one, [chosen]).get(chosen, ("—", "—"))
            told.append((filter_name(one), in_language(names, language())))
    return told


def _back(what: Behind, first: date, last: date) -> str:
    """Return the address of the page that the figure stood on."""
    if what is Behind.OWED or "drug" in request.args:
        return url_for("report.owed_unmet", **_span(first, last))
    return url_for("statement.show", **_span(first, last))


_TITLES = {
    Behind.CENTRES: lambda: gettext("Centres heard from"),
    Behind.MEETINGS: lambda: gettext("Public meetings of the period"),
    Behind.MESSAGES: lambda: gettext("Messages that are no complaint"),
    Behind.PEOPLE: lambda: gettext("Persons treated in the period"),
    Behind.UNMET: lambda: gettext("What could not be given"),
    Behind.OWED: lambda: gettext("What was left owing"),
    Behind.STOCK: lambda: gettext("Batches on hand at the end of the period"),
    Behind.EXPIRING: lambda: gettext("Batches that expire within 90 days"),
}

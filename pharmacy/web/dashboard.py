"""The dashboard: numbers that open their lists, charts that open their reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from pharmacy.rules.calendar import cairo_day, month_start
from pharmacy.rules.money import format_egp
from pharmacy.rules.permissions import Permission
from pharmacy.services.cost_dimensions import Dimension, names_of
from pharmacy.services.dashboard import MOST, Costs, Dashboard, dashboard
from pharmacy.services.request_standing import Standing
from pharmacy.services.stock_list import Band
from pharmacy.web.access import requires
from pharmacy.web.context import actor, now, reading
from pharmacy.web.language import N_, gettext, language, ngettext
from pharmacy.web.navigation import may_open
from pharmacy.web.papers.figure_paper import in_language, month_name
from reports.charts import Chart, Form, Series, svg

blueprint = Blueprint("dashboard", __name__)

REQUEST_TILES: Mapping[Standing, str] = MappingProxyType(
    {
        Standing.OPEN: N_("Requests waiting"),
        Standing.OVERDUE: N_("Requests overdue"),
        Standing.NEVER_DISPENSED: N_("Approved, nothing handed out yet"),
    }
)
BAND_TILES: Mapping[Band, str] = MappingProxyType(
    {
        Band.WITHIN_30: N_("Expires within 30 days"),
        Band.EXPIRED: N_("Expired on the shelf"),
    }
)


_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Tile:
    """A number, what it is and in which unit, and the list it opens; what stands beside it too."""

    label: str
    figure: str
    href: str
    beside: str = ""
    beside_href: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart, the same figures as rows, each with the report it opens, and the whole report."""

    title: str
    picture: Markup
    axis: str
    columns: tuple[str, ...]
    rows: list[tuple[str, list[tuple[str, str]]]]
    href: str


@blueprint.get("/dashboard")
@requires(Permission.DASHBOARD_VIEW)
def show() -> ResponseReturnValue:
    """Show how the pharmacy stands today."""
    found = dashboard(reading(), actor=actor(), today=cairo_day(now()))
    return render_template(
        "dashboard/show.html",
        tiles=_tiles(found),
        charts=[_months(found), _drugs(found), _funds(found)],
        overdrawn=found.overdrawn,
        as_of=now(),
    )


def _tiles(found: Dashboard) -> list[Tile]:

    def pounds(name: str) -> str:
        return f"{gettext(name)} ({gettext('EGP')})"

    month = _cost(month_start(found.today), found.today, Dimension.MONTH)
    tiles = [
        Tile(gettext(name), f"{found.requests[standing]:,}", _requests(standing))
        for standing, name in REQUEST_TILES.items()
        if standing in found.requests
    ]
    tiles += [
        Tile(gettext("Persons served this month"), f"{found.month.beneficiaries:,}", month),
        Tile(
            pounds(N_("Cost of dispensing this month")),
            format_egp(found.month.cost),
            month,
            *_claims(found),
        ),
        Tile(
            pounds(N_("Value of stock on hand")),
            format_egp(found.stock),
            url_for("stock.index", site="all"),
        ),
    ]
    tiles += [
        Tile(
            pounds(name),
            format_egp(found.bands[band]),
            url_for("stock.index", site="all", band=band.value),
        )
        for band, name in BAND_TILES.items()
    ]
    return tiles


def _claims(found: Dashboard) -> tuple[str, str]:
    """Return what contract pharmacies gave besides, with the joint sum, and where it stands."""
    if not found.claims:
        return "", ""
    told = gettext(
        "Accepted claims of contract pharmacies: EGP %(amount)s; together EGP %(together)s",
        amount=format_egp(found.claims),
        together=format_egp(found.month.cost + found.claims),
    )
    first, last = month_start(found.today).isoformat(), found.today.isoformat()
    return told, url_for("care.claims", date_from=first, date_to=last)


def _requests(standing: Standing) -> str:
    return url_for("request.index", counted=standing.value) if may_open("request.index") else ""


def _cost(first: date, last: date, by: Dimension, **more: object) -> str:
    span = {"date_from": first.isoformat(), "date_to": last.isoformat()}
    return url_for("reporting.cost", by=by.value, **span, **more)  # type: ignore[arg-type]  # as Flask takes it


def _months(found: Dashboard) -> Drawn:
    """This fiscal year month by month, and the same months a year before."""
    begins, spent = found.year_begins, dict(found.by_month)
    firsts = [begins]
    while len(firsts) < _MONTHS:
        firsts.append(month_start(firsts[-1] + timedelta(days=32)))
    years = [[first.replace(year=first.year - back) for first in firsts] for back in (0, 1)]
    values = [
        tuple(spent.get(f"{first:%Y-%m}", 0) if first <= found.today else None for first in year)
        for year in years
    ]
    chart = Chart(
        title=gettext("Cost of dispensing by month, against last year"),
        form=Form.COLUMNS,
        axis=gettext("Month"),
        categories=tuple(_month(first) for first in firsts),
        series=(
            Series(gettext("This fiscal year"), values[0]),
            Series(gettext("Last fiscal year"), values[1]),
        ),
    )
    links = [[_cost(first, _end(first), Dimension.DRUG) for first in year] for year in years]
    whole = _cost(begins.replace(year=begins.year - 1), found.today, Dimension.MONTH)
    return _drawn(chart, "months", links, whole)


def _month(first: date) -> str:
    return month_name(f"{first:%Y-%m}", language()).rpartition(" ")[0]


def _end(first: date) -> date:
    return month_start(first + timedelta(days=32)) - timedelta(days=1)


def _drugs(found: Dashboard) -> Drawn:
    title = gettext("Costliest items this fiscal year")
    return _ranked(found, found.by_drug, Dimension.DRUG, title, gettext("Item"))


def _funds(found: Dashboard) -> Drawn:
    """What the budgets of the year have spent, promised and left; the cost by fund without any."""
    if not found.budgets:
        return _cost_by_fund(found)
    names = names_of(reading(), Dimension.FUND, list(found.budgets))
    chart = Chart(
        title=gettext("Budgets of this fiscal year"),
        form=Form.STACKED,
        axis=gettext("Fund"),
        categories=tuple(in_language(names[fund], language()) for fund in found.budgets),
        series=(
            Series(gettext("Spent"), tuple(one.spent for one in found.budgets.values())),
            Series(gettext("Promised"), tuple(one.committed for one in found.budgets.values())),
            Series(gettext("Left"), tuple(max(one.left, 0) for one in found.budgets.values())),
        ),
    )
    first, last = found.year_begins.isoformat(), found.today.isoformat()
    links = [
        [
            url_for("report.budget", fund=fund, date_from=first, date_to=last)
            for fund in found.budgets
        ]
    ] * len(chart.series)
    whole = url_for("report.budget", date_from=first, date_to=last)
    return _drawn(chart, "funds", links, whole)


def _cost_by_fund(found: Dashboard) -> Drawn:
    title = gettext("Cost of dispensing by fund this fiscal year")
    return _ranked(found, found.by_fund, Dimension.FUND, title, gettext("Fund"))


def _ranked(found: Dashboard, costs: Costs, by: Dimension, title: str, axis: str) -> Drawn:
    shown, others = costs[:MOST], costs[MOST:]
    names = names_of(reading(), by, [key for key, _ in shown])
    rest = sum(cost for _, cost in others)
    note = ""
    if others:
        note = ngettext(
            "One more came to EGP %(sum)s", "%(num)s more came to EGP %(sum)s", len(others),
            sum=format_egp(rest),
        )  # fmt: skip
    chart = Chart(
        title=title,
        form=Form.ROWS,
        axis=axis,
        categories=tuple(in_language(names[key], language()) for key, _ in shown),
        series=(Series(gettext("Cost (EGP)"), tuple(cost for _, cost in shown)),),
        note=note,
    )
    first, last = found.year_begins, found.today
    links = [[_cost(first, last, Dimension.MONTH, **{by.value: key}) for key, _ in shown]]
    return _drawn(chart, by.value, links, _cost(first, last, by))


def _drawn(chart: Chart, ident: str, links: list[list[str]], href: str) -> Drawn:
    rows = []
    for at, name in enumerate(chart.categories):
        cells = []
        for series, addresses in zip(chart.series, links, strict=True):
            value = series.values[at]
            cells.append(("–", "") if value is None else (format_egp(value), addresses[at]))
        rows.append((name, cells))
    # The print shop has escaped every text of it.
    picture = Markup(svg(chart, language=language(), ident=ident))  # noqa: S704
    title = f"{chart.title} ({chart.note})" if chart.note else chart.title
    names = tuple(series.name for series in chart.series)
    return Drawn(title, picture, chart.axis, names, rows, href)

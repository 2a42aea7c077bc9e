"""What dispensing cost, the highest first, and beside it another period; the rest in one row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.words import egp_in_words_ar, egp_in_words_en
from pharmacy.services import reporting
from pharmacy.services.cost_dimensions import CLINICAL, Dimension, names_of
from pharmacy.services.cost_query import asks, cost_asked
from pharmacy.services.report_query import NAMED, SAID, Filter, Grouping, ReportQuery
from pharmacy.services.reporting import Figures
from pharmacy.web.language import gettext, speaking
from pharmacy.web.papers.claims_aside import claims_aside, with_claims
from pharmacy.web.papers.cost_keys import key_label
from pharmacy.web.papers.figure_paper import (
    Behind,
    Head,
    Links,
    Made,
    divided,
    figure_paper,
    lines_behind,
    percent,
)
from pharmacy.web.report_words import comparison_name, in_pounds
from reports import cost_words as say
from reports.chart_facts import Chart, Form, Series
from reports.figure_report import Headline
from reports.spreadsheets import Cell, Column, Kind, Table

COST_GROUPINGS: Sequence[Grouping] = (
    Grouping.DRUG,
    *(Grouping(one.value) for one in Dimension if one is not Dimension.DRUG),
)
"""What may be ranked: every dimension of cost, items first."""

COST_FILTERS: Sequence[Filter] = (
    Filter.SITE,
    Filter.FUND,
    Filter.CENTRE,
    Filter.DRUG,
    Filter.CONDITION,
    Filter.CHANNEL,
    Filter.TOP,
    Filter.COMPARE,
)

UNSAID = "none"
_BARS = 12


@dataclass(frozen=True, slots=True)
class _Ranked:
    """A row: its key and name, its figures, and what it cost in the period beside."""

    key: object
    label: str
    figures: Figures
    before: int


@dataclass(frozen=True, slots=True)
class _Found:
    """All rows in their order, and both totals."""

    rows: Sequence[_Ranked]
    total: Figures
    before: int | None
    seal: str


def cost_ranking_report(
    session: Session,
    query: ReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Made:
    """Return what dispensing cost by one dimension, the highest first, months in their order.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.REPORT_VIEW)
    query.check()
    dimension = Dimension(query.by[0].value)
    with speaking(language):
        found = _found(session, query, dimension, language)
        shown, others = _parted(found.rows, query.top)
        compares = query.compare is not None
        table = Table(
            columns=_columns(query, dimension, language),
            rows=(
                *(
                    (one.label, *_cells(one.figures, one.before, found.total, compares=compares))
                    for one in shown
                ),
                *([_all_others(others, found.total, compares=compares)] if others else []),
            ),
            total=(
                gettext("Total"),
                *_cells(found.total, found.before or 0, found.total, compares=compares),
            ),
        )
        aside = claims_aside(session, query, found.total.cost)
        table = with_claims(table, aside, language)
        head = _head(aside.notes if aside else ())
        charts = _charts(query, dimension, shown[_room(dimension)], language)
        headlines = _headlines(found)
    paper = figure_paper(session, query, table, head, language=language, as_of=as_of, demo=demo)
    in_words = egp_in_words_ar if language == "ar" else egp_in_words_en
    sees = actor.may(Permission.CLINICAL_VIEW)
    closed = not sees and not CLINICAL.isdisjoint(asks(cost_asked(query)))
    hidden = closed or (dimension in CLINICAL and not sees)
    opens: list[Links] = [{} if hidden else _links(query, dimension, one.key) for one in shown]
    whole = {} if closed else _links(query, dimension, ...)
    beside = aside if not closed else None
    return Made(
        paper=replace(
            paper,
            charts=charts,
            headlines=headlines,
            in_words=in_words(found.total.cost),
            seal=found.seal,
        ),
        behind=[*opens, *([_all_of_them(query)] if others else [])],
        behind_total=whole,
        behind_charts=[[_of_bars(one) for one in opens[_room(dimension)]] for _chart in charts],
        behind_headlines=[whole.get("cost"), whole.get("beneficiaries"), None][: len(headlines)],
        behind_below=beside.links if beside else (),
        behind_notes={beside.told: beside.behind} if beside else {},
    )


def _found(session: Session, query: ReportQuery, dimension: Dimension, language: str) -> _Found:
    asked = cost_asked(query, dimension)
    cost = reporting.cost(session, asked)
    before: Mapping[object, int] = {}
    total_before = None
    if query.beside is not None:
        first, last = query.beside
        earlier = reporting.cost_figures(session, replace(asked, date_from=first, date_to=last))
        before = {row.keys[0]: row.figures.cost for row in earlier.rows}
        total_before = earlier.total.cost
    now = {row.keys[0]: row.figures for row in cost.rows}
    keys = list(dict.fromkeys([*now, *before]))
    names = names_of(session, dimension, keys)
    rows = [
        _Ranked(
            key,
            key_label(dimension, key, names, language),
            now.get(key, Figures()),
            before.get(key, 0),
        )
        for key in keys
    ]
    if dimension is Dimension.MONTH:
        rows.sort(key=lambda one: str(one.key))
    else:
        rows.sort(key=lambda one: (-one.figures.cost, one.key is None, one.label))
    return _Found(rows, cost.total, total_before, cost.last_seal)


def _parted(
    rows: Sequence[_Ranked], top: int | None
) -> tuple[Sequence[_Ranked], Sequence[_Ranked]]:
    """Return the rows that stand by themselves, and the others; one alone is no others."""
    if top is None or len(rows) <= top + 1:
        return rows, ()
    dearest = sorted(rows, key=lambda one: -one.figures.cost)[:top]
    kept = {id(one) for one in dearest}
    return (
        [one for one in rows if id(one) in kept],
        [one for one in rows if id(one) not in kept],
    )


def _columns(query: ReportQuery, dimension: Dimension, language: str) -> tuple[Column, ...]:
    columns = [
        Column(dimension.value, say.DIMENSIONS[dimension.value](language)),
        Column("lines", say.LINES(language), Kind.INTEGER),
        Column("beneficiaries", say.BENEFICIARIES(language), Kind.INTEGER),
        Column("cost", say.COST(language), Kind.MONEY),
        Column("share", gettext("Share of the total"), Kind.PERCENT),
        Column("average", say.AVERAGE(language), Kind.MONEY),
    ]
    if query.compare is not None:
        columns += [
            Column("before", in_pounds(comparison_name(query.compare)), Kind.MONEY),
            Column("difference", gettext("Difference (EGP)"), Kind.MONEY),
            Column("change", gettext("Change in percent"), Kind.PERCENT),
        ]
    return tuple(columns)


def _cells(figures: Figures, before: int, total: Figures, *, compares: bool) -> list[Cell]:
    persons = figures.beneficiaries
    cells: list[Cell] = [
        figures.lines,
        persons,
        figures.cost,
        percent(figures.cost, total.cost),
        divided(figures.cost, persons) if persons else None,
    ]
    return [*cells, *_beside(figures.cost, before)] if compares else cells


def _all_others(others: Sequence[_Ranked], total: Figures, *, compares: bool) -> tuple[Cell, ...]:
    cost = sum(one.figures.cost for one in others)
    cells: list[Cell] = [
        gettext("All others (%(count)s)", count=len(others)),
        sum(one.figures.lines for one in others),
        None,  # persons overlap, and are never added up
        cost,
        percent(cost, total.cost),
        None,
    ]
    if compares:
        cells += _beside(cost, sum(one.before for one in others))
    return tuple(cells)


def _beside(cost: int, before: int) -> list[Cell]:
    return [before, cost - before, percent(cost - before, before)]


def _head(aside: tuple[str, ...]) -> Head:
    return Head(
        title=gettext("Cost of dispensing: the highest, and compared"),
        series="CK",
        notes=(
            gettext(
                "Beneficiaries are different persons, so their numbers do not add up from row to"
                " row; the total counts each once."
            ),
            gettext("Lines and amounts are net of what was undone in the period."),
            gettext("A change is of what the same row cost in the period beside."),
            *aside,
        ),
    )


def _headlines(found: _Found) -> tuple[Headline, ...]:
    told = [
        Headline(gettext("Cost of dispensing"), found.total.cost),
        Headline(gettext("Persons served"), found.total.beneficiaries, Kind.INTEGER),
    ]
    if found.before is not None:
        told.append(Headline(gettext("Difference"), found.total.cost - found.before))
    return tuple(told)


def _room(dimension: Dimension) -> slice:
    """Return which rows a chart has room for: the last months, of all else the highest."""
    return slice(-_BARS, None) if dimension is Dimension.MONTH else slice(_BARS)


def _of_bars(row: Links) -> Links:
    """Return what the bars of a row open, in the period and in the one beside."""
    places = {"series_1": "cost", "series_2": "before"}
    return {bar: row[name] for bar, name in places.items() if name in row}


def _charts(
    query: ReportQuery, dimension: Dimension, bars: Sequence[_Ranked], language: str
) -> tuple[Chart, ...]:
    if len(bars) < 2:  # noqa: PLR2004 - one bar compares nothing
        return ()
    by_month = dimension is Dimension.MONTH
    series = [Series(say.COST(language), tuple(one.figures.cost for one in bars))]
    if query.compare is not None and not by_month:
        series.append(Series(comparison_name(query.compare), tuple(one.before for one in bars)))
    axis = say.DIMENSIONS[dimension.value](language)
    named = axis if language == "ar" else axis.lower()
    title = say.CHART_MONTHS(language) if by_month else say.CHART_ALL(language)
    return (
        Chart(
            title=title.format(dimension=named),
            form=Form.COLUMNS if by_month else Form.ROWS,
            axis=axis,
            categories=tuple(one.label for one in bars),
            series=tuple(series),
        ),
    )


def _all_of_them(query: ReportQuery) -> Links:
    """Return, for what stands together in one row, the same report with a row for each."""
    asks = {
        "date_from": query.date_from.isoformat(),
        "date_to": query.date_to.isoformat(),
        "by": query.by[0].value,
        "compare": query.compare.value if query.compare else None,
        **{one.value: getattr(query, name) for one, (name, _model) in NAMED.items()},
        **{name: getattr(query, name) for name in SAID},
    }
    whole = Behind("report.cost_ranking", {name: one for name, one in asks.items() if one})
    return dict.fromkeys(("lines", "cost", "before"), whole)


def _links(query: ReportQuery, dimension: Dimension, key: object) -> Links:
    """Return the lines behind a row, in both periods; the ellipsis is the whole report."""
    said = {} if key is ... else {f"key_{dimension.value}": UNSAID if key is None else key}
    behind = lines_behind(query, **said)
    persons = lines_behind(query, per="person", **said)
    links = {"lines": behind, "cost": behind, "beneficiaries": persons, "average": persons}
    if query.beside is not None:
        first, last = query.beside
        links["before"] = lines_behind(replace(query, date_from=first, date_to=last), **said)
    return links

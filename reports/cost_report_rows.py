"""The one builder behind every form of the cost report: paper, workbook, CSV, screen and chart.

No form takes a figure from anywhere else, so they cannot differ.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from reports import cost_words as say
from reports import words
from reports.chart_facts import Chart, Form, Series
from reports.cost_report_facts import Claims, CostFigures, CostReport, changed
from reports.figures import amount, day, moment
from reports.spreadsheets import Cell, Column, Kind, Table
from reports.words import Pair

BARS_MAX = 12
BARS_MIN = 2


@dataclass(frozen=True, slots=True)
class Figure:
    """One column of figures: key, title, kind, and where its value comes from."""

    key: str
    title: Pair
    kind: Kind
    of: Callable[[CostFigures], int | None]


FIGURES = (
    Figure("lines", say.LINES, Kind.INTEGER, lambda row: row.lines),
    Figure("quantity", say.QUANTITY, Kind.INTEGER, lambda row: row.quantity),
    Figure("cost", say.COST, Kind.MONEY, lambda row: row.cost),
    Figure("state", say.STATE, Kind.MONEY, lambda row: row.state),
    Figure("donor", say.DONOR, Kind.MONEY, lambda row: row.donor),
    Figure("citizen", say.CITIZEN, Kind.MONEY, lambda row: row.citizen),
    Figure("reversed_lines", say.REVERSED_LINES, Kind.INTEGER, lambda row: row.reversed_lines),
    Figure("reversed_cost", say.REVERSED_COST, Kind.MONEY, lambda row: row.reversed_cost),
    Figure("beneficiaries", say.BENEFICIARIES, Kind.INTEGER, lambda row: row.beneficiaries),
    Figure("average", say.AVERAGE, Kind.MONEY, lambda row: row.average),
)


_REVERSED = frozenset({"reversed_lines", "reversed_cost"})
_SHARE = Figure("share", say.SHARE, Kind.PERCENT, lambda row: row.share)


def figures_for(report: CostReport) -> tuple[Figure, ...]:
    """Return the columns of figures of a report.

    Shares and another period take the place of what was reversed, which has a list of its own.
    """
    if not report.ranked:
        return FIGURES
    beside = (
        Figure("before", Pair(report.beside, report.beside), Kind.MONEY, lambda row: row.before),
        Figure("difference", say.DIFFERENCE, Kind.MONEY, lambda row: row.difference),
        Figure("change", say.CHANGE, Kind.PERCENT, lambda row: row.change),
    )
    # Beside another period there is no room for units of all sorts of items, which say least.
    left_out = _REVERSED | ({"quantity"} if report.beside else frozenset())
    kept = [figure for figure in FIGURES if figure.key not in left_out]
    at = next(place for place, figure in enumerate(kept) if figure.key == "cost") + 1
    return (*kept[:at], _SHARE, *(beside if report.beside else ()), *kept[at:])


def figures_of(report: CostReport, row: CostFigures) -> tuple[int | None, ...]:
    """Return the cells of a row, a group or the total after their labels."""
    return tuple(figure.of(row) for figure in figures_for(report))


def table_of(report: CostReport, language: str) -> Table:
    """Return the rows by their keys, a label column per dimension, and the total."""
    labels = tuple(Column(name, say.DIMENSIONS[name](language)) for name in report.by)
    total: tuple[Cell, ...] = (words.TOTAL(language), *[""] * (len(report.by) - 1))
    return Table(
        columns=(*labels, *_figure_columns(report, language)),
        rows=tuple((*row.labels, *figures_of(report, row)) for row in report.ordered_rows),
        total=(*total, *figures_of(report, report.total)),
        below=below_of(report, language),
    )


def below_of(report: CostReport, language: str) -> tuple[tuple[Cell, ...], ...]:
    """Return what stands under the total: the claims accepted, and dispensing with them.

    Persons, averages and shares are of dispensing alone, and stay empty here.
    """
    if report.claims is None:
        return ()
    claims, total = report.claims, report.total
    apart = _below(claims)
    together = _below(
        Claims(
            lines=total.lines + claims.lines,
            quantity=total.quantity + claims.quantity,
            cost=total.cost + claims.cost,
            before=None if claims.before is None else (total.before or 0) + claims.before,
        )
    )
    empty = [""] * (len(report.by) - 1)
    return tuple(
        (title(language), *empty, *(told.get(figure.key) for figure in figures_for(report)))
        for title, told in ((say.CLAIMS, apart), (say.TOGETHER, together))
    )


def _below(told: Claims) -> dict[str, int | None]:
    return {
        "lines": told.lines,
        "quantity": told.quantity,
        "cost": told.cost,
        "before": told.before,
        "difference": None if told.before is None else told.cost - told.before,
        "change": changed(told.cost, told.before),
    }


def groups_of(report: CostReport, language: str) -> Table | None:
    """Return the subtotals of the first of two dimensions, or None for one dimension."""
    if not report.groups:
        return None
    first = report.by[0]
    return Table(
        columns=(
            Column(first, say.DIMENSIONS[first](language)),
            *_figure_columns(report, language),
        ),
        rows=tuple((group.label, *figures_of(report, group)) for group in report.ordered_groups),
        total=(words.TOTAL(language), *figures_of(report, report.total)),
    )


def reversals_of(report: CostReport, language: str) -> Table:
    """Return every reversal of the period in the order of its day and number, with their sum."""
    titles = (
        ("day", say.REVERSAL_DAY, Kind.DAY),
        ("number", say.REVERSAL_NUMBER, Kind.TEXT),
        ("original_number", say.REVERSAL_ORIGINAL, Kind.TEXT),
        ("reason", say.REVERSAL_REASON, Kind.TEXT),
        ("cost", say.REVERSAL_COST, Kind.MONEY),
    )
    ordered = sorted(report.reversals, key=lambda row: (row.day, row.number))
    count = say.REVERSALS_COUNT(language).format(count=f"{len(ordered):,}")
    return Table(
        columns=tuple(Column(key, title(language), kind) for key, title, kind in titles),
        rows=tuple(
            (row.day, row.number, row.original_number, row.reason, row.cost) for row in ordered
        ),
        total=(None, "", "", count, report.total.reversed_cost),
    )


def chart_of(report: CostReport, language: str) -> Chart | None:
    """Return the bars of the first dimension: every month, or the dearest of anything else.

    None when fewer than two bars would stand there.
    """
    bars = [
        _Bar(group.label, group.cost, group.before, together=group.key == report.others)
        for group in report.ordered_groups
    ] or [
        _Bar(row.labels[0], row.cost, row.before, together=row.keys[0] == report.others)
        for row in report.ordered_rows
    ]
    if len(bars) < BARS_MIN:
        return None
    dimension = say.DIMENSIONS[report.by[0]](language)
    if report.by[0] == "month":
        title = say.CHART_MONTHS(language)
        return _chart(title, Form.COLUMNS, dimension, bars, (language, report.beside))
    return _dearest(bars, dimension, (language, report.beside))


def filters_of(report: CostReport, language: str) -> str:
    """Return in words what the figures were narrowed to."""
    if not report.filters:
        return say.NO_FILTERS(language)
    separator = "؛ " if language == words.ARABIC else "; "
    told = separator.join(f"{label}: {value}" for label, value in report.filters)
    return f"{say.FILTERS(language)} {told}"


def period_of(report: CostReport, language: str) -> str:
    """Return the period in words."""
    period = say.PERIOD(language)
    return period.format(start=day(report.date_from), end=day(report.date_to))


def arrangement_of(report: CostReport, language: str) -> str:
    """Return in words how the rows are arranged."""
    names = [say.DIMENSIONS[name](language) for name in report.by]
    if language != words.ARABIC:
        names = [say.within(name) for name in names]
    if len(names) == 1:
        return say.BY_ONE(language).format(first=names[0])
    return say.BY_TWO(language).format(first=names[0], second=names[1])


def title_of(report: CostReport, language: str) -> str:
    """Return the title with the arrangement of the rows."""
    names = [say.DIMENSIONS[name](language) for name in report.by]
    return say.titled(say.TITLE(language), names, language)


def as_of(report: CostReport, language: str) -> str:
    """Return the moment of the figures in words."""
    return say.AS_OF(language).format(moment=moment(report.as_of))


def notes_of(report: CostReport, language: str) -> tuple[str, ...]:
    """Return the sentences without which the figures could be misread."""
    net = say.NET_LISTED if report.ranked else say.NET
    notes = [say.DISTINCT, say.VALUATION, net, say.SHARES]
    invented = [say.INVENTED] if report.demo else []
    return (
        *(note(language) for note in notes),
        *report.remarks,
        *(note(language) for note in invented),
    )


def _figure_columns(report: CostReport, language: str) -> tuple[Column, ...]:
    return tuple(
        Column(figure.key, figure.title(language), figure.kind) for figure in figures_for(report)
    )


@dataclass(frozen=True, slots=True)
class _Bar:
    """A bar: its name, its cost, the other period's; whether it is all others together."""

    label: str
    cost: int
    before: int | None
    together: bool


def _chart(
    title: str, form: Form, dimension: str, bars: Sequence[_Bar], told: tuple[str, str]
) -> Chart:
    language, beside = told
    series = [Series(say.COST(language), tuple(bar.cost for bar in bars))]
    if beside:
        series.append(Series(beside, tuple(bar.before for bar in bars)))
    return Chart(
        title=title,
        form=form,
        axis=dimension,
        categories=tuple(bar.label for bar in bars),
        series=tuple(series),
    )


def _dearest(bars: Sequence[_Bar], dimension: str, told: tuple[str, str]) -> Chart:
    """Return the bars of the highest cost, highest first, and what the others come to."""
    language = told[0]
    ordered = sorted(bars, key=lambda bar: (bar.together, -bar.cost))
    alone = sum(1 for bar in ordered if not bar.together)
    shown, rest = ordered[: min(BARS_MAX, alone)], ordered[min(BARS_MAX, alone) :]
    named = dimension if language == words.ARABIC else dimension.lower()
    counted = len(rest) > len(ordered) - alone
    title = (say.CHART_TOP if counted else say.CHART_ALL)(language)
    title = title.format(dimension=named, shown=len(shown), count=alone)
    chart = _chart(title, Form.ROWS, dimension, shown, told)
    left_out = amount(sum(bar.cost for bar in rest))
    note = say.CHART_REST(language).format(amount=left_out) if rest else ""
    return replace(chart, note=note)

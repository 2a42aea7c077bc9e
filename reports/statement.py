"""The governor's statement: a period on one signed A4 page, beside a period of comparison.

    statement = Statement(...)
    render(statement, language="ar")          # always one page, however long its names are
    svg(statement, "ar")                      # its chart for the page on screen

Page, paper and command line show `cells_of` a row, so they cannot differ.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from reportlab.graphics import renderPDF

from reports import arabic, charts, cost_words, figures
from reports import statement_words as say
from reports.chart_facts import Chart, Form, Series
from reports.page import A4, SIGNATURES, Document, Heading
from reports.sheet import ACCENT, END, LINE, SOFT, TINT, Type

ROW_HEIGHT = 11.6
SECTION_HEIGHT = 14.0
_NOTE_LEADING = 9
_CLOSING_ROOM = 46.0
_SIGNING_ROOM = 62.0
_SHARES = (0.44, 0.17, 0.16, 0.13, 0.10)
_CHART_BARS_MIN = 2
MONTHS_DRAWN = 24
"""Of more months than these the chart shows years."""


class Measure(StrEnum):
    """What a figure counts."""

    COUNT = "count"
    MONEY = "money"  # piastres
    PERCENT = "percent"  # hundredths of a percent
    DAYS = "days"
    MONTHS = "months"  # tenths of a month


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """A figure of the period and the same of the other; None where there is none to give.

    Attributes:
        key: which figure it is; says how it is set.
        label: what it is called.
        measure: what it counts.
        value: of the period.
        compared: of the period of comparison.
    """

    key: str
    label: str
    measure: Measure
    value: int | None
    compared: int | None


@dataclass(frozen=True, slots=True)
class MonthCost:
    """What dispensing cost in a month, named by its first day; piastres."""

    month: date
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Figures that belong together."""

    title: str
    rows: tuple[StatementRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement, whole, in one language.

    Attributes:
        governorate: the head of the paper.
        fund_name: the second line of the head.
        number: the statement's number.
        period: the period in words.
        compared: the period of comparison in words.
        as_of: the moment of the query, aware, in Cairo time.
        sections: every figure, in the order of reading.
        cost_in_words: the cost of the period in words, with its فقط and لا غير.
        months: the cost of each month in which something was dispensed, in the order of time.
        seal: the seal of the period's last voucher; empty where there is none.
        demo: prints that the figures are invented.
    """

    governorate: str
    fund_name: str
    number: str
    period: str
    compared: str
    as_of: datetime
    sections: tuple[Section, ...]
    cost_in_words: str
    months: tuple[MonthCost, ...]
    seal: str = ""
    demo: bool = False


def shown(value: int | None, measure: Measure) -> str:
    """Return a figure as page and paper show it; a dash where there is none, brackets below 0."""
    if value is None:
        return "–"
    if measure is Measure.MONEY:
        return figures.amount(value)
    if measure is Measure.PERCENT:
        text = f"{figures.amount(abs(value))}%"
    elif measure is Measure.MONTHS:
        whole, part = divmod(abs(value), 10)
        text = f"{whole:,}.{part}"
    else:
        return figures.count(value)
    return f"({text})" if value < 0 else text


def cells_of(row: StatementRow) -> tuple[str, str, str, str]:
    """Return the figure, the one beside it, their difference and the change in percent."""
    if row.value is None or row.compared is None:
        return shown(row.value, row.measure), shown(row.compared, row.measure), "–", "–"
    difference = row.value - row.compared
    change = "–"
    if row.compared and row.measure is not Measure.PERCENT:
        share = (2 * abs(difference) * 1000 + row.compared) // (2 * row.compared)
        text = f"{share // 10:,}.{share % 10}%"
        change = f"({text})" if difference < 0 and share else text
    return (
        shown(row.value, row.measure),
        shown(row.compared, row.measure),
        shown(difference, row.measure),
        change,
    )


def render(statement: Statement, *, language: str, digits: str = arabic.LATIN_DIGITS) -> bytes:
    """Return the statement as a PDF of exactly one A4 page.

    Args:
        statement: its figures and words.
        language: "ar" or "en".
        digits: `arabic.LATIN_DIGITS` or `arabic.ARABIC_DIGITS`; English is always Western.
    """
    document = Document(
        Heading(
            title=say.TITLE(language),
            number=statement.number,
            on=statement.as_of.date(),
            lines=(statement.period, statement.compared),
            as_of=statement.as_of,
            governorate=statement.governorate,
            fund=statement.fund_name,
        ),
        size=A4,
        language=language,
        digits=digits,
        demo=statement.demo,
    )
    _table(document, statement)
    _words(document, statement)
    _chart(document, statement)
    _closing(document, statement)
    document.y = document.floor + _SIGNING_ROOM + 2
    document.signatures((SIGNATURES[0], SIGNATURES[1], say.GOVERNOR))
    return document.finish()


def svg(statement: Statement, language: str, *, ident: str = "statement-chart") -> str:
    """Return the chart as an SVG element, empty where there is nothing to compare."""
    chart = chart_of(statement, language)
    if len(chart.categories) < _CHART_BARS_MIN:
        return ""
    return charts.svg(chart, language=language, description=statement.period, ident=ident)


def chart_of(statement: Statement, language: str) -> Chart:
    """Return the chart: months, or years when the months are too many."""
    costs: Counter[str] = Counter()
    by_year = len(statement.months) > MONTHS_DRAWN
    for each in statement.months:
        name = str(each.month.year)
        costs[name if by_year else figures.month_in_words(each.month, language)] += each.cost
    title = say.CHART_YEARS if by_year else say.CHART_MONTHS
    return Chart(
        title=title(language),
        form=Form.COLUMNS,
        axis=(say.YEAR if by_year else say.MONTH)(language),
        categories=tuple(costs),
        series=(Series(title(language), tuple(costs.values())),),
    )


def _edges(document: Document) -> list[float]:
    """Return where the columns start, and where the last ends, from the start edge."""
    edges = [document.start]
    for share in _SHARES:
        edges.append(edges[-1] + document.width * share)
    return edges


def _table(document: Document, statement: Statement) -> None:
    language, edges = document.language, _edges(document)
    document.y += 4
    heads = (say.ITEM, say.PERIOD, say.BESIDE, say.DIFFERENCE, say.CHANGE)
    head = Type(8, bold=True, colour=ACCENT)
    top = document.y
    document.sheet.box(document.start, top - 15, document.width, 15, fill=TINT)
    _line(document, edges, top - 11, tuple(pair(language) for pair in heads), (head, head))
    document.y = top - 15
    for section in statement.sections:
        _section(document, section.title)
        for row in section.rows:
            _row(document, edges, row)


def _section(document: Document, title: str) -> None:
    sheet = document.sheet
    document.y -= SECTION_HEIGHT
    kind = Type(8.8, bold=True, colour=ACCENT)
    sheet.fitted(document.start, document.y + 4, document.width, title, kind, smallest=7)
    sheet.rule(document.start, document.end, document.y + 0.6, weight=0.8, colour=ACCENT)


def _row(document: Document, edges: list[float], row: StatementRow) -> None:
    strong = row.key in say.STRONG
    document.y -= ROW_HEIGHT
    kind, beside = Type(8.4, bold=strong), Type(8.2, colour=SOFT)
    indent = 10.0 if row.key in say.INDENTED else 0.0
    cells = (row.label, *cells_of(row))
    _line(document, edges, document.y + 3.4, cells, (kind, beside), indent=indent)
    document.sheet.rule(document.start, document.end, document.y, weight=0.3, colour=LINE)


def _line(
    document: Document,
    edges: list[float],
    y: float,
    cells: tuple[str, ...],
    kinds: tuple[Type, Type],
    *,
    indent: float = 0.0,
) -> None:
    """Write a line of the table: the label at the start, figures against their right edges."""
    sheet, pad = document.sheet, 3.0
    room = edges[1] - edges[0] - 2 * pad - indent
    sheet.fitted(edges[0] + pad + indent, y, room, cells[0], kinds[0], smallest=6.5)
    for place, text in enumerate(cells[1:], start=1):
        kind = kinds[0] if place == 1 else kinds[1]
        room = edges[place + 1] - edges[place] - 2 * pad
        # The right edge of a column is its start in Arabic and its end in English.
        edge, anchor = (edges[place] + pad, "start") if sheet.rtl else (edges[place + 1] - pad, END)
        sheet.fitted(edge, y, room, text, kind, smallest=5.5, anchor=anchor)


def _words(document: Document, statement: Statement) -> None:
    sheet, label = document.sheet, f"{say.COST_IN_WORDS(document.language)}: "
    document.y -= 13
    soft = Type(8, colour=SOFT)
    wide = sheet.text(document.start, document.y, label, soft) + 4
    room = document.width - wide
    kind = Type(9, bold=True)
    if sheet.measure(statement.cost_in_words, kind) > room:
        kind = Type(7.5, bold=True)
    document.y = sheet.block(
        document.start + wide, document.y, room, statement.cost_in_words, kind,
        max_lines=2, leading=10,
    )  # fmt: skip


def _chart(document: Document, statement: Statement) -> None:
    sheet, language = document.sheet, document.language
    document.y -= 5
    chart = chart_of(statement, language)
    sheet.text(document.start, document.y, chart.title, Type(8.8, bold=True, colour=ACCENT))
    if len(chart.categories) < _CHART_BARS_MIN:
        document.y -= 14
        sheet.text(document.start, document.y, say.NO_CHART(language), Type(8, colour=SOFT))
        return
    drawn = charts.drawing(
        chart,
        language=language,
        digits=sheet.digits,
        width=document.width,
        height=document.y - 2 - document.floor - _SIGNING_ROOM - _CLOSING_ROOM,
    )
    document.y -= drawn.height + 2
    renderPDF.draw(drawn, sheet.canvas, document.start, document.y)


def _closing(document: Document, statement: Statement) -> None:
    """Write what the reader must know, when it was queried, and the seal it ends at."""
    sheet, language, kind = document.sheet, document.language, Type(7, colour=SOFT)
    document.y -= 9
    invented = [cost_words.INVENTED(language)] if statement.demo else []
    for note in (*(each(language) for each in say.NOTES), *invented):
        document.y = sheet.block(
            document.start, document.y, document.width, note, kind,
            max_lines=2, leading=_NOTE_LEADING,
        )  # fmt: skip
    queried = say.QUERIED(language).format(moment=figures.moment(statement.as_of))
    sealed = f"{say.SEAL(language)}: {arabic.code(statement.seal)}" if statement.seal else ""
    text = "  |  ".join(part for part in (queried, sealed) if part)
    sheet.fitted(document.start, document.y, document.width, text, kind, smallest=5.5)

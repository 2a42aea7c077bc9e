"""The figures of a report, what each of them opens, and the few that open nothing, each by name."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from pharmacy.web.papers.figure_paper import Behind, Links, Made
from reports import figure_report
from reports.spreadsheets import Kind, Table
from tests.web.inspection import Page, text_of

FIGURES = frozenset({Kind.INTEGER, Kind.MONEY})
"""A percent is two figures, each of which opens its own lines."""

ROWS_ARE_LINES = "each row above is one line of it, and opens its own document"
SUM_OF_ROWS = "adds up what has no list in common: each row above opens its own lines"
NUMBER = "the number of a document or of a seal, no count of anything"
TWO_ACCOUNTS = "more than one account: opens the trial balance, which has each by itself"
MADE_OF = "made of figures that each open their own lines; what it opens holds those"
TWO_PARTS = "dispensing and claims: each of the two rows above it opens its lines"
OPENS_NOTHING: Mapping[tuple[str, str], str] = {
    ("account-statement", "balance"): "runs from line to line; the opening opens the month before",
    ("account-statement", "total of table"): ROWS_ARE_LINES,
    (
        "beneficiary-cost",
        "total",
    ): "of a person, cost here and on claims: both open beside it",
    ("budget", "total of table"): SUM_OF_ROWS,
    ("budget-overrides", "total of table"): ROWS_ARE_LINES,
    ("cash-counts", "total of table"): ROWS_ARE_LINES,
    ("consumption", "joint row below the table"): TWO_PARTS,
    ("expired-stock", "total of table"): ROWS_ARE_LINES,
    ("gifts", "total of table"): SUM_OF_ROWS,
    ("late-facts", "total of table"): ROWS_ARE_LINES,
    ("price-changes", "pack"): "a fact of the formulary: how many units are in a pack",
    ("proof", "difference"): "what the columns beside it do not come to, each of which opens",
    ("proof", "first"): NUMBER,
    ("proof", "last"): NUMBER,
    ("proof", "missing"): "numbers that no document bears",
    ("proof", "sequence"): NUMBER,
    ("reversals", "total of table"): ROWS_ARE_LINES,
    ("trial-balance", "total of table"): SUM_OF_ROWS,
    ("unmatched-receipts", "total of table"): ROWS_ARE_LINES,
    ("unusual-patterns", "of"): "out of how many; those that are meant open beside it",
}
"""Columns, or places, of reports whose figures open nothing, and why."""
OPENS_OTHERWISE: Mapping[tuple[str, str], str] = {
    ("budget", "lost"): TWO_ACCOUNTS,
    ("budget", "other"): TWO_ACCOUNTS,
    ("budget-overrides", "expected"): "opens the request, whose approval was expected to cost it",
    ("consumption", "average"): MADE_OF,
    ("consumption", "doses"): MADE_OF,
    ("consumption", "months"): MADE_OF,
    ("fund-statement", "balance"): "runs from line to line",
    ("gifts", "report.account_statement"): "money of every giver by name; one giver's come to it",
    ("price-changes", "change"): MADE_OF,
}
"""Columns, or pages, of reports where what a figure opens does not hold it, and why."""

DIFFERENCE = "what the two figures beside it come to, each of which opens its lines"
ITSELF = "each row is the very fact, written down by whom it names; nothing lies behind it"
COUNTED = "opens the list it counts; tests of the statement count them"
PAGES_OPEN_NOTHING: Mapping[tuple[str, str], str] = {
    ("funds/1", "Amount (EGP)"): ITSELF,
    ("periods", "First number"): NUMBER,
    ("periods", "Last number"): NUMBER,
    ("periods", "Missing"): "numbers that no document bears",
    ("periods", "Number in the chain"): NUMBER,
    ("statement", "Dispensing and claims together (EGP)"): "its two parts above open their lines",
    ("statement", "Difference"): DIFFERENCE,
    ("statement", "Change in percent"): DIFFERENCE,
}
"""Columns, or rows, of finance's own pages whose figures open nothing, and why."""
PAGES_OPEN_OTHERWISE: Mapping[tuple[str, str], str] = {
    ("funds", "Bought"): SUM_OF_ROWS,
    ("funds", "Closing"): TWO_ACCOUNTS,
    ("funds", "Opening"): TWO_ACCOUNTS,
    ("funds", "Other"): MADE_OF,
    ("funds", "Goods and invoice differences"): MADE_OF,
    ("funds/1", "Goods and invoice differences"): MADE_OF,
    ("funds/1", "Lost, apart (EGP)"): MADE_OF,
    ("funds/1", "Other"): MADE_OF,
    ("periods", "Amount (EGP)"): MADE_OF,
    ("periods", "Found"): "how many there are; what it opens lists them",
    ("statement", "Period"): COUNTED,
    (
        "statement",
        "Comparison",
    ): COUNTED,
}
"""Columns of finance's own pages where what a figure opens need not hold it, and why."""


def opens_nothing(name: str, figure: "Figure") -> bool:
    """Tell whether a figure of a report is among those that open nothing."""
    return any((name, of) in OPENS_NOTHING for of in (figure.column, figure.place))


def opens_otherwise(name: str, figure: "Figure") -> bool:
    """Tell whether what a figure of a report opens need not hold it."""
    page = figure.opens.endpoint if figure.opens else ""
    return any((name, of) in OPENS_OTHERWISE for of in (figure.column, page))


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that is not nothing, the place and column it stands in, and what it opens."""

    place: str
    column: str
    kind: Kind
    cell: int
    opens: Behind | None

    @property
    def text(self) -> str:
        """The figure as it is shown, without its sign."""
        return unsigned(figure_report.shown(self.cell, self.kind))


def figures_of(made: Made) -> Iterator[Figure]:
    """Give every figure of a report's tables that is not nothing."""
    paper = made.paper
    yield from _of_table("table", paper.table, made.behind, made.behind_total)
    places = ("claims below the table", "joint row below the table")
    for place, row, links in zip(places, paper.table.below, made.behind_below, strict=False):
        below = Table(columns=paper.table.columns, rows=(row,))
        yield from _of_table(place, below, [links], {})
    for number, chart in enumerate(paper.charts):
        links = made.behind_charts[number] if made.behind_charts else ()
        yield from _of_table(f"chart {number}", chart.table, links, {})
    nothing: Sequence[Links] = [{}] * len(paper.more)
    more = made.behind_more or [[] for _each in paper.more]
    totals = made.behind_more_totals or nothing
    for number, (each, links, total) in enumerate(zip(paper.more, more, totals, strict=True)):
        yield from _of_table(f"further table {number}", each.table, links, total)


def _of_table(place: str, table: Table, behind: Sequence[Links], total: Links) -> Iterator[Figure]:
    links = behind or [{}] * len(table.rows)
    rows = [(place, row, opens) for row, opens in zip(table.rows, links, strict=True)]
    if table.total:
        rows.append((f"total of {place}", table.total, total))
    for where, row, opens in rows:
        for cell, column in zip(row, table.columns, strict=True):
            if column.kind in FIGURES and cell and isinstance(cell, int):
                yield Figure(where, column.key, column.kind, cell, opens.get(column.key))


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure of a page that is not nothing, its row, column or label, and what it opens."""

    row: str
    column: str
    text: str
    href: str


def figures_on(page: Page) -> Iterator[Shown]:
    """Give every figure of a page's tables and lists of facts that is not nothing."""
    for table in page.all("table"):
        heads = [text_of(head) for part in table.iter("thead") for head in part.iter("th")]
        parts = [part for part in table if part.tag in {"tbody", "tfoot"}]
        for row in (row for part in parts for row in part.iter("tr")):
            at, name = 0, text_of(row[0])
            for cell in row:
                if "num" in cell.get("class", "").split():
                    yield from _shown(name, heads[at], cell)
                at += int(cell.get("colspan", 1))
    for pair in (pair for one in page.all("dl") for pair in one):
        label, value = pair
        if re.fullmatch(r"-?[\d,]+(\.\d\d)?", text_of(value)):
            yield from _shown("", text_of(label), value)


def _shown(row: str, column: str, cell: Element) -> Iterator[Shown]:
    text = unsigned(text_of(cell))
    if text.strip("0.,%–"):
        links = [link.get("href", "") for link in cell.iter("a")]
        yield Shown(row, column, text, links[0] if links else "")


def tells(page: Page, figure: Shown) -> bool:
    """Tell whether a page tells a figure in a table, a list of facts or a sentence."""
    told = (text_of(one).split() for one in page.all("td", "th", "dd", "p", "li", "span"))
    return figure.text in {unsigned(word) for words in told for word in words}


def holds(page: Page, figure: Figure) -> bool:
    """Tell whether a page tells an amount, or a table of it a count or exactly as many rows."""
    if figure.kind is Kind.MONEY:
        told = (text_of(one).split() for one in page.all("td", "dd", "p", "li"))
        return figure.text in {unsigned(word) for words in told for word in words}
    tables = page.all("table")
    cells = {unsigned(text_of(cell)) for table in tables for cell in table.iter("td")}
    counted = {text_of(head).rpartition(": ")[2] for table in tables for head in table.iter("th")}
    rows = {sum(1 for _ in body.iter("tr")) for body in page.all("tbody")}
    return figure.text in cells | counted or figure.cell in rows


def unsigned(text: str) -> str:
    """A figure as it is shown, whichever way a sign is written."""
    return text.strip("()−-+‎\u2066\u2069 ")

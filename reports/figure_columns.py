"""How wide the columns of a table of figures stand on paper, and in which size of print.

Figures are never broken: the largest look is taken in which every column of figures holds its
longest figure and the longest word of its head, and what they leave is the room of the texts.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from reports import figures
from reports.page import Document
from reports.sheet import Type
from reports.spreadsheets import Cell, Kind, Table
from reports.table import Column, Look
from reports.table import Kind as PaperKind

LOOKS = (
    Look(size=8.0, head_size=7.5, pad=2.6, max_lines=3, head_lines=4),
    Look(size=7.2, head_size=6.8, pad=2.2, max_lines=3, head_lines=5),
    Look(size=6.4, head_size=6.2, pad=1.6, max_lines=3, head_lines=5),
    Look(size=5.8, head_size=5.8, pad=1.2, max_lines=3, head_lines=6),
)
"""From the usual look down to the smallest that is printed."""

_TEXT_PART_MIN = 0.2  # of the width: the texts of a table never get less, where a look allows it
_TEXT_MIN = 46.0
_FIGURE_MIN = 36.0
_ROWS_MEASURED = 40  # the longest texts of a column, by letters
_DIGIT = re.compile(r"[0-9]")
_PAPER_KINDS = {Kind.TEXT: PaperKind.TEXT, Kind.DAY: PaperKind.CENTRED}

Shown = Callable[[Cell, Kind], str]


@dataclass(frozen=True, slots=True)
class Fitting:
    """The look of a table and its columns, their shares in points."""

    look: Look
    columns: list[Column]


def shown(cell: Cell, kind: Kind) -> str:
    """Return a cell as paper and page show it; a dash where there is no figure to give."""
    if isinstance(cell, date):
        return figures.day(cell)
    if cell is None or isinstance(cell, str):
        return "–" if cell is None else cell
    if kind is Kind.PERCENT:
        return figures.percent(cell)
    return figures.amount(cell) if kind is Kind.MONEY else figures.count(cell)


def fitted(document: Document, table: Table) -> Fitting:
    """Return the largest look in which the table fits the width of the paper, and its columns."""
    texts = [at for at, column in enumerate(table.columns) if column.kind is Kind.TEXT]
    widths: dict[int, float] = {}
    for look in LOOKS:
        widths = {
            at: _figure_width(document, table, at, look)
            for at in range(len(table.columns))
            if at not in texts
        }
        left = document.width - sum(widths.values())
        if left >= _least(document, len(texts)):
            break
    wanted = {at: _text_width(document, table, at, look) for at in texts}
    rooms = _shared(wanted, max(left, _TEXT_MIN * len(texts)))
    # What nobody needs goes to all, evenly, so that the figures do not crowd at one edge.
    spare = max(document.width - sum(widths.values()) - sum(rooms.values()), 0.0)
    more = spare / len(table.columns)
    columns = [
        Column(
            column.title,
            (rooms[at] if at in rooms else widths[at]) + more,
            _PAPER_KINDS.get(column.kind, PaperKind.FIGURE),
        )
        for at, column in enumerate(table.columns)
    ]
    return Fitting(look, columns)


def _least(document: Document, texts: int) -> float:
    return max(document.width * _TEXT_PART_MIN, _TEXT_MIN * texts) if texts else 0.0


def _shared(wanted: dict[int, float], room: float) -> dict[int, float]:
    """Return what each text gets: all that it wants while there is room, else a fair part.

    Those that want least are served first, so that a column of short codes keeps them whole.
    """
    rooms: dict[int, float] = {}
    for at in sorted(wanted, key=lambda key: wanted[key]):
        rooms[at] = min(wanted[at], room / (len(wanted) - len(rooms)))
        room -= rooms[at]
    return rooms


def _rows(table: Table) -> tuple[tuple[Cell, ...], ...]:
    return (*table.rows, *table.foot)


def _head_width(document: Document, title: str, look: Look) -> float:
    kind = Type(look.head_size, bold=True)
    return max(document.sheet.measure(word, kind) for word in title.split(" ") or [""])


def _figure_width(document: Document, table: Table, at: int, look: Look) -> float:
    """Return the room that the longest figure of a column and the words of its head take."""
    column, kind = table.columns[at], Type(look.size, bold=True)
    texts = {shown(cell, column.kind) for cell in _extremes(table, at)}
    wide = [document.sheet.measure(_DIGIT.sub("0", text), kind) for text in texts]
    head = _head_width(document, column.title, look)
    return max(*wide, head, _FIGURE_MIN * look.size / LOOKS[0].size) + 2 * look.pad + 1


def _extremes(table: Table, at: int) -> list[Cell]:
    """Return the cells among which the longest is: nothing between two figures has more digits."""
    cells = [row[at] for row in _rows(table)]
    numbers = [cell for cell in cells if isinstance(cell, int)]
    others = [cell for cell in cells if not isinstance(cell, int)]
    ends: list[Cell] = [min(numbers), max(numbers)] if numbers else []
    return [*ends, *sorted(others, key=lambda cell: len(str(cell)))[-1:], None]


def _text_width(document: Document, table: Table, at: int, look: Look) -> float:
    """Return the room of the longest text of a column on one line."""
    kind = Type(look.size, bold=True)
    texts = {str(row[at]) for row in _rows(table) if row[at] is not None}
    longest = sorted(texts, key=len)[-_ROWS_MEASURED:]
    wide = [document.sheet.measure(line, kind) for text in longest for line in text.split("\n")]
    head = _head_width(document, table.columns[at].title, look)
    return max(*wide, head, 0.0) + 2 * look.pad + 2

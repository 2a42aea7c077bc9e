"""Tables drawn straight on the canvas: right-to-left aware, wrapping cells, head on every page.

Cells are ready strings in logical order (format figures with `reports.figures`). The first column
stands at the start edge. Figures are set against the right edge of their column in both
languages, so that units stand under units.
"""

import itertools
import math
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from reportlab.lib.units import mm

from reports import barcodes, words
from reports.page import Document
from reports.sheet import ACCENT, CENTRE, END, INK, LINE, SOFT, START, STOP, TINT, Sheet, Type


class Kind(Enum):
    """How the cells of a column are set."""

    TEXT = "text"
    FIGURE = "figure"
    CENTRED = "centred"
    BOX = "box"  # an empty box to write in, whatever the cell says
    BARS = "bars"  # an EAN-13 with its digits; nothing where the cell is empty


_DRAWN = frozenset({Kind.BOX, Kind.BARS})


class Style(Enum):
    """How a row stands out."""

    PLAIN = "plain"
    GROUP = "group"
    SUBTOTAL = "subtotal"
    BALANCE = "balance"
    TOTAL = "total"
    STRUCK = "struck"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its share of the width (any unit), and how its cells are set."""

    title: str
    share: float = 1.0
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Row:
    """A row of ready strings, as many as there are columns; a short row leaves the rest empty.

    A note stands under the cells, from the first text column to the end edge. A struck row has
    its words crossed out and its note in red ("reversed" when the note is empty). `keep` is room
    in points wanted under the row on its page; `running` names the row's group and is printed
    again when the row opens a page.
    """

    cells: Sequence[str]
    style: Style = Style.PLAIN
    note: str = ""
    keep: float = 0.0
    running: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """Sizes of a table in points, and the most lines one cell may take; `least` height of a row."""

    size: float = 8.5
    head_size: float = 8.0
    pad: float = 3.0
    max_lines: int = 5
    head_lines: int = 3
    least: float = 0.0


PLAIN_LOOK = Look()
_SQUEEZE = {
    Kind.TEXT: 1.0,
    Kind.CENTRED: 1.3,
    Kind.FIGURE: math.inf,
    Kind.BOX: math.inf,
    Kind.BARS: math.inf,
}
_TOTALS_MOST = 3
LAST_ROWS = 3
"""Rows that go over a page with what must not stand alone under the table."""
_HEADS_APART = 5.0
"""Points by which a line of a head stays shorter than its column."""
BAR_MODULE: float = 0.25 * mm
"""Width of one bar unit of an EAN-13 in a cell, in points: two dots at 203 dpi."""
_BARS: float = 4.6 * mm


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where the columns stand: distances from the start edge."""

    columns: Sequence[Column]
    starts: Sequence[float]
    widths: Sequence[float]
    look: Look


def draw_table(
    document: Document,
    columns: Sequence[Column],
    rows: Iterable[Row | Sequence[str]],
    *,
    look: Look = PLAIN_LOOK,
    tail: float = 0.0,
) -> None:
    """Draw a table at `document.y` and leave it under the last row.

    Args:
        document: the paper; pages are turned as needed and the head repeated.
        columns: in reading order.
        rows: `Row`s or bare sequences of strings; drawn one by one, so a generator may feed them.
        look: sizes.
        tail: room in points of what follows the table and must not stand on a page without any of
            it: the last three rows and the total go over with it. A tail that no page holds
            together with them is left to turn the page by itself.
    """
    grid = _grid(document, columns, look)
    titles = _titles(document, grid)
    first_row = look.size * 1.5 + 2 * look.pad
    document.need(_head_height(titles, look) + first_row)
    _draw_head(document, grid, titles)
    for row, last in _with_the_last(rows):
        fill = _measured(document, grid, row)
        room = fill.height + row.keep
        if tail and last:
            together = sum(_measured(document, grid, one).height for one in last) + tail
            again = _head_height(titles, look) + (first_row if row.running else 0.0)
            room = max(room, together if again + together <= document.whole else 0.0)
        if document.need(room):
            _draw_head(document, grid, titles)
            if row.running:
                group = Row((row.running,), Style.GROUP)
                _draw_row(document, grid, group, _measured(document, grid, group))
        _draw_row(document, grid, row, fill)


def table_height(
    document: Document, columns: Sequence[Column], rows: Sequence[Row], look: Look
) -> float:
    """Return the height in points of a table that stands on one page."""
    grid = _grid(document, columns, look)
    heights = (_measured(document, grid, row).height for row in rows)
    return _head_height(_titles(document, grid), look) + sum(heights)


def _with_the_last(
    rows: Iterable[Row | Sequence[str]],
) -> Iterator[tuple[Row, Sequence[Row]]]:
    """Give each row, and beside the first of the last ones all of those: three and the totals."""
    held: deque[Row] = deque()
    for item in rows:
        held.append(item if isinstance(item, Row) else Row(item))
        if len(held) > LAST_ROWS + _TOTALS_MOST:
            yield held.popleft(), ()
    totals = len(list(itertools.takewhile(_is_total, reversed(held))))
    while len(held) > LAST_ROWS + totals:
        yield held.popleft(), ()
    last = tuple(held)
    for place, row in enumerate(last):
        yield row, () if place else last


def _is_total(row: Row) -> bool:
    return row.style is Style.TOTAL


def _titles(document: Document, grid: _Grid) -> list[list[str]]:
    look = grid.look
    return [
        _head_lines(document.sheet, column.title, wide - 2 * look.pad, look)
        for column, wide in zip(grid.columns, grid.widths, strict=True)
    ]


def _grid(document: Document, columns: Sequence[Column], look: Look) -> _Grid:
    whole = sum(column.share for column in columns)
    widths = [document.width * column.share / whole for column in columns]
    starts = [document.start + sum(widths[:index]) for index in range(len(widths))]
    return _Grid(columns, starts, widths, look)


def _head_type(look: Look) -> Type:
    return Type(look.head_size, bold=True, colour=ACCENT)


def _head_lines(sheet: Sheet, title: str, room: float, look: Look) -> list[str]:
    """Return a head in lines that keep clear of the head beside it, where its words leave room."""
    kind = _head_type(look)
    longest = max((sheet.measure(word, kind) for word in title.split(" ")), default=0.0)
    clear = sheet.wrapped(title, max(room - _HEADS_APART, min(longest, room)), kind, 0)
    if len(clear) <= look.head_lines:
        return clear
    return sheet.wrapped(title, room, kind, look.head_lines)


def _head_height(titles: Sequence[Sequence[str]], look: Look) -> float:
    return max(len(t) for t in titles) * look.head_size * 1.4 + 2 * look.pad


def _draw_head(document: Document, grid: _Grid, titles: Sequence[Sequence[str]]) -> None:
    sheet, look = document.sheet, grid.look
    height = _head_height(titles, look)
    top = document.y
    sheet.box(document.start, top - height, document.width, height, fill=TINT)
    sheet.rule(document.start, document.end, top - height, weight=0.8, colour=ACCENT)
    for index, lines in enumerate(titles):
        y = top - look.pad - look.head_size
        for line in lines:
            _draw_cell(sheet, grid, (index, y), line, _head_type(look))
            y -= look.head_size * 1.4
    document.y = top - height


@dataclass(frozen=True, slots=True)
class _Fill:
    """A row broken into lines, and the heights in points of its cells and of its note."""

    cells: Sequence[Sequence[str]]
    note: Sequence[str]
    cell_height: float
    note_height: float

    @property
    def height(self) -> float:
        """Of the whole row."""
        return self.cell_height + self.note_height


def _measured(document: Document, grid: _Grid, row: Row) -> _Fill:
    kind, look, sheet = _row_type(grid.look, row.style), grid.look, document.sheet
    cells: list[list[str]] = []
    for index, cell in enumerate(row.cells):
        room = grid.widths[index] - 2 * look.pad
        if row.style is Style.GROUP and len(row.cells) == 1:
            room = sum(grid.widths) - 2 * look.pad
        if "\n" not in cell and sheet.measure(cell, kind) <= room * _give(grid, index):
            cells.append([cell])
        else:
            cells.append(sheet.wrapped(cell, room, kind, look.max_lines))
    lines_high = max(len(lines) for lines in cells) * kind.size * 1.4 + 2 * look.pad
    height = max(lines_high, look.least if row.style is Style.PLAIN else 0.0)
    text = row.note or (document.say(words.REVERSED) if row.style is Style.STRUCK else "")
    if not text:
        return _Fill(cells, (), height, 0.0)
    room = document.end - _note_start(grid) - look.pad
    note = sheet.wrapped(text, room, _note_type(look, row.style), look.max_lines)
    return _Fill(cells, note, height, len(note) * look.size * 1.4)


def _give(grid: _Grid, index: int) -> float:
    """Return how much too wide a cell may be and still be set smaller, on one line."""
    return _SQUEEZE[grid.columns[index].kind]


def _note_start(grid: _Grid) -> float:
    pairs = zip(grid.columns, grid.starts, strict=True)
    return next((s for c, s in pairs if c.kind is Kind.TEXT), grid.starts[0]) + grid.look.pad


def _note_type(look: Look, style: Style) -> Type:
    if style is Style.STRUCK:
        return Type(look.size, bold=True, colour=STOP)
    return Type(look.size, colour=SOFT)


def _row_type(look: Look, style: Style) -> Type:
    strong = style not in {Style.PLAIN, Style.STRUCK}
    return Type(look.size, bold=strong, colour=SOFT if style is Style.STRUCK else INK)


def _draw_row(document: Document, grid: _Grid, row: Row, fill: _Fill) -> None:
    sheet, look = document.sheet, grid.look
    kind = _row_type(look, row.style)
    top, height = document.y, fill.height
    if row.style is Style.TOTAL:
        sheet.box(document.start, top - height, document.width, height, fill=TINT)
        sheet.rule(document.start, document.end, top, weight=0.8, colour=ACCENT)
    elif row.style is Style.BALANCE:
        sheet.box(document.start, top - height, document.width, height, fill=TINT)
    elif row.style is Style.SUBTOTAL:
        sheet.rule(document.start, document.end, top, weight=0.6, colour=INK)
    for index, cell in enumerate(fill.cells):
        if grid.columns[index].kind in _DRAWN:
            _draw_for_the_hand(document, grid, index, cell[0], fill.cell_height)
            continue
        y = top - look.pad - kind.size
        for line in cell:
            first, last = _draw_cell(sheet, grid, (index, y), line, kind)
            if row.style is Style.STRUCK and last > first:
                sheet.rule(first, last, y + kind.size * 0.3, weight=0.7, colour=STOP)
            y -= kind.size * 1.4
    y = top - fill.cell_height + look.pad - look.size
    for line in fill.note:
        sheet.text(_note_start(grid), y, line, _note_type(look, row.style))
        y -= look.size * 1.4
    document.y = top - height
    sheet.rule(document.start, document.end, document.y, weight=0.35, colour=LINE)


def _draw_for_the_hand(
    document: Document, grid: _Grid, index: int, cell: str, height: float
) -> None:
    """Draw the box or the bars of a cell whose upper edge is at `document.y`."""
    sheet, pad = document.sheet, grid.look.pad
    start, room = grid.starts[index], grid.widths[index]
    if grid.columns[index].kind is Kind.BOX:
        box = (room - pad, height - pad)
        sheet.box(start + pad / 2, document.y - height + pad / 2, *box, stroke=LINE, weight=0.7)
    elif cell:
        wide = barcodes.ean13_width(BAR_MODULE)
        left = sheet.x(start + room / 2) - wide / 2
        barcodes.draw_ean13(
            sheet, left, document.y - height + pad / 2, cell, module=BAR_MODULE, height=_BARS
        )


def _draw_cell(
    sheet: Sheet, grid: _Grid, place: tuple[int, float], line: str, kind: Type
) -> tuple[float, float]:
    """Draw one line of a cell; return where it begins and ends from the start edge."""
    index, y = place
    column, start, room = grid.columns[index], grid.starts[index], grid.widths[index]
    if column.kind is not Kind.TEXT:
        kind = _squeezed(sheet, line, kind, room - 2 * grid.look.pad)
    if column.kind is Kind.CENTRED or column.kind in _DRAWN:
        half = sheet.text(start + room / 2, y, line, kind, anchor=CENTRE) / 2
        return start + room / 2 - half, start + room / 2 + half
    if column.kind is Kind.FIGURE and not sheet.rtl:
        edge = start + room - grid.look.pad
        return edge - sheet.text(edge, y, line, kind, anchor=END), edge
    edge = start + grid.look.pad
    return edge, edge + sheet.text(edge, y, line, kind, anchor=START)


def _squeezed(sheet: Sheet, line: str, kind: Type, room: float) -> Type:
    """Return print small enough for the line: a figure is never broken over two lines."""
    wide = sheet.measure(line, kind)
    return kind if wide <= room else kind.sized(kind.size * room / wide)

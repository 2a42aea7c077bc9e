"""A report of named rows and figures on paper: A4 across, main figures first, the hands last."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Drawing

from reports import arabic, words
from reports import cost_words as say
from reports.chart_facts import Chart
from reports.charts import drawing
from reports.figure_columns import Fitting, fitted, shown
from reports.figure_report_facts import FigureReport, Headline, Signers, Titled
from reports.page import A4_LANDSCAPE, SIGNATURES, Document, Heading, signing_room
from reports.sheet import ACCENT, END, LINE, SOFT, TINT, Type
from reports.spreadsheets import Cell, Column, RowStyle, Table
from reports.spreadsheets import Kind as FigureKind
from reports.table import LAST_ROWS, Look, Row, Style, draw_table, table_height

__all__ = ["draw", "pdf", "shown"]

CHART_HEIGHT = 168.0
"""Points, of columns; rows take what their number needs."""

_TABLE_ROOM = 96.0
_NOTE = Type(8)
_GROUP_KEEPS = 2  # rows that stay with the head of their group
_FIRST_TILE = 1.35
_STYLES = {
    RowStyle.PLAIN: Style.PLAIN,
    RowStyle.GROUP: Style.GROUP,
    RowStyle.SUBTOTAL: Style.SUBTOTAL,
    RowStyle.BALANCE: Style.BALANCE,
}


def pdf(report: FigureReport, language: str, digits: str = arabic.LATIN_DIGITS) -> bytes:
    """Return the report as a PDF for signing, A4 across."""
    document = Document(
        heading_of(report),
        size=A4_LANDSCAPE,
        language=language,
        digits=digits,
        demo=report.demo,
    )
    draw(document, report)
    return document.finish()


def heading_of(report: FigureReport) -> Heading:
    """Return the official head: title, period and arrangement; number at the side."""
    return Heading(
        title=report.title,
        number=report.number,
        on=report.as_of.date(),
        lines=report.lines,
        as_of=report.as_of,
        governorate=report.governorate,
        fund=report.fund_name,
    )


def draw(document: Document, report: FigureReport) -> None:
    """Draw everything under the head of a document that was opened with `heading_of`."""
    if report.filters:
        document.y = document.sheet.block(
            document.start, document.y, document.width, report.filters, Type(8.5, colour=SOFT),
            max_lines=4,
        )  # fmt: skip
    if report.headlines:
        _tiles(document, report.headlines)
    if report.in_words:
        _in_words(document, report.in_words)
    last = _tail(document, report)
    charts_last = report.charts_last and bool(report.charts)
    if not charts_last:
        _charts(document, report.charts)
    parts = (Titled(report.table_title, report.table), *report.more)
    for place, each in enumerate(parts):
        document.y -= 12 if place else 0
        tail = last if place == len(parts) - 1 and not charts_last else 0.0
        _titled(document, each, tail)
    if charts_last:
        document.y -= 12
        _charts(document, report.charts, last)
    _notes(document, report)
    if report.signers is not None:
        document.signatures(signer_titles(report.signers, document.language))


def signer_titles(signers: Signers, language: str) -> tuple[str, ...]:
    """Return what stands above each signature place."""
    titles = (signers.prepared, signers.reviewed, signers.approved)
    return tuple(
        f"{place(language)}: {title}" if title else place(language)
        for place, title in zip(SIGNATURES, titles, strict=True)
    )


def _tiles(document: Document, headlines: tuple[Headline, ...]) -> None:
    """Draw the main figures side by side, the first of them widest."""
    sheet, high, gap = document.sheet, 40.0, 6.0
    room = document.width - gap * (len(headlines) - 1)
    shares = [_FIRST_TILE, *[1.0] * (len(headlines) - 1)]
    start = document.start
    for place, (told, share) in enumerate(zip(headlines, shares, strict=True)):
        wide = room * share / sum(shares)
        edge, fill = (LINE, None) if place else (ACCENT, TINT)
        sheet.box(start, document.y - high, wide, high, stroke=edge, fill=fill, radius=2)
        soft = Type(7.5, colour=SOFT)
        sheet.fitted(start + 6, document.y - 13, wide - 12, told.title, soft, smallest=6)
        kind = Type(11 if place else 13, bold=True, colour=ACCENT)
        text = shown(told.value, told.kind)
        if told.kind is FigureKind.MONEY and told.value is not None:
            text = f"{text} {words.POUNDS(document.language)}"
        sheet.fitted(start + 6, document.y - 31, wide - 12, text, kind, smallest=7)
        start += wide + gap
    document.y -= high + 16


def _in_words(document: Document, amount_in_words: str) -> None:
    """Write the amount in words, whole, over as many lines as it takes."""
    sheet, label = document.sheet, f"{say.IN_WORDS(document.language)}: "
    soft, kind = Type(9, colour=SOFT), Type(10, bold=True)
    wide = sheet.measure(label, soft) + 6
    sheet.text(document.start, document.y, label, soft)
    document.y = sheet.block(
        document.start + wide, document.y, document.width - wide, amount_in_words, kind
    )
    document.y -= 4


def _charts(document: Document, charts: tuple[Chart, ...], tail: float = 0.0) -> None:
    """Draw each chart under its title, whole on one page, the last with room for the tail."""
    for place, chart in enumerate(charts, start=1):
        drawn = drawing(
            chart,
            language=document.language,
            digits=document.sheet.digits,
            width=document.width,
            height=CHART_HEIGHT,
        )
        room = drawn.height + 24
        together = room + tail if place == len(charts) else room
        document.need(together if together <= document.whole else room)
        document.y -= 8
        draw_chart(document, chart, drawn)


def draw_chart(document: Document, chart: Chart, drawn: Drawing) -> None:
    """Write the title of a chart with its note beside it, and the drawing under them."""
    sheet, kind = document.sheet, Type(10, bold=True, colour=ACCENT)
    wide = sheet.fitted(document.start, document.y, document.width, chart.title, kind, smallest=8)
    if chart.note:
        room = document.width - wide - 12
        soft = Type(8, colour=SOFT)
        sheet.fitted(document.end, document.y, room, chart.note, soft, smallest=6, anchor=END)
    document.y -= drawn.height + 6
    renderPDF.draw(drawn, sheet.canvas, document.start, document.y)
    document.y -= 12


def _titled(document: Document, part: Titled, tail: float) -> None:
    """Draw a table under its title; a table without rows says so.

    Args:
        document: the paper.
        part: title, table and note.
        tail: room of what must not stand on a page without some of these rows.
    """
    table = part.table
    fitting = fitted(document, table)
    tail += _note_room(document, part.note) if tail else 0.0
    document.need(_room_of(document, fitting, table, tail))
    if part.title:
        document.y -= 8
        strong = Type(11, bold=True, colour=ACCENT)
        document.sheet.text(document.start, document.y, part.title, strong)
        document.y -= 8
    rows = _rows(table, fitting.look)
    draw_table(document, fitting.columns, rows, look=fitting.look, tail=tail)
    if not table.rows:
        document.need(24)
        document.y -= 14
        document.sheet.text(
            document.start, document.y, say.EMPTY(document.language), Type(9, colour=SOFT)
        )
    if part.note:
        document.need(_note_room(document, part.note))
        document.y = document.sheet.block(
            document.start, document.y - 13, document.width, part.note, Type(8), leading=12
        )


def _room_of(document: Document, fitting: Fitting, table: Table, tail: float) -> float:
    """Return the room under which a table is not begun; a short one stays with what follows it."""
    if not tail or len(table.rows) > LAST_ROWS:
        return _TABLE_ROOM
    rows = list(_rows(table, fitting.look))
    empty = 0.0 if table.rows else 24.0
    whole = 16 + table_height(document, fitting.columns, rows, fitting.look) + empty + tail
    return max(whole, _TABLE_ROOM) if whole <= document.whole else _TABLE_ROOM


def _note_room(document: Document, note: str) -> float:
    return 13 + 12 * len(document.sheet.wrapped(note, document.width, Type(8))) if note else 0.0


def _rows(table: Table, look: Look) -> Iterator[Row]:
    """Give the rows one by one; neither a total nor a closing line ever opens a page alone."""
    height = look.size * 1.4 + 2 * look.pad
    foot = [Row(_shown(row, table.columns), Style.TOTAL) for row in table.foot]
    return _kept((_row(table, at, height) for at in range(len(table.rows))), foot, height)


def _row(table: Table, at: int, height: float) -> Row:
    style = table.style(at)
    keep = _GROUP_KEEPS * height if style is RowStyle.GROUP else 0.0
    return Row(_shown(table.rows[at], table.columns, style), _STYLES[style], keep=keep)


def _kept(rows: Iterable[Row], foot: Sequence[Row], height: float) -> Iterator[Row]:
    held: Row | None = None
    for row in rows:
        if held is not None:
            ends = row.style in {Style.SUBTOTAL, Style.BALANCE}
            yield replace(held, keep=max(held.keep, height)) if ends else held
        held = row
    if held is not None:
        yield replace(held, keep=(1 + len(foot)) * height) if foot else held
    yield from foot


def _shown(
    row: tuple[Cell, ...], columns: tuple[Column, ...], style: RowStyle = RowStyle.PLAIN
) -> tuple[str, ...]:
    """Return the cells as paper shows them; the head of a group without sums leaves them empty."""
    bare = style is RowStyle.GROUP and all(cell is None or isinstance(cell, str) for cell in row)
    return tuple(
        "" if bare and cell is None else shown(cell, column.kind)
        for cell, column in zip(row, columns, strict=True)
    )


def _notes_of(document: Document, report: FigureReport) -> list[str]:
    language = document.language
    sealed = (f"{say.SEAL(language)}: {arabic.code(report.seal)}",) if report.seal else ()
    return [*report.notes, *([say.INVENTED(language)] if report.demo else []), *sealed]


def _tail(document: Document, report: FigureReport) -> float:
    """Return the room of notes and signatures, which never stand alone on a page."""
    signing = 0.0 if report.signers is None else signing_room()
    return notes_room(document, _notes_of(document, report)) + signing


def notes_room(document: Document, notes: Sequence[str]) -> float:
    """Return the room in points of notes under their title, as `draw_notes` draws them."""
    if not notes:
        return 16.0
    wide = document.width - 8
    lines = sum(len(document.sheet.wrapped(note, wide, _NOTE)) for note in notes)
    return 16 + 13 + 12 * lines + 12.0


def draw_notes(document: Document, notes: Sequence[str]) -> None:
    """Write notes under their title; without any, leave the room before what follows."""
    document.y -= 16
    if not notes:
        return
    document.sheet.text(
        document.start, document.y, say.NOTES(document.language), Type(9, bold=True)
    )
    document.y -= 13
    for note in notes:
        document.sheet.text(document.start, document.y, "•", _NOTE)
        document.y = document.sheet.block(
            document.start + 8, document.y, document.width - 8, note, _NOTE, leading=12
        )
    document.y -= 12


def _notes(document: Document, report: FigureReport) -> None:
    document.need(_tail(document, report))
    draw_notes(document, _notes_of(document, report))

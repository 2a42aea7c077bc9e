"""The cost report on paper: A4 across, a summary page in front, then the rows, then the hands.

The reader of the first page has the whole answer: total in figures and in words, who bore it, how
many persons, and its chart. What follows proves it, and ends in three signature places.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reports import arabic, figures, words
from reports import cost_words as say
from reports.chart_facts import Chart
from reports.charts import drawing
from reports.cost_report_facts import CostFigures, CostReport, CostRow
from reports.cost_report_rows import (
    Figure,
    below_of,
    chart_of,
    figures_for,
    filters_of,
    notes_of,
    period_of,
    reversals_of,
    title_of,
)
from reports.figure_columns import shown
from reports.figure_report_pdf import (
    CHART_HEIGHT,
    draw_chart,
    draw_notes,
    notes_room,
    signer_titles,
)
from reports.page import A4_LANDSCAPE, Document, Heading, signing_room
from reports.sheet import ACCENT, LINE, SOFT, TINT, Type
from reports.table import LAST_ROWS, Column, Kind, Look, Row, Style, draw_table, table_height

REVERSALS_MAX = 40
"""Reversals listed on paper; the workbook has them all."""

_INDENT = "\u00a0\u00a0\u00a0"
_LOOK = Look(size=8.0, head_size=7.5, pad=2.6, max_lines=3, head_lines=3)
_LABEL_SHARE_MIN = 0.2
_LABEL_SHARE_MAX = 0.4
_LOOKS = (_LOOK, Look(size=7.2, head_size=7.0, pad=2.2), Look(size=6.4, head_size=6.4, pad=1.6))
"""The usual look, and smaller ones for figures too wide for it."""
_LABELS_MEASURED = 20
_COLUMN_MIN = 40.0  # points; two or three words of a head stand side by side in it
_DIGIT = re.compile(r"[0-9]")
_ROW_HEIGHT = _LOOK.size * 1.4 + 2 * _LOOK.pad
_SECTION_RISE = 8.0
_DETAIL_ROOM = 120.0
_REVERSALS_ROOM = 90.0
_BELOW = 14.0
_GROUP_KEEPS = 2  # rows that stay with the head of their group


def pdf(report: CostReport, language: str, digits: str = arabic.LATIN_DIGITS) -> bytes:
    """Return the report as a PDF.

    Args:
        report: checked figures.
        language: "ar" or "en".
        digits: `arabic.LATIN_DIGITS` or `arabic.ARABIC_DIGITS`; English is always Western.
    """
    document = Document(
        heading_of(report, language),
        size=A4_LANDSCAPE,
        language=language,
        digits=digits,
        demo=report.demo,
    )
    draw(document, report)
    return document.finish()


def draw(document: Document, report: CostReport) -> None:
    """Draw everything under the head of a document that was opened with `heading_of`."""
    _summary(document, report)
    _details(document, report)
    _notes(document, report)
    _reversals(document, report)
    document.signatures(signer_titles(report.signers, document.language))


def heading_of(report: CostReport, language: str) -> Heading:
    """Return the official head: title with its arrangement, period; number at the side."""
    return Heading(
        title=title_of(report, language),
        number=report.number,
        on=report.as_of.date(),
        lines=(period_of(report, language), *report.further),
        as_of=report.as_of,
        governorate=report.governorate,
        fund=report.fund_name,
    )


def _summary(document: Document, report: CostReport) -> None:
    """Draw the first page: filters, the main figures, the total in words, the chart."""
    language = document.language
    document.y = document.sheet.block(
        document.start,
        document.y - 3,
        document.width,
        filters_of(report, language),
        Type(8.5, colour=SOFT),
        max_lines=4,
    )
    document.y += 4
    _tiles(document, report.total)
    _in_words(document, report.amount_in_words)
    chart = chart_of(report, language)
    if chart is not None:
        _chart(document, chart)


def _tiles(document: Document, total: CostFigures) -> None:
    """Draw the main figures side by side, the total cost first and widest."""
    sheet, high, gap = document.sheet, 40.0, 6.0
    told = (
        (say.COST, figures.amount(total.cost), 1.35),
        (say.STATE, figures.amount(total.state), 1.2),
        (say.DONOR, figures.amount(total.donor), 1.2),
        (say.CITIZEN, figures.amount(total.citizen), 1.1),
        (say.BENEFICIARIES, figures.count(total.beneficiaries), 0.9),
        (say.AVERAGE, _amount(total.average), 1.1),
    )
    room = document.width - gap * (len(told) - 1)
    start = document.start
    for place, (title, text, share) in enumerate(told):
        wide = room * share / sum(part for _, _, part in told)
        fill = None if place else TINT
        edge = LINE if place else ACCENT
        sheet.box(start, document.y - high, wide, high, stroke=edge, fill=fill, radius=2)
        label = say.TOTAL_COST(document.language) + f" ({document.say(words.POUNDS)})"
        sheet.fitted(
            start + 6,
            document.y - 13,
            wide - 12,
            title(document.language) if place else label,
            Type(7.5, colour=SOFT),
            smallest=6,
        )
        kind = Type(13 if place == 0 else 11, bold=True, colour=ACCENT)
        sheet.fitted(start + 6, document.y - 31, wide - 12, text, kind, smallest=7)
        start += wide + gap
    document.y -= high + 16


def _in_words(document: Document, amount_in_words: str) -> None:
    """Write the total in words, whole, over as many lines as it takes."""
    sheet, label = document.sheet, f"{say.IN_WORDS(document.language)}: "
    kind = Type(10, bold=True)
    wide = sheet.measure(label, Type(9, colour=SOFT)) + 6
    sheet.text(document.start, document.y, label, Type(9, colour=SOFT))
    document.y = sheet.block(
        document.start + wide, document.y, document.width - wide, amount_in_words, kind
    )
    document.y -= 4


def _chart(document: Document, chart: Chart) -> None:
    """Draw the chart under its title, whole on one page."""
    sheet = document.sheet
    drawn = drawing(
        chart,
        language=document.language,
        digits=sheet.digits,
        width=document.width,
        height=CHART_HEIGHT,
    )
    if document.need(drawn.height + 10):
        document.y -= _SECTION_RISE
    draw_chart(document, chart, drawn)


def _details(document: Document, report: CostReport) -> None:
    """Draw every row, under its group where there are two dimensions, and the total."""
    language = document.language
    if not report.rows and report.claims is None:
        document.sheet.text(document.start, document.y, say.NOTHING(language), Type(10, bold=True))
        document.y -= 20
        return
    look, widths = _fitting(document, report)
    names = " / ".join(say.DIMENSIONS[name](language) for name in report.by)
    columns = [Column(names, document.width - sum(widths))] + [
        Column(figure.title(language), width, Kind.FIGURE)
        for figure, width in zip(figures_for(report), widths, strict=True)
    ]
    document.need(_room_of(document, report, columns, look))
    _section(document, say.DETAIL(language))
    tail = _BELOW + (0.0 if report.reversals else _tail(document, report))
    draw_table(document, columns, _rows(report, language), look=look, tail=tail)
    document.y -= _BELOW


def _fitting(document: Document, report: CostReport) -> tuple[Look, list[float]]:
    """Return the largest look in which no figure is broken, and the widths of its columns."""
    for look in _LOOKS:
        widths = _figure_widths(document, report, look)
        left = document.width - sum(widths)
        if left >= document.width * _LABEL_SHARE_MIN:
            break
    # What the names do not need goes to the figures, evenly, so that they do not crowd.
    more = max(left - _label_width(document, report, look), 0.0) / len(widths)
    return look, [width + more for width in widths]


def _label_width(document: Document, report: CostReport, look: Look) -> float:
    """Return the room of the names: the longest, within reason; beyond that they wrap."""
    kind = Type(look.size, bold=True)
    labels = {_INDENT + label for row in report.rows for label in row.labels}
    longest = sorted(labels, key=len)[-_LABELS_MEASURED:]
    measured = [document.sheet.measure(label, kind) for label in longest]
    wide = max(measured, default=0.0) + 2 * look.pad + 2
    least, most = document.width * _LABEL_SHARE_MIN, document.width * _LABEL_SHARE_MAX
    return min(max(wide, least), most)


def _figure_widths(document: Document, report: CostReport, look: Look) -> list[float]:
    """Return for each column of figures the room that its longest figure and head word take."""
    rows: tuple[CostFigures, ...] = (*report.rows, *report.groups, report.total)
    figure, head = Type(look.size, bold=True), Type(look.head_size, bold=True)
    measure = document.sheet.measure
    widths = []
    for column in figures_for(report):
        values = [column.of(row) or 0 for row in rows]
        values += [joint for joint in _below(report, column) if joint is not None]
        # The longest figure is one of the two ends: nothing between them has more digits.
        longest = max((_cell(column, value) for value in (min(values), max(values))), key=len)
        words_of = column.title(document.language).split(" ")
        wide = [measure(_DIGIT.sub("0", longest), figure), *(measure(w, head) for w in words_of)]
        widths.append(max(*wide, _COLUMN_MIN * look.size / _LOOK.size) + 2 * look.pad + 1)
    return widths


def _rows(report: CostReport, language: str) -> Iterator[Row]:
    """Give the table its rows one by one, in order, and the total."""
    below = below_of(report, language)
    summed = (words.TOTAL(language), *_cells(report, report.total))
    total = Row(summed, Style.TOTAL, keep=len(below) * _ROW_HEIGHT)
    rows = (
        _grouped(report, language)
        if report.groups
        else (Row((row.labels[0], *_cells(report, row))) for row in report.ordered_rows)
    )
    yield from _closed(rows, total)
    for row in below:
        told = zip(figures_for(report), row[len(report.by) :], strict=True)
        cells = (_cell(figure, value if isinstance(value, int) else None) for figure, value in told)
        yield Row((str(row[0]), *cells), Style.TOTAL)


def _below(report: CostReport, column: Figure) -> list[int | None]:
    """Return the figures of a column under the total."""
    keys = [figure.key for figure in figures_for(report)]
    at = len(report.by) + keys.index(column.key)
    below = below_of(report, words.ARABIC)
    return [value if isinstance(value := row[at], int) else None for row in below]


def _closed(rows: Iterable[Row], total: Row) -> Iterator[Row]:
    """Give the rows and then the total, which never opens a page without the last row."""
    held: Row | None = None
    for row in rows:
        if held is not None:
            yield held
        held = row
    if held is not None:
        yield replace(held, keep=_ROW_HEIGHT + total.keep)
    yield total


def _grouped(report: CostReport, language: str) -> Iterator[Row]:
    """Give each group's figures in bold, then its rows; a page that splits it repeats its name."""
    inside: dict[str, list[CostRow]] = {group.key: [] for group in report.groups}
    for row in report.ordered_rows:
        inside[row.keys[0]].append(row)
    for group in report.ordered_groups:
        rows = inside[group.key]
        keep = min(len(rows), _GROUP_KEEPS) * _ROW_HEIGHT
        yield Row((group.label, *_cells(report, group)), Style.GROUP, keep=keep)
        running = say.CONTINUED(language).format(label=group.label)
        for row in rows:
            yield Row((_INDENT + row.labels[1], *_cells(report, row)), running=running)


def _cells(report: CostReport, row: CostFigures) -> tuple[str, ...]:
    """Return the figures of a row as paper shows them."""
    return tuple(_cell(figure, figure.of(row)) for figure in figures_for(report))


def _cell(column: Figure, value: int | None) -> str:
    """Return one figure as paper shows it, or a dash where there is none to give."""
    return shown(value, column.kind)


def _amount(piastres: int | None) -> str:
    """Return an amount, or a dash where there is none to give."""
    return "–" if piastres is None else figures.amount(piastres)


def _section(document: Document, title: str) -> None:
    """Write the title of a part."""
    document.y -= _SECTION_RISE
    document.sheet.text(document.start, document.y, title, Type(11, bold=True, colour=ACCENT))
    document.y -= 8


def _room_of(
    document: Document, report: CostReport, columns: Sequence[Column], look: Look
) -> float:
    """Return the room under which the rows are not begun; few of them stay with what follows."""
    if report.reversals or len(report.rows) > LAST_ROWS:
        return _DETAIL_ROOM
    rows = list(_rows(report, document.language))
    below = _BELOW + _tail(document, report)
    whole = 16 + table_height(document, columns, rows, look) + below
    return max(whole, _DETAIL_ROOM) if whole <= document.whole else _DETAIL_ROOM


def _notes_of(report: CostReport, language: str) -> list[str]:
    """Return what the reader must know about the figures, and the seal they end at."""
    notes = [*notes_of(report, language), say.BRACKETS(language)]
    if report.groups:
        notes.append(say.GROUPS(language))
    if report.seal:
        notes.append(f"{say.SEAL(language)}: {arabic.code(report.seal)}")
    return notes


def _tail(document: Document, report: CostReport) -> float:
    """Return the room of notes and signatures where no reversal stands between them."""
    signing = 0.0 if report.reversals else 20 + signing_room()
    return notes_room(document, _notes_of(report, document.language)) + signing


def _notes(document: Document, report: CostReport) -> None:
    document.need(_tail(document, report))
    draw_notes(document, _notes_of(report, document.language))


def _reversals(document: Document, report: CostReport) -> None:
    """List the reversals of the period, the first ones when they are many, and their sum."""
    language, sheet = document.language, document.sheet
    if not report.reversals:
        sheet.text(document.start, document.y, say.NO_REVERSALS(language), Type(9))
        document.y -= 20
        return
    table = reversals_of(report, language)
    shares = (22.0, 48.0, 48.0, 120.0, 28.0)
    kinds = (Kind.CENTRED, Kind.TEXT, Kind.TEXT, Kind.TEXT, Kind.FIGURE)
    columns = [
        Column(column.title, share, kind)
        for column, share, kind in zip(table.columns, shares, kinds, strict=True)
    ]
    rows = [
        Row((figures.day(row.day), row.number, row.original_number, row.reason, _amount(row.cost)))
        for row in sorted(report.reversals, key=lambda row: (row.day, row.number))
    ]
    left_out = len(rows) - REVERSALS_MAX
    told = say.REVERSALS_COUNT(language).format(count=figures.count(len(rows)))
    total = Row(("", "", "", told, _amount(report.total.reversed_cost)), Style.TOTAL)
    tail = 12 + (14 if left_out > 0 else 0) + signing_room()
    listed = list(_closed(rows[:REVERSALS_MAX], total))
    few = 16 + table_height(document, columns, listed, _LOOK) + tail
    document.need(few if len(rows) <= LAST_ROWS else _REVERSALS_ROOM)
    _section(document, say.REVERSALS(language))
    draw_table(document, columns, listed, look=_LOOK, tail=tail)
    document.y -= 12
    if left_out > 0:
        told = say.REVERSALS_LEFT_OUT(language).format(count=figures.count(left_out))
        sheet.text(document.start, document.y, told, Type(8))
        document.y -= 14

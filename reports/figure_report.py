"""A report of named rows and figures: one value in, a paper, a workbook or a CSV file out.

All of them are made from the same table, so they cannot differ.
"""

from dataclasses import dataclass
from datetime import date, datetime

from reports import arabic, figures
from reports import cost_words as say
from reports.page import A4_LANDSCAPE, SIGNATURES, Document, Heading
from reports.sheet import Type
from reports.spreadsheets import Cell, Column, Kind, Sheet, Table, csv_file, xlsx_file
from reports.table import Column as PaperColumn
from reports.table import Kind as PaperKind
from reports.table import Look, Row, Style, draw_table
from reports.words import ARABIC

_LOOK = Look(size=7.4, head_size=6.4, pad=2.0, max_lines=2, head_lines=5)
_TEXT_SHARE = 3.4
_SIGNING_ROOM = 78.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureReport:
    """A report, whole. Every language and every file is made from this one value.

    Attributes:
        governorate: the head of the paper, in the language of the paper.
        fund_name: the second line of the head.
        title: what the report is.
        number: the report's number.
        lines: period and arrangement, in words.
        as_of: the moment the figures were read, aware, in Cairo time.
        table: the rows and their total; the columns of text stand first.
        notes: the sentences without which the figures could be misread.
        demo: prints that the figures are invented.
    """

    governorate: str
    fund_name: str
    title: str
    number: str
    lines: tuple[str, ...]
    as_of: datetime
    table: Table
    notes: tuple[str, ...]
    demo: bool = False


def csv(report: FigureReport) -> bytes:
    """Return the rows and the total as CSV (UTF-8 with its mark), nothing above the head row."""
    return csv_file(report.table)


def xlsx(report: FigureReport, language: str) -> bytes:
    """Return a workbook of one sheet."""
    heading = (
        f"{report.title} - {say.REPORT_NUMBER(language)} {report.number}",
        f"{report.governorate} - {report.fund_name}",
        *report.lines,
        say.AS_OF(language).format(moment=figures.moment(report.as_of)),
    )
    sheet = Sheet(name=report.title, table=report.table, heading=heading, footing=report.notes)
    return xlsx_file(
        [sheet],
        right_to_left=language == ARABIC,
        title=f"{report.title} {report.number}",
        created=report.as_of,
    )


def pdf(report: FigureReport, language: str, digits: str = arabic.LATIN_DIGITS) -> bytes:
    """Return the report as a PDF for signing, A4 across."""
    document = Document(
        Heading(
            title=report.title,
            number=report.number,
            on=report.as_of.date(),
            lines=report.lines,
            as_of=report.as_of,
            governorate=report.governorate,
            fund=report.fund_name,
        ),
        size=A4_LANDSCAPE,
        language=language,
        digits=digits,
        demo=report.demo,
    )
    table = report.table
    columns = [
        PaperColumn(
            column.title,
            _TEXT_SHARE if column.kind is Kind.TEXT else 1.0,
            PaperKind.TEXT if column.kind is Kind.TEXT else PaperKind.FIGURE,
        )
        for column in table.columns
    ]
    rows = [Row(_shown(row, table.columns)) for row in table.rows]
    if table.total is not None:
        rows.append(Row(_shown(table.total, table.columns), Style.TOTAL))
    draw_table(document, columns, rows, look=_LOOK)
    _notes(document, report)
    document.signatures(SIGNATURES)
    return document.finish()


def shown(cell: Cell, kind: Kind) -> str:
    """Return a cell as paper and page show it; a dash where there is no figure to give."""
    if isinstance(cell, date):
        return figures.day(cell)
    if cell is None or isinstance(cell, str):
        return "–" if cell is None else cell
    if kind is Kind.PERCENT:
        return f"{figures.amount(cell)}%"
    return figures.amount(cell) if kind is Kind.MONEY else figures.count(cell)


def _shown(row: tuple[Cell, ...], columns: tuple[Column, ...]) -> tuple[str, ...]:
    return tuple(shown(cell, column.kind) for cell, column in zip(row, columns, strict=True))


def _notes(document: Document, report: FigureReport) -> None:
    kind = Type(8)
    notes = [*report.notes, *([say.INVENTED(document.language)] if report.demo else [])]
    document.need(28 + 12 * len(notes) + _SIGNING_ROOM)
    document.y -= 16
    document.sheet.text(
        document.start, document.y, say.NOTES(document.language), Type(9, bold=True)
    )
    document.y -= 13
    for note in notes:
        document.sheet.text(document.start, document.y, "•", kind)
        document.y = document.sheet.block(
            document.start + 8, document.y, document.width - 8, note, kind, leading=12
        )
    document.y -= 12

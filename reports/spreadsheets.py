"""One table in, a workbook or a CSV file out; nothing in either ever runs as a formula.

The workbook is typed: money and counts are real numbers, dates real dates, and every text cell is
written as a string, so a drug called "=1+1" stays a name. A CSV file has no types, and the
programs that open it guess: there every text that could be taken for a formula gets an apostrophe
in front (OWASP ASVS 5.0, 1.2.10). Excel reads CSV as UTF-8 only after a byte order mark.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Cell = str | int | date | None

TEXT_MAX = 32_767
"""Characters one workbook cell holds; a longer text would be dropped whole by the writer."""

ROWS_MAX = 1_048_000
"""Rows one sheet may carry here; the format itself ends at 1,048,576."""

SHEET_NAME_MAX = 31

_COLUMN_WIDTH_MIN = 9
_COLUMN_WIDTH_MAX = 46
_ROWS_MEASURED = 400

# What a spreadsheet takes for the start of a formula, in every width Unicode writes it.
_FORMULA = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u207a-\u207c\u208a-\u208c\u2212"
# Characters nobody sees, which programs drop before they look.
_UNSEEN = "\\s\x00-\x1f\x7f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
# A cell may begin the danger itself, after a line break inside it, or after a separator that the
# reader's computer uses instead of ours (an Arabic Windows splits CSV at semicolons).
_DANGER = re.compile(
    f"\\A(?=[\\t\\r\\n])|(?:\\A|(?<=[\\n;\\t])|(?<=\\r)(?!\\n))(?=[{_UNSEEN}]*[{_FORMULA}])",
)
_SHEET_NAME_REFUSED = re.compile(r"[\[\]:*?/\\]")


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    INTEGER = "integer"
    MONEY = "money"  # int, piastres
    PERCENT = "percent"  # int, hundredths of a percent
    DAY = "day"


class RowStyle(StrEnum):
    """How a row stands out among the others, on paper, on the page and in the workbook."""

    PLAIN = "plain"
    GROUP = "group"  # the name, and it may be the sums, of the rows under it
    SUBTOTAL = "subtotal"  # the sums of the rows above it
    BALANCE = "balance"  # what is carried in or out: an opening or a closing line


_HUNDREDTHS = frozenset({Kind.MONEY, Kind.PERCENT})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: a key for programs, a title for people."""

    key: str
    title: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under titled columns. A cell is a text, an integer (money: piastres), a day or empty.

    `styles` says of each row how it stands out; empty where all are plain. Rows `below` stand under
    the total and are no part of it: what else there was, and the two together.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    styles: tuple[RowStyle, ...] = ()
    below: tuple[tuple[Cell, ...], ...] = ()

    def __post_init__(self) -> None:
        """Refuse a row that is longer or shorter than the head."""
        width = len(self.columns)
        for row in (*self.rows, self.total or self.columns, *self.below):
            if len(row) != width:
                raise ValueError(f"a row of {len(row)} cells under {width} columns")
        if self.styles and len(self.styles) != len(self.rows):
            raise ValueError(f"{len(self.styles)} styles of {len(self.rows)} rows")

    @property
    def foot(self) -> tuple[tuple[Cell, ...], ...]:
        """The total, where there is one, and what stands below it."""
        return (*((self.total,) if self.total else ()), *self.below)

    def style(self, at: int) -> RowStyle:
        """Return how the row at a place stands out."""
        return self.styles[at] if self.styles else RowStyle.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table with its name, and the lines of text above and below it."""

    name: str
    table: Table
    heading: tuple[str, ...] = ()
    footing: tuple[str, ...] = ()


def guard(text: str) -> str:
    """Put an apostrophe wherever a spreadsheet could start to read `text` as a formula."""
    return _DANGER.sub("'", text)


def pounds(piastres: int) -> str:
    """Return piastres as pounds for files: "1234.50", "-5.00"; no separators, western digits."""
    sign = "-" if piastres < 0 else ""
    whole, part = divmod(abs(piastres), 100)
    return f"{sign}{whole}.{part:02d}"


def csv_file(table: Table) -> bytes:
    """Return the table as CSV: one head row, the rows, the total, and what stands below it.

    Nothing stands above the head, so that a program can read the file as it is.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    kinds = [column.kind for column in table.columns]
    writer.writerow([guard(column.title) for column in table.columns])
    writer.writerows(
        [_plain(cell, kind) for cell, kind in zip(row, kinds, strict=True)]
        for row in (*table.rows, *table.foot)
    )
    return out.getvalue().encode("utf-8-sig", errors="replace")


def xlsx_file(
    sheets: Sequence[Sheet], *, right_to_left: bool, title: str, created: datetime
) -> bytes:
    """Return a workbook of typed sheets, head row frozen, ready to print on A4 across.

    Args:
        sheets: in the order of the tabs; names are shortened to what the format allows.
        right_to_left: Arabic sheets begin at the right.
        title: the document's title in its properties.
        created: the aware moment the figures were taken; kept in the properties, so that the same
            report makes the same file.

    Raises:
        ValueError: a sheet has more rows than the format holds.
    """
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"constant_memory": True})
    moment = created.astimezone(UTC).replace(tzinfo=None)
    workbook.set_properties({"title": _whole(title), "created": moment})
    formats = _Formats(workbook)
    for sheet in sheets:
        worksheet = workbook.add_worksheet(_sheet_name(sheet.name))
        if right_to_left:
            worksheet.right_to_left()
        _fill(worksheet, sheet, formats)
    workbook.close()
    return out.getvalue()


class _Formats:
    """The looks of a workbook's cells, one per kind, for rows and for the total."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        number: dict[Kind, dict[str, object]] = {
            Kind.TEXT: {"num_format": "@", "text_wrap": True, "valign": "top"},
            Kind.INTEGER: {"num_format": "#,##0", "valign": "top"},
            Kind.MONEY: {"num_format": "#,##0.00", "valign": "top"},
            Kind.PERCENT: {"num_format": '0.00"%"', "valign": "top"},
            Kind.DAY: {"num_format": "dd/mm/yyyy", "align": "center", "valign": "top"},
        }
        strong: dict[str, object] = {"bold": True, "top": 1, "bottom": 6}
        looks: dict[RowStyle, dict[str, object]] = {
            RowStyle.PLAIN: {},
            RowStyle.GROUP: {"bold": True, "bg_color": "#E7ECEF"},
            RowStyle.SUBTOTAL: {"bold": True, "top": 1},
            RowStyle.BALANCE: {"bold": True, "italic": True},
        }
        self.rows = {
            style: {kind: workbook.add_format(look | more) for kind, look in number.items()}
            for style, more in looks.items()
        }
        self.total = {kind: workbook.add_format(look | strong) for kind, look in number.items()}
        self.head = workbook.add_format(
            {
                "bold": True,
                "text_wrap": True,
                "align": "center",
                "valign": "vcenter",
                "bottom": 2,
                "bg_color": "#E7ECEF",
            }
        )
        self.title = workbook.add_format({"bold": True, "font_size": 14})
        self.line = workbook.add_format()


def _fill(worksheet: Worksheet, sheet: Sheet, formats: _Formats) -> None:
    """Write one sheet from the top down, as constant memory demands."""
    table = sheet.table
    if len(table.rows) > ROWS_MAX:
        raise ValueError(f"{len(table.rows)} rows do not fit one sheet")
    head_at = len(sheet.heading) + bool(sheet.heading)
    _prepare(worksheet, table, head_at)
    for at, line in enumerate(sheet.heading):
        worksheet.write_string(at, 0, _whole(line), formats.line if at else formats.title)
    for at, column in enumerate(table.columns):
        worksheet.write_string(head_at, at, _whole(column.title), formats.head)
    for at, row in enumerate(table.rows, start=head_at + 1):
        look = formats.rows[table.style(at - head_at - 1)]
        _write_row(worksheet, at, table.columns, row, look)
    end = head_at + 1 + len(table.rows)
    for row in table.foot:
        _write_row(worksheet, end, table.columns, row, formats.total)
        end += 1
    for at, line in enumerate(sheet.footing, start=end + 1):
        worksheet.write_string(at, 0, _whole(line), formats.line)


def _prepare(worksheet: Worksheet, table: Table, head_at: int) -> None:
    """Set what must stand before the first cell: widths, frozen head, print set-up."""
    for at, width in enumerate(_widths(table)):
        worksheet.set_column(at, at, width)
    worksheet.freeze_panes(head_at + 1, 0)
    worksheet.set_row(head_at, 32)
    worksheet.repeat_rows(head_at)
    worksheet.set_landscape()
    worksheet.set_paper(9)  # A4
    worksheet.fit_to_pages(1, 0)
    worksheet.set_footer("&C&P / &N")
    if table.rows:
        worksheet.autofilter(head_at, 0, head_at + len(table.rows), len(table.columns) - 1)


def _write_row(
    worksheet: Worksheet,
    at: int,
    columns: Sequence[Column],
    row: Sequence[Cell],
    formats: dict[Kind, Format],
) -> None:
    """Write each cell by its kind; a text is a string whatever it looks like."""
    for across, (column, cell) in enumerate(zip(columns, row, strict=True)):
        look = formats[column.kind]
        if cell is None:
            worksheet.write_blank(at, across, None, look)
        elif isinstance(cell, str):
            worksheet.write_string(at, across, _whole(cell), look)
        elif isinstance(cell, int):
            # Decimal, so that the file holds 1234.5 and not a neighbour of it.
            exact = Decimal(cell).scaleb(-2) if column.kind in _HUNDREDTHS else cell
            worksheet.write_number(at, across, exact, look)
        else:
            worksheet.write_datetime(at, across, cell, look)


def _plain(cell: Cell, kind: Kind) -> str:
    """Return a cell as CSV text; only texts are guarded, a negative amount stays a number."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guard(cell)
    if isinstance(cell, int):
        return pounds(cell) if kind in _HUNDREDTHS else str(cell)
    return cell.isoformat()


def _whole(text: str) -> str:
    """Return text the format can hold: whole characters, line feeds, cut at the cell's limit."""
    sound = text.encode("utf-8", errors="replace").decode("utf-8")
    sound = sound.replace("\r\n", "\n").replace("\r", "\n")
    return sound if len(sound) <= TEXT_MAX else sound[: TEXT_MAX - 1] + "…"


def _sheet_name(name: str) -> str:
    """Return a tab name without the signs the format refuses."""
    return _SHEET_NAME_REFUSED.sub(" ", _whole(name))[:SHEET_NAME_MAX].strip("' ")


def _widths(table: Table) -> list[int]:
    """Return column widths in letters, from the foot and the first rows."""
    sample = (*table.rows[:_ROWS_MEASURED], *table.foot)
    return [
        min(
            max([len(column.title) // 2, *(_letters(row[at], column.kind) for row in sample)]) + 3,
            _COLUMN_WIDTH_MAX,
        )
        if sample
        else max(len(column.title), _COLUMN_WIDTH_MIN)
        for at, column in enumerate(table.columns)
    ]


def _letters(cell: Cell, kind: Kind) -> int:
    """Return how many letters a cell shows, separators counted."""
    if isinstance(cell, int):
        return len(f"{cell // 100:,}.00" if kind in _HUNDREDTHS else f"{cell:,}")
    return _COLUMN_WIDTH_MIN if cell is None else len(str(cell))

"""Reading lists: rows of a CSV or XLSX file as a stream, their columns matched by headings."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path

import python_calamine

from pharmacy.errors import ImportUnreadable
from pharmacy.rules.arabic import clean, fold

_TEXT_LIMIT = 1_000_000
_FORMULA = frozenset("=+-@")
WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file.

    Attributes:
        number: As a spreadsheet counts: the headings are row 1.
        values: The mapped fields, tidied; a field without a column is missing.
        cells: What stood there, by the file's own headings.
        tidied: Fields in which a line break, tab or doubled space was folded.
        surplus: How many cells the row has beyond the headings.
        defaults: What holds for a field where the row says nothing.
    """

    number: int
    values: Mapping[str, str]
    cells: Sequence[str]
    tidied: tuple[str, ...] = ()
    surplus: int = 0
    defaults: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """Return a field, or what holds without it; empty when neither says anything."""
        return self.values.get(name, "") or self.defaults.get(name, "")


class Sheet:
    """A file opened for reading, its columns matched.

    Args:
        path: The file.
        columns: Field names by heading, as chosen by hand; the rest is matched by `known`.
        known: Headings by field under which a field is usually found.
        required: Fields without which nothing can be read.
        defaults: What holds for a field where a row says nothing; the field needs no column then.

    Raises:
        ImportUnreadable: Not a CSV in UTF-8 or a workbook, no headings, or a field has no column.
    """

    def __init__(
        self,
        path: Path,
        *,
        columns: Mapping[str, str],
        known: Mapping[str, tuple[str, ...]],
        required: frozenset[str],
        defaults: Mapping[str, str] | None = None,
    ) -> None:
        self.path = path
        self.headings, self.length = measured(path)
        self.fields = matched(self.headings, columns, known)
        self.defaults = {name: clean(text) for name, text in (defaults or {}).items()}
        missing = sorted(required - set(self.fields.values()) - set(self.defaults))
        if missing:
            raise ImportUnreadable(reason=f"no column for {', '.join(missing)}")

    def rows(self, *, skip: int = 0) -> Iterator[Row]:
        """Give the rows below the headings, but for the first so many."""
        with opened(self.path) as lines:
            for number, cells in enumerate(islice(lines, skip + 1, None), start=skip + 2):
                yield self.row(number, cells)

    def row(self, number: int, cells: list[str]) -> Row:
        """Return a row of cells as its mapped fields."""
        values = {}
        tidied = []
        for index, name in self.fields.items():
            cell = cells[index] if index < len(cells) else ""
            if cell[:1] == "'" and cell[1:2] in _FORMULA:
                cell = cell[1:]  # put there so that no spreadsheet runs it
            value = cell if _is_tidy(cell) else clean(cell)
            values[name] = value
            if value != cell:
                tidied.append(name)
        surplus = sum(1 for cell in cells[len(self.headings) :] if cell.strip())
        return Row(number, values, cells, tuple(tidied), surplus, self.defaults)


def measured(path: Path) -> tuple[list[str], int]:
    """Return the headings of a file and how many rows it has, read through once.

    Raises:
        ImportUnreadable: Not a CSV in UTF-8 or a workbook, or without headings.
    """
    with opened(path) as lines:
        headings = next(lines, None)
        if headings is None or not any(headings):
            raise ImportUnreadable(reason="no headings")
        return [clean(heading) for heading in headings], sum(1 for _ in lines)


def _is_tidy(cell: str) -> bool:
    """Tell at a glance of most cells that tidying would not change them."""
    return cell.isascii() and cell.isprintable() and "  " not in cell and cell == cell.strip()


def matched(
    headings: Sequence[str],
    columns: Mapping[str, str],
    known: Mapping[str, tuple[str, ...]],
) -> dict[int, str]:
    """Return the field of each column that has one; what was chosen by hand comes first.

    A field that was chosen to have no column ("") has none, whatever the headings say.

    Raises:
        ImportUnreadable: There is no such field, or no such column.
    """
    by_heading = {_key(heading): index for index, heading in reversed(list(enumerate(headings)))}
    found: dict[int, str] = {}
    for name, heading in columns.items():
        if name not in known:
            raise ImportUnreadable(reason=f"no field {name}; there are: {', '.join(known)}")
        if not heading:
            continue
        if _key(heading) not in by_heading:
            raise ImportUnreadable(reason=f"no column {heading}")
        found[by_heading[_key(heading)]] = name
    for name, usual in known.items():
        if name in columns:
            continue
        index = next((by_heading[_key(h)] for h in (name, *usual) if _key(h) in by_heading), None)
        if index is not None and index not in found:
            found[index] = name
    return found


def chosen(
    headings: Sequence[str], columns: Mapping[str, str], known: Mapping[str, tuple[str, ...]]
) -> dict[str, str]:
    """Return the column of every known field as it would be chosen by hand, "" for none.

    Raises:
        ImportUnreadable: There is no such field, or no such column.
    """
    found = {name: headings[index] for index, name in matched(headings, columns, known).items()}
    return {name: found.get(name, "") for name in known}


def _key(heading: str) -> str:
    return fold(heading.replace("_", " "))


@contextmanager
def opened(path: Path) -> Iterator[Iterator[list[str]]]:
    """Give the rows of a file as its ending says it is to be read, the headings first.

    Raises:
        ImportUnreadable: It is not what its ending says.
    """
    if path.suffix.lower() in WORKBOOKS:
        with _workbook(path) as lines:
            yield lines
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield _csv(file)


def _csv(file: Iterator[str]) -> Iterator[list[str]]:
    # A quote that is never closed would otherwise swallow the rest of the file as one cell.
    csv.field_size_limit(_TEXT_LIMIT)
    try:
        for cells in csv.reader(file, strict=True):
            yield cells or [""]
    except UnicodeDecodeError as error:
        raise ImportUnreadable(reason="not UTF-8") from error
    except csv.Error as error:
        raise ImportUnreadable(reason=str(error)) from error


@contextmanager
def _workbook(path: Path) -> Iterator[Iterator[list[str]]]:
    try:
        with python_calamine.load_workbook(str(path)) as workbook:
            sheet = workbook.get_sheet_by_index(0)
            yield ([_text(cell) for cell in row] for row in sheet.iter_rows())
    except (python_calamine.CalamineError, OSError) as error:
        raise ImportUnreadable(reason=type(error).__name__) from error


def _text(cell: object) -> str:
    """Return a spreadsheet's cell as it would have been typed."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)

"""The journal as CSV: a line for each posting, one head line, nothing above it.

Amounts are pounds with two decimals, debit positive; text that a spreadsheet could take for a
formula gets an apostrophe in front, as in every CSV of the house.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import date

from reports.spreadsheets import guard, pounds

HEAD = (
    "date", "fact_date", "voucher", "site", "kind", "account_code", "account", "account_name",
    "fund", "amount", "party", "reference", "narration",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A posting, with what its voucher says; `amount` in piastres."""

    on: date
    fact_on: date | None
    voucher: str
    site: str
    kind: str
    account_code: str
    account: str
    account_name: str
    fund: str
    amount: int
    party: str
    reference: str
    narration: str


def lines(rows: Iterable[Line]) -> Iterator[str]:
    """Give the file line by line, its head with the mark by which Excel reads UTF-8."""
    yield "\ufeff" + _written(HEAD)
    for row in rows:
        yield _written([_cell(value) for value in astuple(row)])


def _cell(value: str | int | date | None) -> str:
    if value is None:
        return ""
    if isinstance(value, int):
        return pounds(value)
    return value.isoformat() if isinstance(value, date) else guard(value)


def _written(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()

"""Reading the lines of a claim from a file: a CSV or a workbook, one medicine to a row.

A claim is recorded whole or not at all, so the file is read through first: every row that cannot
be a line is told with its reason, and nothing is recorded while there is one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from pharmacy.errors import ImportRefused, InvalidClaim
from pharmacy.rules.arabic import parse_integer
from pharmacy.rules.money import parse_egp
from pharmacy.services.claim import MOST_LINES, MOST_UNITS, NewLine
from pharmacy.services.drug_picking import pick
from pharmacy.services.importing import Outcome, Verdict, needed, one_by_one
from pharmacy.services.importing_files import keep
from pharmacy.services.importing_people import parse_day
from pharmacy.services.importing_rows import Row, Sheet
from pharmacy.services.request_lookup import request_id_of

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "request": ("request number", "رقم الطلب", "الطلب"),
    "drug": ("item", "code", "الصنف", "الدواء", "كود الصنف"),
    "given_on": ("date", "day", "التاريخ", "تاريخ الصرف"),
    "quantity": ("units", "الكمية", "الوحدات"),
    "amount": ("value", "price", "القيمة", "المبلغ"),
    "receipt": ("receipt number", "prescription", "رقم الإيصال", "الإيصال"),
}
_REQUIRED = frozenset(HEADINGS) - {"receipt"}


@dataclass(frozen=True, slots=True)
class ClaimFile:
    """The lines of a file, the rows it refused, and its own headings."""

    lines: list[NewLine]
    refused: list[Verdict]
    headings: list[str]


def read_lines(session: Session, source: IO[bytes], folder: Path) -> ClaimFile:
    """Read a file of lines.

    Args:
        session: Any session; nothing is written.
        source: The file's content.
        folder: A folder of its own, which the caller removes.

    Raises:
        ImportUnreadable: Neither a CSV in UTF-8 nor a workbook, or a column is missing.
        ImportRefused: It has more rows than a claim has lines.
    """
    kept = keep(source, folder, rows_most=MOST_LINES)
    sheet = Sheet(folder / kept.stored_as, columns={}, known=HEADINGS, required=_REQUIRED)
    lines: list[NewLine] = []

    def one(inner: Session, row: Row) -> Verdict:
        lines.append(_line(inner, row))
        return Verdict(row, Outcome.IMPORTED)

    verdicts = list(one_by_one(session, list(sheet.rows()), one))
    refused = [verdict for verdict in verdicts if verdict.outcome is Outcome.REFUSED]
    if not verdicts:
        raise ImportRefused(reason="empty")
    return ClaimFile(lines, refused, sheet.headings)


def _line(session: Session, row: Row) -> NewLine:
    request_id = request_id_of(session, needed(row, "request"))
    drug = pick(session, needed(row, "drug")).drug
    day = parse_day(needed(row, "given_on"))
    for reason, found in (("request", request_id), ("drug", drug), ("given_on", day)):
        if found is None:
            raise InvalidClaim(reason=reason, line=row.number)
    assert request_id is not None
    assert drug is not None
    assert day is not None
    return NewLine(
        request_id=request_id,
        drug_id=drug.id,
        given_on=day,
        quantity=parse_integer(needed(row, "quantity"), minimum=1, maximum=MOST_UNITS),
        amount=parse_egp(needed(row, "amount")),
        receipt_number=row["receipt"],
    )

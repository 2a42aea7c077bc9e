"""What a cost report took off, and the seal that ties it to the books."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from pharmacy.models import DispensingLine, Site, Voucher
from pharmacy.rules.voucher_number import label
from pharmacy.services.cost_dimensions import Dimension, joined


@dataclass(frozen=True, slots=True)
class Undone:
    """A reversal of a dispensing in the period; `cost` is negative piastres."""

    voucher_id: int
    on: date
    number: str
    first_number: str
    reason: str
    cost: int


_first = aliased(Voucher)
_SHOWN: Sequence[Any] = (
    Voucher.id,
    Voucher.business_date,
    Voucher.kind,
    Voucher.fiscal_year,
    Voucher.number,
    Site.code,
    _first.kind,
    _first.fiscal_year,
    _first.number,
    Voucher.reason,
    func.sum(DispensingLine.cost),
)


def reversals(
    session: Session, counted: Sequence[ColumnElement[bool]], asked: Sequence[Dimension] = ()
) -> list[Undone]:
    """Return the reversals among the lines counted: their sum is what a report took off.

    Args:
        session: Any session.
        counted: The conditions on lines (and heads) that the report's figures meet.
        asked: The dimensions that those conditions read.
    """
    statement = (
        select(*_SHOWN)
        .select_from(DispensingLine)
        .join(Voucher, Voucher.id == DispensingLine.voucher_id)
        .join(_first, _first.id == Voucher.reverses_id)
        .join(Site, Site.id == Voucher.site_id)
    )
    statement = (
        joined(statement, asked)
        .where(DispensingLine.reverses_line_id.is_not(None), *counted)
        .group_by(Voucher.id, Site.code, _first.id)
        .order_by(Voucher.id)
    )
    return [
        Undone(
            voucher_id=row[0],
            on=row[1],
            number=label(row[5], row[2], row[3], row[4]),
            first_number=label(row[5], row[6], row[7], row[8]),
            reason=row[9],
            cost=int(row[10]),
        )
        for row in session.execute(statement)
    ]


def last_seal(session: Session, date_to: date) -> str:
    """The seal of the last voucher of the period, so that the paper can be tied to the books."""
    statement = (
        select(Voucher.seal)
        .where(Voucher.business_date <= date_to)
        .order_by(Voucher.business_date.desc(), Voucher.id.desc())
        .limit(1)
    )
    return session.scalar(statement) or ""

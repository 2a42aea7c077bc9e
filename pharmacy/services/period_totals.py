"""What a month adds up to, worked out from its posted facts when it is closed, and sealed.

Every figure here adds up: over months, sites and funds. A report over years reads these rows for
the months that are closed and the facts themselves for the days that are not.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Text, case, cast, func, insert, literal, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import Base, Whole, table_of
from pharmacy.models import (
    Batch,
    Dispensing,
    DispensingLine,
    PeriodBalance,
    PeriodCost,
    PeriodMovement,
    PeriodOnHand,
    Posting,
    StockMovement,
    Voucher,
)
from pharmacy.rules.closing import Total, last_day

Rows = Mapping[type[Base], Sequence[Mapping[str, Any]]]
TABLES: Sequence[type[Base]] = (PeriodCost, PeriodBalance, PeriodMovement, PeriodOnHand)
"""In the order in which they are sealed."""

_first = aliased(Voucher)
_UNDONE = DispensingLine.reverses_line_id.is_not(None)
_KEYS: Mapping[Total, ColumnElement[Any]] = {
    Total.ALL: literal(None),
    Total.DRUG: DispensingLine.drug_id.expression,
    Total.CENTRE: Dispensing.centre_id.expression,
    Total.CHANNEL: Dispensing.channel.expression,
    Total.CONDITION: Dispensing.condition_id.expression,
}


def totals_of(session: Session, month: str) -> Rows:
    """Return the rows of totals of a month (`2026-03`), each in a fixed order."""
    first, last = date.fromisoformat(f"{month}-01"), last_day(month)
    found: dict[type[Base], list[dict[str, Any]]] = {
        PeriodCost: [row for total in Total for row in _cost(session, total, first, last)],
        PeriodBalance: _balances(session, first, last),
        PeriodMovement: _movements(session, first, last),
        PeriodOnHand: _on_hand(session, last),
    }
    return {
        model: sorted(({"month": month, **row} for row in rows), key=_order)
        for model, rows in found.items()
    }


def _order(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(value) for value in row.values())


def digest_of(key: bytes, month: str, rows: Rows) -> str:
    """Return the keyed hash over all totals of a month."""
    hashed = hmac.new(key, month.encode(), hashlib.sha256)
    for model in TABLES:
        names = [column.name for column in table_of(model).columns]
        for row in rows[model]:
            values = [row[name] for name in names]
            line = json.dumps([table_of(model).name, *values], separators=(",", ":"))
            hashed.update(f"|{line}".encode())
    return hashed.hexdigest()


def write_totals(session: Session, rows: Rows) -> None:
    """Store the totals of a month that has just been closed."""
    for model in TABLES:
        if rows[model]:
            session.execute(insert(table_of(model)), [dict(row) for row in rows[model]])


def _read(session: Session, statement: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any select
    return [
        {name: value if isinstance(value, str) else int(value) for name, value in row.items()}
        for row in session.execute(statement).mappings()
    ]


def _cost(session: Session, total: Total, first: date, last: date) -> list[dict[str, Any]]:
    line = DispensingLine
    key = _KEYS[total]
    statement = (
        select(
            literal(total.value).label("dimension"),
            func.coalesce(cast(key, Text), "").label("key"),
            Voucher.site_id,
            line.fund_id,
            (func.count() - 2 * func.count(line.reverses_line_id)).label("lines"),
            *(
                func.sum(column).cast(Whole).label(column.key)
                for column in (line.quantity, line.cost, line.state_share, line.donor_share)
            ),
            func.count(line.reverses_line_id).label("reversed_lines"),
            func.sum(case((_UNDONE, -line.cost), else_=0)).cast(Whole).label("reversed_cost"),
        )
        .select_from(line)
        .join(Voucher, Voucher.id == line.voucher_id)
        .join(Dispensing, Dispensing.voucher_id == line.dispensing_id)
        .where(line.business_date.between(first, last))
        .group_by(Voucher.site_id, line.fund_id)
    )
    if total is not Total.ALL:
        statement = statement.group_by(key)
    return _read(session, statement)


def _balances(session: Session, first: date, last: date) -> list[dict[str, Any]]:
    amount = Posting.amount
    statement = (
        select(
            cast(Posting.account, Text).label("account"),
            Posting.fund_id,
            Voucher.site_id,
            func.sum(case((amount > 0, amount), else_=0)).cast(Whole).label("debit"),
            func.sum(case((amount < 0, -amount), else_=0)).cast(Whole).label("credit"),
        )
        .select_from(Voucher)
        .join(Posting, Posting.voucher_id == Voucher.id)
        .where(Voucher.business_date.between(first, last))
        .group_by(Posting.account, Posting.fund_id, Voucher.site_id)
    )
    return _read(session, statement)


def _movements(session: Session, first: date, last: date) -> list[dict[str, Any]]:
    kind = func.coalesce(cast(_first.kind, Text), cast(Voucher.kind, Text))
    undone = case((Voucher.reverses_id.is_not(None), 1), else_=0)
    statement = (
        select(
            Batch.site_id,
            Batch.drug_id,
            Batch.fund_id,
            kind.label("kind"),
            undone.label("undone"),
            func.sum(StockMovement.quantity).cast(Whole).label("quantity"),
            func.sum(StockMovement.value).cast(Whole).label("value"),
        )
        .select_from(Voucher)
        .join(StockMovement, StockMovement.voucher_id == Voucher.id)
        .join(Batch, Batch.id == StockMovement.batch_id)
        .outerjoin(_first, _first.id == Voucher.reverses_id)
        .where(Voucher.business_date.between(first, last))
        .group_by(Batch.site_id, Batch.drug_id, Batch.fund_id, kind, undone)
    )
    return _read(session, statement)


def _on_hand(session: Session, last: date) -> list[dict[str, Any]]:
    """Say what the shelves held at the end of a day: what they hold, less what moved since."""
    since = (
        select(
            StockMovement.batch_id,
            func.sum(StockMovement.quantity).label("quantity"),
            func.sum(StockMovement.value).label("value"),
        )
        .select_from(Voucher)
        .join(StockMovement, StockMovement.voucher_id == Voucher.id)
        .where(Voucher.business_date > last)
        .group_by(StockMovement.batch_id)
        .subquery()
    )
    quantity = func.sum(Batch.on_hand - func.coalesce(since.c.quantity, 0)).cast(Whole)
    value = func.sum(Batch.value_on_hand - func.coalesce(since.c.value, 0)).cast(Whole)
    statement = (
        select(
            Batch.site_id,
            Batch.drug_id,
            Batch.fund_id,
            quantity.label("quantity"),
            value.label("value"),
        )
        .outerjoin(since, since.c.batch_id == Batch.id)
        .group_by(Batch.site_id, Batch.drug_id, Batch.fund_id)
        .having((quantity != 0) | (value != 0))
    )
    return _read(session, statement)

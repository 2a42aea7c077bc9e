"""The stock card (بطاقة صنف): what moved of a drug, in order, with the balance after each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from pharmacy.errors import InvalidPeriod
from pharmacy.models import Batch, CitizenRequest, Site, StockMovement, Supplier, Voucher
from pharmacy.rules.vocabulary import ReversalReason, VoucherKind
from pharmacy.rules.voucher_number import label

LONGEST_PERIOD_DAYS = 366 * 30
CARD_MOST = 20_000
"""Movements on one printed card; a longer period is printed in parts."""

RECEIPTS = frozenset(
    {
        VoucherKind.OPENING_BALANCE,
        VoucherKind.GOODS_RECEIPT,
        VoucherKind.TRANSFER_IN,
        VoucherKind.RETURN_FROM_CITIZEN,
    }
)
ISSUES = frozenset(
    {
        VoucherKind.DISPENSING,
        VoucherKind.INSTITUTION_ISSUE,
        VoucherKind.TRANSFER_OUT,
        VoucherKind.RETURN_TO_SUPPLIER,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardQuery:
    """Whose card: a drug's, at one site or all, over days both included."""

    drug_id: int
    date_from: date
    date_to: date
    site_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """One movement: units of issue, piastres, and the balance after it.

    Attributes:
        quantity: Signed units; `received`, `issued` and `adjusted` show it in its column.
        supplier: Who sold or gave it, empty for all else.
        request_number: The citizen request it went out for, empty for all else.
        reversed_number: The voucher it undoes, empty for all else.
    """

    voucher_id: int
    batch_id: int
    on: date
    kind: VoucherKind
    number: str
    supplier: str
    document_reference: str
    request_number: str
    reversed_number: str
    reason: str
    note: str
    lot: str
    expiry: date
    quantity: int
    value: int
    balance: int
    value_balance: int

    @property
    def received(self) -> int:
        """Units that came in from outside, else 0."""
        return self.quantity if self.kind in RECEIPTS else 0

    @property
    def issued(self) -> int:
        """Units that went out to somebody, else 0."""
        return -self.quantity if self.kind in ISSUES else 0

    @property
    def adjusted(self) -> int:
        """Signed units of everything else: reversals, counts, write-offs; else 0."""
        return 0 if self.kind in RECEIPTS | ISSUES else self.quantity

    @property
    def reversal_reason(self) -> ReversalReason | None:
        """Why a reversal was posted."""
        return ReversalReason(self.reason) if self.kind is VoucherKind.REVERSAL else None


@dataclass(frozen=True, slots=True)
class Balance:
    """Units on hand and their value (piastres) at the end of a day."""

    quantity: int
    value: int


def check_period(query: CardQuery) -> None:
    """Refuse a period that ends before it begins.

    Raises:
        InvalidPeriod: It does, or is absurdly long.
    """
    if not 0 <= (query.date_to - query.date_from).days <= LONGEST_PERIOD_DAYS:
        raise InvalidPeriod(date_from=query.date_from, date_to=query.date_to)


def balance(session: Session, query: CardQuery, *, before: date) -> Balance:
    """Return what was on hand before a day, by all that had been posted with an earlier date."""
    statement = (
        select(
            func.coalesce(func.sum(StockMovement.quantity), 0),
            func.coalesce(func.sum(StockMovement.value), 0),
        )
        .join(Batch, Batch.id == StockMovement.batch_id)
        .join(Voucher, Voucher.id == StockMovement.voucher_id)
        .where(*_of_drug(query), Voucher.business_date < before)
    )
    quantity, value = session.execute(statement).one()
    return Balance(int(quantity), int(value))


def _of_drug(query: CardQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Batch.drug_id == query.drug_id]
    if query.site_id is not None:
        found.append(Batch.site_id == query.site_id)
    return found


_first = aliased(Voucher)
_SHOWN: Sequence[Any] = (
    Voucher.id,
    StockMovement.batch_id,
    Voucher.business_date,
    Voucher.kind,
    Voucher.fiscal_year,
    Voucher.number,
    Site.code,
    Supplier.name,
    Voucher.document_reference,
    CitizenRequest.number,
    _first.kind,
    _first.fiscal_year,
    _first.number,
    Voucher.reason,
    Voucher.note,
    Batch.lot,
    Batch.expiry,
    StockMovement.quantity,
    StockMovement.value,
)


def movements(query: CardQuery, opening: Balance) -> Select[Any]:
    """Select a period's movements in their order with the running balance; read by `card_row`."""
    order = (Voucher.business_date, Voucher.id, StockMovement.line_no)
    return (
        select(
            *_SHOWN,
            (func.sum(StockMovement.quantity).over(order_by=order) + opening.quantity),
            (func.sum(StockMovement.value).over(order_by=order) + opening.value),
        )
        .select_from(StockMovement)
        .join(Batch, Batch.id == StockMovement.batch_id)
        .join(Voucher, Voucher.id == StockMovement.voucher_id)
        .join(Site, Site.id == Voucher.site_id)
        .outerjoin(Supplier, Supplier.id == Voucher.supplier_id)
        .outerjoin(CitizenRequest, CitizenRequest.id == Voucher.request_id)
        .outerjoin(_first, _first.id == Voucher.reverses_id)
        .where(*_of_drug(query), Voucher.business_date.between(query.date_from, query.date_to))
        .order_by(*order)
    )


def card_row(row: Sequence[Any]) -> CardRow:
    """Return a row of `movements` by names."""
    undone = "" if row[10] is None else label(row[6], row[10], row[11], row[12])
    return CardRow(
        voucher_id=row[0],
        batch_id=row[1],
        on=row[2],
        kind=row[3],
        number=label(row[6], row[3], row[4], row[5]),
        supplier=row[7] or "",
        document_reference=row[8],
        request_number=row[9] or "",
        reversed_number=undone,
        reason=row[13],
        note=row[14],
        lot=row[15],
        expiry=row[16],
        quantity=row[17],
        value=row[18],
        balance=int(row[19]),
        value_balance=int(row[20]),
    )


def card(session: Session, query: CardQuery) -> tuple[Balance, list[CardRow]]:
    """Return the opening balance and every movement of a period.

    Raises:
        InvalidPeriod: It ends before it begins.
    """
    check_period(query)
    opening = balance(session, query, before=query.date_from)
    statement = movements(query, opening).limit(CARD_MOST)
    return opening, [card_row(row) for row in session.execute(statement)]

"""What moved of the stock in a period, by sort, and what it left: opening + movements = closing.

All of it is read from the posted movements and the vouchers they stand on, or from what sealed
months keep of them. What lay there when the period began and when it ended is summed by itself, and
a row that does not add up is refused by its own constructor: such figures are never shown.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import Whole
from pharmacy.models import Batch, Drug, StockMovement, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import VoucherKind
from pharmacy.services.report_query import Grouping, ReportQuery
from pharmacy.services.stock_totals import Key, on_hand_before, stock_over


class Sort(StrEnum):
    """The sorts of movement, in the order of a statement."""

    RECEIPTS = "receipts"
    RETURNS = "returns"
    DISPENSED = "dispensed"
    INSTITUTIONS = "institutions"
    LOSSES = "losses"
    TRANSFERS = "transfers"
    COUNTS = "counts"
    REVERSALS = "reversals"


SORT_OF: Mapping[VoucherKind, Sort] = MappingProxyType(
    {
        VoucherKind.OPENING_BALANCE: Sort.RECEIPTS,
        VoucherKind.GOODS_RECEIPT: Sort.RECEIPTS,
        VoucherKind.RETURN_FROM_CITIZEN: Sort.RETURNS,
        VoucherKind.RETURN_TO_SUPPLIER: Sort.RETURNS,
        VoucherKind.DISPENSING: Sort.DISPENSED,
        VoucherKind.INSTITUTION_ISSUE: Sort.INSTITUTIONS,
        VoucherKind.WRITE_OFF: Sort.LOSSES,
        VoucherKind.RECALL_WITHDRAWAL: Sort.LOSSES,
        VoucherKind.TRANSFER_OUT: Sort.TRANSFERS,
        VoucherKind.TRANSFER_IN: Sort.TRANSFERS,
        VoucherKind.COUNT_ADJUSTMENT: Sort.COUNTS,
        VoucherKind.REVERSAL: Sort.REVERSALS,
    }
)
"""Which sort a voucher that moves stock belongs to; one of money alone moves none."""


class Moment(StrEnum):
    """What lay there, beside what moved: when the period began and when it ended."""

    OPENING = "opening"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Amount:
    """Units of issue and their value in piastres, both signed: what goes out is negative."""

    quantity: int = 0
    value: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        """Add units to units and piastres to piastres."""
        return Amount(self.quantity + other.quantity, self.value + other.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A row: what lay there, what moved by sort, what it left.

    Attributes:
        keys: Ids of what the row is, in the order of the arrangement; empty for the total.
        opening: All movements before the period.
        moved: What moved in it; sorts of which nothing moved are left out.
        closing: All movements up to its end, summed for itself.

    Raises:
        ValueError: The figures do not add up.
    """

    keys: tuple[int, ...]
    opening: Amount
    moved: Mapping[Sort, Amount]
    closing: Amount

    def __post_init__(self) -> None:
        """Refuse figures that do not add up."""
        if sum(self.moved.values(), start=self.opening) != self.closing:
            raise ValueError(f"{self.keys}: opening and movements do not come to the closing")

    def __add__(self, other: "Moved") -> "Moved":
        """Add sort by sort; the sum has no keys, and must add up again."""
        sorts = [sort for sort in Sort if sort in self.moved or sort in other.moved]
        nothing = Amount()
        return Moved(
            keys=(),
            opening=self.opening + other.opening,
            moved={s: self.moved.get(s, nothing) + other.moved.get(s, nothing) for s in sorts},
            closing=self.closing + other.closing,
        )


NOTHING = Moved(keys=(), opening=Amount(), moved={}, closing=Amount())
_KEYS: Mapping[Grouping, ColumnElement[Any]] = MappingProxyType(
    {
        Grouping.DRUG: Batch.drug_id.expression,
        Grouping.FUND: Batch.fund_id.expression,
        Grouping.SITE: Batch.site_id.expression,
        Grouping.BATCH: Batch.id.expression,
    }
)
ARRANGEMENTS = tuple(_KEYS)
_SUMS = (
    func.sum(StockMovement.quantity).cast(Whole),
    func.sum(StockMovement.value).cast(Whole),
)


_PLACES: Mapping[Grouping, int] = MappingProxyType(
    {Grouping.SITE: 0, Grouping.DRUG: 1, Grouping.FUND: 2}
)
"""Where a key of the closed months' totals names what a row is."""


@dataclass(slots=True)
class _Books:
    """What is known of each row, gathered from wherever it stands."""

    opening: dict[tuple[int, ...], Amount] = field(default_factory=lambda: defaultdict(Amount))
    moved: dict[tuple[int, ...], dict[Sort, Amount]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Amount))
    )
    closing: dict[tuple[int, ...], Amount] = field(default_factory=lambda: defaultdict(Amount))

    def rows(self) -> list[Moved]:
        """Return the rows by their keys; what was gone before and did not move is none."""
        return [
            Moved(
                keys=key,
                opening=self.opening[key],
                moved=dict(self.moved[key]),
                closing=self.closing[key],
            )
            for key in sorted({*self.opening, *self.moved, *self.closing})
            if self.moved[key] or self.opening[key] != Amount()
        ]


def stock_movement(session: Session, query: ReportQuery, *, actor: Actor) -> Sequence[Moved]:
    """Return what moved of the stock, one row for each key of the arrangement, by the keys.

    Closed months are read from their totals, which do not tell of batches.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.REPORT_VIEW)
    query.check()
    by_totals = set(query.by) <= _PLACES.keys()
    return (_by_totals if by_totals else _by_detail)(session, query).rows()


def _by_totals(session: Session, query: ReportQuery) -> _Books:
    books = _Books()
    chosen = (query.site_id, query.drug_id, query.fund_id)

    def wanted(key: Key) -> bool:
        return all(one in {None, of} for one, of in zip(chosen, key, strict=True))

    def row_of(key: Key) -> tuple[int, ...]:
        return tuple(key[_PLACES[one]] for one in query.by)

    for key, over in stock_over(session, query.date_from, query.date_to).items():
        if wanted(key):
            row = row_of(key)
            books.opening[row] += Amount(*over.opening)
            for (kind, undone), moved in over.moved.items():
                sort = Sort.REVERSALS if undone else SORT_OF[kind]
                books.moved[row][sort] += Amount(*moved)
    for key, held in on_hand_before(session, query.date_to + timedelta(days=1)).items():
        if wanted(key):
            books.closing[row_of(key)] += Amount(*held)
    return books


def _by_detail(session: Session, query: ReportQuery) -> _Books:
    books = _Books()
    keys = [_KEYS[one] for one in query.by]
    width = len(keys)
    before = Voucher.business_date < query.date_from
    flows = movements_of(query, select(*keys, Voucher.kind, before, *_SUMS)).group_by(
        *keys, Voucher.kind, before
    )
    for row in session.execute(flows):
        key, amount = tuple(row[:width]), Amount(row[width + 2], row[width + 3])
        if row[width + 1]:
            books.opening[key] += amount
        else:
            books.moved[key][SORT_OF[row[width]]] += amount
    for row in session.execute(movements_of(query, select(*keys, *_SUMS)).group_by(*keys)):
        books.closing[tuple(row[:width])] += Amount(row[width], row[width + 1])
    return books


def movements_of(query: ReportQuery, statement: Select[Any]) -> Select[Any]:
    """Narrow a select to the movements up to the end of the period, of what was chosen."""
    chosen = (
        (query.drug_id, Batch.drug_id),
        (query.fund_id, Batch.fund_id),
        (query.site_id, Batch.site_id),
    )
    return (
        statement.select_from(StockMovement)
        .join(Batch, Batch.id == StockMovement.batch_id)
        .join(Voucher, Voucher.id == StockMovement.voucher_id)
        .where(Voucher.business_date <= query.date_to)
        .where(*(column == value for value, column in chosen if value is not None))
    )


def undone_until(until: date) -> ColumnElement[bool]:
    """Return, for a larger statement, the condition that its movement was undone by a day."""
    undoing, on = aliased(StockMovement), aliased(Voucher)
    return (
        select(undoing.id)
        .join(on, on.id == undoing.voucher_id)
        .where(undoing.reverses_id == StockMovement.id, on.business_date <= until)
        .correlate(StockMovement)
        .exists()
    )


def narrowed(query: ReportQuery, keys: Sequence[int]) -> tuple[ReportQuery, int | None]:
    """Return the query of a row's own movements, and its batch where the row is one."""
    chosen = dict(zip(query.by, keys, strict=False))
    batch_id = chosen.pop(Grouping.BATCH, None)
    fields: dict[str, Any] = {f"{one.value}_id": key for one, key in chosen.items()}
    return replace(query, **fields), batch_id


def batch_names(session: Session, ids: Sequence[int]) -> dict[object, tuple[str, str]]:
    """Return what batches are called, Arabic and English: the item, and its lot."""
    statement = (
        select(Batch.id, Drug.name_ar, Drug.name_en, Batch.lot)
        .join(Drug, Drug.id == Batch.drug_id)
        .where(Batch.id.in_(set(ids)))
    )
    return {
        batch_id: (f"{name_ar} ({lot})", f"{name_en or name_ar} ({lot})")
        for batch_id, name_ar, name_en, lot in session.execute(statement)
    }

"""What moved of the stock in a period, by sort, and what it left: opening + movements = closing.

All of it is read from the posted movements and the vouchers they stand on. What lay there when the
period began and when it ended is summed by itself, and a row that does not add up is refused by its
own constructor: such figures are never shown.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import Whole
from pharmacy.models import Batch, Drug, Fund, Site, StockMovement, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import VoucherKind
from pharmacy.services.report_query import Grouping, ReportQuery


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


def stock_movement(session: Session, query: ReportQuery, *, actor: Actor) -> Sequence[Moved]:
    """Return what moved of the stock, one row for each key of the arrangement, by the keys.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.REPORT_VIEW)
    query.check()
    keys = [_KEYS[one] for one in query.by]
    width = len(keys)
    before = Voucher.business_date < query.date_from
    moved: dict[tuple[int, ...], dict[Sort, Amount]] = defaultdict(dict)
    opening: dict[tuple[int, ...], Amount] = defaultdict(Amount)
    flows = _of(query, select(*keys, Voucher.kind, before, *_SUMS)).group_by(
        *keys, Voucher.kind, before
    )
    for row in session.execute(flows):
        key, kind, is_before = tuple(row[:width]), row[width], row[width + 1]
        amount = Amount(row[width + 2], row[width + 3])
        if is_before:
            opening[key] += amount
        else:
            sort = SORT_OF[kind]
            moved[key][sort] = moved[key].get(sort, Amount()) + amount
    closing = _of(query, select(*keys, *_SUMS)).group_by(*keys)
    rows = [
        Moved(
            keys=tuple(row[:width]),
            opening=opening[tuple(row[:width])],
            moved=moved[tuple(row[:width])],
            closing=Amount(row[width], row[width + 1]),
        )
        for row in session.execute(closing)
    ]
    # What was gone before the period and did not move in it is no row of it.
    alive = (row for row in rows if row.moved or row.opening != Amount())
    return sorted(alive, key=lambda row: row.keys)


def _of(query: ReportQuery, statement: Select[Any]) -> Select[Any]:
    """Narrow to the movements up to the end of the period, of what was chosen."""
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


_origin = aliased(Voucher)
_SHOWN: Sequence[Any] = (StockMovement, Voucher, Site, Batch, Drug, Fund, _origin)


def movements_behind(
    query: ReportQuery, what: Sort | Moment, *, batch_id: int | None = None
) -> Select[Any]:
    """Select the movements behind a figure, the latest first.

    Values of a row are `movement, voucher, site, batch, drug, fund, first`: the voucher it stands
    on, and for a reversal the voucher that was undone.
    """
    return (
        _behind(query, what, batch_id, select(*_SHOWN))
        .join(Site, Site.id == Voucher.site_id)
        .join(Drug, Drug.id == Batch.drug_id)
        .join(Fund, Fund.id == Batch.fund_id)
        .outerjoin(_origin, _origin.id == Voucher.reverses_id)
        .order_by(Voucher.business_date.desc(), StockMovement.id.desc())
    )


def sums_behind(
    session: Session, query: ReportQuery, what: Sort | Moment, *, batch_id: int | None = None
) -> tuple[int, Amount]:
    """Return how many movements stand behind a figure, and what they come to."""
    figures: Sequence[Any] = (func.count(), *(func.coalesce(one, 0) for one in _SUMS))
    summed = select(*figures)
    row = session.execute(_behind(query, what, batch_id, summed)).one()
    return int(row[0]), Amount(int(row[1]), int(row[2]))


def _behind(
    query: ReportQuery, what: Sort | Moment, batch_id: int | None, statement: Select[Any]
) -> Select[Any]:
    found = _of(query, statement)
    if what is Moment.OPENING:
        found = found.where(Voucher.business_date < query.date_from)
    elif isinstance(what, Sort):
        kinds = [kind for kind, sort in SORT_OF.items() if sort is what]
        found = found.where(Voucher.business_date >= query.date_from, Voucher.kind.in_(kinds))
    return found if batch_id is None else found.where(Batch.id == batch_id)


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

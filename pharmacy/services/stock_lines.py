"""The movements behind a figure of stock: each voucher's line, and what all of them come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import Whole
from pharmacy.models import Batch, Drug, Fund, Site, StockMovement, Voucher
from pharmacy.rules.proof import PART_OF, Part
from pharmacy.rules.vocabulary import FundKind, VoucherKind
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.stock_movement import (
    SORT_OF,
    Amount,
    Moment,
    Sort,
    movements_of,
    undone_until,
)
from pharmacy.services.voucher_view import lost_by


class Net(StrEnum):
    """Figures that leave out, or take off, what was undone."""

    LOSS = "loss"
    BOUGHT = "bought"


What = Sort | Part | Moment | Net


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Which movements stand behind a figure, besides the period and the filters of its report.

    Attributes:
        what: A sort, a part of the proof, what lay there, or what stands of losses and purchases.
        batch_id: Of one batch alone.
        supplier_id: Of vouchers of one supplier alone.
        reason: Why it was lost, as `services.voucher_view.lost_by` reads it.
    """

    what: What = Moment.CLOSING
    batch_id: int | None = None
    supplier_id: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Sums:
    """How many movements there are, how many of them undo another, and what they come to."""

    count: int
    undoing: int
    amount: Amount

    @property
    def net(self) -> int:
        """The lines that stand: an undoing takes off itself and what it undid."""
        return self.count - 2 * self.undoing


_origin = aliased(Voucher)
_SHOWN: Sequence[Any] = (StockMovement, Voucher, Site, Batch, Drug, Fund, _origin)
_SUMS: Sequence[Any] = (
    func.count(),
    func.count(StockMovement.reverses_id),
    func.coalesce(func.sum(StockMovement.quantity), 0).cast(Whole),
    func.coalesce(func.sum(StockMovement.value), 0).cast(Whole),
)


def movements_behind(query: ReportQuery, figure: Figure) -> Select[Any]:
    """Select the movements behind a figure, the latest first.

    Values of a row are `movement, voucher, site, batch, drug, fund, first`: the voucher it stands
    on, and for a reversal the voucher that was undone.
    """
    return (
        _behind(query, figure, select(*_SHOWN))
        .join(Site, Site.id == Voucher.site_id)
        .join(Drug, Drug.id == Batch.drug_id)
        .order_by(Voucher.business_date.desc(), StockMovement.id.desc())
    )


def sums_behind(session: Session, query: ReportQuery, figure: Figure) -> Sums:
    """Return what the movements behind a figure come to."""
    row = session.execute(_behind(query, figure, select(*_SUMS))).one()
    return Sums(int(row[0]), int(row[1]), Amount(int(row[2]), int(row[3])))


def _behind(query: ReportQuery, figure: Figure, statement: Select[Any]) -> Select[Any]:
    return (
        movements_of(query, statement)
        .join(Fund, Fund.id == Batch.fund_id)
        .outerjoin(_origin, _origin.id == Voucher.reverses_id)
        .where(*_conditions(query, figure))
    )


def _conditions(query: ReportQuery, figure: Figure) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if figure.what is Moment.OPENING:
        found.append(Voucher.business_date < query.date_from)
    elif figure.what is not Moment.CLOSING:
        found += [Voucher.business_date >= query.date_from, *_of_what(query, figure)]
    if figure.batch_id is not None:
        found.append(Batch.id == figure.batch_id)
    if figure.supplier_id is not None:
        found.append(Voucher.supplier_id == figure.supplier_id)
    return found


def _of_what(query: ReportQuery, figure: Figure) -> list[ColumnElement[bool]]:
    if figure.what is Net.LOSS:
        return lost_by(figure.reason, _origin)
    if figure.what is Net.BOUGHT:
        return [
            Voucher.kind == VoucherKind.GOODS_RECEIPT,
            Fund.kind != FundKind.GIFT_IN_KIND,
            ~undone_until(query.date_to),
        ]
    known = SORT_OF if isinstance(figure.what, Sort) else PART_OF
    return [Voucher.kind.in_([kind for kind, one in known.items() if one is figure.what])]

"""What a pack of each item cost when it was received: first, last, least, most, and the change.

Goods received and not undone count, but for gifts in kind, which have no price. A pack is what the
formulary says; a cost of a pack is rounded half up to the piastre.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import Batch, Drug, Fund, StockMovement, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.money import round_half_up
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import FundKind, VoucherKind
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.stock_movement import undone_until


@dataclass(slots=True, kw_only=True)
class PriceChange:
    """An item's receipts in a period; costs are piastres of a pack.

    Attributes:
        quantity: Units of issue received.
    """

    drug_id: int
    code: str
    name_ar: str
    name_en: str
    pack_size: int
    receipts: int = 0
    quantity: int = 0
    first: int = 0
    last: int = 0
    least: int = 0
    most: int = 0

    @property
    def change(self) -> int:
        """Piastres from the first to the last."""
        return self.last - self.first

    def add(self, quantity: int, cost: int) -> None:
        """Count a receipt; they come in the order of their days."""
        if not self.receipts:
            self.first = self.least = self.most = cost
        self.receipts += 1
        self.quantity += quantity
        self.last, self.least, self.most = cost, min(self.least, cost), max(self.most, cost)


def price_changes(session: Session, query: ReportQuery, *, actor: Actor) -> Sequence[PriceChange]:
    """Return the items received in a period, the greatest change first.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.REPORT_VIEW)
    query.check()
    chosen = (
        (query.drug_id, Batch.drug_id),
        (query.fund_id, Batch.fund_id),
        (query.supplier_id, Voucher.supplier_id),
    )
    statement = (
        select(
            Drug.id,
            Drug.code,
            Drug.name_ar,
            Drug.name_en,
            Drug.pack_size,
            StockMovement.quantity,
            StockMovement.value,
        )
        .select_from(StockMovement)
        .join(Batch, Batch.id == StockMovement.batch_id)
        .join(Voucher, Voucher.id == StockMovement.voucher_id)
        .join(Drug, Drug.id == Batch.drug_id)
        .join(Fund, Fund.id == Batch.fund_id)
        .where(
            Voucher.kind == VoucherKind.GOODS_RECEIPT,
            Voucher.business_date.between(query.date_from, query.date_to),
            Fund.kind != FundKind.GIFT_IN_KIND,
            ~undone_until(query.date_to),
            *(column == value for value, column in chosen if value is not None),
        )
        .order_by(Voucher.business_date, StockMovement.id)
    )
    found: dict[int, PriceChange] = {}
    for drug_id, code, name_ar, name_en, pack_size, quantity, value in session.execute(statement):
        row = found.setdefault(
            drug_id,
            PriceChange(
                drug_id=drug_id,
                code=code,
                name_ar=name_ar,
                name_en=name_en,
                pack_size=pack_size,
            ),
        )
        row.add(quantity, pack_cost(value, quantity, pack_size))
    return sorted(found.values(), key=lambda row: (-abs(row.change), row.name_en, row.drug_id))


def pack_cost(value: int, quantity: int, pack_size: int) -> int:
    """Return what a pack cost (piastres, rounded half up) when a quantity came in at a value."""
    return round_half_up(value * pack_size, quantity)

"""The chain of a request: each line handed out, its batch, and the supplier's paper behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from pharmacy.models import Batch, DispensingLine, Site, Supplier, Voucher
from pharmacy.rules.vocabulary import UnitOfIssue
from pharmacy.rules.voucher_number import label


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One line handed out, down to where its batch came from; `cost` in piastres.

    Attributes:
        dispensing_id: The voucher that handed it out.
        batch_id: The batch it was taken from.
        receipt_id: The voucher that brought the batch in.
        supplier: Who sold or gave them; empty for an opening balance.
        invoice: The supplier's own paper.
        is_undone: Whether the line was undone since.
    """

    dispensing_id: int
    dispensing: str
    on: date
    drug_ar: str
    drug_en: str
    quantity: int
    unit: UnitOfIssue
    cost: int
    batch_id: int
    lot: str
    expiry: date
    receipt_id: int
    receipt: str
    received_on: date
    supplier: str
    invoice: str
    is_undone: bool


def chain_of(session: Session, request_id: int) -> Sequence[Link]:
    """Return what was handed out against a request, line by line, in order; one statement."""
    line, undone = DispensingLine, aliased(DispensingLine)
    given, counter = aliased(Voucher, name="given"), aliased(Site)
    brought, store = aliased(Voucher, name="brought"), aliased(Site)
    rows = session.execute(
        select(
            line,
            given,
            counter.code.label("counter"),
            brought,
            store.code.label("store"),
            Supplier.name.label("supplier"),
            undone.id.label("undone_by"),
        )
        .join(given, given.id == line.voucher_id)
        .join(counter, counter.id == given.site_id)
        .join(Batch, Batch.id == line.batch_id)
        .join(brought, brought.id == Batch.voucher_id)
        .join(store, store.id == brought.site_id)
        .outerjoin(Supplier, Supplier.id == brought.supplier_id)
        .outerjoin(undone, undone.reverses_line_id == line.id)
        .where(given.request_id == request_id, line.quantity > 0)
        .order_by(line.id)
    )
    return [_link(row) for row in rows]


def _link(row: Row[*tuple[Any, ...]]) -> Link:
    line, (given, brought) = row.DispensingLine, (row.given, row.brought)
    return Link(
        dispensing_id=given.id,
        dispensing=label(row.counter, given.kind, given.fiscal_year, given.number),
        on=line.business_date,
        drug_ar=line.drug_name_ar,
        drug_en=line.drug_name_en,
        quantity=line.quantity,
        unit=line.unit,
        cost=line.cost,
        batch_id=line.batch_id,
        lot=line.lot,
        expiry=line.expiry,
        receipt_id=brought.id,
        receipt=label(row.store, brought.kind, brought.fiscal_year, brought.number),
        received_on=brought.business_date,
        supplier=row.supplier or "",
        invoice=brought.document_reference,
        is_undone=row.undone_by is not None,
    )

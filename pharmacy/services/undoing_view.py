"""The undoing of an invoice or of a decision on a claim, read for its page and its paper."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import (
    ClaimDecision,
    ClaimReversal,
    InvoiceReversal,
    Site,
    Staff,
    SupplierInvoice,
    Voucher,
)
from pharmacy.services.voucher_view import number_of


@dataclass(frozen=True, slots=True)
class Undone:
    """Why and when something was undone, by whom, and the number of the voucher, if there is one.

    What had posted nothing is undone without a voucher.
    """

    by: InvoiceReversal | ClaimReversal
    staff: Staff
    number: str


def undoing_of(session: Session, row: InvoiceReversal | ClaimReversal | None) -> Undone | None:
    """Return an undoing with what its page says; None for none."""
    if row is None:
        return None
    staff = session.get_one(Staff, row.reversed_by)
    if row.voucher_id is None:
        return Undone(row, staff, "")
    voucher, site = session.execute(
        select(Voucher, Site)
        .join(Site, Site.id == Voucher.site_id)
        .where(Voucher.id == row.voucher_id)
    ).one()
    return Undone(row, staff, number_of(site, voucher))


def document_of(session: Session, voucher_id: int) -> tuple[str, int] | None:
    """Return the paper that a voucher is of: ("invoice", its id) or ("claim", its id)."""
    invoice = select(SupplierInvoice.id).where(SupplierInvoice.voucher_id == voucher_id)
    claim = select(ClaimDecision.claim_id).where(ClaimDecision.voucher_id == voucher_id)
    for noun, query in (("invoice", invoice), ("claim", claim)):
        found = session.scalar(query)
        if found is not None:
            return noun, found
    return None

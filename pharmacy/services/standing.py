"""Which invoices, matches and decisions on claims stand: conditions for larger statements.

Asked until a day they say what stood when it was over, whatever was undone since.
"""

from datetime import date

from sqlalchemy import ColumnElement, select, true

from pharmacy.models import (
    ClaimDecision,
    ClaimLineDecision,
    ClaimReversal,
    InvoiceReceipt,
    InvoiceReversal,
    SupplierInvoice,
)
from pharmacy.rules.calendar import EVER, day_ends

_invoice_undone = select(InvoiceReversal.invoice_id)
_decision_undone = select(ClaimReversal.claim_id)


def standing_invoice(until: date = EVER) -> ColumnElement[bool]:
    """Return the condition that an invoice counts and was not undone."""
    undone = _invoice_undone.where(
        InvoiceReversal.invoice_id == SupplierInvoice.id, InvoiceReversal.reversed_on <= until
    )
    return (SupplierInvoice.business_date <= until) & ~undone.exists()


def standing_match(until: date = EVER) -> ColumnElement[bool]:
    """Return the condition that the invoice of which a receipt is counts and was not undone."""
    return (
        select(SupplierInvoice.id)
        .where(SupplierInvoice.id == InvoiceReceipt.invoice_id, standing_invoice(until))
        .exists()
    )


def standing_decision(until: date = EVER) -> ColumnElement[bool]:
    """Return the condition that a decision on a claim was made and not undone."""
    made = true() if until == EVER else ClaimDecision.decided_at < day_ends(until)
    return (
        made
        & ~_decision_undone.where(
            ClaimReversal.claim_id == ClaimDecision.claim_id,
            ClaimReversal.attempt == ClaimDecision.attempt,
            ClaimReversal.reversed_on <= until,
        ).exists()
    )


def standing_line() -> ColumnElement[bool]:
    """Return the condition that the decision of which a decided line is was not undone."""
    return ~_decision_undone.where(
        ClaimReversal.claim_id == ClaimLineDecision.claim_id,
        ClaimReversal.attempt == ClaimLineDecision.attempt,
    ).exists()

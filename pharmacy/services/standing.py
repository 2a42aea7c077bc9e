"""Which invoices, matches and decisions on claims stand: conditions for larger statements."""

from sqlalchemy import ColumnElement, select

from pharmacy.models import (
    ClaimDecision,
    ClaimLineDecision,
    ClaimReversal,
    InvoiceReceipt,
    InvoiceReversal,
    SupplierInvoice,
)

_invoice_undone = select(InvoiceReversal.invoice_id)
_decision_undone = select(ClaimReversal.claim_id)


def standing_invoice() -> ColumnElement[bool]:
    """Return the condition that an invoice was not undone."""
    return ~_invoice_undone.where(InvoiceReversal.invoice_id == SupplierInvoice.id).exists()


def standing_match() -> ColumnElement[bool]:
    """Return the condition that the invoice of which a receipt is was not undone."""
    return ~_invoice_undone.where(InvoiceReversal.invoice_id == InvoiceReceipt.invoice_id).exists()


def standing_decision() -> ColumnElement[bool]:
    """Return the condition that a decision on a claim was not undone."""
    return ~_decision_undone.where(
        ClaimReversal.claim_id == ClaimDecision.claim_id,
        ClaimReversal.attempt == ClaimDecision.attempt,
    ).exists()


def standing_line() -> ColumnElement[bool]:
    """Return the condition that the decision of which a decided line is was not undone."""
    return ~_decision_undone.where(
        ClaimReversal.claim_id == ClaimLineDecision.claim_id,
        ClaimReversal.attempt == ClaimLineDecision.attempt,
    ).exists()

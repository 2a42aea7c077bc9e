"""Undoing an invoice that was recorded wrong, so that the right one takes its goods.

The invoice is locked, as a payment of it locks it: one of the two comes first, and the other sees
it. What the invoice differed by from its goods is taken back by a reversal of its voucher; one that
agreed had posted nothing, and its undoing posts nothing either.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from pharmacy.errors import AlreadyReversed, CannotReverse, NotFound, SubmissionConflict
from pharmacy.models import InvoiceReversal, SupplierInvoice, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import ReversalReason
from pharmacy.services import audit
from pharmacy.services.invoice_payment import paid_by_invoice
from pharmacy.services.reversing import Undo, undo_whole
from pharmacy.services.submission import digest


def reverse_invoice(
    session: Session,
    invoice_id: int,
    *,
    submission_id: str,
    reason: ReversalReason,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> int | None:
    """Undo an invoice; return the voucher that takes its difference back, None where it had none.

    Its goods are without an invoice again, and its number may be recorded again.

    Raises:
        NotPermitted: The role does not keep the funds.
        NotFound: There is no such invoice.
        CannotReverse: Something of it is paid, or it is what is owed on a claim.
        AlreadyReversed: It was undone before.
        SubmissionConflict: The submission id came before with other content.
        PeriodClosed: The month of today is closed.
    """
    actor.require(Permission.FUND_MANAGE)
    invoice = locked(session, SupplierInvoice.id == invoice_id)
    if invoice is None:
        raise NotFound(noun="invoice", key=str(invoice_id))
    content = digest([invoice_id, reason.value, note])
    undo = Undo(submission_id=submission_id, content=content, reason=reason, note=note)
    done = session.scalar(
        select(InvoiceReversal).where(InvoiceReversal.submission_id == submission_id)
    )
    if done is not None:
        if (done.invoice_id, done.reason, done.note) != (invoice_id, reason, note):
            raise SubmissionConflict(submission_id=submission_id)
        return done.voucher_id
    if invoice.claim_id is not None:
        raise CannotReverse(voucher_id=invoice.voucher_id or 0, reason="of_claim")
    check_unpaid(session, invoice)
    voucher_id = None
    if invoice.voucher_id is not None:
        first = session.get_one(Voucher, invoice.voucher_id)
        voucher_id = undo_whole(session, first, undo, actor=actor, now=now)
    mark_undone(session, invoice, undo, voucher_id, actor=actor, now=now)
    return voucher_id


def locked(session: Session, which: ColumnElement[bool]) -> SupplierInvoice | None:
    """Lock an invoice, as its payment does; None when there is none."""
    return session.scalar(
        select(SupplierInvoice)
        .where(which)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def check_unpaid(session: Session, invoice: SupplierInvoice) -> None:
    """Refuse to undo a locked invoice that was undone, or of which something is paid.

    Raises:
        AlreadyReversed: It was undone before.
        CannotReverse: Something of it is paid.
    """
    voucher_id = invoice.voucher_id or 0
    if session.get(InvoiceReversal, invoice.id, populate_existing=True) is not None:
        raise AlreadyReversed(voucher_id=voucher_id)
    if paid_by_invoice(session, [invoice.id]):
        raise CannotReverse(voucher_id=voucher_id, reason="paid")


def mark_undone(
    session: Session,
    invoice: SupplierInvoice,
    undo: Undo,
    voucher_id: int | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Write down that a locked invoice was undone, and by which voucher."""
    row = reversal_row(undo, voucher_id, actor=actor, now=now)
    session.add(InvoiceReversal(**row, invoice_id=invoice.id))
    session.flush()
    said = {"number": invoice.number, "reason": undo.reason.value, "note": undo.note}
    audit.record(
        session, "reverse", "supplier_invoice", invoice.id, after=said, actor=actor, now=now
    )


def reversal_row(
    undo: Undo, voucher_id: int | None, *, actor: Actor, now: datetime
) -> dict[str, object]:
    """Return the row of an undoing, but for what it undoes."""
    return {
        "voucher_id": voucher_id,
        "reason": undo.reason,
        "note": undo.note,
        "submission_id": undo.submission_id,
        "reversed_on": cairo_day(now),
        "reversed_at": now,
        "reversed_by": actor.staff_id,
    }

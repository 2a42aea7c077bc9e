"""What every undoing shares: a voucher that names the first and posts the opposite, dated today.

Whatever month the first is in, its reversal is of the open one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from pharmacy.errors import AlreadyReversed, CannotReverse
from pharmacy.models import InvoiceReceipt, Posting, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.posting import Entry, reverse_entries
from pharmacy.rules.vocabulary import ReversalReason, VoucherKind
from pharmacy.services.standing import standing_match
from pharmacy.services.voucher import VoucherDraft, post

_undoing = aliased(Voucher)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """Why something is undone, by which sending of the form, and the digest of what was asked."""

    submission_id: str
    content: str
    reason: ReversalReason
    note: str = ""


def postings_of(session: Session, voucher_id: int) -> Sequence[Posting]:
    """Return what a voucher posted, in its order."""
    return session.scalars(
        select(Posting).where(Posting.voucher_id == voucher_id).order_by(Posting.id)
    ).all()


def is_undone(session: Session, voucher_id: int) -> bool:
    """Tell whether a voucher, or something of it, was undone."""
    undone = select(Voucher.id).where(Voucher.reverses_id == voucher_id).limit(1)
    return session.scalar(undone) is not None


def refuse_invoiced(session: Session, first: Voucher) -> None:
    """Refuse what stands on an invoice; its row is locked, as whoever records one does.

    Raises:
        CannotReverse: It stands on one.
    """
    session.refresh(first, with_for_update=True)
    invoiced = select(InvoiceReceipt.invoice_id).where(
        InvoiceReceipt.voucher_id == first.id, standing_match()
    )
    if session.scalar(invoiced) is not None:
        raise CannotReverse(voucher_id=first.id, reason="invoiced")


def stands() -> ColumnElement[bool]:
    """Return, for a larger statement, the condition that nothing of its voucher was undone."""
    return ~select(_undoing.id).where(_undoing.reverses_id == Voucher.id).exists()


def opposite(first: Voucher, postings: Sequence[Posting], undo: Undo, on: date) -> VoucherDraft:
    """Return the voucher that undoes these postings of an earlier one."""
    posted = [
        Entry(line_no=p.line_no, account=p.account, fund_id=p.fund_id, amount=p.amount)
        for p in postings
    ]
    return VoucherDraft(
        kind=VoucherKind.REVERSAL,
        site_id=first.site_id,
        business_date=on,
        submission_id=undo.submission_id,
        submission_digest=undo.content,
        reverses_id=first.id,
        request_id=first.request_id,
        supplier_id=first.supplier_id,
        reason=undo.reason.value,
        note=undo.note,
        entries=reverse_entries(posted),
        entry_reverses=[posting.id for posting in postings],
    )


def undo_whole(session: Session, first: Voucher, undo: Undo, *, actor: Actor, now: datetime) -> int:
    """Post the opposite of all that a voucher posted; return the reversal's id.

    The caller holds the lock of what the voucher is about.

    Raises:
        AlreadyReversed: It was undone before.
        PeriodClosed: The month of today is closed.
    """
    if is_undone(session, first.id):
        raise AlreadyReversed(voucher_id=first.id)
    draft = opposite(first, postings_of(session, first.id), undo, cairo_day(now))
    named = replace(draft, document_reference=first.document_reference)
    return post(session, named, actor=actor, now=now).voucher_id

"""Undoing a voucher that moved money alone: the opposite postings, dated today, only once.

The count of a drawer goes back into the drawer: while no later count of it stands, the same shift
is counted again, with whatever came in since.
"""

from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.errors import AlreadyReversed, CannotReverse, NotFound
from pharmacy.models import Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Account, ReversalReason, VoucherKind
from pharmacy.services.invoice import MATCHED
from pharmacy.services.money import lock_fund, refuse_overdraft
from pharmacy.services.reversing import (
    Undo,
    is_undone,
    postings_of,
    refuse_invoiced,
    stands,
    undo_whole,
)
from pharmacy.services.submission import digest, find_submission
from pharmacy.services.voucher import lock_site

RIGHT_TO_REVERSE_MONEY: MappingProxyType[VoucherKind, Permission] = MappingProxyType(
    {
        VoucherKind.FUND_RECEIPT: Permission.FUND_MANAGE,
        VoucherKind.PAYMENT: Permission.FUND_MANAGE,
        VoucherKind.CASH_COUNT: Permission.FUND_MANAGE,
    }
)


def reverse_money(
    session: Session,
    voucher_id: int,
    *,
    submission_id: str,
    reason: ReversalReason,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> int:
    """Undo a receipt, a payment or the count of a drawer whole; return the reversal's id.

    Raises:
        NotFound: There is no such voucher.
        CannotReverse: Its kind is not undone this way, or a later count of the drawer stands, or a
            refund stands on an invoice.
        NotPermitted: The role does not keep the funds.
        AlreadyReversed: It was undone before.
        InsufficientFunds: The money received is no longer there.
        SubmissionConflict: The submission id came before with other content.
    """
    first = session.get(Voucher, voucher_id)
    if first is None:
        raise NotFound(noun="voucher", key=str(voucher_id))
    right = RIGHT_TO_REVERSE_MONEY.get(first.kind)
    if right is None:
        raise CannotReverse(voucher_id=voucher_id, reason="kind")
    actor.require(right)
    if first.kind in MATCHED:
        refuse_invoiced(session, first)
    postings = postings_of(session, voucher_id)
    for fund_id in sorted({posting.fund_id for posting in postings}):
        lock_fund(session, fund_id)
    lock_site(session, first.site_id, cairo_day(now))
    content = digest([voucher_id, reason.value, note])
    repeated = find_submission(session, submission_id, content)
    if repeated is not None:
        return repeated
    if is_undone(session, voucher_id):
        raise AlreadyReversed(voucher_id=voucher_id)
    if first.kind is VoucherKind.CASH_COUNT and _counted_since(session, first):
        raise CannotReverse(voucher_id=voucher_id, reason="counted_since")
    for posting in postings:
        if posting.account is Account.CASH and posting.amount > 0:
            refuse_overdraft(session, posting.fund_id, posting.amount, cairo_day(now))
    undo = Undo(submission_id=submission_id, content=content, reason=reason, note=note)
    return undo_whole(session, first, undo, actor=actor, now=now)


def _counted_since(session: Session, first: Voucher) -> bool:
    later = select(Voucher.id).where(
        Voucher.site_id == first.site_id,
        Voucher.kind == VoucherKind.CASH_COUNT,
        Voucher.sequence > first.sequence,
        stands(),
    )
    return session.scalar(later.limit(1)) is not None

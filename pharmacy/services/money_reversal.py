"""Undoing a voucher that moved money alone: the opposite postings, dated today, only once."""

from collections.abc import Sequence
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from pharmacy.errors import AlreadyReversed, CannotReverse, InsufficientFunds, NotFound
from pharmacy.models import Posting, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.posting import Entry
from pharmacy.rules.vocabulary import Account, ReversalReason, VoucherKind
from pharmacy.services.money import balance, lock_fund
from pharmacy.services.submission import digest, find_submission
from pharmacy.services.voucher import VoucherDraft, lock_site, post

RIGHT_TO_REVERSE_MONEY: MappingProxyType[VoucherKind, Permission] = MappingProxyType(
    {
        VoucherKind.FUND_RECEIPT: Permission.FUND_MANAGE,
        VoucherKind.PAYMENT: Permission.FUND_MANAGE,
    }
)

_undone = aliased(Posting)


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
    """Undo a receipt or a payment whole; return the reversal's id.

    Raises:
        NotFound: There is no such voucher.
        CannotReverse: Its kind is not undone this way.
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
    postings = _postings(session, voucher_id)
    for fund_id in sorted({posting.fund_id for posting in postings}):
        lock_fund(session, fund_id)
    on = cairo_day(now)
    lock_site(session, first.site_id, on)
    content = digest([voucher_id, reason.value, note])
    repeated = find_submission(session, submission_id, content)
    if repeated is not None:
        return repeated
    if _is_undone(session, voucher_id):
        raise AlreadyReversed(voucher_id=voucher_id)
    for posting in postings:
        held = balance(session, Account.CASH, posting.fund_id)
        if posting.account is Account.CASH and held < posting.amount:
            raise InsufficientFunds(fund_id=posting.fund_id, asked=posting.amount, held=held)
    draft = VoucherDraft(
        kind=VoucherKind.REVERSAL,
        site_id=first.site_id,
        business_date=on,
        submission_id=submission_id,
        submission_digest=content,
        reverses_id=voucher_id,
        supplier_id=first.supplier_id,
        document_reference=first.document_reference,
        reason=reason.value,
        note=note,
        entries=[
            Entry(line_no=p.line_no, account=p.account, fund_id=p.fund_id, amount=-p.amount)
            for p in postings
        ],
        entry_reverses=[posting.id for posting in postings],
    )
    return post(session, draft, actor=actor, now=now).voucher_id


def _postings(session: Session, voucher_id: int) -> Sequence[Posting]:
    return session.scalars(
        select(Posting).where(Posting.voucher_id == voucher_id).order_by(Posting.id)
    ).all()


def _is_undone(session: Session, voucher_id: int) -> bool:
    query = (
        select(_undone.id)
        .join(Posting, Posting.id == _undone.reverses_id)
        .where(Posting.voucher_id == voucher_id)
        .limit(1)
    )
    return session.scalar(query) is not None

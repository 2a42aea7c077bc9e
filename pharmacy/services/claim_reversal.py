"""Undoing a decision on a claim while nothing of it is paid; the claim waits to be decided anew.

Locks stand as for deciding: the citizen requests of the claim, then the invoice of what was
accepted, as its payment locks it, then the office's chain.
"""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from pharmacy.db import table_of
from pharmacy.errors import AlreadyReversed, CannotReverse, NotFound, SubmissionConflict
from pharmacy.models import (
    CitizenRequest,
    Claim,
    ClaimDecision,
    ClaimLine,
    ClaimLineDecision,
    ClaimReversal,
    RequestEvent,
    SupplierInvoice,
    Voucher,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import ClosingReason, RequestState
from pharmacy.rules.vocabulary import ReversalReason
from pharmacy.services import audit
from pharmacy.services.claim_decision import decisions, lock_requests
from pharmacy.services.claim_facts import all_given
from pharmacy.services.invoice_reversal import check_unpaid, locked, mark_undone, reversal_row
from pharmacy.services.request_steps import undo_hand_over
from pharmacy.services.reversing import Undo, undo_whole
from pharmacy.services.submission import digest


def reverse_decision(
    session: Session,
    claim_id: int,
    *,
    submission_id: str,
    reason: ReversalReason,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> int | None:
    """Undo what was decided of a claim; return the voucher that owes no more, None for none.

    Raises:
        NotPermitted: The role does not keep the funds.
        NotFound: There is no such claim.
        CannotReverse: It is not decided, or something of it is paid.
        AlreadyReversed: Its decision was undone before.
        SubmissionConflict: The submission id came before with other content.
        PeriodClosed: The month of today is closed.
    """
    actor.require(Permission.FUND_MANAGE)
    claim = session.get(Claim, claim_id)
    if claim is None:
        raise NotFound(noun="claim", key=str(claim_id))
    lock_requests(session, claim_id)
    done = session.scalar(select(ClaimReversal).where(ClaimReversal.submission_id == submission_id))
    if done is not None:
        if (done.claim_id, done.reason, done.note) != (claim_id, reason, note):
            raise SubmissionConflict(submission_id=submission_id)
        return done.voucher_id
    decision = _standing(session, claim_id)
    content = digest([claim_id, decision.attempt, reason.value, note])
    undo = Undo(submission_id=submission_id, content=content, reason=reason, note=note)
    voucher_id = _owe_no_more(session, decision, undo, actor=actor, now=now)
    row = reversal_row(undo, voucher_id, actor=actor, now=now)
    key = {"claim_id": claim_id, "attempt": decision.attempt}
    session.execute(insert(table_of(ClaimReversal)), {**row, **key})
    said = {"number": claim.number, "accepted": decision.accepted, "reason": reason.value}
    audit.record(
        session, "reverse", "claim", claim_id, after={**said, "note": note}, actor=actor, now=now
    )
    _take_back(session, decision, actor=actor, now=now)
    return voucher_id


def _standing(session: Session, claim_id: int) -> ClaimDecision:
    before = decisions(session, claim_id)
    if not before:
        raise CannotReverse(voucher_id=0, reason="undecided")
    last, stands = before[-1]
    if not stands:
        raise AlreadyReversed(voucher_id=last.voucher_id or 0)
    return last


def _owe_no_more(
    session: Session, decision: ClaimDecision, undo: Undo, *, actor: Actor, now: datetime
) -> int | None:
    """Turn what the decision posted, and undo the invoice of it."""
    if decision.voucher_id is None:
        return None
    invoice = locked(
        session,
        (SupplierInvoice.claim_id == decision.claim_id)
        & (SupplierInvoice.claim_attempt == decision.attempt),
    )
    assert invoice is not None, "what is accepted has its invoice"
    check_unpaid(session, invoice)
    first = session.get_one(Voucher, decision.voucher_id)
    voucher_id = undo_whole(session, first, undo, actor=actor, now=now)
    of_invoice = Undo(
        submission_id=f"{undo.submission_id} claim",
        content=undo.content,
        reason=undo.reason,
        note=undo.note,
    )
    mark_undone(session, invoice, of_invoice, voucher_id, actor=actor, now=now)
    return voucher_id


def _take_back(session: Session, decision: ClaimDecision, *, actor: Actor, now: datetime) -> None:
    """Let requests be dispensed against again of which the decision had used something up."""
    of = (
        select(ClaimLine.request_id)
        .join(ClaimLineDecision, ClaimLineDecision.claim_line_id == ClaimLine.id)
        .where(
            ClaimLineDecision.claim_id == decision.claim_id,
            ClaimLineDecision.attempt == decision.attempt,
            ClaimLineDecision.quantity > 0,
        )
        .distinct()
        .order_by(ClaimLine.request_id)
    )
    requests = session.scalars(of).all()
    still = all_given(session, requests)
    for request_id in requests:
        if request_id not in still and _open_to_it(session, request_id):
            undo_hand_over(session, request_id, actor=actor, now=now)


def _open_to_it(session: Session, request_id: int) -> bool:
    """Tell whether a request is open, or was closed since all was given; others stay closed."""
    request = session.get_one(CitizenRequest, request_id, populate_existing=True)
    if request.state is not RequestState.CLOSED:
        return True
    last = session.scalar(
        select(RequestEvent.reason)
        .where(RequestEvent.request_id == request_id)
        .order_by(RequestEvent.id.desc())
        .limit(1)
    )
    return last == ClosingReason.ALL_GIVEN.value

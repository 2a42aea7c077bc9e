"""Deciding a claim: every line at once, in one transaction, and what is accepted is owed.

Locks stand in the house's order: the citizen requests of the claim by id, as a dispensing takes
its own first, then the office's chain. So what a claim uses up of an approval, the counter sees.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from pharmacy.db import table_of
from pharmacy.errors import ClaimDecided, InvalidClaim, NotFound
from pharmacy.models import (
    CitizenRequest,
    Claim,
    ClaimDecision,
    ClaimLine,
    ClaimLineDecision,
    SupplierInvoice,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day, month_start
from pharmacy.rules.claim import Beyond, Ceiling, fault
from pharmacy.rules.dating import noted
from pharmacy.rules.lifecycle import ENTITLED
from pharmacy.rules.permissions import Permission
from pharmacy.rules.posting import Entry
from pharmacy.rules.vocabulary import Account, ClaimReason, VoucherKind
from pharmacy.services.claim_facts import Checked, all_given, check_lines
from pharmacy.services.invoice import next_attempt
from pharmacy.services.money import office
from pharmacy.services.request_steps import hand_over
from pharmacy.services.sealing import claim_line_particulars, claim_particulars
from pharmacy.services.settings import whole_setting
from pharmacy.services.standing import standing_decision
from pharmacy.services.submission import digest
from pharmacy.services.voucher import VoucherDraft, post


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDecision:
    """What is accepted of a line: units of issue, piastres; why not all; what is to be said."""

    quantity: int
    amount: int
    reason: ClaimReason | None = None
    note: str = ""


Decided = Sequence[tuple[Checked, LineDecision]]


def decide(
    session: Session,
    claim_id: int,
    lines: Mapping[int, LineDecision],
    *,
    submission_id: str,
    actor: Actor,
    now: datetime,
) -> int | None:
    """Decide a claim whole; return the voucher that owes what was accepted, None for nothing.

    Args:
        session: A writing session.
        claim_id: Which.
        lines: The decision on each line, by its number on the paper; lines left out stand as the
            rules propose.
        submission_id: The same one again decides nothing anew.
        actor: Who decides.
        now: When.

    Raises:
        NotPermitted: The role does not keep the funds.
        NotFound: There is no such claim.
        ClaimDecided: Somebody decided it before, and the decision stands.
        InvalidClaim: A line's decision does not hold: beyond the approval, more than was asked,
            without its reason or its note.
        PeriodClosed: The month of today is closed.
    """
    actor.require(Permission.FUND_MANAGE)
    claim = session.get(Claim, claim_id)
    if claim is None:
        raise NotFound(noun="claim", key=str(claim_id))
    lock_requests(session, claim_id)
    before = decisions(session, claim_id)
    for done, stands in before:
        if done.submission_id == submission_id:
            return done.voucher_id
        if stands:
            raise ClaimDecided(number=claim.number)
    checked = check_lines(session, claim_id)
    decided = [(one, _decision(one, lines.get(one.line.line_no))) for one in checked]
    _check(decided)
    accepted = sum(decision.amount for _, decision in decided)
    voucher_id = _owe(session, claim, decided, accepted, submission_id, actor=actor, now=now)
    row = {
        "claim_id": claim_id,
        "attempt": len(before) + 1,
        "voucher_id": voucher_id,
        "accepted": accepted,
        "submission_id": submission_id,
        "decided_at": now,
        "decided_by": actor.staff_id,
    }
    _write(session, row, decided)
    if voucher_id is not None:
        _invoice(session, claim, row, actor=actor, now=now)
        _given_elsewhere(session, decided, actor=actor, now=now)
    return voucher_id


def decisions(session: Session, claim_id: int) -> Sequence[tuple[ClaimDecision, bool]]:
    """Return what was decided of a claim, the first first, and whether each stands."""
    rows = session.execute(
        select(ClaimDecision, standing_decision())
        .where(ClaimDecision.claim_id == claim_id)
        .order_by(ClaimDecision.attempt)
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1]) for row in rows]


def _write(session: Session, row: Mapping[str, object], decided: Decided) -> None:
    session.execute(insert(table_of(ClaimDecision)), row)
    session.execute(
        insert(table_of(ClaimLineDecision)),
        [
            {
                "claim_line_id": one.line.id,
                "claim_id": row["claim_id"],
                "attempt": row["attempt"],
                "approval_item_id": one.approval_item_id if decision.quantity else None,
                "quantity": decision.quantity,
                "accepted": decision.amount,
                "reason": decision.reason,
                "note": decision.note,
            }
            for one, decision in decided
        ],
    )


def lock_requests(session: Session, claim_id: int) -> None:
    """Lock the citizen requests of a claim by id; its decision and undoing stand in line here."""
    of_claim = select(ClaimLine.request_id).where(ClaimLine.claim_id == claim_id)
    session.execute(
        select(CitizenRequest.id)
        .where(CitizenRequest.id.in_(of_claim))
        .order_by(CitizenRequest.id)
        .with_for_update(key_share=True)
    ).all()


def _decision(one: Checked, given: LineDecision | None) -> LineDecision:
    if given is not None:
        return LineDecision(
            quantity=given.quantity,
            amount=given.amount,
            reason=given.reason,
            note=given.note.strip(),
        )
    proposal = one.proposal
    return LineDecision(quantity=proposal.quantity, amount=proposal.amount, reason=proposal.reason)


def _check(decided: Decided) -> None:
    """Refuse what does not hold, line by line, and what lines take together.

    The facts count what earlier lines were proposed to take of an item's units and of an
    approval's ceilings; here they take what was decided.
    """
    taken: Counter[object] = Counter()
    first: dict[object, int] = {}

    def free(key: object, left: int) -> int:
        return first.setdefault(key, left) - taken[key]

    for one, decision in decided:
        item = one.approval_item_id
        keys = {ceiling.which: _key(one, ceiling) for ceiling in one.facts.ceilings}
        wrong = fault(
            replace(
                one.facts,
                left=free(item, one.facts.left),
                ceilings=tuple(
                    replace(each, left=free(keys[each.which], each.left))
                    for each in one.facts.ceilings
                ),
            ),
            quantity=decision.quantity,
            amount=decision.amount,
            reason=decision.reason,
            note=decision.note,
        )
        if wrong is not None:
            raise InvalidClaim(reason=f"decided_{wrong}", line=one.line.line_no)
        taken[item] += decision.quantity
        taken.update(dict.fromkeys(keys.values(), decision.amount))


def _key(one: Checked, ceiling: Ceiling) -> object:
    """Return what a ceiling holds: an approval, in all or in one month."""
    month = month_start(one.line.given_on) if ceiling.which is Beyond.MONTH_CEILING else None
    return ceiling.which, one.approval_id, month


def _owe(
    session: Session,
    claim: Claim,
    decided: Decided,
    accepted: int,
    submission_id: str,
    *,
    actor: Actor,
    now: datetime,
) -> int | None:
    if not accepted:
        return None
    days = noted(claim.dated_on, today=cairo_day(now))
    head = {
        "claim_id": claim.id,
        "pharmacy_id": claim.pharmacy_id,
        "number": claim.number,
        "dated_on": claim.dated_on,
        "claimed": claim.claimed,
        "accepted": accepted,
    }
    draft = VoucherDraft(
        kind=VoucherKind.CLAIM,
        site_id=office(session),
        business_date=days.business_date,
        fact_date=days.fact_date,
        submission_id=submission_id,
        submission_digest=digest([claim.id, accepted]),
        supplier_id=claim.pharmacy_id,
        document_reference=claim.number,
        entries=[
            entry
            for one, decision in decided
            if decision.amount
            for entry in _entries(claim.fund_id, one.line.line_no, decision.amount)
        ],
        particulars=[
            claim_particulars(head),
            *(claim_line_particulars(_sealed(one, decision)) for one, decision in decided),
        ],
    )
    return post(session, draft, actor=actor, now=now).voucher_id


def _entries(fund_id: int, line_no: int, amount: int) -> tuple[Entry, Entry]:
    return (
        Entry(line_no=line_no, account=Account.COST_CLAIMS, fund_id=fund_id, amount=amount),
        Entry(line_no=line_no, account=Account.PAYABLES, fund_id=fund_id, amount=-amount),
    )


def _sealed(one: Checked, decision: LineDecision) -> dict[str, object]:
    line = one.line
    return {
        "line_no": line.line_no,
        "request_id": line.request_id,
        "drug_id": line.drug_id,
        "given_on": line.given_on,
        "claimed_quantity": line.quantity,
        "claimed_amount": line.amount,
        "receipt_number": line.receipt_number,
        "approval_item_id": one.approval_item_id if decision.quantity else None,
        "quantity": decision.quantity,
        "accepted": decision.amount,
        "reason": decision.reason,
        "note": decision.note,
    }


def _invoice(
    session: Session,
    claim: Claim,
    decision: Mapping[str, object],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Let what was accepted be paid as any other invoice is."""
    today = cairo_day(now)
    due = today + timedelta(days=whole_setting(session, "claim_due_days"))
    row = {
        "supplier_id": claim.pharmacy_id,
        "number": claim.number,
        "attempt": next_attempt(session, claim.pharmacy_id, claim.number),
        "fund_id": claim.fund_id,
        "dated_on": claim.dated_on,
        "business_date": today,
        "due_on": due,
        "amount": decision["accepted"],
        "difference": 0,
        "reason": "",
        "voucher_id": None,
        "claim_id": claim.id,
        "claim_attempt": decision["attempt"],
        "submission_id": f"{decision['submission_id']} claim",
        "recorded_at": now,
        "recorded_by": actor.staff_id,
    }
    session.add(SupplierInvoice(**row))
    session.flush()


def _given_elsewhere(session: Session, decided: Decided, *, actor: Actor, now: datetime) -> None:
    """Say of each request that medicine was handed out, and whether nothing is left of it."""
    days: dict[int, date] = {}
    for one, decision in decided:
        if decision.quantity:
            line = one.line
            days[line.request_id] = min(days.get(line.request_id, line.given_on), line.given_on)
    ended = all_given(session, days)
    for request_id, day in sorted(days.items()):
        request = session.get_one(CitizenRequest, request_id, populate_existing=True)
        if request.state in ENTITLED:
            hand_over(
                session,
                request_id,
                request.state,
                used_up=request_id in ended,
                on=day,
                actor=actor,
                now=now,
            )

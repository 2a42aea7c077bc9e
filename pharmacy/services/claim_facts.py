"""What the house knows of each line of a claim: approval, its funds, what is due, price, repeats.

A handful of statements for a whole claim, however many lines it has. Lines of one claim use an
approval up in their order, so that the second of two that fit alone is seen to be too much, and
one issue cut into lines is seen to be one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session, aliased

from pharmacy.db import Whole
from pharmacy.models import (
    Approval,
    ApprovalFund,
    ApprovalItem,
    CitizenRequest,
    Claim,
    ClaimLine,
    ClaimLineDecision,
    Dispensing,
    DispensingLine,
    Drug,
    Fund,
)
from pharmacy.rules.arabic import fold
from pharmacy.rules.claim import ClaimFacts, Proposal, propose
from pharmacy.rules.entitlement import PastDue, past_due, remaining
from pharmacy.rules.fund import Need, Purse, may_pay
from pharmacy.services.agreed_price import AgreedPrices
from pharmacy.services.claim_terms import GivenSoFar, Item, Span, closed_spans, items_of
from pharmacy.services.settings import whole_setting
from pharmacy.services.standing import standing_line

_undone = aliased(DispensingLine)
Given = tuple[int, int, date]
"""A request, a drug and a day."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A line with its drug, the facts of it, the item it uses up, and what the rules propose.

    `due` says what was due on its day, where something was approved.
    """

    line: ClaimLine
    drug: Drug
    facts: ClaimFacts
    approval_id: int | None
    approval_item_id: int | None
    proposal: Proposal
    due: PastDue | None


def check_lines(session: Session, claim_id: int) -> list[Checked]:
    """Return every line of a claim with what the rules say of it, in the order of the paper."""
    rows = session.execute(
        select(ClaimLine, Drug)
        .join(Drug, Drug.id == ClaimLine.drug_id)
        .where(ClaimLine.claim_id == claim_id)
        .order_by(ClaimLine.line_no)
    ).all()
    lines = [row[0] for row in rows]
    first_day = min(line.given_on for line in lines)
    items = items_of(session, lines)
    every = [item for found in items.values() for item in found]
    known = _Known(
        given=GivenSoFar(session, every),
        given_here=_given_here(session, lines),
        repeated=_repeated(session, lines),
        closed=closed_spans(session, lines),
        early_percent=whole_setting(session, "early_refill_percent"),
        prices=AgreedPrices(session, [row[1] for row in rows], first_day),
        purse=_purse(session, claim_id),
        needs=_needs(session, every),
    )
    return [
        known.checked(
            line, drug, _item_for(items.get((line.request_id, line.drug_id), ()), line.given_on)
        )
        for line, drug in rows
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the house knows of the lines of one claim, read once for all of them."""

    given: GivenSoFar
    given_here: set[Given]
    repeated: set[int]
    closed: Mapping[int, Sequence[Span]]
    early_percent: int
    prices: AgreedPrices
    purse: Purse
    needs: Mapping[int, Need]

    def checked(self, line: ClaimLine, drug: Drug, item: Item | None) -> Checked:
        """Check a line, the lines before it counted as they were proposed."""
        due = self._due(item, line) if item else None
        agreed = self.prices.price(drug, line.quantity, line.given_on)
        facts = ClaimFacts(
            quantity=line.quantity,
            amount=line.amount,
            receipt=line.receipt_number,
            approved=item is not None,
            in_force=item is not None and item.holds(line.given_on) and not self._closed(line),
            fund_pays=item is None or may_pay(self.purse, self.needs[item.approval.id]),
            left=remaining(item.terms, self.given.issued(item)) if item else 0,
            due=due.units if due else 0,
            agreed=item.borne(agreed) if item else agreed,
            duplicate=line.id in self.repeated
            or (line.request_id, line.drug_id, line.given_on) in self.given_here,
            ceilings=self.given.ceilings(item, line.given_on) if item else (),
        )
        proposal = propose(facts)
        if item and proposal.quantity:
            self.given.add(item, line.given_on, proposal)
        return Checked(
            line=line,
            drug=drug,
            facts=facts,
            approval_id=item.approval.id if item else None,
            approval_item_id=item.id if item else None,
            proposal=proposal,
            due=due,
        )

    def _due(self, item: Item, line: ClaimLine) -> PastDue:
        return past_due(
            item.terms,
            requested=line.quantity,
            on=line.given_on,
            issued=self.given.issued(item),
            early_percent=self.early_percent,
        )

    def _closed(self, line: ClaimLine) -> bool:
        """Tell whether the request was closed all through the day of a line."""
        spans = self.closed.get(line.request_id, ())
        return any(first < line.given_on < last for first, last in spans)


def _purse(session: Session, claim_id: int) -> Purse:
    """Return the fund of a claim, as the counter sees that of a batch."""
    fund = session.scalars(
        select(Fund).join(Claim, Claim.fund_id == Fund.id).where(Claim.id == claim_id)
    ).one()
    return Purse(
        fund_id=fund.id,
        fund_restricted=fund.restricted,
        condition_id=fund.condition_id,
        beneficiary_id=fund.beneficiary_id,
        centre_id=fund.centre_id,
    )


def _needs(session: Session, items: Sequence[Item]) -> dict[int, Need]:
    """Return of each approval the funds it names, and of whom it is."""
    ids = {item.approval.id for item in items}
    named: dict[int, set[int]] = {}
    for approval_id, fund_id in session.execute(
        select(ApprovalFund.approval_id, ApprovalFund.fund_id).where(
            ApprovalFund.approval_id.in_(ids)
        )
    ):
        named.setdefault(approval_id, set()).add(fund_id)
    of = CitizenRequest
    rows = session.execute(
        select(Approval.id, of.condition_id, of.beneficiary_id, of.centre_id)
        .join(of, of.id == Approval.request_id)
        .where(Approval.id.in_(ids))
    )
    return {
        approval_id: Need(
            allowed_fund_ids=frozenset(named.get(approval_id, ())),
            condition_ids=frozenset({condition_id} if condition_id else ()),
            beneficiary_id=beneficiary_id,
            centre_id=centre_id,
        )
        for approval_id, condition_id, beneficiary_id, centre_id in rows
    }


def all_given(session: Session, requests: Iterable[int]) -> set[int]:
    """Return the requests of which nothing approved is left, here or elsewhere."""
    latest = (
        select(func.max(Approval.id).label("id"))
        .where(Approval.request_id.in_(list(requests)))
        .group_by(Approval.request_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Approval.request_id,
            ApprovalItem.id,
            ApprovalItem.quantity_per_issue * ApprovalItem.issues,
        )
        .join(ApprovalItem, ApprovalItem.approval_id == Approval.id)
        .where(Approval.id.in_(select(latest.c.id)))
    ).all()
    used = _used(session, [row[1] for row in rows])
    left = {request_id for request_id, item_id, most in rows if used.get(item_id, 0) < most}
    return {request_id for request_id, *_ in rows} - left


def _item_for(items: Sequence[Item], on: date) -> Item | None:
    """Return the item that held on a day or, where none did, the latest."""
    return next((item for item in items if item.holds(on)), items[0] if items else None)


def _used(session: Session, items: Sequence[int]) -> dict[int, int]:
    """Return the units given here or accepted on claims, by approved item."""
    used: dict[int, int] = {}
    for model, standing in ((DispensingLine, true()), (ClaimLineDecision, standing_line())):
        total = func.sum(model.quantity).cast(Whole)
        rows = session.execute(
            select(model.approval_item_id, total)
            .where(model.approval_item_id.in_(items), standing)
            .group_by(model.approval_item_id)
        )
        for item_id, quantity in rows:
            assert item_id is not None, "the items asked for are none of them null"
            used[item_id] = used.get(item_id, 0) + quantity
    return used


def _given_here(session: Session, lines: Sequence[ClaimLine]) -> set[Given]:
    """Return what our own counters gave and nobody undid: request, approved drug, day."""
    rows = session.execute(
        select(Dispensing.request_id, ApprovalItem.drug_id, DispensingLine.business_date)
        .join(Dispensing, Dispensing.voucher_id == DispensingLine.dispensing_id)
        .join(ApprovalItem, ApprovalItem.id == DispensingLine.approval_item_id)
        .outerjoin(_undone, _undone.reverses_line_id == DispensingLine.id)
        .where(
            Dispensing.request_id.in_({line.request_id for line in lines}),
            DispensingLine.quantity > 0,
            _undone.id.is_(None),
        )
    )
    return {(request_id, drug_id, day) for request_id, drug_id, day in rows}


def _repeated(session: Session, lines: Sequence[ClaimLine]) -> set[int]:
    """Return the lines that came before: same receipt, drug, day and request, and not refused.

    Of two that nobody decided yet the later is the repetition.
    """
    rows = session.execute(
        select(
            ClaimLine.id,
            ClaimLine.request_id,
            ClaimLine.drug_id,
            ClaimLine.given_on,
            ClaimLine.receipt_number,
            ClaimLineDecision.quantity,
        )
        .outerjoin(
            ClaimLineDecision,
            (ClaimLineDecision.claim_line_id == ClaimLine.id) & standing_line(),
        )
        .where(
            ClaimLine.request_id.in_({line.request_id for line in lines}),
            or_(ClaimLineDecision.claim_line_id.is_(None), ClaimLineDecision.quantity > 0),
        )
    ).all()
    known: dict[tuple[int, int, date, str], list[tuple[int, bool]]] = {}
    for row in rows:
        key = (row.request_id, row.drug_id, row.given_on, fold(row.receipt_number))
        known.setdefault(key, []).append((row.id, row.quantity is not None))
    repeated = set()
    for line in lines:
        key = (line.request_id, line.drug_id, line.given_on, fold(line.receipt_number))
        others = [(other, sure) for other, sure in known.get(key, ()) if other != line.id]
        if any(sure or other < line.id for other, sure in others):
            repeated.add(line.id)
    return repeated

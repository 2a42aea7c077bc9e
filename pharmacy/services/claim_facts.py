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
from pharmacy.rules.entitlement import Issue, ItemTerms, PastDue, past_due, remaining
from pharmacy.rules.fund import Need, Purse, may_pay
from pharmacy.services.agreed_price import AgreedPrices
from pharmacy.services.item_given import given_on_items
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
    approval_item_id: int | None
    proposal: Proposal
    due: PastDue | None


@dataclass(frozen=True, slots=True)
class _Item:
    approval_id: int
    terms: ItemTerms

    @property
    def id(self) -> int:
        return self.terms.approval_item_id

    def holds(self, on: date) -> bool:
        return self.terms.valid_from <= on <= self.terms.valid_until


def check_lines(session: Session, claim_id: int) -> list[Checked]:
    """Return every line of a claim with what the rules say of it, in the order of the paper."""
    rows = session.execute(
        select(ClaimLine, Drug)
        .join(Drug, Drug.id == ClaimLine.drug_id)
        .where(ClaimLine.claim_id == claim_id)
        .order_by(ClaimLine.line_no)
    ).all()
    lines = [row[0] for row in rows]
    items = _items(session, lines)
    given_here = _given_here(session, lines)
    repeated = _repeated(session, lines)
    every = [item for found in items.values() for item in found]
    issued = _issued(session, every)
    early = whole_setting(session, "early_refill_percent")
    prices = AgreedPrices(session, [row[1] for row in rows], min(line.given_on for line in lines))
    purse, needs = _purse(session, claim_id), _needs(session, every)
    checked = []
    for line, drug in rows:
        item = _item_for(items.get((line.request_id, line.drug_id), ()), line.given_on)
        before = issued.setdefault(item.id if item else 0, [])
        due = _due(item, line, before, early) if item else None
        facts = ClaimFacts(
            quantity=line.quantity,
            amount=line.amount,
            receipt=line.receipt_number,
            approved=item is not None,
            in_force=item is not None and item.holds(line.given_on),
            fund_pays=item is None or may_pay(purse, needs[item.approval_id]),
            left=remaining(item.terms, before) if item else 0,
            due=due.units if due else 0,
            agreed=prices.price(drug, line.quantity, line.given_on),
            duplicate=line.id in repeated
            or (line.request_id, line.drug_id, line.given_on) in given_here,
        )
        proposal = propose(facts)
        if proposal.quantity:
            before.append(Issue(on=line.given_on, quantity=proposal.quantity))
        checked.append(Checked(line, drug, facts, item.id if item else None, proposal, due))
    return checked


def _due(item: _Item, line: ClaimLine, issued: Sequence[Issue], early_percent: int) -> PastDue:
    return past_due(
        item.terms,
        requested=line.quantity,
        on=line.given_on,
        issued=issued,
        early_percent=early_percent,
    )


def _items(session: Session, lines: Sequence[ClaimLine]) -> Mapping[tuple[int, int], list[_Item]]:
    """Return every approved item by request and drug, the latest decision first."""
    requests = {line.request_id for line in lines}
    rows = session.execute(
        select(Approval, ApprovalItem)
        .join(ApprovalItem, ApprovalItem.approval_id == Approval.id)
        .where(Approval.request_id.in_(requests))
        .order_by(Approval.id.desc(), ApprovalItem.id)
    )
    found: dict[tuple[int, int], list[_Item]] = {}
    for approval, item in rows:
        terms = ItemTerms(
            approval_item_id=item.id,
            quantity_per_issue=item.quantity_per_issue,
            issues=item.issues,
            interval_days=item.interval_days,
            valid_from=approval.valid_from,
            valid_until=approval.valid_until,
        )
        found.setdefault((approval.request_id, item.drug_id), []).append(_Item(approval.id, terms))
    return found


def _issued(session: Session, items: Sequence[_Item]) -> dict[int, list[Issue]]:
    """Return what was given on each item, here and on accepted claims, as the counter sees it."""
    given = given_on_items(session, [item.id for item in items])
    return {
        item_id: [Issue(on=one.on, quantity=one.quantity) for one in lines]
        for item_id, lines in given.items()
    }


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


def _needs(session: Session, items: Sequence[_Item]) -> dict[int, Need]:
    """Return of each approval the funds it names, and of whom it is."""
    ids = {item.approval_id for item in items}
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


def _item_for(items: Sequence[_Item], on: date) -> _Item | None:
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

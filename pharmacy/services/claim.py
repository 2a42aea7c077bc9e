"""Claims of contract pharmacies: who they are, and what they ask, as their paper has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select, true
from sqlalchemy.orm import Session

from pharmacy.db import table_of
from pharmacy.errors import InvalidClaim, MissingFact, NotFound, SubmissionConflict
from pharmacy.models import CitizenRequest, Claim, ClaimLine, Drug, Fund, Supplier
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import PartyKind
from pharmacy.services import audit

MOST_LINES = 400
"""Lines of one claim: a decision on each fits into one form."""
MOST_UNITS = 1_000_000
MOST_PIASTRES = 10**10


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """A medicine that a contract pharmacy says it gave: units of issue, piastres asked."""

    request_id: int
    drug_id: int
    given_on: date
    quantity: int
    amount: int
    receipt_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClaim:
    """A claim as its paper has it; `number` is the pharmacy's own."""

    submission_id: str
    pharmacy_id: int
    number: str
    fund_id: int
    dated_on: date
    lines: Sequence[NewLine]


def contract_pharmacies(session: Session) -> Sequence[Supplier]:
    """Return the pharmacies under contract, by name."""
    return session.scalars(
        select(Supplier)
        .where(Supplier.kind == PartyKind.CONTRACT_PHARMACY, Supplier.active.is_(true()))
        .order_by(Supplier.name)
    ).all()


def add_pharmacy(
    session: Session,
    name: str,
    *,
    phone: str = "",
    tax_number: str = "",
    actor: Actor,
    now: datetime,
) -> int:
    """Put a pharmacy under contract; return its id.

    Raises:
        NotPermitted: The role does not keep the funds.
        MissingFact: The name is empty.
        InvalidClaim: Somebody else has this name.
    """
    actor.require(Permission.FUND_MANAGE)
    if not name.strip():
        raise MissingFact(name="name")
    if session.scalar(select(Supplier.id).where(Supplier.name == name.strip())) is not None:
        raise InvalidClaim(reason="name_taken", line=0)
    row = Supplier(
        name=name.strip(),
        phone=phone,
        tax_number=tax_number,
        kind=PartyKind.CONTRACT_PHARMACY,
    )
    session.add(row)
    session.flush()
    after = {"name": row.name, "phone": phone, "tax_number": tax_number, "kind": row.kind.value}
    audit.record(session, "add", "supplier", row.id, after=after, actor=actor, now=now)
    return row.id


def record_claim(session: Session, claim: NewClaim, *, actor: Actor, now: datetime) -> int:
    """Record a claim, whole, as it was asked; return its id. Nothing is owed yet.

    Raises:
        NotPermitted: The role does not keep the funds.
        NotFound: There is no such pharmacy under contract, or no such fund.
        InvalidClaim: A fact is missing or does not hold; `line` counts from 1, 0 for the head.
        SubmissionConflict: The submission id came before with another claim.
    """
    actor.require(Permission.FUND_MANAGE)
    pharmacy = session.get(Supplier, claim.pharmacy_id, with_for_update=True)
    if pharmacy is None or pharmacy.kind is not PartyKind.CONTRACT_PHARMACY:
        raise NotFound(noun="contract_pharmacy", key=str(claim.pharmacy_id))
    repeated = session.scalars(select(Claim).filter_by(submission_id=claim.submission_id)).first()
    number = claim.number.strip()
    total = sum(line.amount for line in claim.lines)
    if repeated is not None:
        same = (repeated.pharmacy_id, repeated.number, repeated.claimed)
        if same != (claim.pharmacy_id, number, total):
            raise SubmissionConflict(submission_id=claim.submission_id)
        return repeated.id
    fund = session.get(Fund, claim.fund_id)
    if fund is None or not fund.active:
        raise NotFound(noun="fund", key=str(claim.fund_id))
    _check_head(session, claim, number, cairo_day(now))
    _check_lines(session, claim, cairo_day(now))
    row = Claim(
        pharmacy_id=claim.pharmacy_id,
        number=number,
        fund_id=claim.fund_id,
        dated_on=claim.dated_on,
        claimed=total,
        submission_id=claim.submission_id,
        recorded_at=now,
        recorded_by=actor.staff_id,
    )
    session.add(row)
    session.flush()
    lines = [
        {
            "claim_id": row.id,
            "line_no": line_no,
            "request_id": line.request_id,
            "drug_id": line.drug_id,
            "given_on": line.given_on,
            "quantity": line.quantity,
            "amount": line.amount,
            "receipt_number": line.receipt_number.strip(),
        }
        for line_no, line in enumerate(claim.lines, start=1)
    ]
    session.execute(insert(table_of(ClaimLine)), lines)
    return row.id


def _check_head(session: Session, claim: NewClaim, number: str, today: date) -> None:
    taken = select(Claim.id).filter_by(pharmacy_id=claim.pharmacy_id, number=number)
    checks = {
        "number": bool(number),
        "number_taken": session.scalar(taken) is None,
        "dated_on": claim.dated_on <= today,
        "lines": 0 < len(claim.lines) <= MOST_LINES,
    }
    for reason, holds in checks.items():
        if not holds:
            raise InvalidClaim(reason=reason, line=0)


def _check_lines(session: Session, claim: NewClaim, today: date) -> None:
    requests = _there(session, CitizenRequest, {line.request_id for line in claim.lines})
    drugs = _there(session, Drug, {line.drug_id for line in claim.lines})
    for line_no, line in enumerate(claim.lines, start=1):
        checks = {
            "request": line.request_id in requests,
            "drug": line.drug_id in drugs,
            "given_on": line.given_on <= today,
            "quantity": 0 < line.quantity <= MOST_UNITS,
            "amount": 0 < line.amount <= MOST_PIASTRES,
        }
        for reason, holds in checks.items():
            if not holds:
                raise InvalidClaim(reason=reason, line=line_no)


def _there(session: Session, model: type[CitizenRequest | Drug], ids: set[int]) -> set[int]:
    found: set[int] = set()
    ordered = sorted(ids)
    for first in range(0, len(ordered), 500):
        some = ordered[first : first + 500]
        found.update(session.scalars(select(model.id).where(model.id.in_(some))))
    return found

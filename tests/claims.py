"""Claims to test with: a pharmacy under contract, and what it asks."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from pharmacy.models import Claim
from pharmacy.rules.vocabulary import ClaimReason, ReversalReason, Role
from pharmacy.services.claim import NewClaim, NewLine, add_pharmacy, record_claim
from pharmacy.services.claim_decision import LineDecision, decide
from pharmacy.services.claim_reversal import reverse_decision
from tests.builders import (
    NOW,
    TODAY,
    Approved,
    Pharmacy,
    add_drug,
    approve_request,
    item,
    unique,
)
from tests.treasury import add_office

PACK_PRICE = 60_00


def add_contract(pharmacy: Pharmacy) -> int:
    """Put a pharmacy under contract; its id."""
    with pharmacy.database.transaction() as session:
        finance = pharmacy[Role.FINANCE]
        return add_pharmacy(session, unique("صيدلية الشفاء"), actor=finance, now=NOW)


def priced_drug(pharmacy: Pharmacy) -> int:
    """A drug agreed at two pounds a tablet."""
    return add_drug(pharmacy, pack_size=30, reference_price=PACK_PRICE)


def line(approved: Approved, drug_id: int, quantity: int = 30, **facts: object) -> NewLine:
    """A line at the agreed price, given today."""
    given: dict[str, object] = {
        "request_id": approved.request_id,
        "drug_id": drug_id,
        "given_on": TODAY,
        "quantity": quantity,
        "amount": quantity * 2_00,
        "receipt_number": unique("R"),
    }
    return NewLine(**{**given, **facts})  # type: ignore[arg-type]


def claim_of(pharmacy: Pharmacy, pharmacy_id: int, *lines: NewLine, **facts: object) -> NewClaim:
    """A claim on the budget dated today."""
    given: dict[str, object] = {
        "submission_id": unique("claim"),
        "pharmacy_id": pharmacy_id,
        "number": unique("C"),
        "fund_id": pharmacy.fund_id,
        "dated_on": TODAY,
        "lines": lines,
    }
    return NewClaim(**{**given, **facts})  # type: ignore[arg-type]


def recorded(pharmacy: Pharmacy, claim: NewClaim) -> int:
    """Record a claim; its id."""
    with pharmacy.database.transaction() as session:
        return record_claim(session, claim, actor=pharmacy[Role.FINANCE], now=NOW)


def decided(
    pharmacy: Pharmacy,
    claim_id: int,
    lines: dict[int, LineDecision] | None = None,
    *,
    submission_id: str = "",
    now: datetime = NOW,
) -> int | None:
    """Decide a claim as the rules propose, but for the lines given; the voucher's id."""
    with pharmacy.database.transaction() as session:
        return decide(
            session,
            claim_id,
            lines or {},
            submission_id=submission_id or unique("decision"),
            actor=pharmacy[Role.FINANCE],
            now=now,
        )


def undo_decision(
    pharmacy: Pharmacy, claim_id: int, now: datetime = NOW, **facts: Any
) -> int | None:
    """Undo the decision on a claim; return the voucher that owes no more, if one was owed."""
    given = {"submission_id": unique("undo"), "reason": ReversalReason.WRONG_ENTRY, **facts}
    with pharmacy.database.transaction() as session:
        return reverse_decision(session, claim_id, actor=pharmacy[Role.FINANCE], now=now, **given)


def claims_on_file(pharmacy: Pharmacy) -> list[tuple[str, int, date]]:
    """Every claim's number, piastres and day."""
    query = select(Claim.number, Claim.claimed, Claim.dated_on).order_by(Claim.id)
    with pharmacy.database.reading() as session:
        return [(row[0], row[1], row[2]) for row in session.execute(query)]


def a_claim(pharmacy: Pharmacy) -> int:
    """A claim of thirty units, of which finance accepted all; its id."""
    add_office(pharmacy.database)
    drug = priced_drug(pharmacy)
    asked = line(approve_request(pharmacy, item(drug)), drug)
    claim_id = recorded(pharmacy, claim_of(pharmacy, add_contract(pharmacy), asked))
    decided(pharmacy, claim_id)
    return claim_id


def a_rejection_undone(pharmacy: Pharmacy) -> int:
    """A claim of which nothing was accepted, twice, the first time undone; its id."""
    drug = priced_drug(pharmacy)
    asked = line(approve_request(pharmacy, item(drug)), drug)
    claim_id = recorded(pharmacy, claim_of(pharmacy, add_contract(pharmacy), asked))
    nothing = LineDecision(quantity=0, amount=0, reason=ClaimReason.OTHER, note="لا يخص المواطن")
    decided(pharmacy, claim_id, {1: nothing})
    undo_decision(pharmacy, claim_id)
    decided(pharmacy, claim_id, {1: nothing})
    return claim_id

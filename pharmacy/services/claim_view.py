"""Claims, read: the list with where each stands, one whole, and what was given elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from pharmacy.db import Whole
from pharmacy.errors import NotFound
from pharmacy.models import (
    CitizenRequest,
    Claim,
    ClaimDecision,
    ClaimLine,
    ClaimLineDecision,
    ClaimReversal,
    Drug,
    Fund,
    Site,
    Staff,
    Supplier,
    SupplierInvoice,
    Voucher,
)
from pharmacy.rules.calendar import EVER, day_ends
from pharmacy.services.standing import standing_decision, standing_line
from pharmacy.services.undoing_view import Undone, undoing_of
from pharmacy.services.voucher_view import number_of


class ClaimState(StrEnum):
    """Where a claim stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    IN_PART = "in_part"
    REJECTED = "rejected"


def state_of(claim: Claim, decision: ClaimDecision | None) -> ClaimState:
    """Return where a claim stands."""
    if decision is None:
        return ClaimState.WAITING
    if decision.accepted == claim.claimed:
        return ClaimState.ACCEPTED
    return ClaimState.IN_PART if decision.accepted else ClaimState.REJECTED


_CONDITIONS = {
    ClaimState.WAITING: ClaimDecision.claim_id.is_(None),
    ClaimState.ACCEPTED: ClaimDecision.accepted == Claim.claimed,
    ClaimState.IN_PART: (ClaimDecision.accepted > 0) & (ClaimDecision.accepted < Claim.claimed),
    ClaimState.REJECTED: ClaimDecision.accepted == 0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFilter:
    """Which claims a list shows; None narrows nothing.

    Attributes:
        date_from: The first day on a claim.
        date_to: The last one.
        open_from: The first day of a time in which they came, waited, or their decision was undone.
        as_of: The day at whose end they are told, with what was decided and undone by then.
    """

    pharmacy_id: int | None = None
    fund_id: int | None = None
    state: ClaimState | None = None
    date_from: date | None = None
    date_to: date | None = None
    open_from: date | None = None
    as_of: date | None = None

    @property
    def stands(self) -> ColumnElement[bool]:
        """The condition that a decision is a claim's, and stands."""
        return (ClaimDecision.claim_id == Claim.id) & standing_decision(self.as_of or EVER)


@dataclass(frozen=True, slots=True)
class ClaimSums:
    """What the claims of a list come to: piastres; of what waits nothing is refused."""

    claimed: int
    accepted: int
    refused: int


def claims(wanted: ClaimFilter) -> Select[Any]:
    """Select claims, the latest first: rows of `claim, pharmacy, standing decision or None`."""
    statement = (
        select(Claim, Supplier, ClaimDecision)
        .join(Supplier, Supplier.id == Claim.pharmacy_id)
        .outerjoin(ClaimDecision, wanted.stands)
        .order_by(Claim.id.desc())
    )
    return cast("Select[Any]", statement.where(*narrowed_claims(wanted)))


def claim_sums(session: Session, wanted: ClaimFilter) -> ClaimSums:
    """Return what the claims of a list come to."""
    amounts = (Claim.claimed, ClaimDecision.accepted, Claim.claimed - ClaimDecision.accepted)
    statement = (
        select(*(total_of(amount) for amount in amounts))
        .select_from(Claim)
        .outerjoin(ClaimDecision, wanted.stands)
        .where(*narrowed_claims(wanted))
    )
    return ClaimSums(*session.execute(statement).one())


def narrowed_claims(wanted: ClaimFilter) -> list[ColumnElement[bool]]:
    """Return the conditions of a list on claims that are joined with the decision that stands."""
    found: list[ColumnElement[bool]] = []
    if wanted.pharmacy_id is not None:
        found.append(Claim.pharmacy_id == wanted.pharmacy_id)
    if wanted.fund_id is not None:
        found.append(Claim.fund_id == wanted.fund_id)
    if wanted.state is not None:
        found.append(_CONDITIONS[wanted.state])
    if wanted.date_from is not None:
        found.append(Claim.dated_on >= wanted.date_from)
    if wanted.date_to is not None:
        found.append(Claim.dated_on <= wanted.date_to)
    if wanted.as_of is not None:
        found.append(Claim.recorded_at < day_ends(wanted.as_of))
    if wanted.open_from is not None:
        found.append(_open_since(wanted.open_from, wanted.as_of or EVER))
    return found


def _open_since(first: date, last: date) -> ColumnElement[bool]:
    """Return the condition that a claim came, waited or was to be decided anew in a time."""
    before = first - timedelta(days=1)
    undone = ClaimReversal
    return or_(
        Claim.recorded_at >= day_ends(before),
        ~select(ClaimDecision.claim_id)
        .where(ClaimDecision.claim_id == Claim.id, standing_decision(before))
        .correlate(Claim)
        .exists(),
        select(undone.claim_id)
        .where(undone.claim_id == Claim.id, undone.reversed_on.between(first, last))
        .exists(),
    )


def total_of(amount: Any) -> Any:  # noqa: ANN401 - columns of SQLAlchemy
    """Return the sum of a column, nothing where there are no rows."""
    return func.coalesce(func.sum(amount), 0).cast(Whole)


@dataclass(frozen=True, slots=True)
class LineView:
    """A line with its drug, its request's number, and the decision on it, if there is one."""

    line: ClaimLine
    drug: Drug
    request_number: str
    decision: ClaimLineDecision | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeClaim:
    """A claim with all that its page and its letter say.

    `decision` is the one that stands, or the one that was asked for and `undone`; `before` are
    those that were undone, the first first.
    """

    claim: Claim
    pharmacy: Supplier
    fund: Fund
    recorder: Staff
    decision: ClaimDecision | None
    decider: Staff | None
    voucher: Voucher | None
    number: str
    invoice: SupplierInvoice | None
    lines: Sequence[LineView]
    undone: Undone | None
    before: Sequence[tuple[ClaimDecision, Undone]]

    @property
    def due_on(self) -> date | None:
        """Until when what was accepted is to be paid."""
        return self.invoice.due_on if self.invoice else None

    @property
    def state(self) -> ClaimState:
        """Where it stands."""
        return state_of(self.claim, self.decision)


def whole_claim(session: Session, claim_id: int, attempt: int | None = None) -> WholeClaim:
    """Return a claim, whole, with the decision that stands or, of several, the one asked for.

    Raises:
        NotFound: There is no such claim, or no such decision on it.
    """
    claim = session.get(Claim, claim_id)
    if claim is None:
        raise NotFound(noun="claim", key=str(claim_id))
    before = _undone(session, claim_id)
    decision = _decision(session, claim_id, attempt)
    if attempt is not None and decision is None:
        raise NotFound(noun="claim", key=f"{claim_id}/{attempt}")
    voucher = (
        session.get(Voucher, decision.voucher_id) if decision and decision.voucher_id else None
    )
    lines = session.execute(
        select(ClaimLine, Drug, CitizenRequest.number, ClaimLineDecision)
        .join(Drug, Drug.id == ClaimLine.drug_id)
        .join(CitizenRequest, CitizenRequest.id == ClaimLine.request_id)
        .outerjoin(
            ClaimLineDecision,
            (ClaimLineDecision.claim_line_id == ClaimLine.id)
            & (ClaimLineDecision.attempt == (decision.attempt if decision else 0)),
        )
        .where(ClaimLine.claim_id == claim_id)
        .order_by(ClaimLine.line_no)
    )
    return WholeClaim(
        claim=claim,
        pharmacy=session.get_one(Supplier, claim.pharmacy_id),
        fund=session.get_one(Fund, claim.fund_id),
        recorder=session.get_one(Staff, claim.recorded_by),
        decision=decision,
        decider=session.get(Staff, decision.decided_by) if decision else None,
        voucher=voucher,
        number=number_of(session.get_one(Site, voucher.site_id), voucher) if voucher else "",
        invoice=session.scalar(
            select(SupplierInvoice).where(
                SupplierInvoice.claim_id == claim_id,
                SupplierInvoice.claim_attempt == (decision.attempt if decision else 0),
            )
        ),
        lines=[LineView(*row) for row in lines],
        undone=next((undone for of, undone in before if of is decision), None),
        before=before,
    )


def _decision(session: Session, claim_id: int, attempt: int | None) -> ClaimDecision | None:
    if attempt is not None:
        return session.get(ClaimDecision, (claim_id, attempt))
    standing = select(ClaimDecision).where(ClaimDecision.claim_id == claim_id, standing_decision())
    return session.scalar(standing)


def _undone(session: Session, claim_id: int) -> list[tuple[ClaimDecision, Undone]]:
    """Return the decisions that were undone, the first first."""
    rows = session.execute(
        select(ClaimDecision, ClaimReversal)
        .join(
            ClaimReversal,
            (ClaimReversal.claim_id == ClaimDecision.claim_id)
            & (ClaimReversal.attempt == ClaimDecision.attempt),
        )
        .where(ClaimDecision.claim_id == claim_id)
        .order_by(ClaimDecision.attempt)
    )
    found = [(row[0], undoing_of(session, row[1])) for row in rows]
    return [(decision, undone) for decision, undone in found if undone]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a contract pharmacy gave, as far as it was accepted; piastres."""

    pharmacy: str
    drug: Drug
    on: date
    quantity: int
    accepted: int
    claim_id: int
    claim_number: str


def given_elsewhere(session: Session, request_id: int) -> list[Elsewhere]:
    """Return what contract pharmacies gave against a request, in order of days."""
    return _elsewhere(session, ClaimLine.request_id == request_id)


def given_to_person(session: Session, person_ids: Sequence[int]) -> list[Elsewhere]:
    """Return what contract pharmacies gave to a person, all their records, in order of days."""
    return _elsewhere(session, CitizenRequest.beneficiary_id.in_(person_ids))


def _elsewhere(session: Session, of: ColumnElement[bool]) -> list[Elsewhere]:
    rows = session.execute(
        select(
            Supplier.name,
            Drug,
            ClaimLine.given_on,
            ClaimLineDecision.quantity,
            ClaimLineDecision.accepted,
            Claim.id,
            Claim.number,
        )
        .join(ClaimLine, ClaimLine.id == ClaimLineDecision.claim_line_id)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .join(Supplier, Supplier.id == Claim.pharmacy_id)
        .join(Drug, Drug.id == ClaimLine.drug_id)
        .join(CitizenRequest, CitizenRequest.id == ClaimLine.request_id)
        .where(of, ClaimLineDecision.quantity > 0, standing_line())
        .order_by(ClaimLine.given_on, ClaimLine.id)
    )
    return [Elsewhere(*row) for row in rows]

"""A beneficiary's file as it is read: approvals and what is left of them, history, requests, logs.

Everything takes the ids of one person: the record's own and those of records merged into it.
Lists come as selects without an order, since the door pages them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, func, select
from sqlalchemy.orm import Session

from pharmacy.models import (
    AccessEvent,
    Approval,
    ApprovalItem,
    AuditEvent,
    Beneficiary,
    CitizenRequest,
    DispensingLine,
    Drug,
    Site,
    Staff,
    Voucher,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.entitlement import Issue, ItemTerms, next_due, remaining
from pharmacy.rules.identity import control_digit_agrees
from pharmacy.rules.lifecycle import ENTITLED
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import IdentityKind, UnitOfIssue
from pharmacy.services import audit
from pharmacy.services.beneficiary import get_beneficiary
from pharmacy.services.item_given import GivenLine, given_on_items


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStanding:
    """An approved drug: what was approved, what is left (units of issue), when it is due next."""

    name_ar: str
    name_en: str
    strength: str
    unit: UnitOfIssue
    quantity_per_issue: int
    issues: int
    interval_days: int
    dose: str
    directions_ar: str
    directions_en: str
    given: int
    left: int
    due_from: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalStanding:
    """A decision and where it stands; amounts in piastres, shares in basis points."""

    approval_id: int
    request_id: int
    request_number: str
    state: RequestState
    decision_number: str
    decided_at: datetime
    decided_by_ar: str
    decided_by_en: str
    valid_from: date
    valid_until: date
    case_ceiling: int | None
    month_ceiling: int | None
    citizen_basis_points: int
    donor_basis_points: int
    note: str
    spent: int
    items: Sequence[ItemStanding]

    def in_force(self, on: date) -> bool:
        """Tell whether medicine may be handed out against it on a day."""
        return self.state in ENTITLED and self.valid_from <= on <= self.valid_until


def approvals_of_person(
    session: Session, person_ids: Sequence[int], *, early_percent: int
) -> list[ApprovalStanding]:
    """Return the decisions for a person, the newest first; four statements."""
    return _standings(
        session, CitizenRequest.beneficiary_id.in_(person_ids), early_percent=early_percent
    )


def approvals_of_request(
    session: Session, request_id: int, *, early_percent: int
) -> list[ApprovalStanding]:
    """Return the decisions on a request, the newest first; four statements."""
    return _standings(session, CitizenRequest.id == request_id, early_percent=early_percent)


def _standings(session: Session, where: Any, *, early_percent: int) -> list[ApprovalStanding]:  # noqa: ANN401 - a clause of SQLAlchemy's
    rows = session.execute(
        select(Approval, CitizenRequest.number, CitizenRequest.state, Staff)
        .join(CitizenRequest, CitizenRequest.id == Approval.request_id)
        .join(Staff, Staff.id == Approval.decided_by)
        .where(where)
        .order_by(Approval.id.desc())
    ).all()
    approval_ids = [row.Approval.id for row in rows]
    items = session.execute(
        select(ApprovalItem, Drug)
        .join(Drug, Drug.id == ApprovalItem.drug_id)
        .where(ApprovalItem.approval_id.in_(approval_ids))
        .order_by(ApprovalItem.id)
    ).all()
    given = given_on_items(session, [item.ApprovalItem.id for item in items])
    found = []
    for approval, number, state, decider in rows:
        own = [row for row in items if row.ApprovalItem.approval_id == approval.id]
        lines = [line for row in own for line in given.get(row.ApprovalItem.id, ())]
        found.append(
            ApprovalStanding(
                approval_id=approval.id,
                request_id=approval.request_id,
                request_number=number,
                state=state,
                decision_number=approval.decision_number,
                decided_at=approval.decided_at,
                decided_by_ar=decider.name_ar,
                decided_by_en=decider.name_en,
                valid_from=approval.valid_from,
                valid_until=approval.valid_until,
                case_ceiling=approval.case_ceiling,
                month_ceiling=approval.month_ceiling,
                citizen_basis_points=approval.citizen_basis_points,
                donor_basis_points=approval.donor_basis_points,
                note=approval.note,
                spent=sum(line.borne for line in lines),
                items=[
                    _item(approval, row.ApprovalItem, row.Drug, given, early_percent) for row in own
                ],
            )
        )
    return found


def _item(
    approval: Approval,
    item: ApprovalItem,
    drug: Drug,
    given: Mapping[int, Sequence[GivenLine]],
    early_percent: int,
) -> ItemStanding:
    terms = ItemTerms(
        approval_item_id=item.id,
        quantity_per_issue=item.quantity_per_issue,
        issues=item.issues,
        interval_days=item.interval_days,
        valid_from=approval.valid_from,
        valid_until=approval.valid_until,
    )
    issued = [Issue(on=line.on, quantity=line.quantity) for line in given.get(item.id, ())]
    return ItemStanding(
        name_ar=drug.name_ar,
        name_en=drug.name_en,
        strength=drug.strength,
        unit=drug.unit,
        quantity_per_issue=item.quantity_per_issue,
        issues=item.issues,
        interval_days=item.interval_days,
        dose=item.dose,
        directions_ar=item.directions_ar,
        directions_en=item.directions_en,
        given=sum(issue.quantity for issue in issued),
        left=max(remaining(terms, issued), 0),
        due_from=next_due(terms, issued, early_percent=early_percent),
    )


def history(person_ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Return every line handed to a person and every undoing of one, with its voucher."""
    line = DispensingLine
    return (
        select(
            line.id,
            line.dispensing_id,
            line.beneficiary_id,
            line.business_date,
            line.drug_name_ar.label("name_ar"),
            line.drug_name_en.label("name_en"),
            line.strength,
            line.quantity,
            line.unit,
            line.lot,
            line.expiry,
            line.directions_ar,
            line.directions_en,
            line.cost,
            line.citizen_share,
            line.reverses_line_id,
            Voucher.kind,
            Voucher.fiscal_year,
            Voucher.number,
            Site.code.label("site_code"),
        )
        .join(Voucher, Voucher.id == line.voucher_id)
        .join(Site, Site.id == Voucher.site_id)
        .where(line.beneficiary_id.in_(person_ids))
    )


def looks(person_ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Return who looked at a person's file, revealed a number or printed a paper."""
    event = AccessEvent
    return (
        select(event.id, event.at, event.action, event.reason, Staff.name_ar, Staff.name_en)
        .join(Staff, Staff.id == event.staff_id)
        .where(event.beneficiary_id.in_(person_ids))
    )


def changes(person_ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Return what was changed of a person's records, by whom."""
    event = AuditEvent
    return (
        select(
            event.id,
            event.at,
            event.action,
            event.noun,
            event.noun_id,
            event.before,
            event.after,
            Staff.name_ar,
            Staff.name_en,
        )
        .join(Staff, Staff.id == event.staff_id)
        .where(event.noun == "beneficiary", event.noun_id.in_([str(id_) for id_ in person_ids]))
    )


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much a record holds."""

    requests: int
    lines: int


def counts(session: Session, beneficiary_ids: Sequence[int]) -> dict[int, Holdings]:
    """Return how many requests and dispensed lines each record holds of itself."""
    requests = _counted(session, CitizenRequest.beneficiary_id, beneficiary_ids)
    lines = _counted(session, DispensingLine.beneficiary_id, beneficiary_ids)
    return {id_: Holdings(requests.get(id_, 0), lines.get(id_, 0)) for id_ in beneficiary_ids}


def _counted(
    session: Session, column: SQLColumnExpression[Any], ids: Sequence[int]
) -> dict[int, int]:
    query = select(column, func.count()).where(column.in_(ids)).group_by(column)
    return {row[0]: row[1] for row in session.execute(query)}


def log_print(
    session: Session,
    beneficiary_id: int,
    paper: str,
    *,
    address: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """Write down that the actor printed a paper about a person.

    Raises:
        NotFound: There is no such person.
    """
    get_beneficiary(session, beneficiary_id, actor=actor)
    audit.looked(
        session, beneficiary_id, "print", reason=paper, address=address, actor=actor, now=now
    )


def has_unusual_number(person: Beneficiary) -> bool:
    """Tell whether a national ID ends in a digit that no known variant of the rule would give.

    The rule was never published, so the number may be right: somebody compares it with the card.
    """
    number = person.identity_number
    national = person.identity_kind is IdentityKind.NATIONAL_ID
    return national and number is not None and not control_digit_agrees(number)


def may_see_clinical(actor: Actor) -> bool:
    """Tell whether conditions, allergies and diagnoses are for this person's eyes."""
    return actor.may(Permission.CLINICAL_VIEW)

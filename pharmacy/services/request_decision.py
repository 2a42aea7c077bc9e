"""Deciding citizen requests: approvals with their items and terms, rejections, reopening."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from pharmacy.errors import BeneficiaryRequired, InvalidApproval, OwnRequest, SittingRequired
from pharmacy.models import Approval, ApprovalFund, ApprovalItem, Drug, Fund
from pharmacy.rules.actor import Actor
from pharmacy.rules.lifecycle import check_step
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import (
    AgendaOutcome,
    RejectionReason,
    ReopeningReason,
    RequestAction,
)
from pharmacy.services.commitment import BeyondBudget, commit
from pharmacy.services.request import active_beneficiary, get_request
from pharmacy.services.request_steps import take
from pharmacy.services.settings import all_settings
from pharmacy.services.sitting_agenda import carried, settle

ALL_OF_IT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedItem:
    """One drug of a decision: units an issue, how many issues, one every so many days."""

    drug_id: int
    quantity_per_issue: int
    issues: int = 1
    interval_days: int = 30
    dose: str = ""
    directions_ar: str = ""
    directions_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An approval: items, validity, shares (basis points), ceilings (piastres), funds."""

    decision_number: str
    valid_from: date
    valid_until: date
    items: Sequence[ApprovedItem]
    fund_ids: frozenset[int] = frozenset()
    case_ceiling: int | None = None
    month_ceiling: int | None = None
    citizen_basis_points: int = 0
    donor_basis_points: int = 0
    citizen_share_max: int | None = None
    note: str = ""


def approve(
    session: Session,
    request_id: int,
    decision: Decision,
    *,
    agenda_item_id: int | None = None,
    under_authority: bool = False,
    beyond: BeyondBudget | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Approve a request; return the approval's id.

    Args:
        session: A writing session.
        request_id: The request.
        decision: What is approved, on which terms.
        agenda_item_id: The item of an open sitting whose votes carry the approval.
        under_authority: It is a walk-in under a standing authority, which no sitting sees.
        beyond: Who lets it pass if its budget has too little left.
        actor: Who decides.
        now: When.

    Raises:
        SittingRequired: A sitting decides, and no agenda item is named.
        SittingRefused: The sitting is not open, or its votes do not carry it.
        TransitionRefused: The request is not open for a decision.
        BeneficiaryRequired: It names no beneficiary.
        OwnRequest: The actor recorded it.
        InvalidApproval: Figures do not hold together; the reason names the field.
        BudgetExceeded: The budget it draws on has less left, and nobody signed for it.
        SignatureRefused, MissingFact: Of the signature for that.
    """
    actor.require(Permission.REQUEST_DECIDE)
    if agenda_item_id is not None:
        approved = AgendaOutcome.APPROVED
        item = carried(session, agenda_item_id, request_id, approved, actor=actor)
    elif not under_authority:
        refuse_single_member(session)
    request = get_request(session, request_id, actor=actor, lock=True)
    check_step(RequestAction.APPROVE, request.state)
    if request.beneficiary_id is None:
        raise BeneficiaryRequired
    active_beneficiary(session, request.beneficiary_id)
    if request.recorded_by == actor.staff_id:
        raise OwnRequest
    _check_decision(session, decision)
    approval_id = _write_approval(session, request_id, decision, actor=actor, now=now)
    commit(session, approval_id, beyond=beyond, now=now)
    note = decision.decision_number
    take(session, request, RequestAction.APPROVE, note=note, actor=actor, now=now)
    if agenda_item_id is not None:
        settle(session, item, AgendaOutcome.APPROVED, approval_id=approval_id, now=now)
    return approval_id


def refuse_single_member(session: Session) -> None:
    """Refuse a decision outside a sitting where the governorate lets sittings decide alone.

    Raises:
        SittingRequired: It does.
    """
    if all_settings(session)["decision_route"] == "sitting":
        raise SittingRequired


def _check_decision(session: Session, decision: Decision) -> None:
    checks = {
        "decision_number": bool(decision.decision_number.strip()),
        "valid_until": decision.valid_from <= decision.valid_until,
        "items": bool(decision.items),
        "citizen_basis_points": 0 <= decision.citizen_basis_points <= ALL_OF_IT,
        "donor_basis_points": 0
        <= decision.donor_basis_points
        <= ALL_OF_IT - decision.citizen_basis_points,
        "case_ceiling": decision.case_ceiling is None or decision.case_ceiling > 0,
        "month_ceiling": decision.month_ceiling is None or decision.month_ceiling > 0,
        "quantity_per_issue": all(item.quantity_per_issue > 0 for item in decision.items),
        "issues": all(item.issues > 0 for item in decision.items),
        "interval_days": all(item.interval_days > 0 for item in decision.items),
    }
    for name, holds in checks.items():
        if not holds:
            raise InvalidApproval(reason=name)
    drug_ids = {item.drug_id for item in decision.items}
    if len(drug_ids) != len(decision.items):
        raise InvalidApproval(reason="drug_twice")
    active = select(func.count()).where(Drug.id.in_(drug_ids), Drug.active.is_(true()))
    if session.scalar(active) != len(drug_ids):
        raise InvalidApproval(reason="drug_inactive")
    funds = select(func.count()).where(Fund.id.in_(decision.fund_ids), Fund.active.is_(true()))
    if session.scalar(funds) != len(decision.fund_ids):
        raise InvalidApproval(reason="fund")


def _write_approval(
    session: Session, request_id: int, decision: Decision, *, actor: Actor, now: datetime
) -> int:
    approval = Approval(
        request_id=request_id,
        decision_number=decision.decision_number,
        decided_at=now,
        decided_by=actor.staff_id,
        valid_from=decision.valid_from,
        valid_until=decision.valid_until,
        case_ceiling=decision.case_ceiling,
        month_ceiling=decision.month_ceiling,
        citizen_basis_points=decision.citizen_basis_points,
        donor_basis_points=decision.donor_basis_points,
        citizen_share_max=decision.citizen_share_max,
        note=decision.note,
    )
    session.add(approval)
    session.flush()
    session.add_all(
        ApprovalItem(
            approval_id=approval.id,
            drug_id=item.drug_id,
            quantity_per_issue=item.quantity_per_issue,
            issues=item.issues,
            interval_days=item.interval_days,
            dose=item.dose,
            directions_ar=item.directions_ar,
            directions_en=item.directions_en,
        )
        for item in decision.items
    )
    session.add_all(
        ApprovalFund(approval_id=approval.id, fund_id=fund_id)
        for fund_id in sorted(decision.fund_ids)
    )
    session.flush()
    return approval.id


def reject(
    session: Session,
    request_id: int,
    reason: RejectionReason,
    *,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """Reject a request with a reason that reports can count.

    Raises:
        SittingRequired: A sitting decides.
        TransitionRefused: The request is not open for a decision.
    """
    actor.require(Permission.REQUEST_DECIDE)
    refuse_single_member(session)
    request = get_request(session, request_id, actor=actor, lock=True)
    action = RequestAction.REJECT
    take(session, request, action, reason=reason.value, note=note, actor=actor, now=now)


def reopen(
    session: Session,
    request_id: int,
    reason: ReopeningReason,
    *,
    note: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Take a rejected or closed request up again.

    Raises:
        TransitionRefused: It is still open.
    """
    request = get_request(session, request_id, actor=actor, lock=True)
    action = RequestAction.REOPEN
    take(session, request, action, reason=reason.value, note=note, actor=actor, now=now)

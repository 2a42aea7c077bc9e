"""Budgets of funds by fiscal year: granted, changed, and how they stand.

The rule, one for reports, warnings and the refusal of an approval: spent is what a fund's goods and
money were used for in the year, by the day of posting and net of what was undone: medicine handed
out (what the state and donors bore), claims of contract pharmacies accepted, issues to
institutions, other expenses and invoice differences. Losses, destruction and the differences of
counts are told apart and are not spent. Committed is what approvals in force are still expected to
cost beyond what was given on them. Money received, goods bought and kept, and what suppliers are
paid are no spending: the medicine is counted when it is used.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import Whole
from pharmacy.errors import InvalidMoney, SubmissionConflict
from pharmacy.models import (
    Approval,
    ApprovalItem,
    BudgetEntry,
    CitizenRequest,
    ClaimDecision,
    ClaimLineDecision,
    Commitment,
    DispensingLine,
    Posting,
    RequestEvent,
    Staff,
    Voucher,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.budget import Budget
from pharmacy.rules.calendar import EVER, day_ends
from pharmacy.rules.lifecycle import ENTITLED
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import Account
from pharmacy.services.money import MOST_PIASTRES, lock_fund

FIRST_YEAR, LAST_YEAR = 2000, 2199


def change_budget(
    session: Session,
    fund_id: int,
    year: int,
    amount: int,
    *,
    reason: str,
    submission_id: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Grant a budget for a fiscal year, or change it by a signed amount (piastres).

    Returns:
        The id of the entry; the same one when the form is sent twice.

    Raises:
        NotPermitted: The role does not keep the funds.
        NotFound: There is no such fund.
        InvalidMoney: The amount is nothing or takes more than was granted, or a fact is missing.
        SubmissionConflict: The submission id came before with other content.
    """
    actor.require(Permission.FUND_MANAGE)
    lock_fund(session, fund_id)
    found = session.scalar(select(BudgetEntry).where(BudgetEntry.submission_id == submission_id))
    if found is not None:
        if (found.fund_id, found.fiscal_year, found.amount) != (fund_id, year, amount):
            raise SubmissionConflict(submission_id=submission_id)
        return found.id
    checks = {
        "fiscal_year": FIRST_YEAR <= year <= LAST_YEAR,
        "amount": 0 < abs(amount) <= MOST_PIASTRES,
        "reason": bool(reason.strip()),
        "change": (granted(session, fund_id, year) or 0) + amount >= 0,
    }
    for name, holds in checks.items():
        if not holds:
            raise InvalidMoney(reason=name)
    entry = BudgetEntry(
        fund_id=fund_id,
        fiscal_year=year,
        amount=amount,
        reason=reason.strip(),
        submission_id=submission_id,
        recorded_at=now,
        recorded_by=actor.staff_id,
    )
    session.add(entry)
    session.flush()
    return entry.id


def granted(session: Session, fund_id: int, year: int) -> int | None:
    """Return what a fund was granted for a year (piastres); None when nobody spoke of it."""
    query = select(func.sum(BudgetEntry.amount).cast(Whole)).where(
        BudgetEntry.fund_id == fund_id, BudgetEntry.fiscal_year == year
    )
    return session.scalar(query)


def budget_entries(
    session: Session, fund_id: int, *, actor: Actor
) -> Sequence[Row[BudgetEntry, Staff]]:
    """Return every entry of a fund's budgets and who made it, the newest first."""
    actor.require(Permission.FUND_VIEW)
    query = (
        select(BudgetEntry, Staff)
        .join(Staff, Staff.id == BudgetEntry.recorded_by)
        .where(BudgetEntry.fund_id == fund_id)
        .order_by(BudgetEntry.id.desc())
    )
    return session.execute(query).all()


def budgets(
    session: Session, year: int, *, on: date, until: date = EVER, fund_id: int | None = None
) -> dict[int, Budget]:
    """Return how the budgets of a fiscal year stand, by fund; of funds without, none.

    Args:
        session: Any session.
        year: In which the fiscal year begins.
        on: The day on which an approval must be in force to count as promised.
        until: What came after this day does not count: how a budget stood when it was over, the
            same whenever it is asked. Whatever is decided now counts everything.
        fund_id: Only of this fund.
    """
    parts = []
    for query in (_granted(year, until), _handed_out_in(year, until), _committed(year, on, until)):
        narrowed = query if fund_id is None else query.where(query.selected_columns[0] == fund_id)
        parts.append({row[0]: row[1] for row in session.execute(narrowed)})
    grants, handed_out, committed = parts
    posted = _posted(session, year, until, fund_id)
    return {
        fund: Budget(
            granted=amount,
            handed_out=handed_out.get(fund, 0),
            committed=committed.get(fund, 0),
            **posted.get(fund, {}),
        )
        for fund, amount in grants.items()
    }


def year_days(year: int) -> tuple[date, date]:
    """Return the first and the last day of a fiscal year."""
    return date(year, 7, 1), date(year + 1, 6, 30)


def _granted(year: int, until: date) -> Select[int, int]:
    return (
        select(BudgetEntry.fund_id, func.sum(BudgetEntry.amount).cast(Whole))
        .where(BudgetEntry.fiscal_year == year, BudgetEntry.recorded_at < day_ends(until))
        .group_by(BudgetEntry.fund_id)
    )


def _handed_out_in(year: int, until: date) -> Select[int, int]:
    first, last = year_days(year)
    borne = func.sum(DispensingLine.state_share + DispensingLine.donor_share).cast(Whole)
    return (
        select(DispensingLine.fund_id, borne)
        .where(DispensingLine.business_date.between(first, min(last, until)))
        .group_by(DispensingLine.fund_id)
    )


_PART_OF: Mapping[Account, str] = MappingProxyType(
    {
        Account.COST_CLAIMS: "claims",
        Account.COST_INSTITUTIONS: "institutions",
        Account.EXPENSES: "other",
        Account.PRICE_DIFFERENCES: "other",
        Account.LOSSES: "lost",
        Account.COUNT_DIFFERENCES: "lost",
        Account.CASH_DIFFERENCES: "lost",
    }
)
"""Which part of a budget an account is; what was handed out is read from the lines' own index."""


def _posted(
    session: Session, year: int, until: date, fund_id: int | None
) -> dict[int, dict[str, int]]:
    first, last = year_days(year)
    query = (
        select(Posting.fund_id, Posting.account, func.sum(Posting.amount).cast(Whole))
        .join(Voucher, Voucher.id == Posting.voucher_id)
        .where(
            Posting.account.in_(_PART_OF), Voucher.business_date.between(first, min(last, until))
        )
        .group_by(Posting.fund_id, Posting.account)
    )
    if fund_id is not None:
        query = query.where(Posting.fund_id == fund_id)
    found: dict[int, dict[str, int]] = {}
    for fund, account, amount in session.execute(query):
        parts, part = found.setdefault(fund, {}), _PART_OF[account]
        parts[part] = parts.get(part, 0) + amount
    return found


_later, _undoing, _deciding = aliased(Approval), aliased(Voucher), aliased(Voucher)


def _given_until(until: date) -> ColumnElement[int]:
    """Return what was given on a commitment's approval until a day: here, and on claims."""
    handed_out = (
        select(func.coalesce(func.sum(DispensingLine.state_share + DispensingLine.donor_share), 0))
        .join(ApprovalItem, ApprovalItem.id == DispensingLine.approval_item_id)
        .where(
            ApprovalItem.approval_id == Commitment.approval_id,
            DispensingLine.business_date <= until,
        )
        .scalar_subquery()
    )
    undone = select(_undoing.id).where(
        _undoing.reverses_id == _deciding.id, _undoing.business_date <= until
    )
    accepted = (
        select(func.coalesce(func.sum(ClaimLineDecision.accepted), 0))
        .join(ApprovalItem, ApprovalItem.id == ClaimLineDecision.approval_item_id)
        .join(
            ClaimDecision,
            (ClaimDecision.claim_id == ClaimLineDecision.claim_id)
            & (ClaimDecision.attempt == ClaimLineDecision.attempt),
        )
        .join(_deciding, _deciding.id == ClaimDecision.voucher_id)
        .where(
            ApprovalItem.approval_id == Commitment.approval_id,
            _deciding.business_date <= until,
            ~undone.exists(),
        )
        .scalar_subquery()
    )
    return handed_out + accepted


def _state_then(until: date) -> ColumnElement[RequestState]:
    """Return what a request's state was when a day was over: what its next step began from."""
    left = (
        select(RequestEvent.from_state)
        .where(RequestEvent.request_id == CitizenRequest.id, RequestEvent.at >= day_ends(until))
        .order_by(RequestEvent.id)
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(left, CitizenRequest.state)


def _in_force(year: int, on: date, until: date) -> list[ColumnElement[bool]]:
    """Return what narrows commitments, with their approvals and requests, to those that count.

    Only the newest approval of a request does, while it may still be drawn on.
    """
    newest = (
        select(func.max(_later.id))
        .where(_later.request_id == Approval.request_id, _later.decided_at < day_ends(until))
        .scalar_subquery()
    )
    return [
        Commitment.fiscal_year == year,
        Commitment.committed_at < day_ends(until),
        Approval.valid_until >= on,
        _state_then(until).in_(ENTITLED),
        Approval.id == newest,
    ]


def _committed(year: int, on: date, until: date) -> Select[int, int]:
    rest = Commitment.amount - _given_until(until)
    return (
        select(Commitment.fund_id, func.sum(case((rest > 0, rest), else_=0)).cast(Whole))
        .join(Approval, Approval.id == Commitment.approval_id)
        .join(CitizenRequest, CitizenRequest.id == Approval.request_id)
        .where(*_in_force(year, on, until))
        .group_by(Commitment.fund_id)
    )


def promised(fund_id: int, year: int, on: date) -> Select[Any]:
    """Select the approvals that a fund's budget was promised to when a day was over.

    Rows of `commitment, approval, request, rest`, the first to end first: the rest (piastres) is
    what is expected beyond what was given by then.
    """
    rest = Commitment.amount - _given_until(on)
    found: Any = (  # a select of several columns is no Select[Any] to the type checker
        select(Commitment, Approval, CitizenRequest, rest.cast(Whole).label("rest"))
        .join(Approval, Approval.id == Commitment.approval_id)
        .join(CitizenRequest, CitizenRequest.id == Approval.request_id)
        .where(Commitment.fund_id == fund_id, rest > 0, *_in_force(year, on, on))
        .order_by(Approval.valid_until, Approval.id)
    )
    statement: Select[Any] = found
    return statement

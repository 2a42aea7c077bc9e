"""What approvals in force are still expected to cost, by the fiscal year they will be given in.

An approval's commitment falls due with its issues, an even part with each of them: the first on the
day it begins, the next one interval on; what has not fallen due when it ends does so on its last
day. What is due within a fiscal year is promised of that year's budget. What was not given by 30
June passes on to the year that begins, while the approval is in force: nothing of it belongs to a
year that is over. So the parts by year always add up to the rest, and none of it stands in two
years or in none. All is read from posted facts, so a promise of a past day stays what it was.

A promise falls by what the person was given under the approval, at its cost to state and donors,
here or by a contract pharmacy, and from whatever fund: the person has it, and nobody will give it
again. Only the fund it was taken from has spent it. So where an approval names no fund and the
counter takes a gift, the budget's promise falls and its spending does not rise: the budget has more
left, as it should. What the budget itself gives leaves its promise as it enters its spending.
Nothing is counted twice, and nothing is lost.
"""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import Day, Whole, days_between
from pharmacy.models import (
    Approval,
    ApprovalItem,
    CitizenRequest,
    Claim,
    ClaimDecision,
    ClaimLineDecision,
    Commitment,
    DispensingLine,
    RequestEvent,
    Voucher,
)
from pharmacy.rules.calendar import day_ends, fiscal_year, fiscal_year_days
from pharmacy.rules.lifecycle import ENTITLED
from pharmacy.rules.request_vocabulary import RequestState

_later, _undoing, _deciding = aliased(Approval), aliased(Voucher), aliased(Voucher)


def promised_by_fund(year: int, on: date, until: date) -> Select[int, int]:
    """Select fund and piastres: what a fiscal year's budgets are promised.

    Args:
        year: In which the fiscal year begins.
        on: The day on which it is told; an approval must be in force then, or begin later.
        until: What came after this day does not count.
    """
    rest = _rest(year, on, until)
    return (
        select(Commitment.fund_id, func.sum(case((rest > 0, rest), else_=0)).cast(Whole))
        .join(Approval, Approval.id == Commitment.approval_id)
        .join(CitizenRequest, CitizenRequest.id == Approval.request_id)
        .where(*_in_force(year, on, until))
        .group_by(Commitment.fund_id)
    )


def promised(fund_id: int, year: int, on: date) -> Select[Any]:
    """Select the approvals that a fund's budget was promised to when a day was over.

    Rows of `commitment, approval, request, given, elsewhere, rest`, the first to end first, in
    piastres: given by then, of it from other funds, and what of the rest is of this year.
    """
    rest = _rest(year, on, on)
    found: Any = (  # a select of several columns is no Select[Any] to the type checker
        select(
            Commitment,
            Approval,
            CitizenRequest,
            _given(on).cast(Whole).label("given"),
            _elsewhere(on).cast(Whole).label("elsewhere"),
            rest.cast(Whole).label("rest"),
        )
        .join(Approval, Approval.id == Commitment.approval_id)
        .join(CitizenRequest, CitizenRequest.id == Approval.request_id)
        .where(Commitment.fund_id == fund_id, rest > 0, *_in_force(year, on, on))
        .order_by(Approval.valid_until, Approval.id)
    )
    statement: Select[Any] = found
    return statement


def share(session: Session, approval_id: int, year: int, on: date) -> int:
    """Return what one approval promises of a fiscal year's budget on a day (piastres)."""
    rest = _rest(year, on, on)
    query = (
        select(rest.cast(Whole))
        .select_from(Commitment)
        .join(Approval, Approval.id == Commitment.approval_id)
        .where(Commitment.approval_id == approval_id, *_within(year, on))
    )
    return max(session.scalar(query) or 0, 0)


def _rest(year: int, on: date, until: date) -> ColumnElement[int]:
    """Return what of a commitment's rest is of a fiscal year; below nothing when more was given."""
    first, last = fiscal_year_days(year)
    given, before = _given(until), _due_by(first - timedelta(days=1))
    if year <= fiscal_year(on):
        return _due_by(last) - given
    return _due_by(last) - case((given > before, given), else_=before)


def _due_by(day: date) -> ColumnElement[int]:
    """Return what of a commitment has fallen due by a day, whoever gave it (piastres)."""
    passed = days_between(Approval.valid_from.expression, literal(day, Day))
    times = passed // ApprovalItem.interval_days + 1
    due = case((times < ApprovalItem.issues, times), else_=ApprovalItem.issues)
    part = (
        select(Commitment.amount * func.sum(due).cast(Whole) // func.sum(ApprovalItem.issues))
        .where(ApprovalItem.approval_id == Commitment.approval_id)
        .correlate(Commitment, Approval)
        .scalar_subquery()
    )
    return case(
        (Approval.valid_until <= day, Commitment.amount),
        (Approval.valid_from > day, 0),
        else_=part,
    )


def _within(year: int, on: date) -> list[ColumnElement[bool]]:
    """Return what narrows commitments to approvals that give in a fiscal year, told on a day."""
    first, last = fiscal_year_days(year)
    return [
        Approval.valid_from <= last,
        Approval.valid_until >= max(on, first),
        literal(on, Day) <= last,  # a year that is over is promised to nobody
    ]


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
        *_within(year, on),
        Commitment.committed_at < day_ends(until),
        _state_then(until).in_(ENTITLED),
        Approval.id == newest,
    ]


def _given(until: date) -> ColumnElement[int]:
    """Return what was given on a commitment's approval until a day: here, and on claims."""
    return _handed_out(until) + _accepted(until)


def _elsewhere(until: date) -> ColumnElement[int]:
    """Return what of it another fund's goods and money gave."""
    other = DispensingLine.fund_id != Commitment.fund_id
    by_claim = Claim.fund_id != Commitment.fund_id
    return _handed_out(until, other) + _accepted(until, by_claim)


def _handed_out(until: date, *narrowed: ColumnElement[bool]) -> ColumnElement[int]:
    return (
        select(func.coalesce(func.sum(DispensingLine.state_share + DispensingLine.donor_share), 0))
        .join(ApprovalItem, ApprovalItem.id == DispensingLine.approval_item_id)
        .where(
            ApprovalItem.approval_id == Commitment.approval_id,
            DispensingLine.business_date <= until,
            *narrowed,
        )
        .correlate(Commitment)
        .scalar_subquery()
    )


def _accepted(until: date, *narrowed: ColumnElement[bool]) -> ColumnElement[int]:
    undone = select(_undoing.id).where(
        _undoing.reverses_id == _deciding.id, _undoing.business_date <= until
    )
    return (
        select(func.coalesce(func.sum(ClaimLineDecision.accepted), 0))
        .join(ApprovalItem, ApprovalItem.id == ClaimLineDecision.approval_item_id)
        .join(Claim, Claim.id == ClaimLineDecision.claim_id)
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
            *narrowed,
        )
        .correlate(Commitment)
        .scalar_subquery()
    )


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

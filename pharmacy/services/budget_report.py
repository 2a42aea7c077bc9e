"""Budgets against what became of them, and approvals let pass beyond them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import (
    Approval,
    BudgetOverride,
    CitizenRequest,
    Commitment,
    Fund,
    Staff,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.budget import Budget
from pharmacy.rules.calendar import CAIRO, cairo_day, fiscal_year, fiscal_year_days
from pharmacy.rules.permissions import Permission
from pharmacy.services.budget import budgets
from pharmacy.services.report_query import ReportQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetRow:
    """A fund's budget of one fiscal year as it stood when the day `on` was over."""

    fund_id: int
    name_ar: str
    name_en: str
    year: int
    on: date
    budget: Budget


def budget_report(
    session: Session, query: ReportQuery, *, on: date, actor: Actor
) -> Sequence[BudgetRow]:
    """Return the budgets of every fiscal year that the period touches, the earliest first.

    Each is told as it stood at the period's end, of years that ended before at their own.

    Args:
        session: A reading session.
        query: Its period names the years.
        on: Today; nothing is told of a later day.
        actor: Who reads it.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.FUND_VIEW)
    query.check()
    funds = {fund.id: fund for fund in session.scalars(select(Fund))}
    rows = []
    for year in range(fiscal_year(query.date_from), fiscal_year(query.date_to) + 1):
        end = min(query.date_to, fiscal_year_days(year)[1], on)
        stood = budgets(session, year, on=end, until=end, fund_id=query.fund_id)
        for fund_id, budget in sorted(stood.items()):
            fund = funds[fund_id]
            rows.append(
                BudgetRow(
                    fund_id=fund_id,
                    name_ar=fund.name_ar,
                    name_en=fund.name_en,
                    year=year,
                    on=end,
                    budget=budget,
                )
            )
    return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideRow:
    """An approval beyond its budget: what it was expected to cost, by how much beyond, who, why."""

    on: date
    request_id: int
    request_number: str
    fund_ar: str
    fund_en: str
    year: int
    expected: int
    beyond: int
    staff_ar: str
    staff_en: str
    reason: str


def budget_overrides(
    session: Session, query: ReportQuery, *, actor: Actor
) -> Sequence[OverrideRow]:
    """Return the approvals of a period that were let pass beyond their budget, in order.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.FUND_VIEW)
    query.check()
    statement = (
        select(BudgetOverride, Commitment, CitizenRequest.id, CitizenRequest.number, Fund, Staff)
        .join(Commitment, Commitment.approval_id == BudgetOverride.approval_id)
        .join(Approval, Approval.id == BudgetOverride.approval_id)
        .join(CitizenRequest, CitizenRequest.id == Approval.request_id)
        .join(Fund, Fund.id == Commitment.fund_id)
        .join(Staff, Staff.id == BudgetOverride.staff_id)
        .order_by(BudgetOverride.at, BudgetOverride.approval_id)
    )
    if query.fund_id is not None:
        statement = statement.where(Commitment.fund_id == query.fund_id)
    return [
        OverrideRow(
            on=override.at.astimezone(CAIRO).date(),
            request_id=request_id,
            request_number=number,
            fund_ar=fund.name_ar,
            fund_en=fund.name_en,
            year=commitment.fiscal_year,
            expected=commitment.amount,
            beyond=override.amount,
            staff_ar=staff.name_ar,
            staff_en=staff.name_en,
            reason=override.reason,
        )
        for override, commitment, request_id, number, fund, staff in session.execute(statement)
        # Days are Cairo's, moments are not: few rows, so they are told apart here.
        if query.date_from <= cairo_day(override.at) <= query.date_to
    ]

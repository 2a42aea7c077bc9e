"""Budgets of funds by fiscal year: granted, changed, and how they stand.

The rule, one for reports, warnings and the refusal of an approval: spent is what a fund's goods and
money were used for in the year, by the day of posting and net of what was undone: medicine handed
out (what the state and donors bore), claims of contract pharmacies accepted, issues to
institutions, other expenses and invoice differences. Losses, destruction and the differences of
counts are told apart and are not spent. Committed is what approvals in force are still expected to
cost within the year beyond what was given on them, as `promise` tells it. Money received, goods
bought and kept, and what suppliers are paid are no spending: the medicine is counted when it is
used.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType

from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.orm import Session

from pharmacy.db import Whole
from pharmacy.errors import InvalidMoney, SubmissionConflict
from pharmacy.models import (
    BudgetEntry,
    DispensingLine,
    Fund,
    Posting,
    Staff,
    Voucher,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.budget import Budget
from pharmacy.rules.calendar import EVER, day_ends, fiscal_year_days
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Account, FundKind
from pharmacy.services.money import MOST_PIASTRES, lock_fund
from pharmacy.services.promise import promised_by_fund

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


def granted_years(session: Session, fund_id: int, first: int, last: int) -> Sequence[int]:
    """Return the fiscal years, of those from one to another, for which a fund has a budget."""
    query = select(BudgetEntry.fiscal_year).where(
        BudgetEntry.fund_id == fund_id, BudgetEntry.fiscal_year.between(first, last)
    )
    return session.scalars(query.distinct().order_by(BudgetEntry.fiscal_year)).all()


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

    A fund of the governorate's budget that was granted one for an earlier year stands with nothing
    granted until this year's is written down: what it promised and spent must not be out of sight.

    Args:
        session: Any session.
        year: In which the fiscal year begins.
        on: The day on which it is told what is promised, as `promise` tells it by year.
        until: What came after this day does not count: how a budget stood when it was over, the
            same whenever it is asked. Whatever is decided now counts everything.
        fund_id: Only of this fund.
    """
    parts = []
    for query in (
        _granted(year, until),
        _handed_out_in(year, until),
        promised_by_fund(year, on, until),
    ):
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


def _granted(year: int, until: date) -> Select[int, int]:
    """Select what each fund was granted: nothing, where its budget is the next to be granted."""
    of_year = BudgetEntry.fiscal_year == year
    amount = func.sum(case((of_year, BudgetEntry.amount), else_=0)).cast(Whole)
    spoken_of = func.count(case((of_year, 1)))
    earlier = func.sum(case((of_year, 0), else_=BudgetEntry.amount))
    return (
        select(BudgetEntry.fund_id, amount)
        .join(Fund, Fund.id == BudgetEntry.fund_id)
        .where(BudgetEntry.fiscal_year <= year, BudgetEntry.recorded_at < day_ends(until))
        .group_by(BudgetEntry.fund_id, Fund.kind)
        .having((spoken_of > 0) | ((Fund.kind == FundKind.BUDGET) & (earlier > 0)))
    )


def _handed_out_in(year: int, until: date) -> Select[int, int]:
    first, last = fiscal_year_days(year)
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
    first, last = fiscal_year_days(year)
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

"""The ledger read: what stands on each account, from postings alone.

A debit is positive, a credit negative. Every page, paper and export that speaks of an account adds
up here, so that no two of them tell two sums.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from pharmacy.db import Whole, month_of
from pharmacy.errors import LedgerUnbalanced
from pharmacy.models import Fund, LedgerAccount, Posting, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Account, AccountType
from pharmacy.services.ledger_totals import balances
from pharmacy.services.report_query import Grouping, ReportQuery

FundAccount = tuple[Account, int]
"""An account and the id of a fund: where an amount stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRow:
    """An account in a period, of one fund or of all: piastres, debit positive, credit as it is.

    `opening` stood there before the period; `debit` and `credit` are sums of nothing or more.
    """

    account: Account
    code: str
    type: AccountType
    name_ar: str
    name_en: str
    fund_id: int | None
    opening: int
    debit: int
    credit: int

    @property
    def closing(self) -> int:
        """What stands there at the end of the period."""
        return self.opening + self.debit - self.credit


def chart(session: Session) -> Sequence[LedgerAccount]:
    """Return the chart of accounts, by code."""
    return session.scalars(select(LedgerAccount).order_by(LedgerAccount.code)).all()


def accounts(session: Session) -> Mapping[Account, LedgerAccount]:
    """Return what each account is called, in the order of their codes."""
    return {row.account: row for row in chart(session)}


def trial_balance(session: Session, query: ReportQuery, *, actor: Actor) -> Sequence[TrialRow]:
    """Return what stood on every account that was ever used, and what moved in a period.

    Rows stand by code, and by fund within where the query asks for it.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
        LedgerUnbalanced: Debits and credits differ; nothing may be printed of such books.
    """
    actor.require(Permission.FUND_VIEW)
    query.check()
    by_fund = Grouping.FUND in query.by
    sums: dict[tuple[Account, int | None], list[int]] = {}
    for one in balances(
        session, query.date_from, query.date_to, fund_id=query.fund_id, site_id=query.site_id
    ):
        added = sums.setdefault((one.account, one.fund_id if by_fund else None), [0, 0, 0])
        for place, amount in enumerate((one.opening, one.debit, one.credit)):
            added[place] += amount
    called = accounts(session)
    rows = [
        TrialRow(
            account=account,
            code=called[account].code,
            type=called[account].type,
            name_ar=called[account].name_ar,
            name_en=called[account].name_en,
            fund_id=fund_id,
            opening=opening,
            debit=debit,
            credit=credit,
        )
        for (account, fund_id), (opening, debit, credit) in sums.items()
    ]
    _balanced(rows)
    funds = {row[0]: row[1] for row in session.execute(select(Fund.id, Fund.code))}
    return sorted(rows, key=lambda row: (row.code, funds.get(row.fund_id or 0, "")))


def _balanced(rows: Sequence[TrialRow]) -> None:
    opening = sum(row.opening for row in rows)
    closing = sum(row.closing for row in rows)
    if opening or closing:
        raise LedgerUnbalanced(opening=opening, closing=closing)


def opening_balances(session: Session, before: date) -> Mapping[FundAccount, int]:
    """Return what stood on each account of each fund at the start of a day, without zeros."""
    statement = (
        select(Posting.account, Posting.fund_id, _sum(Posting.amount))
        .join(Voucher, Voucher.id == Posting.voucher_id)
        .where(Voucher.business_date < before)
        .group_by(Posting.account, Posting.fund_id)
    )
    return {(row[0], row[1]): row[2] for row in session.execute(statement) if row[2]}


def monthly_movements(
    session: Session, first: date, last: date
) -> Mapping[str, Mapping[FundAccount, int]]:
    """Return by month (`2026-03`) what moved on each account of each fund, net."""
    month = month_of(Voucher.business_date.expression)
    statement = (
        select(month, Posting.account, Posting.fund_id, _sum(Posting.amount))
        .join(Voucher, Voucher.id == Posting.voucher_id)
        .where(Voucher.business_date.between(first, last))
        .group_by(month, Posting.account, Posting.fund_id)
    )
    moved: dict[str, dict[FundAccount, int]] = {}
    for key, account, fund_id, amount in session.execute(statement):
        moved.setdefault(key, {})[account, fund_id] = amount
    return moved


def _sum(column: Any) -> ColumnElement[int]:  # noqa: ANN401 - a column or a case of columns
    return func.coalesce(func.sum(column), 0).cast(Whole)

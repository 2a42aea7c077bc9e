"""The statement of one account: what stood, every voucher that moved it, what stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import Whole
from pharmacy.models import MoneyVoucher, Posting, Site, Supplier, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Account, VoucherKind
from pharmacy.rules.voucher_number import label
from pharmacy.services.ledger import accounts
from pharmacy.services.report_query import ReportQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """A voucher's debits and credits on the account, and the balance after it: piastres."""

    voucher_id: int
    on: date
    fact_on: date | None
    number: str
    kind: VoucherKind
    party: str
    reference: str
    debit: int
    credit: int
    balance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStatement:
    """An account in a period; balances are debit positive."""

    account: Account
    code: str
    name_ar: str
    name_en: str
    opening: int
    lines: Sequence[StatementLine]

    @property
    def closing(self) -> int:
        """What stands at the end."""
        return self.lines[-1].balance if self.lines else self.opening


_first = aliased(Voucher)


def account_statement(session: Session, query: ReportQuery, *, actor: Actor) -> AccountStatement:
    """Return the statement of an account, of cash where none is named.

    Of one kind of voucher it tells what that kind moved, undoings with what they undid: it opens
    with nothing, for what stood before belongs to no kind.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.FUND_VIEW)
    query.check()
    account = query.account or Account.CASH
    narrowed = _narrowed(query, account)
    opening = 0 if query.kind is not None else _opening(session, query, narrowed)
    debit = _sum(case((Posting.amount > 0, Posting.amount), else_=0)).label("debit")
    credit = _sum(case((Posting.amount < 0, -Posting.amount), else_=0)).label("credit")
    statement = (
        select(Voucher, Site.code, Supplier.name, MoneyVoucher.party_name, debit, credit)
        .join(Posting, Posting.voucher_id == Voucher.id)
        .join(Site, Site.id == Voucher.site_id)
        .outerjoin(Supplier, Supplier.id == Voucher.supplier_id)
        .outerjoin(MoneyVoucher, MoneyVoucher.voucher_id == Voucher.id)
        .outerjoin(_first, _first.id == Voucher.reverses_id)
        .where(Voucher.business_date.between(query.date_from, query.date_to), *narrowed)
        .group_by(Voucher.id, Site.code, Supplier.name, MoneyVoucher.party_name)
        .order_by(Voucher.business_date, Voucher.id)
    )
    lines, balance = [], opening
    for voucher, site_code, supplier, party, came, went in session.execute(statement):
        balance += came - went
        lines.append(
            StatementLine(
                voucher_id=voucher.id,
                on=voucher.business_date,
                fact_on=voucher.fact_date,
                number=label(site_code, voucher.kind, voucher.fiscal_year, voucher.number),
                kind=voucher.kind,
                party=party or supplier or "",
                reference=voucher.document_reference,
                debit=came,
                credit=went,
                balance=balance,
            )
        )
    called = accounts(session)[account]
    return AccountStatement(
        account=account,
        code=called.code,
        name_ar=called.name_ar,
        name_en=called.name_en,
        opening=opening,
        lines=lines,
    )


def _narrowed(query: ReportQuery, account: Account) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Posting.account == account]
    if query.fund_id is not None:
        conditions.append(Posting.fund_id == query.fund_id)
    if query.supplier_id is not None:
        conditions.append(Voucher.supplier_id == query.supplier_id)
    if query.site_id is not None:
        conditions.append(Voucher.site_id == query.site_id)
    if query.kind is not None:
        conditions.append(func.coalesce(_first.kind, Voucher.kind) == query.kind)
    return conditions


def _opening(session: Session, query: ReportQuery, narrowed: Sequence[ColumnElement[bool]]) -> int:
    return session.scalars(
        select(_sum(Posting.amount))
        .join(Voucher, Voucher.id == Posting.voucher_id)
        .where(Voucher.business_date < query.date_from, *narrowed)
    ).one()


def _sum(column: Any) -> ColumnElement[int]:  # noqa: ANN401 - a column or a case of columns
    return func.coalesce(func.sum(column), 0).cast(Whole)

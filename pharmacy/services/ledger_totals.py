"""What stands on the accounts: closed months by their totals, the other days from the postings.

Every report of the ledger asks here, so that a trial balance, a statement and a closing agree.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from pharmacy.db import Whole
from pharmacy.models import PeriodBalance, Posting, Voucher
from pharmacy.rules.vocabulary import Account
from pharmacy.services.closed_months import BEGINNING, split_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """An account of a fund (and of a site, where asked) over a period; piastres.

    Attributes:
        site_id: The site whose vouchers posted; None where all are taken together.
        opening: What stood there when the period began, debit positive.
        debit: What the period posted in debit.
        credit: What it posted in credit, positive.
    """

    account: Account
    fund_id: int
    site_id: int | None
    opening: int
    debit: int
    credit: int

    @property
    def closing(self) -> int:
        """What stands there when the period ends, debit positive."""
        return self.opening + self.debit - self.credit


def balances(
    session: Session,
    first: date,
    last: date,
    *,
    by_site: bool = False,
    account: Account | None = None,
    fund_id: int | None = None,
    site_id: int | None = None,
) -> Sequence[Balance]:
    """Return every account and fund that ever moved up to the end of a period, in their order.

    What the office or a site posted is told apart `by_site`; the rest narrows what is read.
    """
    asked = _Asked(by_site, account, fund_id, site_id)
    before = _sums(session, BEGINNING, first - timedelta(days=1), asked)
    within = _sums(session, first, last, asked)
    found = []
    for key in sorted(before.keys() | within.keys(), key=_order):
        debit_before, credit_before = before.get(key, (0, 0))
        debit, credit = within.get(key, (0, 0))
        found.append(
            Balance(
                account=key[0],
                fund_id=key[1],
                site_id=key[2],
                opening=debit_before - credit_before,
                debit=debit,
                credit=credit,
            )
        )
    return found


_Key = tuple[Account, int, int | None]
_ACCOUNTS = list(Account)


def _order(key: _Key) -> tuple[int, int, int]:
    return _ACCOUNTS.index(key[0]), key[1], key[2] or 0


@dataclass(frozen=True, slots=True)
class _Asked:
    by_site: bool
    account: Account | None
    fund_id: int | None
    site_id: int | None

    def narrowed(self, statement: Select[Any], *columns: ColumnElement[Any]) -> Select[Any]:
        """Narrow a statement whose keys are account, fund and site, and group it by them."""
        chosen = (self.account, self.fund_id, self.site_id)
        for column, value in zip(columns, chosen, strict=True):
            if value is not None:
                statement = statement.where(column == value)
        return statement.group_by(*(columns if self.by_site else columns[:2]))


def _sums(session: Session, first: date, last: date, asked: _Asked) -> dict[_Key, tuple[int, int]]:
    """Add debit and credit up by key over a period."""
    if last < first:
        return {}
    parts = split_of(session, first, last)
    sums: dict[_Key, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in _rows(session, parts.months, parts.days, asked):
        key = (Account(row[0]), row[1], row[2] if asked.by_site else None)
        debit, credit = sums[key]
        sums[key] = (debit + int(row[-2]), credit + int(row[-1]))
    return sums


def _rows(
    session: Session,
    months: Sequence[str],
    days: Sequence[tuple[date, date]],
    asked: _Asked,
) -> Iterable[Any]:
    if months:
        stored = PeriodBalance
        keys: list[Any] = [stored.account, stored.fund_id, stored.site_id]
        shown = keys if asked.by_site else keys[:2]
        figures = (func.sum(stored.debit).cast(Whole), func.sum(stored.credit).cast(Whole))
        closed = select(*shown, *figures).where(stored.month.in_(months))
        yield from session.execute(asked.narrowed(closed, *keys))
    amount = Posting.amount
    keys = [Posting.account, Posting.fund_id, Voucher.site_id]
    shown = keys if asked.by_site else keys[:2]
    figures = (
        func.sum(case((amount > 0, amount), else_=0)).cast(Whole),
        func.sum(case((amount < 0, -amount), else_=0)).cast(Whole),
    )
    for first, last in days:
        detail = (
            select(*shown, *figures)
            .select_from(Voucher)
            .join(Posting, Posting.voucher_id == Voucher.id)
            .where(Voucher.business_date.between(first, last))
        )
        yield from session.execute(asked.narrowed(detail, *keys))

"""Months as they are shown: which are closed and by whom, what one holds, what stops closing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pharmacy.db import month_of
from pharmacy.models import ClosedPeriod, LedgerAccount, Staff, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day, month_key
from pharmacy.rules.closing import Found, last_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Account
from pharmacy.services.closing import checklist, read_back
from pharmacy.services.ledger import accounts
from pharmacy.services.ledger_totals import Balance, balances
from pharmacy.services.number_ranges import LastSeal, NumberRange, last_seals, number_ranges
from pharmacy.services.period import first_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month that holds vouchers, closed or not."""

    month: str
    vouchers: int
    closed: ClosedPeriod | None
    closer: Staff | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMonth:
    """An account over a month, all funds together; piastres, debit positive."""

    account: Account
    code: str
    name_ar: str
    name_en: str
    opening: int
    debit: int
    credit: int

    @property
    def closing(self) -> int:
        """What stands there when the month ends."""
        return self.opening + self.debit - self.credit


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeMonth:
    """A month with all that its page and its certificate say."""

    of: Month
    first: date
    last: date
    found: Sequence[Found]
    accounts: Sequence[AccountMonth]
    ranges: Sequence[NumberRange]
    seals: Sequence[LastSeal]

    @property
    def may_close(self) -> bool:
        """Whether nothing that was looked at stops its closing, or all that does wants a reason."""
        stops = [one for one in self.found if one.stops and not one.wants_reason]
        return self.of.closed is None and not stops

    @property
    def wants_reason(self) -> bool:
        """Whether its closing needs a reason."""
        return self.of.closed is None and any(one.wants_reason for one in self.found)


def months(session: Session, *, actor: Actor, now: datetime) -> Sequence[Month]:
    """Return every month that holds vouchers or was closed, the latest first, this one too."""
    actor.require(Permission.REPORT_VIEW)
    key = month_of(Voucher.__table__.c.business_date)
    counted = {row[0]: row[1] for row in session.execute(select(key, func.count()).group_by(key))}
    closed = {
        row[0].month: (row[0], row[1])
        for row in session.execute(
            select(ClosedPeriod, Staff).join(Staff, Staff.id == ClosedPeriod.closed_by)
        )
    }
    known = sorted(counted.keys() | closed.keys() | {month_key(cairo_day(now))}, reverse=True)
    found = []
    for month in known:
        row, closer = closed.get(month, (None, None))
        held = counted.get(month, 0)
        found.append(Month(month=month, vouchers=held, closed=row, closer=closer))
    return found


def whole_month(
    session: Session, month: str, *, failed: int | None = None, actor: Actor, now: datetime
) -> WholeMonth:
    """Return a month, whole: of a closed one the checklist it left, of an open one a live one.

    Args:
        session: A reading session.
        month: The month (`2026-03`).
        failed: How many checks of the ledger failed; None when they were not run.
        actor: Who looks.
        now: When.

    Raises:
        NotPermitted: The role sees no reports.
        PeriodNotClosable: It is no month.
    """
    actor.require(Permission.REPORT_VIEW)
    first, last = first_day(month), last_day(month)
    closed = session.get(ClosedPeriod, month)
    held = session.scalars(
        select(func.count()).where(Voucher.business_date.between(first, last))
    ).one()
    return WholeMonth(
        of=Month(
            month=month,
            vouchers=held,
            closed=closed,
            closer=session.get(Staff, closed.closed_by) if closed else None,
        ),
        first=first,
        last=last,
        found=read_back(closed.checklist)
        if closed
        else checklist(session, month, failed=failed, now=now),
        accounts=_by_account(balances(session, first, last), accounts(session)),
        ranges=number_ranges(session, first, last),
        seals=last_seals(session, last),
    )


def _by_account(
    found: Sequence[Balance], called: Mapping[Account, LedgerAccount]
) -> Sequence[AccountMonth]:
    """Return each account that was ever used, all funds together, by code."""
    sums: dict[Account, tuple[int, int, int]] = {}
    for one in found:
        opening, debit, credit = sums.get(one.account, (0, 0, 0))
        sums[one.account] = (opening + one.opening, debit + one.debit, credit + one.credit)
    return [
        AccountMonth(
            account=account,
            code=row.code,
            name_ar=row.name_ar,
            name_en=row.name_en,
            opening=sums[account][0],
            debit=sums[account][1],
            credit=sums[account][2],
        )
        for account, row in called.items()
        if account in sums
    ]

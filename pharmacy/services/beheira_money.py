"""The money of the rebuilt years: budgets, invoices each month, allotments each quarter, payments.

It is played after everything else, through the services of real work, in the finance office's own
chain. Each quarter a fund is given what its invoices ask for, in round thousands of pounds: what is
due within the quarter came in before it, so no fund ever pays what it has not. The governorate did
not publish its budgets: each fiscal year is granted what it came to spend and a twelfth more.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from random import Random
from types import MappingProxyType

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pharmacy.db import Whole
from pharmacy.models import DispensingLine
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import (
    add_months,
    fiscal_year,
    fiscal_year_days,
    is_weekend,
    month_start,
)
from pharmacy.rules.vocabulary import Account, InvoiceState, PartyKind, PaymentMethod
from pharmacy.services.beheira_people import at
from pharmacy.services.budget import change_budget
from pharmacy.services.demo_invoices import AccountsDesk
from pharmacy.services.demo_money import giver
from pharmacy.services.invoice_view import InvoiceFilter, listed_invoices
from pharmacy.services.money import Money, receive_money

GIVERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "BUDGET": ("مديرية المالية بالبحيرة", "الدفعة الربع سنوية من موازنة المحافظة"),
        "CASH": ("رجال أعمال بدمنهور", "تبرعات نقدية لدعم الدواء"),
        "ZAKAT": ("لجنة زكاة مسجد التوبة", "زكاة مال لعلاج غير القادرين"),
        "CIVIL": ("جمعية الخير للتنمية بدمنهور", "مساهمة في علاج المرضى"),
        "ONCO": ("جمعية الخير للتنمية بدمنهور", "تبرع مخصص لعلاج مرضى الأورام"),
    }
)
"""Who gives to each fund, and for what."""

_RECORD, _RECEIVE, _PAY = 10, 15, 25
_QUARTERS = frozenset({1, 4, 7, 10})
_ROUND = 1_000_00
_BUDGET = "BUDGET"
_MORE = 12
_OFFICE_CLOSES = 6 * 3600


class Treasury:
    """The finance office of the rebuilt years.

    Args:
        actor: The finance officer.
        funds: Ids of the funds by code.
        seed: The same seed differs by the same piastres.
    """

    def __init__(self, actor: Actor, funds: Mapping[str, int], *, seed: int) -> None:
        self._actor = actor
        self._codes = {fund_id: code for code, fund_id in funds.items()}
        chance = Random(f"{seed}:invoices")  # noqa: S311 - a play, not a secret
        self._desk = AccountsDesk(actor, chance, "beheira")
        self._count = 0
        self._budget_id = funds[_BUDGET]
        self._granted: set[int] = set()

    def play(self, session: Session, first: date, last: date) -> None:
        """Play the office's days of a period."""
        for day, work in office_days(first, last):
            now = at(day, _OFFICE_CLOSES)
            if fiscal_year(day) not in self._granted:
                self._grant(session, fiscal_year(day), now)
            if work == _RECORD:
                self._desk.record(session, day, now)
            elif work == _PAY:
                self._desk.pay(session, day, now)
            elif day.month in _QUARTERS:
                self._receive(session, day)

    def _grant(self, session: Session, year: int, now: datetime) -> None:
        borne = func.sum(DispensingLine.state_share + DispensingLine.donor_share).cast(Whole)
        spent = session.scalar(
            select(borne).where(
                DispensingLine.fund_id == self._budget_id,
                DispensingLine.business_date.between(*fiscal_year_days(year)),
            )
        )
        amount = (spent or 0) + (spent or 0) // _MORE
        change_budget(
            session,
            self._budget_id,
            year,
            (amount // _ROUND + 1) * _ROUND,
            reason="قانون ربط الموازنة",
            submission_id=f"beheira-budget-{year}",
            actor=self._actor,
            now=now,
        )
        self._granted.add(year)

    def _receive(self, session: Session, day: date) -> None:
        asked: Counter[int] = Counter()
        wanted = InvoiceFilter(state=InvoiceState.OPEN)
        for invoice, _, fund, paid, _ in session.execute(listed_invoices(wanted, day)):
            asked[fund.id] += invoice.amount - paid
        for fund_id, amount in sorted(asked.items()):
            self._count += 1
            party, purpose = GIVERS[self._codes[fund_id]]
            kind = PartyKind.INSTITUTION if fund_id == self._budget_id else PartyKind.DONOR
            now = at(day, _OFFICE_CLOSES)
            money = Money(
                submission_id=f"beheira-money-{self._count}",
                fund_id=fund_id,
                account=Account.FUND_RECEIPTS,
                amount=-(-amount // _ROUND) * _ROUND,
                on=day,
                method=PaymentMethod.TRANSFER,
                party_id=giver(session, party, kind, actor=self._actor, now=now),
                party_name=party,
                purpose=purpose,
                reference=f"{day:%Y%m}-{self._count:04d}",
            )
            receive_money(session, money, actor=self._actor, now=now)


def office_days(first: date, last: date) -> Iterator[tuple[date, int]]:
    """Give the days of the office's work, each with which it is; on weekends the day after."""
    month = month_start(first)
    while month <= last:
        for work in (_RECORD, _RECEIVE, _PAY):
            day = month.replace(day=work)
            while is_weekend(day):
                day += timedelta(days=1)
            if first <= day <= last:
                yield day, work
        month = add_months(month, 1)

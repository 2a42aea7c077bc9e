"""The finance officer of a demonstration: opening balances, budgets, money that comes and goes.

Each quarter every fund gets what it owes and three times what it bought in the quarter before, so
that none ever pays what it does not have. Amounts are round, as budgets and gifts are.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pharmacy.db import Whole
from pharmacy.models import Fund, Posting, Supplier, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import add_months, cairo_day, fiscal_year, month_key
from pharmacy.rules.vocabulary import Account, FundKind, PartyKind, PaymentMethod, VoucherKind
from pharmacy.services.budget import budgets, change_budget
from pharmacy.services.money import Money, balance, pay_out, receive_money
from pharmacy.services.party import PartyFacts, add_party

GIVERS: Mapping[FundKind, tuple[str, str]] = {
    FundKind.BUDGET: ("مديرية المالية بالبحيرة", "الدفعة الربع سنوية من موازنة المحافظة"),
    FundKind.CASH_GIFT: ("رجال أعمال بدمنهور", "تبرع نقدي لدعم الدواء"),
    FundKind.ZAKAT: ("لجنة زكاة مسجد التوبة", "زكاة مال لعلاج غير القادرين"),
    FundKind.CIVIL_SOCIETY: ("جمعية الخير للتنمية بدمنهور", "مساهمة في علاج المرضى"),
}
"""Who gives to a fund of each kind, and for what; goods in kind come without money."""
EXPENSES = (
    ("مطبعة المحافظة", "طباعة إيصالات وبطاقات", 320_00),
    ("شركة النقل المبرد", "نقل أدوية مبردة", 540_00),
    ("مكتب الصيانة", "صيانة ثلاجة الأدوية", 260_00),
)
OPENING = 40_000_00
GRANT = 150_000_00
RAISE = 30_000_00
_ROUND = 1_000_00
_LEAST = 2_000_00
_QUARTERS = frozenset({1, 4, 7, 10})
_MONTHS_OF_A_QUARTER = 92
_NEARLY_USED = 60


class Treasury:
    """The finance officer's part of a demonstration: the evening of a month's first working day."""

    def __init__(self, _session: Session, staff: Mapping[str, Actor], _today: date) -> None:
        self._finance = staff["finance"]
        self._count = 0
        self._month = ""

    def __call__(self, session: Session, day: date, now: datetime) -> None:
        """Do what a new month brings."""
        first, self._month = self._month, month_key(day)
        if first == self._month:
            return
        funds = [fund for fund in session.scalars(select(Fund).order_by(Fund.id)) if fund.active]
        if not first:
            self._open(session, funds[0], now)
        for year in sorted({fiscal_year(day), fiscal_year(add_months(day, 1))}):
            self._grant(session, funds[0], year, now)
        if day.month in _QUARTERS or not first:
            for fund in funds:
                self._fill(session, fund, day, now)
        if first:
            self._spend(session, funds[0], day, now)

    def _open(self, session: Session, budget: Fund, now: datetime) -> None:
        facts = ("رصيد افتتاحي", "رصيد البنك عند فتح الدفاتر")
        receive_money(
            session,
            self._money(budget, OPENING, now, facts, account=Account.FUND_BALANCE),
            actor=self._finance,
            now=now,
        )

    def _grant(self, session: Session, fund: Fund, year: int, now: datetime) -> None:
        """Grant a year's budget, and raise it when approvals have used up most of it."""
        found = budgets(session, year, on=cairo_day(now), fund_id=fund.id).get(fund.id)
        first = found is None or not found.granted
        if found is not None and not found.warns(_NEARLY_USED):
            return
        self._count += 1
        change_budget(
            session,
            fund.id,
            year,
            GRANT if first else RAISE,
            reason="قانون ربط الموازنة" if first else "تعزيز بقرار المحافظ",
            submission_id=f"demo-budget-{self._count}",
            actor=self._finance,
            now=now,
        )

    def _fill(self, session: Session, fund: Fund, day: date, now: datetime) -> None:
        facts = GIVERS.get(fund.kind)
        if facts is None:
            return
        owed = -balance(session, Account.PAYABLES, fund.id)
        ahead = _bought(session, fund.id, since=day - timedelta(days=_MONTHS_OF_A_QUARTER))
        wanted = owed + 3 * ahead - balance(session, Account.CASH, fund.id)
        amount = max(-(-wanted // _ROUND) * _ROUND, _LEAST)
        kind = PartyKind.INSTITUTION if fund.kind is FundKind.BUDGET else PartyKind.DONOR
        party_id = giver(session, facts[0], kind, actor=self._finance, now=now)
        money = self._money(fund, amount, now, facts, account=Account.FUND_RECEIPTS)
        receive_money(session, replace(money, party_id=party_id), actor=self._finance, now=now)

    def _spend(self, session: Session, fund: Fund, day: date, now: datetime) -> None:
        party, purpose, amount = EXPENSES[day.month % len(EXPENSES)]
        money = self._money(fund, amount, now, (party, purpose), account=Account.EXPENSES)
        pay_out(session, money, actor=self._finance, now=now)

    def _money(
        self,
        fund: Fund,
        amount: int,
        now: datetime,
        facts: tuple[str, str],
        *,
        account: Account,
    ) -> Money:
        self._count += 1
        by_bank = amount >= _LEAST
        return Money(
            submission_id=f"demo-money-{self._count}",
            fund_id=fund.id,
            account=account,
            amount=amount,
            on=cairo_day(now),
            method=PaymentMethod.TRANSFER if by_bank else PaymentMethod.CASH,
            party_name=facts[0],
            purpose=facts[1],
            reference=f"{now:%Y%m}-{self._count:04d}" if by_bank else "",
        )


def giver(session: Session, name: str, kind: PartyKind, *, actor: Actor, now: datetime) -> int:
    """Return the id of somebody who gives money, put on file the first time."""
    found = session.scalar(select(Supplier.id).where(Supplier.name == name))
    return found or add_party(session, PartyFacts(name=name, kind=kind), actor=actor, now=now)


def _bought(session: Session, fund_id: int, *, since: date) -> int:
    """Return what came in against invoices since a day (piastres)."""
    owed = func.coalesce(func.sum(-Posting.amount), 0).cast(Whole)
    query = (
        select(owed)
        .join(Voucher, Voucher.id == Posting.voucher_id)
        .where(
            Posting.fund_id == fund_id,
            Posting.account == Account.PAYABLES,
            Voucher.kind == VoucherKind.GOODS_RECEIPT,
            Voucher.business_date >= since,
        )
    )
    return session.scalars(query).one()

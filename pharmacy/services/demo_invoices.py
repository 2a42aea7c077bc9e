"""The accounts desk of a demonstration: invoices come some days after their goods, and are paid.

Whatever came in on credit is found by what stands on no invoice, so that it does not matter who
received it. A fund that holds too little pays later; nothing here ever overdraws one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import SupplierInvoice
from pharmacy.rules.actor import Actor
from pharmacy.rules.vocabulary import Account, InvoiceState, PaymentMethod, Role
from pharmacy.services.invoice import NewInvoice, record_invoice
from pharmacy.services.invoice_payment import PaidInvoice, pay_invoices
from pharmacy.services.invoice_view import InvoiceFilter, Matched, listed_invoices, unmatched
from pharmacy.services.money import Money, balance

CREDIT_DAYS = 90
_POST_DAYS = 5
_DIFFERS = 0.04
_DIFFERENCES = (-300, -120, 85, 250, 640)
"""Piastres by which an invoice differs, for freight or a discount."""
_DAY_OF_INVOICES, _DAY_OF_PAYMENTS = 10, 25
SEED = 2100


@dataclass(slots=True)
class AccountsDesk:
    """Who records invoices and pays them.

    Args:
        actor: The finance officer.
        chance: Where its choices come from.
        prefix: What its submissions begin with.
    """

    actor: Actor
    chance: Random
    prefix: str
    count: int = 0

    def record(self, session: Session, on: date, now: datetime) -> int:
        """Record the invoices of all that came in up to some days ago; return how many."""
        goods = [
            one
            for one in unmatched(session, last=on - timedelta(days=_POST_DAYS))
            if one.amount > 0
        ]
        for one in goods:
            record_invoice(session, self._invoice(session, one), actor=self.actor, now=now)
        return len(goods)

    def _invoice(self, session: Session, goods: Matched) -> NewInvoice:
        self.count += 1
        differs = self.chance.random() < _DIFFERS
        difference = self.chance.choice(_DIFFERENCES) if differs else 0
        difference = max(difference, 1 - goods.amount)
        taken = select(SupplierInvoice.id).where(
            SupplierInvoice.supplier_id == goods.supplier_id,
            SupplierInvoice.number == goods.reference,
        )
        again = session.scalar(taken) is not None
        return NewInvoice(
            submission_id=f"{self.prefix}-invoice-{self.count}",
            supplier_id=goods.supplier_id,
            number=f"{goods.reference}/{goods.voucher_id}" if again else goods.reference,
            dated_on=goods.on,
            due_on=goods.on + timedelta(days=CREDIT_DAYS),
            amount=goods.amount + difference,
            receipts=(goods.voucher_id,),
            reason=("مصاريف نقل" if difference > 0 else "خصم تعجيل") if difference else "",
        )

    def pay(self, session: Session, on: date, now: datetime) -> int:
        """Pay what is due, supplier by supplier and fund by fund; return how many payments."""
        wanted = InvoiceFilter(state=InvoiceState.OPEN)
        found = session.execute(listed_invoices(wanted, on)).all()
        due = sorted(
            ((row[0], row[3]) for row in found if row[0].due_on <= on),
            key=lambda pair: (pair[0].fund_id, pair[0].supplier_id, pair[0].id),
        )
        payments = 0
        for (fund_id, _supplier), group in groupby(
            due, key=lambda pair: (pair[0].fund_id, pair[0].supplier_id)
        ):
            held = balance(session, Account.CASH, fund_id)
            rows = _affordable(list(group), held)
            if rows:
                self._pay(session, rows, on, now)
                payments += 1
        return payments

    def _pay(
        self,
        session: Session,
        rows: Sequence[tuple[SupplierInvoice, int]],
        on: date,
        now: datetime,
    ) -> None:
        self.count += 1
        numbers = "، ".join(row.number for row, _paid in rows)
        named = {1: "الفاتورة", 2: "الفاتورتين"}.get(len(rows), "الفواتير")
        money = Money(
            submission_id=f"{self.prefix}-payment-{self.count}",
            fund_id=rows[0][0].fund_id,
            account=Account.PAYABLES,
            amount=0,
            on=on,
            method=self.chance.choice((PaymentMethod.CHEQUE, PaymentMethod.TRANSFER)),
            party_name="",
            purpose=f"سداد {named} {numbers}"[:300],
            reference=f"{on:%Y%m}-{self.count:04d}",
        )
        paid = [PaidInvoice(row.id, row.amount - already) for row, already in rows]
        pay_invoices(session, money, paid, actor=self.actor, now=now)


def _affordable(
    rows: Sequence[tuple[SupplierInvoice, int]], held: int
) -> list[tuple[SupplierInvoice, int]]:
    """Return the invoices, in their order, that a fund can pay whole."""
    chosen = []
    for row, already in rows:
        if row.amount - already <= held:
            held -= row.amount - already
            chosen.append((row, already))
    return chosen


def begin(session: Session, staff: Mapping[str, Actor], today: date) -> "Evenings":
    """Begin the desk's part of a demonstration."""
    del session, today
    finance = next(actor for actor in staff.values() if actor.role is Role.FINANCE)
    chance = Random(SEED)  # noqa: S311 - a play, not a secret
    return Evenings(AccountsDesk(finance, chance, "demo"))


@dataclass(slots=True)
class Evenings:
    """The desk's days in a demonstration: invoices on or after the 10th, payments the 25th."""

    desk: AccountsDesk
    recorded: str = ""
    paid: str = ""

    def __call__(self, session: Session, day: date, now: datetime) -> None:
        """Do what falls due on a working day."""
        month = f"{day:%Y-%m}"
        if day.day >= _DAY_OF_INVOICES and self.recorded != month:
            self.recorded = month
            self.desk.record(session, day, now)
        if day.day >= _DAY_OF_PAYMENTS and self.paid != month:
            self.paid = month
            self.desk.pay(session, day, now)

"""Random papers of the finance office: invoices, payments, counts and claims, made and undone."""

import random
from datetime import datetime, timedelta

from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.vocabulary import ReversalReason, Role
from pharmacy.services.claim import record_claim
from pharmacy.services.claim_decision import decide
from pharmacy.services.drawer import DrawerCount, count_drawer, drawer
from pharmacy.services.invoice_view import unmatched
from pharmacy.services.money_reversal import reverse_money
from tests.builders import TODAY, Pharmacy, approve_request, item, unique
from tests.claims import add_contract, claim_of, line, priced_drug, undo_decision
from tests.invoices import invoice, pay, record, undo_invoice


class OfficePapers:
    """What the office has on its desk; a refusal is the caller's to leave."""

    def __init__(self, pharmacy: Pharmacy, pick: random.Random) -> None:
        self.pharmacy, self.pick = pharmacy, pick
        self.invoices: list[tuple[int, int]] = []
        self.payments: list[int] = []
        self.counts: list[int] = []
        self.claims: list[int] = []
        self.contract, self.drug = add_contract(pharmacy), priced_drug(pharmacy)

    def work(self, now: datetime) -> None:
        """Do one thing of those that are done on paper."""
        works = [
            self.invoice,
            self.invoice,
            self.pay,
            self.undo_invoice,
            self.undo_payment,
            self.count,
            self.undo_count,
            self.claim,
            self.undo_claim,
        ]
        self.pick.choice(works)(now)

    def invoice(self, now: datetime) -> None:
        """An invoice for goods that have none, every other time of another sum than they."""
        with self.pharmacy.database.reading() as session:
            goods = self.pick.choice(unmatched(session))
        amount, on = goods.amount + self.pick.choice([0, 7]), cairo_day(now)
        new = invoice(
            self.pharmacy,
            amount,
            goods.voucher_id,
            number=str(goods.voucher_id),
            dated_on=on - timedelta(days=self.pick.randint(0, 40)),
            due_on=on + timedelta(days=10),
            reason="فرق سعر",
        )
        self.invoices.append((record(self.pharmacy, new, now=now), amount))

    def pay(self, now: datetime) -> None:
        of, amount = self.pick.choice(self.invoices)
        part = self.pick.choice([amount, amount // 2])
        self.payments.append(pay(self.pharmacy, (of, part), on=cairo_day(now), now=now))

    def undo_invoice(self, now: datetime) -> None:
        undo_invoice(self.pharmacy, self.pick.choice(self.invoices)[0], now=now)

    def undo_payment(self, now: datetime) -> None:
        self._undo_money(self.pick.choice(self.payments), now)

    def count(self, now: datetime) -> None:
        """The drawer, now and then with a pound too much."""
        with self.pharmacy.database.reading() as session:
            held = drawer(session, self.pharmacy.site_id).expected
        pounds = max(0, held // 1_00) + self.pick.choice([0, 0, 1])
        found = DrawerCount(
            submission_id=unique("count"), pieces={1_00: pounds}, shown=held, reason="فرق"
        )
        with self.pharmacy.database.transaction() as session:
            counted = count_drawer(
                session,
                found,
                received_by=self.pharmacy[Role.FINANCE],
                actor=self.pharmacy.pharmacist,
                now=now,
            )
        self.counts.append(counted)

    def undo_count(self, now: datetime) -> None:
        self._undo_money(self.pick.choice(self.counts), now)

    def claim(self, now: datetime) -> None:
        """A claim of today that is accepted, or an old one decided anew."""
        finance = self.pharmacy[Role.FINANCE]
        if self.claims and self.pick.random() < 0.5:
            claim_id = self.pick.choice(self.claims)
        else:
            approved = approve_request(
                self.pharmacy, item(self.drug, 30), valid_until=TODAY + timedelta(days=400)
            )
            on = cairo_day(now)
            asked = line(approved, self.drug, given_on=on)
            new = claim_of(self.pharmacy, self.contract, asked, dated_on=on)
            with self.pharmacy.database.transaction() as session:
                claim_id = record_claim(session, new, actor=finance, now=now)
            self.claims.append(claim_id)
        with self.pharmacy.database.transaction() as session:
            decide(session, claim_id, {}, submission_id=unique("decision"), actor=finance, now=now)

    def undo_claim(self, now: datetime) -> None:
        undo_decision(self.pharmacy, self.pick.choice(self.claims), now=now)

    def _undo_money(self, voucher_id: int, now: datetime) -> None:
        with self.pharmacy.database.transaction() as session:
            reverse_money(
                session,
                voucher_id,
                submission_id=unique("undo"),
                reason=ReversalReason.WRONG_ENTRY,
                actor=self.pharmacy[Role.FINANCE],
                now=now,
            )

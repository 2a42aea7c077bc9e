"""Random work of an office: goods, dispensing, undoing, money, papers late or wrong, closings."""

import random
from contextlib import suppress
from datetime import datetime, timedelta

from pharmacy.errors import PharmacyError
from pharmacy.rules.calendar import cairo_day, month_key, month_start
from pharmacy.rules.vocabulary import Account, Channel, FundKind, ReversalReason, Role
from pharmacy.services.beneficiary import merge
from pharmacy.services.money import pay_out, receive_money
from pharmacy.services.period import close_period
from pharmacy.services.reversal import reverse
from tests.builders import (
    TODAY,
    Pharmacy,
    add_batch,
    add_beneficiary,
    add_centre,
    add_condition,
    add_drug,
    add_fund,
    add_request,
    after,
    approve_request,
    hand_out,
    item,
    order,
    unique,
)
from tests.services.office_papers import OfficePapers
from tests.treasury import add_office, money


class History:
    """Days of work made up from a seed."""

    def __init__(self, pharmacy: Pharmacy, seed: int) -> None:
        self.pharmacy, self.random = pharmacy, random.Random(seed)
        self.day = 0
        self.people: list[int] = []
        self.given: list[int] = []
        add_office(pharmacy.database)
        self.funds = [pharmacy.fund_id, add_fund(pharmacy.database, FundKind.ZAKAT)]
        self.drugs = [add_drug(pharmacy) for _ in range(3)]
        self.centres = [add_centre(pharmacy.database), None]
        self.conditions = [add_condition(pharmacy.database), None]
        self.papers = OfficePapers(pharmacy, self.random)

    @property
    def now(self) -> datetime:
        return after(self.day)

    def receive(self) -> None:
        """Goods come in, every other time on a paper of an earlier day."""
        pick = self.random
        fund_id, drug_id = pick.choice(self.funds), pick.choice(self.drugs)
        units, value = pick.randint(40, 200), pick.randint(1, 9_999)
        on = cairo_day(self.now) - timedelta(days=pick.choice([0, pick.randint(0, 60)]))
        add_batch(self.pharmacy, drug_id, units, value, fund_id=fund_id, now=self.now, fact_on=on)

    def dispense(self) -> None:
        pick, pharmacy = self.random, self.pharmacy
        centre_id = pick.choice(self.centres)
        channel = (
            Channel.CITY_CENTRE if centre_id else pick.choice([Channel.HOTLINE, Channel.PORTAL])
        )
        person = pick.choice(self.people) if self.people and pick.random() < 0.4 else None
        facts = {"channel": channel, "centre_id": centre_id}
        condition_id = pick.choice(self.conditions)
        if person is None:
            person = add_beneficiary(pharmacy)
        request_id = add_request(pharmacy, person, condition_id=condition_id, **facts)
        items = [item(drug, pick.randint(5, 30), days=1) for drug in pick.sample(self.drugs, 2)]
        approved = approve_request(
            pharmacy,
            *items,
            beneficiary_id=person,
            request_id=request_id,
            citizen_basis_points=pick.choice([0, 500]),
            valid_until=TODAY + timedelta(days=400),
        )
        self.people.append(approved.beneficiary_id)
        asked = [one.quantity_per_issue for one in items]
        voucher_id = hand_out(pharmacy, order(approved, *asked, partial=True), now=self.now)
        self.given.append(voucher_id)

    def undo(self) -> None:
        voucher_id = self.random.choice(self.given)
        with self.pharmacy.database.transaction() as session:
            reverse(
                session,
                voucher_id,
                submission_id=unique("undo"),
                reason=ReversalReason.WRONG_ENTRY,
                lines=self.random.choice([None, [1]]),
                second=self.pharmacy[Role.MANAGER],
                actor=self.pharmacy.pharmacist,
                now=self.now,
            )

    def late_money(self) -> None:
        """Money in or out of a day up to two months ago: of a closed month, it comes now."""
        pick, finance = self.random, self.pharmacy[Role.FINANCE]
        on = cairo_day(self.now) - timedelta(days=pick.randint(0, 60))
        move, account = pick.choice(
            [(receive_money, Account.FUND_RECEIPTS), (pay_out, Account.EXPENSES)]
        )
        facts = {"on": on, "fund_id": pick.choice(self.funds), "account": account}
        with self.pharmacy.database.transaction() as session:
            move(
                session,
                money(self.pharmacy, pick.randint(1, 9_999), **facts),
                actor=finance,
                now=self.now,
            )

    def write_papers(self) -> None:
        """Some papers of the finance office, right and wrong; what is refused is left."""
        for _ in range(4):
            with suppress(PharmacyError, IndexError):
                self.papers.work(self.now)

    def close(self) -> None:
        month = month_key(month_start(cairo_day(self.now)) - timedelta(days=1))
        with self.pharmacy.database.transaction() as session:
            close_period(
                session,
                month,
                reason="لم تُجرد بعد",
                actor=self.pharmacy[Role.FINANCE],
                now=self.now,
            )

    def close_if_it_may(self) -> None:
        """Close the month before, unless something stops it."""
        with suppress(PharmacyError):
            self.close()

    def work(self) -> None:
        """Do something; what is refused moves nothing and is left."""
        works = [self.receive, self.dispense, self.dispense, self.undo, self.late_money, self.close]
        with suppress(PharmacyError, IndexError):
            self.random.choice(works)()
        self.day += self.random.randint(1, 3)

    def live(self, days: int) -> None:
        """Do something each day, and find two records to be one person's in the end."""
        self.receive()
        while self.day < days:
            self.work()
        with self.pharmacy.database.transaction() as session:
            first, second = self.people[0], self.people[-1]
            if first != second:
                manager = self.pharmacy[Role.MANAGER]
                merge(session, second, first, reason="واحد", actor=manager, now=self.now)

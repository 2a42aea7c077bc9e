"""The figures of the governor's statement, exact, and the stock of a day gone by."""

from datetime import date, timedelta

import pytest

from pharmacy.errors import InvalidPeriod, NotPermitted
from pharmacy.models import Batch
from pharmacy.rules.vocabulary import CentreKind, Channel, Role
from pharmacy.services import statement_lists, stock_at
from pharmacy.services.cost_query import CostQuery
from pharmacy.services.reporting import cost
from pharmacy.services.statement import Statement, StatementQuery, statement
from tests.builders import TODAY, Pharmacy, add_batch, after
from tests.cost_ledger import FROM, TO, Ledger, cost_ledger
from tests.request_sample import request_sample


@pytest.fixture
def ledger(pharmacy: Pharmacy) -> Ledger:
    return cost_ledger(pharmacy)


def stated(pharmacy: Pharmacy, first: date, last: date, *, role: Role = Role.MANAGER) -> Statement:
    with pharmacy.database.reading() as session:
        query = StatementQuery.of(first, last)
        return statement(session, query, actor=pharmacy[role], today=TODAY)


def test_the_other_period_is_the_one_just_before_unless_named() -> None:
    march = StatementQuery.of(date(2026, 3, 1), date(2026, 3, 31))
    assert (march.compare_from, march.compare_to) == (date(2026, 1, 29), date(2026, 2, 28))
    named = StatementQuery.of(
        date(2026, 3, 1), date(2026, 3, 31), date(2025, 3, 1), date(2025, 3, 31)
    )
    assert (named.compare_from, named.compare_to) == (date(2025, 3, 1), date(2025, 3, 31))
    open_start = StatementQuery.of(
        date(2026, 3, 1), date(2026, 3, 31), compare_to=date(2025, 3, 31)
    )
    assert open_start.compare_from == date(2025, 3, 1)


def test_money_and_persons_are_those_of_the_cost_report(pharmacy: Pharmacy, ledger: Ledger) -> None:
    made = stated(pharmacy, FROM, TO)
    with pharmacy.database.reading() as session:
        report = cost(session, CostQuery(date_from=FROM, date_to=TO))
    assert made.period.cost == report.total
    assert made.last_seal == report.last_seal != ""
    assert [group.figures.cost for group in made.period.months] == [2200, -700]


def test_requests_are_counted_by_centre_and_channel(pharmacy: Pharmacy) -> None:
    request_sample(pharmacy, TODAY)
    made = stated(pharmacy, TODAY - timedelta(days=400), TODAY).period
    assert dict(made.centres) == {CentreKind.CITY: 1, CentreKind.VILLAGE: 1}
    assert made.at_centres == 4
    assert made.channels[Channel.PORTAL] == 2
    assert made.meetings == made.channels[Channel.PUBLIC_MEETING] == 1
    assert (made.wait_from_reception, made.wait_from_approval) == (10, 7)
    before = stated(pharmacy, TODAY - timedelta(days=400), TODAY).compared
    assert before.requests.received == before.meetings == 0
    assert before.wait_from_reception is None


def test_stock_is_told_as_it_stood_at_the_end_of_the_period(
    pharmacy: Pharmacy, ledger: Ledger
) -> None:
    near = add_batch(
        pharmacy, ledger.drug_a, 10, 250, expiry=TODAY + timedelta(days=89), now=after(1)
    )
    add_batch(pharmacy, ledger.drug_a, 10, 400, expiry=TODAY + timedelta(days=3), now=after(1))
    with pharmacy.database.reading() as session:
        before = stock_at.value_at(session, TODAY - timedelta(days=40))
        early = stock_at.value_at(session, TODAY - timedelta(days=1))
        today = stock_at.value_at(session, TODAY)
        later = stock_at.value_at(session, TODAY + timedelta(days=10))
        expiring = session.execute(
            statement_lists.stock(TODAY + timedelta(days=10), expiring=True)
        ).all()
    assert (before.on_hand, before.usable, before.expiring) == (0, 0, 0)
    assert early.on_hand == 6333
    # 120 tablets of A at 10 piastres, 30 of B of 100 worth 33.33.
    assert today.on_hand == 6333 - 1200 - 1000
    assert later.on_hand == today.on_hand + 650
    assert later.usable == later.on_hand - 400
    assert later.expiring == 250
    assert [row.id for row in expiring] == [near]


def test_the_stock_of_today_is_what_lies_on_the_shelves(pharmacy: Pharmacy, ledger: Ledger) -> None:
    with pharmacy.database.reading() as session:
        told = session.execute(statement_lists.stock(TO, expiring=False)).all()
        there = {row.id: (row.on_hand, row.value_on_hand) for row in session.query(Batch)}
    assert {row.id: (row.quantity, row.value) for row in told} == there


def test_the_months_stock_lasts_are_rounded_down(pharmacy: Pharmacy, ledger: Ledger) -> None:
    made = stated(pharmacy, TODAY, TODAY).period
    assert made.consumed == 2200
    # 41.33 pounds on hand, 22.00 in ninety days: 5.636 months.
    assert (made.stock.usable, made.stock_months) == (4133, 56)
    idle = stated(pharmacy, TODAY - timedelta(days=200), TODAY - timedelta(days=100)).period
    assert idle.stock_months is None


def test_the_persons_listed_are_the_persons_counted(pharmacy: Pharmacy, ledger: Ledger) -> None:
    for first, last in ((FROM, TO), (FROM, date(2026, 3, 31)), (date(2026, 4, 1), TO)):
        with pharmacy.database.reading() as session:
            listed = session.execute(statement_lists.people(first, last)).all()
        assert len(listed) == stated(pharmacy, first, last).period.cost.beneficiaries


def test_it_is_for_those_who_may_see_reports_and_for_periods_that_are_some(
    pharmacy: Pharmacy,
) -> None:
    with pytest.raises(NotPermitted):
        stated(pharmacy, FROM, TO, role=Role.COMMITTEE)
    with pytest.raises(InvalidPeriod):
        stated(pharmacy, TO, FROM)

"""Reports over years: closed months by their totals and open days by detail equal all by detail.

Random work of eleven weeks, with late entries, reversals and closings at random; then every figure
is asked twice, the second time of a database that finds no totals.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from pharmacy.models import ClosedPeriod, Voucher
from pharmacy.rules.closing import split
from pharmacy.rules.vocabulary import Account, Channel, Role, Sex
from pharmacy.services.cost_dimensions import Dimension
from pharmacy.services.cost_query import CostQuery
from pharmacy.services.ledger_totals import Balance, balances
from pharmacy.services.money import pay_out, receive_money
from pharmacy.services.period import close_period
from pharmacy.services.report_query import Grouping, ReportQuery
from pharmacy.services.reporting import cost
from pharmacy.services.stock_movement import ARRANGEMENTS, NOTHING, Moved, stock_movement
from pharmacy.services.stock_totals import stock_over
from tests.builders import (
    TODAY,
    Pharmacy,
    add_batch,
    add_drug,
    after,
    rows,
)
from tests.services.behind import without_totals
from tests.services.books import History
from tests.services.verified import checks, faults
from tests.treasury import add_office, money

SEEDS = (4, 13, 17)


def asked_of(history: History, turn: int) -> Sequence[CostQuery]:
    """Return queries by every dimension, over periods that cut months, and narrowed.

    The pairs of dimensions and the ways to narrow are asked in turn, each of one history.
    """
    first, last = TODAY.replace(day=1), TODAY + timedelta(days=history.day)
    cut = (TODAY + timedelta(days=9), last - timedelta(days=20))
    own = [(one,) for one in Dimension]
    pairs = [(one, other) for one in Dimension for other in Dimension if one is not other]
    narrowed = [{"fund_id": history.funds[1]}, {"drug_id": history.drugs[0]}]
    narrowed += [{"channel": Channel.HOTLINE}, {"sex": Sex.FEMALE}, {"atc": "C"}]
    narrowed.append({"centre_id": history.centres[0], "fund_id": history.funds[0]})
    return [
        *(
            CostQuery(date_from=first, date_to=last, by=by)
            for by in (*own, *pairs[turn :: len(SEEDS)])
        ),
        *(CostQuery(date_from=cut[0], date_to=cut[1], by=by) for by in own),
        *(
            CostQuery(date_from=first, date_to=last, by=by, **chosen)
            for by in own
            for chosen in narrowed[turn :: len(SEEDS)]
        ),
    ]


def moved(session: Session, pharmacy: Pharmacy, first: date, last: date) -> list[Sequence[Moved]]:
    """Return the report of what moved in every arrangement; batches are always read by detail."""
    queries = [
        ReportQuery(date_from=first, date_to=last, by=by)
        for by in [*((one,) for one in ARRANGEMENTS), (Grouping.FUND, Grouping.SITE)]
    ]
    auditor = pharmacy[Role.AUDITOR]
    found = [stock_movement(session, query, actor=auditor) for query in queries]
    totals = [sum(rows_of, start=NOTHING) for rows_of in found]
    assert [total.closing for total in totals] == [totals[0].closing] * len(totals)
    return found


@pytest.mark.parametrize("turn", range(len(SEEDS)))
def test_reports_over_closed_months_equal_the_detail(pharmacy: Pharmacy, turn: int) -> None:
    history = History(pharmacy, SEEDS[turn])
    history.live(75)
    database = pharmacy.database
    assert len(rows(database, ClosedPeriod.month)) >= 2
    assert {late is None for (late,) in rows(database, Voucher.fact_date)} == {True, False}
    assert len(history.given) > 8
    queries = asked_of(history, turn)
    ends = [(TODAY, TODAY + timedelta(days=days)) for days in (30, 50, history.day)]
    with database.reading() as session:
        by_totals = [cost(session, query) for query in queries]
        books = [balances(session, *days, by_site=True) for days in ends]
        shelves = [stock_over(session, *days) for days in ends]
        reports = [moved(session, pharmacy, *days) for days in ends]
    with without_totals(database) as session:
        assert [cost(session, query) for query in queries] == by_totals
        assert [balances(session, *days, by_site=True) for days in ends] == books
        assert [stock_over(session, *days) for days in ends] == shelves
        assert [moved(session, pharmacy, *days) for days in ends] == reports
    assert any(one.total.reversed_lines for one in by_totals)
    for of_period in books:
        assert sum(one.opening for one in of_period) == 0
        assert sum(one.debit - one.credit for one in of_period) == 0
    assert faults(database) == {}
    assert checks(database)["closed_totals"].count >= 2


def test_a_balance_is_told_apart_by_site_and_narrowed(pharmacy: Pharmacy) -> None:
    office = add_office(pharmacy.database)
    add_batch(pharmacy, add_drug(pharmacy), 10, 1_000)  # in February
    finance = pharmacy[Role.FINANCE]
    with pharmacy.database.transaction() as session:
        receive_money(session, money(pharmacy, 700), actor=finance, now=after(0))
        close_period(session, "2026-02", actor=finance, now=after(0))
        pay_out(
            session, money(pharmacy, 200, account=Account.PAYABLES), actor=finance, now=after(1)
        )
    march = (date(2026, 3, 1), date(2026, 3, 31))
    with pharmacy.database.reading() as session:
        owed = balances(session, *march, account=Account.PAYABLES)
        by_site = balances(session, *march, account=Account.PAYABLES, by_site=True)
        of_office = balances(session, *march, site_id=office, fund_id=pharmacy.fund_id)
        ((shelf, over),) = stock_over(session, *march).items()
    fund_id = pharmacy.fund_id

    def books(account: Account, site: int | None, *amounts: int) -> Balance:
        opening, debit, credit = amounts
        return Balance(
            account=account,
            fund_id=fund_id,
            site_id=site,
            opening=opening,
            debit=debit,
            credit=credit,
        )

    assert owed == [books(Account.PAYABLES, None, -1_000, 200, 0)]
    assert owed[0].closing == -800
    assert by_site == [
        books(Account.PAYABLES, pharmacy.site_id, -1_000, 0, 0),
        books(Account.PAYABLES, office, 0, 200, 0),
    ]
    assert [(one.account, one.closing) for one in of_office] == [
        (Account.CASH, 500),
        (Account.PAYABLES, 200),
        (Account.FUND_RECEIPTS, -700),
    ]
    assert (shelf[2], over.opening, over.closing) == (fund_id, (10, 1_000), (10, 1_000))


def test_a_period_is_closed_months_and_the_days_between() -> None:
    closed = ["2026-03", "2026-01", "2026-02", "2026-05"]
    parts = split(date(2026, 1, 5), date(2026, 6, 2), closed)
    assert parts.months == ["2026-02", "2026-03", "2026-05"]
    assert parts.days == [
        (date(2026, 1, 5), date(2026, 1, 31)),
        (date(2026, 4, 1), date(2026, 4, 30)),
        (date(2026, 6, 1), date(2026, 6, 2)),
    ]
    assert split(date(2026, 1, 1), date(2026, 3, 31), closed).days == []

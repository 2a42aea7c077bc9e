"""Stock by movement: every row adds up, by item, fund, site and batch, and opens its movements."""

from dataclasses import replace
from datetime import date

import pytest

from pharmacy.errors import InvalidPeriod, NotPermitted
from pharmacy.rules.vocabulary import Role
from pharmacy.services import stock_lines
from pharmacy.services import stock_movement as service
from pharmacy.services.report_query import Grouping, ReportQuery
from pharmacy.services.stock_lines import Figure
from pharmacy.services.stock_movement import Amount, Moment, Moved, Sort
from tests.builders import Pharmacy
from tests.cost_ledger import Ledger, cost_ledger

MARCH = ReportQuery(
    date_from=date(2026, 3, 1), date_to=date(2026, 3, 31), by=(Grouping.DRUG,)
)  # fmt: skip
APRIL = replace(MARCH, date_from=date(2026, 4, 1), date_to=date(2026, 4, 30))


@pytest.fixture
def ledger(pharmacy: Pharmacy) -> Ledger:
    return cost_ledger(pharmacy)


def found(pharmacy: Pharmacy, query: ReportQuery) -> list[Moved]:
    with pharmacy.database.reading() as session:
        return list(service.stock_movement(session, query, actor=pharmacy[Role.FINANCE]))


def test_each_month_opens_where_the_one_before_closed(pharmacy: Pharmacy, ledger: Ledger) -> None:
    a, b = ledger.drug_a, ledger.drug_b
    assert found(pharmacy, MARCH) == [
        Moved(
            keys=(a,),
            opening=Amount(300, 3000),
            moved={Sort.DISPENSED: Amount(-120, -1200)},
            closing=Amount(180, 1800),
        ),
        Moved(
            keys=(b,),
            opening=Amount(100, 3333),
            moved={Sort.DISPENSED: Amount(-30, -1000)},
            closing=Amount(70, 2333),
        ),
    ]
    assert found(pharmacy, APRIL) == [
        Moved(
            keys=(a,),
            opening=Amount(180, 1800),
            moved={Sort.DISPENSED: Amount(-30, -300)},
            closing=Amount(150, 1500),
        ),
        Moved(
            keys=(b,),
            opening=Amount(70, 2333),
            moved={Sort.REVERSALS: Amount(30, 1000)},
            closing=Amount(100, 3333),
        ),
    ]


def test_every_arrangement_comes_to_the_same_total_and_to_what_is_on_hand(
    pharmacy: Pharmacy, ledger: Ledger
) -> None:
    whole = replace(MARCH, date_from=date(2026, 2, 1), date_to=date(2026, 4, 30))
    wanted = Moved(
        keys=(),
        opening=Amount(),
        moved={
            Sort.RECEIPTS: Amount(400, 6333),
            Sort.DISPENSED: Amount(-180, -2500),
            Sort.REVERSALS: Amount(30, 1000),
        },
        closing=Amount(250, 4833),
    )
    for by in [*((one,) for one in service.ARRANGEMENTS), (Grouping.FUND, Grouping.DRUG)]:
        assert sum(found(pharmacy, replace(whole, by=by)), start=service.NOTHING) == wanted
    [only] = found(pharmacy, replace(whole, drug_id=ledger.drug_b))
    assert only.closing == Amount(100, 3333)
    assert found(pharmacy, replace(whole, site_id=0)) == []


def test_every_figure_is_the_sum_of_the_movements_it_opens(
    pharmacy: Pharmacy, ledger: Ledger
) -> None:
    assert ledger.drug_a
    query = replace(APRIL, by=(Grouping.DRUG, Grouping.BATCH))
    for row in found(pharmacy, query):
        figures: list[tuple[Sort | Moment, Amount]] = [
            (Moment.OPENING, row.opening),
            (Moment.CLOSING, row.closing),
            *((sort, row.moved.get(sort, Amount())) for sort in Sort),
        ]
        of_row, batch_id = service.narrowed(query, row.keys)
        with pharmacy.database.reading() as session:
            for what, amount in figures:
                figure = Figure(what=what, batch_id=batch_id)
                lines = session.execute(stock_lines.movements_behind(of_row, figure)).all()
                sums = stock_lines.sums_behind(session, of_row, figure)
                assert sums.amount == amount
                assert sums.count == len(lines)
                assert sum(line[0].value for line in lines) == amount.value


def test_figures_that_do_not_add_up_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="do not come to the closing"):
        Moved(keys=(1,), opening=Amount(10, 100), moved={}, closing=Amount(10, 99))


def test_only_who_sees_reports_sees_it_and_a_turned_period_is_refused(pharmacy: Pharmacy) -> None:
    turned = replace(MARCH, date_to=date(2026, 2, 1))
    with pharmacy.database.reading() as session:
        with pytest.raises(NotPermitted):
            service.stock_movement(session, MARCH, actor=pharmacy[Role.CLERK])
        with pytest.raises(InvalidPeriod):
            service.stock_movement(session, turned, actor=pharmacy[Role.FINANCE])

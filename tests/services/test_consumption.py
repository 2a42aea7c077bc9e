"""Consumption: net units and cost of each item, and an average over the months with stock."""

from dataclasses import replace
from datetime import date

import pytest

from pharmacy.errors import InvalidPeriod, NotPermitted
from pharmacy.rules.vocabulary import Role, UnitOfIssue
from pharmacy.services.consumption import Consumed, consumption
from pharmacy.services.report_query import ReportQuery
from tests.builders import Pharmacy, after, approve_request, hand_out, item, order
from tests.cost_ledger import Ledger, cost_ledger

QUARTER = ReportQuery(date_from=date(2026, 1, 1), date_to=date(2026, 4, 30))


@pytest.fixture
def ledger(pharmacy: Pharmacy) -> Ledger:
    return cost_ledger(pharmacy)


def found(pharmacy: Pharmacy, query: ReportQuery) -> list[Consumed]:
    with pharmacy.database.reading() as session:
        return list(consumption(session, query, actor=pharmacy[Role.FINANCE]))


def test_it_is_net_and_averaged_over_the_months_with_stock(
    pharmacy: Pharmacy, ledger: Ledger
) -> None:
    common = {"unit": UnitOfIssue.TABLET, "atc": "", "strength": "500 mg"}
    assert found(pharmacy, QUARTER) == [
        # Received on 8 February: three of the four months had some, 150 / 3.
        Consumed(
            drug_id=ledger.drug_a, code="A", name_ar="صنف أ", name_en="Item A", **common,
            quantity=150, cost=1500, lines=4, months=3,
        ),
        Consumed(
            drug_id=ledger.drug_b, code="B", name_ar="صنف ب", name_en="Item B", **common,
            quantity=0, cost=0, lines=0, months=3,
        ),
    ]  # fmt: skip
    assert [row.average for row in found(pharmacy, QUARTER)] == [50, 0]
    march = replace(QUARTER, date_from=date(2026, 3, 1), date_to=date(2026, 3, 31))
    [only] = found(pharmacy, replace(march, drug_id=ledger.drug_a))
    assert (only.quantity, only.months, only.average) == (120, 1, 120)
    assert found(pharmacy, replace(march, site_id=0)) == []
    assert len(found(pharmacy, replace(march, fund_id=pharmacy.fund_id))) == 2


def test_months_after_the_last_unit_is_gone_are_not_counted(
    pharmacy: Pharmacy, ledger: Ledger
) -> None:
    rest = approve_request(pharmacy, item(ledger.drug_b, 100))
    hand_out(pharmacy, order(rest, 100), now=after(40))
    half_year = replace(QUARTER, date_to=date(2026, 7, 31), drug_id=ledger.drug_b)
    [row] = found(pharmacy, half_year)
    # February, March, and April in which it ran out; 100 / 3.
    assert (row.quantity, row.months, row.average) == (100, 3, 33)


def test_only_who_sees_reports_sees_it_and_a_turned_period_is_refused(pharmacy: Pharmacy) -> None:
    turned = replace(QUARTER, date_to=date(2025, 2, 1))
    with pharmacy.database.reading() as session:
        with pytest.raises(NotPermitted):
            consumption(session, QUARTER, actor=pharmacy[Role.CLERK])
        with pytest.raises(InvalidPeriod):
            consumption(session, turned, actor=pharmacy[Role.FINANCE])

"""The highest cost first, all others in one row, another period beside; persons never added up."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pharmacy.rules.comparison import Compare
from pharmacy.rules.vocabulary import Role
from pharmacy.services.report_query import Grouping, ReportQuery
from pharmacy.web.papers.cost_ranking import cost_ranking_report
from pharmacy.web.papers.figure_paper import Made
from tests.builders import Pharmacy, open_pharmacy
from tests.cost_ledger import Ledger, cost_ledger
from tests.posted_month import posted_month

APRIL = ReportQuery(
    date_from=date(2026, 4, 1), date_to=date(2026, 4, 30), by=(Grouping.DRUG,)
)  # fmt: skip
BOTH = replace(APRIL, date_from=date(2026, 3, 1))


@pytest.fixture
def pharmacy(database: Any) -> Pharmacy:
    return open_pharmacy(database)


@pytest.fixture
def ledger(pharmacy: Pharmacy) -> Ledger:
    return cost_ledger(pharmacy)


def made(pharmacy: Pharmacy, query: ReportQuery, role: Role = Role.FINANCE) -> Made:
    with pharmacy.database.reading() as session:
        return cost_ranking_report(
            session,
            query,
            language="en",
            actor=pharmacy[role],
            as_of=datetime(2026, 5, 1, 9, tzinfo=UTC),
        )


def test_each_row_has_its_share_and_stands_beside_another_period(
    pharmacy: Pharmacy, ledger: Ledger
) -> None:
    paper = made(pharmacy, replace(APRIL, compare=Compare.PREVIOUS)).paper
    # In April 30 of A were given and 30 of B came back; March had 12.00 and 10.00.
    assert paper.table.rows == (
        ("Item A", 1, 1, 300, None, 300, 1200, -900, -7500),
        ("Item B", -1, 0, -1000, None, None, 1000, -2000, -20000),
    )
    assert paper.table.total == ("Total", 0, 0, -700, None, None, 2200, -2900, -13182)
    assert paper.lines[-1] == "Beside it: The period before, 01/03/2026 to 31/03/2026"
    heads = [column.title for column in paper.table.columns[-3:]]
    assert heads == ["The period before (EGP)", "Difference (EGP)", "Change in percent"]
    assert [told.title for told in paper.headlines] == [
        "Cost of dispensing", "Persons served", "Difference",
    ]  # fmt: skip
    nothing = made(pharmacy, replace(BOTH, compare=Compare.LAST_YEAR)).paper.table
    assert nothing.total == ("Total", 4, 2, 1500, 10000, 750, 0, 1500, None)


def test_all_others_stand_in_one_row_without_a_number_of_persons(pharmacy: Pharmacy) -> None:
    posted_month(pharmacy)
    march = replace(BOTH, date_to=date(2026, 3, 31), top=1, compare=Compare.PREVIOUS)
    found = made(pharmacy, march)
    assert found.paper.table.rows == (
        ("Item C", 1, 1, 2000, 4167, 2000, 0, 2000, None),
        ("All others (2)", 6, None, 2800, 5833, None, 0, 2800, None),
    )
    [dearest, others] = found.behind
    assert set(dearest) == {"lines", "beneficiaries", "cost", "average", "before"}
    assert {links.endpoint for links in others.values()} == {"report.cost_ranking"}
    # One row more than are shown by themselves is no crowd.
    assert len(made(pharmacy, replace(march, top=2)).paper.table.rows) == 3
    months = made(pharmacy, replace(BOTH, by=(Grouping.MONTH,))).paper
    assert [row[0] for row in months.table.rows] == ["March 2026", "April 2026"]
    assert [chart.categories for chart in months.charts] == [("March 2026", "April 2026")]


def test_a_figure_of_a_condition_opens_its_lines_only_for_whom_it_may(
    pharmacy: Pharmacy, ledger: Ledger
) -> None:
    query = replace(BOTH, by=(Grouping.CONDITION,))
    assert [set(links) for links in made(pharmacy, query).behind] == [set(), set()]
    seen = made(pharmacy, query, Role.AUDITOR).behind
    assert [links["cost"].asks["key_condition"] for links in seen] == ["none", ledger.condition_id]

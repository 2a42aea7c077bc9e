"""What approvals are expected to cost, and what a budget has left, as small tables."""

import pytest

from pharmacy.rules.budget import Budget, ExpectedItem, expected_cost
from pharmacy.rules.subsidy import SubsidyTerms


def of(quantity: int, issues: int, price: int, units: int) -> ExpectedItem:
    return ExpectedItem(quantity_per_issue=quantity, issues=issues, price=price, price_units=units)


@pytest.mark.parametrize(
    ("items", "terms", "ceiling", "expected"),
    [
        pytest.param([of(30, 6, 4_500, 30)], {}, None, 27_000, id="six packs at 45 pounds"),
        pytest.param([of(1, 1, 5, 10)], {}, None, 1, id="half a piastre goes up"),
        pytest.param([of(1, 1, 49, 100)], {}, None, 0, id="less than half goes down"),
        pytest.param(
            [of(1, 1, 5, 10), of(1, 1, 5, 10)], {}, None, 2, id="each item is rounded by itself"
        ),
        pytest.param(
            [of(30, 6, 4_500, 30), of(5, 3, 12_000, 5)], {}, None, 63_000, id="all its items"
        ),
        pytest.param([of(30, 6, 0, 1)], {}, None, 0, id="no price is known"),
        pytest.param(
            [of(30, 6, 4_500, 30)],
            {"citizen_basis_points": 1_000},
            None,
            24_300,
            id="less the citizen's tenth",
        ),
        pytest.param(
            [of(30, 6, 4_500, 30)],
            {"citizen_basis_points": 5_000, "citizen_share_max": 1_000},
            None,
            21_000,
            id="of which the citizen pays ten pounds each time at most",
        ),
        pytest.param([of(30, 6, 4_500, 30)], {}, 20_000, 20_000, id="never beyond the ceiling"),
        pytest.param([of(30, 6, 4_500, 30)], {}, 30_000, 27_000, id="below the ceiling"),
    ],
)
def test_an_approval_is_expected_to_cost(
    items: list[ExpectedItem], terms: dict[str, int], ceiling: int | None, expected: int
) -> None:
    assert expected_cost(items, SubsidyTerms(**terms), ceiling=ceiling) == expected


@pytest.mark.parametrize(
    ("of_the_year", "asked", "left", "beyond"),
    [
        pytest.param((1_000, 300, 200), 500, 500, 0, id="the last pound may be promised"),
        pytest.param((1_000, 300, 200), 501, 500, 1, id="and not one more"),
        pytest.param((1_000, 900, 300), 50, -200, 50, id="beyond counts what is asked alone"),
        pytest.param((0, 0, 0), 1, 0, 1, id="all of it was taken back"),
    ],
)
def test_a_budget_has_left(
    of_the_year: tuple[int, int, int], asked: int, left: int, beyond: int
) -> None:
    granted, spent, committed = of_the_year
    budget = Budget(granted=granted, handed_out=spent, committed=committed, lost=50)
    assert (budget.left, budget.beyond(asked)) == (left, beyond)


def test_a_budget_warns_at_its_mark_and_not_below() -> None:
    marks = [Budget(granted=1_000, other=500, committed=used).warns(80) for used in (299, 300)]
    assert marks == [False, True]


def test_what_the_fund_was_used_for_is_spent_and_what_was_lost_is_not() -> None:
    budget = Budget(
        granted=1_000, handed_out=1, claims=20, institutions=300, other=4, committed=50, lost=600
    )
    assert (budget.spent, budget.used, budget.left) == (325, 375, 625)

from dataclasses import replace

import pytest

from reports.cost_report import CostFigures, CostReport, CostRow
from tests.reports.cost_samples import by_centre_and_month, by_month


def row(cost: int, beneficiaries: int) -> CostFigures:
    return CostFigures(
        lines=1, quantity=1, cost=cost, state=cost, donor=0, citizen=0, beneficiaries=beneficiaries
    )


@pytest.mark.parametrize(
    ("cost", "beneficiaries", "average"),
    [
        (740_000_000, 19_600, 377_55),
        (1, 2, 1),
        (-1, 2, -1),
        (149, 100, 1),
        (150, 100, 2),
        (5_00, 0, None),
        (0, 3, 0),
    ],
)
def test_the_average_of_a_beneficiary_is_rounded_half_up(
    cost: int, beneficiaries: int, average: int | None
) -> None:
    assert row(cost, beneficiaries).average == average


def test_shares_that_are_not_the_cost_are_refused() -> None:
    with pytest.raises(ValueError, match="shares of 99 piastres under a cost of 100"):
        CostFigures(lines=1, quantity=1, cost=100, state=50, donor=49, citizen=0, beneficiaries=1)


@pytest.mark.parametrize("name", ["lines", "quantity", "reversed_lines"])
def test_rows_that_do_not_add_up_to_the_total_are_refused(name: str) -> None:
    report = by_month()
    wrong = replace(report.total, **{name: getattr(report.total, name) + 1})
    with pytest.raises(ValueError, match=f"^{name}: the rows make"):
        replace(report, total=wrong)


def test_money_that_does_not_add_up_is_refused_to_the_piastre() -> None:
    report = by_month()
    wrong = replace(report.total, cost=report.total.cost + 1, state=report.total.state + 1)
    with pytest.raises(ValueError, match=r"^cost: the rows make"):
        replace(report, total=wrong)


def test_reversals_that_are_not_what_was_taken_off_are_refused() -> None:
    report = by_month()
    with pytest.raises(ValueError, match="reversals of 1034, not 1234"):
        replace(report, reversals=report.reversals[:1])


def test_persons_need_not_add_up() -> None:
    report = by_month()
    assert sum(each.beneficiaries for each in report.rows) != report.total.beneficiaries


def without_a_group(report: CostReport) -> dict[str, object]:
    return {"groups": report.groups[1:]}


def with_a_wrong_group(report: CostReport) -> dict[str, object]:
    first = replace(report.groups[0], lines=report.groups[0].lines + 1)
    return {"groups": (first, *report.groups[1:])}


def with_a_group_twice(report: CostReport) -> dict[str, object]:
    return {"groups": (report.groups[0], *report.groups)}


def with_a_row_twice(report: CostReport) -> dict[str, object]:
    return {"rows": (report.rows[0], *report.rows)}


def without_a_zone(report: CostReport) -> dict[str, object]:
    return {"as_of": report.as_of.replace(tzinfo=None)}


def with_one_dimension(report: CostReport) -> dict[str, object]:
    return {"by": ("centre",)}


def with_a_short_row(report: CostReport) -> dict[str, object]:
    return {"rows": (replace(report.rows[0], labels=("واحد",)), *report.rows[1:])}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (without_a_group, "no group for the rows of 000"),
        (with_a_wrong_group, "lines: the rows of 000 make"),
        (with_a_group_twice, "two groups have the same key"),
        (with_a_row_twice, "two rows have the same keys"),
        (without_a_zone, "needs its zone"),
        (with_one_dimension, "every row needs 1 keys"),
        (with_a_short_row, "every row needs 2 keys and labels"),
    ],
)
def test_two_dimensions_need_sound_groups_and_rows(change: object, message: str) -> None:
    report = by_centre_and_month(2, 2)
    assert callable(change)
    with pytest.raises(ValueError, match=message):
        replace(report, **change(report))


def test_groups_belong_to_two_dimensions() -> None:
    groups = by_centre_and_month(2, 2).groups
    with pytest.raises(ValueError, match="one dimension has no groups"):
        replace(by_month(), groups=groups)


def test_a_report_has_one_or_two_dimensions() -> None:
    with pytest.raises(ValueError, match="a report by 0 dimensions"):
        replace(by_month(), by=())
    with pytest.raises(ValueError, match="a report by 3 dimensions"):
        replace(by_month(), by=("month", "drug", "fund"))


def test_rows_are_printed_in_the_order_of_their_keys() -> None:
    report = by_month()
    shuffled = replace(report, rows=tuple(reversed(report.rows)))
    assert shuffled.ordered_rows == report.rows
    assert isinstance(shuffled.ordered_rows[0], CostRow)

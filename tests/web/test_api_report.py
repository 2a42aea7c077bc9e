"""The cost report of the API says the very figures of the screen."""

from typing import Any

import pytest
from flask import Flask

from pharmacy.db import Database
from pharmacy.rules.money import format_egp
from pharmacy.rules.vocabulary import Role
from tests.builders import open_pharmacy
from tests.cost_ledger import cost_ledger
from tests.posted_month import posted_month
from tests.web.back_office import foot_of, table_rows, visiting
from tests.web.programs import Program, refusal_of
from tests.web.test_cost_report import CAPTION

PERIOD = "date_from=2026-03-01&date_to=2026-04-30"


def shown(figures: dict[str, int]) -> list[str]:
    """The figures of the API as the screen shows the first of them."""
    money = ("cost", "state", "donor", "citizen")
    return [str(figures["lines"]), str(figures["quantity"])] + [
        format_egp(figures[name]) for name in money
    ]


@pytest.mark.parametrize("by", ["month", "drug", "centre", "channel", "fund"])
def test_its_rows_and_total_are_those_of_the_screen(
    app: Flask, database: Database, by: str
) -> None:
    pharmacy = open_pharmacy(database)
    cost_ledger(pharmacy)
    page = visiting(app, pharmacy)(Role.FINANCE).page(f"/reports/cost?{PERIOD}&by={by}")
    finance = Program(app, database, pharmacy[Role.FINANCE].staff_id)
    report: Any = finance.get(f"/api/v1/reports/cost?{PERIOD}&by={by}").json
    on_screen = sorted(row[1:7] for row in table_rows(page, CAPTION))
    assert sorted(shown(row["figures"]) for row in report["rows"]) == on_screen
    assert shown(report["total"]) == foot_of(page)[1:7]
    assert [row["keys"][0]["by"] for row in report["rows"]] == [by] * len(on_screen)


def test_the_highest_and_all_others_are_those_of_the_screen(app: Flask, database: Database) -> None:
    pharmacy = open_pharmacy(database)
    posted_month(pharmacy)
    asked = f"{PERIOD}&by=drug&then=month&top=1&compare=last_year"
    page = visiting(app, pharmacy)(Role.FINANCE).page(f"/reports/cost?{asked}")
    finance = Program(app, database, pharmacy[Role.FINANCE].staff_id)
    report: Any = finance.get(f"/api/v1/reports/cost?{asked}").json
    rows = [row for row in table_rows(page, CAPTION) if len(row) == 13]
    told = [row["figures"] for row in [*report["rows"], *report["others"]["rows"]]]
    assert [row[2] for row in rows] == [str(one["lines"]) for one in told]
    assert [row[3] for row in rows] == [format_egp(one["cost"]) for one in told]
    assert [one["before"] for one in told] == [0] * len(told)
    others = report["others"]
    assert others["count"] == 2
    assert others["figures"]["cost"] == sum(row["figures"]["cost"] for row in others["rows"])
    together = table_rows(page, CAPTION)[-len(others["rows"]) - 1]
    assert together[0] == "All others (2)"
    assert together[-2] == str(others["figures"]["beneficiaries"])


def test_a_period_that_ends_before_it_begins_is_refused(app: Flask, database: Database) -> None:
    pharmacy = open_pharmacy(database)
    finance = Program(app, database, pharmacy[Role.FINANCE].staff_id)
    path = "/api/v1/reports/cost?date_from=2026-04-01&date_to=2026-03-01"
    assert refusal_of(finance.get(path)) == (422, "invalid_period", "date_from")
    path = "/api/v1/reports/cost?date_from=2026-04-01"
    assert refusal_of(finance.get(path)) == (422, "invalid_field", "date_to")

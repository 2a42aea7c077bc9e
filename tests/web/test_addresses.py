"""What stands in an address and makes no sense is refused in words, or narrows nothing."""

import pytest
from flask import Flask

from pharmacy.db import Database
from pharmacy.rules.vocabulary import Role
from pharmacy.web.forms.stock import chosen_id
from pharmacy.web.report_catalogue import REPORTS
from tests.builders import Pharmacy, add_batch, add_drug, open_pharmacy
from tests.web.back_office import Visit, links_of, visiting
from tests.web.inspection import text_of

MOST = 2**63 - 1
TOO_MANY = ("9223372036854775808", "9999999999999999999", "9" * 5000)
MARCH = "date_from=2026-03-01&date_to=2026-03-31"
LINES = "/reports/stock-value/lines"


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    pharmacy = open_pharmacy(database)
    add_batch(pharmacy, add_drug(pharmacy), 10, 100_00)
    return pharmacy


@pytest.fixture
def visit(app: Flask, pharmacy: Pharmacy) -> Visit:
    return visiting(app, pharmacy)


def test_an_id_is_a_number_that_both_engines_keep() -> None:
    assert [chosen_id(text) for text in ("7", "0", str(MOST))] == [7, 0, MOST]
    for text in (*TOO_MANY, "", None, "-1", "1.5", "٧", "²", "abc"):
        assert chosen_id(text) is None


@pytest.mark.parametrize("too_many", TOO_MANY, ids=len)
def test_a_filter_by_an_id_that_nothing_can_have_narrows_nothing(
    visit: Visit, too_many: str
) -> None:
    client = visit(Role.MANAGER)
    named = "&".join(
        f"{name}={too_many}" for name in ("site", "fund", "drug", "supplier", "batch", "centre")
    )
    for report in REPORTS:
        client.page(f"/reports/{report}?{MARCH}&{named}")
    for path in (LINES, "/reports/cost", "/reports/cost/lines", "/vouchers", "/stock"):
        client.page(f"{path}?{MARCH}&{named}")
    client.page(f"/requests?{named}&before={too_many}")
    client.page(f"/invoices?{named}")
    visit(Role.FINANCE).page(f"/invoices/pay?{named}")
    visit(Role.AUDITOR).page(f"/audit?staff={too_many}&after={too_many}")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("date_to=abc", "Type a date as day/month/year"),
        ("date_from=2026-03-31&date_to=2026-03-01", "The period must begin before it ends"),
        ("date_to=2018-01-01", "The period must begin before it ends"),
    ],
)
def test_the_movements_behind_a_figure_refuse_a_period_nobody_means_in_words(
    visit: Visit, asked: str, said: str
) -> None:
    client = visit(Role.FINANCE)
    page = client.page(f"{LINES}?{asked}&sort=loss", status=422)
    assert said in text_of(page.root)
    assert page.all("table") == []
    assert links_of(page)["Back to the report"].startswith("/reports/losses")
    client.page(f"/reports/cost/lines?{asked}", status=422)

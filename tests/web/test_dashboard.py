"""The dashboard: every number is the one on the page that it opens."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from pharmacy.db import Database
from pharmacy.rules.calendar import cairo_day, fiscal_year
from pharmacy.rules.vocabulary import Role
from pharmacy.services.budget import change_budget
from tests.builders import (
    Pharmacy,
    add_batch,
    add_drug,
    approve_request,
    hand_out,
    item,
    open_pharmacy,
    order,
)
from tests.request_sample import request_sample
from tests.services.test_drawer import overdraw
from tests.treasury import add_office
from tests.web.back_office import links_of, table_rows, visiting
from tests.web.inspection import Page, text_of

NOW = datetime.now(UTC)
TODAY = cairo_day(NOW)


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    """A site with its people."""
    return open_pharmacy(database)


def busy_day(pharmacy: Pharmacy) -> None:
    """Hand out 30 of 100 (1,000.00) today; one batch expires soon, one has expired since."""
    drug, other = add_drug(pharmacy, name_en="Item A"), add_drug(pharmacy)
    years = TODAY + timedelta(days=900)
    add_batch(pharmacy, drug, 100, 1_000_00, expiry=years, now=NOW - timedelta(days=30))
    add_batch(pharmacy, other, 10, 20_00, expiry=TODAY + timedelta(days=9), now=NOW)
    yesterday = NOW - timedelta(days=1)
    add_batch(pharmacy, other, 7, 30_00, expiry=cairo_day(yesterday), now=yesterday)
    approved = approve_request(pharmacy, item(drug, 30), valid_until=years)
    hand_out(pharmacy, order(approved, 30), now=NOW)


def tiles(page: Page) -> dict[str, tuple[str, str]]:
    """Return figure and address by label."""
    found = {}
    for box in page.all("div"):
        if box.get("class") == "stat":
            label, figure = (text_of(part) for part in list(box)[:2])
            link = next((part.get("href", "") for part in box.iter("a")), "")
            found[label.removesuffix(" (EGP)")] = (figure, link)
    return found


def test_every_number_is_the_one_of_the_page_it_opens(app: Flask, pharmacy: Pharmacy) -> None:
    busy_day(pharmacy)
    request_sample(pharmacy, TODAY)
    manager = visiting(app, pharmacy)(Role.MANAGER)
    shown = tiles(manager.page("/dashboard"))
    assert {label: figure for label, (figure, _) in shown.items()} == {
        "Requests waiting": "5",
        "Requests overdue": "3",
        "Approved, nothing handed out yet": "1",
        "Persons served this month": "1",
        "Cost of dispensing this month": "300.00",
        "Value of stock on hand": "750.00",
        "Expires within 30 days": "20.00",
        "Expired on the shelf": "30.00",
    }
    for label, (figure, address) in shown.items():
        behind = " ".join(text_of(part) for part in manager.page(address).all("main"))
        assert re.search(rf"(?<![\d,.]){re.escape(figure)}(?![\d,.])", behind), label


def test_the_charts_tell_the_same_as_their_tables(app: Flask, pharmacy: Pharmacy) -> None:
    busy_day(pharmacy)
    page = visiting(app, pharmacy)(Role.FINANCE).page("/dashboard")
    drawn = [part for part in page.root.iter() if str(part.tag).endswith("}svg")]
    months, drugs, funds = [part for part in drawn if part.get("role") == "img"]
    assert "300.00" in text_of(months)
    assert [text_of(cell) for cell in page.all("td") if text_of(cell) == "300.00"] == ["300.00"] * 3
    assert "Item A" in text_of(drugs)
    assert "300.00" in text_of(funds)
    # Finance sees no requests, so it is told no number of them.
    assert "Requests waiting" not in tiles(page)


def test_an_empty_pharmacy_has_a_dashboard_too(app: Flask, pharmacy: Pharmacy) -> None:
    page = visiting(app, pharmacy)(Role.AUDITOR, language="ar").page("/dashboard")
    assert len(tiles(page)) == 8


def test_a_fund_whose_cash_is_below_zero_is_named_there_and_on_its_months_page(
    app: Flask, pharmacy: Pharmacy
) -> None:
    add_office(pharmacy.database)
    manager = visiting(app, pharmacy)(Role.MANAGER)
    assert "below zero: EGP" not in text_of(manager.page("/dashboard").root)
    overdraw(pharmacy)
    for path in ("/dashboard", "/periods/2026-03"):
        page = manager.page(path)
        assert "is below zero: EGP -20.00." in text_of(page.root)
        assert links_of(page)["Open the fund"] == f"/funds/{pharmacy.fund_id}"
    assert "below zero: EGP" not in text_of(manager.page("/periods/2026-02").root)


def test_a_budget_is_drawn_with_what_is_spent_and_left_as_its_report_says(
    app: Flask, pharmacy: Pharmacy
) -> None:
    with pharmacy.database.transaction() as session:
        change_budget(
            session,
            pharmacy.fund_id,
            fiscal_year(TODAY),
            10_000_00,
            reason="موازنة العام",
            submission_id="grant",
            actor=pharmacy[Role.FINANCE],
            now=NOW,
        )
    busy_day(pharmacy)
    finance = visiting(app, pharmacy)(Role.FINANCE)
    page = finance.page("/dashboard")
    title = "Budgets of this fiscal year"
    [(_fund, spent, promised, left)] = table_rows(page, title)
    assert (spent, promised, left) == ("300.00", "0.00", "9,700.00")
    report = next(link.get("href", "") for link in page.all("a") if title in text_of(link))
    row = " ".join(text_of(part) for part in finance.page(report).all("tbody"))
    assert all(figure in row for figure in (spent, promised, left))

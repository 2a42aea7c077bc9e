"""Stock through its pages: what is on hand, bands of expiry, the card on screen and paper."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from pharmacy.db import Database
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.vocabulary import Role
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
from tests.reports.reading import words
from tests.web.back_office import Visit, error_beside, foot_of, links_of, table_rows, visiting
from tests.web.inspection import Page, text_of
from tests.web.people import statements_of

PERIOD = "date_from=2026-01-01&date_to=2026-12-31"


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    return open_pharmacy(database)


@pytest.fixture
def visit(app: Flask, pharmacy: Pharmacy) -> Visit:
    return visiting(app, pharmacy)


@pytest.fixture
def drug(pharmacy: Pharmacy) -> int:
    """A hundred tablets worth 33.33 pounds, of which thirty went to a citizen."""
    found = add_drug(pharmacy, code="BH01", name_en="Concor", name_ar="كونكور")
    add_batch(pharmacy, found, 100, 3333)
    hand_out(pharmacy, order(approve_request(pharmacy, item(found)), 30))
    return found


def bands(page: Page) -> dict[str, str]:
    [shown] = [one for one in page.all("ul") if one.get("class") == "bands"]
    links = list(shown.iter("a"))
    return {text_of(link.find("span")): text_of(link.find("b")) for link in links}  # type: ignore[arg-type]  # both are there


def test_it_shows_what_is_on_hand_and_what_it_is_worth(
    pharmacy: Pharmacy, visit: Visit, drug: int
) -> None:
    page = visit(Role.STORE_KEEPER).page("/stock")
    [row] = table_rows(page, "Stock on hand")
    assert row[0] == "BH01"
    assert row[3:] == ["70", "70", "30/06/2028", "23.33"]
    assert foot_of(page)[-1] == "23.33"


def test_the_movement_in_value_names_its_unit_and_the_one_in_units_does_not(
    visit: Visit, drug: int
) -> None:
    finance = visit(Role.FINANCE)
    for report, unit in (("stock-value", True), ("stock-units", False)):
        page = finance.page(f"/reports/{report}?{PERIOD}")
        heads = [text_of(head) for head in page.all("th") if head.get("class") == "num"]
        assert "Opening (EGP)" in heads if unit else "Opening" in heads
        assert {head.endswith("(EGP)") for head in heads} == {unit}


def test_the_bands_lead_to_what_expires_in_them(pharmacy: Pharmacy, visit: Visit) -> None:
    today = cairo_day(datetime.now(UTC))
    received = datetime.now(UTC) - timedelta(days=30)
    for code, day in (("GONE", -2), ("SOON", 20), ("LATE", 400)):
        late = add_drug(pharmacy, code=code)
        add_batch(pharmacy, late, 10, 1000, expiry=today + timedelta(days=day), now=received)
    client = visit(Role.STORE_KEEPER)
    page = client.page("/stock")
    assert bands(page) == {
        "Expired": "10.00",
        "Within 30 days": "10.00",
        "31 to 90 days": "0.00",
        "91 to 180 days": "0.00",
        "Later": "10.00",
    }
    [expired] = [href for text, href in links_of(page).items() if text.startswith("Expired")]
    [row] = table_rows(client.page(expired), "Stock on hand")
    assert (row[0], row[3], row[4]) == ("GONE", "10", "0")


def test_an_empty_list_says_how_to_begin(visit: Visit) -> None:
    shown = text_of(visit(Role.STORE_KEEPER).page("/stock?q=nothing").root)
    assert "Nothing is on hand here" in shown


def test_the_list_as_a_file_holds_the_same_figures(
    pharmacy: Pharmacy, visit: Visit, drug: int
) -> None:
    answer = visit(Role.FINANCE).get("/stock?format=csv")
    assert answer.mimetype == "text/csv"
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert lines[1] == "BH01,Concor 500 mg,tablet,70,70,2028-06-30,23.33"
    assert lines[2].endswith(",23.33")
    workbook = visit(Role.MANAGER).get("/stock?format=xlsx")
    assert workbook.get_data()[:2] == b"PK"


def test_the_card_shows_each_movement_with_the_balance_after_it(
    pharmacy: Pharmacy, visit: Visit, drug: int
) -> None:
    page = visit(Role.STORE_KEEPER).page(f"/stock/i/{drug}?{PERIOD}")
    receipt, issue = table_rows(page, "Stock card")
    assert receipt[0] == "08/02/2026"
    assert receipt[3:7] == ["100", "", "", "100"]
    assert receipt[9] == "33.33"
    assert issue[2].startswith("Citizen request 2026-")
    assert issue[3:7] == ["", "30", "", "70"]
    assert issue[9] == "23.33"


def test_the_card_on_paper_says_the_same_and_names_nobody(
    pharmacy: Pharmacy, visit: Visit, drug: int
) -> None:
    answer = visit(Role.FINANCE).get(f"/stock/i/{drug}?{PERIOD}&format=pdf")
    assert answer.mimetype == "application/pdf"
    paper = words(answer.get_data())
    for figure in ("33.33", "23.33", "100", "70", "P-"):
        assert figure in paper
    assert "فاطمة" not in paper


def test_a_period_that_ends_before_it_begins_is_refused_beside_the_field(
    visit: Visit, drug: int
) -> None:
    path = f"/stock/i/{drug}?date_from=2026-03-02&date_to=2026-03-01"
    page = visit(Role.STORE_KEEPER).page(path, status=422)
    assert error_beside(page, "date_from").startswith("The period must begin before it ends")


def test_a_day_that_does_not_exist_is_refused_beside_the_field(visit: Visit, drug: int) -> None:
    page = visit(Role.STORE_KEEPER).page(f"/stock/i/{drug}?date_to=31/02/2026", status=422)
    assert error_beside(page, "date_to").startswith("Type a date as day/month/year")


def test_another_site_sees_its_own_stock_first(pharmacy: Pharmacy, visit: Visit, drug: int) -> None:
    client = visit(Role.STORE_KEEPER)
    assert "BH01" in text_of(client.page("/stock").root)
    assert "BH01" not in text_of(client.page("/stock?site=999").root)


def test_only_those_who_may_see_stock_enter(pharmacy: Pharmacy, visit: Visit, drug: int) -> None:
    barred = {Role.CLERK, Role.ADMINISTRATOR}
    for role in Role:
        client = visit(role)
        for path in ("/stock", f"/stock/i/{drug}"):
            client.page(path, status=403 if role in barred else 200)


def test_a_page_asks_as_many_statements_for_many_rows_as_for_one(
    pharmacy: Pharmacy, visit: Visit, drug: int
) -> None:
    client = visit(Role.STORE_KEEPER)
    paths = ("/stock", f"/stock/i/{drug}?{PERIOD}")
    few = []
    for path in paths:
        with statements_of(pharmacy.database) as seen:
            client.page(path)
        few.append(len(seen))
    for _ in range(3):
        add_batch(pharmacy, add_drug(pharmacy), 10, 100)
        add_batch(pharmacy, drug, 10, 100)
    for path, count in zip(paths, few, strict=True):
        with statements_of(pharmacy.database) as many:
            client.page(path)
        assert len(many) == count, path


def test_every_page_is_a_good_page_in_arabic(visit: Visit, drug: int) -> None:
    client = visit(Role.STORE_KEEPER, language="ar")
    for path in ("/stock", f"/stock/i/{drug}?{PERIOD}"):
        client.page(path)

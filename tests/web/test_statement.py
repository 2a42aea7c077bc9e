"""The governor's statement on screen: every figure opens a list that agrees with it."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from pharmacy.db import Database
from pharmacy.models import IncomingMessage, UnmetDemand
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.request_vocabulary import MessageState
from pharmacy.rules.vocabulary import Role
from reports import statement_words as say
from tests.builders import (
    Pharmacy,
    add_batch,
    add_beneficiary,
    add_row,
    open_pharmacy,
    unique,
)
from tests.cost_ledger import cost_ledger
from tests.reports.reading import pages, words
from tests.request_sample import Sample, request_sample
from tests.web.back_office import Visit, foot_of, links_of, visiting
from tests.web.inspecting import InspectingClient
from tests.web.inspection import Page, text_of
from tests.web.test_request_reports import figure_links, length_of_list

MEASURED = {"share", "wait_from_reception", "wait_from_approval", "average", "stock_months"}
"""Figures that are no length and no sum of their list."""


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    return open_pharmacy(database)


@pytest.fixture
def sample(pharmacy: Pharmacy) -> Sample:
    """Requests, a ledger whose cost is known, two messages, an item that was not there."""
    today = cairo_day(datetime.now(UTC))
    made = request_sample(pharmacy, today)
    ledger = cost_ledger(pharmacy)
    add_batch(
        pharmacy, ledger.drug_a, 10, 250,
        expiry=today + timedelta(days=30), now=datetime.now(UTC) - timedelta(days=2),
    )  # fmt: skip
    moment = datetime.now(UTC)
    for state in (MessageState.NEW, MessageState.KEPT):
        message = IncomingMessage(
            submission_id=unique("m"), received_on=today, sender_name="س", text="رسالة",
            state=state, recorded_at=moment, recorded_by=pharmacy[Role.CLERK].staff_id,
        )  # fmt: skip
        add_row(pharmacy.database, message)
    for _ in range(2):
        demand = UnmetDemand(
            site_id=pharmacy.site_id, business_date=today, at=moment,
            staff_id=pharmacy.pharmacist.staff_id, submission_id=unique("u"),
            beneficiary_id=add_beneficiary(pharmacy), drug_id=ledger.drug_a, quantity=30,
        )  # fmt: skip
        add_row(pharmacy.database, demand)
    return made


@pytest.fixture
def visit(app: Flask, pharmacy: Pharmacy) -> Visit:
    return visiting(app, pharmacy)


@pytest.fixture
def manager(visit: Visit) -> InspectingClient:
    return visit(Role.MANAGER)


def path_of(sample: Sample) -> str:
    return f"/reports/statement?date_from=2025-01-01&date_to={sample.today}"


def figures_of(page: Page) -> dict[str, tuple[str, str]]:
    """Return the figure of each row by its key, in the order of the statement."""
    rows = [row for body in page.all("tbody") for row in body.iter("tr")]
    found = {}
    for key, row in zip(say.ROWS, rows, strict=True):
        assert text_of(row[0]) == say.ROWS[key]("en")
        links = [link.get("href", "") for link in row[1].iter("a")]
        found[key] = (text_of(row[1]), links[0] if links else "")
    return found


def test_every_figure_is_exact(sample: Sample, manager: InspectingClient) -> None:
    shown = {key: told for key, (told, _) in figures_of(manager.page(path_of(sample))).items()}
    # Three requests of the ledger came besides the eight of the sample, two by hotline.
    wanted = {
        "centres": "3", "city_centres": "2", "village_centres": "1",
        "at_centres": "5", "at_city_centres": "3", "at_village_centres": "2",
        "hotline": "3", "portal": "2", "app": "0", "social_media": "0", "sawtak_masmou": "0",
        "kept_messages": "2", "meetings": "1", "public_meeting": "1", "counter": "0",
        "received": "11", "overdue": "3", "never_dispensed": "1",
        "beneficiaries": "2", "cost": "15.00", "average": "7.50",
        "claims": "0.00", "together": "15.00",
        "unmet": "2", "unmet_people": "2",
    }  # fmt: skip
    assert {key: shown[key] for key in wanted} == wanted


def test_every_figure_opens_a_list_that_agrees(sample: Sample, manager: InspectingClient) -> None:
    opened = set()
    for key, (told, address) in figures_of(manager.page(path_of(sample))).items():
        # Dispensing and claims together are the two rows above, each of which opens its lines.
        if told in {"0", "–", "0.00"} or key == "together":
            assert address == "", key
            continue
        assert address, key
        opened.add(urlsplit(address).path)
        if key in MEASURED:
            assert manager.get(address).status_code == 200
        elif address.startswith("/requests"):
            assert told == str(length_of_list(manager, address)), key
        elif key == "cost":
            assert told in foot_of(manager.page(address))
        else:
            page = manager.page(address)
            rows = [row for body in page.all("tbody") for row in body.iter("tr")]
            sums = {str(len(rows)), f"{sum(_money(text_of(row[-1])) for row in rows):,.2f}"}
            assert told in sums, (key, told, sums)
    assert len(opened) == 9


def _money(text: str) -> float:
    return float(text.replace(",", "")) if text.replace(",", "").replace(".", "").isdigit() else 0


def test_the_comparison_opens_lists_of_its_own_period(
    sample: Sample, manager: InspectingClient
) -> None:
    first, last = sample.today - timedelta(days=401), sample.today - timedelta(days=399)
    page = manager.page(
        f"/reports/statement?date_from={sample.today}&date_to={sample.today}"
        f"&compare_from={first}&compare_to={last}"
    )
    compared = [
        link
        for link in figure_links(page)
        if parse_qs(urlsplit(link.get("href", "")).query)["date_from"] == [str(first)]
    ]
    by_path = {link.get("href", ""): text_of(link) for link in compared}
    through = f"/requests?date_from={first}&date_to={last}&channel=village_centre"
    assert by_path[through] == "2" == str(length_of_list(manager, through))


def test_the_paper_holds_what_the_page_shows(sample: Sample, visit: Visit) -> None:
    auditor = visit(Role.AUDITOR)
    shown = figures_of(auditor.page(path_of(sample)))
    pdf = auditor.get(f"{path_of(sample)}&format=pdf").get_data()
    assert pages(pdf) == 1
    paper = words(pdf)
    assert all(told in paper for told, _ in shown.values())
    assert "Fifteen Egyptian pounds only" in paper


def test_finance_sees_figures_of_requests_without_their_lists(sample: Sample, visit: Visit) -> None:
    shown = figures_of(visit(Role.FINANCE).page(path_of(sample)))
    assert shown["received"] == ("11", "")
    assert shown["cost"][1].startswith("/reports/cost/lines")


def test_without_another_it_is_compared_with_the_period_just_before(
    manager: InspectingClient,
) -> None:
    page = manager.page("/reports/statement?date_from=2026-03-01&date_to=2026-03-31")
    assert "Compared with 29/01/2026 to 28/02/2026" in text_of(page.root)


@pytest.mark.parametrize(
    "query",
    [
        "date_from=2026-02-01&date_to=2026-01-01",
        "date_from=2026-01-01&date_to=2026-01-31&compare_from=2026-01-09&compare_to=2026-01-08",
    ],
)
def test_a_turned_period_is_refused(manager: InspectingClient, query: str) -> None:
    answer = manager.get(f"/reports/statement?{query}")
    assert answer.status_code == 422
    assert "The period must begin before it ends" in answer.text


def test_it_stands_among_the_reports_of_those_who_may_see_it(visit: Visit) -> None:
    shown = links_of(visit(Role.MANAGER).page("/reports"))
    assert shown["Statement for the governor"] == "/reports/statement"
    assert "Statement for the governor" not in links_of(visit(Role.COMMITTEE).page("/reports"))


def test_an_empty_list_behind_the_statement_says_so(manager: InspectingClient) -> None:
    for what in ("centres", "meetings", "messages", "people", "unmet", "stock", "expiring"):
        page = manager.page(f"/reports/statement/{what}?date_from=2001-01-01&date_to=2001-02-01")
        assert "Nothing stands behind this" in text_of(page.root)

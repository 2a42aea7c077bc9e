"""The request reports on screen, on paper and in files; every figure opens its list."""

import csv
import io
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from openpyxl import load_workbook

from pharmacy.db import Database
from pharmacy.models import Centre
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.vocabulary import Role
from tests.builders import Pharmacy, open_pharmacy, rows
from tests.reports.reading import pages, words
from tests.request_sample import Sample, rank_sample, request_sample
from tests.web.back_office import Visit, foot_of, links_of, table_rows, visiting
from tests.web.inspecting import InspectingClient
from tests.web.inspection import Page, text_of

CAPTION = "Citizen requests report"
BY = ("channel", "centre", "category", "month")
DAYS = {"replied", "settled", "handed_over"}
"""Lists that stand behind a number of days, not behind their own length."""


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    return open_pharmacy(database)


@pytest.fixture
def sample(pharmacy: Pharmacy) -> Sample:
    return request_sample(pharmacy, cairo_day(datetime.now(UTC)))


@pytest.fixture
def visit(app: Flask, pharmacy: Pharmacy) -> Visit:
    return visiting(app, pharmacy)


@pytest.fixture
def manager(visit: Visit) -> InspectingClient:
    return visit(Role.MANAGER)


def path_of(sample: Sample, more: str = "") -> str:
    return f"/reports/requests?date_from={sample.first}&date_to={sample.today}{more}"


def figure_links(page: Page) -> list[Element]:
    return [
        link
        for link in page.all("a")
        if any(parent.tag in {"tbody", "tfoot"} for parent in page.above(link))
    ]


def length_of_list(client: InspectingClient, address: str) -> int:
    """Count the rows of a list, page after page, the lines between its parts left out."""
    count, page = 0, client.page(address)
    while True:
        bodies = [body for table in page.all("table") for body in table.iter("tbody")]
        for body in bodies:
            count += sum(
                any(link.get("href", "").startswith("/r/") for link in row.iter("a"))
                for row in body.iter("tr")
            )
        onward = [link for link in page.all("a") if link.get("rel") == "next"]
        if not onward:
            return count
        page = client.page(onward[0].get("href", ""))


@pytest.mark.parametrize("by", BY)
def test_every_figure_opens_a_list_of_just_so_many(
    sample: Sample, manager: InspectingClient, by: str
) -> None:
    links = figure_links(manager.page(path_of(sample, f"&by={by}")))
    assert len(links) >= 15
    for address in {link.get("href", "") for link in links}:
        told = {text_of(link) for link in links if link.get("href") == address}
        counted = parse_qs(urlsplit(address).query).get("counted", [""])[0]
        behind = length_of_list(manager, address)
        if counted in DAYS:
            assert behind > 0
        else:
            assert told == {str(behind)}, address


def test_a_list_behind_a_figure_says_how_many_stand_on_it(
    sample: Sample, manager: InspectingClient
) -> None:
    shown = manager.page(f"/requests?date_from={sample.first}&counted=overdue")
    assert "3 requests" in text_of(shown.root)


def _plain(cell: object) -> str:
    """A cell of a workbook as text: a share keeps its two decimals."""
    return "" if cell is None else f"{cell:.2f}" if isinstance(cell, float) else str(cell)


def test_screen_paper_workbook_and_csv_hold_the_same_figures(
    sample: Sample, manager: InspectingClient
) -> None:
    path = path_of(sample, "&by=centre")
    page = manager.page(path)
    screen = [*table_rows(page, CAPTION), foot_of(page)]
    assert screen[-1] == [
        "Total", "8", "3", "5", "3", "1", "1", "2", "33.33%", "2", "30", "10", "30",
        "1", "1", "1", "1", "1", "7", "7", "1",
    ]  # fmt: skip
    file = list(csv.reader(io.StringIO(manager.get(f"{path}&format=csv").text.lstrip("\ufeff"))))
    shown = [[cell.rstrip("%").replace("–", "") for cell in row] for row in screen]
    assert file[1:] == shown
    book = manager.get(f"{path}&format=xlsx").get_data()
    cells = load_workbook(io.BytesIO(book)).worksheets[0].iter_rows(values_only=True)
    booked = [[_plain(cell) for cell in row] for row in cells]
    start = next(at for at, row in enumerate(booked) if row[1] == "Received") + 1
    assert booked[start : start + len(shown)] == shown
    pdf = manager.get(f"{path}&format=pdf").get_data()
    paper = words(pdf)
    assert pages(pdf) == 1
    assert all(cell in paper for row in screen for cell in row[1:])
    assert "None is taken as settled for its age or its approval alone" in paper


def test_who_sees_no_requests_sees_the_figures_without_their_lists(
    sample: Sample, visit: Visit
) -> None:
    finance = visit(Role.FINANCE)
    page = finance.page(path_of(sample))
    assert foot_of(page)[1] == "8"
    assert figure_links(page) == []


def test_an_empty_period_says_so_and_a_turned_one_is_refused(manager: InspectingClient) -> None:
    empty = manager.page("/reports/requests?date_from=2001-01-01&date_to=2001-02-01")
    assert "No request was received in this period" in text_of(empty.root)
    answer = manager.get("/reports/requests?date_from=2026-02-01&date_to=2026-01-01")
    assert answer.status_code == 422
    assert "The period must begin before it ends" in answer.text
    assert manager.get("/reports/requests?date_from=x").status_code == 422


def names(database: Database) -> dict[int, str]:
    return {row[0]: row[1] for row in rows(database, Centre.id, Centre.name_en)}


def test_centres_are_ranked_by_their_share_and_few_are_not_ranked(
    sample: Sample, manager: InspectingClient, database: Database, pharmacy: Pharmacy
) -> None:
    good, bad = rank_sample(database, pharmacy, sample.today)
    called = names(database)
    page = manager.page(f"/reports/centres?date_from={sample.first}&date_to={sample.today}")
    few = "Few (under 5): not ranked"
    assert table_rows(page, "Ranking of service centres") == [
        [called[good], "", "1", "5", "5", "0", "4", "80.00%", "3", "20"],
        [called[bad], "", "2", "5", "5", "0", "0", "0.00%", "42", "44"],
        [called[sample.village], few, "–", "2", "1", "1", "0", "0.00%", "30", "30"],
        [called[sample.city], few, "–", "2", "0", "0", "0", "–", "–", "–"],
    ]
    for link in figure_links(page):
        counted = parse_qs(urlsplit(link.get("href", "")).query).get("counted", [""])[0]
        if text_of(link) not in {"3", "20", "42", "44", "30"} or counted not in DAYS:
            assert text_of(link) == str(length_of_list(manager, link.get("href", "")))


def test_the_committee_finds_them_on_the_page_of_reports(visit: Visit) -> None:
    shown = links_of(visit(Role.COMMITTEE).page("/reports"))
    assert shown["What became of requests"] == "/reports/requests"
    assert shown["Ranking of centres"] == "/reports/centres"
    assert "Overridden notices" not in shown


def test_the_arabic_paper_is_whole(sample: Sample, visit: Visit) -> None:
    clerk_of_figures = visit(Role.AUDITOR, language="ar")
    paper = words(clerk_of_figures.get(path_of(sample, "&by=month&format=pdf")).get_data())
    assert "المواطنين" in paper
    ranked = clerk_of_figures.get("/reports/centres?format=pdf")
    assert pages(ranked.get_data()) == 1

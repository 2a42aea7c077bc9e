"""What contract pharmacies gave, on the pages and papers of care; each figure opens its lines."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from openpyxl import load_workbook

from pharmacy.db import Database
from pharmacy.models import Beneficiary
from pharmacy.rules.age_band import AGE_BANDS
from pharmacy.rules.vocabulary import Role
from pharmacy.services.claim_decision import LineDecision
from reports import cost_words
from tests.builders import (
    TODAY,
    Pharmacy,
    add_batch,
    add_beneficiary,
    approve_request,
    hand_out,
    item,
    open_pharmacy,
    order,
    rows,
)
from tests.claims import add_contract, claim_of, decided, line, priced_drug, recorded
from tests.reports.reading import plain, words
from tests.treasury import add_office
from tests.web.back_office import Visit, foot_of, links_of, table_rows, visiting
from tests.web.inspection import Page, text_of
from tests.web.programs import Program

GIVEN = TODAY - timedelta(days=2)
MARCH = "date_from=2026-03-01&date_to=2026-03-31"
ASIDE = (
    "Claims of contract pharmacies accepted in the period, EGP {amount}, are in no figure of"
    " dispensing; the two together come to EGP {together}."
)
CLAIMS, TOGETHER = "Accepted claims of contract pharmacies", "Dispensing and claims together"


@dataclass
class House:
    """A person whom we gave thirty tablets for 30 pounds and a contract pharmacy thirty for 60."""

    pharmacy: Pharmacy
    visit: Visit
    claim: int
    person: int


@pytest.fixture
def house(app: Flask, database: Database) -> House:
    pharmacy = open_pharmacy(database)
    add_office(database)
    drug, person = priced_drug(pharmacy), add_beneficiary(pharmacy)
    add_batch(pharmacy, drug, 100, 100_00)
    approved = approve_request(pharmacy, item(drug, 30, issues=3), beneficiary_id=person)
    hand_out(pharmacy, order(approved, 30))
    asked = claim_of(pharmacy, add_contract(pharmacy), line(approved, drug, given_on=GIVEN))
    claim = recorded(pharmacy, asked)
    decided(pharmacy, claim, {1: LineDecision(quantity=30, amount=60_00, note="مسافر")})
    return House(pharmacy, visiting(app, pharmacy), claim, person)


@pytest.mark.parametrize("report", ["cost", "consumption"])
def test_what_is_not_in_the_figures_is_said_on_screen_and_paper_and_opens_its_lines(
    house: House, report: str
) -> None:
    manager = house.visit(Role.MANAGER)
    address = f"/reports/{report}?{MARCH}"
    page = manager.page(address)
    told = ASIDE.format(amount="60.00", together="90.00")
    behind = links_of(page)[told]
    assert told in " ".join(words(manager.get(f"{address}&format=pdf").data).split())
    lines = manager.page(behind)
    assert foot_of(lines) == ["All lines, net: 1", "30", "60.00"]
    # Of one of our sites there is nothing to say, and of another month neither.
    at_site = manager.page(f"{address}&site={house.pharmacy.site_id}")
    february = manager.page(f"/reports/{report}?date_from=2026-02-01&date_to=2026-02-28")
    for other in (at_site, february):
        assert "Claims of contract pharmacies" not in text_of(other.root)
        assert TOGETHER not in text_of(other.root)


@pytest.mark.parametrize(
    "asked", ["cost", "cost?by=drug&then=fund", "cost?top=1&compare=previous", "consumption"]
)
def test_dispensing_claims_and_both_together_stand_in_every_form(
    house: House, app: Flask, database: Database, asked: str
) -> None:
    report, _sep, more = asked.partition("?")
    address = f"/reports/{report}?{MARCH}&{more}"
    manager = house.visit(Role.MANAGER)
    page = manager.page(address)
    [foot] = page.all("tfoot")
    screen = [[text_of(cell) for cell in row] for row in foot.iter("tr")]
    total, claims, together = screen
    assert (claims[0], together[0]) == (CLAIMS, TOGETHER)
    assert [("30.00" in total), ("60.00" in claims), ("90.00" in together)] == [True] * 3
    opened = {link.get("href", "") for link in foot.iter("a") if text_of(link) == "60.00"}
    assert [foot_of(manager.page(one))[-1] for one in opened] == ["60.00"]

    file = manager.get(f"{address}&format=csv").text.lstrip("\ufeff")
    written = list(csv.reader(io.StringIO(file)))
    assert [figures(row) for row in written[-3:]] == [figures(row) for row in screen]
    sheet = load_workbook(io.BytesIO(manager.get(f"{address}&format=xlsx").data)).worksheets[0]
    rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    at = next(place for place, row in enumerate(rows) if row[0] == "Total")
    assert [row[0] for row in rows[at + 1 : at + 3]] == [CLAIMS, TOGETHER]
    assert [figures(row) for row in rows[at : at + 3]] == [figures(row) for row in screen]
    for language, names in (
        ("en", (CLAIMS, TOGETHER)),
        ("ar", (cost_words.CLAIMS("ar"), cost_words.TOGETHER("ar"))),
    ):
        paper = words(manager.get(f"{address}&format=pdf&lang={language}").data).split()
        assert {"30.00", "60.00", "90.00"} <= set(paper)
        assert all(plain(word) in paper for name in names for word in name.split())
    finance = Program(app, database, house.pharmacy[Role.FINANCE].staff_id)
    api: Any = finance.get(f"/api/v1/reports/{report}?{MARCH}&{more}").json
    if report == "cost":
        assert (api["claims_aside"]["amount"], api["together"]) == (60_00, 90_00)
    else:
        assert [figures(row) for row in api["below"]] == [
            [value * 100 if value in {60, 90} else value for value in figures(row)]
            for row in (claims, together)
        ]


def test_claims_are_narrowed_by_what_their_request_person_and_item_are(house: House) -> None:
    database = house.pharmacy.database
    [(born, sex)] = rows(database, Beneficiary.birth_date, Beneficiary.sex, id=house.person)
    years = GIVEN.year - born.year - ((GIVEN.month, GIVEN.day) < (born.month, born.day))
    band = next(one.key for one in AGE_BANDS if one.last is None or years <= one.last)
    manager = house.visit(Role.MANAGER)
    true = {"channel": "hotline", "sex": sex.value, "age": band}
    false = {"channel": "app", "sex": "male" if sex == "female" else "female", "age": "00-04"}
    other = {"atc": "X", "prescriber": "nobody", "condition": "999"}
    page = manager.page(f"/reports/cost?{MARCH}&{urlencode(true)}")
    assert [text_of(cell) for cell in page.all("td") if text_of(cell) == "90.00"] == ["90.00"]
    [link] = [one for one in page.all("a") if text_of(one) == "60.00"]
    assert foot_of(manager.page(link.get("href", "")))[-1] == "60.00"
    for name, value in (*false.items(), *other.items()):
        page = manager.page(f"/reports/cost?{MARCH}&{name}={value}")
        assert TOGETHER not in text_of(page.root), name
        lines = manager.page(f"/reports/claims/lines?{MARCH}&{name}={value}")
        assert "No line stands behind this" in text_of(lines.root), name


def figures(row: Sequence[object]) -> list[float]:
    """The numbers of a row that are none of nothing, however they are written."""
    found = [str(cell).replace(",", "").removesuffix("%") for cell in row if cell is not None]
    numbers = [float(cell) for cell in found if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", cell)]
    return [number for number in numbers if number]


def test_the_dashboard_says_both_and_opens_both_lists(house: House) -> None:
    pharmacy, drug = house.pharmacy, priced_drug(house.pharmacy)
    approved = approve_request(pharmacy, item(drug, 30, issues=3))
    asked = claim_of(pharmacy, add_contract(pharmacy), line(approved, drug, given_on=GIVEN))
    decided(pharmacy, recorded(pharmacy, asked), now=datetime.now(UTC))
    manager = house.visit(Role.MANAGER)
    [tile] = [
        box
        for box in manager.page("/dashboard").all("div")
        if box.get("class") == "stat" and "Cost of dispensing this month" in text_of(box)
    ]
    opened = {text_of(link): link.get("href", "") for link in tile.iter("a")}
    [told] = [text for text in opened if text.startswith(CLAIMS)]
    assert told == f"{CLAIMS}: EGP 60.00; together EGP 60.00"
    assert foot_of(manager.page(opened[told]))[-1] == "60.00"


def test_the_cost_report_of_programs_says_it_beside_its_figures(
    house: House, app: Flask, database: Database
) -> None:
    finance = Program(app, database, house.pharmacy[Role.FINANCE].staff_id)
    path = f"/api/v1/reports/cost?{MARCH}"
    report: Any = finance.get(path).json
    assert report["claims_aside"] == {"lines": 1, "quantity": 30, "amount": 60_00}
    assert (report["total"]["cost"], report["together"]) == (30_00, 90_00)
    report = finance.get(f"{path}&site_id={house.pharmacy.site_id}").json
    assert report["claims_aside"] == {"lines": 0, "quantity": 0, "amount": 0}


def test_the_governors_statement_says_it_too(house: House) -> None:
    manager = house.visit(Role.MANAGER)
    address = f"/reports/statement?{MARCH}"
    page = manager.page(address)
    rows = table_rows(page, "Medicine support")
    money = {row[0]: row[1] for row in rows}
    assert money["Cost of dispensing (EGP)"] == "30.00"
    assert money["Accepted claims of contract pharmacies (EGP)"] == "60.00"
    assert money["Dispensing and claims together (EGP)"] == "90.00"
    link = next(link for link in page.all("a") if text_of(link) == "60.00")
    assert foot_of(manager.page(link.get("href", "")))[-1] == "60.00"
    printed = words(manager.get(f"{address}&format=pdf").data).split()
    assert {"30.00", "60.00", "90.00"} <= set(printed)


def test_lines_open_their_claim_where_the_reader_may_see_it(house: House) -> None:
    address = f"/reports/claims/lines?{MARCH}"
    manager = house.visit(Role.MANAGER).page(f"{address}&person={house.person}")
    [row] = table_rows(manager, "Lines of contract pharmacies")
    assert (row[0], row[3], row[6:]) == (f"{TODAY:%d/%m/%Y}", f"{GIVEN:%d/%m/%Y}", ["30", "60.00"])
    assert f"/claims/{house.claim}" in links_of(manager).values()
    finance = house.visit(Role.FINANCE)
    assert finance.get(f"{address}&person={house.person}").status_code == 403
    assert foot_of(finance.page(address))[-1] == "60.00"
    assert "No line stands behind this" in text_of(finance.page(f"{address}&fund=999").root)


def test_a_persons_file_lists_what_contract_pharmacies_gave(house: House) -> None:
    manager = house.visit(Role.MANAGER)
    page = manager.page(f"/b/{house.person}/dispensed")
    [row] = table_rows(page, "Given by contract pharmacies")
    assert (row[2], row[4:]) == (f"{GIVEN:%d/%m/%Y}", ["30 tablets", "60.00"])
    assert f"/claims/{house.claim}" in links_of(page).values()
    assert len(table_rows(page, "Everything handed out, the newest first")) == 1


def test_the_cost_of_persons_counts_both_and_opens_who_they_are(house: House) -> None:
    page = house.visit(Role.MANAGER).page(f"/reports/beneficiary-cost?{MARCH}")
    [first, *_] = table_rows(page, "Persons by what they cost")
    assert [first[1], *first[3:6]] == ["1", "30.00", "60.00", "90.00"]
    [case] = table_rows(page, "The highest cases")
    assert case[2:] == ["1", "30.00", "60.00", "90.00"]
    behind = opened(page, "band=1")
    persons = house.visit(Role.FINANCE).page(behind)
    assert table_rows(persons, "Persons and what each cost") == [
        ["hidden", "1", "30.00", "60.00", "90.00"]
    ]
    assert foot_of(persons) == ["Persons: 1", "30.00", "60.00", "90.00"]


def test_a_contract_pharmacy_stands_among_the_sites_of_a_question(house: House) -> None:
    auditor = house.visit(Role.AUDITOR)
    page = auditor.page(f"/reports/unusual-patterns?{MARCH}")
    lines = auditor.page(opened(page, "kind=two_sites"))
    rows = table_rows(lines, "The dispensings behind a question")
    assert len(rows) == 2
    assert f"/claims/{house.claim}" in links_of(lines).values()


def test_consumption_has_a_column_of_units_from_contract_pharmacies(house: House) -> None:
    manager = house.visit(Role.MANAGER)
    content = manager.get(f"/reports/consumption?{MARCH}&format=csv").data.decode("utf-8-sig")
    row, *_foot = csv.DictReader(io.StringIO(content))
    [found] = [key for key in row if key == "Units from contract pharmacies"]
    assert (row["Units handed out"], row[found], row["Units in an average month"]) == (
        "30",
        "30",
        "60",
    )


def opened(page: Page, part: str) -> str:
    """The first address of a page that says something."""
    return next(link.get("href", "") for link in page.all("a") if part in link.get("href", ""))

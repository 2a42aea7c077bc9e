"""The cost report on screen, on paper and in files: the same figures, to the piastre."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from pypdf import PdfReader

from pharmacy.db import Database
from pharmacy.rules.money import format_egp
from pharmacy.rules.vocabulary import Role
from tests.builders import Pharmacy, open_pharmacy
from tests.cost_ledger import Ledger, card_of, cost_ledger
from tests.posted_month import posted_month
from tests.reports.reading import words
from tests.web.back_office import Visit, error_beside, foot_of, table_rows, visiting
from tests.web.inspecting import InspectingClient
from tests.web.inspection import Page, text_of
from tests.web.people import statements_of
from tests.web.programs import Program

PERIOD = "date_from=2026-03-01&date_to=2026-04-30"
PATH = f"/reports/cost?{PERIOD}"
CAPTION = "Cost of dispensing"
MARCH = ["4", "150", "22.00", "21.40", "0.00", "0.60", "0", "0.00", "2", "11.00"]
APRIL = ["0", "0", "-7.00", "-7.00", "0.00", "0.00", "1", "10.00", "0", "—"]
TOTAL = ["4", "150", "15.00", "14.40", "0.00", "0.60", "1", "10.00", "2", "7.50"]


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    return open_pharmacy(database)


@pytest.fixture
def ledger(pharmacy: Pharmacy) -> Ledger:
    return cost_ledger(pharmacy)


@pytest.fixture
def visit(app: Flask, pharmacy: Pharmacy) -> Visit:
    return visiting(app, pharmacy)


@pytest.fixture
def finance(visit: Visit) -> InspectingClient:
    return visit(Role.FINANCE)


def test_it_shows_each_figure_of_each_month_and_of_the_whole(
    ledger: Ledger, finance: InspectingClient
) -> None:
    page = finance.page(PATH)
    march, april = table_rows(page, CAPTION)
    assert march == ["March 2026", *MARCH]
    assert april == ["April 2026", *APRIL]
    assert foot_of(page)[1:] == TOTAL
    shown = text_of(page.root)
    assert "Fifteen Egyptian pounds only" in shown
    assert "one who appears in several rows is counted in each of them" in shown


def test_subtotals_stand_above_the_rows_of_two_dimensions(
    ledger: Ledger, finance: InspectingClient
) -> None:
    shown = table_rows(finance.page(f"{PATH}&by=month&then=drug"), CAPTION)
    assert [row[0] for row in shown] == ["March 2026"] * 3 + ["April 2026"] * 3
    assert shown[0][1:] == MARCH
    assert [row[1] for row in (*shown[1:3], *shown[4:])] == ["Item A", "Item B"] * 2
    assert shown[3][1:] == APRIL


def plain(cells: Sequence[object], labels: int) -> list[str]:
    """Figures as text without signs of thousands: empty stays empty, money keeps two decimals."""
    return ["" if cell in {None, "—", ""} else str(cell) for cell in cells][labels:]


def workbook_rows(content: bytes) -> list[list[object]]:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    found = [list(row) for row in sheet.iter_rows(values_only=True)]
    head = next(place for place, row in enumerate(found) if row[-1] is not None)
    last = next(
        place for place, row in enumerate(found) if place > head and row[0] in {"Total", "الإجمالي"}
    )
    return found[head + 1 : last + 1]


@pytest.mark.parametrize(
    "by", ["by=month", "by=drug", "by=centre&then=month", "by=channel", "by=sex&then=age"]
)
def test_screen_paper_workbook_and_csv_hold_the_same_figures(
    ledger: Ledger, finance: InspectingClient, by: str
) -> None:
    path, labels = f"{PATH}&{by}", 1 + by.count("then")
    page = finance.page(path)
    rows = [row for row in table_rows(page, CAPTION) if len(row) == labels + len(TOTAL)]
    screen = [plain(row, labels) for row in rows] + [plain(foot_of(page), 1)]
    file = list(csv.reader(io.StringIO(finance.get(f"{path}&format=csv").text.lstrip("\ufeff"))))
    assert [plain(row, labels) for row in file[1:]] == screen
    book = workbook_rows(finance.get(f"{path}&format=xlsx").get_data())
    shown = [[number(text) for text in row] for row in screen]
    assert [[number(cell) for cell in row[labels:]] for row in book] == shown
    pdf = finance.get(f"{path}&format=pdf").get_data()
    paper = " ".join(part.extract_text() for part in PdfReader(io.BytesIO(pdf)).pages).split()
    for row in screen:
        for text in row:
            assert not text or on_paper(text) in paper, (text, row)


RANKED = [
    f"{PERIOD}&by=drug&top=1",
    f"{PERIOD}&by=drug&then=month&top=1&compare=last_year",
    "date_from=2026-04-01&date_to=2026-04-30&by=drug&top=1&compare=previous",
    "date_from=2026-04-01&date_to=2026-04-30&by=month&compare=previous",
]
MADE_OF_OTHERS = {"Share of the total", "Difference (EGP)", "Change in percent"}


@pytest.mark.parametrize("asked", RANKED)
def test_the_highest_all_others_and_another_period_stand_alike_in_every_form(
    pharmacy: Pharmacy, finance: InspectingClient, asked: str
) -> None:
    posted_month(pharmacy)
    path, labels = f"/reports/cost?{asked}", 1 + asked.count("then")
    page = finance.page(path)
    screen = [foot_of(page)[1:]]
    width = len(screen[0]) + labels
    rows = [row for row in table_rows(page, CAPTION) if len(row) == width]
    screen = [row[labels:] for row in rows] + screen
    assert any("All others (" in row[0] for row in rows) == ("top" in asked)
    file = list(csv.reader(io.StringIO(finance.get(f"{path}&format=csv").text.lstrip("\ufeff"))))
    assert len(file[0]) == width
    shown = [[number(text) for text in row] for row in screen]
    assert [[number(cell) for cell in row[labels:]] for row in file[1:]] == shown
    book = workbook_rows(finance.get(f"{path}&format=xlsx").get_data())
    assert [[number(cell) for cell in row[labels:]] for row in book] == shown
    paper = words(finance.get(f"{path}&format=pdf").get_data()).split()
    for row in screen:
        for text in row:
            assert text == "—" or on_paper(text) in paper, (text, row)


@pytest.mark.parametrize("asked", RANKED)
def test_figures_of_all_others_and_of_the_other_period_open_what_adds_up_to_them(
    pharmacy: Pharmacy, finance: InspectingClient, asked: str
) -> None:
    posted_month(pharmacy)
    page = finance.page(f"/reports/cost?{asked}")
    table = next(one for one in page.all("table") if text_of(next(one.iter("caption"))) == CAPTION)
    [head] = [[text_of(cell) for cell in row] for row in next(table.iter("thead"))]
    opened = 0
    for row in table.iter("tr"):
        for title, cell in zip(reversed(head), reversed(list(row)), strict=False):
            if cell.tag != "td" or text_of(cell) in {"0", "0.00", "—"}:
                continue
            links = list(cell.iter("a"))
            if title in MADE_OF_OTHERS:
                assert links == []
                continue
            [link] = links
            behind = finance.page(link.get("href", ""))
            foot = [one.rpartition(": ")[2].lstrip("-") for one in foot_of(behind)]
            told = {*foot, *(text_of(one) for one in behind.all("dd"))}
            assert text_of(link).lstrip("-") in told, (title, link.get("href", ""))
            opened += 1
    assert opened >= 6


def test_an_address_of_the_ranking_leads_to_the_report_that_tells_it(
    ledger: Ledger, finance: InspectingClient
) -> None:
    answer = finance.get(f"/reports/cost-ranking?{PERIOD}&by=centre&top=3&compare=last_year")
    assert answer.status_code == 303
    assert answer.location.startswith("/reports/cost?")
    page = finance.page(answer.location)
    assert foot_of(page)[2] == "15.00"
    usual = finance.get(f"/reports/cost-ranking?{PERIOD}").location
    assert {"by=drug", "top=20"} <= set(usual.partition("?")[2].split("&"))


def number(cell: object) -> float | None:
    text = str(cell).strip("%").replace(",", "")
    return None if cell in {None, "", "—", "–"} else round(float(text), 2)


def on_paper(text: str) -> str:
    """Finance papers put what is negative in brackets."""
    return f"({text.removeprefix('-')})" if text.startswith("-") else text


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_paper_names_period_total_in_words_and_three_signatures(
    ledger: Ledger, visit: Visit, language: str
) -> None:
    answer = visit(Role.AUDITOR, language=language).get(f"{PATH}&format=pdf")
    assert answer.mimetype == "application/pdf"
    paper = words(answer.get_data())
    assert "15.00" in paper
    assert "01/03/2026" in paper
    wanted = {"ar": "اعتماد", "en": "Approved"}[language]
    assert wanted in paper


@pytest.mark.parametrize("by", ["month&then=centre", "atc2&then=sex", "site&then=age"])
def test_each_figure_opens_lines_or_persons_that_add_up_to_it(
    ledger: Ledger, finance: InspectingClient, by: str
) -> None:
    page = finance.page(f"{PATH}&by={by}")
    table = next(one for one in page.all("table") if text_of(next(one.iter("caption"))) == CAPTION)
    figures = [
        cell
        for cell in table.iter("td")
        if "num" in cell.get("class", "") and text_of(cell) not in {"0", "0.00", "—"}
    ]
    told: dict[str, set[str]] = {}
    for cell in figures:
        [link] = cell.iter("a")
        address = link.get("href", "")
        if address not in told:
            opened = finance.page(address)
            foot = [one.rpartition(": ")[2].lstrip("-") for one in foot_of(opened)]
            told[address] = {*foot, *(text_of(one) for one in opened.all("dd"))}
        assert text_of(link).lstrip("-") in told[address], address
    assert len(told) > 6


def test_the_lines_name_receipt_and_card_and_neither_person_nor_disease(
    pharmacy: Pharmacy, ledger: Ledger, finance: InspectingClient
) -> None:
    page = finance.page(f"/reports/cost/lines?{PERIOD}")
    rows = table_rows(page, "The lines behind a figure")
    assert len(rows) == 6
    assert card_of(pharmacy, ledger.first) in {row[2] for row in rows}
    shown = text_of(page.root)
    assert "فاطمة" not in shown
    assert "السكري" not in shown
    assert [row[5] for row in rows if "Undone by" in row[1]] == ["-10.00"]


def test_the_reversals_open_what_was_taken_off(ledger: Ledger, finance: InspectingClient) -> None:
    page = finance.page(f"/reports/cost/lines?{PERIOD}&only=reversals")
    assert [row[5] for row in table_rows(page, "The lines behind a figure")] == ["-10.00"]


def test_finance_sees_what_a_disease_cost_but_not_whose_it_is(ledger: Ledger, visit: Visit) -> None:
    path = f"{PATH}&by=condition"
    lines = f"/reports/cost/lines?{PERIOD}&by=condition&key_condition={ledger.condition_id}"
    finance, manager = visit(Role.FINANCE), visit(Role.MANAGER)
    known, unsaid = table_rows(finance.page(path), CAPTION)
    assert (known[3], unsaid[0], unsaid[3]) == ("6.00", "No condition named", "9.00")
    shown = [link.get("href", "") for link in finance.page(path).all("a")]
    assert not [href for href in shown if "key_condition" in href]
    finance.page(lines, status=403)
    assert [row[5] for row in table_rows(manager.page(lines), "The lines behind a figure")] == [
        "-10.00", "3.00", "10.00", "3.00",
    ]  # fmt: skip


def test_it_is_narrowed_by_fund_centre_and_item(ledger: Ledger, finance: InspectingClient) -> None:
    assert foot_of(finance.page(f"{PATH}&centre={ledger.centre_id}"))[3] == "6.00"
    assert foot_of(finance.page(f"{PATH}&drug={ledger.drug_a}"))[3] == "15.00"
    shown = text_of(finance.page(f"{PATH}&fund=999").root)
    assert "Nothing was dispensed in this period" in shown


NARROWED = {
    "channel=city_centre": ("Channel: City technology centre", "6.00"),
    "sex=female&age=00-04": ("Sex: Female; Age band: 0 to 4 years", ""),
    "atc=C09&prescriber=X": ("ATC group: C09 · Cardiovascular system; Prescriber: X", ""),
}


@pytest.mark.parametrize("asked", NARROWED)
def test_what_it_is_narrowed_to_is_said_on_screen_paper_and_lines_and_to_programs(
    app: Flask, pharmacy: Pharmacy, ledger: Ledger, visit: Visit, asked: str
) -> None:
    told, cost = NARROWED[asked]
    finance, path = visit(Role.FINANCE), f"{PATH}&{asked}"
    page = finance.page(path)
    assert f"Limited to {told}" in text_of(page.root)
    assert told in words(finance.get(f"{path}&format=pdf").get_data())
    book = load_workbook(io.BytesIO(finance.get(f"{path}&format=xlsx").get_data()))
    assert told in " ".join(str(row[0]) for row in book.worksheets[0].values)
    program = Program(app, pharmacy.database, pharmacy[Role.FINANCE].staff_id)
    api: Any = program.get(f"/api/v1{path}").json
    assert api["filters"] == told.split("; ")
    assert format_egp(api["total"]["cost"]) == (cost or "0.00")
    lines = finance.page(f"/reports/cost/lines?{PERIOD}&{asked}")
    said = zip(lines.all("dt"), lines.all("dd"), strict=True)
    assert set(api["filters"]) <= {f"{text_of(name)}: {text_of(value)}" for name, value in said}
    if cost:
        assert foot_of(page)[3] == cost
        assert cost in foot_of(lines)


def test_narrowed_to_a_disease_finance_is_told_sums_and_no_lines(
    ledger: Ledger, visit: Visit
) -> None:
    only = f"condition={ledger.condition_id}"
    finance, manager = visit(Role.FINANCE), visit(Role.MANAGER)
    for path in (f"{PATH}&{only}", f"{PATH}&by=drug&top=1&{only}"):
        seen = {link.get("href", "") for link in manager.page(path).all("a")}
        hidden = {link.get("href", "") for link in finance.page(path).all("a")}
        assert [href for href in seen if "/lines" in href]
        assert [href for href in hidden if "/lines" in href] == []
        assert "6.00" in foot_of(finance.page(path))
    for path in (
        "/reports/cost/lines",
        "/reports/claims/lines",
        "/reports/beneficiary-cost/persons",
    ):
        finance.page(f"{path}?{PERIOD}&{only}", status=403)
        manager.page(f"{path}?{PERIOD}&{only}")


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        ("date_from=2026-05-01&date_to=2026-04-01", "date_from", "The period must begin before"),
        ("date_from=30/02/2026&date_to=2026-04-01", "date_from", "Type a date as day/month/year"),
    ],
)
def test_it_refuses_a_period_beside_its_field_and_keeps_what_was_typed(
    ledger: Ledger, finance: InspectingClient, query: str, field: str, sentence: str
) -> None:
    for path in ("/reports/cost", "/reports/cost/lines"):
        page = finance.page(f"{path}?{query}", status=422)
        assert error_beside(page, field).startswith(sentence)


def test_nonsense_in_the_address_neither_breaks_nor_widens_it(
    ledger: Ledger, finance: InspectingClient
) -> None:
    finance.page("/reports/cost?by=blood&then=type&fund=x&drug=9999999999999999999999&page=0")
    for key in ("key_drug=x", "key_channel=pigeon", "key_month=2026-13", "key_centre=-1"):
        page = finance.page(f"/reports/cost/lines?{PERIOD}&{key}")
        assert "No line stands behind this" in text_of(page.root), key


def test_only_those_who_answer_for_money_enter(ledger: Ledger, visit: Visit) -> None:
    admitted = {Role.FINANCE, Role.MANAGER, Role.AUDITOR}
    for role in Role:
        client = visit(role)
        for path in (PATH, f"/reports/cost/lines?{PERIOD}"):
            client.page(path, status=200 if role in admitted else 403)
        # The room of reports holds those of requests too, which the committee reads.
        client.page("/reports", status=200 if role in {*admitted, Role.COMMITTEE} else 403)


def test_the_pages_ask_as_many_statements_for_many_rows_as_for_few(
    pharmacy: Pharmacy, ledger: Ledger, finance: InspectingClient
) -> None:
    for path in ("/reports/cost", "/reports/cost/lines"):
        with statements_of(pharmacy.database) as few:
            finance.page(f"{path}?date_from=2026-04-01&date_to=2026-04-30&by=drug")
        with statements_of(pharmacy.database) as many:
            finance.page(f"{path}?{PERIOD}&by=drug")
        assert len(few) == len(many)
        assert len(many) <= 16


def test_every_page_is_a_good_page_in_arabic(ledger: Ledger, visit: Visit) -> None:
    client = visit(Role.FINANCE, language="ar")
    page = client.page(f"{PATH}&by=centre&then=month")
    assert "فقط خمسة عشر جنيهًا لا غير" in text_of(page.root)
    client.page("/reports")
    client.page(f"/reports/cost/lines?{PERIOD}")
    assert Page(client.get("/reports/cost").text).faults == []

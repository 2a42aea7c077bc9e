"""The report of overrides and the register of controlled medicines: page, paper and file."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pharmacy.db import Database
from pharmacy.models import AuditEvent
from pharmacy.rules.vocabulary import AllergyKind, ControlledLaw, NoticeCode, ReversalReason, Role
from pharmacy.services.dispensing_order import Care, Override
from pharmacy.services.reversal import reverse
from tests.builders import (
    NOW,
    TODAY,
    Pharmacy,
    add_actor,
    add_batch,
    add_beneficiary,
    add_drug,
    after,
    approve_request,
    hand_out,
    item,
    open_pharmacy,
    order,
    unique,
)
from tests.reports.reading import words
from tests.web.back_office import Visit, error_beside, links_of, table_rows, visiting
from tests.web.inspection import text_of

PERIOD = "date_from=2026-03-01&date_to=2026-03-31"
OVERRIDES = f"/reports/overrides?{PERIOD}"
EARLY = Override(code=NoticeCode.NOT_YET_DUE, reason="سفر للعمرة")
ALLERGIC = Override(code=NoticeCode.ALLERGY_INGREDIENT, reason="=أكد الطبيب")


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    return open_pharmacy(database)


@pytest.fixture
def visit(app: Flask, pharmacy: Pharmacy) -> Visit:
    return visiting(app, pharmacy)


@pytest.fixture
def overridden(pharmacy: Pharmacy) -> list[int]:
    """One early issue, and one in spite of an allergy."""
    drug = add_drug(pharmacy, name_ar="إنالابريل", inn="enalapril")
    add_batch(pharmacy, drug, 1_000, 10_000)
    early = approve_request(pharmacy, item(drug, 30, issues=3))
    hand_out(pharmacy, order(early, 30))
    person = add_beneficiary(pharmacy, allergies=((AllergyKind.INGREDIENT, "enalapril"),))
    allergic = approve_request(pharmacy, item(drug, 30), beneficiary_id=person)
    return [
        hand_out(pharmacy, order(early, 30, overrides=[EARLY]), now=after(3)),
        hand_out(pharmacy, order(allergic, 30, overrides=[ALLERGIC]), now=after(4)),
    ]


def test_it_counts_overrides_by_notice_and_by_person(visit: Visit, overridden: list[int]) -> None:
    page = visit(Role.MANAGER).page(OVERRIDES)
    assert table_rows(page, "By notice") == [
        ["Allergy to an ingredient", "1"],
        ["Not yet due", "1"],
    ]
    assert table_rows(page, "By staff") == [["Mona Salem", "2"]]
    allergic, early = table_rows(page, "Overridden notices")
    assert early[2] == (
        "Not yet due إنالابريل was collected on 10/03/2026 and is due next from 03/04/2026;"
        " left in the approval 60 of 90."
    )
    assert early[3:] == ["سفر للعمرة", "Mona Salem"]
    assert allergic[2].startswith("Allergy to an ingredient Allergy on file to enalapril")
    opened = links_of(page)
    assert [opened[row[1]] for row in (early, allergic)] == [f"/d/{one}" for one in overridden]


def test_it_is_narrowed_by_notice_period_and_person(visit: Visit, overridden: list[int]) -> None:
    client = visit(Role.MANAGER)
    (only,) = table_rows(client.page(f"{OVERRIDES}&code=not_yet_due"), "Overridden notices")
    assert only[3] == "سفر للعمرة"
    nobody = client.page(f"{OVERRIDES}&staff=999999")
    assert "No notice was overridden in this period" in text_of(nobody.root)
    before = client.page("/reports/overrides?date_from=2026-01-01&date_to=2026-03-12")
    assert "No notice was overridden in this period" in text_of(before.root)


def test_a_period_that_ends_before_it_begins(visit: Visit) -> None:
    page = visit(Role.MANAGER).page(
        "/reports/overrides?date_from=2026-03-31&date_to=2026-03-01", status=422
    )
    assert error_beside(page, "date_to") or error_beside(page, "date_from")


def test_the_file_says_the_same_and_runs_no_formula(visit: Visit, overridden: list[int]) -> None:
    client = visit(Role.MANAGER)
    answer = client.get(f"{OVERRIDES}&format=csv")
    head, allergic, early = csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")))
    assert head == ["Date", "Number", "Notice", "What it said", "Reason", "Member of staff"]
    assert (early[0], early[2], early[4]) == ("2026-03-13", "Not yet due", "سفر للعمرة")
    assert allergic[4] == "'=أكد الطبيب"
    assert client.get(f"{OVERRIDES}&format=xlsx").get_data()[:2] == b"PK"


def test_who_may_not_see_diagnoses_sees_no_number_beside_an_allergy(
    visit: Visit, overridden: list[int]
) -> None:
    client = visit(Role.FINANCE)
    allergic, early = table_rows(client.page(OVERRIDES), "Overridden notices")
    assert allergic[1:3] == ["—", "Allergy to an ingredient"]
    assert early[1] != "—"
    rows = list(csv.reader(io.StringIO(client.get(f"{OVERRIDES}&format=csv").text)))
    assert rows[1][1] == rows[1][3] == ""


# --- the register --------------------------------------------------------------------------------


@pytest.fixture
def sedative(pharmacy: Pharmacy) -> int:
    """Two hundred received, thirty given on a prescription, thirty given and undone."""
    drug = add_drug(
        pharmacy,
        name_en="Clonazepam",
        name_ar="كلونازيبام",
        controlled_law=ControlledLaw.DECISION_172_2011,
        controlled_schedule="1",
    )
    add_batch(pharmacy, drug, 200, 2_000, now=NOW - timedelta(days=5))
    colleague = add_actor(pharmacy.database, Role.PHARMACIST, site_id=pharmacy.site_id)
    care = Care(
        prescriber="د. هالة عبد الرازق",
        prescription_number="A-17",
        prescription_date=TODAY,
        prescription_kept=True,
        second_staff_id=colleague.staff_id,
    )
    torn = Override(code=NoticeCode.PACK_NOT_SCANNED, reason="الكود ممزق")
    for number in ("A-17", "A-18"):
        approved = approve_request(pharmacy, item(drug, 30))
        own = replace(care, prescription_number=number)
        last = hand_out(pharmacy, order(approved, 30, care=own, overrides=[torn]))
    with pharmacy.database.transaction() as session:
        reverse(
            session,
            last,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_DRUG,
            second=pharmacy.pharmacist,
            actor=pharmacy[Role.MANAGER],
            now=NOW,
        )
    return drug


def test_the_register_balances_line_by_line(visit: Visit, sedative: int) -> None:
    page = visit(Role.PHARMACIST).page(f"/reports/controlled?drug={sedative}&{PERIOD}")
    rows = table_rows(page, "Register of controlled medicines")
    assert [(row[7], row[8], row[9]) for row in rows] == [
        ("200", "", "200"),
        ("", "30", "170"),
        ("", "30", "140"),
        ("30", "", "170"),
    ]
    given = rows[1]
    assert given[2].startswith("فاطمة")
    assert given[3:6] == ["د. هالة عبد الرازق", "A-17", "10/03/2026"]
    assert given[10] == "Mona Salem"
    assert rows[3][2].startswith("Undoes ")
    assert "Decision 172 of 2011 (psychotropics) · Table 1" in text_of(page.root)


def test_who_opened_the_register_is_written_down(
    visit: Visit, pharmacy: Pharmacy, sedative: int
) -> None:
    visit(Role.AUDITOR).page(f"/reports/controlled?drug={sedative}&{PERIOD}")
    with pharmacy.database.reading() as session:
        events = session.scalars(
            select(AuditEvent).where(AuditEvent.noun == "controlled_register")
        ).all()
    assert [event.after for event in events] == [
        {"date_from": "2026-03-01", "date_to": "2026-03-31"}
    ]


def test_the_register_as_a_paper_and_as_a_file(visit: Visit, sedative: int) -> None:
    client = visit(Role.MANAGER)
    path = f"/reports/controlled?drug={sedative}&site=all&{PERIOD}"
    paper = words(client.get(f"{path}&format=pdf").get_data())
    assert {"A-17", "A-18", "170", "Clonazepam"} <= set(paper.split())
    rows = list(csv.reader(io.StringIO(client.get(f"{path}&format=csv").text)))
    assert [row[7:10] for row in rows[1:]] == [
        ["", "", "0"],
        ["200", "", "200"],
        ["", "30", "170"],
        ["", "30", "140"],
        ["30", "", "170"],
        ["", "", "170"],
    ]


def test_the_register_asks_for_a_medicine_first(visit: Visit, sedative: int) -> None:
    client = visit(Role.MANAGER)
    assert "Choose a medicine" in text_of(client.page("/reports/controlled").root)
    plain = client.page(f"/reports/controlled?drug={sedative + 1}")
    assert "Choose a medicine" in text_of(plain.root)


@pytest.mark.parametrize("role", [Role.CLERK, Role.FINANCE, Role.STORE_KEEPER, Role.COMMITTEE])
def test_the_register_is_not_for_everybody(visit: Visit, role: Role) -> None:
    assert visit(role).get("/reports/controlled").status_code == 403

"""Months on their pages: the list, the checklist, closing with a confirmation, the certificate."""

from flask import Flask

from pharmacy.db import Database
from pharmacy.models import ClosedPeriod
from pharmacy.rules.vocabulary import Role
from tests.builders import (
    add_batch,
    add_drug,
    after,
    approve_request,
    hand_out,
    item,
    open_pharmacy,
    order,
    rows,
    snapshot,
)
from tests.reports import reading
from tests.web.back_office import links_of, table_rows, visiting
from tests.web.inspecting import values_of
from tests.web.office import form_of


def test_finance_closes_a_month_and_prints_its_certificate(app: Flask, database: Database) -> None:
    pharmacy = open_pharmacy(database)
    add_batch(pharmacy, add_drug(pharmacy), 10, 123_456, now=after(0))
    visit = visiting(app, pharmacy)
    finance, auditor = visit(Role.FINANCE), visit(Role.AUDITOR)
    assert links_of(auditor.page("/reports"))["Months"] == "/periods"
    listed = table_rows(finance.page("/periods"), "Months")
    assert [row[:3] for row in listed][-1] == ["March 2026", "Not closed yet", "1"]
    page = finance.page("/periods/2026-03")
    assert table_rows(page, "Checklist")[2][:2] == [
        "The ledger verifies, row by row",
        "Looked at when the month is closed",
    ]
    assert "Verify and close F9" in links_of(page)
    assert "Verify and close F9" not in links_of(auditor.page("/periods/2026-03"))
    asked = finance.page("/periods/2026-03/close")
    states = [row[1] for row in table_rows(asked, "Checklist")]
    assert states == ["In order"] * 6 + ["To look at", *["In order"] * 2, "To look at", "In order"]
    assert rows(database, ClosedPeriod.month) == []
    answer = finance.send("/periods/2026-03/close", {})
    assert (answer.status_code, answer.location) == (303, "/periods/2026-03")
    again = finance.post("/periods/2026-03/close", data=values_of(form_of(asked)))
    assert again.status_code == 422  # said on the page, which has no button any more
    ((month, sealed),) = rows(database, ClosedPeriod.month, ClosedPeriod.totals_digest)
    assert month == "2026-03"
    closed = auditor.page("/periods/2026-03")
    assert table_rows(closed, "Accounts") == [
        ["Stock of medicines and supplies", "1100", "0.00", "1,234.56", "0.00", "1,234.56"],
        ["Suppliers and contract pharmacies", "2100", "0.00", "0.00", "1,234.56", "(1,234.56)"],
    ]
    assert table_rows(closed, "Numbers of documents")[0][3:] == ["1", "1", "1", "0"]
    paper = auditor.get("/periods/2026-03/certificate")
    words = reading.words(paper.data)
    assert "1,234.56" in words
    assert sealed[:12] in words.replace(" ", "")
    assert auditor.get("/periods/2026-02/certificate").status_code == 404
    assert auditor.get("/periods/spring").status_code == 409


def test_a_month_with_money_uncounted_is_closed_with_a_reason_that_is_kept(
    app: Flask, database: Database
) -> None:
    pharmacy = open_pharmacy(database)
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 30, 3_000, now=after(0))
    shared = approve_request(pharmacy, item(drug), citizen_basis_points=1_000)
    hand_out(pharmacy, order(shared, 30))
    finance = visiting(app, pharmacy)(Role.FINANCE)
    asked = finance.page("/periods/2026-03/close")
    drawers = "No money of the month lies uncounted in a drawer"
    [looked] = [row for row in table_rows(asked, "Checklist") if row[0] == drawers]
    assert looked[1:4] == ["Stops the closing", "1", "3.00"]
    before = snapshot(database)
    refused = finance.send("/periods/2026-03/close", {"reason": " "})
    assert refused.status_code == 409
    assert "lies uncounted in drawers" in refused.text
    assert snapshot(database) == before
    answer = finance.send("/periods/2026-03/close", {"reason": "أمين العهدة في إجازة"})
    assert (answer.status_code, answer.location) == (303, "/periods/2026-03")
    page = finance.page("/periods/2026-03")
    [looked] = [row for row in table_rows(page, "Checklist") if row[0] == drawers]
    assert looked[1:] == ["Left with a reason", "1", "3.00", "أمين العهدة في إجازة"]
    words = reading.words(finance.get("/periods/2026-03/certificate?lang=en").data)
    assert reading.missing(["Drawers were left uncounted"], words) == set()

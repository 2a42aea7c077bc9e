"""Claims on their pages: entered by hand and by file, checked, decided, told in a letter."""

import io
from datetime import timedelta
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import update

from pharmacy.db import Database
from pharmacy.models import CitizenRequest, Claim, ClaimDecision, ClaimLine, ClaimReversal, Drug
from pharmacy.rules.vocabulary import Role
from pharmacy.services.claim import add_pharmacy
from tests.builders import rows
from tests.reports.reading import words
from tests.treasury import add_office
from tests.web.back_office import error_beside, links_of, table_rows
from tests.web.counter_day import CounterDay, counter_day
from tests.web.inspecting import InspectingClient, values_of
from tests.web.inspection import Page, text_of
from tests.web.office import NOW, TODAY, form_of
from tests.web.people import PASSWORD

WHERE = "/claims/new"


@pytest.fixture
def day(database: Database) -> CounterDay:
    """A counter, the office, a pharmacy under contract, drugs agreed at two pounds a unit."""
    day = counter_day(database)
    add_office(database)
    with database.transaction() as session:
        add_pharmacy(session, "صيدلية الشفاء", actor=day.staff[Role.FINANCE], now=NOW)
        session.execute(update(Drug).values(reference_price=2_00, pack_size=1))
    return day


@pytest.fixture
def finance(app: Flask, day: CounterDay) -> InspectingClient:
    client = cast("InspectingClient", app.test_client())
    assert client.sign_in("finance", PASSWORD).status_code == 303
    return client


def head(client: InspectingClient) -> dict[str, str]:
    page = client.page(WHERE)
    pharmacy, fund = (
        next(
            option.get("value", "")
            for select in page.all("select")
            if select.get("name") == name
            for option in select.iter("option")
            if option.get("value")
        )
        for name in ("pharmacy", "fund")
    )
    return {
        "pharmacy": pharmacy,
        "fund": fund,
        "number": "م-17",
        "dated_on": f"{TODAY:%d/%m/%Y}",
    }


def typed(number: int, request: str, drug: str, quantity: str, amount: str) -> dict[str, str]:
    return {
        f"lines-{number}-request": request,
        f"lines-{number}-drug": drug,
        f"lines-{number}-given_on": f"{TODAY:%d/%m/%Y}",
        f"lines-{number}-quantity": quantity,
        f"lines-{number}-amount": amount,
        f"lines-{number}-receipt": f"R-{number}",
    }


def facts(database: Database, day: CounterDay) -> tuple[str, str, str]:
    [(number,)] = rows(database, CitizenRequest.number, id=day.request_id)
    codes = [code for (code,) in rows(database, Drug.code)]
    return number, codes[0], codes[1]


def test_a_claim_is_typed_checked_decided_and_told(
    finance: InspectingClient, database: Database, day: CounterDay
) -> None:
    number, first, second = facts(database, day)
    wrong = finance.send(
        WHERE,
        {**head(finance), "claim_total": "1", **typed(0, "2026-1", "?", "0", "")},
        action=WHERE,
    )
    assert wrong.status_code == 422
    for name in ("request", "drug", "quantity", "amount"):
        assert error_beside(Page(wrong.text), f"lines-0-{name}"), name
    good = {**typed(0, number, first, "30", "60"), **typed(1, number, second, "70", "150.00")}
    made = finance.send(WHERE, {**head(finance), "claim_total": "210", **good}, action=WHERE)
    assert made.status_code == 303, text_of(Page(made.text).root)
    assert rows(database, ClaimLine.quantity, ClaimLine.amount) == [(30, 60_00), (70, 150_00)]
    page = finance.page(made.location)
    assert "60" in text_of(page.root)
    sent = {**values_of(form_of(page)), "lines-1-amount": "150.01", "lines-1-reason": "price"}
    refused = finance.post(made.location, data=sent)
    assert refused.status_code == 422
    sent["lines-1-amount"], sent["lines-1-reason"] = "120.00", "beyond_approval"
    assert finance.post(made.location, data=sent).status_code == 303
    assert rows(database, ClaimDecision.accepted) == [(180_00,)]
    again = finance.post(made.location, data={**sent, "submission_id": "other"})
    assert again.status_code == 409
    letter = words(finance.get(f"{made.location}/letter").data)
    assert "180.00" in letter
    assert "210.00" in letter
    for address in ("/claims", "/claims?state=in_part", "/claims?pharmacy=2&state=waiting"):
        finance.page(address)


def test_a_file_of_lines_comes_back_with_reasons_or_is_recorded_whole(
    finance: InspectingClient, database: Database, day: CounterDay
) -> None:
    number, first, _ = facts(database, day)
    titles = "رقم الطلب,الصنف,التاريخ,الكمية,القيمة,رقم الإيصال\n"
    good = f"{number},{first},{TODAY},30,60.00,R-1\n"
    bad = f"{titles}{good}0000,{first},{TODAY},30,60,R-2\n{number},{first},{TODAY},x,60,R-3\n"
    shown = values_of(form_of(finance.page(WHERE)))

    back = finance.post(
        WHERE,
        data={**shown, **head(finance), "file": (io.BytesIO(bad.encode()), "claim.csv")},
    )
    assert (back.status_code, back.mimetype) == (422, "text/csv")
    assert [line.split(",")[0] for line in back.text.strip().splitlines()[1:]] == ["3", "4"]
    assert rows(database, Claim.id) == []
    made = finance.post(
        WHERE,
        data={
            **shown,
            **head(finance),
            "file": (io.BytesIO(f"{titles}{good}".encode()), "claim.csv"),
        },
    )
    assert made.status_code == 303
    assert rows(database, Claim.number, Claim.claimed) == [("م-17", 60_00)]


def test_a_pharmacy_is_put_under_contract_once(finance: InspectingClient) -> None:
    where = "/claims/pharmacies"
    assert finance.send(where, {"name": "صيدلية النور"}).status_code == 303
    assert finance.send(where, {"name": "صيدلية النور"}).status_code == 422
    names = [row[0] for row in table_rows(finance.page(where), "الصيدليات المتعاقدة")]
    assert names == ["صيدلية الشفاء", "صيدلية النور"]


def test_the_request_shows_what_was_given_elsewhere(
    app: Flask, finance: InspectingClient, database: Database, day: CounterDay
) -> None:
    number, first, _ = facts(database, day)
    made = finance.send(
        WHERE, {**head(finance), **typed(0, number, first, "30", "60")}, action=WHERE
    )
    sent = values_of(form_of(finance.page(made.location)))
    assert finance.post(made.location, data=sent).status_code == 303
    manager = cast("InspectingClient", app.test_client())
    assert manager.sign_in("manager", PASSWORD).status_code == 303
    page = manager.page(f"/r/{day.request_id}")
    [row] = table_rows(page, "المنصرف من صيدليات متعاقدة")
    assert row[1] == "صيدلية الشفاء"
    assert made.location in links_of(page).values()


def test_a_decision_is_undone_told_in_its_letter_and_made_anew(
    app: Flask, finance: InspectingClient, database: Database, day: CounterDay
) -> None:
    number, first, _ = facts(database, day)
    made = finance.send(
        WHERE, {**head(finance), **typed(0, number, first, "30", "60")}, action=WHERE
    )
    where = made.location
    sent = values_of(form_of(finance.page(where)))
    undoing = f"{where}/reverse"
    refused = finance.send(undoing, {"reason": "wrong_entry"})
    assert (refused.status_code, rows(database, ClaimReversal.claim_id)) == (422, [])
    assert finance.post(where, data=sent).status_code == 303
    links = links_of(finance.page(where)).values()
    assert {undoing, "/invoices/1"} <= set(links)
    why = {"reason": "wrong_entry", "note": "خطأ في البند", "submission_id": "once"}
    for _ in range(2):
        assert finance.send(undoing, why).location == where
    again = finance.send(undoing, {**why, "submission_id": "other"})
    assert again.status_code == 409
    page = finance.page(where)
    said = text_of(page.root)
    assert "خطأ في البند" in said
    assert undoing not in links_of(page).values()
    assert finance.get(f"{where}/letter").status_code == 404
    assert finance.get(f"{where}/letter?decision=7").status_code == 404
    letter = words(finance.get(f"{where}/letter?decision=1").data)
    assert "-RV-" in letter
    anew = values_of(form_of(finance.page(where)))
    assert finance.post(where, data=anew).status_code == 303
    assert rows(database, ClaimDecision.attempt, ClaimDecision.accepted) == [(1, 60_00), (2, 60_00)]
    assert "-RV-" not in words(finance.get(f"{where}/letter").data)
    manager = cast("InspectingClient", app.test_client())
    assert manager.sign_in("manager", PASSWORD).status_code == 303
    assert manager.get(undoing).status_code == 403
    [(voucher,)] = rows(database, ClaimDecision.voucher_id, attempt=1)
    assert where in links_of(manager.page(f"/stock/v/{voucher}")).values()


def test_the_letter_of_a_rejection_that_was_undone_says_so(
    finance: InspectingClient, database: Database, day: CounterDay
) -> None:
    number, first, _ = facts(database, day)
    made = finance.send(
        WHERE, {**head(finance), **typed(0, number, first, "30", "60")}, action=WHERE
    )
    sent = values_of(form_of(finance.page(made.location)))
    sent |= {"lines-0-quantity": "0", "lines-0-amount": "0"}
    sent |= {"lines-0-reason": "other", "lines-0-note": "لا يخص المواطن"}
    assert finance.post(made.location, data=sent).status_code == 303
    assert finance.send(f"{made.location}/reverse", {"reason": "wrong_entry"}).status_code == 303
    letter = words(finance.get(f"{made.location}/letter?decision=1").data)
    assert f"{TODAY:%d/%m/%Y}" in letter
    assert "ألغي يوم" in letter
    report = f"/reports/reversals?date_from={TODAY}&date_to={TODAY + timedelta(days=1)}"
    assert made.location in links_of(finance.page(report)).values()

"""Claims on their pages: entered by hand and by file, checked, decided, told in a letter."""

import io
from datetime import timedelta
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import update

from pharmacy.db import Database
from pharmacy.models import (
    CitizenRequest,
    Claim,
    ClaimDecision,
    ClaimLine,
    ClaimLineDecision,
    ClaimReversal,
    Drug,
    Supplier,
)
from pharmacy.rules.vocabulary import PartyKind, Role
from pharmacy.services.claim import add_pharmacy
from tests.builders import add_chart, rows
from tests.reports.reading import words
from tests.treasury import add_office
from tests.web.back_office import error_beside, links_of, table_rows
from tests.web.counter_day import CounterDay, counter_day
from tests.web.inspecting import InspectingClient, values_of
from tests.web.inspection import Page, text_of
from tests.web.office import NOW, TODAY, form_of
from tests.web.people import PASSWORD

WHERE = "/claims/new"
DUE = TODAY + timedelta(days=24)
"""When what is given today for thirty days is due again."""


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


def lines_of(page: Page) -> list[list[str]]:
    return table_rows(page, "البنود")


def test_more_than_was_due_is_named_on_the_page_and_noted_in_the_decision(
    finance: InspectingClient, database: Database, day: CounterDay
) -> None:
    number, first, second = facts(database, day)
    sent = {**typed(0, number, first, "90", "180"), **typed(1, number, second, "30", "75")}
    again = {**typed(2, number, first, "30", "60")}
    made = finance.send(WHERE, {**head(finance), **sent, **again}, action=WHERE)
    page = finance.page(made.location)
    found = [row[0] for row in lines_of(page)[1::2]]
    assert found == [
        "أكثر من صرفة المستحق يومها 60 قرصًا",
        "السعر أعلى من المتفق عليه المتفق عليه يومها 60.00 جنيه",
        f"لم يحن موعده صُرف في {TODAY:%d/%m/%Y} ويُستحق التالي من {DUE:%d/%m/%Y}",
    ]
    asked = values_of(form_of(page))
    names = ("quantity", "amount", "reason", "note")
    assert [[asked[f"lines-{at}-{name}"][0] for name in names] for at in range(3)] == [
        ["60", "120.00", "beyond_approval", ""],
        ["30", "60.00", "price", ""],
        ["0", "0.00", "beyond_approval", ""],
    ]
    beyond = {**asked, "lines-2-quantity": "30", "lines-2-amount": "60.00", "lines-2-reason": ""}
    refused = finance.post(made.location, data=beyond)
    assert refused.status_code == 422
    assert "البند 3: اكتب سبب مخالفة ما تقترحه المراجعة." in text_of(Page(refused.text).root)
    assert finance.post(made.location, data=asked).status_code == 303
    notes = [
        "أكثر من صرفة: المستحق يومها 60 قرصًا",
        "",
        f"لم يحن موعده: صُرف في {TODAY:%d/%m/%Y} ويُستحق التالي من {DUE:%d/%m/%Y}",
    ]
    assert [note for (note,) in rows(database, ClaimLineDecision.note)] == notes
    told = [row[-1] for row in lines_of(finance.page(made.location))]
    beyond_approval, price = "أكثر من المعتمد", "السعر أعلى من المتفق عليه"
    assert told == [f"{beyond_approval}{notes[0]}", price, f"{beyond_approval}{notes[2]}"]


def test_a_line_accepted_in_full_names_no_reason_and_its_undoing_tells_what_was_accepted(
    finance: InspectingClient, database: Database, day: CounterDay
) -> None:
    number, first, second = facts(database, day)
    sent = {**typed(0, number, first, "30", "60"), **typed(1, number, second, "30", "75")}
    made = finance.send(WHERE, {**head(finance), **sent}, action=WHERE)
    asked = values_of(form_of(finance.page(made.location)))
    assert finance.post(made.location, data=asked).status_code == 303
    assert [row[-1] for row in lines_of(finance.page(made.location))] == [
        "",
        "السعر أعلى من المتفق عليه",
    ]
    said = text_of(finance.page(f"{made.location}/reverse").root)
    for part in ("المقبول 120.00 جنيه", "هذا يلغي القرار كله", "يبقى القرار نفسه كما هو"):
        assert part in said, part
    for part in ("135.00", "إلغاء المستند", "المستند كله"):
        assert part not in said, part


def test_reports_call_their_parties_by_what_they_are(
    finance: InspectingClient, database: Database, day: CounterDay
) -> None:
    def filters(report: str) -> tuple[str, list[str]]:
        page = finance.page(f"/reports/{report}")
        [label] = [text_of(one) for one in page.all("label") if one.get("for") == "supplier"]
        [select] = [one for one in page.all("select") if one.get("name") == "supplier"]
        return label.removesuffix(" (اختياري)"), [
            text_of(option) for option in select.iter("option")
        ]

    add_chart(database)
    assert filters("claims") == ("الصيدلية", ["الكل", "صيدلية الشفاء"])
    assert filters("gifts")[0] == "المتبرع"
    assert filters("supplier-balances")[0] == "المورد"
    [(pharmacy,)] = rows(database, Supplier.id, kind=PartyKind.CONTRACT_PHARMACY)
    shown = text_of(finance.page(f"/reports/claims?supplier={pharmacy}").root)
    assert "الصيدلية: صيدلية الشفاء" in shown


def test_the_list_tells_claims_as_they_stood(
    finance: InspectingClient, database: Database, day: CounterDay
) -> None:
    number, first, _ = facts(database, day)
    made = finance.send(
        WHERE, {**head(finance), **typed(0, number, first, "30", "60")}, action=WHERE
    )
    caption = "مطالبات الصيدليات المتعاقدة"

    def states(asked: str) -> list[str]:
        return [row[-1] for row in table_rows(finance.page(f"/claims?{asked}"), caption)]

    assert (
        finance.post(
            made.location, data=values_of(form_of(finance.page(made.location)))
        ).status_code
        == 303
    )
    assert states("") == ["مقبولة كلها"]
    assert states(f"open_from={TODAY}&as_of={TODAY}") == ["مقبولة كلها"]
    before, after = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    for asked in (f"as_of={before}", f"open_from={after}"):
        assert "لا توجد مطالبات" in text_of(finance.page(f"/claims?{asked}").root), asked
    for asked in ("open_from=0001-01-01", "as_of=9999-12-31", "open_from=9999-12-31"):
        finance.page(f"/claims?{asked}")

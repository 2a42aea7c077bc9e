"""The drawer's pages: counted blind, told after, signed by a second person, printed."""

from datetime import UTC, datetime
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import update

from pharmacy.db import Database
from pharmacy.models import AuditEvent, CashCount, Staff
from pharmacy.rules.calendar import cairo_day
from tests.builders import rows
from tests.reports.reading import words
from tests.web.back_office import foot_of, links_of
from tests.web.counter_day import CounterDay, counted, counter_day
from tests.web.inspecting import InspectingClient
from tests.web.inspection import text_of
from tests.web.people import PASSWORD, PIN, PIN_HASH


@pytest.fixture
def day(database: Database) -> CounterDay:
    """A counter, and somebody of finance who signs."""
    day = counter_day(database)
    with database.transaction() as session:
        session.execute(update(Staff).values(pin_hash=PIN_HASH))
    return day


@pytest.fixture
def pharmacist(app: Flask, day: CounterDay) -> InspectingClient:
    client = cast("InspectingClient", app.test_client())
    assert client.sign_in("pharmacist", PASSWORD).status_code == 303
    return client


def test_a_drawer_is_counted_blind_then_signed_for_then_printed(
    pharmacist: InspectingClient, database: Database
) -> None:
    assert pharmacist.page("/drawer").all("table") == []
    told = pharmacist.send("/drawer", {"n2000": "1", "n50": "٣"}, action="/drawer")
    assert told.status_code == 200
    assert "21.50" in told.text
    assert rows(database, CashCount.voucher_id) == []
    assert len(rows(database, AuditEvent.id, noun="drawer")) == 1
    signing = {"pieces": "2000:1,50:3", "shown": "0", "submission_id": "shift"}
    before = counted(database)
    for given, status in (
        ({"signer": "finance", "signer_pin": PIN}, 422),  # no reason
        ({"signer": "clerk", "signer_pin": PIN, "reason": "x"}, 403),
        ({"signer": "pharmacist", "signer_pin": PIN, "reason": "x"}, 422),
        ({"signer": "finance", "signer_pin": "280492", "reason": "x"}, 401),
        ({"signer": "finance", "signer_pin": PIN, "reason": "x", "shown": "100"}, 409),
        ({"signer": "finance", "signer_pin": PIN, "reason": "x", "pieces": "7:1"}, 422),
    ):
        answer = pharmacist.post("/drawer", data=sent(pharmacist, {**signing, **given}))
        assert (answer.status_code, given) == (status, given)
    assert counted(database) == before
    done = pharmacist.post(
        "/drawer",
        data=sent(pharmacist, {**signing, "signer": "finance", "signer_pin": PIN, "reason": "فكة"}),
    )
    assert done.status_code == 303, done.text
    page = pharmacist.page(done.location)
    assert "فكة" in text_of(page.root)
    pdf = pharmacist.get(f"{done.location}/paper")
    assert "21.50" in words(pdf.data)
    assert "21.50" in text_of(pharmacist.page("/drawer/counts").root)


def sent(client: InspectingClient, given: dict[str, str]) -> dict[str, str]:
    """What the signing page sends, with the token of the client's forms."""
    page = client.page("/drawer")
    [token, *_] = [f.get("value", "") for f in page.all("input") if f.get("name") == "csrf_token"]
    return {**given, "csrf_token": token}


def test_a_count_is_seen_by_its_site_and_by_those_of_none(
    app: Flask, pharmacist: InspectingClient
) -> None:
    signing = {"pieces": "2000:1", "shown": "0", "submission_id": "shift", "reason": "x"}
    signed = {**signing, "signer": "finance", "signer_pin": PIN}
    where = pharmacist.post("/drawer", data=sent(pharmacist, signed)).location
    finance = cast("InspectingClient", app.test_client())
    assert finance.sign_in("finance", PASSWORD).status_code == 303
    assert finance.get("/drawer").location == "/drawer/counts"
    assert finance.get(where).status_code == 200
    page = finance.page("/drawer/counts")
    [current] = [text_of(link) for link in page.all("a") if link.get("aria-current")]
    assert current == "مصادر التمويل"
    assert foot_of(page)[1:4] == ["0.00", "20.00", "20.00"]
    assert "/drawer/counts" in links_of(finance.page("/funds")).values()
    earlier = finance.page("/drawer/counts?date_to=01/01/2026")
    assert "20.00" not in text_of(earlier.root)
    today = cairo_day(datetime.now(UTC)).isoformat()
    report = finance.get(f"/reports/cash-counts?date_from={today}&date_to={today}&format=csv")
    assert "20.00" in report.text


def test_finance_undoes_a_count_and_its_page_and_minutes_say_so(
    app: Flask, pharmacist: InspectingClient, database: Database
) -> None:
    signing = {"pieces": "2000:1", "shown": "0", "submission_id": "shift", "reason": "x"}
    signed = {**signing, "signer": "finance", "signer_pin": PIN}
    where = pharmacist.post("/drawer", data=sent(pharmacist, signed)).location
    assert pharmacist.get(f"{where}/reverse").status_code == 403
    finance = cast("InspectingClient", app.test_client())
    assert finance.sign_in("finance", PASSWORD).status_code == 303
    assert finance.page(f"{where}/reverse").all("form") != []
    before = counted(database)
    refused = finance.send(f"{where}/reverse", {"reason": ""})
    assert refused.status_code == 422
    assert counted(database) == before
    typed = {"reason": "wrong_entry", "note": "خطأ", "submission_id": "once"}
    for _ in range(2):
        done = finance.send(f"{where}/reverse", typed)
        assert (done.status_code, done.location) == (303, where)
    again = finance.send(f"{where}/reverse", {**typed, "submission_id": "twice"})
    assert again.status_code == 409
    said = text_of(finance.page(where).root)
    assert "اجرد الدرج من جديد" in said
    assert "-RV-" in said
    assert "-RV-" in words(finance.get(f"{where}/paper").data)
    listed = finance.page("/drawer/counts")
    assert "ملغى" in text_of(listed.root)
    assert foot_of(listed)[1:4] == ["0.00", "0.00", "0.00"]
    assert "أُلغي هذا الجرد" in text_of(pharmacist.page(where).root)

"""The counter through its pages: find, hand out, print, undo; and what it refuses."""

from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from pharmacy.db import Database
from pharmacy.models import (
    AccessEvent,
    Batch,
    CitizenRequest,
    DispensingLine,
    NoticeOverride,
    Owing,
    Voucher,
)
from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.rules.vocabulary import Role, VoucherKind
from tests.reports.reading import barcodes, words
from tests.web.counter_day import NATIONAL_ID, CounterDay, counted, counter_day
from tests.web.inspecting import InspectingClient
from tests.web.inspection import Page, text_of
from tests.web.people import PASSWORD, statements_of


@pytest.fixture
def day(database: Database) -> CounterDay:
    return counter_day(database)


@pytest.fixture
def pharmacist(app: Flask, day: CounterDay) -> InspectingClient:
    return signed_in(app, Role.PHARMACIST)


def signed_in(app: Flask, role: Role) -> InspectingClient:
    client = cast("InspectingClient", app.test_client())
    assert client.sign_in(role.value, PASSWORD).status_code == 303
    return client


def desk(day: CounterDay) -> str:
    return f"/counter?b={day.person_id}"


def filled(
    client: InspectingClient, day: CounterDay, quantities: list[str], **fields: str
) -> dict[str, Any]:
    """What the desk's form sends with these quantities typed; the rest stays as it was shown."""
    page = client.page(desk(day))
    form = next(form for form in page.all("form") if form.get("id") == "dispense")
    shown: dict[str, Any] = {}
    for element in form.iter("input"):
        if element.get("type") != "checkbox":
            shown.setdefault(element.attrib["name"], []).append(element.get("value", ""))
    return {**shown, "quantity": quantities, **fields}


def hand_out(
    client: InspectingClient, day: CounterDay, quantities: list[str], **fields: str
) -> TestResponse:
    return client.post("/dispensings", data=filled(client, day, quantities, **fields))


def test_a_card_leads_to_the_person_and_what_is_due(
    pharmacist: InspectingClient, day: CounterDay
) -> None:
    found = pharmacist.get(f"/counter?q={day.card_number}")
    assert found.status_code == 303
    assert found.location == f"/counter?b={day.person_id}"
    page = pharmacist.page(found.location)
    assert [e.get("value") for e in page.all("input") if e.get("name") == "quantity"] == ["60"] * 2


@pytest.mark.parametrize("typed", ["فاطمه عبدالرحمن", "حسن فاط", NATIONAL_ID, "01012345678"])
def test_a_person_is_found_by_name_identity_and_phone(
    pharmacist: InspectingClient, day: CounterDay, typed: str
) -> None:
    answer = pharmacist.get("/counter", query_string={"q": typed})
    if answer.status_code == 303:
        assert answer.location == f"/counter?b={day.person_id}"
    else:
        assert f'href="/counter?b={day.person_id}"' in answer.get_data(as_text=True)


def test_a_name_never_chooses_somebody_by_itself(pharmacist: InspectingClient) -> None:
    assert pharmacist.get("/counter?q=فاطمة").status_code == 200


def test_the_request_slip_and_the_old_receipt_lead_there_too(
    pharmacist: InspectingClient, day: CounterDay
) -> None:
    slip = in_house(InHousePrefix.REQUEST_SLIP, day.request_id)
    where = f"/counter?b={day.person_id}&r={day.request_id}"
    assert pharmacist.get(f"/counter?q={slip}").location == where
    voucher = hand_out(pharmacist, day, ["60", "60"]).location.rsplit("/", 1)[1]
    receipt = in_house(InHousePrefix.RECEIPT, int(voucher))
    assert pharmacist.get(f"/counter?q={receipt}").location == where


def test_opening_a_person_at_the_counter_is_written_down(
    pharmacist: InspectingClient, day: CounterDay, database: Database
) -> None:
    pharmacist.page(desk(day))
    with database.reading() as session:
        seen = session.execute(select(AccessEvent.beneficiary_id, AccessEvent.action)).all()
    assert [tuple(row) for row in seen] == [(day.person_id, "view")]


def test_the_identity_is_masked(pharmacist: InspectingClient, day: CounterDay) -> None:
    page = pharmacist.get(desk(day)).get_data(as_text=True)
    assert NATIONAL_ID not in page
    assert "8047" in page


def test_it_hands_out_once_and_shows_the_papers(
    pharmacist: InspectingClient, day: CounterDay, database: Database
) -> None:
    answer = hand_out(pharmacist, day, ["60", "30"])
    assert answer.status_code == 303
    page = pharmacist.page(answer.location)
    assert [text_of(cell) for cell in page.all("tfoot")[0].iter("td")] == ["9.00", "0.00", ""]
    with database.reading() as session:
        rows = session.execute(
            select(DispensingLine.quantity, DispensingLine.cost).order_by(DispensingLine.id)
        ).all()
    assert [tuple(row) for row in rows] == [(60, 600), (30, 300)]


def test_the_same_form_sent_twice_dispenses_once(
    pharmacist: InspectingClient, day: CounterDay, database: Database
) -> None:
    first = hand_out(pharmacist, day, ["60", "60"], submission_id="one click")
    moved = counted(database)
    second = hand_out(pharmacist, day, ["60", "60"], submission_id="one click")
    assert (second.status_code, second.location) == (303, first.location)
    assert counted(database) == moved


def test_the_same_form_with_other_content_is_refused(
    pharmacist: InspectingClient, day: CounterDay, database: Database
) -> None:
    hand_out(pharmacist, day, ["60", "60"], submission_id="one click")
    moved = counted(database)
    assert hand_out(pharmacist, day, ["60", "30"], submission_id="one click").status_code == 422
    assert counted(database) == moved


def test_too_early_asks_for_a_reason_and_goes_on_with_one(
    pharmacist: InspectingClient, day: CounterDay, database: Database
) -> None:
    hand_out(pharmacist, day, ["60", "0"])
    moved = counted(database)
    refused = hand_out(pharmacist, day, ["30", "0"])
    assert refused.status_code == 409
    assert 'name="reason-not_yet_due"' in refused.get_data(as_text=True)
    assert counted(database) == moved
    reason = {"reason-not_yet_due": "سفر لمدة شهرين"}
    assert hand_out(pharmacist, day, ["30", "0"], **reason).status_code == 303
    with database.reading() as session:
        kept = session.execute(select(NoticeOverride.code, NoticeOverride.reason)).all()
    assert [(row.code.value, row.reason) for row in kept] == [("not_yet_due", "سفر لمدة شهرين")]


def test_an_allergy_blocks_until_somebody_gives_a_reason(app: Flask, database: Database) -> None:
    day = counter_day(database, allergy="enalapril")
    client = signed_in(app, Role.PHARMACIST)
    moved = counted(database)
    refused = hand_out(client, day, ["60", "0"])
    assert refused.status_code == 409
    assert 'name="reason-allergy_ingredient"' in refused.get_data(as_text=True)
    assert counted(database) == moved


def test_a_refused_desk_changes_its_language_where_it_stands(
    pharmacist: InspectingClient, day: CounterDay
) -> None:
    hand_out(pharmacist, day, ["60", "0"])
    refused = hand_out(pharmacist, day, ["30", "0"])
    links = [link.get("href") for link in Page(refused.get_data(as_text=True)).all("a")]
    assert f"/counter?b={day.person_id}&r={day.request_id}&lang=en" in links


def test_short_stock_offers_a_part_and_owes_the_rest(app: Flask, database: Database) -> None:
    day = counter_day(database, shelf=40)
    client = signed_in(app, Role.PHARMACIST)
    refused = hand_out(client, day, ["60", "0"])
    assert refused.status_code == 409
    assert 'name="partial"' in refused.get_data(as_text=True)
    done = hand_out(client, day, ["60", "0"], partial="y")
    assert done.status_code == 303
    with database.reading() as session:
        assert session.scalars(select(Owing.quantity)).all() == [20]
    slip = client.get(f"{done.location}/owing")
    assert "20" in words(slip.data)
    assert "مستحق" in text_of(client.page("/owings").root)


@pytest.mark.parametrize("typed", ["ستون", "6.5", "-3", "1" * 400])
def test_a_quantity_that_is_none_is_refused_beside_its_line(
    pharmacist: InspectingClient, day: CounterDay, database: Database, typed: str
) -> None:
    moved = counted(database)
    answer = hand_out(pharmacist, day, [typed, "60"])
    assert answer.status_code in {200, 422}
    assert f'id="quantity-{day.item_ids[0]}-error"' in answer.get_data(as_text=True)
    assert counted(database) == moved


def test_arabic_digits_are_quantities_too(
    pharmacist: InspectingClient, day: CounterDay, database: Database
) -> None:
    assert hand_out(pharmacist, day, ["٦٠", ""]).status_code == 303
    with database.reading() as session:
        assert session.scalars(select(DispensingLine.quantity)).all() == [60]


def test_receipt_and_labels_print_and_scan_back(
    pharmacist: InspectingClient, day: CounterDay
) -> None:
    where = hand_out(pharmacist, day, ["60", "60"]).location
    voucher_id = int(where.rsplit("/", 1)[1])
    for size in ("", "?size=80"):
        paper = pharmacist.get(f"{where}/receipt{size}")
        assert paper.mimetype == "application/pdf"
        assert "فاطمة" in words(paper.data)
        assert ("EAN-13", in_house(InHousePrefix.RECEIPT, voucher_id)) in barcodes(paper.data)
    for size in ("", "?size=50"):
        assert "مدعم" in words(pharmacist.get(f"{where}/labels{size}").data)


def test_finance_sees_amounts_and_not_the_person(
    app: Flask, pharmacist: InspectingClient, day: CounterDay
) -> None:
    where = hand_out(pharmacist, day, ["60", "60"]).location
    finance = signed_in(app, Role.FINANCE)
    page = text_of(finance.page(where).root)
    assert "12.00" in page
    assert "فاطمة" not in page
    assert finance.get(f"{where}/receipt").status_code == 403


def test_looking_at_a_dispensing_and_printing_it_are_written_down(
    pharmacist: InspectingClient, day: CounterDay, database: Database
) -> None:
    where = hand_out(pharmacist, day, ["60", "60"]).location
    pharmacist.page(where)
    pharmacist.get(f"{where}/receipt")
    with database.reading() as session:
        actions = session.scalars(select(AccessEvent.action).order_by(AccessEvent.id)).all()
    assert list(actions)[-2:] == ["view", "print"]


def test_a_line_is_undone_and_its_stock_is_back(
    pharmacist: InspectingClient, day: CounterDay, database: Database
) -> None:
    where = hand_out(pharmacist, day, ["60", "60"]).location
    undone = pharmacist.send(where, {"reason": "wrong_drug", "lines": ["1"]}, action=where)
    assert undone.status_code == 303
    with database.reading() as session:
        kinds = session.scalars(select(Voucher.kind).order_by(Voucher.id)).all()
        left = session.scalars(select(Batch.on_hand).order_by(Batch.id)).all()
    assert kinds[-1] is VoucherKind.REVERSAL
    assert list(left) == [100, 40]


def test_a_walk_in_records_the_request_first_and_waits_for_the_committee(
    app: Flask, database: Database
) -> None:
    day = counter_day(database)
    client = signed_in(app, Role.PHARMACIST)
    sent = client.send(
        f"/counter?b={day.person_id}&new=1", {"asked_for": "كبسولات"}, action="/counter"
    )
    assert sent.status_code == 303
    with database.reading() as session:
        row = session.scalars(select(CitizenRequest).order_by(CitizenRequest.id.desc())).first()
        assert row is not None
        assert (row.channel.value, row.state.value) == ("counter", "received")


def test_a_walk_in_signed_by_the_committee_is_dispensed_at_once(
    app: Flask, database: Database
) -> None:
    day = counter_day(database)
    client = signed_in(app, Role.PHARMACIST)
    fields = {
        "asked_for": "دواء عاجل",
        "drug_1": "D0",
        "dose_1": "1*2*5",
        "decision_number": "طارئ 1",
        "approver": "committee",
        "approver_password": PASSWORD,
    }
    sent = client.send(f"/counter?b={day.person_id}&new=1", fields, action="/counter")
    assert sent.status_code == 303
    page = client.page(sent.location)
    assert [e.get("value") for e in page.all("input") if e.get("name") == "quantity"] == ["10"]


def test_a_walk_in_signed_with_a_wrong_password_records_nothing(
    app: Flask, database: Database
) -> None:
    day = counter_day(database)
    client = signed_in(app, Role.PHARMACIST)
    fields = {"asked_for": "دواء", "approver": "committee", "approver_password": "wrong wrong"}
    sent = client.send(f"/counter?b={day.person_id}&new=1", fields, action="/counter")
    assert sent.status_code == 401
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CitizenRequest)) == 1


@pytest.mark.parametrize("role", [Role.CLERK, Role.FINANCE, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_those_who_dispense_enter_the_counter(app: Flask, day: CounterDay, role: Role) -> None:
    assert signed_in(app, role).get("/counter").status_code == 403


def test_a_three_line_dispensing_takes_few_statements_over_http(
    app: Flask, database: Database
) -> None:
    day = counter_day(database, drugs=3)
    client = signed_in(app, Role.PHARMACIST)
    form = filled(client, day, ["60", "60", "60"])
    with statements_of(database) as seen:
        assert client.post("/dispensings", data=form).status_code == 303
    assert len(seen) <= 25, seen

"""What other programs do through the API is what people do on pages: same services, same facts."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from pharmacy.db import Database
from pharmacy.models import AccessEvent, Batch, BudgetOverride, Fund, Supplier, Voucher
from pharmacy.rules.calendar import cairo_day, fiscal_year
from pharmacy.rules.scopes import Scope
from pharmacy.rules.vocabulary import Role
from pharmacy.services.budget import change_budget
from tests.builders import rows
from tests.web.counter_day import NATIONAL_ID, CounterDay, counted, counter_day
from tests.web.people import BADGE, PIN, PIN_HASH, staff_member
from tests.web.programs import Program, refusal_of

HOUSING = {"channel": "hotline", "category": "housing", "asked_for": "سقف", "citizen_name": "سعاد"}


@pytest.fixture
def day(database: Database) -> CounterDay:
    return counter_day(database, drugs=2)


@pytest.fixture
def programs(app: Flask, database: Database, day: CounterDay) -> dict[Role, Program]:
    return {role: Program(app, database, day.staff[role].staff_id) for role in Role}


def test_a_list_is_paged_by_a_cursor_that_stays_where_it_is(programs: dict[Role, Program]) -> None:
    clerk = programs[Role.CLERK]
    for number in range(4):
        asked = {**HOUSING, "citizen_name": f"سعاد {number}"}
        assert clerk.post("/api/v1/requests", asked).status_code == 201
    path = "/api/v1/requests?category=housing&limit=2"
    first = clerk.get(path)
    assert [one["citizen_name"] for one in first.json["items"]] == ["سعاد 3", "سعاد 2"]
    following = first.json["next"]
    assert first.headers["Link"] == f'<{following}>; rel="next"'
    assert clerk.post("/api/v1/requests", HOUSING).status_code == 201
    second = clerk.get(following).json
    assert [one["citizen_name"] for one in second["items"]] == ["سعاد 1", "سعاد 0"]
    assert second["next"] is None
    # A cursor of one list is none of another.
    stranger = following.partition("cursor=")[2]
    assert refusal_of(clerk.get(f"/api/v1/formulary?cursor={stranger}"))[2] == "cursor"


def test_a_request_goes_from_recording_to_medicine(
    programs: dict[Role, Program], day: CounterDay, database: Database
) -> None:
    asked = {
        "channel": "hotline",
        "category": "medicine",
        "asked_for": "دواء الضغط",
        "beneficiary_id": day.person_id,
        "urgency": "urgent",
        "phone": "01012345678",
        "outside_reference": "H-7",
    }
    made = programs[Role.CLERK].post("/api/v1/requests", asked).json
    assert (made["state"], made["urgency"]) == ("received", "urgent")
    assert made["phone"].endswith("5678")
    assert "1234" not in made["phone"]
    place = f"/api/v1/requests/{made['id']}"
    step = programs[Role.CLERK].post(f"{place}/steps", {"action": "check"})
    assert step.json["state"] == "checked"
    decision = {
        "action": "approve",
        "decision_number": "77",
        "valid_from": made["received_on"],
        "valid_until": "2199-01-01",
        "items": [{"drug_id": day.drug_ids[1], "quantity_per_issue": 10}],
    }
    approved = programs[Role.COMMITTEE].post(f"{place}/decisions", decision)
    assert approved.json["state"] == "approved", approved.text
    assert [one["state"] for one in approved.json["steps"]] == ["received", "checked", "approved"]
    item = approved.json["approvals"][0]["items"][0]["id"]
    order = {"request_id": made["id"], "lines": [{"approval_item_id": item, "quantity": 10}]}
    given = programs[Role.PHARMACIST].post("/api/v1/dispensings", order)
    assert given.status_code == 201, given.text
    assert given.json["lines"][0]["cost"] == 100
    closed = programs[Role.CLERK].get(place).json
    assert (closed["state"], closed["closed_on"]) == ("closed", made["received_on"])
    again = programs[Role.COMMITTEE].post(
        f"{place}/decisions", {"action": "reopen", "reason": "not_solved"}
    )
    assert again.json["state"] == "checked"
    refused = programs[Role.COMMITTEE].post(
        f"{place}/decisions", {"action": "reject", "reason": "no_funds"}
    )
    assert refused.json["state"] == "rejected"
    wrong = programs[Role.CLERK].post(f"{place}/steps", {"action": "check"})
    assert refusal_of(wrong)[:2] == (409, "transition_refused")
    with database.reading() as session:
        by_api = session.scalars(select(Voucher.submission_id).order_by(Voucher.id.desc())).first()
    assert by_api is not None
    assert by_api.startswith(f"api-{day.staff[Role.PHARMACIST].staff_id}-")


def test_a_program_approves_beyond_the_budget_when_the_manager_signs(
    programs: dict[Role, Program], day: CounterDay, database: Database
) -> None:
    asked = {**HOUSING, "category": "medicine", "beneficiary_id": day.person_id}
    made = programs[Role.CLERK].post("/api/v1/requests", asked).json
    now, finance = datetime.now(UTC), day.staff[Role.FINANCE]
    with database.transaction() as session:
        # The year before had a budget; this one has none yet.
        year, facts = fiscal_year(cairo_day(now)) - 1, {"reason": "قرار", "submission_id": "b"}
        change_budget(session, 1, year, 100_00, actor=finance, now=now, **facts)
    place = f"/api/v1/requests/{made['id']}/decisions"
    wanted = {
        "action": "approve",
        "decision_number": "78",
        "valid_from": made["received_on"],
        "valid_until": made["received_on"],
        "items": [{"drug_id": day.drug_ids[1], "quantity_per_issue": 10}],
    }
    programs[Role.CLERK].post(f"/api/v1/requests/{made['id']}/steps", {"action": "check"})
    committee = programs[Role.COMMITTEE]
    assert refusal_of(committee.post(place, wanted))[:2] == (409, "budget_missing")
    signed = {**wanted, "signer": "nadia", "signer_pin": PIN, "override_reason": "عاجل"}
    assert refusal_of(committee.post(place, signed))[:2] == (401, "signature_refused")
    manager = staff_member(database, Role.MANAGER, username="nadia", pin_hash=PIN_HASH)
    unsaid = {**signed, "override_reason": ""}
    assert refusal_of(committee.post(place, unsaid))[:2] == (422, "missing_fact")
    assert committee.post(place, signed).json["state"] == "approved"
    found = rows(database, BudgetOverride.amount, BudgetOverride.reason, BudgetOverride.staff_id)
    assert found == [(100, "عاجل", manager)]


def test_a_look_at_a_request_that_names_a_person_is_written_down(
    app: Flask, database: Database, day: CounterDay
) -> None:
    staff_id = day.staff[Role.CLERK].staff_id
    reader = Program(app, database, staff_id, [Scope.REQUESTS_READ])
    shown = reader.get(f"/api/v1/requests/{day.request_id}").json
    nobody = {**HOUSING, "citizen_name": "سعاد"}
    writer = Program(app, database, staff_id, [Scope.REQUESTS_READ, Scope.REQUESTS_WRITE])
    reader.get(writer.post("/api/v1/requests", nobody).headers["Location"])
    looks = rows(database, AccessEvent.beneficiary_id, AccessEvent.reason, AccessEvent.staff_id)
    assert looks == [(day.person_id, f"request {shown['number']}", staff_id)]
    # The scope of requests opens no file of a person.
    file = reader.get(f"/api/v1/beneficiaries/{day.person_id}")
    assert refusal_of(file) == (403, "scope_missing", None)


def test_what_asks_for_no_medicine_is_answered_or_closed_as_a_repetition(
    programs: dict[Role, Program],
) -> None:
    clerk = programs[Role.CLERK]
    first, second, third = (clerk.post("/api/v1/requests", HOUSING).json for _ in range(3))
    answered = {"action": "close", "reason": "answered", "note": "حُدد موعد المعاينة"}
    told = clerk.post(f"/api/v1/requests/{first['id']}/steps", answered).json
    assert (told["state"], told["actions"]) == ("closed", [])
    assert (told["steps"][-1]["reason"], told["steps"][-1]["note"]) == (
        "answered",
        "حُدد موعد المعاينة",
    )
    silent = clerk.post(f"/api/v1/requests/{second['id']}/steps", {**answered, "note": ""})
    assert refusal_of(silent) == (422, "missing_fact", "note")
    repeats = {"action": "close", "reason": "duplicate", "earlier": first["number"]}
    closed = clerk.post(f"/api/v1/requests/{second['id']}/steps", repeats).json
    assert (closed["state"], closed["steps"][-1]["reason"]) == ("closed", "duplicate")
    nothing = {**repeats, "earlier": "2001-000001"}
    refused = clerk.post(f"/api/v1/requests/{third['id']}/steps", nothing)
    assert refusal_of(refused) == (422, "link_refused", "earlier")
    given = {"action": "close", "reason": "all_given"}
    refused = clerk.post(f"/api/v1/requests/{third['id']}/steps", given)
    assert refusal_of(refused) == (422, "invalid_field", "reason")
    papers = {"action": "ask_papers", "reason": "id_copy"}
    asked = clerk.post(f"/api/v1/requests/{third['id']}/steps", papers).json
    assert asked["state"] == "awaiting_papers"
    assert "check" in asked["actions"]


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"action": "approve"}, (422, "invalid_field", "items")),
        ({"action": "reject"}, (422, "invalid_field", "reason")),
        ({"action": "reject", "reason": "appeal"}, (422, "invalid_field", "reason")),
        ({"action": "hand_over"}, (422, "invalid_field", "action")),
    ],
)
def test_a_decision_needs_what_it_is_made_of(
    programs: dict[Role, Program],
    day: CounterDay,
    body: dict[str, object],
    refused: tuple[int, str, str],
) -> None:
    path = f"/api/v1/requests/{day.request_id}/decisions"
    assert refusal_of(programs[Role.COMMITTEE].post(path, body)) == refused


def test_a_centres_account_sees_and_records_only_its_own(
    app: Flask, database: Database, programs: dict[Role, Program], day: CounterDay
) -> None:
    from_centre = {**HOUSING, "channel": "city_centre", "centre": "nowhere"}
    answer = programs[Role.CLERK].post("/api/v1/requests", from_centre)
    assert refusal_of(answer)[:2] == (404, "not_found")
    assert programs[Role.CLERK].get("/api/v1/requests?centre=nowhere").status_code == 404
    assert programs[Role.CLERK].get("/api/v1/centres").json == {"items": []}
    assert programs[Role.CLERK].get("/api/v1/conditions").json == {"items": []}


def test_a_person_is_registered_found_and_shown_masked(
    programs: dict[Role, Program], day: CounterDay, database: Database
) -> None:
    clerk = programs[Role.CLERK]
    person = {
        "given_name": "نجوى",
        "father_name": "سعد",
        "family_name": "علي",
        "identity_kind": "national_id",
        "identity_number": "27001011800027",
        "phone": "01098765432",
        "consented": True,
    }
    made = clerk.post("/api/v1/beneficiaries", person)
    assert made.status_code == 201, made.text
    assert made.json["identity_number"] == "•" * 10 + "0027"
    assert made.json["birth_date"] == "1970-01-01"
    taken = clerk.post("/api/v1/beneficiaries", {**person, "given_name": "هدى"})
    assert refusal_of(taken) == (409, "identity_taken", "identity_number")
    found = clerk.get("/api/v1/beneficiaries?q=27001011800027").json["items"]
    assert found == [made.json]
    assert refusal_of(clerk.get("/api/v1/beneficiaries")) == (422, "invalid_field", "q")
    place = made.headers["Location"]
    assert clerk.get(place).json == made.json
    shown = clerk.get(f"{place}/numbers?reason=اتصال بالمستفيد").json
    assert (shown["identity_number"], shown["phone"]) == ("27001011800027", "+201098765432")
    assert refusal_of(clerk.get(f"{place}/numbers"))[2] == "reason"
    with database.reading() as session:
        query = select(AccessEvent.action, AccessEvent.reason, AccessEvent.staff_id)
        looks = [tuple(row) for row in session.execute(query.order_by(AccessEvent.id))]
    staff_id = day.staff[Role.CLERK].staff_id
    assert looks == [("view", "", staff_id), ("reveal", "اتصال بالمستفيد", staff_id)]
    assert NATIONAL_ID not in clerk.get(f"/api/v1/beneficiaries/{day.person_id}").text


def test_formulary_and_stock_are_read_item_by_item(
    programs: dict[Role, Program], day: CounterDay
) -> None:
    keeper = programs[Role.STORE_KEEPER]
    first = keeper.get("/api/v1/formulary?limit=1").json
    second = keeper.get(first["next"]).json
    assert [one["id"] for one in first["items"] + second["items"]] == list(day.drug_ids)
    assert second["next"] is None
    drug = keeper.get(f"/api/v1/formulary/{day.drug_ids[0]}").json
    assert (drug["code"], drug["unit"], drug["pack_size"]) == ("D0", "tablet", 30)
    rows = keeper.get("/api/v1/stock?q=Metformin").json["items"]
    assert [(row["code"], row["on_hand"], row["issuable"], row["value"]) for row in rows] == [
        ("D1", 100, 100, 1000)
    ]
    batches = keeper.get(f"/api/v1/stock/{day.drug_ids[1]}").json["items"]
    assert [(row["on_hand"], row["status"], row["site"]) for row in batches] == [
        (100, "available", "P1")
    ]
    assert keeper.get("/api/v1/stock/99").status_code == 404
    assert [one["code"] for one in keeper.get("/api/v1/funds").json["items"]] == ["B"]
    assert [one["name"] for one in keeper.get("/api/v1/suppliers").json["items"]] == ["المورد"]


def test_a_receipt_is_recorded_and_undone(
    programs: dict[Role, Program], day: CounterDay, database: Database
) -> None:
    keeper = programs[Role.STORE_KEEPER]
    before = counted(database)
    with database.reading() as session:
        fund, supplier = session.scalar(select(Fund.id)), session.scalar(select(Supplier.id))
    line = {"drug_id": day.drug_ids[0], "lot": "A1", "expiry": "2099-01-31"}
    receipt = {
        "fund_id": fund,
        "supplier_id": supplier,
        "document_reference": "F-9",
        "lines": [{**line, "quantity": 30, "value": 12345}],
    }
    made = keeper.post("/api/v1/receipts", receipt)
    assert made.status_code == 201, made.text
    assert (made.json["kind"], made.json["total"]) == ("goods_receipt", 12345)
    assert keeper.get(made.headers["Location"]).json == made.json
    expired = {**receipt, "lines": [{**line, "expiry": "2020-01-01", "quantity": 1, "value": 1}]}
    refused = keeper.post("/api/v1/receipts", expired)
    assert refusal_of(refused)[:2] == (422, "invalid_receipt")
    undone = keeper.post(f"{made.headers['Location']}/reversals", {"reason": "wrong_entry"})
    assert undone.status_code == 201, undone.text
    assert (undone.json["reverses_id"], undone.json["total"]) == (made.json["id"], -12345)
    assert keeper.get(undone.headers["Location"]).json == undone.json
    twice = keeper.post(f"{made.headers['Location']}/reversals", {"reason": "wrong_entry"})
    assert refusal_of(twice)[:2] == (409, "already_reversed")
    assert counted(database)["on hand"] == before["on hand"]
    assert keeper.get(f"/api/v1/receipts/{undone.json['id']}").status_code == 404
    assert keeper.get(f"/api/v1/reversals/{made.json['id']}").status_code == 404


def test_a_dispensing_is_undone_by_two(
    programs: dict[Role, Program], day: CounterDay, database: Database
) -> None:
    pharmacist = programs[Role.PHARMACIST]
    lines = [{"approval_item_id": day.item_ids[0], "quantity": 60}]
    order = {"request_id": day.request_id, "lines": lines}
    made = pharmacist.post("/api/v1/dispensings", order)
    path = f"{made.headers['Location']}/reversals"
    sign = {"reason": "wrong_person", "signer": BADGE, "signer_pin": PIN}
    moved = counted(database)
    assert refusal_of(pharmacist.post(path, sign))[:2] == (401, "signature_refused")
    own = {**sign, "signer": Role.PHARMACIST.value}
    assert refusal_of(pharmacist.post(path, own))[:2] == (422, "own_signature")
    assert counted(database) == moved
    staff_member(
        database,
        Role.MANAGER,
        username="nadia",
        badge_code=BADGE,
        pin_hash=PIN_HASH,
        site_id=day.site_id,
    )
    undone = pharmacist.post(path, sign)
    assert undone.status_code == 201, undone.text
    assert undone.json["reverses_id"] == made.json["id"]
    with database.reading() as session:
        assert set(session.scalars(select(Batch.on_hand))) == {100}
    assert pharmacist.get(made.headers["Location"]).json["lines"][0]["reversed"] is True
    receipt = programs[Role.STORE_KEEPER].post(
        f"/api/v1/receipts/{made.json['id']}/reversals", {"reason": "wrong_entry"}
    )
    assert refusal_of(receipt)[:2] == (404, "not_found")

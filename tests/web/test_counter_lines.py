"""The lines of a draft at the counter, and what is said and signed beside them."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from pharmacy.db import Database
from pharmacy.models import (
    BudgetOverride,
    CitizenRequest,
    DispensingCare,
    DispensingLine,
    Drug,
    Fund,
    Staff,
    Supplier,
    UnmetDemand,
)
from pharmacy.rules.calendar import cairo_day, fiscal_year
from pharmacy.rules.vocabulary import Role, UnitOfIssue
from pharmacy.services import formulary, stock
from pharmacy.services.budget import change_budget
from tests.builders import rows
from tests.web.counter_day import CounterDay, counter_day
from tests.web.desk import Counter, by_id, draft_of, other_person, packed, part, signed_in
from tests.web.inspecting import InspectingClient, values_of
from tests.web.inspection import Page, text_of
from tests.web.people import BADGE, PIN, PIN_HASH, staff_member


@pytest.fixture
def day(database: Database) -> CounterDay:
    return counter_day(database)


@pytest.fixture
def pharmacist(app: Flask, day: CounterDay) -> InspectingClient:
    return signed_in(app, Role.PHARMACIST)


@pytest.fixture
def counter(pharmacist: InspectingClient) -> Counter:
    return Counter(pharmacist)


@pytest.fixture
def desk(counter: Counter, day: CounterDay) -> Counter:
    counter.scan(day.card_number)
    return counter


# ---- lines ----


def test_a_medicine_is_added_with_its_usual_dose_and_asks_for_it(
    desk: Counter, day: CounterDay, database: Database
) -> None:
    with database.transaction() as session:
        session.get_one(Drug, day.drug_ids[0]).usual_dose = "1*2*5"
    part(desk.client, "/counter/open", person_id=str(other_person(database, day)))
    desk.where = "/counter/2"
    answer = desk.find("Enalapril")
    field = by_id(Page(answer.get_data(as_text=True)), "edit-dose")
    assert field.get("value") == "1*2*5"
    assert desk.quantities == ["10"]


def test_the_example_of_a_dose_reads_from_left_to_right_in_the_lane_and_at_the_line(
    desk: Counter,
) -> None:
    answer = part(desk.client, f"/counter/1/lines/{desk.uids[0]}", dose="1*2")
    assert answer.status_code == 422
    assert answer.get_data(as_text=True).count('مثل <bdi dir="ltr">1*2*30</bdi>') == 2


def test_a_dose_in_arabic_digits_counts_the_units(desk: Counter) -> None:
    uid = desk.uids[0]
    answer = part(desk.client, f"/counter/1/lines/{uid}", dose="١×٢×١٠")
    assert answer.status_code == 200
    assert desk.quantities[0] == "20"


@pytest.mark.parametrize("typed", ["ستون", "-3", "1" * 400, ""])
def test_a_quantity_that_is_none_is_refused_in_its_line(
    desk: Counter, database: Database, typed: str
) -> None:
    refused = desk.set_quantity(desk.uids[0], typed)
    assert refused.status_code == 422
    field = by_id(Page(refused.get_data(as_text=True)), "edit-quantity")
    assert (field.get("aria-invalid"), field.get("value")) == ("true", typed)
    assert draft_of(database).version == 1


def test_arabic_digits_are_quantities_too(desk: Counter) -> None:
    desk.set_quantity(desk.uids[0], "٣٠")
    assert desk.quantities == ["30", "60"]


def test_a_line_is_removed_and_brought_back(desk: Counter) -> None:
    uid = desk.uids[0]
    desk.where = f"{desk.draft}?edit={uid}"
    desk.step(f"lines/{uid}/remove")
    assert desk.quantities == ["60"]
    desk.step("undo")
    assert desk.quantities == ["60", "60"]


def test_what_is_sent_twice_with_one_uid_is_one_line(
    desk: Counter, day: CounterDay, database: Database
) -> None:
    code = packed(database, day.drug_ids[0])
    for _time in range(2):
        part(desk.client, "/counter/scan", code=code, draft_id="1", uid="same")
    assert draft_of(database).version == 2


def test_nothing_on_the_shelf_is_recorded_as_waiting_and_called_about(
    app: Flask, database: Database
) -> None:
    day = counter_day(database, drugs=1, shelf=0)
    desk = Counter(signed_in(app, Role.PHARMACIST))
    desk.scan(day.card_number)
    assert "لا شيء على الرف" in text_of(desk.rows[0])
    desk.step(f"lines/{desk.uids[0]}/unmet")
    with database.reading() as session:
        assert session.scalars(select(UnmetDemand.quantity)).all() == [60]
    waiting = desk.client.send(
        "/waiting?unmet=1", {"outcome": "no_answer", "note": "مساءً"}, action="/waiting/unmet/1"
    )
    assert waiting.status_code == 303
    assert "لا يرد" in text_of(desk.client.page("/waiting").root)
    assert desk.client.get("/waiting/elsewhere/1").status_code == 405


# ---- beside the lines ----


def test_who_collects_and_what_was_explained_go_with_the_dispensing(
    desk: Counter, database: Database
) -> None:
    desk.step(
        "facts",
        collected_by_name="هدى",
        prescriber="د. هشام",
        counselled="how_to_take",
        prescription_date="",
    )
    assert "هدى" in text_of(by_id(desk.page, "person"))
    desk.step("dispense")
    with database.reading() as session:
        care = session.scalars(select(DispensingCare)).one()
        assert (care.prescriber, care.counselled) == ("د. هشام", "how_to_take")


def test_a_date_that_is_none_keeps_the_panel_open(desk: Counter) -> None:
    refused = desk.step("facts", prescription_date="أمس")
    assert refused.status_code == 422
    panel = by_id(Page(refused.get_data(as_text=True)), "more")
    assert "open" in panel.attrib


def test_new_lines_are_given_when_a_committee_member_signs(
    counter: Counter, day: CounterDay, database: Database
) -> None:
    staff_member(database, Role.COMMITTEE, username="member", pin_hash=PIN_HASH, badge_code=BADGE)
    person = other_person(database, day)
    part(counter.client, "/counter/open", person_id=str(person))
    counter.where = "/counter/1"
    counter.find("Enalapril")
    counter.set_quantity(counter.uids[0], "10")
    assert counter.step("dispense").status_code == 422
    wrong = sign(counter, "999999")
    assert wrong.status_code == 401
    assert sign(counter, PIN).status_code == 303
    assert counter.step("dispense").status_code == 303
    with database.reading() as session:
        row = session.scalars(select(CitizenRequest).order_by(CitizenRequest.id.desc())).first()
        assert row is not None
        assert row.channel.value == "counter"


def test_the_manager_lets_new_lines_pass_beyond_the_budget(
    counter: Counter, day: CounterDay, database: Database
) -> None:
    staff_member(database, Role.COMMITTEE, username="member", pin_hash=PIN_HASH, badge_code=BADGE)
    with database.transaction() as session:
        manager = day.staff[Role.MANAGER].staff_id
        session.execute(update(Staff).where(Staff.id == manager).values(pin_hash=PIN_HASH))
        now, finance = datetime.now(UTC), day.staff[Role.FINANCE]
        year, facts = fiscal_year(cairo_day(now)), {"reason": "قرار", "submission_id": "b"}
        change_budget(session, 1, year, 40, actor=finance, now=now, **facts)
    part(counter.client, "/counter/open", person_id=str(other_person(database, day)))
    counter.where = "/counter/1"
    counter.find("Enalapril")
    counter.set_quantity(counter.uids[0], "10")
    assert sign(counter, PIN).status_code == 303
    refused = counter.step("dispense")
    assert refused.status_code == 409
    fields = signed_beyond(refused)
    assert fields == {"signer": "", "signer_pin": "", "override_reason": ""}
    good = {"signer": Role.MANAGER.value, "signer_pin": PIN, "override_reason": "حالة عاجلة"}
    for wrong, status in (
        ({"signer_pin": "000000"}, 401),
        ({"signer": BADGE}, 401),
        ({"override_reason": " "}, 422),
    ):
        answer = counter.step("dispense", **{**good, **wrong})
        assert answer.status_code == status, wrong
        assert set(signed_beyond(answer)) == set(good), "the block stands until it is signed"
        assert rows(database, BudgetOverride.amount) == []
    kept = counter.step("dispense", **{**good, "signer_pin": "000000"})
    assert signed_beyond(kept)["override_reason"] == "حالة عاجلة"
    assert counter.step("dispense", **good).status_code == 303
    signed = (BudgetOverride.amount, BudgetOverride.reason, BudgetOverride.staff_id)
    # What runs on has taken the budget already, so all of the ten tablets are beyond it.
    assert rows(database, *signed) == [(100, "حالة عاجلة", manager)]


def signed_beyond(answer: TestResponse) -> dict[str, str]:
    """Return the fields of the manager's signature, which go with the button that dispenses."""
    block = by_id(Page(answer.get_data(as_text=True)), "sign-beyond")
    found = [one for one in block.iter("input") if one.get("form") == "dispense"]
    return {one.attrib["name"]: one.get("value", "") for one in found}


def sign(counter: Counter, pin: str) -> TestResponse:
    """Let the committee member sign for the new lines, by badge and PIN."""
    form = next(
        one for one in counter.page.all("form") if values_of(one).get("purpose") == ["approve"]
    )
    fields = {**values_of(form), "signer": BADGE, "signer_pin": pin}
    return counter.client.post(form.attrib["action"], data=fields)


def test_another_brand_is_given_with_the_prescribers_consent(
    desk: Counter, day: CounterDay, database: Database
) -> None:
    brand = other_brand(database, day)
    uid = desk.uids[0]
    desk.where = f"{desk.draft}?edit={uid}"
    action = f"lines/{uid}/substitute"
    assert desk.step(action, consented_by="", consented_on="07/03/2026").status_code == 422
    assert desk.step(action, consented_by="د. هشام", consented_on="أمس").status_code == 422
    assert desk.step(action, consented_by="د. هشام", consented_on="07/03/2026").status_code == 303
    assert "بدلًا من إنالابريل" in text_of(desk.rows[0])
    assert desk.step("dispense").status_code == 303
    with database.reading() as session:
        assert brand in session.scalars(select(DispensingLine.drug_id)).all()


def other_brand(database: Database, day: CounterDay) -> int:
    """Put another brand of the first medicine on the shelf; return its id."""
    now = datetime.now(UTC) - timedelta(minutes=1)
    with database.transaction() as session:
        drug_id = formulary.save_drug(
            session,
            formulary.DrugFacts(
                code="D9",
                name_ar="إنابريل",
                name_en="Ezapril",
                inn="Enalapril",
                strength="10 mg",
                unit=UnitOfIssue.TABLET,
                pack_size=30,
                atc="C09AA02",
            ),
            actor=day.staff[Role.PHARMACIST],
            now=now,
        )
        line = stock.ReceiptLine(
            drug_id=drug_id,
            lot="B1",
            expiry=cairo_day(now) + timedelta(days=400),
            quantity=100,
            value=1000,
        )
        receipt = stock.Receipt(
            submission_id="brand",
            fund_id=session.scalars(select(Fund.id)).one(),
            supplier_id=session.scalars(select(Supplier.id)).one(),
            document_reference="فاتورة 8",
            lines=[line],
        )
        stock.receive(session, receipt, actor=day.staff[Role.STORE_KEEPER], now=now)
    return drug_id

"""The counter's page: scans, drafts, dispensing; whole and in parts; what it refuses."""

from datetime import timedelta
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import select

from pharmacy.db import Database
from pharmacy.errors import PersonFirst
from pharmacy.models import (
    AccessEvent,
    CounterDraft,
    Staff,
    StaffSession,
)
from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.rules.vocabulary import DraftState, Role
from pharmacy.web.refusals import sentence
from tests.web.counter_day import NATIONAL_ID, CounterDay, counted, counter_day
from tests.web.desk import Counter, by_id, draft_of, lane_of, other_person, packed, part, signed_in
from tests.web.inspecting import InspectingClient
from tests.web.inspection import Page, text_of
from tests.web.people import BADGE, PASSWORD, PIN_HASH, staff_member


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


# ---- where a scan leads ----


def test_the_empty_counter_says_how_to_begin(counter: Counter) -> None:
    assert counter.state == "idle"
    assert len([one for one in counter.page.all("ol") if len(list(one)) == 3]) == 1
    assert by_id(counter.page, "go").get("aria-disabled") == "true"


def test_a_card_leads_to_the_person_and_what_is_due(desk: Counter) -> None:
    assert desk.where == "/counter/1"
    assert (desk.state, desk.quantities) == ("open", ["60", "60"])


def test_the_request_slip_and_the_old_receipt_lead_there_too(
    counter: Counter, day: CounterDay
) -> None:
    counter.scan(in_house(InHousePrefix.REQUEST_SLIP, day.request_id))
    assert counter.quantities == ["60", "60"]
    counter.step("dispense")
    voucher = int(by_id(counter.page, "done").attrib["data-voucher"])
    counter.scan(in_house(InHousePrefix.RECEIPT, voucher))
    assert counter.where == "/counter/2"


@pytest.mark.parametrize("typed", ["فاطمه عبدالرحمن", "حسن فاط", "01012345678"])
def test_a_person_is_found_by_name_and_phone_and_never_opened_by_words_alone(
    counter: Counter, typed: str
) -> None:
    assert counter.scan(typed).status_code == 200
    assert counter.state == "idle"
    counter.find(typed)
    assert counter.state == "open"


def test_a_national_id_opens_the_person_and_is_masked_on_the_page(counter: Counter) -> None:
    counter.scan(NATIONAL_ID)
    page = text_of(counter.page.root)
    assert NATIONAL_ID not in page
    assert "8047" in page


def test_opening_a_person_is_written_down(
    desk: Counter, day: CounterDay, database: Database
) -> None:
    assert desk.state == "open"
    with database.reading() as session:
        seen = session.execute(select(AccessEvent.beneficiary_id, AccessEvent.action)).all()
    assert [tuple(row) for row in seen] == [(day.person_id, "view")]


def test_an_unknown_code_is_refused_with_a_way_on(desk: Counter) -> None:
    refused = desk.scan("9521000220225")
    assert refused.status_code == 404
    assert "باركود غير معروف" in lane_of(refused)
    assert desk.quantities == ["60", "60"]


def test_a_pack_before_the_person_asks_for_the_card(
    counter: Counter, day: CounterDay, database: Database
) -> None:
    refused = counter.scan(packed(database, day.drug_ids[0]))
    assert refused.status_code == 422
    assert sentence(PersonFirst(name="إنالابريل")) in lane_of(refused)


def test_a_pack_matches_its_line(desk: Counter, day: CounterDay, database: Database) -> None:
    desk.scan(packed(database, day.drug_ids[0]))
    assert "مطابق" in text_of(desk.rows[0])
    assert "امسح العلبة" in text_of(desk.rows[1])


def test_the_next_card_puts_a_list_with_lines_on_hold(
    desk: Counter, app: Flask, database: Database, day: CounterDay
) -> None:
    answer = part(
        desk.client, "/counter/open", person_id=str(other_person(database, day)), draft_id="1"
    )
    assert "عُلّقت القائمة السابقة" in lane_of(answer)
    with database.reading() as session:
        assert session.get_one(CounterDraft, 1).state is DraftState.HELD
    desk.where = "/counter"
    assert "فاطمة" in text_of(by_id(desk.page, "person"))


def test_ones_own_badge_locks_the_counter(
    desk: Counter, database: Database, day: CounterDay
) -> None:
    with database.transaction() as session:
        staff = session.get_one(Staff, day.staff[Role.PHARMACIST].staff_id)
        staff.badge_code, staff.pin_hash = BADGE, PIN_HASH
    answer = part(desk.client, "/counter/scan", code=BADGE, draft_id="1")
    assert (answer.status_code, answer.headers["X-Lock"]) == (401, "/lock?next=/counter/1")
    with database.reading() as session:
        assert session.scalars(select(StaffSession.locked_at)).one() is not None


@pytest.mark.parametrize(("number", "key"), [(1, "F9"), (2, "F4"), (3, "Ctrl+Z"), (4, "Escape")])
def test_a_command_of_the_sheet_is_its_key(desk: Counter, number: int, key: str) -> None:
    code = in_house(InHousePrefix.COMMAND, number)
    answer = part(desk.client, "/counter/scan", code=code, draft_id="1")
    lane = by_id(Page(answer.get_data(as_text=True)), "lane")
    assert lane.get("data-command") == key


def test_a_command_works_without_script_too(desk: Counter, database: Database) -> None:
    desk.scan(in_house(InHousePrefix.COMMAND, 2))
    assert draft_of(database).state is DraftState.HELD


# ---- suggestions ----


def test_suggestions_are_persons_first_and_medicines_for_a_draft(
    pharmacist: InspectingClient, desk: Counter
) -> None:
    pharmacist.inspects = False
    people = pharmacist.get("/counter/suggest?q=فاطمة").get_data(as_text=True)
    drugs = pharmacist.get("/counter/suggest?q=Enal&draft_id=1").get_data(as_text=True)
    nothing = pharmacist.get("/counter/suggest?q=xyzxyz").get_data(as_text=True)
    assert ('data-name="person_id"' in people, "8047" in people) == (True, True)
    assert ('data-name="drug_id"' in drugs, "Enalapril" in drugs) == (True, True)
    assert "aria-disabled" in nothing


def test_a_name_typed_on_the_other_layout_is_found_and_it_says_so(
    pharmacist: InspectingClient, desk: Counter
) -> None:
    pharmacist.inspects = False
    # «Enal» with the computer set to Arabic.
    answer = pharmacist.get("/counter/suggest?q=ثىشم&draft_id=1").get_data(as_text=True)
    assert "وُجد بلوحة المفاتيح الأخرى" in answer


# ---- holding, clearing, dispensing ----


def test_a_list_is_held_and_taken_up_again(desk: Counter) -> None:
    desk.step("hold")
    assert desk.state == "idle"
    desk.send("/counter/1/resume")
    assert (desk.state, desk.quantities) == ("open", ["60", "60"])


def test_a_cleared_list_says_so_and_gives_nothing(desk: Counter, database: Database) -> None:
    moved = counted(database)
    desk.step("clear")
    desk.where = "/counter/1"
    assert desk.state == "cleared"
    assert part(desk.client, "/counter/1/dispense", version="1").status_code == 409
    assert counted(database) == moved


def test_sent_twice_it_is_one_dispensing_and_one_answer(desk: Counter, database: Database) -> None:
    version = by_id(desk.page, "desk").attrib["data-version"]
    answers = [part(desk.client, "/counter/1/dispense", version=version) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    first, second = (
        by_id(Page(one.get_data(as_text=True)), "done").attrib["data-voucher"] for one in answers
    )
    assert first == second
    assert counted(database)["dispensing_line"] == 2


def test_a_list_changed_in_another_window_is_not_dispensed_unseen(
    desk: Counter, database: Database
) -> None:
    desk.set_quantity(desk.uids[0], "30")
    moved = counted(database)
    stale = part(desk.client, "/counter/1/dispense", version="1")
    assert stale.status_code == 409
    assert "راجع القائمة" in lane_of(stale)
    assert counted(database) == moved


def test_an_expired_list_says_so(desk: Counter, database: Database) -> None:
    with database.transaction() as session:
        row = session.get_one(CounterDraft, 1)
        row.expires_at -= timedelta(days=3)
    assert desk.state == "expired"
    assert part(desk.client, "/counter/1/undo").status_code == 409


def test_a_part_brings_what_changes_and_where_the_page_stands(
    desk: Counter, day: CounterDay
) -> None:
    answer = part(desk.client, "/counter/open", person_id=str(day.person_id))
    assert answer.headers["X-Address"] == "/counter/1"
    page = Page(answer.get_data(as_text=True))
    assert {"lane", "desk", "bar"} <= set(page.ids())
    assert page.all("link") == []


def test_the_page_is_told_that_the_server_is_there(pharmacist: InspectingClient) -> None:
    assert pharmacist.get("/counter/beat").get_json() == {"ok": True}


def test_a_page_left_open_does_not_keep_its_pharmacist_signed_in(
    pharmacist: InspectingClient, database: Database
) -> None:
    with database.transaction() as session:
        row = session.scalars(select(StaffSession)).one()
        row.last_seen_at = seen = row.last_seen_at - timedelta(minutes=2)
    pharmacist.get("/counter/beat")
    with database.reading() as session:
        assert session.scalars(select(StaffSession.last_seen_at)).one() == seen


# ---- who may ----


@pytest.mark.parametrize("role", [Role.CLERK, Role.FINANCE, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_those_who_dispense_enter_the_counter(app: Flask, day: CounterDay, role: Role) -> None:
    client = signed_in(app, role)
    for address in ("/counter", "/counter/1", "/counter/suggest?q=فا", "/waiting"):
        assert client.get(address).status_code == 403


def test_a_colleagues_list_is_nobody_elses(
    app: Flask, desk: Counter, day: CounterDay, database: Database
) -> None:
    staff_member(database, Role.PHARMACIST, username="second", site_id=day.site_id)
    client = cast("InspectingClient", app.test_client())
    client.sign_in("second", PASSWORD)
    other = Counter(client)
    assert client.get("/counter/1").status_code == 404
    for step in ("undo", "hold", "clear", "facts", "dispense", "lines/x", "lines/x/remove"):
        assert part(client, f"/counter/1/{step}", quantity="1").status_code == 404
    refused = other.scan(day.card_number)
    assert refused.status_code == 409
    assert "منى سالم" in lane_of(refused)
    assert draft_of(database).version == 1


def test_the_committee_gives_and_withdraws_an_authority(app: Flask, day: CounterDay) -> None:
    client = signed_in(app, Role.COMMITTEE)
    given = {"decision_number": "44/2026", "ceiling": "٥٠٠"}
    assert client.send("/authority", given, action="/authority").status_code == 303
    assert client.send("/authority", given, action="/authority").status_code == 422
    assert "500.00" in text_of(client.page("/authority").root)
    withdrawn = client.send("/authority", {}, action="/authority/1/withdraw")
    assert withdrawn.status_code == 303
    assert "مسحوب" in text_of(client.page("/authority").root)
    assert signed_in(app, Role.PHARMACIST).get("/authority").status_code == 403

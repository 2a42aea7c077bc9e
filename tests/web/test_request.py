"""Citizen requests: the inbox, recording, one request, deciding, reopening, the slip."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from pharmacy.models import AccessEvent, CitizenRequest
from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.rules.request_vocabulary import ClosingReason, RequestAction, RequestState
from pharmacy.rules.vocabulary import CentreKind, Channel, RequestCategory, Role
from pharmacy.services.request_steps import take
from tests.web.inspecting import values_of
from tests.web.inspection import Page, text_of
from tests.web.office import NOW, TODAY, Office, form_of, office
from tests.web.people import statements_of

__all__ = ["office"]

ASKED = {"citizen_name": "سناء محمود", "asked_for": "أقراص ضغط", "channel": "hotline"}


def state(office: Office, request_id: int) -> RequestState:
    with office.database.reading() as session:
        row = session.get(CitizenRequest, request_id)
        assert row is not None
        return row.state


def count(office: Office, model: type[Any]) -> int:
    with office.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def numbers_on(page: Page) -> list[str]:
    return [text_of(next(row.iter("a"))) for body in page.all("tbody") for row in body.iter("tr")]


def number_of(office: Office, request_id: int) -> str:
    with office.database.reading() as session:
        row = session.get(CitizenRequest, request_id)
        assert row is not None
        return row.number


WHO_MAY = {  # see, record, decide
    Role.CLERK: (200, 200, 403),
    Role.PHARMACIST: (200, 200, 403),
    Role.COMMITTEE: (200, 403, 200),
    Role.MANAGER: (200, 403, 403),
    Role.AUDITOR: (200, 403, 403),
    Role.STORE_KEEPER: (403, 403, 403),
    Role.FINANCE: (403, 403, 403),
    Role.ADMINISTRATOR: (403, 403, 403),
}


def test_who_sees_records_and_decides_requests(office: Office) -> None:
    request_id = office.request(beneficiary_id=office.person())
    at = f"/r/{request_id}"
    doors = (
        ("/requests", at, f"{at}/slip"),
        ("/requests/new", f"{at}/beneficiary"),
        (f"{at}/decide", f"{at}/reject", f"{at}/reopen"),
    )
    for role, statuses in WHO_MAY.items():
        visitor = office.visitor(role)
        for paths, status in zip(doors, statuses, strict=True):
            answers = {path: visitor.get(path).status_code for path in paths}
            assert answers == dict.fromkeys(paths, status), role


def test_an_empty_inbox_says_how_to_begin(office: Office) -> None:
    assert "لا توجد طلبات بعد" in office.visitor(Role.CLERK).get("/requests").text


def test_a_request_is_recorded_for_a_name_only(office: Office) -> None:
    clerk = office.visitor(Role.CLERK)
    answer = clerk.send("/requests/new", {**ASKED, "citizen_phone": "٠١٠١٢٣٤٥٦٧٨"})
    assert answer.status_code == 303
    with office.database.reading() as session:
        row = session.execute(select(CitizenRequest)).scalar_one()
        assert (row.citizen_name, row.citizen_phone) == ("سناء محمود", "+201012345678")
        assert (row.channel, row.state) == (Channel.HOTLINE, RequestState.RECEIVED)
    assert answer.location == f"/r/{row.id}"
    shown = clerk.get(answer.location).text
    assert "تم تسجيل الطلب" in shown
    assert "غير مرتبط بمستفيد مسجل" in shown
    assert "01012345678" not in shown


def test_a_request_is_recorded_for_a_person_found_by_search(office: Office) -> None:
    person_id = office.person()
    clerk = office.visitor(Role.CLERK)
    found = clerk.page("/requests/new?q=فاطمة")
    chosen = f"/requests/new?b={person_id}"
    assert chosen in {link.get("href") for link in found.all("a")}
    answer = clerk.send(chosen, {"asked_for": "أقراص ضغط", "channel": "portal"})
    assert answer.status_code == 303
    with office.database.reading() as session:
        row = session.execute(select(CitizenRequest)).scalar_one()
        assert (row.beneficiary_id, row.citizen_name) == (person_id, "")


def test_a_form_sent_twice_records_one_request(office: Office) -> None:
    clerk = office.visitor(Role.CLERK)
    sent = {**values_of(form_of(clerk.page("/requests/new"))), **ASKED}
    first, second = (clerk.post("/requests/new", data=sent) for _ in range(2))
    assert (first.status_code, first.location) == (303, second.location)
    assert count(office, CitizenRequest) == 1


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"asked_for": ""}, "asked_for", "هذا البيان مطلوب."),
        ({"citizen_name": ""}, "citizen_name", "هذا البيان مطلوب"),
        ({"channel": "city_centre"}, "centre", "المركز التكنولوجي"),
        ({"received_on": "٣١/٢/٢٠٢٦"}, "received_on", "اكتب التاريخ"),
        ({"citizen_phone": "12"}, "citizen_phone", "هذا ليس رقم هاتف"),
    ],
)
def test_a_mistake_stands_at_its_field_and_nothing_is_recorded(
    office: Office, wrong: dict[str, str], field: str, sentence: str
) -> None:
    office.centre()
    answer = office.visitor(Role.CLERK).send("/requests/new", {**ASKED, **wrong})
    assert answer.status_code == 422
    page = Page(answer.text)
    said = [one for one in page.all("p") if one.get("id") == f"{field}-error"]
    assert len(said) == 1
    assert sentence in text_of(said[0])
    expected = {**ASKED, **wrong}["asked_for"]
    assert text_of(next(iter(page.all("textarea")))) == expected
    assert count(office, CitizenRequest) == 0


def test_an_outside_reference_that_is_taken_names_the_first_request(office: Office) -> None:
    first = office.request(outside_reference="DM-7")
    answer = office.visitor(Role.CLERK).send(
        "/requests/new", {**ASKED, "outside_reference": "DM-٧"}
    )
    assert answer.status_code == 409
    assert number_of(office, first) in answer.text
    assert count(office, CitizenRequest) == 1


def test_a_clerk_of_a_centre_sees_only_its_requests(office: Office) -> None:
    office.centre(1)
    office.centre(2)
    own = office.request(channel=Channel.CITY_CENTRE, centre_id=1)
    other = office.request(channel=Channel.CITY_CENTRE, centre_id=2)
    office.request()
    clerk = office.visitor(Role.CLERK, username="rashid", centre_id=1)
    assert numbers_on(clerk.page("/requests")) == [number_of(office, own)]
    assert "لا توجد طلبات مطابقة" in clerk.get("/requests?centre=2").text
    assert clerk.get(f"/r/{own}").status_code == 200
    for path in ("", "/slip", "/beneficiary"):
        assert clerk.get(f"/r/{other}{path}").status_code == 404
    choices = [
        one for one in clerk.page("/requests/new").all("select") if one.get("id") == "centre"
    ]
    assert [option.get("value") for option in choices[0].iter("option")] == ["1"]


def test_the_inbox_is_filtered_by_its_address(office: Office) -> None:
    office.centre(1)
    office.centre(2, CentreKind.VILLAGE)
    yesterday = TODAY - timedelta(days=1)
    plain = office.request(received_on=yesterday)
    city = office.request(channel=Channel.CITY_CENTRE, centre_id=1, outside_reference="DM-7")
    milk = office.request(
        channel=Channel.VILLAGE_CENTRE, centre_id=2, category=RequestCategory.INFANT_MILK
    )
    fatma = office.request(beneficiary_id=office.person())
    office.approve(fatma, office.drug())
    clerk = office.visitor(Role.CLERK)
    day = yesterday.strftime("%d/%m/%Y")
    expected = {
        "": [plain, city, milk, fatma],
        "channel=city_centre": [city],
        "centre=2": [milk],
        "state=approved": [fatma],
        "category=infant_milk": [milk],
        f"date_to={day}": [plain],
        f"date_from={TODAY:%d/%m/%Y}": [city, milk, fatma],
        f"q={number_of(office, city)}": [city],
        "q=2": [city],
        "q=٢": [city],
        "q=DM-7": [city],
        "q=فاطمه+عبدالرحمن": [fatma],
        "q=الجندي": [milk, city, plain],
        "q=nobody": [],
        "channel=nonsense&state=x&centre=x&standing=x": [plain, city, milk, fatma],
    }
    for query, ids in expected.items():
        found = numbers_on(clerk.page(f"/requests?{query}"))
        assert found == [number_of(office, id_) for id_ in ids], query


def test_a_scanned_slip_opens_its_request(office: Office) -> None:
    office.request()
    request_id = office.request()
    slip = in_house(InHousePrefix.REQUEST_SLIP, request_id)
    answer = office.visitor(Role.CLERK).get(f"/requests?q={slip}")
    assert (answer.status_code, answer.location) == (303, f"/r/{request_id}")


def test_the_inbox_goes_on_by_place_in_both_directions(office: Office) -> None:
    ids = [office.request(received_on=TODAY - timedelta(days=day % 3)) for day in range(103)]
    with office.database.reading() as session:
        due = {row.id: row.due_on for row in session.scalars(select(CitizenRequest))}
    wanted = [number_of(office, id_) for id_ in sorted(ids, key=lambda id_: (due[id_], id_))]
    clerk = office.visitor(Role.CLERK)
    first = clerk.page("/requests")
    second = clerk.page(link(first, "next"))
    third = clerk.page(link(second, "next"))
    assert numbers_on(first) + numbers_on(second) + numbers_on(third) == wanted
    assert numbers_on(clerk.page(link(third, "prev"))) == numbers_on(second)
    assert numbers_on(clerk.page(link(second, "prev"))) == numbers_on(first)
    assert [one for one in third.all("a") if one.get("rel") == "next"] == []


def link(page: Page, rel: str) -> str:
    return next(one.get("href", "") for one in page.all("a") if one.get("rel") == rel)


def test_a_request_shows_its_steps_and_what_was_handed_out(office: Office) -> None:
    request_id = office.request(beneficiary_id=office.person())
    office.hand_out(request_id, office.drug())
    page = office.visitor(Role.AUDITOR).page(f"/r/{request_id}")
    timeline = [text_of(item) for item in page.all("ol")[0].iter("li")]
    assert [what.split()[0] for what in timeline] == ["وارد", "تمت", "جارٍ", "تم"]
    assert "P1-D-" in timeline[3]
    assert "84.00" in "".join(page.root.itertext())


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.COMMITTEE, "F9"),
        (Role.CLERK, "الخطوة التالية: قرار اللجنة."),
    ],
)
def test_the_next_step_is_named_for_whoever_looks(office: Office, role: Role, words: str) -> None:
    request_id = office.request(beneficiary_id=office.person())
    assert words in office.visitor(role).get(f"/r/{request_id}").text


def test_the_beneficiary_of_a_request_is_named_after_a_search(office: Office) -> None:
    request_id, person_id = office.request(), office.person()
    clerk = office.visitor(Role.CLERK)
    answer = clerk.send(f"/r/{request_id}/beneficiary?b={person_id}", {})
    assert (answer.status_code, answer.location) == (303, f"/r/{request_id}")
    assert state(office, request_id) is RequestState.RECEIVED
    assert "فاطمة عبد الرحمن حسن محمود" in clerk.get(f"/r/{request_id}").text


def test_the_beneficiary_of_a_decided_request_is_not_changed(office: Office) -> None:
    person_id = office.person()
    request_id = office.request(beneficiary_id=person_id)
    other_id = office.other_person(1)
    office.visitor(Role.COMMITTEE).send(f"/r/{request_id}/reject", {"reason": "duplicate"})
    answer = office.visitor(Role.CLERK).send(f"/r/{request_id}/beneficiary?b={other_id}", {})
    assert answer.status_code == 409
    assert state(office, request_id) is RequestState.REJECTED
    with office.database.reading() as session:
        assert session.scalar(select(CitizenRequest.beneficiary_id)) == person_id


def test_the_beneficiary_of_a_request_once_approved_is_not_changed(office: Office) -> None:
    person_id, other_id = office.person(), office.other_person(1)
    request_id = office.request(beneficiary_id=person_id)
    office.hand_out(request_id, office.drug())
    with office.database.transaction() as session:
        row = session.get_one(CitizenRequest, request_id)
        reason = ClosingReason.LAPSED.value
        clerk = office.actor(Role.CLERK)
        take(session, row, RequestAction.CLOSE, reason=reason, actor=clerk, now=NOW)
    office.visitor(Role.COMMITTEE).send(
        f"/r/{request_id}/reopen", {"reason": "appeal", "note": "تجديد"}
    )
    answer = office.visitor(Role.CLERK).send(f"/r/{request_id}/beneficiary?b={other_id}", {})
    assert answer.status_code == 409
    with office.database.reading() as session:
        assert session.scalar(select(CitizenRequest.beneficiary_id)) == person_id


def test_what_asks_for_no_medicine_is_answered_and_closed(office: Office) -> None:
    request_id = office.request(category=RequestCategory.HOUSING)
    reply = {"note": "أحيل إلى مديرية الإسكان برقم 41"}
    answer = office.visitor(Role.CLERK).send(f"/r/{request_id}/answer", reply)
    assert answer.status_code == 303
    assert state(office, request_id) is RequestState.CLOSED
    page = text_of(office.visitor(Role.CLERK).page(f"/r/{request_id}").root)
    assert reply["note"] in page


def test_medicine_is_not_answered_away(office: Office) -> None:
    request_id = office.request(beneficiary_id=office.person())
    answer = office.visitor(Role.CLERK).send(f"/r/{request_id}/answer", {"note": "لا يوجد"})
    assert answer.status_code == 409
    assert state(office, request_id) is RequestState.RECEIVED


def test_the_slip_is_a_pdf_and_its_printing_is_logged_for_a_person_on_file(
    office: Office,
) -> None:
    unnamed, named = office.request(), office.request(beneficiary_id=office.person())
    clerk = office.visitor(Role.CLERK)
    for request_id, logged in ((unnamed, 0), (named, 1)):
        answer = clerk.get(f"/r/{request_id}/slip")
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert answer.data.startswith(b"%PDF")
        assert count(office, AccessEvent) == logged


def test_the_pages_of_requests_ask_as_often_for_many_as_for_few(office: Office) -> None:
    office.centre(1)
    person_id = office.person()
    clerk = office.visitor(Role.CLERK)
    paths = ("/requests", "/requests?q=الجندي", "/requests?state=received&centre=1")

    def asked() -> list[int]:
        found = []
        for path in paths:
            with statements_of(office.database) as seen:
                assert clerk.get(path).status_code == 200
            found.append(len(seen))
        return found

    def more(times: int) -> None:
        for _ in range(times):
            office.request(beneficiary_id=person_id)
            office.request(channel=Channel.CITY_CENTRE, centre_id=1)

    more(1)
    few = asked()
    more(6)
    assert asked() == few
    assert max(few) <= 8  # one of them reads the official names of the states


def test_one_request_asks_as_often_with_a_long_history_as_with_a_short(office: Office) -> None:
    request_id = office.request(beneficiary_id=office.person())
    drug_id = office.drug()
    office.hand_out(request_id, drug_id)
    auditor = office.visitor(Role.AUDITOR)
    with statements_of(office.database) as seen:
        auditor.get(f"/r/{request_id}")
    assert len(seen) <= 25  # three of them write the look down


def test_a_look_at_a_request_that_names_a_person_is_written_down(office: Office) -> None:
    person_id = office.person()
    named = office.request(beneficiary_id=person_id)
    office.visitor(Role.CLERK).page(f"/r/{named}")
    office.visitor(Role.CLERK).page(f"/r/{office.request()}")
    with office.database.reading() as session:
        looks = session.execute(select(AccessEvent.beneficiary_id, AccessEvent.reason)).all()
    assert [(who, why.split()[0]) for who, why in looks if why] == [(person_id, "request")]


def test_an_official_name_stands_on_arabic_pages_and_in_the_list(office: Office) -> None:
    request_id = office.request()
    administrator, clerk = office.visitor(Role.ADMINISTRATOR), office.visitor(Role.CLERK)
    assert "قيد القيد الرسمي" not in clerk.get(f"/r/{request_id}").text
    answer = administrator.send("/admin/settings", {"official_received": "قيد القيد الرسمي"})
    assert answer.status_code == 303
    assert "قيد القيد الرسمي" in clerk.get(f"/r/{request_id}").text
    assert "قيد القيد الرسمي" in clerk.get("/requests").text

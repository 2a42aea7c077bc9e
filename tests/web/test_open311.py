"""GeoReport v2: what is reported becomes a request; what anybody may read says nothing of it."""

from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, seed, strategies
from hypothesis import settings as chance

from pharmacy.db import Database
from pharmacy.models import CitizenRequest, Staff
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.scopes import Scope
from pharmacy.rules.vocabulary import CentreKind, Channel, RequestCategory, Role
from tests.builders import add_centre, rows, snapshot
from tests.web.counter_day import NATIONAL_ID, CounterDay, counter_day
from tests.web.inspecting import InspectingClient
from tests.web.office import NOW
from tests.web.programs import make_token

ENGLISH = {"Accept-Language": "en"}
REPORT = {
    "service_code": "housing",
    "description": "سقف المدرسة\nيتسرب منه الماء",
    "first_name": "سعاد",
    "last_name": "محمد",
    "phone": "01012345678",
    "address_string": "سنهور، بجوار الوحدة",
}


@pytest.fixture
def day(database: Database) -> CounterDay:
    return counter_day(database, drugs=1)


@pytest.fixture
def key(database: Database, day: CounterDay) -> str:
    return make_token(database, day.staff[Role.CLERK].staff_id, Scope)


def get(client: InspectingClient, path: str) -> Any:
    answer = client.get(f"/open311/v2/{path}", headers=ENGLISH)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_the_services_are_the_categories_in_either_format(client: InspectingClient) -> None:
    services = get(client, "services.json")
    assert [one["service_code"] for one in services] == [one.value for one in RequestCategory]
    assert {one["type"] for one in services} == {"realtime"}
    answer = client.get("/open311/v2/services.xml")
    assert answer.content_type == "text/xml; charset=utf-8"
    tree = ET.fromstring(answer.data)  # noqa: S314 - our own answer
    assert tree.tag == "services"
    assert [one.findtext("service_code") for one in tree.iter("service")] == list(RequestCategory)


def test_a_service_says_what_it_asks_besides(client: InspectingClient) -> None:
    said = get(client, "services/housing.json")
    [urgency] = said["attributes"]
    assert (urgency["code"], len(urgency["values"])) == ("urgency", 2)
    tree = ET.fromstring(client.get("/open311/v2/services/housing.xml").data)  # noqa: S314
    assert len(tree.findall("attributes/attribute/values/value")) == 2


def test_the_discovery_names_the_endpoint(client: InspectingClient) -> None:
    said = client.get("/open311/discovery.json").json
    assert said["endpoints"][0]["url"] == "http://localhost/open311/v2"
    tree = ET.fromstring(client.get("/open311/discovery.xml").data)  # noqa: S314
    assert tree.findtext("endpoints/endpoint/formats/format") == "application/json"


def test_what_is_reported_becomes_a_request(
    client: InspectingClient, database: Database, key: str
) -> None:
    answer = client.post("/open311/v2/requests.json", data={**REPORT, "api_key": key})
    assert answer.status_code == 201, answer.text
    [made] = answer.json
    [row] = rows(
        database,
        CitizenRequest.channel,
        CitizenRequest.category,
        CitizenRequest.citizen_name,
        CitizenRequest.citizen_phone,
        CitizenRequest.asked_for,
        number=made["service_request_id"],
    )
    assert row == (
        Channel.PORTAL,
        RequestCategory.HOUSING,
        "سعاد محمد",
        "+201012345678",
        "سقف المدرسة يتسرب منه الماء - سنهور، بجوار الوحدة",
    )
    assert client.get(answer.headers["Location"]).json[0]["status"] == "open"


def test_a_centre_reports_in_its_own_name_and_in_xml(
    client: InspectingClient, database: Database, day: CounterDay
) -> None:
    centre_id = add_centre(database, CentreKind.VILLAGE)
    staff_id = day.staff[Role.CLERK].staff_id
    with database.transaction() as session:
        session.get_one(Staff, staff_id).centre_id = centre_id
    headers = {"Authorization": f"Bearer {make_token(database, staff_id, Scope)}"}
    answer = client.post("/open311/v2/requests.xml", data=REPORT, headers=headers)
    assert answer.status_code == 201, answer.text
    tree = ET.fromstring(answer.data)  # noqa: S314
    number = tree.findtext("request/service_request_id")
    found = rows(database, CitizenRequest.channel, CitizenRequest.centre_id, number=number)
    assert found == [(Channel.VILLAGE_CENTRE, centre_id)]


def test_a_report_with_a_key_of_its_own_is_recorded_once(
    client: InspectingClient, database: Database, key: str
) -> None:
    headers = {"Idempotency-Key": "r1"}
    data = {**REPORT, "api_key": key}
    answers = [
        client.post("/open311/v2/requests.json", data=data, headers=headers) for _ in range(2)
    ]
    assert answers[0].json == answers[1].json
    assert len(rows(database, CitizenRequest.id, category=RequestCategory.HOUSING)) == 1


def test_anybody_hears_number_state_and_days_and_nothing_more(
    client: InspectingClient, database: Database, day: CounterDay
) -> None:
    [shown] = get(client, "requests.json")
    [(number,)] = rows(database, CitizenRequest.number)
    today = cairo_day(NOW)
    assert shown["service_request_id"] == number
    assert (shown["status"], shown["status_notes"]) == ("open", "Under study")
    assert (shown["service_code"], shown["service_name"]) == ("request", "Citizen request")
    assert (shown["description"], shown["address"]) == (None, None)
    assert shown["requested_datetime"].startswith(f"{today}T00:00:00+0")
    text = client.get(f"/open311/v2/requests/{number}.xml").text
    for private in ("فاطمة", NATIONAL_ID, "5678", "علاج", "medicine", "approved", "دواء سنهور"):
        assert private not in text


def test_a_key_hears_the_service_and_what_its_scopes_show(
    client: InspectingClient, database: Database, day: CounterDay
) -> None:
    staff_id = day.staff[Role.CLERK].staff_id
    reader = make_token(database, staff_id, [Scope.REQUESTS_READ])
    [shown] = get(client, f"requests.json?api_key={reader}")
    assert (shown["service_code"], shown["status_notes"]) == ("medicine", "Approved")
    assert shown["description"] is None
    whole = make_token(database, staff_id, [Scope.REQUESTS_READ, Scope.CLINICAL_READ])
    [shown] = get(client, f"requests.json?api_key={whole}&service_code=medicine,housing")
    assert shown["description"] == "علاج الضغط والسكر"
    writer = make_token(database, staff_id, [Scope.REQUESTS_WRITE])
    [shown] = get(client, f"requests.json?api_key={writer}")
    assert shown["service_code"] == "request"


def test_requests_are_narrowed_by_state_number_and_span(
    client: InspectingClient, database: Database, day: CounterDay
) -> None:
    [(number,)] = rows(database, CitizenRequest.number)
    today = cairo_day(NOW)
    yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)
    for query, found in {
        "status=open": 1,
        "status=closed": 0,
        "status=open,closed": 1,
        f"service_request_id={number},2001-000001": 1,
        "service_request_id=2001-000001": 0,
        f"start_date={today}T00:00:00%2B02:00": 1,
        f"start_date={tomorrow}T10:00:00Z": 0,
        f"end_date={yesterday}T10:00:00Z": 0,
        f"start_date={yesterday}T10:00:00Z&end_date={tomorrow}T10:00:00Z": 1,
    }.items():
        assert len(get(client, f"requests.json?{query}")) == found, query


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("services/pigeons.json", 404),
        ("requests/2001-000001.json", 404),
        ("requests.json?jurisdiction_id=cairo.gov.eg", 404),
        ("requests.json?status=lost", 400),
        ("requests.json?start_date=soon", 400),
        ("requests.json?start_date=9999-12-31T23:59:59-12:00", 400),
        ("requests.json?service_code=medicine", 403),
        ("requests.json?api_key=nobody", 403),
        ("nothing.json", 404),
    ],
)
def test_a_refusal_is_a_list_of_errors(
    client: InspectingClient, day: CounterDay, path: str, status: int
) -> None:
    answer = client.get(f"/open311/v2/{path}", headers=ENGLISH)
    assert answer.status_code == status, answer.text
    [error] = answer.json
    assert error["code"] == status
    assert error["description"]
    xml = client.get(f"/open311/v2/{path.replace('.json', '.xml')}")
    assert xml.status_code == status
    tree = ET.fromstring(xml.data)  # noqa: S314
    assert (tree.tag, tree.findtext("error/code")) == ("errors", str(status))


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"api_key": ""}, 403),
        ({"api_key": "nobody"}, 403),
        ({"service_code": "pigeons"}, 404),
        ({"service_code": ""}, 404),
        ({"jurisdiction_id": "cairo.gov.eg"}, 404),
        ({"description": ""}, 400),
        ({"first_name": "", "last_name": ""}, 400),
        ({"phone": "12"}, 400),
        ({"email": "nobody"}, 400),
        ({"first_name": "a\x07b"}, 400),
        ({"attribute[urgency]": "soon"}, 400),
    ],
)
def test_a_report_that_is_refused_records_nothing(
    client: InspectingClient, database: Database, key: str, change: dict[str, str], status: int
) -> None:
    before = snapshot(database)["citizen_request"]
    data = {**REPORT, "api_key": key, **change}
    answer = client.post("/open311/v2/requests.json", data=data)
    assert (answer.status_code, answer.json[0]["code"]) == (status, status)
    assert snapshot(database)["citizen_request"] == before


def test_a_key_without_the_scope_reports_nothing(
    client: InspectingClient, database: Database, day: CounterDay
) -> None:
    reader = make_token(database, day.staff[Role.CLERK].staff_id, [Scope.REQUESTS_READ])
    answer = client.post("/open311/v2/requests.json", data={**REPORT, "api_key": reader})
    assert answer.status_code == 403


TEXTS = strategies.text(max_size=30)
QUERIES = strategies.dictionaries(
    strategies.sampled_from(
        ["service_request_id", "service_code", "start_date", "end_date", "status", "api_key"]
    ),
    TEXTS | strategies.sampled_from(["open", "2026-01-01T00:00:00Z", "housing"]),
)
FORMS = strategies.dictionaries(strategies.sampled_from([*REPORT, "email", "lat"]), TEXTS)


def test_whatever_is_sent_is_answered(app: Flask, database: Database, key: str) -> None:
    client = app.test_client()

    @seed(311)
    @chance(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(QUERIES, FORMS, TEXTS)
    def call(query: dict[str, str], form: dict[str, str], number: str) -> None:
        answers = [
            client.get("/open311/v2/requests.xml", query_string=query),
            client.get(f"/open311/v2/requests/{number}.xml"),
            client.post("/open311/v2/requests.xml", data={**REPORT, **form, "api_key": key}),
        ]
        for answer in answers:
            assert answer.status_code in {200, 201, 308, 400, 403, 404, 405}, answer.text
            if answer.status_code != 308:
                ET.fromstring(answer.data)  # noqa: S314

    call()

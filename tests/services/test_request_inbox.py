"""The inbox: the overdue first, page by page, and what a text finds, on both engines."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import text, update

from pharmacy.db import Database, reset_identities, table_of
from pharmacy.errors import NotPermitted
from pharmacy.models import CitizenRequest
from pharmacy.rules.arabic import fold
from pharmacy.rules.identity import compose_national_id
from pharmacy.rules.request_vocabulary import ClockState
from pharmacy.rules.vocabulary import Channel, Role
from pharmacy.services import request_inbox
from pharmacy.services.beneficiary import merge
from pharmacy.services.bulk import Bulk
from pharmacy.services.request_inbox import Place, page
from pharmacy.services.request_list import RequestQuery, count, listed
from pharmacy.services.request_search import index_person, searchable
from tests.builders import (
    NOW,
    TODAY,
    Pharmacy,
    add_actor,
    add_beneficiary,
    add_centre,
    add_request,
)

DAY = timedelta(days=1)


def found(
    pharmacy: Pharmacy, asked: str = "", role: Role = Role.MANAGER, **facts: Any
) -> list[int]:
    query = RequestQuery(text=asked, **facts)
    with pharmacy.database.reading() as session:
        got = page(session, query, place=None, size=50, actor=pharmacy[role], today=TODAY)
        whole = listed(query, actor=pharmacy[role], today=TODAY)
        assert {row.id for row in session.execute(whole)} == {row.id for row in got.rows}
        return [row.id for row in got.rows]


def set_days(database: Database, request_id: int, **days: date | None) -> None:
    with database.transaction() as session:
        row = session.get_one(CitizenRequest, request_id)
        for name, day in days.items():
            setattr(row, name, day)


def asking(pharmacy: Pharmacy, name: str, wish: str = "أقراص ضغط", **facts: Any) -> int:
    return add_request(pharmacy, None, citizen_name=name, asked_for=wish, **facts)


@pytest.fixture
def six(pharmacy: Pharmacy) -> dict[str, int]:
    """Requests of every standing to the clock."""
    ids = {name: asking(pharmacy, name) for name in ("a", "b", "c", "d", "e", "f")}
    days: dict[str, dict[str, date]] = {
        "a": {"due_on": TODAY + 30 * DAY},
        "b": {"due_on": TODAY - 1 * DAY},
        "c": {"due_on": TODAY - 9 * DAY},
        "d": {"due_on": TODAY, "settled_on": TODAY},
        "e": {"due_on": TODAY - 20 * DAY, "paused_on": TODAY - 21 * DAY},
        "f": {"due_on": TODAY},
    }
    for name, values in days.items():
        set_days(pharmacy.database, ids[name], **values)
    return ids


def test_the_overdue_stand_first_then_the_open_by_their_day(
    pharmacy: Pharmacy, six: dict[str, int]
) -> None:
    assert found(pharmacy) == [six[name] for name in "cbfaed"]


@pytest.mark.parametrize(
    ("standing", "names"),
    [
        (ClockState.OVERDUE, "cb"),
        (ClockState.DUE_SOON, "f"),
        (ClockState.WAITING, "e"),
        (ClockState.OPEN, "cbfae"),
        (ClockState.SETTLED, "d"),
    ],
)
def test_a_list_by_the_clock_is_as_long_as_its_count(
    pharmacy: Pharmacy, six: dict[str, int], standing: ClockState, names: str
) -> None:
    assert found(pharmacy, standing=standing) == [six[name] for name in names]
    with pharmacy.database.reading() as session:
        query = RequestQuery(standing=standing)
        assert count(session, query, actor=pharmacy[Role.MANAGER], today=TODAY) == len(names)


def test_pages_go_on_through_all_parts_of_the_list_and_back(pharmacy: Pharmacy) -> None:
    chance = Random(4)
    ids = [asking(pharmacy, f"سعاد {number}") for number in range(40)]
    for request_id in ids:
        days = {"due_on": TODAY + DAY * chance.randint(-3, 3)}
        draw = chance.random()
        if draw < 0.3:
            days["settled_on"] = TODAY
        elif draw < 0.5:
            days["paused_on"] = TODAY
        set_days(pharmacy.database, request_id, **days)
    whole = found(pharmacy)
    for query, wanted in ((RequestQuery(), whole), (RequestQuery(text="سعاد"), ids[::-1])):
        forwards, places = walk(pharmacy, query, None)
        assert forwards == wanted
        backwards, _ = walk(pharmacy, query, Place(wanted[-1], backwards=True))
        assert backwards == wanted[:-1]
        assert len(places) == 6


def walk(
    pharmacy: Pharmacy, query: RequestQuery, place: Place | None
) -> tuple[list[int], list[Any]]:
    """Read on from a place to the end, seven rows at a time, in the list's own order."""
    seen: list[int] = []
    places = []
    backwards = place is not None and place.backwards
    while True:
        with pharmacy.database.reading() as session:
            who = pharmacy[Role.MANAGER]
            got = page(session, query, place=place, size=7, actor=who, today=TODAY)
        rows = [row.id for row in got.rows]
        seen = rows + seen if backwards else seen + rows
        places.append(place)
        assert got.is_first == (place is None)
        onward = got.newer if backwards else got.older
        if onward is None:
            return seen, places
        assert onward == (rows[0] if backwards else rows[-1])
        place = Place(onward, backwards=backwards)


def test_a_request_is_found_by_every_number_it_has(pharmacy: Pharmacy) -> None:
    identity = compose_national_id(birth_date=date(1970, 5, 6), governorate_code="18", serial=9801)
    asking(pharmacy, "آخر")
    wanted = asking(
        pharmacy,
        "منال",
        channel=Channel.PORTAL,
        outside_reference="BPM-7",
        citizen_identity=identity,
        citizen_phone="+201000000077",
    )
    for asked in (
        "2026-000002",
        "٢٠٢٦-٠٠٠٠٠٢",
        "2",
        "BPM-7",
        identity,
        "01000000077",
        "0100 000 0077",
    ):
        assert found(pharmacy, asked) == [wanted], asked
    for asked in ("2026-000003", "BPM-8", "01000000078", "!", "منال 3"):
        assert found(pharmacy, asked) == [], asked


def test_a_persons_requests_are_found_by_identity_and_phone_of_a_merged_record_too(
    pharmacy: Pharmacy,
) -> None:
    identity = compose_national_id(birth_date=date(1970, 5, 6), governorate_code="18", serial=9802)
    double = add_beneficiary(pharmacy, phone="01000000011")
    kept = add_beneficiary(
        pharmacy,
        identity_number=identity,
        phone="01000000012",
    )
    first, second = add_request(pharmacy, double), add_request(pharmacy, kept)
    with pharmacy.database.transaction() as session:
        merge(session, double, kept, reason="نفس", actor=pharmacy[Role.MANAGER], now=NOW)
    assert found(pharmacy, identity) == [second, first]
    assert found(pharmacy, "01000000012") == [second]
    assert found(pharmacy, "01000000011") == [first]


@pytest.mark.parametrize("near", [0, request_inbox.NEAR])
def test_words_are_found_in_any_order_by_their_beginnings_and_folded(
    pharmacy: Pharmacy, monkeypatch: pytest.MonkeyPatch, near: int
) -> None:
    monkeypatch.setattr(request_inbox, "NEAR", near)
    one = asking(pharmacy, "فاطمة عبد الرحمن حسن", "أنسولين ٤٠ وحدة")
    two = asking(pharmacy, "حسن إبراهيم", "سماعة أذن", on_behalf_of="أخوه عبد الرحمن")
    asked = {
        "حسن": [two, one],
        "حس": [two, one],
        "فاطمه": [one],
        "حسن عبدالرحمن": [two, one],
        "عبد الرحمن فاط": [one],
        "ابراهيم سماعه": [two],
        "انسولين 40": [one],
        "الأنسولين": [one],
        "سن": [],
        "فاطمة سماعة": [],
        "' OR 1=1 --": [],
        '"ح" * NEAR(x)': [],
        "حسن:* & !x": [],
        "ة": [],
        "ة1": [],
    }
    assert {words: found(pharmacy, words) for words in asked} == asked


def test_a_word_is_found_by_what_a_number_would_not_mean(pharmacy: Pharmacy) -> None:
    one = asking(pharmacy, "هدى", "حقن b12")
    assert found(pharmacy, "b12") == found(pharmacy, "B12") == [one]


def test_words_that_no_engine_knows_as_letters_or_that_are_endless_do_no_harm(
    pharmacy: Pharmacy,
) -> None:
    endless, strange = "ب" * 3000, "𞤀𞤁 🏥 ﷽ ꩠ"
    one = asking(pharmacy, "نادية", endless)
    two = asking(pharmacy, "نادية", f"{strange} calcium+d3")
    assert found(pharmacy, endless) == [one]
    assert found(pharmacy, "نادية d3") == [two]
    assert found(pharmacy, f"نادية {strange}") in ([two], [two, one])
    assert found(pharmacy, "🏥") == []


def test_the_index_follows_every_change_of_the_words(pharmacy: Pharmacy) -> None:
    database = pharmacy.database
    person = add_beneficiary(pharmacy, given_name="سناء")
    request_id = add_request(pharmacy, person)
    assert found(pharmacy, "سناء") == [request_id]
    with database.transaction() as session:
        session.execute(text("UPDATE beneficiary SET given_name = 'زينب'"))
        index_person(session, [person])
    assert (found(pharmacy, "سناء"), found(pharmacy, "زينب")) == ([], [request_id])
    with database.transaction() as session:
        words = searchable("رجاء", "لبن")
        session.execute(update(CitizenRequest).values(search_text=words, due_on=TODAY))
    assert (found(pharmacy, "زينب"), found(pharmacy, "لبن رجاء")) == ([], [request_id])
    if database.embedded:
        check = "INSERT INTO request_words(request_words, rank) VALUES ('integrity-check', 1)"
        with database.transaction() as session:
            session.execute(text(check))


def test_what_is_added_in_bulk_is_found_and_so_is_what_comes_after(pharmacy: Pharmacy) -> None:
    database = pharmacy.database
    first = asking(pharmacy, "نجوى")
    with database.transaction() as session, Bulk(session, (CitizenRequest,)) as bulk:
        row = session.get_one(CitizenRequest, first)
        same = {column.name: getattr(row, column.name) for column in table_of(CitizenRequest).c}
        for number in (11, 12):
            own = {"id": number, "number": f"2026-0000{number}", "submission_id": None}
            bulk.add(CitizenRequest, {**same, **own, "search_text": f"نجوي رقم{number}"})
    assert found(pharmacy, "نجوى") == [12, 11, first]
    assert found(pharmacy, "رقم12") == [12]
    with database.transaction() as session:
        reset_identities(session)
    last = asking(pharmacy, "نجوى")
    assert found(pharmacy, "نجوى") == [last, 12, 11, first]
    with (
        pytest.raises(ZeroDivisionError),
        database.transaction() as session,
        Bulk(session, (CitizenRequest,)),
    ):
        _ = 1 / 0
    assert asking(pharmacy, "نجوى") in found(pharmacy, "نجوى")


def test_a_clerk_of_a_centre_finds_only_its_own(pharmacy: Pharmacy) -> None:
    database = pharmacy.database
    own, other = add_centre(database), add_centre(database)
    of_centre = {"channel": Channel.CITY_CENTRE}
    mine = asking(pharmacy, "كريمة", centre_id=own, **of_centre)
    theirs = asking(pharmacy, "كريمة", centre_id=other, **of_centre)
    clerk = add_actor(database, Role.CLERK, centre_id=own)
    for asked, centre, wanted in (
        ("كريمة", None, [mine]),
        ("كريمة", other, []),
        ("2026-000002", None, []),
        ("", None, [mine]),
    ):
        query = RequestQuery(text=asked, centre_id=centre)
        with database.reading() as session:
            got = page(session, query, place=None, size=9, actor=clerk, today=TODAY)
        assert [row.id for row in got.rows] == wanted
    assert found(pharmacy, "كريمة", centre_id=other) == [theirs]
    keeper = replace(clerk, role=Role.STORE_KEEPER)
    with database.reading() as session, pytest.raises(NotPermitted):
        page(session, RequestQuery(), place=None, size=9, actor=keeper, today=TODAY)


def test_what_is_kept_is_read_as_what_is_typed() -> None:
    assert searchable("فاطمة عبد الرحمن", "Calcium+D3 ٤٠", "") == fold(
        "فاطمه عبدالرحمن calcium d3 40"
    )

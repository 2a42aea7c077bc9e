"""Requests recorded together are the requests that would be recorded one by one, and no others."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.db import Database, table_of
from pharmacy.errors import Busy, NotPermitted, PharmacyError
from pharmacy.models import (
    Beneficiary,
    BeneficiaryStatus,
    Centre,
    CitizenRequest,
    Condition,
    Holiday,
    RequestEvent,
    RequestSeries,
    TimeLimit,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import CentreKind, RequestCategory, Role, Urgency
from pharmacy.services.importing import Note, NoteCode, Outcome, Verdict, one_by_one, verdicts
from pharmacy.services.importing_requests import RequestImporter
from pharmacy.services.importing_rows import Row
from pharmacy.services.request import NewRequest, record_request
from pharmacy.services.request_bulk import RequestBatch
from tests.builders import (
    NOW,
    TODAY,
    Pharmacy,
    add_actor,
    add_beneficiary,
    add_centre,
    add_condition,
    add_request,
    new_request,
    rows,
    snapshot,
)

ACTIVE, DEAD, UNKNOWN = "28001011898707", "28001021898715", "28001031898723"
POOL: dict[str, list[str]] = {
    "channel": ["portal", "Portal", "", "hotline", "صوتك مسموع", "city_centre", "pigeon"],
    "centre": ["", "", "CITY", "village", "nowhere"],
    "received_on": ["2026-03-01", "01/03/2026", "٢٠٢٥-١٢-٣١", "2025-12-30", "2027-01-01", "x", ""],
    "asked_for": ["علاج السكر", "علاج  الضغط", "لبن أطفال", ""],
    "category": ["", "medicine", "Infant milk", "housing", "magic"],
    "urgency": ["", "urgent", "now"],
    "outside_reference": ["", "", "R1", "R2", "R3", "TAKEN"],
    "citizen_name": ["علي حسن", "هدى  عبد الله", ""],
    "citizen_phone": ["", "01012345678", "010 1234 5678", "0453312345", "12"],
    "national_id": ["", "", ACTIVE, DEAD, UNKNOWN, "2.8E+13"],
    "citizen_email": ["", "ali@example.org", "ali@", "a b@example.org"],
    "condition": ["", "SUGAR", "no such"],
    "prescriber": ["", "د. سامي"],
    "handle": ["", "@ali"],
}


class _NothingKept(Exception):
    """Ends a transaction of which nothing is kept."""


@pytest.fixture
def filled(pharmacy: Pharmacy) -> Pharmacy:
    """A pharmacy with a centre of each kind, people, a condition, limits and a request on file."""
    database = pharmacy.database
    for kind in CentreKind:
        centre_id = add_centre(database, kind)
        with database.transaction() as session:
            session.get_one(Centre, centre_id).name_en = kind.value
    condition_id = add_condition(database)
    dead = add_beneficiary(pharmacy, identity_number=DEAD)
    add_beneficiary(pharmacy, identity_number=ACTIVE)
    with database.transaction() as session:
        session.get_one(Condition, condition_id).name_en = "SUGAR"
        session.get_one(Beneficiary, dead).status = BeneficiaryStatus.DECEASED
        session.add(Holiday(day=date(2026, 3, 3), name_ar="عيد", name_en="Feast"))
        limit = TimeLimit(category=RequestCategory.MEDICINE, urgency=Urgency.URGENT, working_days=3)
        session.add(limit)
    wish = {"asked_for": "علاج السكر", "received_on": date(2026, 3, 1), "citizen_name": "علي"}
    add_request(pharmacy, None, outside_reference="TAKEN", **wish)
    return pharmacy


def one_after_the_other(session: Session, given: Sequence[Row], actor: Actor) -> list[Verdict]:
    """What becomes of rows by the form's own service, each in a savepoint of its own."""
    importer = RequestImporter(session, fingerprint="f", actor=actor, now=NOW)

    def record(session: Session, row: Row) -> Verdict:
        (read,) = importer.read(session, [row])
        if read.new is None:
            assert read.refused is not None
            return read.refused
        new = read.new
        same = CitizenRequest.submission_id == new.submission_id
        if new.outside_reference:
            facts = ("channel", "outside_reference", "received_on", "asked_for")
            clauses = [getattr(CitizenRequest, name) == getattr(new, name) for name in facts]
            same |= clauses[0] & clauses[1] & clauses[2] & clauses[3]
        known = session.scalar(select(CitizenRequest.number).where(same))
        if known is not None:
            return Verdict(row, Outcome.SKIPPED, (Note(NoteCode.ALREADY_THERE, {"key": known}),))
        record_request(session, new, actor=actor, now=NOW)
        notes = (Note(NoteCode.TEXT_TIDIED, {"fields": ", ".join(row.tidied)}),)
        return Verdict(row, Outcome.IMPORTED, notes if row.tidied else ())

    return list(one_by_one(session, given, record))


def together(session: Session, given: Sequence[Row], actor: Actor) -> list[Verdict]:
    importer = RequestImporter(session, fingerprint="f", actor=actor, now=NOW)
    return sorted(verdicts(session, given, importer), key=lambda verdict: verdict.row.number)


def outcome(
    database: Database,
    way: Callable[[Session, Sequence[Row], Actor], list[Verdict]],
    given: Sequence[Row],
    actor: Actor,
) -> tuple[list[Any], list[Any], list[Any], list[Any]]:
    """What a way of recording says and leaves behind; nothing of it is kept."""
    request, event = table_of(CitizenRequest), table_of(RequestEvent)
    try:
        with database.transaction() as session:
            said = [
                (v.row.number, v.outcome, v.notes, str(v.refusal))
                for v in way(session, given, actor)
            ]
            session.flush()
            columns = [column for column in request.c if column.name != "id"]
            kept = session.execute(select(*columns).order_by(request.c.number)).all()
            told = [column for column in event.c if column.name not in {"id", "request_id"}]
            happened = session.execute(
                select(request.c.number, *told)
                .join(event, event.c.request_id == request.c.id)
                .order_by(request.c.number)
            ).all()
            series = select(RequestSeries.year, RequestSeries.last_number)
            # Looking at a year makes its row, whether or not a number is given.
            numbers = session.execute(
                series.where(RequestSeries.last_number > 0).order_by(RequestSeries.year)
            ).all()
            raise _NothingKept  # noqa: TRY301 - the transaction is to end badly
    except _NothingKept:
        return said, list(kept), list(happened), list(numbers)


def dirty(values: dict[str, str], number: int) -> Row:
    tidied = tuple(name for name, text in values.items() if "  " in text)
    clean = {name: " ".join(text.split()) for name, text in values.items()}
    return Row(number, clean, list(values.values()), tidied)


DIRT = st.lists(
    st.fixed_dictionaries({name: st.sampled_from(words) for name, words in POOL.items()}),
    max_size=12,
).map(lambda found: [dirty(values, number) for number, values in enumerate(found, start=2)])
# Most rows of the pool above are refused; of these, most are recorded or meet each other.
CLEAN = {
    "channel": 2,
    "received_on": 4,
    "asked_for": 3,
    "category": 4,
    "urgency": 2,
    "outside_reference": 6,
    "citizen_name": 2,
    "citizen_phone": 4,
    "national_id": 5,
    "citizen_email": 2,
    "condition": 2,
    "prescriber": 2,
}
CLEANER = st.lists(
    st.fixed_dictionaries(
        {name: st.sampled_from(POOL[name][:most]) for name, most in CLEAN.items()}
    ),
    max_size=12,
).map(lambda found: [dirty(values, number) for number, values in enumerate(found, start=2)])


@given(data=st.data())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_rows_recorded_together_end_as_rows_recorded_one_by_one(
    filled: Pharmacy, data: st.DataObject
) -> None:
    given_rows = data.draw(st.one_of(DIRT, CLEANER))
    database, clerk = filled.database, filled[Role.CLERK]
    slow = outcome(database, one_after_the_other, given_rows, clerk)
    quick = outcome(database, together, given_rows, clerk)
    assert quick == slow


@pytest.mark.parametrize("kind", CentreKind)
def test_a_clerk_of_a_centre_records_the_same_either_way(
    filled: Pharmacy, kind: CentreKind
) -> None:
    database = filled.database
    ((centre_id,),) = rows(database, Centre.id, kind=kind)
    clerk = add_actor(database, Role.CLERK, centre_id=centre_id)
    base = {"received_on": "2026-03-01", "asked_for": "علاج", "citizen_name": "علي"}
    given_rows = [
        dirty({**base, "centre": centre, "channel": channel}, number)
        for number, (centre, channel) in enumerate(
            [("", ""), ("CITY", ""), ("village", ""), ("", "portal"), ("", "city_centre")], start=2
        )
    ]
    slow = outcome(database, one_after_the_other, given_rows, clerk)
    quick = outcome(database, together, given_rows, clerk)
    assert quick == slow
    said, kept, _happened, _numbers = quick
    assert {row.centre_id for row in kept if row.channel != "hotline"} == {centre_id}
    refused = [number for number, found, _notes, _why in said if found is Outcome.REFUSED]
    assert refused == ([4] if kind is CentreKind.CITY else [3, 6])


def test_a_submission_that_is_on_file_gives_its_first_number(filled: Pharmacy) -> None:
    first = new_request(None, submission_id="same", citizen_name="علي")
    add_request(filled, None, submission_id="same", citizen_name="علي")
    before = snapshot(filled.database)
    with filled.database.transaction() as session:
        batch = RequestBatch(session, [first], actor=filled[Role.CLERK], now=NOW)
        number = batch.known(first)
        assert number is not None
        assert batch.record(first) == number
        batch.write()
    assert snapshot(filled.database) == before


def test_two_of_the_same_submission_are_recorded_once(filled: Pharmacy) -> None:
    new = new_request(None, submission_id="twice", citizen_name="علي")
    with filled.database.transaction() as session:
        batch = RequestBatch(session, [new, new], actor=filled[Role.MANAGER], now=NOW)
        assert batch.record(new) == batch.record(new)
        batch.write()
    (found,) = rows(filled.database, CitizenRequest.state, submission_id="twice")
    assert found == (RequestState.RECEIVED,)


@pytest.mark.parametrize("status", ["deceased", "missing"])
def test_nobody_asks_for_who_has_died_or_was_never_there(filled: Pharmacy, status: str) -> None:
    ((dead,),) = rows(filled.database, Beneficiary.id, identity_number=DEAD)
    new = new_request(dead if status == "deceased" else 9_999)
    before = snapshot(filled.database)
    codes = []
    with filled.database.transaction() as session:
        batch = RequestBatch(session, [new], actor=filled[Role.CLERK], now=NOW)
        try:
            batch.record(new)
        except PharmacyError as refusal:
            codes.append(refusal.code)
        batch.write()
    assert codes == ["beneficiary_inactive" if status == "deceased" else "not_found"]
    assert snapshot(filled.database) == before


def test_looking_gives_no_number_away(filled: Pharmacy) -> None:
    new = new_request(None, citizen_name="علي", received_on=TODAY - timedelta(days=900))
    before = snapshot(filled.database)
    with filled.database.reading() as session:
        batch = RequestBatch(session, [new], looking=True, actor=filled[Role.CLERK], now=NOW)
        assert batch.record(new) == "2023-000001"
    assert snapshot(filled.database) == before


def test_who_may_not_import_records_nothing(filled: Pharmacy) -> None:
    with filled.database.transaction() as session, pytest.raises(NotPermitted):
        RequestBatch(session, [], actor=filled[Role.FINANCE], now=NOW)


def test_what_another_recorded_at_the_same_moment_is_tried_again(filled: Pharmacy) -> None:
    new = new_request(None, citizen_name="علي", outside_reference="AT-ONCE")
    before = snapshot(filled.database)

    def slip_past_the_look_up(session: Session, new: NewRequest) -> None:
        batch = RequestBatch(session, [new], actor=filled[Role.CLERK], now=NOW)
        batch.record(new)
        other = new_request(None, citizen_name="علي", outside_reference="AT-ONCE")
        record_request(session, other, actor=filled[Role.CLERK], now=NOW)
        batch.write()

    with pytest.raises(Busy), filled.database.transaction() as session:
        slip_past_the_look_up(session, new)
    assert snapshot(filled.database) == before

"""The working calendar: holidays and limits, and the due days that follow from them."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pharmacy.db import Database
from pharmacy.errors import InvalidNumber, MissingFact, NotFound, NotPermitted
from pharmacy.models import AuditEvent, CitizenRequest, Holiday, TimeLimit
from pharmacy.rules.calendar import is_weekend
from pharmacy.rules.request_vocabulary import Paper, ReopeningReason, RequestAction, RequestState
from pharmacy.rules.vocabulary import RequestCategory, Role, Urgency
from pharmacy.services import calendar, seeding
from pharmacy.services.importing import NoteCode, Outcome
from pharmacy.services.importing_holidays import HolidayImporter
from pharmacy.services.request import get_request
from pharmacy.services.request_decision import reopen
from pharmacy.services.request_steps import take
from tests.builders import NOW, TODAY, Pharmacy, add_actor, add_request, rows, snapshot
from tests.services.lists import Brought, bring_in, write

M, N = RequestCategory.MEDICINE, Urgency.NORMAL
HEADINGS = ("day", "name_ar", "name_en")


@pytest.fixture
def administrator(pharmacy: Pharmacy) -> Pharmacy:
    add_actor(pharmacy.database, Role.ADMINISTRATOR)
    return pharmacy


def next_working(day: date) -> date:
    day += timedelta(days=1)
    return next_working(day) if is_weekend(day) else day


def due(pharmacy: Pharmacy, request_id: int) -> date | None:
    ((day,),) = rows(pharmacy.database, CitizenRequest.due_on, id=request_id)
    return day


def audited(database: Database, noun: str) -> list[str]:
    with database.reading() as session:
        events = select(AuditEvent).where(AuditEvent.noun == noun).order_by(AuditEvent.id)
        return [event.action for event in session.scalars(events)]


def close(pharmacy: Pharmacy, day: date, name: str = "عيد") -> int:
    with pharmacy.database.transaction() as session:
        who = pharmacy[Role.ADMINISTRATOR]
        return calendar.add_holiday(session, day, name, "", actor=who, now=NOW)


def limit(pharmacy: Pharmacy, days: int) -> int:
    with pharmacy.database.transaction() as session:
        who = pharmacy[Role.ADMINISTRATOR]
        return calendar.change_limits(session, {(M, N): days}, actor=who, now=NOW)


def act(pharmacy: Pharmacy, request_id: int, action: RequestAction, day: int, reason: str) -> None:
    role = Role.COMMITTEE if action is RequestAction.REJECT else Role.CLERK
    with pharmacy.database.transaction() as session:
        who = pharmacy[role]
        request = get_request(session, request_id, actor=who, lock=True)
        now = NOW + timedelta(days=day)
        take(session, request, action, reason=reason, actor=who, now=now)


def test_a_new_holiday_moves_what_is_due_behind_it_and_only_that(pharmacy: Pharmacy) -> None:
    old = add_request(pharmacy, None, citizen_name="a", received_on=TODAY - timedelta(days=200))
    new = add_request(pharmacy, None, citizen_name="b")
    before = due(pharmacy, old), due(pharmacy, new)
    day = next_working(TODAY)
    assert close(pharmacy, day) == 1
    assert due(pharmacy, old) == before[0]
    moved = due(pharmacy, new)
    assert before[1] is not None
    assert moved == next_working(before[1])
    assert close(pharmacy, day, "عيد العمال") == 0
    assert rows(pharmacy.database, Holiday.name_ar, Holiday.name_en) == [("عيد العمال",) * 2]
    with pharmacy.database.transaction() as session:
        who = pharmacy[Role.ADMINISTRATOR]
        assert calendar.remove_holiday(session, day, actor=who, now=NOW) == 1
    assert (due(pharmacy, old), due(pharmacy, new)) == before
    assert audited(pharmacy.database, "holiday") == ["add", "change", "remove"]
    assert audited(pharmacy.database, "due_day") == ["move", "move"]


def test_a_new_limit_counts_pauses_as_the_clock_did(pharmacy: Pharmacy) -> None:
    request_id = add_request(pharmacy, None, citizen_name="a")
    act(pharmacy, request_id, RequestAction.ASK_PAPERS, 1, Paper.PRESCRIPTION)
    act(pharmacy, request_id, RequestAction.CHECK, 9, "")
    act(pharmacy, request_id, RequestAction.ASK_PAPERS, 11, Paper.OTHER)
    act(pharmacy, request_id, RequestAction.CHECK, 14, "")
    as_the_clock = due(pharmacy, request_id)
    assert limit(pharmacy, 16) == 1
    assert as_the_clock is not None
    assert due(pharmacy, request_id) == next_working(as_the_clock)
    assert limit(pharmacy, 15) == 1
    assert due(pharmacy, request_id) == as_the_clock
    assert limit(pharmacy, 15) == 0
    assert rows(pharmacy.database, TimeLimit.category, TimeLimit.working_days) == [(M, 15)]
    assert audited(pharmacy.database, "time_limit") == ["change", "change"]


def test_a_reopened_request_is_counted_from_its_reopening_and_a_settled_one_is_left(
    pharmacy: Pharmacy,
) -> None:
    ids = [add_request(pharmacy, None, citizen_name=name) for name in "ab"]
    for request_id in ids:
        act(pharmacy, request_id, RequestAction.ASK_PAPERS, 1, Paper.PRESCRIPTION)
        act(pharmacy, request_id, RequestAction.CLOSE, 5, "withdrawn")
    settled = due(pharmacy, ids[1])
    with pharmacy.database.transaction() as session:
        later = NOW + timedelta(days=30)
        who = pharmacy[Role.COMMITTEE]
        reopen(session, ids[0], ReopeningReason.APPEAL, note="تظلم", actor=who, now=later)
    as_the_clock = due(pharmacy, ids[0])
    assert as_the_clock is not None
    assert limit(pharmacy, 16) == 1
    assert due(pharmacy, ids[0]) == next_working(as_the_clock)
    assert due(pharmacy, ids[1]) == settled


def test_many_requests_are_counted_anew_in_few_statements(
    pharmacy: Pharmacy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "CHUNK", 4)
    ids = [add_request(pharmacy, None, citizen_name="a") for _ in range(9)]
    before = due(pharmacy, ids[0])
    assert close(pharmacy, next_working(TODAY)) == 9
    days = {due(pharmacy, request_id) for request_id in ids}
    assert len(days) == 1
    assert days != {before}


def test_what_the_calendar_refuses_moves_nothing(pharmacy: Pharmacy) -> None:
    add_request(pharmacy, None, citizen_name="a")
    clerk, administrator = pharmacy[Role.CLERK], pharmacy[Role.ADMINISTRATOR]
    before = snapshot(pharmacy.database)
    with pharmacy.database.transaction() as session, pytest.raises(NotPermitted):
        calendar.add_holiday(session, TODAY, "عيد", "", actor=clerk, now=NOW)
    with pharmacy.database.transaction() as session, pytest.raises(NotPermitted):
        calendar.remove_holiday(session, TODAY, actor=clerk, now=NOW)
    with pharmacy.database.transaction() as session, pytest.raises(NotPermitted):
        calendar.change_limits(session, {(M, N): 3}, actor=clerk, now=NOW)
    with pharmacy.database.transaction() as session, pytest.raises(MissingFact):
        calendar.add_holiday(session, TODAY, " ", "Eid", actor=administrator, now=NOW)
    with pharmacy.database.transaction() as session, pytest.raises(NotFound):
        calendar.remove_holiday(session, TODAY, actor=administrator, now=NOW)
    for days in (0, 366):
        with pharmacy.database.transaction() as session, pytest.raises(InvalidNumber):
            calendar.change_limits(session, {(M, N): days}, actor=administrator, now=NOW)
    assert snapshot(pharmacy.database) == before


def bring(pharmacy: Pharmacy, path: Path) -> Brought:
    actor = pharmacy[Role.ADMINISTRATOR]
    return bring_in(
        pharmacy.database,
        path,
        HolidayImporter,
        lambda _session, _sheet: HolidayImporter(actor=actor, now=NOW),
        actor=actor,
    )


def test_a_list_of_holidays_is_taken_row_by_row_and_due_days_follow(
    pharmacy: Pharmacy, tmp_path: Path
) -> None:
    request_id = add_request(pharmacy, None, citizen_name="a")
    before = due(pharmacy, request_id)
    day = next_working(TODAY)
    lines = (
        (day.isoformat(), "عيد", "Eid"),
        (f"{day:%d/%m/%Y}", "عيد", "Eid"),
        (day.isoformat(), "عيد آخر", "Eid"),
        ("31/02/2026", "عيد", ""),
        ("", "عيد", ""),
        ("2027-01-07", "", "Christmas"),
        ("2027-01-25", "الشرطة", ""),
    )
    path = write(tmp_path / "days.csv", HEADINGS, *lines)
    brought = bring(pharmacy, path)
    assert [brought.outcome(number) for number in range(2, 9)] == [
        Outcome.IMPORTED,
        Outcome.SKIPPED,
        *[Outcome.REFUSED] * 4,
        Outcome.IMPORTED,
    ]
    assert rows(pharmacy.database, Holiday.day, Holiday.name_en) == [
        (day, "Eid"),
        (date(2027, 1, 25), "الشرطة"),
    ]
    assert due(pharmacy, request_id) != before
    again = bring(pharmacy, write(tmp_path / "again.csv", HEADINGS, lines[0], lines[-1]))
    assert again.counts.skipped == 2
    assert again.notes(2) == [NoteCode.UNCHANGED]
    renamed = write(tmp_path / "renamed.csv", HEADINGS, (day.isoformat(), "عيد آخر", "Eid"))
    assert bring(pharmacy, renamed).outcome(2) is Outcome.CHANGED


def test_a_new_pharmacy_knows_the_holidays_of_ten_years(pharmacy: Pharmacy) -> None:
    request_id = add_request(pharmacy, None, citizen_name="a", received_on=date(2026, 1, 1))
    before = due(pharmacy, request_id)
    for _ in range(2):
        with pharmacy.database.transaction() as session:
            seeding.seed(session, now=NOW)
    with pharmacy.database.reading() as session:
        years = {year: len(calendar.holidays_of(session, year)) for year in range(2018, 2028)}
        fixed = ((1, 7), (1, 25), (4, 25), (5, 1), (6, 30), (7, 23), (10, 6))
        known = set(session.scalars(select(Holiday.day)))
        assert len(known) == session.scalar(select(func.count()).select_from(Holiday))
    assert all(13 <= count <= 20 for count in years.values()), years
    assert {date(year, *day) for year in years for day in fixed} <= known
    # Sham el-Nessim is the Monday after Coptic Easter.
    assert {date(2018, 4, 9), date(2022, 4, 25), date(2024, 5, 6), date(2027, 5, 3)} <= known
    assert due(pharmacy, request_id) != before
    assert audited(pharmacy.database, "due_day") == ["move"]


def test_a_request_that_awaits_papers_keeps_the_day_at_which_its_clock_stands(
    pharmacy: Pharmacy,
) -> None:
    request_id = add_request(pharmacy, None, citizen_name="a")
    act(pharmacy, request_id, RequestAction.ASK_PAPERS, 2, Paper.PRESCRIPTION)
    before = due(pharmacy, request_id)
    assert before is not None
    assert limit(pharmacy, 16) == 1
    assert due(pharmacy, request_id) == next_working(before)
    ((state, paused_on),) = rows(pharmacy.database, CitizenRequest.state, CitizenRequest.paused_on)
    assert (state, paused_on) == (RequestState.AWAITING_PAPERS, TODAY + timedelta(days=2))

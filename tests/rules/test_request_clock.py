"""The clock of a request as tables: working days, what pauses it, what stops it."""

from datetime import date, timedelta

import pytest

from pharmacy.rules.request_clock import Clock, started, stepped
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import MEDICINE_CATEGORIES, RequestCategory, Urgency
from pharmacy.rules.workdays import (
    DEFAULT_LIMITS,
    add_working_days,
    resumed,
    working_days_between,
)

S = RequestState
# March 2026: the 1st is a Sunday. Eid al-Fitr is expected on Friday the 20th.
EID = frozenset({date(2026, 3, 19), date(2026, 3, 22)})
NONE: frozenset[date] = frozenset()


def day(number: int) -> date:
    return date(2026, 3, 1) + timedelta(days=number - 1)


@pytest.mark.parametrize(
    ("first", "count", "holidays", "last"),
    [
        (1, 0, NONE, 1),
        (1, 1, NONE, 2),
        (5, 1, NONE, 8),  # a Thursday; Friday and Saturday are no days
        (6, 1, NONE, 8),  # a Friday
        (7, 2, NONE, 9),
        (1, 5, NONE, 8),
        (1, 15, NONE, 22),
        (18, 1, EID, 23),  # Wednesday before the feast
        (18, 1, NONE, 19),
    ],
)
def test_a_limit_counts_working_days(
    first: int, count: int, holidays: frozenset[date], last: int
) -> None:
    assert add_working_days(day(first), count, holidays) == day(last)
    if count:
        assert working_days_between(day(first), day(last), holidays) == count


@pytest.mark.parametrize(
    ("first", "last", "count"), [(8, 8, 0), (8, 7, 0), (8, 9, 1), (8, 13, 4), (5, 8, 1), (6, 7, 0)]
)
def test_working_days_between_two_days(first: int, last: int, count: int) -> None:
    assert working_days_between(day(first), day(last), NONE) == count


@pytest.mark.parametrize(
    ("due", "paused", "today", "again"),
    [
        (10, 8, 8, 10),  # brought on the same day
        (10, 8, 9, 11),
        (10, 8, 15, 17),  # a week with its weekend: five working days
        (10, 12, 15, 11),  # asked when it was late already: what is late stays late
    ],
)
def test_what_passes_while_papers_are_awaited_is_added(
    due: int, paused: int, today: int, again: int
) -> None:
    assert resumed(day(due), day(paused), day(today), NONE) == day(again)


def test_medicine_is_owed_sooner_than_the_rest_and_urgent_before_all() -> None:
    for category in RequestCategory:
        normal, urgent = (DEFAULT_LIMITS[category, urgency] for urgency in Urgency)
        assert urgent < normal
        assert (normal == 15) == (category in MEDICINE_CATEGORIES)


BEGUN = Clock(due_on=day(10))
ANSWERED = Clock(due_on=day(10), first_reply_on=day(3), closed_on=day(3), settled_on=day(3))
GIVEN = Clock(
    due_on=day(10),
    first_reply_on=day(3),
    approved_on=day(3),
    handed_over_on=day(5),
    settled_on=day(5),
)


@pytest.mark.parametrize(
    ("clock", "before", "after", "on", "then"),
    [
        (BEGUN, S.RECEIVED, S.CHECKED, 2, BEGUN),
        (
            BEGUN,
            S.RECEIVED,
            S.AWAITING_PAPERS,
            3,
            Clock(due_on=day(10), paused_on=day(3), first_reply_on=day(3)),
        ),
        (
            Clock(due_on=day(10), paused_on=day(3), first_reply_on=day(3)),
            S.AWAITING_PAPERS,
            S.CHECKED,
            5,
            Clock(due_on=day(12), first_reply_on=day(3)),
        ),
        (
            Clock(due_on=day(10), paused_on=day(3), first_reply_on=day(3)),
            S.AWAITING_PAPERS,
            S.CLOSED,
            3,
            Clock(due_on=day(10), first_reply_on=day(3), closed_on=day(3), settled_on=day(3)),
        ),
        # An approval is a reply, but the clock of medicine goes on until it is handed over.
        (
            BEGUN,
            S.COMMITTEE,
            S.APPROVED,
            3,
            Clock(due_on=day(10), first_reply_on=day(3), approved_on=day(3)),
        ),
        (BEGUN, S.COMMITTEE, S.REJECTED, 3, ANSWERED),
        (
            ANSWERED,
            S.REJECTED,
            S.CHECKED,
            8,
            Clock(due_on=day(9), first_reply_on=day(3), reopened_on=day(8)),
        ),
        (
            GIVEN,
            S.DISPENSING,
            S.CLOSED,
            17,
            Clock(
                due_on=day(10),
                first_reply_on=day(3),
                approved_on=day(3),
                handed_over_on=day(5),
                settled_on=day(5),
                closed_on=day(17),
            ),
        ),
    ],
)
def test_a_step_moves_the_clock(
    clock: Clock, before: RequestState, after: RequestState, on: int, then: Clock
) -> None:
    assert stepped(clock, before, after, on=day(on), limit=1, holidays=NONE) == then


@pytest.mark.parametrize(
    ("clock", "today", "late"),
    [
        (started(day(1), 3, NONE), 4, False),
        (started(day(1), 3, NONE), 5, True),
        (Clock(due_on=day(4), paused_on=day(2)), 9, False),
        (Clock(due_on=day(4), settled_on=day(8)), 9, False),
    ],
)
def test_what_is_open_and_past_its_day_is_overdue(clock: Clock, today: int, *, late: bool) -> None:
    assert clock.overdue(day(today)) is late

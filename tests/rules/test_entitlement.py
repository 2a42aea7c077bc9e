"""What an approval still allows: one item of thirty units every thirty days, three times."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmacy.rules.entitlement import (
    Issue,
    ItemTerms,
    PastDue,
    check,
    check_ceilings,
    due_quantity,
    next_due,
    past_due,
    remaining,
)
from pharmacy.rules.vocabulary import NoticeCode, Severity

DAY_0 = date(2026, 1, 1)
TERMS = ItemTerms(
    approval_item_id=1,
    quantity_per_issue=30,
    issues=3,
    interval_days=30,
    valid_from=DAY_0,
    valid_until=date(2026, 6, 30),
)
Given = Sequence[tuple[int, int]]  # day, units


def day(number: int) -> date:
    return DAY_0 + timedelta(days=number)


def issued(given_before: Given) -> list[Issue]:
    return [Issue(on=day(number), quantity=quantity) for number, quantity in given_before]


@pytest.mark.parametrize(
    ("before", "on", "requested", "notice"),
    [
        pytest.param([], 0, 30, None, id="the first issue"),
        pytest.param([], 0, 31, "more_than_an_issue", id="more than one issue at once"),
        pytest.param([(0, 30)], 23, 30, "not_yet_due", id="a day before four fifths have passed"),
        pytest.param([(0, 30)], 24, 30, None, id="four fifths have passed"),
        pytest.param([(0, 30)], 24, 31, "more_than_an_issue", id="due, but more than one"),
        pytest.param([(0, 10)], 1, 20, None, id="the rest of an issue may come the next day"),
        pytest.param([(0, 10), (1, 5)], 2, 15, None, id="and in any number of parts"),
        pytest.param([(0, 10)], 1, 21, "more_than_an_issue", id="more than the rest"),
        pytest.param([(0, 10), (1, 20)], 2, 1, "not_yet_due", id="the issue is complete"),
        pytest.param([(0, 10), (1, 20)], 24, 30, None, id="parts cover what a whole would"),
        pytest.param([(0, 10)], 3, 30, "more_than_an_issue", id="ten units last ten days"),
        pytest.param([(0, 10)], 4, 30, None, id="due again when their last fifth has begun"),
        pytest.param([(0, 10), (25, 30)], 26, 20, "not_yet_due", id="the old part has lapsed"),
        pytest.param([(0, 30), (24, 30)], 53, 30, "not_yet_due", id="coming early earns no days"),
        pytest.param([(0, 30), (24, 30)], 54, 30, None, id="cover runs on from the last"),
        pytest.param([(0, 30), (50, 30)], 73, 30, "not_yet_due", id="coming late starts anew"),
        pytest.param([(0, 30), (50, 30)], 74, 30, None, id="from the day of issue"),
        pytest.param([(0, 60)], 47, 30, "not_yet_due", id="a double issue lasts double"),
        pytest.param([(0, 60)], 54, 30, None, id="sixty days less a fifth of thirty"),
        pytest.param([(0, 30), (30, 30)], 60, 31, "approval_used_up", id="more than is left"),
        pytest.param([(0, 30), (30, 30), (60, 30)], 90, 1, "approval_used_up", id="all given"),
        pytest.param([], -1, 30, "approval_not_started", id="the day before it begins"),
        pytest.param([], 180, 30, None, id="its last day"),
        pytest.param([], 181, 30, "approval_lapsed", id="the day after its last"),
    ],
)
def test_it_says(before: Given, on: int, requested: int, notice: str | None) -> None:
    found = check(TERMS, requested=requested, on=day(on), issued=issued(before))
    assert [each.code for each in found] == ([] if notice is None else [NoticeCode(notice)])


@pytest.mark.parametrize(
    ("before", "on", "requested", "severity", "facts"),
    [
        (
            [(0, 30)],
            10,
            30,
            Severity.BLOCK,
            {"last_on": day(0), "next_from": day(24), "left": 60, "approved": 90},
        ),
        (
            [(0, 10)],
            1,
            30,
            Severity.BLOCK,
            {"requested": 30, "due": 20, "left": 80, "approved": 90},
        ),
        (
            [],
            0,
            45,
            Severity.BLOCK,
            {"requested": 45, "due": 30, "left": 90, "approved": 90},
        ),
        ([(0, 30)], 30, 61, Severity.STOP, {"requested": 61, "left": 60, "approved": 90}),
        ([], -1, 30, Severity.STOP, {"valid_from": day(0)}),
        ([], 181, 30, Severity.STOP, {"valid_until": date(2026, 6, 30)}),
    ],
)
def test_a_notice_carries_the_facts(
    before: Given, on: int, requested: int, severity: Severity, facts: dict[str, object]
) -> None:
    (notice,) = check(TERMS, requested=requested, on=day(on), issued=issued(before))
    assert (notice.severity, dict(notice.facts)) == (severity, facts)


@pytest.mark.parametrize(
    ("before", "early_percent", "due"),
    [
        pytest.param([], 80, None, id="nothing given: at once"),
        pytest.param([(0, 30)], 80, 24, id="four fifths"),
        pytest.param([(0, 30)], 100, 30, id="not a day early"),
        pytest.param([(0, 30)], 0, 0, id="at any time"),
        pytest.param([(0, 7)], 100, 7, id="seven units, seven days"),
        pytest.param([(0, 30), (24, 30), (48, 30)], 80, None, id="nothing is left"),
    ],
)
def test_the_next_issue_is_due(before: Given, early_percent: int, due: int | None) -> None:
    found = next_due(TERMS, issued(before), early_percent=early_percent)
    assert found == (None if due is None else day(due))


@pytest.mark.parametrize(
    ("before", "on", "due"),
    [
        pytest.param([], -1, 0, id="not begun"),
        pytest.param([], 0, 30, id="the first issue"),
        pytest.param([], 181, 0, id="lapsed"),
        pytest.param([(0, 30)], 23, 0, id="not yet"),
        pytest.param([(0, 30)], 24, 30, id="due"),
        pytest.param([(0, 10)], 1, 20, id="the rest of an issue"),
        pytest.param([(0, 30), (24, 30), (54, 20)], 80, 10, id="no more than is left"),
        pytest.param([(0, 30), (24, 30), (54, 30)], 120, 0, id="all given"),
    ],
)
def test_the_counter_proposes_what_is_due(before: Given, on: int, due: int) -> None:
    past = issued(before)
    assert due_quantity(TERMS, past, on=day(on)) == due
    if due:
        assert check(TERMS, requested=due, on=day(on), issued=past) == ()
    assert check(TERMS, requested=due + 1, on=day(on), issued=past) != ()


def test_days_of_cover_are_never_rounded() -> None:
    # Seven units every ten days: one unit lasts 1 3/7 days, three of them 4 2/7.
    terms = replace(TERMS, quantity_per_issue=7, interval_days=10)
    assert next_due(terms, issued([(0, 1), (0, 1), (0, 1)]), early_percent=100) == day(5)
    assert next_due(terms, issued([(0, 1)] * 7), early_percent=100) == day(10)


def test_the_order_of_the_list_does_not_matter() -> None:
    forward = issued([(0, 30), (24, 30)])
    assert next_due(TERMS, forward) == next_due(TERMS, forward[::-1]) == day(54)


gifts = st.lists(st.tuples(st.integers(0, 100), st.integers(1, 30)), max_size=8)


@given(gifts, st.integers(0, 180), st.integers(1, 90))
def test_what_passes_without_a_notice_is_never_more_than_an_issue_nor_than_is_left(
    before: Given, on: int, requested: int
) -> None:
    past = issued([each for each in before if each[0] <= on])
    if check(TERMS, requested=requested, on=day(on), issued=past):
        return
    assert requested <= TERMS.quantity_per_issue
    assert requested <= remaining(TERMS, past)


@given(st.lists(st.integers(0, 12), min_size=20, max_size=60))
def test_who_comes_as_often_as_possible_never_holds_more_than_an_issue_and_its_early_share(
    waits: list[int],
) -> None:
    terms = replace(TERMS, issues=1000, valid_until=date(2030, 1, 1))
    past: list[Issue] = []
    today = 0
    for wait in waits:
        today += wait
        if not check(terms, requested=30, on=day(today), issued=past):
            past.append(Issue(on=day(today), quantity=30))
    # One unit a day: whatever was given by the last day covers at most 36 days from then.
    given_by_then = sum(issue.quantity for issue in past)
    assert given_by_then <= today + 36


CASE, MONTH = NoticeCode.CASE_CEILING, NoticeCode.MONTH_CEILING


@pytest.mark.parametrize(
    ("case_ceiling", "month_ceiling", "found"),
    [
        (None, None, []),
        (1000, 500, []),
        (999, 500, [(CASE, 199)]),
        (1000, 499, [(MONTH, 199)]),
        (100, 100, [(CASE, 0), (MONTH, 0)]),
    ],
)
def test_ceilings_stop_what_would_pass_them(
    case_ceiling: int | None, month_ceiling: int | None, found: list[tuple[NoticeCode, int]]
) -> None:
    notices = check_ceilings(
        cost=200,
        case_spent=800,
        case_ceiling=case_ceiling,
        month_spent=300,
        month_ceiling=month_ceiling,
    )
    assert [(notice.code, notice.facts["left"]) for notice in notices] == found
    assert all(notice.severity is Severity.STOP for notice in notices)
    assert all(notice.facts["needed"] == 200 for notice in notices)


@pytest.mark.parametrize(
    ("known", "on", "requested", "units", "facts"),
    [
        pytest.param([], 10, 30, 30, (None, None, None), id="nothing else was given"),
        pytest.param([], 10, 90, 30, (None, None, None), id="one issue, whatever is asked"),
        pytest.param([(8, 30)], 10, 30, 0, (8, 32, None), id="two days after an issue"),
        pytest.param([(8, 30)], 32, 90, 30, (8, 32, None), id="due again, once"),
        pytest.param([(8, 10)], 10, 30, 20, (8, 12, None), id="what the issue begun lacks"),
        pytest.param([(10, 30)], 8, 30, 0, (None, None, 10), id="two days before an issue"),
        pytest.param([(10, 20)], 8, 30, 10, (None, None, 10), id="what a later part leaves"),
        pytest.param([(34, 30)], 10, 30, 30, (None, None, None), id="four fifths before the next"),
        pytest.param([(33, 30)], 10, 30, 0, (None, None, 33), id="a day less"),
        pytest.param([(0, 30), (48, 30)], 24, 30, 0, (None, None, 48), id="cover runs on to it"),
        pytest.param([(0, 30), (54, 30)], 24, 30, 30, (0, 24, None), id="between two"),
        pytest.param([(10, 30), (12, 30)], 40, 30, 0, (12, 64, None), id="after one too early"),
        pytest.param([(10, 30), (12, 30)], 8, 30, 0, (None, None, 10), id="before one too early"),
    ],
)
def test_of_a_day_that_is_past_it_says_what_was_due_between_what_came_before_and_since(
    known: Given,
    on: int,
    requested: int,
    units: int,
    facts: tuple[int | None, int | None, int | None],
) -> None:
    found = past_due(TERMS, requested=requested, on=day(on), issued=issued(known))
    last_on, next_from, since_on = (None if fact is None else day(fact) for fact in facts)
    assert found == PastDue(units=units, last_on=last_on, next_from=next_from, since_on=since_on)

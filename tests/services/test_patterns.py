"""Questions found in posted facts: exactly these, and nothing where nothing was."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pharmacy.errors import NotPermitted
from pharmacy.rules.patterns import PatternKind, Rate
from pharmacy.rules.vocabulary import NoticeCode, ReversalReason, Role
from pharmacy.services.calendar import add_holiday
from pharmacy.services.dispensing_order import Override
from pharmacy.services.patterns import patterns
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.reversal import reverse
from pharmacy.services.settings import change_setting
from tests.builders import (
    Pharmacy,
    add_actor,
    add_batch,
    add_beneficiary,
    add_drug,
    add_site,
    after,
    approve_request,
    hand_out,
    item,
    order,
    unique,
)

SPRING = ReportQuery(date_from=date(2026, 3, 1), date_to=date(2026, 5, 31))


def asked(pharmacy: Pharmacy, query: ReportQuery = SPRING) -> list[tuple[PatternKind, int, Rate]]:
    with pharmacy.database.reading() as session:
        found = patterns(session, query, actor=pharmacy[Role.AUDITOR])
    return [(one.kind, one.whom, one.own) for one in found]


def test_the_same_item_again_too_soon_is_asked_about_until_it_is_undone(
    pharmacy: Pharmacy,
) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 200, 2_000)
    person = add_beneficiary(pharmacy)
    approved = approve_request(pharmacy, item(drug, 30, issues=3), beneficiary_id=person)
    hand_out(pharmacy, order(approved, 30))
    reason = Override(code=NoticeCode.NOT_YET_DUE, reason="سفر")
    again = Override(code=NoticeCode.SAME_DRUG_IN_HAND, reason="سفر")
    early = hand_out(pharmacy, order(approved, 30, overrides=[reason, again]), now=after(2))
    assert asked(pharmacy) == [(PatternKind.QUICK_REPEAT, person, Rate(1, 2))]
    with pharmacy.database.transaction() as session:
        reverse(
            session,
            early,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_PERSON,
            second=pharmacy[Role.MANAGER],
            actor=pharmacy.pharmacist,
            now=after(2),
        )
    assert asked(pharmacy) == []


def test_one_hand_that_works_at_odd_hours_with_round_quantities_is_named(
    pharmacy: Pharmacy,
) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 5_000, 50_000)
    night = add_actor(pharmacy.database, Role.PHARMACIST, site_id=pharmacy.site_id)
    for number in range(12):
        by_day = approve_request(pharmacy, item(drug, 30))
        hand_out(pharmacy, order(by_day, 30))
        if number < 5:
            by_night = approve_request(pharmacy, item(drug, 100))
            late = after(0) + timedelta(hours=11)
            hand_out(pharmacy, order(by_night, 100), actor=night, now=late)
    assert asked(pharmacy) == [
        (PatternKind.ODD_HOURS, night.staff_id, Rate(5, 5)),
        (PatternKind.ROUND_QUANTITIES, night.staff_id, Rate(5, 5)),
    ]
    other_site = ReportQuery(
        date_from=SPRING.date_from, date_to=SPRING.date_to, site_id=pharmacy.site_id + 1
    )
    assert asked(pharmacy, other_site) == []


def test_what_came_too_soon_after_last_month_is_asked_about_in_this_one(
    pharmacy: Pharmacy,
) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 200, 2_000)
    person = add_beneficiary(pharmacy)
    approved = approve_request(pharmacy, item(drug, 30, issues=3), beneficiary_id=person)
    hand_out(pharmacy, order(approved, 30), now=after(14))  # 24 March
    reason = Override(code=NoticeCode.NOT_YET_DUE, reason="سفر")
    again = Override(code=NoticeCode.SAME_DRUG_IN_HAND, reason="سفر")
    early = hand_out(pharmacy, order(approved, 30, overrides=[reason, again]), now=after(28))
    april = ReportQuery(date_from=date(2026, 4, 7), date_to=date(2026, 4, 30))
    assert asked(pharmacy, april) == [(PatternKind.QUICK_REPEAT, person, Rate(1, 1))]
    with pharmacy.database.reading() as session:
        [one] = patterns(session, april, actor=pharmacy[Role.AUDITOR])
    assert one.voucher_ids == [early]
    assert asked(pharmacy, ReportQuery(date_from=date(2026, 3, 1), date_to=date(2026, 4, 6))) == []
    # Of half the days or more nothing is asked.
    assert asked(pharmacy, replace(april, date_from=date(2026, 4, 8))) == []


def test_two_sites_within_a_week_are_asked_about_at_both_and_over_a_months_edge(
    pharmacy: Pharmacy,
) -> None:
    other_id = add_site(pharmacy.database)
    other = add_actor(pharmacy.database, Role.PHARMACIST, site_id=other_id)
    third_id = add_site(pharmacy.database)
    one_drug, another = add_drug(pharmacy), add_drug(pharmacy)
    add_batch(pharmacy, one_drug, 60, 600)
    keeper = add_actor(pharmacy.database, Role.STORE_KEEPER, site_id=other_id)
    branch = replace(pharmacy, actors={**pharmacy.actors, Role.STORE_KEEPER: keeper})
    add_batch(branch, another, 60, 600)
    person = add_beneficiary(pharmacy)
    asked_for = approve_request(pharmacy, item(one_drug), item(another), beneficiary_id=person)
    here = hand_out(pharmacy, order(asked_for, 30), now=after(20))  # 30 March
    there = hand_out(pharmacy, order(asked_for, 0, 30), actor=other, now=after(26))
    two = [(PatternKind.TWO_SITES, person, Rate(2, 2))]
    assert asked(pharmacy) == two
    for site_id in (pharmacy.site_id, other_id):
        assert asked(pharmacy, replace(SPRING, site_id=site_id)) == two
    assert asked(pharmacy, replace(SPRING, site_id=third_id)) == []
    april = ReportQuery(date_from=date(2026, 4, 1), date_to=date(2026, 4, 30))
    for site_id in (None, pharmacy.site_id, other_id):
        with pharmacy.database.reading() as session:
            [one] = patterns(session, replace(april, site_id=site_id), actor=pharmacy[Role.AUDITOR])
        assert (one.kind, one.own, one.voucher_ids) == (
            PatternKind.TWO_SITES,
            Rate(1, 1),
            [there],
        )
    assert asked(pharmacy, replace(april, site_id=third_id)) == []
    assert here != there


def test_odd_hours_are_those_that_the_settings_and_the_calendar_do_not_name(
    pharmacy: Pharmacy,
) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 5_000, 50_000)
    night = add_actor(pharmacy.database, Role.PHARMACIST, site_id=pharmacy.site_id)
    for _ in range(6):
        hand_out(pharmacy, order(approve_request(pharmacy, item(drug, 30)), 30))
        late = after(1) + timedelta(hours=11)  # 21:00 in Cairo
        hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30), actor=night, now=late)
    odd = [(PatternKind.ODD_HOURS, night.staff_id, Rate(6, 6))]
    assert asked(pharmacy) == odd
    admin = add_actor(pharmacy.database, Role.ADMINISTRATOR)
    with pharmacy.database.transaction() as session:
        change_setting(session, "working_until", "22", actor=admin, now=after(2))
    assert asked(pharmacy) == []
    with pharmacy.database.transaction() as session:
        add_holiday(session, late.date(), "عيد", "Feast", actor=admin, now=after(2))
    assert asked(pharmacy) == odd


def test_finance_does_not_look_for_patterns(pharmacy: Pharmacy) -> None:
    with pharmacy.database.reading() as session, pytest.raises(NotPermitted):
        patterns(session, SPRING, actor=pharmacy[Role.FINANCE])

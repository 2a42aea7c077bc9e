"""Questions found in posted facts: exactly these, and nothing where nothing was."""

from datetime import date, timedelta

import pytest

from pharmacy.errors import NotPermitted
from pharmacy.rules.patterns import PatternKind, Rate
from pharmacy.rules.vocabulary import NoticeCode, ReversalReason, Role
from pharmacy.services.dispensing_order import Override
from pharmacy.services.patterns import patterns
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.reversal import reverse
from tests.builders import (
    Pharmacy,
    add_actor,
    add_batch,
    add_beneficiary,
    add_drug,
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


def test_finance_does_not_look_for_patterns(pharmacy: Pharmacy) -> None:
    with pharmacy.database.reading() as session, pytest.raises(NotPermitted):
        patterns(session, SPRING, actor=pharmacy[Role.FINANCE])

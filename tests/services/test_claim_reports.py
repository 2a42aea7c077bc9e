"""Accepted claims in the reports of care: persons, ceilings, consumption, patterns, and aside."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pharmacy.rules.patterns import PatternKind
from pharmacy.rules.vocabulary import ClaimReason, FundKind, ReversalReason, Role
from pharmacy.services.beneficiary_cost import (
    BeneficiaryCost,
    CostBand,
    PersonCost,
    beneficiary_cost,
    persons_of,
)
from pharmacy.services.beneficiary_file import approvals_of_request
from pharmacy.services.claim import NewLine
from pharmacy.services.claim_decision import LineDecision
from pharmacy.services.claim_given import GivenSums, given_query, given_sums
from pharmacy.services.claim_reversal import reverse_decision
from pharmacy.services.consumption import consumption
from pharmacy.services.dispensing_facts import read_case
from pharmacy.services.patterns import Pattern, patterns
from pharmacy.services.report_query import ReportQuery
from tests.builders import (
    TODAY,
    Approved,
    Pharmacy,
    add_batch,
    add_beneficiary,
    add_fund,
    after,
    approve_request,
    hand_out,
    item,
    order,
)
from tests.claims import add_contract, claim_of, decided, line, priced_drug, recorded
from tests.services.verified import faults
from tests.treasury import add_office

MONTH = ReportQuery(date_from=date(2026, 3, 1), date_to=date(2026, 3, 31))
HALF = LineDecision(quantity=15, amount=30_00, reason=ClaimReason.OTHER, note="نصف الكمية")


@pytest.fixture
def contract(pharmacy: Pharmacy) -> int:
    """A pharmacy under contract, and the office that owes it."""
    add_office(pharmacy.database)
    return add_contract(pharmacy)


def whole(given: NewLine) -> LineDecision:
    """All of a line, by whoever knows why."""
    return LineDecision(quantity=given.quantity, amount=given.amount, note="مسافر")


def claimed(
    pharmacy: Pharmacy,
    contract: int,
    approved: Approved,
    drug: int,
    quantity: int = 30,
    *,
    days: int = 0,
) -> int:
    """Claim units given some days ago, and accept them, even before they were due; the claim."""
    given = line(approved, drug, quantity, given_on=TODAY - timedelta(days=days))
    claim_id = recorded(pharmacy, claim_of(pharmacy, contract, given))
    decided(pharmacy, claim_id, {1: whole(given)})
    return claim_id


def per_person(pharmacy: Pharmacy, query: ReportQuery = MONTH) -> BeneficiaryCost:
    with pharmacy.database.reading() as session:
        return beneficiary_cost(session, query, actor=pharmacy[Role.MANAGER])


def questions(pharmacy: Pharmacy, query: ReportQuery = MONTH) -> list[Pattern]:
    with pharmacy.database.reading() as session:
        return patterns(session, query, actor=pharmacy[Role.AUDITOR])


def test_a_person_costs_what_we_gave_and_what_was_accepted(
    pharmacy: Pharmacy, contract: int
) -> None:
    drug = priced_drug(pharmacy)
    add_batch(pharmacy, drug, 600, 12_000_00)
    both, here, there = (add_beneficiary(pharmacy) for _ in range(3))
    of_both = approve_request(pharmacy, item(drug, 30, issues=3), beneficiary_id=both)
    hand_out(pharmacy, order(of_both, 30))
    claimed(pharmacy, contract, of_both, drug, days=2)
    mine = approve_request(pharmacy, item(drug, 15), beneficiary_id=here)
    hand_out(pharmacy, order(mine, 15))
    asked = approve_request(pharmacy, item(drug), beneficiary_id=there)
    half = recorded(pharmacy, claim_of(pharmacy, contract, line(asked, drug)))
    assert per_person(pharmacy).highest[-1].person == PersonCost(here, 1, 300_00, 0)
    decided(pharmacy, half, {1: HALF})
    found = per_person(pharmacy)
    assert [case.person for case in found.highest] == [
        PersonCost(both, 1, 600_00, 60_00),
        PersonCost(here, 1, 300_00, 0),
        PersonCost(there, 0, 0, 30_00),
    ]
    # Below 500 pounds, below 1,000: the claim does not lift a person of 600 into another band.
    assert found.bands[:2] == [CostBand(0, 2, 300_00, 30_00), CostBand(1, 1, 600_00, 60_00)]
    with pharmacy.database.reading() as session:
        below = persons_of(session, MONTH, 0, actor=pharmacy[Role.MANAGER])
    assert [one.beneficiary_id for one in below] == [here, there]
    at_our_site = per_person(pharmacy, replace(MONTH, site_id=pharmacy.site_id))
    assert [case.person.total for case in at_our_site.highest] == [600_00, 300_00]
    other_fund = replace(MONTH, fund_id=add_fund(pharmacy.database, FundKind.ZAKAT))
    assert per_person(pharmacy, other_fund).highest == []
    assert faults(pharmacy.database) == {}


def test_a_ceiling_is_reached_by_both_together(pharmacy: Pharmacy, contract: int) -> None:
    drug = priced_drug(pharmacy)
    add_batch(pharmacy, drug, 600, 1_200_00)
    case = approve_request(pharmacy, item(drug, 30, issues=3), case_ceiling=120_00)
    month = approve_request(pharmacy, item(drug, 30, issues=3), month_ceiling=60_00)
    short = approve_request(pharmacy, item(drug, 30, issues=3), case_ceiling=120_01)
    for approved in (case, short):
        hand_out(pharmacy, order(approved, 30))
    for approved in (case, month, short):
        claimed(pharmacy, contract, approved, drug, days=1)
    assert [
        (one.request_id, one.month, one.ceiling, one.borne) for one in per_person(pharmacy).ceilings
    ] == [
        (case.request_id, "", 120_00, 120_00),
        (month.request_id, "2026-03", 60_00, 60_00),
    ]
    in_april = replace(MONTH, date_from=date(2026, 4, 1), date_to=date(2026, 4, 30))
    assert per_person(pharmacy, in_april).ceilings == []


def test_a_file_says_what_is_left_as_the_counter_does(pharmacy: Pharmacy, contract: int) -> None:
    drug = priced_drug(pharmacy)
    add_batch(pharmacy, drug, 600, 600_00)
    approved = approve_request(pharmacy, item(drug, 30, issues=3), case_ceiling=500_00)
    hand_out(pharmacy, order(approved, 30))
    claimed(pharmacy, contract, approved, drug, days=5)
    with pharmacy.database.reading() as session:
        [standing] = approvals_of_request(session, approved.request_id, early_percent=80)
        case = read_case(session, approved.request_id, on=TODAY)
    [of_item] = standing.items
    assert case is not None
    issued = case.issued(approved.item_ids[0])
    assert (of_item.given, of_item.left, standing.spent) == (60, 30, 90_00)
    assert (sum(one.quantity for one in issued), case.spent()) == (60, 90_00)


def test_consumption_tells_both_and_a_month_takes_both(pharmacy: Pharmacy, contract: int) -> None:
    ours, theirs = priced_drug(pharmacy), priced_drug(pharmacy)
    add_batch(pharmacy, ours, 600, 600_00)
    approved = approve_request(pharmacy, item(ours, 60, issues=3), item(theirs, 45))
    hand_out(pharmacy, order(approved, 60))
    claimed(pharmacy, contract, approved, ours, 30, days=2)
    claimed(pharmacy, contract, approved, theirs, 45, days=2)

    def found(query: ReportQuery) -> list[tuple[int, int, int, int, int, int, int | None]]:
        with pharmacy.database.reading() as session:
            rows = consumption(session, query, actor=pharmacy[Role.FINANCE])
        return sorted(
            (
                row.drug_id, row.quantity, row.elsewhere, row.cost, row.claimed, row.months,
                row.average,
            )
            for row in rows
        )  # fmt: skip

    quarter = replace(MONTH, date_from=date(2026, 1, 1))
    # In stock since February: 90 units of two months; the other was to be had in March alone.
    assert found(quarter) == [
        (ours, 60, 30, 60_00, 60_00, 2, 45),
        (theirs, 0, 45, 0, 90_00, 1, 45),
    ]
    assert found(replace(quarter, site_id=pharmacy.site_id)) == [(ours, 60, 0, 60_00, 0, 2, 30)]
    assert found(replace(quarter, drug_id=theirs)) == [(theirs, 0, 45, 0, 90_00, 1, 45)]


def test_a_contract_pharmacy_is_a_site_of_the_patterns(pharmacy: Pharmacy, contract: int) -> None:
    drug = priced_drug(pharmacy)
    add_batch(pharmacy, drug, 600, 600_00)
    person = add_beneficiary(pharmacy)
    approved = approve_request(pharmacy, item(drug, 30, issues=3), beneficiary_id=person)
    claimed(pharmacy, contract, approved, drug, days=3)
    assert questions(pharmacy) == []
    another = priced_drug(pharmacy)
    other = approve_request(pharmacy, item(another), beneficiary_id=person)
    claimed(pharmacy, add_contract(pharmacy), other, another)
    [two] = questions(pharmacy)
    assert (two.kind, two.whom, two.own.seen, two.own.of) == (PatternKind.TWO_SITES, person, 2, 2)
    assert (two.voucher_ids, len(two.claim_line_ids)) == ([], 2)
    assert questions(pharmacy, replace(MONTH, site_id=pharmacy.site_id)) == []


def test_two_receipts_of_one_claim_too_soon_are_asked_about(
    pharmacy: Pharmacy, contract: int
) -> None:
    drug = priced_drug(pharmacy)
    person = add_beneficiary(pharmacy)
    approved = approve_request(pharmacy, item(drug, 30, issues=3), beneficiary_id=person)
    lines = [line(approved, drug, given_on=TODAY - timedelta(days=ago)) for ago in (6, 1)]
    early = {2: whole(lines[1])}
    decided(pharmacy, recorded(pharmacy, claim_of(pharmacy, contract, *lines)), early)
    [one] = questions(pharmacy)
    assert (one.kind, one.whom, one.own.seen, one.own.of) == (
        PatternKind.QUICK_REPEAT,
        person,
        1,
        2,
    )


def test_what_was_given_last_month_is_asked_about_when_its_claim_is_decided(
    pharmacy: Pharmacy, contract: int
) -> None:
    drug = priced_drug(pharmacy)
    long_ago = TODAY - timedelta(days=30)
    approved = approve_request(pharmacy, item(drug, 30, issues=3), valid_from=long_ago)
    lines = [line(approved, drug, given_on=TODAY - timedelta(days=ago)) for ago in (20, 15)]
    early = {2: whole(lines[1])}
    decided(pharmacy, recorded(pharmacy, claim_of(pharmacy, contract, *lines)), early)
    february = replace(MONTH, date_from=date(2026, 2, 1), date_to=date(2026, 2, 28))
    assert [one.kind for one in questions(pharmacy)] == [PatternKind.QUICK_REPEAT]
    assert questions(pharmacy, february) == []


def test_what_was_accepted_is_told_by_the_day_of_the_books(
    pharmacy: Pharmacy, contract: int
) -> None:
    drug = priced_drug(pharmacy)
    approved = approve_request(pharmacy, item(drug, 30, issues=3))
    claimed(pharmacy, contract, approved, drug, days=9)
    waiting = line(approved, drug, 30)
    recorded(pharmacy, claim_of(pharmacy, contract, waiting))

    def sums(**facts: object) -> GivenSums:
        with pharmacy.database.reading() as session:
            return given_sums(session, given_query(replace(MONTH, **facts)))  # type: ignore[arg-type]

    nothing = GivenSums(0, 0, 0)
    assert sums() == GivenSums(1, 30, 60_00)
    assert sums(date_from=TODAY) == sums()
    assert sums(date_to=TODAY - timedelta(days=1)) == nothing
    assert sums(supplier_id=contract, drug_id=drug, fund_id=pharmacy.fund_id) == sums()
    for other in ({"supplier_id": 999}, {"drug_id": 999}, {"centre_id": 1}, {"site_id": 1}):
        assert sums(**other) == nothing


def test_a_decision_undone_counts_for_nobody_and_one_made_anew_counts_once(
    pharmacy: Pharmacy, contract: int
) -> None:
    drug = priced_drug(pharmacy)
    person = add_beneficiary(pharmacy)
    approved = approve_request(pharmacy, item(drug, 30, issues=3), beneficiary_id=person)
    lines = [line(approved, drug, given_on=TODAY - timedelta(days=ago)) for ago in (6, 1)]
    claim_id = recorded(pharmacy, claim_of(pharmacy, contract, *lines))
    decided(pharmacy, claim_id, {2: whole(lines[1])})
    april = replace(MONTH, date_from=date(2026, 4, 1), date_to=date(2026, 4, 30))
    both = replace(MONTH, date_to=april.date_to)

    def told(query: ReportQuery) -> tuple[GivenSums, list[int], list[PatternKind]]:
        with pharmacy.database.reading() as session:
            sums = given_sums(session, given_query(query))
        costs = [case.person.total for case in per_person(pharmacy, query).highest]
        return sums, costs, [one.kind for one in questions(pharmacy, query)]

    quick = [PatternKind.QUICK_REPEAT]
    assert told(both) == (GivenSums(2, 60, 120_00), [120_00], quick)
    with pharmacy.database.transaction() as session:
        reverse_decision(
            session,
            claim_id,
            submission_id="undo",
            reason=ReversalReason.WRONG_ENTRY,
            actor=pharmacy[Role.FINANCE],
            now=after(30),
        )
    # March says what stood at its end, as before; April takes back what was owed.
    assert told(MONTH) == (GivenSums(2, 60, 120_00), [120_00], quick)
    assert told(april) == (GivenSums(-2, -60, -120_00), [], [])
    assert told(both) == (GivenSums(0, 0, 0), [], [])
    first_only = LineDecision(quantity=0, amount=0, reason=ClaimReason.OTHER, note="لم يُصرف")
    decided(pharmacy, claim_id, {2: first_only})
    assert told(both) == (GivenSums(1, 30, 60_00), [60_00], [])
    assert faults(pharmacy.database) == {}

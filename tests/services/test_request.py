"""Citizen requests: recorded once, decided by somebody else, and only by the allowed steps."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pharmacy.db import Database
from pharmacy.errors import (
    BeneficiaryInactive,
    BeneficiaryRequired,
    CentreRequired,
    FutureDate,
    InvalidApproval,
    LinkRefused,
    MissingFact,
    NotFound,
    NotPermitted,
    OutsideReferenceTaken,
    OwnRequest,
    PharmacyError,
    TransitionRefused,
)
from pharmacy.models import (
    Approval,
    ApprovalFund,
    ApprovalItem,
    Beneficiary,
    CitizenRequest,
    RequestEvent,
    RequestLink,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.request_vocabulary import (
    LinkKind,
    RejectionReason,
    ReopeningReason,
    RequestState,
)
from pharmacy.rules.vocabulary import CentreKind, Channel, Role, Urgency
from pharmacy.services.beneficiary import merge
from pharmacy.services.request import NewRequest, get_request, name_beneficiary, record_request
from pharmacy.services.request_decision import Decision, approve, reject, reopen
from tests.builders import (
    NOW,
    TODAY,
    Pharmacy,
    add_actor,
    add_beneficiary,
    add_centre,
    add_drug,
    add_fund,
    add_request,
    decision,
    item,
    new_request,
    rows,
    snapshot,
)


def record(pharmacy: Pharmacy, new: NewRequest, actor: Actor | None = None) -> int:
    with pharmacy.database.transaction() as session:
        return record_request(session, new, actor=actor or pharmacy[Role.CLERK], now=NOW)


def decide(
    pharmacy: Pharmacy, request_id: int, wanted: Decision, actor: Actor | None = None
) -> int:
    with pharmacy.database.transaction() as session:
        who = actor or pharmacy[Role.COMMITTEE]
        return approve(session, request_id, wanted, actor=who, now=NOW)


def turn_down(pharmacy: Pharmacy, request_id: int) -> None:
    with pharmacy.database.transaction() as session:
        reason = RejectionReason.INSURED_ELSEWHERE
        who = pharmacy[Role.COMMITTEE]
        reject(session, request_id, reason, note="تأمين صحي", actor=who, now=NOW)


def steps(database: Database) -> list[tuple[Any, ...]]:
    columns = (RequestEvent.from_state, RequestEvent.to_state, RequestEvent.reason)
    return rows(database, *columns)


S = RequestState


def test_a_request_is_numbered_by_its_year_and_begins_as_received(pharmacy: Pharmacy) -> None:
    person = add_beneficiary(pharmacy)
    for _ in range(2):
        record(pharmacy, new_request(person, outside_reference=None))
    record(pharmacy, new_request(person, received_on=TODAY.replace(year=2025)))
    numbers = rows(pharmacy.database, CitizenRequest.number, CitizenRequest.state)
    assert numbers == [
        ("2026-000001", S.RECEIVED),
        ("2026-000002", S.RECEIVED),
        ("2025-000001", S.RECEIVED),
    ]
    assert steps(pharmacy.database) == [(None, S.RECEIVED, "")] * 3


def test_the_same_form_sent_twice_is_one_request(pharmacy: Pharmacy) -> None:
    new = new_request(add_beneficiary(pharmacy))
    first = record(pharmacy, new)
    before = snapshot(pharmacy.database)
    assert record(pharmacy, new) == first
    assert snapshot(pharmacy.database) == before


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"asked_for": " "}, MissingFact),
        ({"beneficiary_id": None}, MissingFact),
        ({"received_on": TODAY + timedelta(days=1)}, FutureDate),
        ({"beneficiary_id": 404}, NotFound),
        ({"channel": Channel.CITY_CENTRE}, CentreRequired),
        ({"channel": Channel.VILLAGE_CENTRE, "centre_id": 1}, CentreRequired),
        ({"channel": Channel.CITY_CENTRE, "centre_id": 404}, CentreRequired),
        ({"outside_reference": "16528-1"}, OutsideReferenceTaken),
    ],
)
def test_a_request_that_cannot_be_recorded(
    pharmacy: Pharmacy, facts: dict[str, Any], refusal: type[PharmacyError]
) -> None:
    person = add_beneficiary(pharmacy)
    assert add_centre(pharmacy.database, CentreKind.CITY) == 1
    record(pharmacy, new_request(person, outside_reference="16528-1"))
    before = snapshot(pharmacy.database)
    with pytest.raises(refusal):
        record(pharmacy, replace(new_request(person), **facts))
    assert snapshot(pharmacy.database) == before


def test_another_channel_may_bring_the_same_outside_reference(pharmacy: Pharmacy) -> None:
    person = add_beneficiary(pharmacy)
    record(pharmacy, new_request(person, outside_reference="7"))
    record(pharmacy, new_request(person, outside_reference="7", channel=Channel.PORTAL))
    assert len(rows(pharmacy.database, CitizenRequest.id)) == 2


def test_a_clerk_of_a_centre_sees_and_records_only_its_requests(pharmacy: Pharmacy) -> None:
    own, other = (add_centre(pharmacy.database) for _ in range(2))
    clerk = add_actor(pharmacy.database, Role.CLERK, centre_id=own)
    person = add_beneficiary(pharmacy)
    facts = {"channel": Channel.CITY_CENTRE}
    mine = record(pharmacy, new_request(person, centre_id=own, **facts), clerk)
    theirs = record(pharmacy, new_request(person, centre_id=other, **facts))
    with pytest.raises(NotFound):
        record(pharmacy, new_request(person, centre_id=other, **facts), clerk)
    with pharmacy.database.reading() as session:
        assert get_request(session, mine, actor=clerk).id == mine
        with pytest.raises(NotFound):
            get_request(session, theirs, actor=clerk)


def test_an_approval_keeps_its_items_funds_and_terms(pharmacy: Pharmacy) -> None:
    drug, other = add_drug(pharmacy), add_drug(pharmacy)
    gift = add_fund(pharmacy.database)
    request = add_request(pharmacy, add_beneficiary(pharmacy))
    wanted = decision(
        item(drug, 30, issues=6),
        item(other, 5),
        fund_ids=frozenset({gift}),
        case_ceiling=100_000,
        citizen_basis_points=1_000,
    )
    approval = decide(pharmacy, request, wanted)
    database = pharmacy.database
    terms = (Approval.request_id, Approval.case_ceiling, Approval.month_ceiling)
    assert rows(database, *terms, id=approval) == [(request, 100_000, None)]
    columns = (ApprovalItem.drug_id, ApprovalItem.quantity_per_issue, ApprovalItem.issues)
    assert rows(database, *columns) == [(drug, 30, 6), (other, 5, 1)]
    assert rows(database, ApprovalFund.fund_id) == [(gift,)]
    assert steps(database)[1:] == [(S.RECEIVED, S.APPROVED, "")]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"decision_number": " "}, "decision_number"),
        ({"valid_until": TODAY - timedelta(days=11)}, "valid_until"),
        ({"items": ()}, "items"),
        ({"citizen_basis_points": 10_001}, "citizen_basis_points"),
        ({"citizen_basis_points": 6_000, "donor_basis_points": 4_001}, "donor_basis_points"),
        ({"case_ceiling": 0}, "case_ceiling"),
        ({"month_ceiling": -1}, "month_ceiling"),
        ({"items": (item(1, 0),)}, "quantity_per_issue"),
        ({"items": (item(1, issues=0),)}, "issues"),
        ({"items": (item(1, days=0),)}, "interval_days"),
        ({"items": (item(1), item(1))}, "drug_twice"),
        ({"items": (item(404),)}, "drug_inactive"),
        ({"fund_ids": frozenset({404})}, "fund"),
    ],
)
def test_a_decision_that_does_not_hold_together(
    pharmacy: Pharmacy, facts: dict[str, Any], reason: str
) -> None:
    drug = add_drug(pharmacy)
    request = add_request(pharmacy, add_beneficiary(pharmacy))
    before = snapshot(pharmacy.database)
    with pytest.raises(InvalidApproval) as refused:
        decide(pharmacy, request, replace(decision(item(drug)), **facts))
    assert refused.value.reason == reason
    assert snapshot(pharmacy.database) == before


def test_nobody_decides_what_they_recorded(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    request = add_request(pharmacy, add_beneficiary(pharmacy))
    both = replace(pharmacy[Role.CLERK], role=Role.COMMITTEE)
    with pytest.raises(OwnRequest):
        decide(pharmacy, request, decision(item(drug)), both)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COMMITTEE])
def test_only_the_committee_decides(pharmacy: Pharmacy, role: Role) -> None:
    request = add_request(pharmacy, add_beneficiary(pharmacy))
    with pytest.raises(NotPermitted):
        decide(pharmacy, request, decision(item(add_drug(pharmacy))), pharmacy[role])


def test_a_decision_is_for_a_named_living_person(pharmacy: Pharmacy) -> None:
    wanted = decision(item(add_drug(pharmacy)))
    nameless = record(pharmacy, new_request(None, citizen_name="أم أحمد"))
    with pytest.raises(BeneficiaryRequired):
        decide(pharmacy, nameless, wanted)
    double, kept = add_beneficiary(pharmacy), add_beneficiary(pharmacy)
    request = add_request(pharmacy, double)
    with pharmacy.database.transaction() as session:
        merge(session, double, kept, reason="نفس", actor=pharmacy[Role.MANAGER], now=NOW)
    with pytest.raises(BeneficiaryInactive):
        decide(pharmacy, request, wanted)
    with pharmacy.database.transaction() as session:
        name_beneficiary(session, nameless, kept, actor=pharmacy[Role.CLERK], now=NOW)
    decide(pharmacy, nameless, wanted)
    assert steps(pharmacy.database)[-2:] == [
        (S.RECEIVED, S.RECEIVED, ""),
        (S.RECEIVED, S.APPROVED, ""),
    ]


def test_a_rejected_request_may_be_taken_up_again(pharmacy: Pharmacy) -> None:
    request = add_request(pharmacy, add_beneficiary(pharmacy))
    turn_down(pharmacy, request)
    with pytest.raises(TransitionRefused) as refused:
        decide(pharmacy, request, decision(item(add_drug(pharmacy))))
    assert refused.value.facts() == {"from_state": "rejected", "to_state": "approved"}
    with pharmacy.database.transaction() as session:
        appeal = ReopeningReason.APPEAL
        reopen(session, request, appeal, note="تظلم", actor=pharmacy[Role.COMMITTEE], now=NOW)
    assert steps(pharmacy.database) == [
        (None, S.RECEIVED, ""),
        (S.RECEIVED, S.REJECTED, "insured_elsewhere"),
        (S.REJECTED, S.CHECKED, "appeal"),
    ]


def test_a_decided_request_is_not_decided_again(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    request = add_request(pharmacy, add_beneficiary(pharmacy))
    decide(pharmacy, request, decision(item(drug)))
    before = snapshot(pharmacy.database)
    with pytest.raises(TransitionRefused):
        decide(pharmacy, request, decision(item(drug)))
    with pytest.raises(TransitionRefused):
        turn_down(pharmacy, request)
    assert snapshot(pharmacy.database) == before


def test_a_renewal_names_an_earlier_request_of_the_same_person(pharmacy: Pharmacy) -> None:
    person, other = add_beneficiary(pharmacy), add_beneficiary(pharmacy)
    first, foreign = add_request(pharmacy, person), add_request(pharmacy, other)
    before = snapshot(pharmacy.database)
    with pytest.raises(LinkRefused):
        record(pharmacy, new_request(person, renews_id=foreign))
    assert snapshot(pharmacy.database) == before
    renewal = record(pharmacy, new_request(person, renews_id=first))
    tie = (RequestLink.request_id, RequestLink.kind, RequestLink.earlier_id)
    assert rows(pharmacy.database, *tie) == [(renewal, LinkKind.RENEWS, first)]


def test_an_answer_is_due_within_the_limit_of_its_category_and_urgency(pharmacy: Pharmacy) -> None:
    person = add_beneficiary(pharmacy)  # 10 March 2026 is a Tuesday
    record(pharmacy, new_request(person, received_on=TODAY))
    record(pharmacy, new_request(person, received_on=TODAY, urgency=Urgency.URGENT))
    due = rows(pharmacy.database, CitizenRequest.due_on)
    assert due == [(TODAY + timedelta(days=21),), (TODAY + timedelta(days=2),)]


def test_the_text_searched_follows_the_person_named_and_their_name(pharmacy: Pharmacy) -> None:
    request = record(pharmacy, new_request(None, citizen_name="أم أحمد"))
    text = rows(pharmacy.database, CitizenRequest.search_text)
    assert "اماحمد" in text[0][0]
    person = add_beneficiary(pharmacy)
    with pharmacy.database.transaction() as session:
        name_beneficiary(session, request, person, actor=pharmacy[Role.CLERK], now=NOW)
    folded = rows(pharmacy.database, Beneficiary.folded_name)[0][0]
    assert folded in rows(pharmacy.database, CitizenRequest.search_text)[0][0]

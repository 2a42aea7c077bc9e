"""The steps of a request by hand: sent on, papers asked for, studied, closed; and its ties."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pharmacy.errors import (
    BeneficiaryRequired,
    FutureDate,
    InvalidField,
    InvalidNumber,
    LinkRefused,
    MissingFact,
    NotFound,
    NotPermitted,
    PharmacyError,
    PostedFactChanged,
    TransitionRefused,
)
from pharmacy.models import CitizenRequest, MedicalCheck, RequestEvent, RequestLink, SocialResearch
from pharmacy.rules.request_vocabulary import (
    ClosingReason,
    Finding,
    Insurance,
    LinkKind,
    Paper,
    ReopeningReason,
    RequestAction,
    RequestState,
)
from pharmacy.rules.vocabulary import Channel, RequestCategory, Role
from pharmacy.services.request_decision import reopen
from pharmacy.services.request_handling import close, move
from pharmacy.services.request_links import ties
from pharmacy.services.request_study import (
    Examination,
    Research,
    checks,
    record_check,
    record_research,
    researches,
)
from tests.builders import (
    NOW,
    TODAY,
    Pharmacy,
    add_actor,
    add_beneficiary,
    add_centre,
    add_drug,
    add_request,
    approve_request,
    item,
    rows,
    snapshot,
)
from tests.services.verified import faults

S, A = RequestState, RequestAction
RESEARCH = Research(
    household_size=5,
    monthly_income=250_000,
    insurance=Insurance.NONE,
    finding=Finding.SUPPORTS,
    note="أسرة من خمسة أفراد",
)
CHECK = Examination(
    diagnosis="سكري من النوع الثاني",
    finding=Finding.SUPPORTS,
    prescription_seen=True,
    prescription_on=TODAY - timedelta(days=3),
    to_buy=True,
)


@pytest.fixture
def request_id(pharmacy: Pharmacy) -> int:
    """A request for medicine of a person on file, just received."""
    return add_request(pharmacy, add_beneficiary(pharmacy))


def go(
    pharmacy: Pharmacy, request_id: int, *actions: RequestAction, role: Role = Role.CLERK
) -> None:
    for action in actions:
        with pharmacy.database.transaction() as session:
            move(session, request_id, action, actor=pharmacy[role], now=NOW)


def shut(pharmacy: Pharmacy, request_id: int, reason: ClosingReason, *, earlier: str = "") -> None:
    with pharmacy.database.transaction() as session:
        who = pharmacy[Role.CLERK]
        close(session, request_id, reason, earlier=earlier, actor=who, now=NOW)


def steps(pharmacy: Pharmacy, request_id: int) -> list[tuple[Any, ...]]:
    columns = (RequestEvent.from_state, RequestEvent.to_state, RequestEvent.reason)
    return rows(pharmacy.database, *columns, request_id=request_id)[1:]


def number(pharmacy: Pharmacy, request_id: int) -> str:
    [(found,)] = rows(pharmacy.database, CitizenRequest.number, id=request_id)
    return str(found)


def test_a_request_goes_through_papers_research_and_check_to_the_committee(
    pharmacy: Pharmacy, request_id: int
) -> None:
    with pharmacy.database.transaction() as session:
        who, paper = pharmacy[Role.CLERK], Paper.PRESCRIPTION.value
        move(session, request_id, A.ASK_PAPERS, reason=paper, actor=who, now=NOW)
    go(pharmacy, request_id, A.CHECK, A.SEND_TO_RESEARCH)
    with pharmacy.database.transaction() as session:
        record_research(session, request_id, RESEARCH, actor=pharmacy[Role.CLERK], now=NOW)
    go(pharmacy, request_id, A.SEND_TO_MEDICAL)
    with pharmacy.database.transaction() as session:
        record_check(session, request_id, CHECK, actor=pharmacy.pharmacist, now=NOW)
    go(pharmacy, request_id, A.SEND_TO_COMMITTEE)
    assert steps(pharmacy, request_id) == [
        (S.RECEIVED, S.AWAITING_PAPERS, "prescription"),
        (S.AWAITING_PAPERS, S.CHECKED, ""),
        (S.CHECKED, S.SOCIAL_RESEARCH, ""),
        (S.SOCIAL_RESEARCH, S.CHECKED, "supports"),
        (S.CHECKED, S.MEDICAL_CHECK, ""),
        (S.MEDICAL_CHECK, S.CHECKED, "supports"),
        (S.CHECKED, S.COMMITTEE, ""),
    ]
    found = (SocialResearch.household_size, SocialResearch.monthly_income, SocialResearch.insurance)
    assert rows(pharmacy.database, *found) == [(5, 250_000, Insurance.NONE)]
    seen = (MedicalCheck.diagnosis, MedicalCheck.prescription_on, MedicalCheck.to_buy)
    assert rows(pharmacy.database, *seen) == [
        ("سكري من النوع الثاني", TODAY - timedelta(days=3), True)
    ]
    assert faults(pharmacy.database) == {}


def test_research_and_check_are_read_by_who_may_see_them(
    pharmacy: Pharmacy, request_id: int
) -> None:
    go(pharmacy, request_id, A.CHECK, A.SEND_TO_RESEARCH)
    with pharmacy.database.transaction() as session:
        record_research(session, request_id, RESEARCH, actor=pharmacy[Role.CLERK], now=NOW)
    with pharmacy.database.reading() as session:
        [row] = researches(session, request_id, actor=pharmacy[Role.MANAGER])
        assert (row.research.finding, row.name_en) == (Finding.SUPPORTS, "Mona Salem")
        assert checks(session, request_id, actor=pharmacy[Role.AUDITOR]) == []
        for read in (researches, checks):
            with pytest.raises(NotPermitted):
                read(session, request_id, actor=pharmacy[Role.FINANCE])


def test_what_was_found_out_is_never_edited(pharmacy: Pharmacy, request_id: int) -> None:
    go(pharmacy, request_id, A.CHECK, A.SEND_TO_RESEARCH)
    with pharmacy.database.transaction() as session:
        record_research(session, request_id, RESEARCH, actor=pharmacy[Role.CLERK], now=NOW)
    with pharmacy.database.transaction() as session:
        session.get_one(SocialResearch, 1).monthly_income = 0
        with pytest.raises(PostedFactChanged):
            session.flush()
        session.rollback()


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"household_size": 0}, InvalidNumber),
        ({"household_size": 41}, InvalidNumber),
        ({"monthly_income": -1}, InvalidNumber),
        ({"finding": Finding.AGAINST, "note": " "}, MissingFact),
    ],
)
def test_a_research_that_does_not_hold_together(
    pharmacy: Pharmacy, request_id: int, facts: dict[str, Any], refusal: type[PharmacyError]
) -> None:
    go(pharmacy, request_id, A.CHECK, A.SEND_TO_RESEARCH)
    before = snapshot(pharmacy.database)
    found = replace(RESEARCH, **facts)
    with pytest.raises(refusal), pharmacy.database.transaction() as session:
        record_research(session, request_id, found, actor=pharmacy[Role.CLERK], now=NOW)
    assert snapshot(pharmacy.database) == before


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"diagnosis": " "}, MissingFact),
        ({"prescription_on": None}, MissingFact),
        ({"prescription_on": TODAY + timedelta(days=1)}, FutureDate),
        ({"condition_id": 404}, NotFound),
        ({"finding": Finding.AGAINST}, MissingFact),
    ],
)
def test_a_check_that_does_not_hold_together(
    pharmacy: Pharmacy, request_id: int, facts: dict[str, Any], refusal: type[PharmacyError]
) -> None:
    go(pharmacy, request_id, A.CHECK, A.SEND_TO_MEDICAL)
    before = snapshot(pharmacy.database)
    with pytest.raises(refusal), pharmacy.database.transaction() as session:
        record_check(
            session, request_id, replace(CHECK, **facts), actor=pharmacy.pharmacist, now=NOW
        )
    assert snapshot(pharmacy.database) == before


def test_research_and_check_wait_to_be_asked_for_and_are_recorded_once(
    pharmacy: Pharmacy, request_id: int
) -> None:
    go(pharmacy, request_id, A.CHECK, A.SEND_TO_RESEARCH)
    with pharmacy.database.transaction() as session:
        record_research(session, request_id, RESEARCH, actor=pharmacy[Role.CLERK], now=NOW)
    before = snapshot(pharmacy.database)
    with pytest.raises(TransitionRefused), pharmacy.database.transaction() as session:
        record_research(session, request_id, RESEARCH, actor=pharmacy[Role.CLERK], now=NOW)
    with pytest.raises(TransitionRefused), pharmacy.database.transaction() as session:
        record_check(session, request_id, CHECK, actor=pharmacy.pharmacist, now=NOW)
    assert snapshot(pharmacy.database) == before


@pytest.mark.parametrize(
    ("role", "action", "refusal"),
    [
        (Role.MANAGER, A.CHECK, NotPermitted),
        (Role.CLERK, A.SEND_TO_COMMITTEE, TransitionRefused),
        (Role.CLERK, A.DEFER, NotPermitted),
        (Role.COMMITTEE, A.APPROVE, TransitionRefused),
        (Role.COMMITTEE, A.REJECT, TransitionRefused),
        (Role.PHARMACIST, A.FINISH, TransitionRefused),
        (Role.CLERK, A.ASK_PAPERS, InvalidField),
    ],
)
def test_a_step_that_is_not_taken_by_hand(
    pharmacy: Pharmacy,
    request_id: int,
    role: Role,
    action: RequestAction,
    refusal: type[PharmacyError],
) -> None:
    before = snapshot(pharmacy.database)
    with pytest.raises(refusal):
        go(pharmacy, request_id, action, role=role)
    assert snapshot(pharmacy.database) == before


def test_the_committee_is_asked_for_a_named_person(pharmacy: Pharmacy) -> None:
    nameless = add_request(pharmacy, None, citizen_name="أم أحمد")
    go(pharmacy, nameless, A.CHECK)
    before = snapshot(pharmacy.database)
    with pytest.raises(BeneficiaryRequired):
        go(pharmacy, nameless, A.SEND_TO_COMMITTEE)
    assert snapshot(pharmacy.database) == before


def test_a_member_defers_with_a_reason(pharmacy: Pharmacy, request_id: int) -> None:
    go(pharmacy, request_id, A.CHECK, A.SEND_TO_COMMITTEE)
    with pharmacy.database.transaction() as session:
        who = pharmacy[Role.COMMITTEE]
        move(session, request_id, A.DEFER, reason="price_offer", actor=who, now=NOW)
    assert steps(pharmacy, request_id)[-1] == (S.COMMITTEE, S.DEFERRED, "price_offer")


@pytest.mark.parametrize("reason", ["out_of_scope", "withdrawn", "deceased", "papers_not_brought"])
def test_a_request_is_closed_with_a_reason_and_settled(
    pharmacy: Pharmacy, request_id: int, reason: str
) -> None:
    shut(pharmacy, request_id, ClosingReason(reason))
    facts = (CitizenRequest.state, CitizenRequest.closed_on, CitizenRequest.settled_on)
    assert rows(pharmacy.database, *facts, id=request_id) == [(S.CLOSED, TODAY, TODAY)]
    assert steps(pharmacy, request_id) == [(S.RECEIVED, S.CLOSED, reason)]


@pytest.mark.parametrize("reason", ["answered", "all_given", "lapsed"])
def test_a_reason_that_is_not_given_by_hand(
    pharmacy: Pharmacy, request_id: int, reason: str
) -> None:
    before = snapshot(pharmacy.database)
    with pytest.raises(InvalidField):
        shut(pharmacy, request_id, ClosingReason(reason))
    assert snapshot(pharmacy.database) == before


def test_an_approval_that_came_to_nothing_is_closed_as_lapsed(pharmacy: Pharmacy) -> None:
    approved = approve_request(pharmacy, item(add_drug(pharmacy)))
    shut(pharmacy, approved.request_id, ClosingReason.LAPSED)
    assert steps(pharmacy, approved.request_id)[-1] == (S.APPROVED, S.CLOSED, "lapsed")
    with pytest.raises(TransitionRefused):
        shut(pharmacy, approved.request_id, ClosingReason.WITHDRAWN)


def test_a_repeated_request_is_tied_to_the_earlier_one(pharmacy: Pharmacy, request_id: int) -> None:
    again = add_request(pharmacy, None, citizen_name="أم أحمد", category=RequestCategory.HOUSING)
    shut(pharmacy, again, ClosingReason.DUPLICATE, earlier=number(pharmacy, request_id))
    tie = (RequestLink.request_id, RequestLink.kind, RequestLink.earlier_id)
    assert rows(pharmacy.database, *tie) == [(again, LinkKind.DUPLICATE_OF, request_id)]
    with pharmacy.database.reading() as session:
        manager = pharmacy[Role.MANAGER]
        [earlier], [later] = (ties(session, id_, actor=manager) for id_ in (again, request_id))
    assert (earlier.is_earlier, earlier.request_id) == (True, request_id)
    assert (later.is_earlier, later.request_id, later.state) == (False, again, S.CLOSED)


def test_a_request_reopened_and_closed_again_repeats_the_same_one(
    pharmacy: Pharmacy, request_id: int
) -> None:
    again = add_request(pharmacy, None, citizen_name="أم أحمد")
    first = number(pharmacy, request_id)
    shut(pharmacy, again, ClosingReason.DUPLICATE, earlier=first)
    with pharmacy.database.transaction() as session:
        mistake = ReopeningReason.OUR_MISTAKE
        reopen(session, again, mistake, note="خطأ", actor=pharmacy[Role.COMMITTEE], now=NOW)
    shut(pharmacy, again, ClosingReason.DUPLICATE, earlier=first)
    assert len(rows(pharmacy.database, RequestLink.id)) == 1


def test_an_earlier_request_that_cannot_be_repeated(pharmacy: Pharmacy, request_id: int) -> None:
    later = add_request(pharmacy, None, citizen_name="أم أحمد")
    before = snapshot(pharmacy.database)
    for earlier in ("", "2026-999999", number(pharmacy, later), number(pharmacy, request_id)):
        with pytest.raises(LinkRefused):
            shut(pharmacy, request_id, ClosingReason.DUPLICATE, earlier=earlier)
    assert snapshot(pharmacy.database) == before


def test_a_clerk_of_a_centre_names_no_request_of_another_centre(
    pharmacy: Pharmacy, request_id: int
) -> None:
    own = add_centre(pharmacy.database)
    clerk = add_actor(pharmacy.database, Role.CLERK, centre_id=own)
    facts = {"channel": Channel.CITY_CENTRE, "centre_id": own}
    mine = add_request(pharmacy, None, citizen_name="أم أحمد", **facts)
    before = snapshot(pharmacy.database)
    first, duplicate = number(pharmacy, request_id), ClosingReason.DUPLICATE
    with pytest.raises(LinkRefused), pharmacy.database.transaction() as session:
        close(session, mine, duplicate, earlier=first, actor=clerk, now=NOW)
    assert snapshot(pharmacy.database) == before

"""The committee's sittings: planned, filled, opened, voted, decided, closed; and who may not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pharmacy.errors import (
    InvalidField,
    MissingFact,
    NotFound,
    NotPermitted,
    PharmacyError,
    PostedFactChanged,
    SittingRefused,
    SittingRequired,
    TransitionRefused,
)
from pharmacy.models import AgendaItem, CitizenRequest, RequestEvent, Sitting, SittingMember, Vote
from pharmacy.rules.request_vocabulary import (
    AgendaOutcome,
    ClosingReason,
    RejectionReason,
    RequestAction,
    RequestState,
    SittingState,
    VoteChoice,
)
from pharmacy.rules.vocabulary import Role, Urgency
from pharmacy.services.request_decision import reject
from pharmacy.services.request_handling import close, move
from pharmacy.services.sitting import get_sitting, plan
from pharmacy.services.sitting_agenda import take_off
from pharmacy.services.sitting_view import agenda, appearances, members
from tests.builders import (
    NOW,
    TODAY,
    Pharmacy,
    add_beneficiary,
    add_drug,
    add_request,
    rows,
    snapshot,
)
from tests.services.committee_table import Table
from tests.services.verified import faults

S, Out = RequestState, AgendaOutcome
FOR, AGAINST, ABSTAINED = VoteChoice


@pytest.fixture
def table(pharmacy: Pharmacy) -> Table:
    """Four members of a committee."""
    return Table(pharmacy)


def items_of(table: Table, sitting_id: int) -> list[int]:
    return [row[0] for row in rows(table.database, AgendaItem.id, sitting_id=sitting_id)]


def in_session(table: Table, *requests: int, present: int = 3) -> tuple[int, Sequence[int]]:
    """Open a sitting on what waits; return it and its items."""
    sitting_id = table.plan()
    table.fill(sitting_id)
    table.open(sitting_id, present)
    found = items_of(table, sitting_id)
    assert len(found) == len(requests)
    return sitting_id, found


def state(table: Table, request_id: int) -> RequestState:
    [(found,)] = rows(table.database, CitizenRequest.state, id=request_id)
    assert isinstance(found, RequestState)
    return found


def test_a_sitting_is_planned_once_and_numbered_by_its_year(table: Table) -> None:
    new = table.new()
    for _ in range(2):
        with table.database.transaction() as session:
            assert plan(session, new, actor=table.chair, now=NOW) == 1
    table.plan(held_on=TODAY + timedelta(days=7))
    table.plan(held_on=TODAY.replace(year=2027))
    facts = (Sitting.number, Sitting.state, Sitting.quorum)
    assert rows(table.database, *facts) == [
        ("2026/1", SittingState.PLANNED, 3),
        ("2026/2", SittingState.PLANNED, 3),
        ("2027/1", SittingState.PLANNED, 3),
    ]
    called = rows(table.database, SittingMember.staff_id, sitting_id=1)
    assert called == [(staff_id,) for staff_id in sorted(table.ids)]


@pytest.mark.parametrize(
    ("facts", "refusal", "reason"),
    [
        ({"place": " "}, MissingFact, ""),
        ({"chair_id": 404}, SittingRefused, "chair"),
        ({"members": 2}, SittingRefused, "members"),
        ({"stranger": True}, SittingRefused, "members"),
    ],
)
def test_a_sitting_that_is_not_planned(
    table: Table, facts: dict[str, Any], refusal: type[PharmacyError], reason: str
) -> None:
    if "members" in facts:
        facts = {"member_ids": frozenset(table.ids[: facts["members"]])}
    elif "stranger" in facts:
        facts = {"member_ids": frozenset([*table.ids, table.pharmacy[Role.CLERK].staff_id])}
    before = snapshot(table.database)
    with pytest.raises(refusal) as refused:
        table.plan(**facts)
    assert refused.value.facts().get("reason", "") == reason
    assert snapshot(table.database) == before


def test_the_agenda_begins_with_what_is_overdue_then_what_is_urgent(table: Table) -> None:
    recent = table.before(received_on=TODAY)
    urgent = table.before(received_on=TODAY, urgency=Urgency.URGENT)
    late = table.before(received_on=TODAY - timedelta(days=90))
    add_request(table.pharmacy, add_beneficiary(table.pharmacy))
    sitting_id = table.plan()
    assert table.fill(sitting_id, most=2) == 2
    order = (AgendaItem.position, AgendaItem.request_id)
    assert rows(table.database, *order, sitting_id=sitting_id) == [(1, late), (2, urgent)]
    assert table.fill(sitting_id) == 1
    assert rows(table.database, *order, sitting_id=sitting_id)[-1] == (3, recent)
    assert table.fill(table.plan()) == 0


def test_a_request_is_taken_off_before_the_sitting_begins(table: Table) -> None:
    table.before()
    sitting_id = table.plan()
    table.fill(sitting_id)
    [item_id] = items_of(table, sitting_id)
    with table.database.transaction() as session:
        assert take_off(session, item_id, actor=table.chair) == sitting_id
    assert items_of(table, sitting_id) == []
    assert table.fill(sitting_id) == 1
    table.open(sitting_id)
    [item_id] = items_of(table, sitting_id)
    with table.database.transaction() as session, pytest.raises(SittingRefused):
        take_off(session, item_id, actor=table.chair)


def test_a_sitting_opens_with_its_quorum_today(table: Table) -> None:
    sitting_id = table.plan(held_on=TODAY + timedelta(days=3))
    before = snapshot(table.database)
    for present, chair, reason in ((2, None, "present"), (3, table.ids[3], "chair")):
        with pytest.raises(SittingRefused) as refused:
            table.open(sitting_id, present, chair)
        assert refused.value.reason == reason
    assert snapshot(table.database) == before
    table.open(sitting_id, 3, table.ids[1])
    facts = (Sitting.state, Sitting.held_on, Sitting.chair_id, Sitting.opened_at)
    assert rows(table.database, *facts) == [(SittingState.OPEN, TODAY, table.ids[1], NOW)]
    came = rows(table.database, SittingMember.staff_id, present=True)
    assert came == [(staff_id,) for staff_id in sorted(table.ids[:3])]
    with pytest.raises(SittingRefused):
        table.open(sitting_id)


def test_the_quorum_is_a_setting(table: Table) -> None:
    table.set("committee_quorum", "4")
    sitting_id = table.plan()
    with pytest.raises(SittingRefused) as refused:
        table.open(sitting_id, 3)
    assert refused.value.facts() == {"reason": "present", "quorum": 4}
    table.open(sitting_id, 4)


def test_an_approval_is_carried_by_the_votes_and_tied_to_its_item(table: Table) -> None:
    table.set("decision_route", "sitting")
    request_id = table.before()
    sitting_id, [item_id] = in_session(table, request_id)
    table.vote(item_id, FOR, FOR, AGAINST)
    approval_id = table.approve(request_id, item_id)
    facts = (AgendaItem.outcome, AgendaItem.approval_id, AgendaItem.decided_at)
    assert rows(table.database, *facts) == [(Out.APPROVED, approval_id, NOW)]
    assert state(table, request_id) is S.APPROVED
    with table.database.reading() as session:
        [line] = agenda(session, sitting_id, actor=table.pharmacy[Role.AUDITOR])
        [place] = appearances(session, request_id)
        assert len(members(session, sitting_id)) == 4
    assert (line.tally.in_favour, line.tally.against) == (2, 1)
    assert [(one.quantity, one.issues) for one in line.drugs] == [(30, 1)]
    assert (place.number, place.position, place.outcome) == ("2026/1", 1, Out.APPROVED)
    assert faults(table.database) == {}


def test_a_request_is_rejected_and_another_deferred_with_their_reasons(table: Table) -> None:
    refused, put_off = table.before(), table.before()
    _, [first, second] = in_session(table, refused, put_off)
    table.vote(first, AGAINST, AGAINST, ABSTAINED)
    table.decide(first, Out.REJECTED, "no_funds")
    table.decide(second, Out.DEFERRED, "price_offer")
    outcomes = rows(table.database, AgendaItem.outcome, AgendaItem.reason)
    assert outcomes == [(Out.REJECTED, "no_funds"), (Out.DEFERRED, "price_offer")]
    assert (state(table, refused), state(table, put_off)) == (S.REJECTED, S.DEFERRED)
    reasons = rows(table.database, RequestEvent.reason, to_state=S.REJECTED)
    assert reasons == [("no_funds",)]


@pytest.mark.parametrize(
    ("votes", "outcome", "reason"),
    [
        ((FOR, FOR), Out.APPROVED, "votes"),
        ((FOR, AGAINST, ABSTAINED), Out.APPROVED, "majority"),
        ((FOR, FOR, AGAINST), Out.REJECTED, "majority"),
        ((), Out.REJECTED, "votes"),
    ],
)
def test_votes_that_do_not_carry_an_outcome(
    table: Table, votes: Sequence[VoteChoice], outcome: AgendaOutcome, reason: str
) -> None:
    request_id = table.before()
    _, [item_id] = in_session(table, request_id)
    table.vote(item_id, *votes)
    add_drug(table.pharmacy)
    approving = outcome is Out.APPROVED
    with pytest.raises(SittingRefused) as refused:
        _ = (
            table.approve(request_id, item_id)
            if approving
            else table.decide(item_id, outcome, "no_funds")
        )
    assert refused.value.reason == reason
    assert state(table, request_id) is S.COMMITTEE
    assert rows(table.database, AgendaItem.outcome) == [(None,)]


def test_a_member_votes_once_and_the_same_vote_twice_is_one(table: Table) -> None:
    request_id = table.before()
    _, [item_id] = in_session(table, request_id)
    table.vote(item_id, FOR, FOR)
    before = snapshot(table.database)
    table.vote(item_id, FOR, FOR)
    assert snapshot(table.database) == before
    with pytest.raises(SittingRefused) as refused:
        table.vote(item_id, AGAINST, FOR, FOR)
    assert refused.value.reason == "voted"
    assert snapshot(table.database) == before
    table.vote(item_id, FOR, FOR, AGAINST)
    assert [row[0] for row in rows(table.database, Vote.choice)] == [FOR, FOR, AGAINST]
    with table.database.transaction() as session:
        session.get_one(Vote, 1).choice = AGAINST
        with pytest.raises(PostedFactChanged):
            session.flush()
        session.rollback()


def test_who_is_not_there_neither_votes_nor_decides(table: Table) -> None:
    request_id = table.before()
    _, [item_id] = in_session(table, request_id)
    before = snapshot(table.database)
    with pytest.raises(SittingRefused) as refused:
        table.vote(item_id, FOR, FOR, FOR, FOR)
    assert refused.value.reason == "absent"
    with pytest.raises(SittingRefused) as refused:
        table.vote(item_id, FOR, actor=table.members[3])
    assert refused.value.reason == "absent"
    with pytest.raises(NotPermitted):
        table.vote(item_id, FOR, actor=table.pharmacy[Role.MANAGER])
    assert snapshot(table.database) == before


def test_an_item_is_decided_once_in_an_open_sitting(table: Table) -> None:
    request_id = table.before()
    sitting_id = table.plan()
    table.fill(sitting_id)
    [item_id] = items_of(table, sitting_id)
    for act in (lambda: table.vote(item_id, FOR), lambda: table.close(sitting_id)):
        with pytest.raises(SittingRefused) as refused:
            act()
        assert refused.value.reason == "state"
    table.open(sitting_id)
    table.decide(item_id, Out.DEFERRED, "price_offer")
    with pytest.raises(SittingRefused) as refused:
        table.decide(item_id, Out.DEFERRED, "price_offer")
    assert refused.value.reason == "decided"
    with pytest.raises(SittingRefused):
        table.approve(request_id, item_id)


def test_an_item_carries_its_own_request_with_its_own_reasons(table: Table) -> None:
    first, second = table.before(), table.before()
    _, [item_id, _] = in_session(table, first, second)
    table.vote(item_id, FOR, FOR, FOR)
    with pytest.raises(NotFound):
        table.approve(second, item_id)
    with pytest.raises(InvalidField):
        table.decide(item_id, Out.DEFERRED, "no_funds")
    with pytest.raises(NotFound):
        table.decide(404, Out.DEFERRED, "price_offer")


def test_what_left_the_table_meanwhile_is_not_decided(table: Table) -> None:
    request_id = table.before()
    sitting_id, [item_id] = in_session(table, request_id)
    table.vote(item_id, FOR, FOR, FOR)
    with table.database.transaction() as session:
        withdrawn, clerk = ClosingReason.WITHDRAWN, table.pharmacy[Role.CLERK]
        close(session, request_id, withdrawn, actor=clerk, now=NOW)
    with pytest.raises(TransitionRefused):
        table.approve(request_id, item_id)
    table.close(sitting_id)
    assert rows(table.database, AgendaItem.outcome) == [(None,)]
    assert state(table, request_id) is S.CLOSED


def test_closing_defers_what_there_was_no_time_for_and_ends_the_minutes(table: Table) -> None:
    request_id = table.before()
    sitting_id, [item_id] = in_session(table, request_id)
    table.close(sitting_id)
    outcome = (AgendaItem.outcome, AgendaItem.reason)
    assert rows(table.database, *outcome) == [(Out.DEFERRED, "no_time")]
    assert state(table, request_id) is S.DEFERRED
    closed = (Sitting.state, Sitting.note, Sitting.closed_at)
    assert rows(table.database, *closed) == [(SittingState.CLOSED, "انتهت", NOW)]
    before = snapshot(table.database)
    for act in (
        lambda: table.close(sitting_id),
        lambda: table.fill(sitting_id),
        lambda: table.vote(item_id, FOR),
    ):
        with pytest.raises(SittingRefused):
            act()
    assert snapshot(table.database) == before


def test_where_sittings_decide_nobody_decides_alone(table: Table) -> None:
    request_id = table.before()
    table.set("decision_route", "sitting")
    member = table.chair
    with pytest.raises(SittingRequired):
        table.approve(request_id, None)
    with table.database.transaction() as session:
        with pytest.raises(SittingRequired):
            reject(session, request_id, RejectionReason.NO_FUNDS, actor=member, now=NOW)
        action, reason = RequestAction.DEFER, "price_offer"
        with pytest.raises(SittingRequired):
            move(session, request_id, action, reason=reason, actor=member, now=NOW)
    assert state(table, request_id) is S.COMMITTEE
    table.approve(request_id, None, under_authority=True)
    assert state(table, request_id) is S.APPROVED


def test_only_the_committee_plans_and_who_sees_sittings(table: Table) -> None:
    sitting_id = table.plan()
    for role in Role:
        actor = replace(table.pharmacy[role])
        if role is not Role.COMMITTEE:
            with table.database.transaction() as session, pytest.raises(NotPermitted):
                plan(session, table.new(), actor=actor, now=NOW)
        with table.database.reading() as session:
            if role in {Role.COMMITTEE, Role.MANAGER, Role.AUDITOR}:
                assert get_sitting(session, sitting_id, actor=actor).id == sitting_id
            else:
                with pytest.raises(NotPermitted):
                    get_sitting(session, sitting_id, actor=actor)
    with table.database.reading() as session, pytest.raises(NotFound):
        get_sitting(session, 404, actor=table.chair)

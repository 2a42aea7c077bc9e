"""Really solved? Once for each outcome; a no reopens what had ended, or is listed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from pharmacy.errors import FeedbackRefused
from pharmacy.models import CitizenFeedback, CitizenRequest, RequestEvent, Staff
from pharmacy.rules.actor import Actor
from pharmacy.rules.request_vocabulary import (
    RejectionReason,
    ReopeningReason,
    ReplyMeans,
    RequestState,
)
from pharmacy.rules.vocabulary import Role
from pharmacy.services.feedback import PAGE_ACCOUNT, give_feedback, not_solved
from pharmacy.services.reply import NewReply, tell
from pharmacy.services.request_decision import reject
from pharmacy.services.settings import change_setting
from pharmacy.services.tracking import tracked
from tests.builders import (
    NOW,
    Pharmacy,
    add_batch,
    add_drug,
    add_request,
    after,
    approve_request,
    hand_out,
    item,
    order,
    rows,
    snapshot,
)


def rejected(pharmacy: Pharmacy) -> int:
    request_id = add_request(pharmacy, None, citizen_name="منى", citizen_phone="+201012345678")
    again(pharmacy, request_id)
    return request_id


def again(pharmacy: Pharmacy, request_id: int) -> None:
    with pharmacy.database.transaction() as session:
        reason = RejectionReason.NO_FUNDS
        reject(session, request_id, reason, actor=pharmacy[Role.COMMITTEE], now=NOW)


def outcome_of(pharmacy: Pharmacy, request_id: int) -> int:
    with pharmacy.database.reading() as session:
        outcome = tracked(session, request_id).outcome_id
    assert outcome is not None
    return outcome


def say(pharmacy: Pharmacy, request_id: int, outcome_id: int, *, solved: bool) -> bool:
    with pharmacy.database.transaction() as session:
        return give_feedback(
            session, request_id, outcome_id, solved=solved, text=" لم أستلم شيئًا ", now=NOW
        )


def listed(pharmacy: Pharmacy, actor: Actor | None = None) -> list[int]:
    with pharmacy.database.reading() as session:
        query = not_solved(actor=actor or pharmacy[Role.MANAGER])
        return [row.request_id for row in session.execute(query)]


def state(pharmacy: Pharmacy, request_id: int) -> RequestState:
    ((found,),) = rows(pharmacy.database, CitizenRequest.state, id=request_id)
    return RequestState(found)


def set_reopens(pharmacy: Pharmacy, value: str) -> None:
    with pharmacy.database.transaction() as session:
        administrator = pharmacy[Role.ADMINISTRATOR]
        change_setting(session, "feedback_reopens", value, actor=administrator, now=NOW)


def test_a_no_reopens_with_its_reason_by_a_closed_account(pharmacy: Pharmacy) -> None:
    request_id = rejected(pharmacy)
    assert say(pharmacy, request_id, outcome_of(pharmacy, request_id), solved=False)
    assert state(pharmacy, request_id) is RequestState.CHECKED
    with pharmacy.database.reading() as session:
        last = session.scalars(select(RequestEvent).order_by(RequestEvent.id.desc())).first()
        page = session.execute(select(Staff).filter_by(username=PAGE_ACCOUNT)).scalar_one()
    assert last is not None
    assert (last.reason, last.staff_id) == (ReopeningReason.NOT_SOLVED.value, page.id)
    assert (page.active, page.password_hash) == (False, "!")
    assert listed(pharmacy) == [request_id]
    # A second outcome is another question, and the account is there already.
    again(pharmacy, request_id)
    assert say(pharmacy, request_id, outcome_of(pharmacy, request_id), solved=False)
    assert (
        rows(pharmacy.database, CitizenFeedback.solved, CitizenFeedback.text)
        == [(False, "لم أستلم شيئًا")] * 2
    )
    assert listed(pharmacy) == [request_id]


def test_a_no_is_only_listed_when_the_by_law_says_so(pharmacy: Pharmacy) -> None:
    set_reopens(pharmacy, "off")
    request_id = rejected(pharmacy)
    assert not say(pharmacy, request_id, outcome_of(pharmacy, request_id), solved=False)
    assert state(pharmacy, request_id) is RequestState.REJECTED
    assert listed(pharmacy) == [request_id]
    elsewhere = Actor(pharmacy[Role.CLERK].staff_id, "منى", Role.CLERK, centre_id=99)
    assert listed(pharmacy, elsewhere) == []
    new = NewReply(submission_id="r", means=ReplyMeans.PHONE, text="سننظر فيه")
    with pharmacy.database.transaction() as session:
        later = NOW + timedelta(minutes=1)
        tell(session, request_id, new, actor=pharmacy[Role.CLERK], now=later)
    assert listed(pharmacy) == []


def test_a_yes_changes_nothing_but_the_record(pharmacy: Pharmacy) -> None:
    request_id = rejected(pharmacy)
    assert not say(pharmacy, request_id, outcome_of(pharmacy, request_id), solved=True)
    assert state(pharmacy, request_id) is RequestState.REJECTED
    assert listed(pharmacy) == []
    assert rows(pharmacy.database, CitizenFeedback.solved) == [(True,)]


def test_what_is_being_dispensed_is_listed_and_not_reopened(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 1_000)
    approved = approve_request(pharmacy, item(drug, 30, issues=2))
    hand_out(pharmacy, order(approved, 30))
    outcome = outcome_of(pharmacy, approved.request_id)
    assert not say(pharmacy, approved.request_id, outcome, solved=False)
    assert state(pharmacy, approved.request_id) is RequestState.DISPENSING
    hand_out(pharmacy, order(approved, 30), now=after(30))
    # Now it is closed: another outcome, which may be rated.
    assert outcome_of(pharmacy, approved.request_id) != outcome


def test_it_is_said_once_and_only_of_the_outcome_that_stands(pharmacy: Pharmacy) -> None:
    set_reopens(pharmacy, "off")
    request_id = rejected(pharmacy)
    outcome = outcome_of(pharmacy, request_id)
    say(pharmacy, request_id, outcome, solved=False)
    fresh = add_request(pharmacy, None, citizen_name="منى")
    before = snapshot(pharmacy.database)
    for asked, step in (
        (request_id, outcome),
        (request_id, outcome - 1),
        (fresh, outcome + 1),
        (9_999, 1),
    ):
        with pytest.raises(FeedbackRefused):
            say(pharmacy, asked, step, solved=True)
    assert snapshot(pharmacy.database) == before

"""Many senders at one outbox and many windows of one citizen: each thing happens once."""

import pytest

from pharmacy.db import Database
from pharmacy.models import CitizenFeedback, CitizenRequest, OutboxMessage, RequestEvent
from pharmacy.rules.request_vocabulary import RejectionReason, RequestState
from pharmacy.rules.vocabulary import Role
from pharmacy.services.request_decision import reject
from pharmacy.services.tracking import tracked
from pharmacy.services.webhook import WebhookFacts, add_webhook
from tests.builders import NOW, Pharmacy, add_request, open_pharmacy, rows
from tests.conftest import SEAL_KEY
from tests.races.racing import race

MESSAGES = 24


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    """A pharmacy to which one other system listens."""
    pharmacy = open_pharmacy(database)
    facts = WebhookFacts("portal", "https://portal.example/")
    with database.transaction() as session:
        add_webhook(session, facts, actor=pharmacy[Role.ADMINISTRATOR], now=NOW)
    return pharmacy


def job(pharmacy: Pharmacy, do: str, **facts: object) -> dict[str, object]:
    clerk = pharmacy[Role.CLERK]
    return {
        "do": do,
        "staff": clerk.staff_id,
        "site": pharmacy.site_id,
        "now": NOW.isoformat(),
        **facts,
    }


@pytest.mark.parametrize(("processes", "threads"), [(1, 8), (4, 2)])
def test_no_two_senders_take_one_message(pharmacy: Pharmacy, processes: int, threads: int) -> None:
    for _ in range(MESSAGES):
        add_request(pharmacy, None, citizen_name="منى")
    jobs = [job(pharmacy, "claim")] * (MESSAGES + processes * threads)
    url = pharmacy.database.url
    answers = race(url, SEAL_KEY, jobs, processes=processes, threads=threads)
    taken = {answer: count for answer, count in answers.items() if answer != ("posted", "0")}
    assert taken == {("posted", str(row_id)): 1 for row_id in range(1, MESSAGES + 1)}
    assert rows(pharmacy.database, OutboxMessage.attempts) == [(1,)] * MESSAGES


@pytest.mark.parametrize(("processes", "threads"), [(1, 8), (4, 2)])
def test_a_citizen_says_it_once_from_however_many_windows(
    pharmacy: Pharmacy, processes: int, threads: int
) -> None:
    request_id = add_request(pharmacy, None, citizen_name="منى")
    with pharmacy.database.transaction() as session:
        reason, committee = RejectionReason.NO_FUNDS, pharmacy[Role.COMMITTEE]
        reject(session, request_id, reason, actor=committee, now=NOW)
    with pharmacy.database.reading() as session:
        outcome = tracked(session, request_id).outcome_id
    said = job(pharmacy, "feedback", request=request_id, outcome=outcome)
    jobs = [said] * (processes * threads)
    url = pharmacy.database.url
    answers = race(url, SEAL_KEY, jobs, processes=processes, threads=threads)
    assert answers == {("posted", "1"): 1, ("refused", "feedback_refused"): len(jobs) - 1}
    assert len(rows(pharmacy.database, CitizenFeedback.id)) == 1
    assert rows(pharmacy.database, CitizenRequest.state) == [(RequestState.CHECKED,)]
    steps = [state for (state,) in rows(pharmacy.database, RequestEvent.to_state)]
    assert steps == [RequestState.RECEIVED, RequestState.REJECTED, RequestState.CHECKED]

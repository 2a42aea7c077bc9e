"""The outbox: written with the fact, sent once, tried again, given up, and shown."""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from pharmacy.cli import main
from pharmacy.commands.outbox import send_due
from pharmacy.db import Database
from pharmacy.errors import NotFound, NotPermitted, OutsideReferenceTaken
from pharmacy.models import CitizenRequest, OutboxMessage, RequestEvent
from pharmacy.rules.outbox import ATTEMPTS_MAX, LEASE, WAITS
from pharmacy.rules.request_vocabulary import OutboxKind, RequestAction
from pharmacy.rules.vocabulary import Channel, Role
from pharmacy.services import outbox
from pharmacy.services.outbox import OutboxState
from pharmacy.services.request import name_beneficiary
from pharmacy.services.request_steps import take
from pharmacy.services.sending import SENT, Outcome, Outgoing, Sender, failed
from pharmacy.services.sending_http import HttpPoster, WebhookSender
from pharmacy.services.settings import change_setting
from pharmacy.services.webhook import WebhookFacts, add_webhook, change_webhook
from tests.builders import (
    NOW,
    Pharmacy,
    add_beneficiary,
    add_request,
    rows,
    snapshot,
    unique,
)
from tests.conftest import SEAL_KEY
from tests.services.receiving import receiving
from tests.web.people import statements_of

URL = "https://portal.example/notices"


def listen(
    pharmacy: Pharmacy, url: str = URL, channel: Channel | None = Channel.HOTLINE
) -> tuple[int, str]:
    """Let another system listen; return the webhook's id and its secret."""
    facts = WebhookFacts(unique("portal"), url, channel)
    with pharmacy.database.transaction() as session:
        return add_webhook(session, facts, actor=pharmacy[Role.ADMINISTRATOR], now=NOW)


def tell_citizens(pharmacy: Pharmacy) -> None:
    with pharmacy.database.transaction() as session:
        administrator = pharmacy[Role.ADMINISTRATOR]
        change_setting(session, "tell_citizens", "sms", actor=administrator, now=NOW)


def step(pharmacy: Pharmacy, request_id: int, action: RequestAction, reason: str = "") -> None:
    with pharmacy.database.transaction() as session:
        request = session.get_one(CitizenRequest, request_id)
        clerk = pharmacy[Role.COMMITTEE]
        take(session, request, action, reason=reason, actor=clerk, now=NOW)


def waiting(pharmacy: Pharmacy) -> list[tuple[OutboxKind, str, str]]:
    found = rows(pharmacy.database, OutboxMessage.kind, OutboxMessage.recipient, OutboxMessage.key)
    return [(kind, recipient, key) for kind, recipient, key in found]


class Recorder:
    """A sender that answers as it is told and keeps what it was given."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes) or [SENT]
        self.given: list[Outgoing] = []

    def send(self, message: Outgoing, *, now: datetime) -> Outcome:
        assert now.tzinfo is not None
        self.given.append(message)
        return self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]


def all_by(sender: Sender) -> Mapping[OutboxKind, Sender]:
    return dict.fromkeys(OutboxKind, sender)


def due_now(database: Database) -> None:
    """Let what waits for its next attempt be due."""
    with database.transaction() as session:
        session.execute(update(OutboxMessage).values(next_attempt_at=NOW))


def test_nobody_is_told_unless_somebody_listens(pharmacy: Pharmacy) -> None:
    add_request(pharmacy, None, citizen_name="منى", citizen_phone="+201012345678")
    assert waiting(pharmacy) == []


def test_a_system_is_told_of_each_step_of_its_channel_only(pharmacy: Pharmacy) -> None:
    webhook_id, _secret = listen(pharmacy)
    listen(pharmacy, channel=Channel.PORTAL)
    listen(pharmacy, "https://all.example/", channel=None)
    request_id = add_request(pharmacy, None, citizen_name="منى")
    step(pharmacy, request_id, RequestAction.CHECK)
    events = [event for (event,) in rows(pharmacy.database, RequestEvent.id)]
    everywhere = webhook_id + 2
    assert sorted(waiting(pharmacy)) == sorted(
        (OutboxKind.WEBHOOK, url, f"event-{event}-webhook-{listener}")
        for event in events
        for listener, url in ((webhook_id, URL), (everywhere, "https://all.example/"))
    )


def test_a_webhook_that_is_switched_off_is_told_nothing(pharmacy: Pharmacy) -> None:
    webhook_id, _secret = listen(pharmacy)
    with pharmacy.database.transaction() as session:
        off = WebhookFacts("off", URL, None, active=False)
        change_webhook(session, webhook_id, off, actor=pharmacy[Role.ADMINISTRATOR], now=NOW)
    add_request(pharmacy, None, citizen_name="منى")
    assert waiting(pharmacy) == []


def test_a_citizen_hears_what_is_news_and_only_that(pharmacy: Pharmacy) -> None:
    tell_citizens(pharmacy)
    request_id = add_request(pharmacy, None, citizen_name="منى", citizen_phone="+201012345678")
    for action in (
        RequestAction.CHECK,
        RequestAction.SEND_TO_RESEARCH,
        RequestAction.SEND_TO_COMMITTEE,
    ):
        step(pharmacy, request_id, action)
    # Received, then under study: research and committee are under study still.
    assert [(kind, to) for kind, to, _ in waiting(pharmacy)] == [
        (OutboxKind.SMS, "+201012345678")
    ] * 2


def test_the_phone_of_the_file_serves_when_none_was_given(pharmacy: Pharmacy) -> None:
    tell_citizens(pharmacy)
    add_request(pharmacy, add_beneficiary(pharmacy, phone="01112345678"))
    add_request(pharmacy, None, citizen_name="بلا هاتف")
    assert [to for _, to, _ in waiting(pharmacy)] == ["+201112345678"]


def test_a_step_is_told_in_one_statement(pharmacy: Pharmacy) -> None:
    tell_citizens(pharmacy)
    listen(pharmacy)
    request_id = add_request(pharmacy, None, citizen_name="منى", citizen_phone="+201012345678")
    with statements_of(pharmacy.database) as seen:
        step(pharmacy, request_id, RequestAction.CHECK)
    assert len([one for one in seen if "INSERT INTO outbox_message" in one]) == 1


def test_what_is_not_kept_is_not_told(pharmacy: Pharmacy) -> None:
    listen(pharmacy)
    facts = {"citizen_name": "منى", "outside_reference": "H-1"}
    add_request(pharmacy, None, **facts)
    before = snapshot(pharmacy.database)
    with pytest.raises(OutsideReferenceTaken):
        add_request(pharmacy, None, **facts)
    assert snapshot(pharmacy.database) == before
    assert len(waiting(pharmacy)) == 1


def test_the_text_names_number_and_state_and_nothing_medical(pharmacy: Pharmacy) -> None:
    tell_citizens(pharmacy)
    add_request(pharmacy, None, citizen_name="منى", citizen_phone="+201012345678")
    sender = Recorder()
    assert send_due(pharmacy.database, all_by(sender)).sent == 1
    with pharmacy.database.reading() as session:
        number = session.scalars(select(CitizenRequest.number)).one()
        body = session.scalars(select(OutboxMessage.body)).one()
    assert (
        sender.given[0].body == body == f"طلبكم رقم \u200e{number}: تم استلامه. للاستفسار: 16528."
    )
    with pharmacy.database.transaction() as session:
        administrator = pharmacy[Role.ADMINISTRATOR]
        address = "https://requests.example/"
        change_setting(session, "public_address", address, actor=administrator, now=NOW)
    add_request(pharmacy, None, citizen_name="منى", citizen_phone="+201012345678")
    send_due(pharmacy.database, all_by(sender))
    assert sender.given[1].body.endswith("للمتابعة: https://requests.example/track")


def test_a_notice_is_signed_and_tells_nothing_of_a_person(pharmacy: Pharmacy) -> None:
    with receiving() as receiver:
        webhook_id, secret = listen(pharmacy, receiver.url)
        request_id = add_request(
            pharmacy, None, citizen_name="منى", citizen_phone="+201012345678", outside_reference="7"
        )
        sender = WebhookSender(HttpPoster(timeout=5))
        assert send_due(pharmacy.database, all_by(sender)).sent == 1
    headers, body = receiver.came[0]
    told = json.loads(body)
    ((event, at),) = rows(pharmacy.database, RequestEvent.id, RequestEvent.at)
    ((number,),) = rows(pharmacy.database, CitizenRequest.number, id=request_id)
    moment = at.isoformat(timespec="seconds").replace("+00:00", "Z")
    assert told == {
        "type": "request.state_changed",
        "timestamp": moment,
        "data": {
            "event_id": event,
            "request_number": number,
            "outside_reference": "7",
            "channel": "hotline",
            "from": None,
            "to": "received",
            "at": moment,
        },
    }
    assert headers["webhook-id"] == f"event-{event}-webhook-{webhook_id}"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = b64decode(secret.removeprefix("whsec_"))
    expected = b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_a_receiver_that_fails_is_tried_again_and_recovers(pharmacy: Pharmacy) -> None:
    with receiving(500, 0, 302, 404, 204) as receiver:
        listen(pharmacy, receiver.url)
        add_request(pharmacy, None, citizen_name="منى")
        senders = all_by(WebhookSender(HttpPoster(timeout=0.3)))
        errors = []
        for _ in range(5):
            send_due(pharmacy.database, senders)
            ((error, sent_at),) = rows(
                pharmacy.database, OutboxMessage.last_error, OutboxMessage.sent_at
            )
            errors.append(error)
            if sent_at is None:
                due_now(pharmacy.database)
    assert errors == ["HTTP 500", "timed out", "HTTP 302", "HTTP 404", ""]
    # The same message under the same id each time, and no redirect was followed.
    assert len({headers["webhook-id"] for headers, _ in receiver.came}) == 1
    assert len(receiver.came) == 5
    assert rows(pharmacy.database, OutboxMessage.attempts) == [(5,)]


def test_a_message_is_given_up_after_the_last_attempt_and_sent_again_on_demand(
    pharmacy: Pharmacy,
) -> None:
    listen(pharmacy)
    add_request(pharmacy, None, citizen_name="منى")
    sender = Recorder(failed("no such host", unreachable=True))
    for attempt in range(1, ATTEMPTS_MAX + 1):
        assert send_due(pharmacy.database, all_by(sender)).failed == 1
        ((attempts, following, given_up),) = rows(
            pharmacy.database,
            OutboxMessage.attempts,
            OutboxMessage.next_attempt_at,
            OutboxMessage.given_up_at,
        )
        assert attempts == attempt
        assert (given_up is None) == (attempt < ATTEMPTS_MAX)
        if given_up is None:
            assert following > NOW + WAITS[attempt - 1]
        due_now(pharmacy.database)
    assert send_due(pharmacy.database, all_by(sender)).failed == 0
    with pharmacy.database.reading() as session:
        assert outbox.counts(session)[OutboxState.GIVEN_UP] == 1
    with pharmacy.database.transaction() as session:
        outbox.send_again(session, 1, actor=pharmacy[Role.ADMINISTRATOR], now=NOW)
    assert send_due(pharmacy.database, all_by(Recorder())).sent == 1
    with pytest.raises(NotFound), pharmacy.database.transaction() as session:
        outbox.send_again(session, 1, actor=pharmacy[Role.ADMINISTRATOR], now=NOW)
    with pytest.raises(NotPermitted), pharmacy.database.transaction() as session:
        outbox.send_again(session, 1, actor=pharmacy[Role.CLERK], now=NOW)


def test_a_line_on_which_nobody_answers_holds_up_no_other(pharmacy: Pharmacy) -> None:
    tell_citizens(pharmacy)
    listen(pharmacy)
    for _ in range(3):
        add_request(pharmacy, None, citizen_name="منى", citizen_phone="+201012345678")
    down, good = Recorder(failed("timed out", unreachable=True)), Recorder()
    done = send_due(pharmacy.database, {**all_by(good), OutboxKind.WEBHOOK: down})
    assert (done.sent, done.failed) == (3, 1)
    assert len(down.given) == 1


def test_what_one_sender_has_taken_no_other_takes_until_its_lease_is_over(
    pharmacy: Pharmacy,
) -> None:
    listen(pharmacy)
    add_request(pharmacy, None, citizen_name="منى")
    with pharmacy.database.transaction() as session:
        first = outbox.claim(session, now=NOW)
    assert first is not None
    with pharmacy.database.transaction() as session:
        assert outbox.claim(session, now=NOW + LEASE / 2) is None
    with pharmacy.database.transaction() as session:
        second = outbox.claim(session, now=NOW + LEASE)
    assert second is not None
    assert (first.attempt, second.attempt) == (1, 2)
    # The first comes back late: what it says of its own attempt changes nothing.
    with pharmacy.database.transaction() as session:
        outbox.settle(session, first, failed("late"), body="", now=NOW + LEASE)
    with pharmacy.database.transaction() as session:
        outbox.settle(session, second, SENT, body="{}", now=NOW + LEASE)
    assert rows(pharmacy.database, OutboxMessage.last_error, OutboxMessage.body) == [("", "{}")]


def test_a_sender_that_died_in_the_last_attempt_leaves_a_message_given_up(
    pharmacy: Pharmacy,
) -> None:
    listen(pharmacy)
    add_request(pharmacy, None, citizen_name="منى")
    now = NOW
    for _ in range(ATTEMPTS_MAX):
        with pharmacy.database.transaction() as session:
            assert outbox.claim(session, now=now) is not None
        now += LEASE + timedelta(seconds=1)
    with pharmacy.database.transaction() as session:
        assert outbox.claim(session, now=now) is None
    ((given_up, error),) = rows(
        pharmacy.database, OutboxMessage.given_up_at, OutboxMessage.last_error
    )
    assert (given_up, error) == (now, "the last attempt was cut off")


def test_the_command_sends_to_files_and_says_what_is_left(
    pharmacy: Pharmacy, tmp_path: Path
) -> None:
    tell_citizens(pharmacy)
    listen(pharmacy, "http://127.0.0.1:9/")  # the port of discard: nobody answers
    add_request(pharmacy, None, citizen_name="منى", citizen_phone="+201012345678")
    environment = {
        "PHARMACY_DATABASE_URL": pharmacy.database.url,
        "PHARMACY_INSTANCE": str(tmp_path),
        "PHARMACY_SEAL_KEY": SEAL_KEY.decode(),
    }
    result = CliRunner().invoke(main, ["outbox"], env=environment)
    assert result.exit_code == 1
    assert "1 sent, 1 failed; 1 waiting, 0 given up." in result.stderr
    (written,) = (tmp_path / "outbox" / "sms").iterdir()
    assert "to: +201012345678" in written.read_text()
    assert written.stat().st_mode & 0o777 == 0o600
    again = CliRunner().invoke(main, ["outbox"], env=environment)
    assert (again.exit_code, "0 sent" in again.stderr) == (0, True)


def test_a_state_that_stays_is_told_to_nobody(pharmacy: Pharmacy) -> None:
    listen(pharmacy)
    request_id = add_request(pharmacy, None, citizen_name="منى")
    before = waiting(pharmacy)
    person = add_beneficiary(pharmacy)
    with pharmacy.database.transaction() as session:
        name_beneficiary(session, request_id, person, actor=pharmacy[Role.CLERK], now=NOW)
    assert waiting(pharmacy) == before

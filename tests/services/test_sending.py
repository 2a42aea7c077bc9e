"""The senders against real receivers: a folder, a mail server, a gateway, addresses that lie."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Event, Thread

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from pharmacy.rules.request_vocabulary import OutboxKind
from pharmacy.services.sending import SENT, Outcome, Outgoing
from pharmacy.services.sending_file import FileSender
from pharmacy.services.sending_http import HttpPoster, SmsGateway, WebhookSender
from pharmacy.services.sending_mail import PLAIN, STARTTLS, MailSender, MailServer
from tests.services.receiving import receiving

NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
MAIL = Outgoing(
    message_id="reply-7",
    kind=OutboxKind.EMAIL,
    recipient="mona@example.com",
    subject="بشأن طلبكم رقم 2026-000417",
    body="تمت الموافقة على طلبكم.",
)
SMS = Outgoing(message_id="reply-8", kind=OutboxKind.SMS, recipient="+201012345678", body="تمت")


def notice(url: str) -> Outgoing:
    return Outgoing(
        message_id="event-1-webhook-1",
        kind=OutboxKind.WEBHOOK,
        recipient=url,
        body="{}",
        secret="whsec_c2VjcmV0",
    )


@dataclass
class MailBox:
    """A mail server's box; `answer` is what it says to a message."""

    answer: str = "250 OK"
    came: list[EmailMessage] = field(default_factory=list)
    users: list[bytes] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        if self.answer.startswith("250"):
            self.came.append(mail)
        return self.answer


@contextmanager
def mail_server(box: MailBox, *, password: bytes = b"") -> Iterator[MailServer]:
    """A real SMTP server of this machine; with a password it takes mail only after it."""

    def sign_in(
        _server: SMTP, _session: Session, _envelope: Envelope, _kind: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        box.users.append(data.login)
        return AuthResult(success=data.password == password)

    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=free_port(),
        auth_require_tls=False,
        auth_required=bool(password),
        authenticator=sign_in,
    )
    controller.start()
    try:
        yield MailServer(
            host="127.0.0.1",
            port=controller.port,
            security=PLAIN,
            user="pharmacy" if password else "",
            password="right" if password else "",
            sender="pharmacy@beheira.example",
        )
    finally:
        controller.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def test_a_file_is_whole_private_and_one_for_each_message(tmp_path: Path) -> None:
    sender = FileSender(tmp_path / "outbox")
    assert [sender.send(MAIL, now=NOW), sender.send(MAIL, now=NOW)] == [SENT, SENT]
    (written,) = (tmp_path / "outbox" / "email").iterdir()
    assert written.read_text() == (
        "id: reply-7\nto: mona@example.com\nat: 2026-03-10T08:00:00+00:00\n"
        "subject: بشأن طلبكم رقم 2026-000417\n\nتمت الموافقة على طلبكم.\n"
    )
    assert written.stat().st_mode & 0o777 == 0o600
    assert written.parent.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_fails_the_message(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("in the way")
    outcome = FileSender(tmp_path / "outbox").send(SMS, now=NOW)
    assert (outcome.sent, outcome.unreachable) == (False, True)


def test_an_e_mail_arrives_in_arabic_under_its_own_id() -> None:
    box = MailBox()
    with mail_server(box) as server:
        assert MailSender(server, timeout=5).send(MAIL, now=NOW) == SENT
    (mail,) = box.came
    assert mail["To"] == "mona@example.com"
    assert mail["From"] == "pharmacy@beheira.example"
    assert mail["Subject"] == "بشأن طلبكم رقم 2026-000417"
    assert mail["Message-ID"] == "<reply-7@beheira.example>"
    assert mail.get_content().strip() == "تمت الموافقة على طلبكم."


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")
@pytest.mark.parametrize(("password", "sent"), [(b"right", True), (b"wrong", False)])
def test_a_server_that_asks_for_a_password_gets_it(password: bytes, *, sent: bool) -> None:
    box = MailBox()
    with mail_server(box, password=password) as server:
        outcome = MailSender(server, timeout=5).send(MAIL, now=NOW)
    assert (outcome.sent, len(box.came), box.users) == (sent, int(sent), [b"pharmacy"])


def test_a_refused_message_blocks_no_other_and_a_dead_server_does() -> None:
    box = MailBox(answer="554 not here")
    with mail_server(box) as server:
        sender = MailSender(server, timeout=5)
        refused = sender.send(MAIL, now=NOW)
    gone = sender.send(MAIL, now=NOW)
    assert (refused.sent, refused.unreachable) == (False, False)
    assert "554" in refused.error
    assert (gone.sent, gone.unreachable) == (False, True)


def test_mail_never_goes_without_tls_where_tls_is_asked_for() -> None:
    box = MailBox()
    with mail_server(box) as plain:
        server = MailServer(
            host=plain.host, port=plain.port, security=STARTTLS, sender=plain.sender
        )
        outcome = MailSender(server, timeout=5).send(MAIL, now=NOW)
    assert not outcome.sent
    assert box.came == []


def test_a_subject_cannot_smuggle_in_a_recipient() -> None:
    box = MailBox()
    smuggling = Outgoing(
        message_id="x",
        kind=OutboxKind.EMAIL,
        recipient="mona@example.com\nBcc: all@example.com",
        subject="x",
        body="x",
    )
    with mail_server(box) as server:
        outcome = MailSender(server, timeout=5).send(smuggling, now=NOW)
    assert (outcome.sent, outcome.unreachable, box.came) == (False, False, [])


def test_a_gateway_gets_the_text_with_its_token() -> None:
    with receiving(200) as receiver:
        outcome = SmsGateway(receiver.url, "secret token").send(SMS, now=NOW)
    assert outcome == SENT
    headers, body = receiver.came[0]
    assert json.loads(body) == {"id": "reply-8", "to": "+201012345678", "text": "تمت"}
    assert headers["authorization"] == "Bearer secret token"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, SENT),
        (202, SENT),
        (301, Outcome("HTTP 301")),
        (400, Outcome("HTTP 400")),
        (410, Outcome("HTTP 410")),
        (429, Outcome("HTTP 429", unreachable=True)),
        (503, Outcome("HTTP 503", unreachable=True)),
    ],
)
def test_an_answer_is_judged_by_its_status(status: int, outcome: Outcome) -> None:
    with receiving(status) as receiver:
        assert WebhookSender(HttpPoster(timeout=5)).send(notice(receiver.url), now=NOW) == outcome
    assert len(receiver.came) == 1


def test_a_receiver_that_says_nothing_is_left_in_time() -> None:
    with receiving(0) as receiver:
        outcome = WebhookSender(HttpPoster(timeout=0.2)).send(notice(receiver.url), now=NOW)
    assert (outcome.sent, outcome.unreachable) == (False, True)


def test_a_receiver_that_answers_a_byte_at_a_time_is_left_too() -> None:
    stop = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            taken, _ = server.accept()
            with taken:
                taken.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while not stop.wait(0.05):
                    try:
                        taken.sendall(b"a")
                    except OSError:
                        return

        thread = Thread(target=drip)
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        outcome = WebhookSender(HttpPoster(timeout=0.3)).send(notice(address), now=NOW)
        stop.set()
        thread.join()
    assert (outcome.sent, outcome.unreachable) == (False, True)


@pytest.mark.parametrize(
    "number",
    ["10.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]", "0.0.0.0"],  # noqa: S104 - refused
)
def test_a_number_that_may_not_be_called_is_not(number: str) -> None:
    outcome = WebhookSender(HttpPoster(timeout=1)).send(notice(f"https://{number}/"), now=NOW)
    assert "may not be called" in outcome.error


def test_a_broken_answer_is_a_failure_like_any_other() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def babble() -> None:
            taken, _ = server.accept()
            with taken:
                taken.recv(65536)
                taken.sendall(b"\x00\x01 not HTTP\r\n\r\n")

        thread = Thread(target=babble)
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        outcome = WebhookSender(HttpPoster(timeout=2)).send(notice(address), now=NOW)
        thread.join()
    assert (outcome.sent, outcome.unreachable) == (False, True)

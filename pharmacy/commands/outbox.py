"""`pharmacy outbox`: what is due goes out. `serve` and `nightly` send through here too."""

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import click

from pharmacy.commands.door import moment, opened, say
from pharmacy.config import Settings
from pharmacy.db import Database
from pharmacy.errors import Busy
from pharmacy.rules.request_vocabulary import OutboxKind
from pharmacy.services import outbox as messages
from pharmacy.services.outbox import Claimed
from pharmacy.services.sending import Sender
from pharmacy.services.sending_file import FileSender
from pharmacy.services.sending_http import HttpPoster, SmsGateway, WebhookSender
from pharmacy.services.sending_mail import MailSender, MailServer
from pharmacy.services.settings import all_settings
from pharmacy.web.citizen_words import step_text

log = logging.getLogger("pharmacy")

FOLDER = "outbox"
Senders = Mapping[OutboxKind, Sender]


@dataclass(slots=True)
class Sent:
    """What one run of the outbox came to."""

    sent: int = 0
    failed: int = 0


@click.command()
def outbox() -> None:
    """Send what is due in the outbox: text messages, e-mail, notices to other systems.

    The exit code is 0 only when all that was due was sent.
    """
    with opened() as (settings, database):
        done = send_due(database, senders_of(settings))
        with database.reading() as session:
            left = messages.counts(session)
    waiting, given_up = left[messages.OutboxState.WAITING], left[messages.OutboxState.GIVEN_UP]
    say(f"{done.sent} sent, {done.failed} failed; {waiting} waiting, {given_up} given up.")
    if done.failed:
        raise SystemExit(1)


def senders_of(settings: Settings) -> Senders:
    """Return the sender of each kind of message, as the variables say."""
    outside, files = settings.outside, FileSender(settings.instance / FOLDER)
    mail = MailServer(
        host=outside.smtp_host,
        port=outside.smtp_port,
        security=outside.smtp_security,
        user=outside.smtp_user,
        password=outside.smtp_password,
        sender=outside.smtp_from,
    )
    return {
        OutboxKind.SMS: SmsGateway(outside.sms_url, outside.sms_token)
        if outside.sms_url
        else files,
        OutboxKind.EMAIL: MailSender(mail) if outside.smtp_host else files,
        OutboxKind.WEBHOOK: WebhookSender(HttpPoster(private=outside.webhook_private)),
    }


def send_due(database: Database, senders: Senders, *, stop: threading.Event | None = None) -> Sent:
    """Send what is due, one message after the other, until nothing is or `stop` is set.

    On a line where nobody answers, the rest is left for the next run.
    """
    done, quiet = Sent(), set[str]()
    while stop is None or not stop.is_set():
        with database.transaction() as session:
            claimed = messages.claim(session, apart_from=quiet, now=moment())
            words = all_settings(session) if claimed is not None else {}
        if claimed is None:
            break
        outgoing = replace(claimed.outgoing, body=_body(claimed, words))
        outcome = senders[outgoing.kind].send(outgoing, now=moment())
        with database.transaction() as session:
            messages.settle(session, claimed, outcome, body=outgoing.body, now=moment())
        if outcome.sent:
            done.sent += 1
        else:
            done.failed += 1
            log.warning("outbox: %s not sent: %s", outgoing.message_id, outcome.error)
        if outcome.unreachable:
            quiet.add(claimed.line)
    return done


def _body(claimed: Claimed, settings: Mapping[str, str]) -> str:
    if claimed.step is None:
        return claimed.outgoing.body
    return step_text(claimed.number, claimed.step, settings)


@contextmanager
def sending(settings: Settings, database: Database) -> Iterator[None]:
    """Send in the background, every so many seconds, while the block runs."""
    seconds, stop = settings.outside.seconds, threading.Event()
    if not seconds:
        yield
        return

    def keep_sending() -> None:
        senders = senders_of(settings)
        while not stop.wait(seconds):
            try:
                send_due(database, senders, stop=stop)
            except Busy:
                continue  # the counter goes first; the next look comes soon
            except Exception:
                # Whatever it was, the pharmacy goes on and the next look may go well.
                log.exception("outbox: the run was broken off")

    worker = threading.Thread(target=keep_sending, name="outbox", daemon=True)
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join(timeout=1)

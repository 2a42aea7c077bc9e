"""Webhooks as an administrator keeps them: names, addresses, secrets."""

import pytest
from sqlalchemy import select

from pharmacy.errors import MissingFact, NotPermitted, WebhookAddressRefused, WebhookNameTaken
from pharmacy.models import AuditEvent, Webhook
from pharmacy.rules.vocabulary import Channel, Role
from pharmacy.services import webhook as webhooks
from pharmacy.services.webhook import WebhookFacts
from tests.builders import NOW, Pharmacy, snapshot

FACTS = WebhookFacts("البوابة", "https://portal.example/notices", Channel.PORTAL)


def add(pharmacy: Pharmacy, facts: WebhookFacts = FACTS) -> tuple[int, str]:
    with pharmacy.database.transaction() as session:
        return webhooks.add_webhook(session, facts, actor=pharmacy[Role.ADMINISTRATOR], now=NOW)


def test_a_secret_stands_nowhere_and_another_one_signs_from_then_on(pharmacy: Pharmacy) -> None:
    webhook_id, secret = add(pharmacy)
    administrator = pharmacy[Role.ADMINISTRATOR]
    assert secret not in str(snapshot(pharmacy.database))
    with pharmacy.database.reading() as session:
        trial = webhooks.trial(session, webhook_id, actor=administrator, now=NOW)
    assert (trial.secret, trial.recipient) == (secret, FACTS.url)
    with pharmacy.database.transaction() as session:
        renewed = webhooks.renew_secret(session, webhook_id, actor=administrator, now=NOW)
    with pharmacy.database.reading() as session:
        trial = webhooks.trial(session, webhook_id, actor=administrator, now=NOW)
    assert trial.secret == renewed != secret
    with pharmacy.database.reading() as session:
        assert session.scalars(select(AuditEvent.action)).all() == ["add", "renew"]


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (FACTS, WebhookNameTaken),
        (WebhookFacts(" البوابة ", "https://other.example/"), WebhookNameTaken),
        (WebhookFacts(" ", "https://other.example/"), MissingFact),
        (WebhookFacts("أخرى", "http://other.example/"), WebhookAddressRefused),
    ],
)
def test_what_makes_no_webhook_is_refused(
    pharmacy: Pharmacy, facts: WebhookFacts, refusal: type[Exception]
) -> None:
    add(pharmacy)
    before = snapshot(pharmacy.database)
    with pytest.raises(refusal):
        add(pharmacy, facts)
    assert snapshot(pharmacy.database) == before


def test_a_webhook_keeps_its_own_name_when_it_is_changed(pharmacy: Pharmacy) -> None:
    webhook_id, _secret = add(pharmacy)
    with pharmacy.database.transaction() as session:
        administrator = pharmacy[Role.ADMINISTRATOR]
        facts = WebhookFacts(FACTS.name, "https://new.example/", active=False)
        webhooks.change_webhook(session, webhook_id, facts, actor=administrator, now=NOW)
    with pharmacy.database.reading() as session:
        row = session.get_one(Webhook, webhook_id)
        assert (row.name, row.url, row.channel, row.active) == (
            FACTS.name,
            "https://new.example/",
            None,
            False,
        )


def test_only_who_manages_settings_keeps_webhooks(pharmacy: Pharmacy) -> None:
    with pytest.raises(NotPermitted), pharmacy.database.transaction() as session:
        webhooks.add_webhook(session, FACTS, actor=pharmacy[Role.MANAGER], now=NOW)

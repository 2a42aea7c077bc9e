"""What the citizen was told: written down, sent where it goes, the first reply's day kept."""

import pytest

from pharmacy.errors import MissingFact, NotPermitted, ReplyUnreachable
from pharmacy.models import CitizenReply, CitizenRequest, OutboxMessage
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.request_vocabulary import OutboxKind, ReplyMeans
from pharmacy.rules.vocabulary import Role
from pharmacy.services.reply import NewReply, tell
from tests.builders import (
    NOW,
    Pharmacy,
    add_beneficiary,
    add_request,
    after,
    rows,
    snapshot,
    unique,
)

PHONE = "+201012345678"


def reply(means: ReplyMeans, text: str = "تم", submission_id: str = "") -> NewReply:
    submission_id = submission_id or unique("reply")
    return NewReply(submission_id=submission_id, means=means, text=text, subject="بشأن طلبكم")


def told(
    pharmacy: Pharmacy, request_id: int, new: NewReply, *, role: Role = Role.CLERK, days: int = 0
) -> int:
    with pharmacy.database.transaction() as session:
        return tell(session, request_id, new, actor=pharmacy[role], now=after(days))


def test_a_reply_by_text_message_goes_through_the_outbox_in_the_same_transaction(
    pharmacy: Pharmacy,
) -> None:
    request_id = add_request(pharmacy, None, citizen_name="منى", citizen_phone=PHONE)
    reply_id = told(pharmacy, request_id, reply(ReplyMeans.SMS, " تمت الموافقة "))
    assert rows(pharmacy.database, CitizenReply.means, CitizenReply.text, CitizenReply.at) == [
        (ReplyMeans.SMS, "تمت الموافقة", NOW)
    ]
    assert rows(
        pharmacy.database,
        OutboxMessage.kind,
        OutboxMessage.key,
        OutboxMessage.recipient,
        OutboxMessage.subject,
        OutboxMessage.body,
    ) == [(OutboxKind.SMS, f"reply-{reply_id}", PHONE, "", "تمت الموافقة")]


def test_a_reply_by_e_mail_has_a_subject_and_the_phone_of_the_file_serves(
    pharmacy: Pharmacy,
) -> None:
    person = add_beneficiary(pharmacy, phone="01112345678")
    request_id = add_request(pharmacy, person, citizen_email="mona@example.com")
    told(pharmacy, request_id, reply(ReplyMeans.EMAIL))
    told(pharmacy, request_id, reply(ReplyMeans.SMS))
    assert rows(pharmacy.database, OutboxMessage.recipient, OutboxMessage.subject) == [
        ("mona@example.com", "بشأن طلبكم"),
        ("+201112345678", ""),
    ]


def test_the_first_reply_keeps_its_day(pharmacy: Pharmacy) -> None:
    request_id = add_request(pharmacy, None, citizen_name="منى")
    told(pharmacy, request_id, reply(ReplyMeans.PHONE))
    told(pharmacy, request_id, reply(ReplyMeans.IN_PERSON), days=3)
    assert rows(pharmacy.database, CitizenRequest.first_reply_on) == [(cairo_day(NOW),)]
    assert rows(pharmacy.database, OutboxMessage.id) == []


def test_a_reply_sent_twice_is_one(pharmacy: Pharmacy) -> None:
    request_id = add_request(pharmacy, None, citizen_name="منى", citizen_phone=PHONE)
    new = reply(ReplyMeans.SMS)
    assert told(pharmacy, request_id, new) == told(pharmacy, request_id, new)
    assert len(rows(pharmacy.database, OutboxMessage.id)) == 1


@pytest.mark.parametrize(
    ("new", "role", "refusal"),
    [
        (reply(ReplyMeans.SMS), Role.CLERK, ReplyUnreachable),
        (reply(ReplyMeans.EMAIL), Role.CLERK, ReplyUnreachable),
        (reply(ReplyMeans.PHONE, " "), Role.CLERK, MissingFact),
        (reply(ReplyMeans.PHONE), Role.AUDITOR, NotPermitted),
    ],
)
def test_what_cannot_be_told_is_refused_and_nothing_moves(
    pharmacy: Pharmacy, new: NewReply, role: Role, refusal: type[Exception]
) -> None:
    request_id = add_request(pharmacy, None, citizen_name="منى")
    before = snapshot(pharmacy.database)
    with pytest.raises(refusal):
        told(pharmacy, request_id, new, role=role)
    assert snapshot(pharmacy.database) == before

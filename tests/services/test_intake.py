"""What comes in: meetings with their complaints, messages, the fields of a channel."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pharmacy.errors import (
    FutureDate,
    InvalidField,
    InvalidNationalId,
    MessageHandled,
    MissingFact,
    NotFound,
    OutsideReferenceTaken,
    PharmacyError,
)
from pharmacy.models import CitizenRequest, IncomingMessage, PublicMeeting
from pharmacy.rules.actor import Actor
from pharmacy.rules.request_vocabulary import KeptReason, MessageState
from pharmacy.rules.vocabulary import Channel, RequestCategory, Role, Urgency
from pharmacy.services.meeting import (
    Complaint,
    complaints_of,
    get_meeting,
    hold_meeting,
    meetings,
    take_complaint,
)
from pharmacy.services.message import (
    NewMessage,
    get_message,
    keep,
    make_complaint,
    messages,
    record_message,
)
from pharmacy.services.request import NewRequest, record_request
from tests.builders import NOW, TODAY, Pharmacy, add_actor, add_centre, new_request, rows, snapshot

WISH = {"citizen_name": "أم محمود", "asked_for": "علاج سكر"}
MESSAGE = NewMessage(
    submission_id="m1", received_on=TODAY, text="ابني مريض", outside_reference="SM-1"
)


def meeting(pharmacy: Pharmacy, **facts: Any) -> int:
    said = {"held_on": TODAY, "place": "مركز دمنهور", "chair": "السيد المحافظ", **facts}
    with pharmacy.database.transaction() as session:
        return hold_meeting(session, **said, actor=pharmacy[Role.CLERK], now=NOW)


def complain(pharmacy: Pharmacy, meeting_id: int, complaint: Complaint) -> int:
    with pharmacy.database.transaction() as session:
        return take_complaint(session, meeting_id, complaint, actor=pharmacy[Role.CLERK], now=NOW)


def message(pharmacy: Pharmacy, new: NewMessage = MESSAGE) -> int:
    with pharmacy.database.transaction() as session:
        return record_message(session, new, actor=pharmacy[Role.CLERK], now=NOW)


def become(pharmacy: Pharmacy, message_id: int, submission_id: str = "c1", **facts: Any) -> int:
    said = {"category": RequestCategory.MEDICINE, "urgency": Urgency.NORMAL, **WISH, **facts}
    with pharmacy.database.transaction() as session:
        return make_complaint(
            session,
            message_id,
            submission_id=submission_id,
            **said,
            actor=pharmacy[Role.CLERK],
            now=NOW,
        )


def put_aside(pharmacy: Pharmacy, message_id: int, reason: KeptReason) -> None:
    with pharmacy.database.transaction() as session:
        keep(session, message_id, reason, actor=pharmacy[Role.CLERK], now=NOW)


def test_a_meeting_of_one_day_and_place_is_written_down_once(pharmacy: Pharmacy) -> None:
    first = meeting(pharmacy)
    before = snapshot(pharmacy.database)
    assert meeting(pharmacy, chair="نائب المحافظ") == first
    assert snapshot(pharmacy.database) == before
    assert meeting(pharmacy, place="مركز رشيد") != first
    assert len(rows(pharmacy.database, PublicMeeting.id)) == 2


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"place": " "}, MissingFact),
        ({"chair": ""}, MissingFact),
        ({"held_on": TODAY + timedelta(days=1)}, FutureDate),
    ],
)
def test_a_meeting_that_cannot_be(
    pharmacy: Pharmacy, facts: dict[str, Any], refusal: type[PharmacyError]
) -> None:
    before = snapshot(pharmacy.database)
    with pytest.raises(refusal):
        meeting(pharmacy, **facts)
    assert snapshot(pharmacy.database) == before


def test_complaints_of_a_meeting_are_requests_of_its_day(pharmacy: Pharmacy) -> None:
    day = TODAY - timedelta(days=3)
    held = meeting(pharmacy, held_on=day)
    complaint = Complaint(submission_id="a", citizen_name="حسن", asked_for="كرسي متحرك")
    first = complain(pharmacy, held, complaint)
    assert complain(pharmacy, held, complaint) == first  # sent twice
    second = complain(pharmacy, held, replace(complaint, submission_id="b", citizen_name="منى"))
    facts = (CitizenRequest.channel, CitizenRequest.meeting_id, CitizenRequest.received_on)
    assert rows(pharmacy.database, *facts) == [(Channel.PUBLIC_MEETING, held, day)] * 2
    with pharmacy.database.reading() as session:
        assert [one.id for one in complaints_of(session, held)] == [second, first]
        listed = session.execute(meetings(actor=pharmacy[Role.CLERK])).one()
    assert (listed.id, listed.complaints) == (held, 2)


def test_a_complaint_needs_its_meeting(pharmacy: Pharmacy) -> None:
    before = snapshot(pharmacy.database)
    with pytest.raises(NotFound):
        complain(pharmacy, 404, Complaint(submission_id="a", citizen_name="x", asked_for="y"))
    assert snapshot(pharmacy.database) == before


def test_a_message_becomes_one_complaint_of_its_channel(pharmacy: Pharmacy) -> None:
    note = message(pharmacy)
    assert message(pharmacy) == note  # sent twice
    request = become(pharmacy, note)
    assert become(pharmacy, note, "another form") == request
    facts = (
        CitizenRequest.channel,
        CitizenRequest.outside_reference,
        CitizenRequest.channel_facts,
    )
    assert rows(pharmacy.database, *facts) == [
        (Channel.SAWTAK_MASMOU, "SM-1", {"message_reference": "SM-1"})
    ]
    state = (IncomingMessage.state, IncomingMessage.request_id)
    assert rows(pharmacy.database, *state) == [(MessageState.COMPLAINT, request)]
    with pytest.raises(MessageHandled):
        put_aside(pharmacy, note, KeptReason.THANKS)


def test_a_kept_message_has_its_reason_and_becomes_no_complaint(pharmacy: Pharmacy) -> None:
    note = message(pharmacy)
    put_aside(pharmacy, note, KeptReason.MISSING_DATA)
    before = snapshot(pharmacy.database)
    put_aside(pharmacy, note, KeptReason.MISSING_DATA)  # sent twice
    with pytest.raises(MessageHandled):
        become(pharmacy, note)
    with pytest.raises(MessageHandled):
        put_aside(pharmacy, note, KeptReason.THANKS)
    assert snapshot(pharmacy.database) == before
    kept = (IncomingMessage.state, IncomingMessage.reason)
    assert rows(pharmacy.database, *kept) == [(MessageState.KEPT, "missing_data")]


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"text": " "}, MissingFact),
        ({"received_on": TODAY + timedelta(days=1)}, FutureDate),
        ({"outside_reference": "SM-1"}, OutsideReferenceTaken),
    ],
)
def test_a_message_that_cannot_be(
    pharmacy: Pharmacy, facts: dict[str, Any], refusal: type[PharmacyError]
) -> None:
    message(pharmacy)
    before = snapshot(pharmacy.database)
    other = replace(MESSAGE, submission_id="m2", outside_reference="SM-2")
    with pytest.raises(refusal):
        message(pharmacy, replace(other, **facts))
    assert snapshot(pharmacy.database) == before


def test_a_clerk_of_a_centre_has_no_part_in_meetings_and_messages(pharmacy: Pharmacy) -> None:
    held, note = meeting(pharmacy), message(pharmacy)
    centre = add_centre(pharmacy.database)
    clerk = add_actor(pharmacy.database, Role.CLERK, centre_id=centre)
    with pharmacy.database.reading() as session:
        assert session.execute(meetings(actor=clerk)).all() == []
        assert session.execute(messages(state=None, actor=clerk)).all() == []
        for look, number in ((get_meeting, held), (get_message, note)):
            with pytest.raises(NotFound):
                look(session, number, actor=clerk)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"citizen_identity": "123"}, InvalidNationalId),
        ({"citizen_email": "nobody"}, InvalidField),
        ({"channel_facts": {"handle": "x"}}, InvalidField),
    ],
)
def test_what_a_citizen_and_a_channel_say_is_read_before_it_is_kept(
    pharmacy: Pharmacy, facts: dict[str, Any], refusal: type[PharmacyError]
) -> None:
    before = snapshot(pharmacy.database)
    with pytest.raises(refusal):
        record(pharmacy, new_request(None, citizen_name="منى", **facts), pharmacy[Role.CLERK])
    assert snapshot(pharmacy.database) == before


def record(pharmacy: Pharmacy, new: NewRequest, actor: Actor) -> int:
    with pharmacy.database.transaction() as session:
        return record_request(session, new, actor=actor, now=NOW)


def test_the_national_id_of_somebody_not_on_file_is_kept_plain(pharmacy: Pharmacy) -> None:
    typed = "٢٦٨٠٣٠١١٨٩٨٠٤٧"
    new = new_request(None, citizen_name="منى", citizen_identity=typed, citizen_email="m@X.eg")
    record(pharmacy, new, pharmacy[Role.CLERK])
    kept = (CitizenRequest.citizen_identity, CitizenRequest.citizen_email)
    assert rows(pharmacy.database, *kept) == [("26803011898047", "m@x.eg")]

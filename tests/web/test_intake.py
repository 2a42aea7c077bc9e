"""Pages of what comes in: a channel's own fields, meetings by the keyboard, messages, the chain."""

from typing import Any

import pytest
from sqlalchemy import select

from pharmacy.models import CitizenRequest, IncomingMessage, PublicMeeting
from pharmacy.rules.request_vocabulary import MessageState
from pharmacy.rules.vocabulary import Channel, Role
from tests.web.inspection import Page, text_of
from tests.web.office import Office, office

__all__ = ["office"]

MEETING = {"place": "ديوان مركز رشيد", "chair": "السيد المحافظ"}
MESSAGE = {"text": "أمي تحتاج علاج ضغط", "sender_name": "هند", "outside_reference": "SM-41"}
SHUT = {Role.STORE_KEEPER, Role.FINANCE, Role.ADMINISTRATOR}
WRITERS = {Role.CLERK, Role.PHARMACIST}


def only(office: Office, model: Any) -> Any:
    with office.database.reading() as session:
        row = session.execute(select(model)).scalar_one()
        session.expunge_all()
        return row


def hold(office: Office) -> str:
    answer = office.visitor(Role.CLERK).send("/meetings/new", MEETING)
    assert answer.status_code == 303
    return answer.location


@pytest.mark.parametrize("role", list(Role))
def test_who_reads_requests_reads_meetings_and_messages_and_who_records_writes(
    office: Office, role: Role
) -> None:
    visitor = office.visitor(role)
    read = 403 if role in SHUT else 200
    write = 200 if role in WRITERS else 403
    assert [visitor.get(path).status_code for path in ("/meetings", "/messages")] == [read] * 2
    assert [visitor.get(path).status_code for path in ("/meetings/new", "/messages/new")] == [
        write
    ] * 2


@pytest.mark.parametrize(
    ("channel", "typed", "kept", "said"),
    [
        ("hotline", {"fact_called_at": "٩:٠٥"}, {"called_at": "09:05"}, "09:05"),
        (
            "social_media",
            {"fact_platform": "facebook", "fact_link": "https://example.org/p/1"},
            {"platform": "facebook", "link": "https://example.org/p/1"},
            "فيسبوك",
        ),
        ("portal", {"fact_complainant": "investor"}, {"complainant": "investor"}, "مستثمر"),
    ],
)
def test_each_channel_asks_its_own_fields_and_the_request_shows_them(
    office: Office, channel: str, typed: dict[str, str], kept: dict[str, str], said: str
) -> None:
    clerk = office.visitor(Role.CLERK)
    wish = {"citizen_name": "سناء", "asked_for": "كرسي", "citizen_identity": "26803011898047"}
    answer = clerk.send(f"/requests/new?channel={channel}", {**wish, **typed})
    assert answer.status_code == 303
    row = only(office, CitizenRequest)
    assert (row.channel, row.channel_facts) == (Channel(channel), kept)
    shown = clerk.page(answer.location)
    words = text_of(shown.root)
    assert "26803011898047" not in words
    assert said in words


def test_a_field_that_cannot_be_read_is_named_where_it_stands(office: Office) -> None:
    clerk = office.visitor(Role.CLERK)
    wish = {"citizen_name": "سناء", "asked_for": "كرسي", "fact_link": "javascript:alert(1)"}
    answer = clerk.send("/requests/new?channel=social_media", wish)
    assert answer.status_code == 422
    links = [one.get("href") for one in Page(answer.text).all("a")]
    assert "#fact_link" in links
    with office.database.reading() as session:
        assert session.scalar(select(CitizenRequest.id)) is None


def test_complaints_of_a_meeting_are_typed_one_after_the_other(office: Office) -> None:
    at = hold(office)
    clerk = office.visitor(Role.CLERK)
    for name in ("حسن", "منى"):
        answer = clerk.send(at, {"citizen_name": name, "asked_for": "علاج قلب"})
        assert (answer.status_code, answer.location) == (303, at)
    page = clerk.page(at)
    names = [text_of(row) for row in page.all("tr")][1:]
    assert ["منى" in names[0], "حسن" in names[1]] == [True, True]
    focused = [one.get("id") for one in page.all("input") if "autofocus" in one.attrib]
    assert focused == ["citizen_name"]
    assert "2" in text_of(clerk.page("/meetings").all("tr")[1])
    with office.database.reading() as session:
        meeting = only(office, PublicMeeting)
        of_meeting = select(CitizenRequest.meeting_id)
        assert set(session.scalars(of_meeting)) == {meeting.id}


def test_the_same_meeting_again_opens_the_first(office: Office) -> None:
    assert hold(office) == hold(office)


def test_a_complaint_without_a_wish_keeps_what_was_typed(office: Office) -> None:
    at = hold(office)
    answer = office.visitor(Role.CLERK).send(at, {"citizen_name": "حسن", "asked_for": ""})
    assert answer.status_code == 422
    assert 'value="حسن"' in answer.text


def test_a_message_becomes_a_complaint(office: Office) -> None:
    clerk = office.visitor(Role.CLERK)
    at = clerk.send("/messages/new", MESSAGE).location
    complaint = clerk.send(at, {"citizen_name": "هند"}, action=f"{at}/complaint")
    assert complaint.status_code == 303
    assert only(office, CitizenRequest).asked_for == MESSAGE["text"]
    assert only(office, IncomingMessage).state is MessageState.COMPLAINT
    assert only(office, CitizenRequest).number in text_of(clerk.page(at).root)


def test_a_message_is_kept_with_a_reason(office: Office) -> None:
    clerk = office.visitor(Role.CLERK)
    at = clerk.send("/messages/new", MESSAGE).location
    bare = clerk.send(at, {}, action=f"{at}/keep")
    assert bare.status_code == 422
    answer = clerk.send(at, {"keep-reason": "thanks"}, action=f"{at}/keep")
    assert answer.status_code == 303
    assert only(office, IncomingMessage).state is MessageState.KEPT
    assert "شكر دون طلب" in text_of(clerk.page(at).root)
    listed = clerk.page("/messages?state=kept")
    assert "SM-41" in text_of(listed.root)
    assert "SM-41" not in text_of(clerk.page("/messages?state=new").root)


def test_a_request_shows_its_chain_down_to_the_suppliers_invoice(office: Office) -> None:
    request_id = office.request(beneficiary_id=office.person())
    office.hand_out(request_id, office.drug())
    shown = text_of(office.visitor(Role.AUDITOR).page(f"/r/{request_id}").root)
    for part in ("مصدر الدواء", "P1-D-", "P1-GR-"):
        assert part in shown

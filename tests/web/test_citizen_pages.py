"""Pages around the citizen: the reply, the public page, feedback, the outbox, webhooks."""

import re
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import select, update

from pharmacy.models import (
    CitizenFeedback,
    CitizenReply,
    CitizenRequest,
    OutboxMessage,
    RequestEvent,
    TrackingAttempt,
    Webhook,
)
from pharmacy.rules.request_vocabulary import RejectionReason, ReplyMeans, RequestState
from pharmacy.rules.tracking import PER_NUMBER
from pharmacy.rules.vocabulary import RequestCategory, Role
from pharmacy.services.request_decision import reject
from pharmacy.services.settings import change_setting
from pharmacy.web.language import COOKIE
from pharmacy.web.papers.request_slip import request_slip
from tests.services.receiving import receiving
from tests.web.inspecting import InspectingClient, values_of
from tests.web.inspection import Page, text_of
from tests.web.office import FATMA_PHONE, NOW, Office, form_of, office

__all__ = ["office"]

PHONE = "+201012345678"
MEDICAL = re.compile(
    "دواء|أدوية|صيدل|علاج|مرض|طبي|أنسولين|medicine|pharmac|medical|drug", re.IGNORECASE
)


@pytest.fixture
def citizen(app: Flask) -> InspectingClient:
    """A citizen's telephone: nobody is signed in."""
    return cast("InspectingClient", app.test_client())


def number_of(office: Office, request_id: int) -> str:
    with office.database.reading() as session:
        return session.get_one(CitizenRequest, request_id).number


def refuse(office: Office, request_id: int) -> None:
    committee = office.actor(Role.COMMITTEE)
    with office.database.transaction() as session:
        reject(session, request_id, RejectionReason.NO_FUNDS, actor=committee, now=NOW)


def track(citizen: InspectingClient, number: str, digits: str = "5678") -> Page:
    answer = citizen.send("/track", {"number": number, "digits": digits})
    assert answer.status_code == 200, answer.status
    return Page(answer.text)


def main_text(page: Page) -> str:
    return text_of(page.all("main")[0])


# --- the reply


def test_a_reply_is_made_ready_sent_and_shown_in_the_history(office: Office) -> None:
    request_id = office.request(citizen_phone=PHONE)
    clerk = office.visitor(Role.CLERK)
    at = f"/r/{request_id}/reply"
    assert at in {link.get("href") for link in clerk.page(f"/r/{request_id}").all("a")}
    shown = values_of(form_of(clerk.page(at)))
    assert shown["means"] == ["sms"]
    assert f"تم تسجيل طلبكم رقم \u200e{number_of(office, request_id)}" in shown["text"][0]
    answer = clerk.send(at, {"text": "تم التسجيل وسنبلغكم"})
    assert (answer.status_code, answer.location) == (303, f"/r/{request_id}")
    page = clerk.page(f"/r/{request_id}")
    assert "أُبلغ المواطن: رسالة نصية" in text_of(page.all("main")[0])
    assert "تم التسجيل وسنبلغكم" in text_of(page.all("main")[0])
    with office.database.reading() as session:
        assert session.scalars(select(OutboxMessage.recipient)).all() == [PHONE]


def test_each_state_has_its_reply_made_ready(office: Office) -> None:
    request_id = office.request()
    clerk = office.visitor(Role.CLERK)
    texts = set()
    for state in RequestState:
        with office.database.transaction() as session:
            session.execute(update(CitizenRequest).values(state=state))
        shown = values_of(form_of(clerk.page(f"/r/{request_id}/reply")))
        assert shown["means"] == ["in_person"]
        assert not MEDICAL.search(str(shown["text"]))
        texts.add(str(shown["text"]))
    assert len(texts) == 7


def test_an_answer_that_closes_a_request_is_a_reply_the_citizen_reads(
    office: Office, citizen: InspectingClient
) -> None:
    facts = {"category": RequestCategory.UTILITIES, "citizen_phone": PHONE}
    request_id = office.request(**facts)
    clerk = office.visitor(Role.CLERK)
    at = f"/r/{request_id}/answer"
    assert clerk.send(at, {"note": "تم إصلاح الماسورة", "means": "phone"}).status_code == 303
    with office.database.reading() as session:
        row = session.scalars(select(CitizenReply)).one()
        assert (row.means, row.text) == (ReplyMeans.PHONE, "تم إصلاح الماسورة")
    assert "تم إصلاح الماسورة" in main_text(track(citizen, number_of(office, request_id)))


def test_an_answer_that_cannot_go_out_closes_nothing(office: Office) -> None:
    request_id = office.request(category=RequestCategory.UTILITIES)
    answer = office.visitor(Role.CLERK).send(
        f"/r/{request_id}/answer", {"note": "تم", "means": "sms"}
    )
    assert answer.status_code == 422
    with office.database.reading() as session:
        assert session.get_one(CitizenRequest, request_id).state is RequestState.RECEIVED
        assert session.scalars(select(CitizenReply.id)).all() == []


def test_a_reply_that_cannot_go_out_says_so_beside_the_field(office: Office) -> None:
    request_id = office.request()
    answer = office.visitor(Role.CLERK).send(f"/r/{request_id}/reply", {"means": "sms"})
    assert answer.status_code == 422
    assert "لم يترك المواطن رقمًا أو عنوانًا" in answer.text
    with office.database.reading() as session:
        assert session.scalars(select(CitizenReply.id)).all() == []


def test_who_may_tell_and_who_sees_what_is_not_solved(office: Office) -> None:
    request_id = office.request()
    for role in Role:
        visitor = office.visitor(role)
        tells = role in {Role.CLERK, Role.COMMITTEE, Role.PHARMACIST}
        assert visitor.get(f"/r/{request_id}/reply").status_code == (200 if tells else 403), role
        sees = tells or role in {Role.MANAGER, Role.AUDITOR}
        assert visitor.get("/requests/not-solved").status_code == (200 if sees else 403), role
        keeps = role is Role.ADMINISTRATOR
        for path in ("/admin/outbox", "/admin/webhooks", "/admin/webhooks/new"):
            assert visitor.get(path).status_code == (200 if keeps else 403), role


# --- the public page


def test_a_citizen_follows_a_request_without_signing_in(
    office: Office, citizen: InspectingClient
) -> None:
    person = office.person()
    request_id = office.request(beneficiary_id=person)
    number = number_of(office, request_id)
    clerk = office.visitor(Role.CLERK)
    clerk.send(f"/r/{request_id}/reply", {"means": "phone", "text": "أحضروا صورة البطاقة"})
    for typed in (
        number,
        str(int(number[5:])),
        number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    ):
        text = main_text(track(citizen, typed, FATMA_PHONE[-4:]))
        assert "تم استلامه" in text
        assert "أحضروا صورة البطاقة" in text
        assert number in text


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_page_says_nothing_of_medicine_or_of_a_person(
    office: Office, citizen: InspectingClient, language: str
) -> None:
    request_id = office.request(beneficiary_id=office.person(), on_behalf_of="ابنها سعيد")
    number = number_of(office, request_id)
    citizen.set_cookie(COOKIE, language)
    for state in RequestState:
        with office.database.transaction() as session:
            session.execute(update(CitizenRequest).values(state=state))
        answer = citizen.send("/track", {"number": number, "digits": FATMA_PHONE[-4:]})
        shown = re.sub(r'(href|src|action)="[^"]*"', "", answer.text)
        assert MEDICAL.search(shown) is None, MEDICAL.search(shown)
        assert not re.search("فاطمة|سعيد|منى|Mona|01012345678", answer.text)
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert 'name="robots" content="noindex, nofollow"' in answer.text


def test_a_wrong_pair_is_answered_alike(office: Office, citizen: InspectingClient) -> None:
    number = number_of(office, office.request(citizen_phone=PHONE))
    texts = set()
    for typed, digits in ((number, "0000"), ("2026-999999", "5678"), ("كلام", "5678")):
        answer = citizen.send("/track", {"number": typed, "digits": digits})
        assert answer.status_code == 422
        texts.add(text_of(Page(answer.text).all("main")[0]).replace(typed, ""))
    assert len(texts) == 1
    assert "لا يوجد طلب بهذا الرقم مع هذا الهاتف" in texts.pop()


def test_too_many_tries_close_the_page_in_words(office: Office, citizen: InspectingClient) -> None:
    number = number_of(office, office.request(citizen_phone=PHONE))
    for _ in range(PER_NUMBER[0].failures):
        assert citizen.send("/track", {"number": number, "digits": "0000"}).status_code == 422
    answer = citizen.send("/track", {"number": number, "digits": "5678"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert "محاولات كثيرة" in answer.text


def test_an_address_on_a_slip_brings_the_number(citizen: InspectingClient) -> None:
    shown = values_of(form_of(citizen.page("/track?number=2026-000417")))
    assert shown["number"] == ["2026-000417"]
    assert len(str(values_of(form_of(citizen.page("/track?number=" + "9" * 500)))["number"])) < 30


def test_a_slip_names_the_page_once_it_has_an_address(office: Office) -> None:
    request_id = office.request(citizen_phone=PHONE)

    def tracking() -> str:
        with office.database.reading() as session:
            return request_slip(session, request_id, language="ar").tracking

    assert "/track" not in tracking()
    administrator = office.visitor(Role.ADMINISTRATOR)
    administrator.send("/admin/settings", {"public_address": "https://requests.example/"})
    assert "https://requests.example/track" in tracking()
    assert administrator.get(f"/r/{request_id}/slip").status_code == 403
    assert office.visitor(Role.CLERK).get(f"/r/{request_id}/slip").mimetype == "application/pdf"


def test_another_site_cannot_guess_through_a_visitor(
    office: Office, citizen: InspectingClient
) -> None:
    number = number_of(office, office.request(citizen_phone=PHONE))
    answer = citizen.post("/track", data={"number": number, "digits": "5678"})
    assert answer.status_code == 400
    with office.database.reading() as session:
        assert session.scalars(select(TrackingAttempt.id)).all() == []


# --- really solved?


def test_a_no_reopens_and_is_said_once(office: Office, citizen: InspectingClient) -> None:
    request_id = office.request(citizen_phone=PHONE)
    refuse(office, request_id)
    number = number_of(office, request_id)
    form = form_of(track(citizen, number))
    sent = {**values_of(form), "solved": "no", "text": "لم أستلم شيئًا"}
    first = citizen.post("/track/feedback", data=sent)
    assert first.status_code == 200
    assert "أُعيد فتح طلبكم" in first.text
    second = citizen.post("/track/feedback", data=sent)
    assert second.status_code == 409
    assert "سبق أن أبديتم رأيكم" in second.text
    with office.database.reading() as session:
        assert session.scalars(select(CitizenFeedback.solved)).all() == [False]
        assert session.get_one(CitizenRequest, request_id).state is RequestState.CHECKED
    manager = office.visitor(Role.MANAGER)
    listed = main_text(manager.page("/requests/not-solved"))
    assert number in listed
    assert "لم أستلم شيئًا" in listed
    history = main_text(manager.page(f"/r/{request_id}"))
    assert "المواطن يقول: لم يُحل الطلب" in history
    assert "أفاد المواطن بعدم الحل" in history
    assert "المواطن (صفحة المتابعة)" in history


def test_a_yes_is_thanked_for_and_not_asked_again(
    office: Office, citizen: InspectingClient
) -> None:
    request_id = office.request(citizen_phone=PHONE)
    refuse(office, request_id)
    number = number_of(office, request_id)
    sent = {**values_of(form_of(track(citizen, number))), "solved": "yes"}
    assert "سُجل رأيكم" in citizen.post("/track/feedback", data=sent).text
    page = track(citizen, number)
    assert "أبلغتمونا برأيكم" in main_text(page)
    assert all(form.get("action") != "/track/feedback" for form in page.all("form"))
    assert "لا أحد يقول ذلك" in main_text(office.visitor(Role.CLERK).page("/requests/not-solved"))


def test_what_is_still_open_is_not_rated(office: Office, citizen: InspectingClient) -> None:
    request_id = office.request(citizen_phone=PHONE)
    page = track(citizen, number_of(office, request_id))
    assert all(form.get("action") != "/track/feedback" for form in page.all("form"))


def test_an_answer_is_needed_and_a_forged_paper_is_none(
    office: Office, citizen: InspectingClient
) -> None:
    request_id = office.request(citizen_phone=PHONE)
    refuse(office, request_id)
    sent = values_of(form_of(track(citizen, number_of(office, request_id))))
    sent.pop("solved", None)
    assert citizen.post("/track/feedback", data=sent).status_code == 422
    for forged in ("", "x", str(sent["token"])[:-3] + "abc"):
        answer = citizen.post("/track/feedback", data={**sent, "solved": "no", "token": forged})
        assert (answer.status_code, answer.location) == (303, "/track")
    assert "مضى وقت طويل" in citizen.get("/track").text
    with office.database.reading() as session:
        assert session.scalars(select(CitizenFeedback.id)).all() == []


# --- the outbox and webhooks


def test_a_webhook_is_added_with_its_secret_shown_once_and_tried(office: Office) -> None:
    administrator = office.visitor(Role.ADMINISTRATOR)
    assert "لا يُخطر أي نظام آخر" in administrator.get("/admin/webhooks").text
    with receiving(204, 500) as receiver:
        fields = {"title": "البوابة", "url": receiver.url, "channel": "hotline"}
        answer = administrator.send("/admin/webhooks/new", fields)
        assert answer.status_code == 200
        found = re.search(r"whsec_[A-Za-z0-9+/=]{44}", answer.text)
        assert found is not None
        for path in ("/admin/webhooks", "/admin/webhooks/1", "/admin/outbox", "/admin/settings"):
            assert found[0] not in administrator.get(path).text
        tried = "/admin/webhooks/1/test"
        administrator.send("/admin/webhooks/1", {}, action=tried)
        assert "استلم النظام الآخر الإخطار" in administrator.get("/admin/webhooks/1").text
        administrator.send("/admin/webhooks/1", {}, action=tried)
        assert "HTTP 500" in administrator.get("/admin/webhooks/1").text
    assert [headers["webhook-id"].split("-")[0] for headers, _ in receiver.came] == ["test"] * 2
    renewed = administrator.send("/admin/webhooks/1", {}, action="/admin/webhooks/1/secret")
    assert "whsec_" in renewed.text
    assert found[0] not in renewed.text


def test_a_webhook_is_changed_and_switched_off(office: Office) -> None:
    administrator = office.visitor(Role.ADMINISTRATOR)
    fields = {"title": "البوابة", "url": "https://portal.example/"}
    administrator.send("/admin/webhooks/new", fields)
    at = "/admin/webhooks/1"
    shown = {"title": "أخرى", "url": "https://other.example/", "active": []}
    answer = administrator.send(at, shown, action=at)
    assert (answer.status_code, answer.location) == (303, "/admin/webhooks")
    with office.database.reading() as session:
        row = session.scalars(select(Webhook)).one()
        assert (row.name, row.url, row.channel, row.active) == (
            "أخرى",
            "https://other.example/",
            None,
            False,
        )
    refused = administrator.send(at, {"url": "http://portal.example/"}, action=at)
    assert refused.status_code == 422
    assert "عبر https فقط" in refused.text


def test_the_outbox_shows_what_waits_and_what_was_given_up(office: Office) -> None:
    administrator_actor = office.actor(Role.ADMINISTRATOR)
    with office.database.transaction() as session:
        change_setting(session, "tell_citizens", "sms", actor=administrator_actor, now=NOW)
    request_id = office.request(citizen_phone=PHONE)
    administrator = office.visitor(Role.ADMINISTRATOR)
    page = administrator.page("/admin/outbox")
    assert number_of(office, request_id) in main_text(page)
    # The administrator has no view of persons: neither the phone nor the text.
    assert "5678" not in main_text(page)
    with office.database.transaction() as session:
        session.execute(update(OutboxMessage).values(given_up_at=NOW, last_error="HTTP 410"))
    assert "HTTP 410" in main_text(administrator.page("/admin/outbox?state=given_up"))
    answer = administrator.send("/admin/outbox?state=given_up", {}, action="/admin/outbox/1/again")
    assert (answer.status_code, answer.location) == (303, "/admin/outbox")
    assert number_of(office, request_id) in main_text(administrator.page("/admin/outbox"))
    with office.database.transaction() as session:
        session.execute(update(OutboxMessage).values(sent_at=NOW))
    assert number_of(office, request_id) in main_text(
        administrator.page("/admin/outbox?state=sent")
    )
    assert administrator.get("/admin/outbox?state=nonsense").status_code == 200


def test_citizens_hear_of_steps_only_when_the_setting_says_so(office: Office) -> None:
    office.request(citizen_phone=PHONE)
    with office.database.reading() as session:
        assert session.scalars(select(OutboxMessage.id)).all() == []
        assert len(session.scalars(select(RequestEvent.id)).all()) == 1
    administrator = office.visitor(Role.ADMINISTRATOR)
    assert administrator.send("/admin/settings", {"tell_citizens": "sms"}).status_code == 303
    office.request(citizen_phone=PHONE)
    with office.database.reading() as session:
        assert len(session.scalars(select(OutboxMessage.id)).all()) == 1


def test_every_way_of_telling_may_be_written_down(office: Office) -> None:
    request_id = office.request(citizen_phone=PHONE, citizen_email="mona@example.com")
    clerk = office.visitor(Role.CLERK)
    for means in ReplyMeans:
        assert clerk.send(f"/r/{request_id}/reply", {"means": means.value}).status_code == 303
    with office.database.reading() as session:
        assert session.scalars(select(CitizenReply.means)).all() == list(ReplyMeans)

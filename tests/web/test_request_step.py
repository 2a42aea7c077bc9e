"""The steps of a request on its pages: what is offered, taken, refused; research and check."""

from collections.abc import Mapping

import pytest

from pharmacy.models import CitizenRequest, MedicalCheck, SocialResearch
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import RequestCategory, Role
from tests.builders import rows
from tests.web.back_office import error_beside, links_of
from tests.web.inspecting import InspectingClient, values_of
from tests.web.inspection import Page, text_of
from tests.web.office import Office, form_of, office

__all__ = ["office"]

S = RequestState
NEXT = "الخطوات التالية"
RESEARCH = {
    "household_size": "٥",
    "monthly_income": "٢٥٠٠٫٥٠",
    "insurance": "none",
    "finding": "supports",
    "note": "أسرة من خمسة أفراد",
}
CHECK = {"diagnosis": "سكري من النوع الثاني", "finding": "supports", "to_buy": "y"}


def state(office: Office, request_id: int) -> RequestState:
    [(found,)] = rows(office.database, CitizenRequest.state, id=request_id)
    assert isinstance(found, RequestState)
    return found


def step(
    visitor: InspectingClient, request_id: int, name: str, fields: Mapping[str, str] | None = None
) -> int:
    return visitor.send(f"/r/{request_id}/{name}", fields or {}).status_code


def offered(visitor: InspectingClient, request_id: int) -> list[str]:
    page = visitor.page(f"/r/{request_id}")
    cards = [card for card in page.all("section") if NEXT in [text_of(h) for h in card.iter("h2")]]
    return [link.get("href", "").split("/")[-1] for card in cards for link in card.iter("a")]


def test_the_next_steps_are_those_of_the_state_and_the_visitor(office: Office) -> None:
    request_id = office.request(beneficiary_id=office.person())
    clerk, auditor = office.visitor(Role.CLERK), office.visitor(Role.AUDITOR)
    assert offered(clerk, request_id) == ["check", "ask_papers", "close"]
    assert offered(auditor, request_id) == []
    assert step(clerk, request_id, "step/check") == 303
    sent_on = ["send_to_committee", "send_to_research", "send_to_medical", "ask_papers", "close"]
    assert offered(clerk, request_id) == sent_on
    house = office.request(category=RequestCategory.HOUSING)
    assert offered(clerk, house) == ["check", "ask_papers", "close"]


def test_a_paper_is_asked_for_by_name(office: Office) -> None:
    request_id = office.request(beneficiary_id=office.person())
    clerk = office.visitor(Role.CLERK)
    assert step(clerk, request_id, "step/ask_papers") == 422
    assert state(office, request_id) is S.RECEIVED
    asked = {"reason": "medical_report", "note": "تقرير حديث"}
    assert step(clerk, request_id, "step/ask_papers", asked) == 303
    assert state(office, request_id) is S.AWAITING_PAPERS
    shown = clerk.get(f"/r/{request_id}").text
    assert "تقرير طبي" in shown
    assert "تقرير حديث" in shown


def test_a_step_that_is_not_to_be_taken_is_refused(office: Office) -> None:
    request_id = office.request()
    clerk = office.visitor(Role.CLERK)
    assert clerk.get(f"/r/{request_id}/step/send_to_committee").status_code == 409
    assert clerk.get(f"/r/{request_id}/step/defer").status_code == 403
    assert clerk.get(f"/r/{request_id}/step/approve").status_code == 404
    assert clerk.get(f"/r/{request_id}/research").status_code == 409
    assert office.visitor(Role.PHARMACIST).get(f"/r/{request_id}/medical").status_code == 409
    assert office.visitor(Role.MANAGER).get(f"/r/{request_id}/close").status_code == 403


def test_the_committee_is_asked_for_a_named_person_only(office: Office) -> None:
    request_id = office.request()
    clerk = office.visitor(Role.CLERK)
    step(clerk, request_id, "step/check")
    answer = clerk.send(f"/r/{request_id}/step/send_to_committee", {})
    assert answer.status_code == 422
    assert "اربط الطلب بمستفيد" in answer.text
    assert state(office, request_id) is S.CHECKED


def test_a_step_sent_twice_is_taken_once(office: Office) -> None:
    request_id = office.request()
    clerk, path = office.visitor(Role.CLERK), f"/r/{request_id}/step/check"
    sent = values_of(form_of(clerk.page(path)))
    assert clerk.post(path, data=sent).status_code == 303
    assert clerk.post(path, data=sent).status_code == 409


def test_research_and_check_are_recorded_and_shown(office: Office) -> None:
    request_id = office.request(beneficiary_id=office.person())
    clerk, pharmacist = office.visitor(Role.CLERK), office.visitor(Role.PHARMACIST)
    step(clerk, request_id, "step/check")
    step(clerk, request_id, "step/send_to_research")
    assert offered(clerk, request_id)[0] == "research"
    assert step(clerk, request_id, "research", RESEARCH) == 303
    step(clerk, request_id, "step/send_to_medical")
    assert step(pharmacist, request_id, "medical", CHECK) == 303
    assert state(office, request_id) is S.CHECKED
    assert rows(office.database, SocialResearch.monthly_income) == [(250_050,)]
    assert rows(office.database, MedicalCheck.to_buy) == [(True,)]
    shown = text_of(office.visitor(Role.AUDITOR).page(f"/r/{request_id}").root)
    for words in ("2,500.50", "أسرة من خمسة أفراد", "سكري من النوع الثاني", "يلزم الشراء"):
        assert words in shown


@pytest.mark.parametrize(
    ("name", "fields", "wrong", "field"),
    [
        ("research", RESEARCH, {"household_size": "0"}, "household_size"),
        ("research", RESEARCH, {"monthly_income": "كثير"}, "monthly_income"),
        ("research", RESEARCH, {"insurance": ""}, "insurance"),
        ("research", RESEARCH, {"finding": "against", "note": ""}, "note"),
        ("medical", CHECK, {"diagnosis": ""}, "diagnosis"),
        ("medical", CHECK, {"prescription_seen": "y"}, "prescription_on"),
        ("medical", CHECK, {"prescription_on": "01/01/2199"}, "prescription_on"),
    ],
)
def test_a_mistake_stands_at_its_field(
    office: Office, name: str, fields: dict[str, str], wrong: dict[str, str], field: str
) -> None:
    request_id = office.request(beneficiary_id=office.person())
    committee = office.visitor(Role.COMMITTEE)
    step(committee, request_id, "step/check")
    step(committee, request_id, f"step/send_to_{name}")
    before = state(office, request_id)
    answer = committee.send(f"/r/{request_id}/{name}", {**fields, **wrong})
    assert answer.status_code == 422
    assert error_beside(Page(answer.text), field)
    assert state(office, request_id) is before


def test_a_repeated_request_is_closed_with_the_number_of_the_first(office: Office) -> None:
    person_id = office.person()
    first, again = (office.request(beneficiary_id=person_id) for _ in range(2))
    clerk = office.visitor(Role.CLERK)
    [(number,)] = rows(office.database, CitizenRequest.number, id=first)
    closing = {"reason": "duplicate", "earlier": "2026-999999"}
    answer = clerk.send(f"/r/{again}/close", closing)
    assert answer.status_code == 422
    assert "2026-999999" in error_beside(Page(answer.text), "earlier")
    assert state(office, again) is S.RECEIVED
    assert step(clerk, again, "close", {**closing, "earlier": number}) == 303
    assert state(office, again) is S.CLOSED
    assert links_of(clerk.page(f"/r/{again}"))[number] == f"/r/{first}"
    assert "تكرر في الطلب" in clerk.get(f"/r/{first}").text


def test_medicine_is_never_closed_as_answered_nor_as_given_by_hand(office: Office) -> None:
    request_id = office.request(beneficiary_id=office.person())
    clerk = office.visitor(Role.CLERK)
    page = clerk.page(f"/r/{request_id}/close")
    [reasons] = [one for one in page.all("select") if one.get("name") == "reason"]
    values = {option.get("value") for option in reasons.iter("option")}
    assert values == {
        "",
        "duplicate",
        "out_of_scope",
        "papers_not_brought",
        "withdrawn",
        "deceased",
    }
    for reason in ("answered", "all_given", "lapsed"):
        assert step(clerk, request_id, "close", {"reason": reason}) == 422
    assert state(office, request_id) is S.RECEIVED

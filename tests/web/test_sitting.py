"""The committee on its pages: planning, agenda, votes, decisions, minutes."""

from typing import Any

import pytest

from pharmacy.models import AgendaItem, Approval, CitizenRequest, Sitting, Vote
from pharmacy.rules.request_vocabulary import AgendaOutcome, RequestAction, RequestState
from pharmacy.rules.vocabulary import Role
from pharmacy.services.request_handling import move
from pharmacy.services.settings import change_setting
from tests.builders import rows
from tests.reports import reading
from tests.web.back_office import error_beside, links_of
from tests.web.inspecting import InspectingClient, values_of
from tests.web.inspection import Page, text_of
from tests.web.office import NOW, Office, form_of, office
from tests.web.people import statements_of

__all__ = ["office"]

DECISION = {"items-0-drug": "GLU850", "items-0-dose": "1*2*30"}


class Committee:
    """Three members in a room, and the browser of the first."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.visitor: InspectingClient = office.visitor(Role.COMMITTEE)
        others = [
            office.actor(Role.COMMITTEE, username=name) for name in ("committee2", "committee3")
        ]
        self.ids = [office.actor(Role.COMMITTEE).staff_id, *(one.staff_id for one in others)]
        office.drug()

    def waiting(self, number: int = 0) -> int:
        """A request that waits for the committee."""
        person = self.office.other_person(number) if number else self.office.person()
        request_id = self.office.request(beneficiary_id=person)
        clerk = self.office.actor(Role.CLERK)
        with self.office.database.transaction() as session:
            for action in (RequestAction.CHECK, RequestAction.SEND_TO_COMMITTEE):
                move(session, request_id, action, actor=clerk, now=NOW)
        return request_id

    def plan(self) -> str:
        answer = self.visitor.send("/sittings/new", {"place": "قاعة الديوان"})
        assert answer.status_code == 303
        return str(answer.location)

    def open(self) -> str:
        """Plan a sitting, fill it, open it with everybody."""
        path = self.plan()
        assert self.visitor.send(path, {}).status_code == 303
        present = {"present": [str(one) for one in self.ids]}
        assert self.visitor.send(f"{path}/open", present).status_code == 303
        return path

    def vote(self, item_id: int, *choices: str) -> Any:
        given = zip(self.ids, choices, strict=False)
        votes = {f"vote-{staff_id}": choice for staff_id, choice in given if choice}
        return self.visitor.send(f"/agenda/{item_id}", votes)


@pytest.fixture
def committee(office: Office) -> Committee:
    """Three members, and a medicine in the formulary."""
    return Committee(office)


def test_a_sitting_goes_from_its_plan_to_signed_minutes(committee: Committee) -> None:
    granted, refused = committee.waiting(), committee.waiting(1)
    committee.waiting(2)
    path = committee.open()
    visitor, database = committee.visitor, committee.office.database
    committee.vote(1, "for", "for", "against")
    page = visitor.page("/agenda/1")
    [approve] = [href for href in links_of(page).values() if "/decide" in href]
    assert approve == f"/r/{granted}/decide?item=1"
    decision = values_of(form_of(visitor.page(approve)))
    assert decision["decision_number"][0].endswith("/1/1")
    answer = visitor.post(approve, data={**decision, **DECISION})
    assert (answer.status_code, answer.location) == (303, "/agenda/1")
    committee.vote(2, "against", "against", "against")
    rejecting = {"reason": "no_funds", "note": "لا يوجد اعتماد"}
    assert visitor.send("/agenda/2/rejected", rejecting).status_code == 303
    assert "طلب واحد" not in visitor.get(f"{path}/close").text
    assert visitor.send(f"{path}/close", {"note": "انتهت"}).status_code == 303
    outcomes = rows(database, AgendaItem.outcome, AgendaItem.reason, AgendaItem.approval_id)
    assert outcomes == [
        (AgendaOutcome.APPROVED, "", 1),
        (AgendaOutcome.REJECTED, "no_funds", None),
        (AgendaOutcome.DEFERRED, "no_time", None),
    ]
    minutes = visitor.get(f"{path}/minutes")
    assert minutes.mimetype == "application/pdf"
    said = reading.words(minutes.data)
    for words in ("محضر جلسة اللجنة", "لا يوجد اعتماد", "معترض", "التوقيع", "لضيق وقت الجلسة"):
        assert words in said
    shown = text_of(visitor.page(f"/r/{refused}").root)
    assert "رفضت اللجنة" in shown
    assert rows(database, CitizenRequest.state, id=granted) == [(RequestState.APPROVED,)]


def test_a_sitting_sent_twice_is_planned_once(committee: Committee) -> None:
    sent = values_of(form_of(committee.visitor.page("/sittings/new")))
    sent["place"] = "قاعة الديوان"
    first, second = (committee.visitor.post("/sittings/new", data=sent) for _ in range(2))
    assert first.location == second.location
    assert len(rows(committee.office.database, Sitting.id)) == 1


def test_a_sitting_needs_a_place_a_called_chair_and_a_quorum(committee: Committee) -> None:
    visitor, first = committee.visitor, str(committee.ids[0])
    answer = visitor.send("/sittings/new", {"place": ""})
    assert error_beside(Page(answer.text), "place")
    for members in ([first], [str(one) for one in committee.ids[1:]]):
        fields = {"place": "الديوان", "members": members, "chair": first}
        assert visitor.send("/sittings/new", fields).status_code == 422
    assert rows(committee.office.database, Sitting.id) == []


def test_fewer_than_the_quorum_open_nothing(committee: Committee) -> None:
    path = committee.plan()
    present = {"present": [str(one) for one in committee.ids[:2]]}
    answer = committee.visitor.send(f"{path}/open", present)
    assert answer.status_code == 422
    assert "عدد الحاضرين أقل من 3" in answer.text


def test_votes_may_come_one_after_the_other_and_none_is_changed(committee: Committee) -> None:
    committee.waiting()
    committee.open()
    assert committee.vote(1, "for").status_code == 303
    page = committee.visitor.page("/agenda/1")
    asked = {one.get("name") for one in page.all("input") if one.get("type") == "radio"}
    assert asked == {f"vote-{staff_id}" for staff_id in committee.ids[1:]}
    assert [href for href in links_of(page).values() if "/decide" in href] == []
    committee.vote(1, "", "for", "abstained")
    assert len(rows(committee.office.database, Vote.id)) == 3
    page = committee.visitor.page("/agenda/1")
    assert [href for href in links_of(page).values() if "/decide" in href]


def test_an_approval_that_the_votes_do_not_carry_is_refused(committee: Committee) -> None:
    request_id = committee.waiting()
    committee.open()
    committee.vote(1, "for")
    sent = {**values_of(form_of(committee.visitor.page(f"/r/{request_id}/decide?item=1")))}
    answer = committee.visitor.post(f"/r/{request_id}/decide?item=1", data={**sent, **DECISION})
    assert answer.status_code == 422
    assert "صوّت أقل من 3" in answer.text
    assert rows(committee.office.database, Approval.id) == []


def test_where_sittings_decide_the_request_says_so(committee: Committee) -> None:
    request_id = committee.waiting()
    office, visitor = committee.office, committee.visitor
    admin = office.actor(Role.ADMINISTRATOR)
    with office.database.transaction() as session:
        change_setting(session, "decision_route", "sitting", actor=admin, now=NOW)
    page = visitor.page(f"/r/{request_id}")
    hrefs = list(links_of(page).values())
    assert [href for href in hrefs if href.endswith(("/decide", "/reject", "/defer"))] == []
    assert "الخطوة التالية: قرار جلسة اللجنة." in text_of(page.root)
    answer = visitor.send(f"/r/{request_id}/reject", {"reason": "no_funds"})
    assert (answer.status_code, "القرار للجلسة" in answer.text) == (409, True)
    decision = {"decision_number": "7", **DECISION}
    assert visitor.send(f"/r/{request_id}/decide", decision).status_code == 409
    assert rows(office.database, CitizenRequest.state) == [(RequestState.COMMITTEE,)]


def test_a_request_is_taken_off_the_agenda_of_a_planned_sitting(committee: Committee) -> None:
    committee.waiting()
    path = committee.plan()
    visitor = committee.visitor
    visitor.send(path, {})
    answer = visitor.send(path, {}, action="/agenda/1/remove")
    assert (answer.status_code, answer.location) == (303, path)
    assert rows(committee.office.database, AgendaItem.id) == []
    assert "جدول الأعمال فارغ." in visitor.get(path).text


def test_who_sees_and_who_holds_sittings(committee: Committee) -> None:
    committee.waiting()
    path = committee.open()
    for role in Role:
        sees = role in {Role.COMMITTEE, Role.MANAGER, Role.AUDITOR}
        visitor = committee.office.visitor(role)
        for address in ("/sittings", path, "/agenda/1", f"{path}/minutes"):
            assert visitor.get(address).status_code == (200 if sees else 403), (role, address)
        holds = role is Role.COMMITTEE
        for address in ("/sittings/new", f"{path}/close", "/agenda/1/deferred"):
            assert visitor.get(address).status_code == (200 if holds else 403), (role, address)


def test_a_sitting_asks_as_often_for_a_long_agenda_as_for_a_short(committee: Committee) -> None:
    committee.waiting()
    path = committee.plan()
    committee.visitor.send(path, {}, action=path)

    def asked() -> list[int]:
        found = []
        for address in ("/sittings", path, "/agenda/1", f"{path}/minutes"):
            with statements_of(committee.office.database) as seen:
                assert committee.visitor.get(address).status_code == 200
            found.append(len(seen))
        return found

    few = asked()
    for number in range(1, 6):
        committee.waiting(number)
    committee.visitor.send(path, {}, action=path)
    assert asked() == few
    assert max(few) <= 12

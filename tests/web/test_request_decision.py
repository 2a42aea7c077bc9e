"""Deciding citizen requests: approving by dose, what is refused, rejecting and reopening."""

from typing import Any

import pytest
from sqlalchemy import func, select, update

from pharmacy.models import (
    Approval,
    ApprovalItem,
    BudgetOverride,
    CitizenRequest,
    RequestEvent,
    Staff,
)
from pharmacy.rules.calendar import cairo_day, fiscal_year
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import Role, UnitOfIssue
from pharmacy.services.budget import change_budget
from tests.web.inspecting import values_of
from tests.web.inspection import Page, text_of
from tests.web.office import NOW, Office, form_of, office
from tests.web.people import PIN, PIN_HASH

__all__ = ["office"]


def state(office: Office, request_id: int) -> RequestState:
    with office.database.reading() as session:
        row = session.get(CitizenRequest, request_id)
        assert row is not None
        return row.state


def count(office: Office, model: type[Any]) -> int:
    with office.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


DECISION = {"decision_number": "2026/118", "items-0-drug": "GLU850", "items-0-dose": "١*٢*٣٠"}


def test_an_approval_is_filled_from_the_dose(office: Office) -> None:
    office.drug()
    office.drug("CON5", "Concor")
    request_id = office.request(beneficiary_id=office.person())
    answer = office.visitor(Role.COMMITTEE).send(
        f"/r/{request_id}/decide",
        {
            **DECISION,
            "items-0-issues": "٦",
            "items-2-drug": "concor",
            "items-2-quantity": "30",
            "citizen_percent": "١٢٫٥",
            "case_ceiling": "٣٬٦٠٠",
        },
    )
    assert (answer.status_code, answer.location) == (303, f"/r/{request_id}")
    assert state(office, request_id) is RequestState.APPROVED
    with office.database.reading() as session:
        approval = session.execute(select(Approval)).scalar_one()
        assert (approval.citizen_basis_points, approval.case_ceiling) == (1250, 360_000)
        assert (approval.valid_until - approval.valid_from).days > 170
        first, second = approval.items
        assert (first.quantity_per_issue, first.issues, first.interval_days) == (60, 6, 30)
        assert first.directions_ar == "قرص واحد مرتين يوميًا لمدة 30 يومًا"
        assert first.directions_en == "1 tablet twice a day for 30 days"
        assert (second.quantity_per_issue, second.issues, second.interval_days) == (30, 1, 30)
        assert second.directions_ar == ""


def test_what_is_typed_beside_the_dose_stands(office: Office) -> None:
    office.drug()
    request_id = office.request(beneficiary_id=office.person())
    office.visitor(Role.COMMITTEE).send(
        f"/r/{request_id}/decide",
        {**DECISION, "items-0-quantity": "90", "items-0-directions_ar": "عند اللزوم"},
    )
    with office.database.reading() as session:
        item = session.execute(select(ApprovalItem)).scalar_one()
        assert (item.quantity_per_issue, item.directions_ar) == (90, "عند اللزوم")


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"items-0-drug": "زنك"}, "items-0-drug", "لا يوجد في الدليل الدوائي"),
        ({"items-0-drug": ""}, "items-0-drug", "هذا البيان مطلوب"),
        ({"items-0-dose": "1*2"}, "items-0-dose", "الجرعة"),
        ({"items-0-drug": "INS", "items-0-dose": "1*2*30"}, "items-0-quantity", "هذا البيان مطلوب"),
        ({"citizen_percent": "101"}, "citizen_percent", "100"),
        ({"decision_number": ""}, "decision_number", "هذا البيان مطلوب."),
    ],
)
def test_a_mistake_of_a_decision_stands_at_its_field(
    office: Office, wrong: dict[str, str], field: str, sentence: str
) -> None:
    office.drug()
    office.drug("INS", "Mixtard", unit=UnitOfIssue.BOTTLE)
    request_id = office.request(beneficiary_id=office.person())
    answer = office.visitor(Role.COMMITTEE).send(f"/r/{request_id}/decide", {**DECISION, **wrong})
    assert answer.status_code == 422
    page = Page(answer.text)
    said = [one for one in page.all("p", "span") if one.get("id") == f"{field}-error"]
    assert len(said) == 1
    assert sentence in text_of(said[0])
    kept = {one.get("name"): one.get("value") for one in page.all("input")}
    assert kept["items-0-dose"] == {**DECISION, **wrong}["items-0-dose"]
    assert count(office, Approval) == 0
    assert state(office, request_id) is RequestState.RECEIVED


def test_a_name_of_several_medicines_offers_a_choice(office: Office) -> None:
    office.drug("AUG1", "Augmentin 1 g")
    wanted = office.drug("AUG625", "Augmentin 625")
    request_id = office.request(beneficiary_id=office.person())
    committee = office.visitor(Role.COMMITTEE)
    path = f"/r/{request_id}/decide"
    answer = committee.send(path, {**DECISION, "items-0-drug": "augmentin"})
    assert answer.status_code == 422
    assert "أكثر من دواء بهذا الاسم" in answer.text
    chosen = {**values_of(form_of(Page(answer.text))), "items-0-pick": str(wanted)}
    assert committee.post(path, data=chosen).status_code == 303
    with office.database.reading() as session:
        assert session.execute(select(ApprovalItem.drug_id)).scalar_one() == wanted


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"items-0-drug": "", "items-0-dose": ""}, "وافق على صنف واحد على الأقل."),
        ({"valid_until": "01/01/2020"}, "يجب ألا تنتهي الموافقة قبل يوم بدايتها."),
        ({"items-1-drug": "GLU850", "items-1-quantity": "1"}, "تكرر أحد الأصناف."),
    ],
)
def test_a_decision_that_does_not_hold_together_is_refused(
    office: Office, wrong: dict[str, str], sentence: str
) -> None:
    office.drug()
    request_id = office.request(beneficiary_id=office.person())
    answer = office.visitor(Role.COMMITTEE).send(f"/r/{request_id}/decide", {**DECISION, **wrong})
    assert answer.status_code == 422
    summary = next(one for one in Page(answer.text).all("div") if one.get("class") == "errors")
    assert sentence in text_of(summary)
    assert count(office, Approval) == 0


def test_a_request_without_a_person_is_not_approved(office: Office) -> None:
    office.drug()
    request_id = office.request()
    committee = office.visitor(Role.COMMITTEE)
    assert "يحدده الموظف أولًا" in committee.get(f"/r/{request_id}/decide").text
    assert committee.send(f"/r/{request_id}/decide", DECISION).status_code == 422
    assert state(office, request_id) is RequestState.RECEIVED


def test_a_decision_sent_twice_is_taken_once(office: Office) -> None:
    office.drug()
    request_id = office.request(beneficiary_id=office.person())
    committee = office.visitor(Role.COMMITTEE)
    path = f"/r/{request_id}/decide"
    sent = {**values_of(form_of(committee.page(path))), **DECISION}
    assert committee.post(path, data=sent).status_code == 303
    assert committee.post(path, data=sent).status_code == 409
    assert count(office, Approval) == 1


def test_a_rejection_needs_a_reason_and_is_reopened_with_one(office: Office) -> None:
    request_id = office.request()
    committee = office.visitor(Role.COMMITTEE)
    assert committee.send(f"/r/{request_id}/reject", {"reason": ""}).status_code == 422
    assert state(office, request_id) is RequestState.RECEIVED
    committee.send(f"/r/{request_id}/reject", {"reason": "no_funds", "note": "يعاد في يوليو"})
    assert state(office, request_id) is RequestState.REJECTED
    assert "يعاد في يوليو" in committee.get(f"/r/{request_id}").text
    assert committee.send(f"/r/{request_id}/reopen", {"note": ""}).status_code == 422
    assert state(office, request_id) is RequestState.REJECTED
    committee.send(f"/r/{request_id}/reopen", {"note": "توفر تمويل"})
    assert state(office, request_id) is RequestState.CHECKED
    assert count(office, RequestEvent) == 3


def test_the_manager_signs_for_what_goes_beyond_the_budget(office: Office) -> None:
    office.drug(reference_price=150, pack_size=1)
    fund, finance = office.fund(), office.actor(Role.FINANCE)
    with office.database.transaction() as session:
        year = fiscal_year(cairo_day(NOW))
        change_budget(
            session, fund, year, 50_00, reason="قرار", submission_id="b", actor=finance, now=NOW
        )
    manager = office.actor(Role.MANAGER)
    with office.database.transaction() as session:
        session.execute(update(Staff).where(Staff.id == manager.staff_id).values(pin_hash=PIN_HASH))
    request_id = office.request(beneficiary_id=office.person())
    committee = office.visitor(Role.COMMITTEE)
    path = f"/r/{request_id}/decide"
    refused = committee.send(path, DECISION)
    assert refused.status_code == 409
    assert {"signer", "signer_pin", "override_reason"} <= set(
        values_of(form_of(Page(refused.get_data(as_text=True))))
    )
    signed = {**DECISION, "signer": "manager", "signer_pin": PIN, "override_reason": "عاجل"}
    post = {**values_of(form_of(committee.page(path))), **signed}
    for wrong in ({"signer_pin": "0000"}, {"signer": "finance"}, {"override_reason": ""}):
        answer = committee.post(path, data={**post, **wrong})
        assert answer.status_code in {401, 422}, wrong
        assert count(office, Approval) == 0
    assert committee.post(path, data=post).status_code == 303
    shown = text_of(committee.page(f"/r/{request_id}").root)
    assert "90.00" in shown
    assert "عاجل" in shown
    with office.database.reading() as session:
        override = session.execute(select(BudgetOverride)).scalar_one()
        assert (override.amount, override.staff_id) == (40_00, manager.staff_id)

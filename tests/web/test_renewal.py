"""Renewals on their page: listed, made with one key, the decision filled from the earlier one."""

from datetime import timedelta

from pharmacy.models import CitizenRequest, RequestLink
from pharmacy.rules.vocabulary import Role
from pharmacy.services.request_decision import ApprovedItem, Decision, approve
from tests.builders import rows
from tests.web.back_office import links_of
from tests.web.inspecting import values_of
from tests.web.office import NOW, TODAY, Office, form_of, office

__all__ = ["office"]


def approved(office: Office) -> int:
    """A request whose approval lapses in five days."""
    request_id = office.request(beneficiary_id=office.person())
    item = ApprovedItem(
        drug_id=office.drug(), quantity_per_issue=60, issues=6, dose="½*2*30", directions_ar="قرص"
    )
    decision = Decision(
        decision_number="7",
        valid_from=TODAY - timedelta(days=100),
        valid_until=TODAY + timedelta(days=5),
        items=[item],
    )
    committee = office.actor(Role.COMMITTEE)
    with office.database.transaction() as session:
        approve(session, request_id, decision, actor=committee, now=NOW)
    return request_id


def test_a_lapsing_approval_is_renewed_with_one_key_and_its_decision_is_ready(
    office: Office,
) -> None:
    first = approved(office)
    clerk = office.visitor(Role.CLERK)
    sent = values_of(form_of(clerk.page("/renewals")))
    answers = [clerk.post(f"/renewals/{first}", data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    [(renewal, earlier)] = rows(office.database, RequestLink.request_id, RequestLink.earlier_id)
    assert earlier == first
    assert answers[0].location == answers[1].location == f"/r/{renewal}"
    assert "لا يوجد ما يُجدد" in clerk.get("/renewals").text
    assert "جُدد بالطلب" in clerk.get(f"/r/{first}").text
    assert f"/r/{first}" in links_of(clerk.page(f"/r/{renewal}")).values()
    form = values_of(form_of(office.visitor(Role.COMMITTEE).page(f"/r/{renewal}/decide")))
    shown = [form[f"items-0-{name}"][0] for name in ("drug", "dose", "quantity", "issues")]
    assert shown == ["GLU850", "0.5*2*30", "60", "6"]
    assert form["items-1-drug"] == [""]


def test_another_renewal_of_the_same_request_is_refused(office: Office) -> None:
    first = approved(office)
    clerk = office.visitor(Role.CLERK)
    sent = values_of(form_of(clerk.page("/renewals")))
    clerk.post(f"/renewals/{first}", data=sent)
    again = clerk.post(f"/renewals/{first}", data={**sent, "submission_id": "another"})
    assert again.status_code == 409
    assert len(rows(office.database, CitizenRequest.id)) == 2


def test_who_renews(office: Office) -> None:
    for role in Role:
        status = 200 if role in {Role.CLERK, Role.PHARMACIST} else 403
        assert office.visitor(role).get("/renewals").status_code == status, role

"""The pages of the working calendar, and what an inbox and the start page say of the clock."""

from datetime import date, timedelta

from sqlalchemy import select

from pharmacy.models import CitizenRequest, Holiday, TimeLimit
from pharmacy.rules.request_vocabulary import ClockState
from pharmacy.rules.vocabulary import Role
from pharmacy.services.request_list import RequestQuery, count
from tests.web.inspection import Page, text_of
from tests.web.office import TODAY, Office, office

__all__ = ["office"]


def test_only_an_administrator_keeps_the_calendar(office: Office) -> None:
    for role in Role:
        wanted = 200 if role is Role.ADMINISTRATOR else 403
        visitor = office.visitor(role)
        assert visitor.get("/admin/calendar").status_code == wanted
        assert visitor.get("/admin/limits").status_code == wanted


def test_a_holiday_is_added_shown_and_taken_out(office: Office) -> None:
    visitor = office.visitor(Role.ADMINISTRATOR)
    sent = {"day": "٧/١/٢٠٢٧", "name_ar": "عيد الميلاد المجيد", "name_en": "Christmas"}
    answer = visitor.send("/admin/calendar", sent)
    assert (answer.status_code, answer.location) == (303, "/admin/calendar?year=2027")
    shown = visitor.page("/admin/calendar?year=2027")
    assert "عيد الميلاد المجيد" in "".join(shown.root.itertext())
    answer = visitor.post("/admin/calendar/2027-01-07/remove", data={"csrf_token": token_of(shown)})
    assert answer.status_code == 303
    assert "لا توجد عطلات" in visitor.get(answer.location).text
    with office.database.reading() as session:
        assert session.scalars(select(Holiday)).all() == []


def token_of(page: Page) -> str:
    found = (one.get("value", "") for one in page.all("input") if one.get("name") == "csrf_token")
    return next(found)


def test_a_wrong_holiday_is_refused_at_its_field(office: Office) -> None:
    visitor = office.visitor(Role.ADMINISTRATOR)
    answer = visitor.send("/admin/calendar", {"day": "31/2/2027", "name_ar": ""})
    assert answer.status_code == 422
    gone = visitor.post(
        "/admin/calendar/2027-01-08/remove",
        data={"csrf_token": token_of(visitor.page("/admin/calendar"))},
    )
    assert gone.status_code == 404
    odd = visitor.post(
        "/admin/calendar/someday/remove",
        data={"csrf_token": token_of(visitor.page("/admin/calendar"))},
    )
    assert odd.status_code == 422
    with office.database.reading() as session:
        assert session.scalars(select(Holiday)).all() == []


def test_limits_are_changed_in_a_table(office: Office) -> None:
    visitor = office.visitor(Role.ADMINISTRATOR)
    request_id = office.request()
    answer = visitor.send("/admin/limits", {"medicine_normal": "٣"})
    assert (answer.status_code, answer.location) == (303, "/admin/limits")
    assert "تغيرت مدة واحدة" in visitor.get("/admin/limits").text
    with office.database.reading() as session:
        assert [row.working_days for row in session.scalars(select(TimeLimit))] == [3]
        row = session.get_one(CitizenRequest, request_id)
        assert row.due_on is not None
        assert row.due_on - TODAY < timedelta(days=8)
    assert visitor.send("/admin/limits", {"medicine_normal": "0"}).status_code == 422
    assert visitor.send("/admin/limits", {}).status_code == 303
    assert "لم يتغير شيء" in visitor.get("/admin/limits").text


def set_days(office: Office, request_id: int, **days: date) -> None:
    with office.database.transaction() as session:
        row = session.get_one(CitizenRequest, request_id)
        for name, day in days.items():
            setattr(row, name, day)


def test_the_inbox_and_the_page_say_what_is_late_and_what_waits(office: Office) -> None:
    late, waiting, soon, far = (office.request() for _ in range(4))
    set_days(office, late, due_on=TODAY - timedelta(days=14))
    set_days(office, waiting, due_on=TODAY - timedelta(days=14), paused_on=date(2026, 3, 7))
    set_days(office, soon, due_on=TODAY)
    set_days(office, far, due_on=TODAY + timedelta(days=100))
    clerk = office.visitor(Role.CLERK)
    said = {
        late: "متأخر 10 أيام عمل",
        waiting: "في انتظار مستندات منذ 07/03/2026",
        soon: "يستحق قريبًا",
    }
    body = clerk.page("/requests").all("tbody")[0]
    lines = [text_of(line) for line in body.iter("tr")]
    assert said[late] in lines[0]
    assert said[soon] in lines[1]
    assert said[waiting] in lines[3]
    for request_id, words in said.items():
        assert words in text_of(clerk.page(f"/r/{request_id}").all("main")[0])
    assert "متأخر" not in text_of(clerk.page(f"/r/{far}").all("main")[0])


def test_the_start_page_counts_the_overdue_as_its_list_does(office: Office) -> None:
    for number in range(3):
        set_days(office, office.request(), due_on=TODAY - timedelta(days=number))
    clerk = office.visitor(Role.CLERK)
    links = [
        one for one in clerk.page("/home").all("a") if "standing=overdue" in one.get("href", "")
    ]
    assert [text_of(one) for one in links] == ["طلبان متأخران"]
    listed = clerk.page(links[0].get("href", "")).all("tbody")[0]
    assert len(list(listed.iter("tr"))) == 2
    with office.database.reading() as session:
        query = RequestQuery(standing=ClockState.OVERDUE)
        assert count(session, query, actor=office.actor(Role.CLERK), today=TODAY) == 2
    keeper = office.visitor(Role.STORE_KEEPER, site_id=office.site())
    assert "standing=overdue" not in keeper.get("/home").text

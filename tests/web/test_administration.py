"""Accounts, settings and the log: who manages them, what they refuse, what is written down."""

from datetime import timedelta

from sqlalchemy import select

from pharmacy.models import AuditEvent, Setting, Staff, StaffSession
from pharmacy.rules.vocabulary import Role
from pharmacy.services.settings import all_settings
from tests.web.inspection import Page, text_of
from tests.web.office import FATMA, TODAY, Office, office
from tests.web.people import PASSWORD, statements_of

__all__ = ["office"]

HODA = {"name_ar": "هدى عبد الغني", "name_en": "Hoda", "username": "Hoda", "role": "clerk"}


def account(office: Office, username: str) -> Staff:
    with office.database.reading() as session:
        return session.execute(select(Staff).where(Staff.username == username)).scalar_one()


def audited(office: Office) -> list[tuple[str, str]]:
    with office.database.reading() as session:
        rows = session.execute(select(AuditEvent.noun, AuditEvent.action).order_by(AuditEvent.id))
        return [(row.noun, row.action) for row in rows]


def rows_of(page: Page) -> list[str]:
    return [text_of(row) for body in page.all("tbody") for row in body.iter("tr")]


def test_only_an_administrator_manages_and_only_who_may_reads_the_log(office: Office) -> None:
    managing = ("/admin/staff", "/admin/staff/new", "/admin/settings")
    for role in Role:
        visitor = office.visitor(role)
        manages = 200 if role is Role.ADMINISTRATOR else 403
        reads = 200 if role in {Role.ADMINISTRATOR, Role.AUDITOR} else 403
        assert {visitor.get(path).status_code for path in managing} == {manages}, role
        logs = ("/audit", "/audit/looks")
        assert {visitor.get(path).status_code for path in logs} == {reads}, role


def test_a_new_account_signs_in_with_the_password_shown_once(office: Office) -> None:
    administrator = office.visitor(Role.ADMINISTRATOR)
    answer = administrator.send("/admin/staff/new", HODA)
    assert answer.status_code == 200
    shown = [text_of(one) for one in Page(answer.text).all("bdi") if one.get("class") == "code"]
    username, password = shown
    assert username == "hoda"
    assert password not in administrator.get("/admin/staff").text
    visitor = office.app.test_client()
    signed_in = visitor.post(
        "/login", data={**csrf(visitor), "username": "hoda", "password": password}
    )
    assert signed_in.status_code == 303
    assert visitor.get("/requests").location == "/password"
    assert audited(office) == [("staff", "add")]
    with office.database.reading() as session:
        kept = session.execute(select(AuditEvent.after)).scalar_one()
    assert kept is not None
    assert password not in str(kept)


def csrf(visitor: object) -> dict[str, str]:
    page = visitor.page("/login")  # type: ignore[attr-defined]  # an inspecting client
    return {
        "csrf_token": next(
            one.get("value", "") for one in page.all("input") if one.get("name") == "csrf_token"
        )
    }


def test_a_taken_sign_in_name_is_refused_and_what_was_typed_stays(office: Office) -> None:
    office.actor(Role.CLERK)
    answer = office.visitor(Role.ADMINISTRATOR).send(
        "/admin/staff/new", {**HODA, "username": " CLERK "}
    )
    assert answer.status_code == 422
    assert 'value="هدى عبد الغني"' in answer.text
    assert "username-error" in answer.text
    assert audited(office) == []


def test_another_role_ends_the_sessions_of_the_person(office: Office) -> None:
    clerk = office.visitor(Role.CLERK)
    clerk_id = office.actor(Role.CLERK).staff_id
    answer = office.visitor(Role.ADMINISTRATOR).send(
        f"/admin/staff/{clerk_id}", {"role": "committee"}
    )
    assert (answer.status_code, answer.location) == (303, "/admin/staff")
    assert account(office, "clerk").role is Role.COMMITTEE
    assert clerk.get("/requests").location == "/login?next=/requests"


def test_another_name_ends_no_session(office: Office) -> None:
    clerk = office.visitor(Role.CLERK)
    clerk_id = office.actor(Role.CLERK).staff_id
    office.visitor(Role.ADMINISTRATOR).send(f"/admin/staff/{clerk_id}", {"name_en": "Hoda"})
    assert account(office, "clerk").name_en == "Hoda"
    assert clerk.get("/requests").status_code == 200


def test_nobody_changes_their_own_role_or_closes_their_own_account(office: Office) -> None:
    administrator = office.visitor(Role.ADMINISTRATOR)
    own = f"/admin/staff/{office.actor(Role.ADMINISTRATOR).staff_id}"
    assert administrator.send(own, {"role": "manager"}).status_code == 422
    assert administrator.send(f"{own}/close", {}).status_code == 422
    assert administrator.send(f"{own}/password", {}).status_code == 422
    row = account(office, "administrator")
    assert (row.role, row.active, row.must_change_password) == (Role.ADMINISTRATOR, True, False)
    assert audited(office) == []


def test_a_closed_account_is_shut_out_and_opens_again(office: Office) -> None:
    clerk = office.visitor(Role.CLERK)
    clerk_id = office.actor(Role.CLERK).staff_id
    administrator = office.visitor(Role.ADMINISTRATOR)
    administrator.send(f"/admin/staff/{clerk_id}/close", {})
    assert clerk.get("/requests").status_code == 303
    assert clerk.sign_in("clerk", PASSWORD).status_code == 401
    administrator.send(f"/admin/staff/{clerk_id}/open", {})
    assert clerk.sign_in("clerk", PASSWORD).status_code == 303
    assert audited(office) == [("staff", "deactivate"), ("staff", "reactivate")]


def test_a_new_first_password_replaces_the_old_and_ends_sessions(office: Office) -> None:
    office.visitor(Role.CLERK)
    clerk_id = office.actor(Role.CLERK).staff_id
    answer = office.visitor(Role.ADMINISTRATOR).send(f"/admin/staff/{clerk_id}/password", {})
    assert answer.status_code == 200
    assert account(office, "clerk").must_change_password
    with office.database.reading() as session:
        ended = select(StaffSession.ended_at).where(StaffSession.staff_id == clerk_id)
        assert session.execute(ended).scalar_one() is not None
    client = office.app.test_client()
    answer = client.post("/login", data={**csrf(client), "username": "clerk", "password": PASSWORD})
    assert answer.status_code == 401


def test_the_list_of_accounts_asks_as_often_for_many_as_for_few(office: Office) -> None:
    administrator = office.visitor(Role.ADMINISTRATOR)

    def asked() -> int:
        with statements_of(office.database) as seen:
            administrator.get("/admin/staff")
        return len(seen)

    few = asked()
    for role in (Role.CLERK, Role.MANAGER, Role.FINANCE):
        office.actor(role)
    assert asked() == few


def test_only_settings_that_differ_are_changed_and_logged(office: Office) -> None:
    administrator = office.visitor(Role.ADMINISTRATOR)
    answer = administrator.send(
        "/admin/settings", {"hotline": "16000", "walk_in_ceiling": "٧٥٠٫٥", "paper_digits": "arab"}
    )
    assert answer.status_code == 303
    with office.database.reading() as session:
        values = all_settings(session)
        assert (values["hotline"], values["walk_in_ceiling"]) == ("16000", "75050")
        assert sorted(session.scalars(select(Setting.name))) == [
            "hotline",
            "paper_digits",
            "walk_in_ceiling",
        ]
    assert "تم تغيير 3 إعدادات." in administrator.get("/admin/settings").text
    assert audited(office) == [("setting", "change")] * 3


def test_a_setting_out_of_bounds_changes_nothing(office: Office) -> None:
    answer = office.visitor(Role.ADMINISTRATOR).send(
        "/admin/settings", {"hotline": "16000", "approval_months": "٩٩"}
    )
    assert answer.status_code == 422
    assert 'value="٩٩"' in answer.text
    assert 'value="16000"' in answer.text
    with office.database.reading() as session:
        assert session.scalars(select(Setting.name)).all() == []


def test_the_log_tells_who_changed_what_without_the_numbers(office: Office) -> None:
    office.person()
    page = office.visitor(Role.AUDITOR).page("/audit")
    assert len(rows_of(page)) == 1
    row = rows_of(page)[0]
    assert "تسجيل مستفيد" in row
    assert "8047" in row
    assert FATMA not in row


def test_an_administrator_sees_that_a_person_changed_but_not_what(office: Office) -> None:
    office.person()
    row = rows_of(office.visitor(Role.ADMINISTRATOR).page("/audit"))[0]
    assert "(محجوب)" in row
    assert "فاطمة" not in row
    assert "8047" not in row


def test_looks_name_the_person_only_to_who_may_see_persons(office: Office) -> None:
    person_id = office.person()
    office.visitor(Role.CLERK).get(f"/b/{person_id}")
    for role, named in ((Role.AUDITOR, True), (Role.ADMINISTRATOR, False)):
        row = rows_of(office.visitor(role).page("/audit/looks"))[0]
        assert ("فاطمة" in row) is named
        assert "127.0.0.1" in row


def test_the_log_is_filtered_by_its_address(office: Office) -> None:
    person_id = office.person()
    clerk_id = office.actor(Role.CLERK).staff_id
    office.visitor(Role.CLERK).get(f"/b/{person_id}")
    auditor = office.visitor(Role.AUDITOR)
    tomorrow = f"{TODAY + timedelta(days=2):%d/%m/%Y}"
    expected = {
        f"/audit?staff={clerk_id}": 1,
        "/audit?staff=999": 0,
        "/audit?noun=beneficiary": 1,
        "/audit?noun=staff": 0,
        f"/audit?date_from={tomorrow}": 0,
        f"/audit?date_to={tomorrow}": 1,
        "/audit/looks?action=view": 1,
        "/audit/looks?action=reveal": 0,
    }
    found = {path: len(rows_of(auditor.page(path))) for path in expected}
    assert found == expected


def test_the_log_asks_as_often_for_many_as_for_few(office: Office) -> None:
    person_id = office.person()
    clerk, auditor = office.visitor(Role.CLERK), office.visitor(Role.AUDITOR)
    clerk.get(f"/b/{person_id}")

    def asked() -> list[int]:
        counts = []
        for path in ("/audit", "/audit/looks"):
            with statements_of(office.database) as seen:
                auditor.get(path)
            counts.append(len(seen))
        return counts

    few = asked()
    for number in range(4):
        office.other_person(number)
        clerk.get(f"/b/{person_id}")
    assert asked() == few

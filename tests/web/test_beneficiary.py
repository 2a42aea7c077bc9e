"""Persons: found, recorded once, corrected, hidden numbers shown and logged, two records merged."""

import pytest
from sqlalchemy import func, select

from pharmacy.models import AccessEvent, AuditEvent, Beneficiary, BeneficiaryStatus
from pharmacy.rules.arabic import to_arabic_indic
from pharmacy.rules.vocabulary import AllergyKind, IdentityKind, Role
from tests.web.inspecting import InspectingClient, values_of
from tests.web.inspection import Page, text_of
from tests.web.office import FATMA, FATMA_PHONE, Office, form_of, office
from tests.web.people import statements_of

__all__ = ["office"]

NEW = {
    "given_name": "حسن",
    "father_name": "علي",
    "family_name": "الشناوي",
    "identity_number": "٢٥٥٠٧١٥١٨٠٠١١٩",
    "phone": "٠١١٢٣٤٥٦٧٨٩",
    "markaz": "رشيد",
}
LIKE_FATMA = {
    "given_name": "فاطمه",
    "father_name": "عبدالرحمن",
    "grandfather_name": "حسن",
    "family_name": "محمود",
    "identity_kind": "lost_card",
    "birth_date": "1/3/1968",
    "sex": "female",
}


def people(office: Office) -> int:
    with office.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Beneficiary)) or 0


def looks(office: Office) -> list[tuple[str, str]]:
    with office.database.reading() as session:
        rows = session.execute(
            select(AccessEvent.action, AccessEvent.reason).order_by(AccessEvent.id)
        )
        return [(row.action, row.reason) for row in rows]


def rows_of(page: Page) -> list[str]:
    return [text_of(row) for body in page.all("tbody") for row in body.iter("tr")]


SERVING = {Role.CLERK, Role.COMMITTEE, Role.PHARMACIST, Role.MANAGER, Role.AUDITOR}
CHANGING = {Role.CLERK, Role.PHARMACIST}


def test_only_roles_that_serve_people_see_files_and_fewer_change_or_reveal(
    office: Office,
) -> None:
    at = f"/b/{office.person()}"
    seen = ("/beneficiaries", at, f"{at}/log")
    changed = ("/beneficiaries/new", f"{at}/edit", f"{at}/reveal", f"{at}/card")
    for role in Role:
        visitor = office.visitor(role)
        for paths, roles in ((seen, SERVING), (changed, CHANGING)):
            answers = {path: visitor.get(path).status_code for path in paths}
            assert answers == dict.fromkeys(paths, 200 if role in roles else 403), role


def test_an_empty_list_says_how_to_begin(office: Office) -> None:
    assert "لا يوجد مستفيدون بعد" in office.visitor(Role.CLERK).get("/beneficiaries").text


def test_numbers_are_hidden_wherever_a_person_is_shown(office: Office) -> None:
    person_id = office.person()
    clerk = office.visitor(Role.CLERK)
    paths = ("", "/dispensed", "/requests", "/log", "/edit", "/reveal")
    for path in (
        "/beneficiaries",
        "/beneficiaries?q=فاطمة",
        *(f"/b/{person_id}{p}" for p in paths),
    ):
        answer = clerk.get(path)
        assert answer.status_code == 200

        assert FATMA not in answer.text
        assert FATMA_PHONE not in answer.text
        assert "01012345678" not in answer.text
    assert "8047" in clerk.get("/beneficiaries").text


@pytest.mark.parametrize(
    "typed", [FATMA, "٢٦٨٠٣٠١١٨٩٨٠٤٧", "01012345678", "فاطمه عبدالرحمن", "محمود"]
)
def test_a_person_is_found_by_identity_phone_or_folded_name(office: Office, typed: str) -> None:
    office.person()
    office.other_person(1)
    page = office.visitor(Role.CLERK).page(f"/beneficiaries?q={typed}")
    assert len(rows_of(page)) == 1
    assert "فاطمة عبد الرحمن حسن محمود" in rows_of(page)[0]


def test_a_scanned_card_opens_its_file(office: Office) -> None:
    person_id = office.person()
    with office.database.reading() as session:
        card = session.scalar(select(Beneficiary.card_number))
    clerk = office.visitor(Role.CLERK)
    assert card is not None
    for scanned in (card, to_arabic_indic(card)):
        answer = clerk.get(f"/beneficiaries?q={scanned}")
        assert (answer.status_code, answer.location) == (303, f"/b/{person_id}")


def test_a_search_that_finds_nobody_says_so(office: Office) -> None:
    answer = office.visitor(Role.CLERK).get("/beneficiaries?q=زينب")
    assert "لم يُعثر على أحد" in answer.text


def test_each_opening_of_a_file_is_logged_and_shown_at_once(office: Office) -> None:
    person_id = office.person()
    clerk = office.visitor(Role.CLERK)
    clerk.get(f"/b/{person_id}")
    page = clerk.page(f"/b/{person_id}/log")
    assert looks(office) == [("view", ""), ("view", "")]
    assert sum("فتح الملف" in row for row in rows_of(page)) == 2


def test_a_person_is_recorded_from_arabic_digits(office: Office) -> None:
    clerk = office.visitor(Role.CLERK)
    answer = clerk.send("/beneficiaries/new", NEW)
    assert answer.status_code == 303
    with office.database.reading() as session:
        row = session.execute(select(Beneficiary)).scalar_one()
        assert row.full_name == "حسن علي الشناوي"
        assert (row.identity_number, row.phone) == ("25507151800119", "+201123456789")
        assert (row.birth_date.isoformat(), row.sex.value) == ("1955-07-15", "male")
    assert answer.location == f"/b/{row.id}"
    assert "تم تسجيل المستفيد" in clerk.get(answer.location).text


def test_conditions_allergies_and_consent_are_recorded(office: Office) -> None:
    office.condition()
    clerk = office.visitor(Role.CLERK)
    clerk.send(
        "/beneficiaries/new",
        {
            **NEW,
            "condition_ids": ["1"],
            "allergy_ingredients": "Penicillin، sulfa",
            "allergy_classes": "j01c",
            "consented": "y",
            "consent_on": "١/٢/٢٠٢٦",
        },
    )
    with office.database.reading() as session:
        row = session.execute(select(Beneficiary)).scalar_one()
        assert [condition.code for condition in row.conditions] == ["DM"]
        codes = sorted((allergy.kind.value, allergy.code) for allergy in row.allergies)
        assert codes == [("class", "J01C"), ("ingredient", "penicillin"), ("ingredient", "sulfa")]
        assert (row.consent_version, str(row.consent_on)) == ("2026-01", "2026-02-01")
    assert "حساسية: " in clerk.get(f"/b/{row.id}").text


def test_a_pregnancy_is_recorded_with_its_end_and_shown_in_the_file(office: Office) -> None:
    clerk = office.visitor(Role.CLERK)
    identity = {"identity_kind": "passport", "identity_number": "A77", "birth_date": "1/5/1995"}
    clerk.send(
        "/beneficiaries/new",
        {**NEW, **identity, "sex": "female", "pregnant_until": "١/٢/٢٠٩٠"},
    )
    with office.database.reading() as session:
        row = session.execute(select(Beneficiary)).scalar_one()
    assert str(row.pregnant_until) == "2090-02-01"
    assert "حامل حتى" in clerk.get(f"/b/{row.id}").text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"given_name": " "}, "هذا البيان مطلوب."),
        ({"identity_number": "2550715"}, "الرقم القومي 14 رقمًا. أعد كتابته من البطاقة."),
        ({"phone": "123"}, "هذا ليس رقم هاتف"),
        ({"household_size": "كثير"}, "اكتب عددًا صحيحًا"),
    ],
)
def test_a_mistake_stands_at_its_field_and_what_was_typed_stays(
    office: Office, wrong: dict[str, str], sentence: str
) -> None:
    answer = office.visitor(Role.CLERK).send("/beneficiaries/new", {**NEW, **wrong})
    assert answer.status_code == 422
    name, typed = next(iter(wrong.items()))
    page = Page(answer.text)
    said = [one for one in page.all("p") if one.get("id") == f"{name}-error"]
    assert len(said) == 1
    assert sentence in text_of(said[0])
    kept = {field.get("name"): field.get("value") for field in page.all("input")}
    assert (kept["father_name"], kept[name]) == ("علي", typed.strip())
    assert people(office) == 0


@pytest.mark.parametrize(("number", "said"), [("28801111898021", False), ("28801111898025", True)])
def test_an_unusual_control_digit_is_said_in_the_file_and_never_refused(
    office: Office, number: str, *, said: bool
) -> None:
    clerk = office.visitor(Role.CLERK)
    answer = clerk.send("/beneficiaries/new", {**NEW, "identity_number": number})
    assert answer.status_code == 303
    assert answer.location is not None
    shown = clerk.get(answer.location).text
    assert ("الرقم الأخير غير معتاد" in shown) is said
    assert number not in shown


@pytest.mark.parametrize(
    "typed",
    [
        LIKE_FATMA,
        {**NEW, "phone": "01012345678"},
    ],
)
def test_a_likely_double_is_shown_first_and_recorded_only_when_confirmed(
    office: Office, typed: dict[str, str]
) -> None:
    person_id = office.person()
    clerk = office.visitor(Role.CLERK)
    answer = clerk.send("/beneficiaries/new", typed)
    assert answer.status_code == 409
    assert people(office) == 1
    page = Page(answer.text)
    assert "فاطمة عبد الرحمن حسن محمود" in rows_of(page)[0]
    assert f"/b/{person_id}" in {link.get("href") for link in page.all("a")}
    shown = values_of(form_of(page))
    assert "known_different" not in shown
    assert clerk.post("/beneficiaries/new", data=shown).status_code == 409
    confirmed = clerk.post("/beneficiaries/new", data={**shown, "known_different": "y"})
    assert confirmed.status_code == 303
    assert people(office) == 2


def test_a_taken_identity_leads_to_the_file_and_cannot_be_confirmed_away(office: Office) -> None:
    person_id = office.person()
    clerk = office.visitor(Role.CLERK)
    answer = clerk.send("/beneficiaries/new", {**NEW, "identity_number": FATMA})
    assert answer.status_code == 409
    page = Page(answer.text)
    assert f"/b/{person_id}" in {link.get("href") for link in page.all("a")}
    again = {**values_of(form_of(page)), "known_different": "y"}
    assert clerk.post("/beneficiaries/new", data=again).status_code == 409
    assert people(office) == 1


def test_a_correction_keeps_the_hidden_numbers_unless_they_are_typed(office: Office) -> None:
    office.condition()
    person_id = office.person(
        allergies=((AllergyKind.INGREDIENT, "penicillin"),), condition_ids=frozenset({1})
    )
    clerk = office.visitor(Role.CLERK)
    answer = clerk.send(f"/b/{person_id}/edit", {"village": "كفر بولين"})
    assert (answer.status_code, answer.location) == (303, f"/b/{person_id}")
    with office.database.reading() as session:
        row = session.execute(select(Beneficiary)).scalar_one()
        assert (row.identity_number, row.phone) == (FATMA, FATMA_PHONE)
        assert row.village == "كفر بولين"
        assert ([one.code for one in row.allergies], len(row.conditions)) == (["penicillin"], 1)
        change = session.execute(select(AuditEvent).where(AuditEvent.action == "correct"))
        assert change.scalar_one().after == {"village": "كفر بولين"}


def test_a_phone_is_removed_when_that_is_ticked(office: Office) -> None:
    person_id = office.person()
    office.visitor(Role.CLERK).send(f"/b/{person_id}/edit", {"phone_removed": "y"})
    with office.database.reading() as session:
        assert session.execute(select(Beneficiary.phone)).scalar_one() is None


def test_numbers_are_revealed_for_a_reason_that_is_logged(office: Office) -> None:
    person_id = office.person()
    clerk = office.visitor(Role.CLERK)
    answer = clerk.send(f"/b/{person_id}/reveal", {"reason": "الاتصال لوصول الدواء"})
    assert answer.status_code == 200
    assert FATMA in answer.text
    assert FATMA_PHONE in answer.text
    assert looks(office) == [("reveal", "الاتصال لوصول الدواء")]


def test_nothing_is_revealed_without_a_reason(office: Office) -> None:
    person_id = office.person()
    answer = office.visitor(Role.CLERK).send(f"/b/{person_id}/reveal", {"reason": " "})
    assert answer.status_code == 422
    assert FATMA not in answer.text
    assert looks(office) == []


def test_the_card_is_a_pdf_and_its_printing_is_logged(office: Office) -> None:
    person_id = office.person()
    answer = office.visitor(Role.CLERK).get(f"/b/{person_id}/card")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF")
    assert looks(office) == [("print", "card")]


def test_a_merge_shows_its_effect_and_keeps_both_histories(office: Office) -> None:
    double_id = office.person()
    kept_id = office.other_person(1)
    drug_id = office.drug()
    first = office.request(beneficiary_id=double_id)
    office.hand_out(first, drug_id)
    office.request(beneficiary_id=kept_id)
    manager = office.visitor(Role.MANAGER)
    path = f"/b/{double_id}/merge"
    assert "لا يمكن التراجع عن هذا." in manager.get(f"{path}?kept={kept_id}").text
    answer = manager.send(f"{path}?kept={kept_id}", {"reason": "نفس البطاقة"})
    assert (answer.status_code, answer.location) == (303, f"/b/{kept_id}")
    assert len(rows_of(manager.page(f"/b/{kept_id}/dispensed"))) == 1
    assert len(rows_of(manager.page(f"/b/{kept_id}/requests"))) == 2
    assert "قرار" in manager.get(f"/b/{kept_id}").text
    assert "دُمج هذا السجل في سجل آخر" in manager.get(f"/b/{double_id}").text
    with office.database.reading() as session:
        row = session.get(Beneficiary, double_id)
        assert row is not None
        assert (row.status, row.merged_into_id) == (BeneficiaryStatus.MERGED, kept_id)


def test_a_merge_needs_a_reason_and_another_record(office: Office) -> None:
    person_id, other_id = office.person(), office.other_person(1)
    manager = office.visitor(Role.MANAGER)
    path = f"/b/{person_id}/merge"
    assert manager.send(f"{path}?kept={other_id}", {"reason": ""}).status_code == 422
    shown = values_of(form_of(manager.page(f"{path}?kept={other_id}")))
    wrong = {**shown, "kept_id": str(person_id), "reason": "نفس الشخص"}
    assert manager.post(path, data=wrong).status_code == 422
    with office.database.reading() as session:
        active = select(Beneficiary.id).where(Beneficiary.status == BeneficiaryStatus.ACTIVE)
        assert sorted(session.scalars(active)) == [person_id, other_id]


def test_a_clerk_does_not_merge(office: Office) -> None:
    person_id = office.person()
    assert office.visitor(Role.CLERK).get(f"/b/{person_id}/merge").status_code == 403


def test_an_unknown_person_is_not_found_and_nothing_is_logged(office: Office) -> None:
    clerk = office.visitor(Role.CLERK)
    for path in ("/b/77", "/b/77/log", "/b/77/edit", "/b/77/card"):
        assert clerk.get(path).status_code == 404
    assert looks(office) == []


def test_the_pages_of_persons_ask_as_often_for_many_as_for_few(office: Office) -> None:
    person_id = office.person()
    clerk = office.visitor(Role.CLERK)
    paths = ("/beneficiaries", "/beneficiaries?q=سعيد", f"/b/{person_id}/requests")

    def asked() -> list[int]:
        return [statements(office, clerk, path) for path in paths]

    for number in range(2):
        office.other_person(number)
        office.request(beneficiary_id=person_id)
    few = asked()
    for number in range(2, 9):
        office.other_person(number, identity_kind=IdentityKind.REFUGEE_CARD)
        office.request(beneficiary_id=person_id)
    assert asked() == few


def statements(office: Office, visitor: InspectingClient, path: str) -> int:
    with statements_of(office.database) as seen:
        assert visitor.get(path).status_code == 200
    return len(seen)

"""Card and request slip: what they say, in both languages, with every number masked."""

import pytest
from sqlalchemy import select

from pharmacy.errors import NotFound
from pharmacy.models import Beneficiary
from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.rules.vocabulary import Channel, Role
from pharmacy.web.papers.card import card
from pharmacy.web.papers.request_slip import request_slip
from tests.web.office import TODAY, Office, office
from tests.web.people import staff_member

__all__ = ["office"]


def test_a_card_says_the_name_and_the_last_figures_of_the_identity(office: Office) -> None:
    person_id = office.person()
    with office.database.reading() as session:
        row = session.execute(select(Beneficiary)).scalar_one()
        values = card(session, person_id, language="ar", issued_on=TODAY)
    assert (values.name, values.identity) == ("فاطمة عبد الرحمن حسن محمود", "••••••••••8047")
    assert values.number == values.barcode == row.card_number
    assert values.site == "صيدلية دعم الدواء"


def test_a_card_names_another_kind_of_identity(office: Office) -> None:
    person_id = office.other_person(1)
    with office.database.reading() as session:
        arabic = card(session, person_id, language="ar", issued_on=TODAY)
        english = card(session, person_id, language="en", issued_on=TODAY)
    assert arabic.identity == "جواز سفر •••••0001"
    assert english.identity == "Passport •••••0001"


def test_a_slip_says_what_was_asked_and_what_happens_next(office: Office) -> None:
    office.centre(1)
    request_id = office.request(
        beneficiary_id=office.person(),
        channel=Channel.CITY_CENTRE,
        centre_id=1,
        asked_for="أنسولين\nشرائط تحليل",
        outside_reference="DM-7",
    )
    with office.database.reading() as session:
        slip = request_slip(session, request_id, language="en")
    assert (slip.number, slip.centre, slip.channel) == (
        f"{TODAY.year}-000001",
        "C1",
        "City technology centre",
    )
    assert (slip.identity, slip.phone) == ("••••••••••8047", "•••••••••5678")
    assert slip.asked == ("أنسولين", "شرائط تحليل")
    assert slip.next_steps[0] == "The papers are checked, then the committee decides."
    assert slip.tracking.startswith("Keep this slip. Call 16528")
    assert (slip.barcode, slip.outside_reference) == (
        in_house(InHousePrefix.REQUEST_SLIP, request_id),
        "DM-7",
    )


def test_a_slip_speaks_of_the_state_of_the_request(office: Office) -> None:
    request_id = office.request(beneficiary_id=office.person())
    office.approve(request_id, office.drug())
    with office.database.reading() as session:
        slip = request_slip(session, request_id, language="ar")
    assert slip.next_steps[0].startswith("تمت الموافقة على الطلب.")


def test_there_is_no_paper_of_nobody(office: Office) -> None:
    with office.database.reading() as session:
        with pytest.raises(NotFound):
            card(session, 7, language="ar", issued_on=TODAY)
        with pytest.raises(NotFound):
            request_slip(session, 7, language="ar")


def test_every_page_speaks_english_too(office: Office) -> None:
    person_id = office.person()
    request_id = office.request(beneficiary_id=person_id)
    office.hand_out(request_id, office.drug())
    account = f"/admin/staff/{staff_member(office.database, Role.FINANCE)}"
    person, request = f"/b/{person_id}", f"/r/{request_id}"
    pages = {
        Role.CLERK: (
            "/beneficiaries",
            "/beneficiaries/new",
            *(f"{person}{tab}" for tab in ("", "/dispensed", "/requests", "/log", "/edit")),
            f"{person}/reveal",
            "/requests",
            "/requests/new",
            request,
            f"{request}/beneficiary",
        ),
        Role.COMMITTEE: tuple(f"{request}/{step}" for step in ("decide", "reject", "reopen")),
        Role.MANAGER: (f"{person}/merge",),
        Role.ADMINISTRATOR: (
            "/admin/staff",
            "/admin/staff/new",
            "/admin/settings",
            "/audit",
            "/audit/looks",
            account,
            *(f"{account}/{step}" for step in ("close", "open", "password")),
        ),
    }
    for role, paths in pages.items():
        visitor = office.visitor(role)
        for path in paths:
            page = visitor.page(f"{path}?lang=en")
            assert page.root.get("lang") == "en", path

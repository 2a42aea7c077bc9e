"""A story to be read by a clerk: a village's request becomes medicine and a closed case.

Every step is taken on the pages, by whoever takes it in life. At the end the request's own page
tells the whole chain, from what was asked in the village down to the supplier's invoice, and the
books agree.
"""

from datetime import timedelta

import pytest
from flask import Flask

from pharmacy.db import Database
from pharmacy.models import CitizenRequest
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import CentreKind, Role
from pharmacy.services.verify import verify
from tests.builders import rows
from tests.conftest import SEAL_KEY
from tests.web.desk import Counter
from tests.web.fixtures import app, client, settings
from tests.web.inspecting import InspectingClient
from tests.web.inspection import text_of
from tests.web.office import TODAY, Office

__all__ = ["app", "client", "settings"]

VILLAGE = 35


@pytest.fixture
def office(database: Database, app: Flask) -> Office:
    """The fund's office, its pharmacy, a village unit's centre, and one medicine."""
    office = Office(database, app)
    office.site()
    office.fund()
    office.condition()
    office.centre(VILLAGE, CentreKind.VILLAGE)
    office.drug(pack_size=30)
    return office


def done(visitor: InspectingClient, path: str, **fields: str) -> str:
    """Fill in the form of a page and send it; return where it leads."""
    answer = visitor.send(path, fields)
    assert answer.status_code == 303, text_of(visitor.page(path).root)
    return answer.location


def state(office: Office) -> RequestState:
    [(found,)] = rows(office.database, CitizenRequest.state)
    assert isinstance(found, RequestState)
    return found


def invoice() -> dict[str, str]:
    """Two packs of sixty tablets in all, as the store keeper types the supplier's paper."""
    return {
        "supplier": "1",
        "fund": "1",
        "document_reference": "INV-2026-77",
        "lines-0-drug": "GLU850",
        "lines-0-lot": "A2317",
        "lines-0-expiry": (TODAY + timedelta(days=900)).strftime("%m/%Y"),
        "lines-0-packs": "2",
        "lines-0-cost": "84.00",
    }


RESEARCH = {
    "household_size": "5",
    "monthly_income": "2500",
    "insurance": "none",
    "finding": "supports",
    "note": "أرملة تعول أسرة",
}


def test_a_village_request_becomes_medicine_and_a_closed_case(office: Office) -> None:
    village = office.visitor(Role.CLERK, username="village", centre_id=VILLAGE)
    clerk, doctor = office.visitor(Role.CLERK), office.visitor(Role.COMMITTEE)
    keeper = office.visitor(Role.STORE_KEEPER, site_id=1)
    pharmacist = office.visitor(Role.PHARMACIST, site_id=1)

    # A woman asks for her tablets at the centre of her village unit.
    request = done(
        village,
        "/requests/new?channel=village_centre",
        citizen_name="فاطمة عبد الرحمن",
        citizen_phone="01012345678",
        asked_for="أقراص سكر شهرية",
        fact_receipt_number="4471",
    )
    assert state(office) is RequestState.RECEIVED

    # The office finds her on file, and her papers complete.
    person = office.person()
    done(clerk, f"{request}/beneficiary?b={person}")
    done(clerk, f"{request}/step/check")

    # Her household is looked into, then her prescription.
    done(clerk, f"{request}/step/send_to_research")
    done(clerk, f"{request}/research", **RESEARCH)
    done(clerk, f"{request}/step/send_to_medical")
    done(doctor, f"{request}/medical", diagnosis="سكري من النوع الثاني", finding="supports")
    done(clerk, f"{request}/step/send_to_committee")
    assert state(office) is RequestState.COMMITTEE

    # The committee approves sixty tablets, once.
    done(
        doctor,
        f"{request}/decide",
        **{"decision_number": "2026/118", "items-0-drug": "GLU850", "items-0-dose": "1*2*30"},
    )
    assert state(office) is RequestState.APPROVED

    # The store brings them in on the supplier's invoice; the pharmacy hands them out.
    done(keeper, "/stock/receive", **invoice())
    counter = Counter(pharmacist)
    counter.find("فاطمة")
    counter.step("dispense")
    assert counter.state == "dispensed"
    assert state(office) is RequestState.CLOSED

    # The clock stopped at the hand-over, and the page tells the whole chain.
    [days] = rows(office.database, CitizenRequest.handed_over_on, CitizenRequest.settled_on)
    assert days == (TODAY, TODAY)
    page = text_of(office.visitor(Role.AUDITOR).page(request).root)
    for told in ("4471", "2026/118", "P1-D-", "A2317", "P1-GR-", "المصرية", "INV-2026-77", "84.00"):
        assert told in page, told

    # The books agree.
    with office.database.reading() as session:
        wrong = [check.name for check in verify(session, SEAL_KEY) if not check.ok]

    assert wrong == []

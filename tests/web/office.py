"""A small office for tests of pages: staff who sign in, persons, requests, medicine in stock."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from flask import Flask

from pharmacy.db import Database
from pharmacy.models import Approval, Centre, Condition, Fund, Site, Supplier
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.seal import FIRST_SEAL
from pharmacy.rules.vocabulary import (
    CentreKind,
    Channel,
    FundKind,
    IdentityKind,
    Role,
    SiteKind,
    UnitOfIssue,
)
from pharmacy.services import dispensing, formulary, stock
from pharmacy.services.beneficiary import Person, register
from pharmacy.services.dispensing_order import DispensingOrder, OrderLine
from pharmacy.services.request import NewRequest, record_request
from pharmacy.services.request_decision import ApprovedItem, Decision, approve
from tests.web.inspecting import InspectingClient
from tests.web.inspection import Page
from tests.web.people import PASSWORD, staff_member

FATMA = "26803011898047"
FATMA_PHONE = "+201012345678"
NOW = datetime.now(UTC)
TODAY = cairo_day(NOW)


class Office:
    """The staff by role, made when first asked for, and what they do through the services."""

    def __init__(self, database: Database, app: Flask) -> None:
        self.database = database
        self.app = app
        self.actors: dict[str, Actor] = {}
        self.sent = 0

    def actor(self, role: Role, **columns: Any) -> Actor:
        """The member of staff of a role."""
        name = columns.get("username", role.value)
        if name not in self.actors:
            staff_id = staff_member(self.database, role, **columns)
            site, centre = columns.get("site_id"), columns.get("centre_id")
            self.actors[name] = Actor(staff_id, "منى سالم", role, site, centre)
        return self.actors[name]

    def visitor(self, role: Role, **columns: Any) -> InspectingClient:
        """A browser in which a member of staff is signed in."""
        self.actor(role, **columns)
        client = self.app.test_client()
        assert isinstance(client, InspectingClient)
        answer = client.sign_in(columns.get("username", role.value), PASSWORD)
        assert answer.status_code == 303
        return client

    def person(self, **facts: Any) -> int:
        """A person on file; Fatma when nothing else is said."""
        given = {
            "given_name": "فاطمة",
            "father_name": "عبد الرحمن",
            "grandfather_name": "حسن",
            "family_name": "محمود",
            "identity_kind": IdentityKind.NATIONAL_ID,
            "identity_number": FATMA,
            "phone": "01012345678",
            "markaz": "دمنهور",
            "village": "زاوية غزال",
            **facts,
        }
        clerk = self.actor(Role.CLERK)
        with self.database.transaction() as session:
            return register(session, Person(**given), known_different=True, actor=clerk, now=NOW)

    def other_person(self, number: int, **facts: Any) -> int:
        """A person unlike the others, without papers."""
        given = {
            "given_name": "سعيد",
            "family_name": f"الجندي{number}",
            "identity_kind": IdentityKind.PASSPORT,
            "identity_number": f"A{number:08}",
            "birth_date": date(1980, 1, 1),
            "sex": "male",
            "phone": "",
            **facts,
        }
        return self.person(**given)

    def request(self, **facts: Any) -> int:
        """A request by the hotline for some insulin."""
        self.sent += 1
        given = {
            "submission_id": f"request-{self.sent}",
            "channel": Channel.HOTLINE,
            "asked_for": "أنسولين مكستارد",
            "received_on": TODAY,
            "citizen_name": "" if facts.get("beneficiary_id") else "عبد الحميد الجندي",
            **facts,
        }
        clerk = self.actor(Role.CLERK)
        with self.database.transaction() as session:
            return record_request(session, NewRequest(**given), actor=clerk, now=NOW)

    def drug(self, code: str = "GLU850", name: str = "Glucophage", **facts: Any) -> int:
        """A drug of the formulary, in tablets."""
        given = {
            "code": code,
            "name_ar": f"دواء {name}",
            "name_en": name,
            "inn": f"{name.lower()}ine",
            "unit": UnitOfIssue.TABLET,
            **facts,
        }
        pharmacist = self.actor(Role.PHARMACIST, site_id=self.site())
        with self.database.transaction() as session:
            return formulary.save_drug(
                session, formulary.DrugFacts(**given), actor=pharmacist, now=NOW
            )

    def site(self) -> int:
        """The one site, its chain of seals open."""
        with self.database.transaction() as session:
            if session.get(Site, 1) is None:
                kind = SiteKind.COUNTER
                session.add(Site(id=1, code="P1", kind=kind, name_ar="المنفذ", name_en="Counter"))
                session.flush()
                stock.open_site_chain(session, 1, FIRST_SEAL)
        return 1

    def fund(self) -> int:
        """The State's money."""
        with self.database.transaction() as session:
            if session.get(Fund, 1) is None:
                kind = FundKind.BUDGET
                session.add(Fund(id=1, code="B", kind=kind, name_ar="الموازنة", name_en="Budget"))
                session.add(Supplier(id=1, name="المصرية"))
        return 1

    def centre(self, number: int = 1, kind: CentreKind = CentreKind.CITY) -> int:
        """A technology centre."""
        with self.database.transaction() as session:
            name = f"مركز {number}"
            session.add(
                Centre(id=number, code=f"C{number}", kind=kind, name_ar=name, name_en=f"C{number}")
            )
        return number

    def condition(self) -> int:
        """Diabetes."""
        with self.database.transaction() as session:
            session.add(Condition(id=1, code="DM", name_ar="السكري", name_en="Diabetes"))
        return 1

    def approve(self, request_id: int, drug_id: int) -> int:
        """An approval of sixty tablets a month, six times."""
        decision = Decision(
            decision_number="2026/118",
            valid_from=TODAY,
            valid_until=TODAY + timedelta(days=180),
            items=[ApprovedItem(drug_id=drug_id, quantity_per_issue=60, issues=6)],
        )
        committee = self.actor(Role.COMMITTEE)
        with self.database.transaction() as session:
            return approve(session, request_id, decision, actor=committee, now=NOW)

    def hand_out(self, request_id: int, drug_id: int) -> int:
        """Receive and approve sixty tablets, and hand them out; the voucher's id."""
        keeper = self.actor(Role.STORE_KEEPER, site_id=self.site())
        line = stock.ReceiptLine(
            drug_id=drug_id, lot="A1", expiry=TODAY + timedelta(days=700), quantity=60, value=8400
        )
        self.sent += 1
        receipt = stock.Receipt(
            submission_id=f"receipt-{self.sent}",
            fund_id=self.fund(),
            supplier_id=1,
            document_reference="77",
            lines=[line],
        )
        with self.database.transaction() as session:
            stock.receive(session, receipt, actor=keeper, now=NOW)
        approval_id = self.approve(request_id, drug_id)
        pharmacist = self.actor(Role.PHARMACIST, site_id=1)
        with self.database.transaction() as session:
            approval = session.get(Approval, approval_id)
            assert approval is not None
            order = DispensingOrder(
                request_id=request_id,
                submission_id=f"dispensing-{self.sent}",
                lines=[OrderLine(approval_item_id=approval.items[0].id, quantity=60)],
            )
            return dispensing.dispense(session, order, actor=pharmacist, now=NOW)


def form_of(page: Page) -> Element:
    """The one form of a page's content that posts."""
    main = page.all("main")[0]
    return next(form for form in main.iter("form") if form.get("method") == "post")


@pytest.fixture
def office(database: Database, app: Flask) -> Office:
    """An office on this test's own database."""
    return Office(database, app)

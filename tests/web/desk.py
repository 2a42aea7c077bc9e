"""The counter without script: every step is a form of the page, sent as a browser would."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from xml.etree.ElementTree import Element

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from pharmacy.db import Database
from pharmacy.models import CounterDraft, DrugGtin
from pharmacy.rules.vocabulary import IdentityKind, Role
from pharmacy.services import beneficiary
from tests.web.counter_day import CounterDay
from tests.web.inspecting import InspectingClient, values_of
from tests.web.inspection import Page, text_of
from tests.web.people import PASSWORD

GTIN = "09521000110113"


def signed_in(app: Flask, role: Role) -> InspectingClient:
    """Sign in the member of staff who has a role."""
    client = cast("InspectingClient", app.test_client())
    assert client.sign_in(role.value, PASSWORD).status_code == 303
    return client


@dataclass(slots=True)
class Counter:
    """A window at the counter: the client, and the page it stands on."""

    client: InspectingClient
    where: str = "/counter"

    @property
    def page(self) -> Page:
        """The page as it stands now."""
        return self.client.page(self.where)

    def send(self, action: str, **fields: str) -> TestResponse:
        """Send the form with this address, and go where the answer leads."""
        form = next(one for one in self.page.all("form") if one.get("action") == action)
        answer = self.client.post(action, data={**values_of(form), **fields})
        if answer.status_code == 303:
            self.where = answer.location
        return answer

    def scan(self, code: str) -> TestResponse:
        """Enter a code in the scan box."""
        return self.send("/counter/scan", code=code)

    def find(self, text: str) -> TestResponse:
        """Type words in the scan box and take the first thing found."""
        found = Page(self.scan(text).get_data(as_text=True))
        named = {"person_id", "drug_id"}
        form = next(one for one in found.all("form") if named & set(values_of(one)))
        answer = self.client.post(form.attrib["action"], data=values_of(form))
        if answer.status_code == 303:
            self.where = answer.location
        return answer

    def step(self, name: str, **fields: str) -> TestResponse:
        """Send a step of the draft at hand: `dispense`, `hold`, `lines/…/remove`."""
        return self.send(f"{self.draft}/{name}", **fields)

    @property
    def draft(self) -> str:
        """The address of the draft at hand."""
        return self.where.partition("?")[0]

    def set_quantity(self, uid: str, quantity: str) -> TestResponse:
        """Change a line's quantity, by the link that edits it."""
        self.where = f"{self.draft}?edit={uid}"
        answer = self.step(f"lines/{uid}", quantity=quantity)
        self.where = self.draft
        return answer

    @property
    def state(self) -> str:
        """What the counter shows: idle, open, held, dispensed …"""
        return by_id(self.page, "desk").get("data-state", "")

    @property
    def rows(self) -> list[Element]:
        """The lines of the draft."""
        return [row for row in self.page.all("tr") if row.get("data-uid")]

    @property
    def uids(self) -> list[str]:
        """The names of the lines."""
        return [row.attrib["data-uid"] for row in self.rows]

    @property
    def quantities(self) -> list[str]:
        """What each line gives."""
        return [row.attrib["data-quantity"] for row in self.rows]


def by_id(page: Page, name: str) -> Element:
    """The element with an id."""
    return next(element for element in page.root.iter() if element.get("id") == name)


def lane_of(answer: TestResponse) -> str:
    """What the lane of an answer says."""
    return text_of(by_id(Page(answer.get_data(as_text=True)), "lane"))


def part(client: InspectingClient, address: str, **fields: str) -> TestResponse:
    """Send what the script sends; the answer is a part of a page and no page to inspect."""
    client.inspects = False
    answer = client.post(address, data=fields | token(client), headers={"X-Part": "1"})
    client.inspects = True
    return answer


def token(client: InspectingClient) -> dict[str, str]:
    """The token that the counter's page gives its forms."""
    page = client.page("/counter")
    found = next(one for one in page.all("input") if one.get("name") == "csrf_token")
    return {"csrf_token": found.attrib["value"]}


def packed(database: Database, drug_id: int) -> str:
    """Give a drug a code on its pack; return the code."""
    with database.transaction() as session:
        session.add(DrugGtin(gtin=GTIN, drug_id=drug_id))
    return GTIN[1:]


def draft_of(database: Database) -> CounterDraft:
    """The newest draft, as it is stored."""
    with database.reading() as session:
        row = session.scalars(select(CounterDraft).order_by(CounterDraft.id.desc())).first()
        assert row is not None
        return row


def other_person(database: Database, day: CounterDay) -> int:
    """Register somebody else, who has no approval."""
    from_clerk = day.staff[Role.CLERK]
    with database.transaction() as session:
        return beneficiary.register(
            session,
            beneficiary.Person(
                given_name="سعاد",
                father_name="إبراهيم",
                family_name="منصور",
                identity_kind=IdentityKind.NATIONAL_ID,
                identity_number="27505051800021",
            ),
            actor=from_clerk,
            now=datetime.now(UTC),
        )

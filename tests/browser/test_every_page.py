"""Every page of the application in a real browser, in both languages, as a role that may open it.

The pages are the rules of the application itself: a new one is looked at without being named here,
unless its address needs a number that `numbers` does not know, which then fails by name.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.app import create_app
from pharmacy.config import HashCost, Settings
from pharmacy.db import Database, embedded_url
from pharmacy.models import (
    Beneficiary,
    CitizenRequest,
    CounterDraft,
    DispensingLine,
    ImportJob,
    MoneyVoucher,
    Site,
    Sitting,
    Staff,
    StockMovement,
    Voucher,
)
from pharmacy.rules.permissions import PERMISSIONS, roles_with
from pharmacy.rules.request_vocabulary import RequestState, SittingState
from pharmacy.rules.scopes import Scope
from pharmacy.rules.vocabulary import Role, SiteKind, VoucherKind
from pharmacy.services.demo import SHOWCASE_NAME
from pharmacy.services.demo_staff import ACCOUNTS, PASSWORD
from pharmacy.web.access import rule_of
from pharmacy.web.language import COOKIE
from pharmacy.web.programs import PREFIXES
from tests.browser.addresses import ADDRESSES, FORMS, RECORDERS
from tests.browser.claim_numbers import claim_numbers
from tests.browser.closed_month import closed_month
from tests.browser.conftest import COUNTER
from tests.browser.looking import KEEP_FEW_ROWS, look, press_every_key, walk, watch
from tests.builders import add_chart
from tests.web.people import PASSWORD as STAFF_PASSWORD
from tests.web.people import staff_member
from tests.web.programs import make_token

LANGUAGES = ("ar", "en")
UNPROCESSABLE = 422
NO_PAGES = ("suggest", "beat", "_pdf", ".arriving")
"""What only scripts ask for, papers, and goods between sites: nobody stands at a second one."""
READ_BY_PEOPLE = frozenset({"api_document.page"})
"""What is a page among the addresses for other programs."""
EMPTY_THE_FORM = """() => {
  const form = document.querySelector('main form[method=post]');
  for (const field of form.elements) {
    if (field.type === 'checkbox' || field.type === 'radio') field.checked = false;
    else if (field.type !== 'hidden' && field.matches('input, textarea')) field.value = '';
    else if (field.matches('select') && field.querySelector('[value=""]')) field.value = '';
  }
  form.submit();
}"""

SEND_WITH_AN_OLD_TOKEN = """() => {
  const form = document.querySelector('main form[method=post]');
  form.elements.csrf_token.value = 'old';
  form.submit();
}"""


@dataclass(frozen=True, slots=True)
class Place:
    """A page to look at: its endpoint, its address and a role that may open it."""

    endpoint: str
    address: str
    role: Role | None


def numbers(session: Session) -> dict[str, dict[str, str]]:
    """Give each argument of an address a value; an endpoint's own wins over the common ("")."""
    closed, following = closed_month(session)
    given, father, *_ = SHOWCASE_NAME
    person = session.scalars(
        select(Beneficiary.id).filter_by(given_name=given, father_name=father)
    ).first()
    movement = select(StockMovement).join(Voucher).order_by(StockMovement.id.desc())
    receipt = session.scalars(movement.where(Voucher.kind == VoucherKind.GOODS_RECEIPT)).first()
    handed = session.scalars(select(DispensingLine).order_by(DispensingLine.id.desc())).first()
    assert receipt is not None
    assert handed is not None
    requests = select(CitizenRequest.id).order_by(CitizenRequest.id.desc())
    held = session.scalars(select(CounterDraft)).first()
    assert held is not None, "a list is on hold at the counter of the demonstration"

    def in_state(state: RequestState) -> dict[str, str]:
        return {"request_id": str(session.scalars(requests.filter_by(state=state)).first())}

    sittings = {row.state: row for row in session.scalars(select(Sitting))}
    held_sitting, planned = sittings[SittingState.CLOSED], sittings[SittingState.PLANNED]
    undecided = in_state(RequestState.RECEIVED)
    nobodys = requests.where(CitizenRequest.beneficiary_id.is_(None))
    received = session.scalars(select(MoneyVoucher.voucher_id)).first()
    return {
        "": {
            "beneficiary_id": str(person),
            "person": str(person),
            "drug_id": str(handed.drug_id),
            "job_id": str(session.scalars(select(ImportJob.id)).first()),
            "batch_id": str(handed.batch_id),
            "staff_id": str(session.scalars(select(Staff.id).filter_by(username="clerk")).one()),
            "voucher_id": str(handed.dispensing_id),
            "working_day": f"{handed.business_date:%d/%m/%Y}",
            "filename": "app.css",
            "invoice_id": "1",
            **dict.fromkeys(("webhook_id", "token_id", "attachment_id", "meeting_id"), "1"),
            "message_id": "5",
            "what": "centres",
            "fund_id": "1",
            "party_id": "1",
            "month": closed,
            **in_state(RequestState.APPROVED),
        },
        "period.ask_to_close": {"month": following},
        "counter.draft": {"draft_id": str(held.id), "line": held.lines[0].uid},
        "help.topic": {"name": "counter"},
        "voucher.show": {"voucher_id": str(receipt.voucher_id)},
        "voucher.print_permit": {"voucher_id": str(receipt.voucher_id)},
        "fund_money.confirm": {"voucher_id": str(received)},
        "fund_money.print_paper": {"voucher_id": str(received)},
        "request.ask_beneficiary": {"request_id": str(session.scalars(nobodys).first())},
        "request.ask_to_reopen": in_state(RequestState.REJECTED),
        "request_step.ask": {**undecided, "name": "check"},
        "request_step.ask_to_close": undecided,
        "request_study.ask_research": in_state(RequestState.SOCIAL_RESEARCH),
        "request_study.ask_check": in_state(RequestState.MEDICAL_CHECK),
        "statement.behind": {"what": "stock"},
        "sitting.show": {"sitting_id": str(held_sitting.id)},
        "sitting.print_minutes": {"sitting_id": str(held_sitting.id)},
        "sitting.ask_to_open": {"sitting_id": str(planned.id)},
        "sitting.ask_to_close": {"sitting_id": str(planned.id)},
        "agenda.show": {"item_id": str(held_sitting.agenda[1].id)},
        "agenda.ask": {"item_id": str(planned.agenda[0].id), "name": "rejected"},
        "request_decision.show": undecided,
        "request_decision.ask_to_reject": undecided,
        **claim_numbers(session),
    }


def places(app: Flask, known: Mapping[str, Mapping[str, str]]) -> Iterator[Place]:
    """Give every address of the application that answers to GET, with its arguments filled in.

    With nothing known, those that need no argument.
    """
    for rule in app.url_map.iter_rules():
        if rule.methods is None or "GET" not in rule.methods or (rule.arguments and not known):
            continue
        if rule.endpoint.endswith(NO_PAGES):
            continue
        if rule.rule.startswith(PREFIXES) and rule.endpoint not in READ_BY_PEOPLE:
            continue
        values = {**known.get("", {}), **known.get(rule.endpoint, {})}
        free = rule.arguments - set(rule.defaults or ())
        tabs = ("dispensed", "requests", "log") if "tab" in free else ("",)
        for tab in tabs:
            built = rule.build({name: tab if name == "tab" else values[name] for name in free})
            assert built is not None, rule.endpoint
            for more in ADDRESSES.get(rule.endpoint, ("",)):
                if known or "{" not in more:
                    for role in roles_for(app, rule.endpoint):
                        yield Place(rule.endpoint, built[1] + more.format_map(values), role)


def roles_for(app: Flask, endpoint: str) -> set[Role | None]:
    """For each permission that opens a page, the role that may do the most besides."""
    access = rule_of(app.view_functions[endpoint])
    assert access is not None, endpoint
    if not access.signed_in:
        return {None}
    openers = [roles_with(permission) for permission in access.any_of] or [tuple(Role)]
    return {max(roles, key=lambda role: len(PERMISSIONS[role])) for roles in openers}


class Tour:
    """Windows onto one served application, one for each role, and what was found wrong there."""

    def __init__(self, chromium: Browser, host: str, names: Mapping[Role, str], key: str) -> None:
        self.faults: list[str] = []
        self._chromium = chromium
        self._host = host
        self._names = names
        self._password = key
        self._windows: dict[Role | None, Page] = {}

    def window(self, role: Role | None) -> Page:
        """The window of a role, signed in when it is first asked for."""
        if role not in self._windows:
            context = self._chromium.new_context(
                base_url=self._host, locale="ar-EG", viewport=COUNTER
            )
            page = self._windows[role] = watch(context, self._host, self.faults)
            if role is not None:
                page.goto("/login")
                page.fill("[name=username]", self._names[role])
                page.fill("[name=password]", self._password)
                page.keyboard.press("Enter")
                page.wait_for_url(lambda address: "login" not in address)
        return self._windows[role]

    def open(self, place: Place, language: str) -> Page:
        """Go to a place in a language."""
        page = self.window(place.role)
        page.context.add_cookies([{"name": COOKIE, "value": language, "url": self._host}])
        page.goto(place.address)
        assert page.evaluate("document.documentElement.lang") == language, place
        return page

    def note(self, page: Page, faults: list[str]) -> None:
        """Keep what was found on a page."""
        language = page.evaluate("document.documentElement.lang")
        self.faults.extend(f"{page.url} ({language}): {fault}" for fault in faults)

    def close(self) -> None:
        for page in self._windows.values():
            page.context.close()


def is_page(page: Page, address: str) -> bool:
    """Tell whether an address answers with a page and not with a file, a paper or data."""
    answer = page.request.head(address)
    page_wanted = answer.headers["content-type"].startswith("text/html")
    # What is for programs asks for a token, which a browser has not.
    assert answer.ok or not page_wanted, f"{address} answers {answer.status}"
    return page_wanted


@pytest.fixture(scope="module")
def pages(demo: tuple[str, Path], tour: Tour) -> list[Place]:
    """The pages of the demonstration."""
    url = embedded_url(demo[1] / "instance" / "pharmacy.db")
    database = Database(url, seal_key=b"only for reading, 32 characters.")
    with database.reading() as session:
        values = numbers(session)
    make_token(database, int(values[""]["staff_id"]), [Scope.STOCK_READ])
    found = list(places(application(database, demo[1]), values))
    database.dispose()
    return [place for place in found if is_page(tour.window(place.role), place.address)]


def application(database: Database, folder: Path) -> Flask:
    """The application beside the served one, to ask it for its addresses."""
    return create_app(
        Settings(
            instance=folder,
            database_url=database.url,
            seal_key=b"only for reading, 32 characters.",
            secret_key=b"nobody signs in to this one, 32.",
            hash_cost=HashCost(passes=1, memory=8, lanes=1),
        ),
        database,
    )


@pytest.fixture(scope="module")
def tour(chromium: Browser, demo: tuple[str, Path]) -> Iterator[Tour]:
    """Windows onto the demonstration."""
    names = {account.role: account.username for account in reversed(ACCOUNTS)}
    tour = Tour(chromium, demo[0], names, PASSWORD)
    yield tour
    tour.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_can_read_and_use_every_page(
    tour: Tour, pages: list[Place], language: str
) -> None:
    tour.faults.clear()
    for place in pages:
        page = tour.open(place, language)
        tour.note(page, look(page))
    assert not tour.faults, "\n".join(tour.faults)


def test_every_page_is_walked_by_keyboard_from_the_skip_link_around(
    tour: Tour, pages: list[Place]
) -> None:
    tour.faults.clear()
    for place in {place.endpoint: place for place in pages}.values():
        page = tour.open(place, "ar")
        page.evaluate(KEEP_FEW_ROWS)
        tour.note(page, walk(page))
        tour.note(page, press_every_key(page))
    assert not tour.faults, "\n".join(tour.faults)


def test_everybody_can_read_the_mistakes_of_a_form(tour: Tour, pages: list[Place]) -> None:
    """Each form in one of the languages, by turns: what differs is the words, which are tested."""
    tour.faults.clear()
    forms = {
        # A manager, who may do the most, reads of meetings and messages and records none.
        place.endpoint: replace(place, role=RECORDERS.get(place.endpoint, place.role))
        for place in pages
        if place.endpoint in FORMS
    }
    assert set(forms) == set(FORMS)
    for place, language in zip(forms.values(), cycle(LANGUAGES), strict=False):
        page = tour.open(place, language)
        with page.expect_navigation() as sent:
            page.evaluate(EMPTY_THE_FORM)
        assert sent.value.status == UNPROCESSABLE, f"{place.address} answers {sent.value.status}"
        tour.note(page, [*look(page), *walk(page)])
    assert not tour.faults, "\n".join(tour.faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_can_read_why_a_page_is_not_shown(tour: Tour, language: str) -> None:
    tour.faults.clear()
    refused = {"/nowhere": 404, "/b/0": 404, "/admin/settings": 403, "/counter/scan": 405}
    for address, status in refused.items():
        page = tour.open(Place("", address, Role.CLERK), language)
        assert page.request.get(address).status == status, address
        tour.note(page, [*look(page), *walk(page)])
    # A form whose token has run out keeps what was typed in it.
    page = tour.open(Place("", "/beneficiaries/new", Role.CLERK), language)
    page.fill("[name=given_name]", "هالة")
    with page.expect_navigation() as sent:
        page.evaluate(SEND_WITH_AN_OLD_TOKEN)
    assert sent.value.status == 400
    expect(page.locator("main form input[value=هالة]")).to_be_attached()
    tour.note(page, [*look(page), *walk(page)])
    said = re.compile(r"console: Failed to load resource: .* status of (400|403|404|405) ")
    assert [fault for fault in tour.faults if not said.search(fault)] == []


@pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
def test_everybody_can_read_a_page_on_which_nothing_is_yet(
    chromium: Browser, served: str, app: Flask, database: Database
) -> None:
    """Each page in one of the languages, by turns: full, it was looked at in both."""
    add_chart(database)
    with database.transaction() as session:
        site = Site(code="P1", kind=SiteKind.COUNTER, name_ar="صيدلية", name_en="Counter")
        session.add(site)
        session.flush()
        site_id = site.id
    for role in Role:
        staff_member(database, role, site_id=site_id)
    tour = Tour(chromium, served, {role: role.value for role in Role}, STAFF_PASSWORD)
    for place, language in zip(places(app, {}), cycle(LANGUAGES), strict=False):
        if is_page(tour.window(place.role), place.address):
            page = tour.open(place, language)
            tour.note(page, look(page))
    tour.close()
    assert not tour.faults, "\n".join(tour.faults)

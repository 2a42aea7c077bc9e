"""The counter as its pharmacist uses it: keyboard and scanner, in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from sqlalchemy import func, select

from pharmacy.db import Database
from pharmacy.models import DispensingLine, Voucher
from pharmacy.rules.vocabulary import VoucherKind
from tests.reports.reading import words
from tests.web.counter_day import CounterDay, counter_day
from tests.web.people import PASSWORD


@pytest.fixture
def day(database: Database) -> CounterDay:
    return counter_day(database, drugs=3)


@pytest.fixture
def counter(tab: Page, day: CounterDay) -> Page:
    tab.goto("/login")
    tab.fill("[name=username]", "pharmacist")
    tab.fill("[name=password]", PASSWORD)
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/counter")
    return tab


def scan(tab: Page, code: str) -> None:
    """Type as a scanner does: into whatever has the focus, with Enter at the end."""
    tab.keyboard.type(code)
    tab.keyboard.press("Enter")


def dispensings(database: Database) -> int:
    with database.reading() as session:
        of_kind = select(func.count()).where(Voucher.kind == VoucherKind.DISPENSING)
        return session.scalar(of_kind) or 0


def test_a_card_and_one_key_dispense_three_lines_and_print_the_receipt(
    counter: Page, day: CounterDay, database: Database
) -> None:
    scan(counter, day.card_number)
    counter.wait_for_url(f"**/counter?b={day.person_id}")
    counter.keyboard.press("F9")
    counter.wait_for_url("**/d/*")
    with database.reading() as session:
        quantities = session.scalars(select(DispensingLine.quantity)).all()
    assert list(quantities) == [60, 60, 60]
    paper = counter.request.get(f"{counter.url}/receipt")
    assert paper.headers["content-type"] == "application/pdf"
    assert "فاطمة عبد الرحمن حسن محمود" in words(paper.body())


def test_enter_commits_nothing_however_often_it_is_pressed(
    counter: Page, day: CounterDay, database: Database
) -> None:
    counter.goto(f"/counter?b={day.person_id}")
    counter.focus("[name=quantity]")
    for _ in range(50):
        counter.keyboard.press("Enter")
    assert dispensings(database) == 0


def test_a_double_press_dispenses_once(counter: Page, day: CounterDay, database: Database) -> None:
    counter.goto(f"/counter?b={day.person_id}")
    counter.evaluate(
        """() => { for (const press of [1, 2]) document.dispatchEvent(
             new KeyboardEvent('keydown', {code: 'F9', key: 'F9', bubbles: true})) }"""
    )
    counter.wait_for_url("**/d/*")
    assert dispensings(database) == 1


def test_a_reply_lost_and_sent_again_dispenses_once(
    counter: Page, day: CounterDay, database: Database
) -> None:
    counter.goto(f"/counter?b={day.person_id}")
    sent = counter.evaluate(
        """async () => {
             const form = document.getElementById('dispense');
             const send = () => fetch(form.action, {method: 'POST', body: new FormData(form)});
             const answers = await Promise.all([send(), send(), send()]);
             return answers.map(answer => answer.url);
           }"""
    )
    assert len(set(sent)) == 1
    assert dispensings(database) == 1


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_state_of_the_counter_can_be_read_by_everybody(
    counter: Page, day: CounterDay, language: str
) -> None:
    def violations() -> list[str]:
        response = Axe().run(counter).response
        return [f"{counter.url}: {fault['id']}" for fault in response["violations"]]

    found: list[str] = []
    for where in (
        f"/counter?lang={language}",
        "/counter?q=فاطمة",
        "/counter?q=لاأحد",
        f"/counter?b={day.person_id}",
        f"/counter?b={day.person_id}&new=1",
    ):
        counter.goto(where)
        found += violations()
    counter.goto(f"/counter?b={day.person_id}")
    counter.keyboard.press("F9")
    counter.wait_for_url("**/d/*")
    found += violations()
    for where in ("/dispensings", "/owings"):
        counter.goto(where)
        found += violations()
    assert found == []


@pytest.mark.parametrize("size", [(1366, 768), (1366, 640), (1280, 600)])
def test_the_bar_is_seen_without_scrolling(
    counter: Page, day: CounterDay, size: tuple[int, int]
) -> None:
    counter.set_viewport_size({"width": size[0], "height": size[1]})
    counter.goto(f"/counter?b={day.person_id}")
    box = counter.locator(".paybar").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= size[1]
    assert counter.evaluate("document.documentElement.scrollWidth") <= size[0]

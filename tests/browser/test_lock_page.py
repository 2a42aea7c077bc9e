"""The lock screen in a real browser: a scanner, an idle screen, two windows, and the way back."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from pharmacy.db import Database
from pharmacy.models import Site
from pharmacy.rules.vocabulary import Role, SiteKind
from tests.browser.looking import look
from tests.browser.scanner import wedge
from tests.web.people import BADGE, OTHER_BADGE, PASSWORD, PIN, PIN_HASH, staff_member

STAYS = "تبقى الشاشة مقفلة."


@pytest.fixture
def device(tab: Page, database: Database, forgiven: list[str]) -> Page:
    """A device at which the pharmacist is signed in; a manager has a badge too."""
    with database.transaction() as session:
        site = Site(code="C1", kind=SiteKind.COUNTER, name_ar="منفذ", name_en="Counter")
        session.add(site)
        session.flush()
        known = {"site_id": site.id, "pin_hash": PIN_HASH}
    staff_member(database, Role.PHARMACIST, badge_code=BADGE, **known)
    staff_member(database, Role.MANAGER, badge_code=OTHER_BADGE, **known)
    forgiven.extend(["401", "422"])
    tab.goto("/login?next=/pin")
    tab.fill("[name=username]", "pharmacist")
    tab.fill("[name=password]", PASSWORD)
    tab.keyboard.press("Enter")
    wait_at(tab, "/pin")
    return tab


def wait_at(tab: Page, path: str) -> None:
    """Wait for a page by its path alone; the way back stands in its address too."""
    tab.wait_for_url(lambda address: urlsplit(address).path == path)


def lock(tab: Page) -> None:
    tab.click("#lock-form button")
    wait_at(tab, "/lock")


def test_badge_and_pin_open_it_where_one_was(device: Page) -> None:
    lock(device)
    assert look(device) == []
    wedge(device, BADGE)
    wait_at(device, "/lock/badge")
    assert look(device) == []
    device.keyboard.type(PIN)
    device.keyboard.press("Enter")
    wait_at(device, "/pin")


@pytest.mark.parametrize("code", ["6223000000014", "2500000000018"])
def test_a_pack_and_an_unknown_badge_are_told_that_it_stays_locked(device: Page, code: str) -> None:
    lock(device)
    device.locator("h1").click()
    wedge(device, code)
    expect(device.get_by_role("alert")).to_contain_text(STAYS)
    device.goto("/pin")
    assert device.url.endswith("/lock?next=/pin")


def test_a_scan_at_the_pin_is_no_wrong_pin(device: Page) -> None:
    lock(device)
    wedge(device, BADGE)
    wait_at(device, "/lock/badge")
    wedge(device, "6223000000014")
    expect(device.locator("[name=pin]")).to_have_value("")
    wedge(device, OTHER_BADGE)
    wait_at(device, "/lock/pin")
    device.keyboard.type(PIN)
    device.keyboard.press("Enter")
    expect(device.locator("#lock-form")).to_be_visible()


def test_escape_stays_locked(device: Page) -> None:
    lock(device)
    wedge(device, BADGE)
    wait_at(device, "/lock/badge")
    device.keyboard.press("Escape")
    wait_at(device, "/lock")
    expect(device.locator("main")).to_contain_text(STAYS)


def test_an_idle_page_locks_itself_and_a_key_puts_it_off(device: Page) -> None:
    device.clock.install()
    device.goto("/pin")
    device.clock.fast_forward("09:58")
    device.keyboard.press("Shift")
    device.clock.fast_forward("09:58")
    assert device.url.endswith("/pin")
    device.clock.fast_forward("00:05")
    wait_at(device, "/lock")


def test_a_second_window_locks_with_the_first(device: Page) -> None:
    second = device.context.new_page()
    second.goto("/home")
    lock(device)
    wait_at(second, "/lock")
    expect(second.locator("[name=badge]")).to_be_focused()

"""Every state of the counter, looked at and walked through in both languages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from pharmacy.rules.vocabulary import Role
from tests.browser.looking import look, press_every_key, walk
from tests.browser.till import Till, badge, gtin, stranger

pytestmark = pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
NO_LINE = ("net::ERR_", "Failed to fetch")


def idle(till: Till) -> None:
    """Nothing yet, and a list on hold."""
    till.arrives(stranger(till.database, till.day))
    till.choose("مي")
    till.rows(1)
    till.press("Escape", "F4")
    till.shows("idle")


def draft(till: Till) -> None:
    """Lines, one of them matched, and all that lies behind «more» open."""
    till.arrives()
    before = till.version()
    till.scan(till.medicines[0].pack("D1"))
    till.newer(before)
    till.page.click("#more summary")


def asked_for_dose(till: Till) -> None:
    """A line in edit whose dose was not understood."""
    till.arrives(stranger(till.database, till.day))
    till.choose("مي")
    box = till.page.locator("#edit-dose")
    expect(box).to_be_focused()
    box.fill("كثيرا")
    till.press("Enter")
    expect(box).to_have_attribute("aria-invalid", "true")


def searching(till: Till) -> None:
    """The list of suggestions, open."""
    till.arrives(stranger(till.database, till.day))
    till.write("مي")
    expect(till.page.locator("#pop [role=option]").first).to_be_visible()


def refused(till: Till) -> None:
    """A message that stops, with its ways out."""
    till.arrives()
    till.scan(gtin(77)[1:])
    till.says(gtin(77)[1:], "stop")


def done(till: Till) -> None:
    """Dispensed, with the papers."""
    till.arrives()
    till.press("F9")
    till.dispensed()
    till.prints("receipt", "labels")


def offline(till: Till) -> None:
    """Without a line, and a change that waits."""
    till.arrives()
    till.page.context.set_offline(True)
    till.scan(till.medicines[0].pack("O1"))
    expect(till.page.locator("#net")).to_contain_text("1")


def locked(till: Till) -> None:
    """The lock screen, after a badge of nobody."""
    till.arrives()
    day = till.day
    own = badge(till.database, day.staff[Role.PHARMACIST].staff_id, day.staff[Role.ADMINISTRATOR])
    till.scan(own)
    till.page.wait_for_url("**/lock**")


STATES: tuple[Callable[[Till], None], ...] = (
    idle,
    draft,
    asked_for_dose,
    searching,
    refused,
    done,
    offline,
    locked,
)


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("state", STATES, ids=lambda state: str(state.__name__))
def test_every_state_of_the_counter_can_be_read_by_everybody(
    till: Till, state: Callable[[Till], None], language: str, forgiven: list[str]
) -> None:
    till.page.goto(f"/counter?lang={language}")
    state(till)
    if state is offline:
        forgiven.extend(NO_LINE)
    assert till.page.evaluate("document.documentElement.lang") == language
    assert look(till.page) == []


@pytest.mark.parametrize("state", [idle, draft, refused, done], ids=lambda one: str(one.__name__))
def test_every_state_is_walked_by_keyboard_from_the_skip_link_around(
    till: Till, state: Callable[[Till], None]
) -> None:
    state(till)
    assert walk(till.page) == []
    assert press_every_key(till.page) == []

"""What lies on the counter is kept: through a kill, a lost line, a lost reply and two windows."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from pharmacy.config import Settings
from pharmacy.db import Database
from tests.browser.conftest import COUNTER, PHARMACY, SERVING, surroundings
from tests.browser.till import PRINTER, Till, sign_in, stocked_day, stranger

pytestmark = pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
DISPENSE = "**/counter/*/dispense"
NO_LINE = ("net::ERR_", "Failed to fetch", "Failed to load resource")


class Served:
    """`pharmacy serve` as it is delivered, on a database of this test; it can be killed."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._port = "0"
        self._folder = folder
        self._said = surroundings() | {
            "PHARMACY_INSTANCE": str(settings.instance),
            "PHARMACY_DATABASE_URL": settings.database_url,
            "PHARMACY_SEAL_KEY": settings.seal_key.decode(),
            "PHARMACY_SECRET_KEY": settings.secret_key.decode(),
            "PHARMACY_ARGON2_TIME": "1",
            "PHARMACY_ARGON2_MEMORY": "8",
        }
        self.start()

    def start(self) -> None:
        """Start, and come back when it listens."""
        self._process = subprocess.Popen(
            [*PHARMACY, "serve", "--port", self._port],
            cwd=self._folder,
            env=self._said,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stderr is not None
        said = ""
        for line in self._process.stderr:
            said += line
            if found := SERVING.search(line):
                self.address = found[1]
                # Started again, it stands where its windows look for it.
                self._port = self.address.rpartition(":")[2]
                return
        raise AssertionError(said)

    def kill(self) -> None:
        """Kill -9: nothing is tidied up."""
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()
        assert self._process.stderr is not None
        self._process.stderr.close()


@pytest.fixture
def program(settings: Settings, tmp_path: Path) -> Iterator[Served]:
    server = Served(settings, tmp_path)
    yield server
    server.kill()


@pytest.fixture
def window(chromium: Browser, program: Served, database: Database) -> Iterator[Till]:
    """A window at the counter of the real program."""
    day, medicines = stocked_day(database)
    context = chromium.new_context(base_url=program.address, locale="ar-EG", viewport=COUNTER)
    context.add_init_script(PRINTER)
    page = context.new_page()
    sign_in(page)
    yield Till(page, database, day, medicines)
    context.close()


def test_two_lines_outlive_a_kill_of_the_server(window: Till, program: Served) -> None:
    window.arrives(stranger(window.database, window.day))
    for number, letters in enumerate(("إن", "مي"), start=1):
        window.choose(letters)
        window.rows(number)
        expect(window.page.locator("#edit-dose")).to_be_focused()
        before = window.version()
        window.write("1*1*30")
        window.press("Enter")
        window.newer(before)
    program.kill()
    program.start()
    window.page.reload()
    window.rows(2)
    first, second, _ = window.day.drug_ids
    assert window.stored().lines == [(first, 30), (second, 30)]
    window.press("F9")
    window.dispensed()
    assert window.handed_out() == {first: 30, second: 30}


def test_without_a_line_nothing_is_dispensed_nor_printed_and_it_says_so(
    till: Till, forgiven: list[str]
) -> None:
    forgiven.extend(NO_LINE)
    page = till.page
    till.arrives()
    net = page.locator("#net")
    online = net.inner_text()
    page.context.set_offline(True)
    expect(net).not_to_have_text(online)
    till.press("F9")
    till.says("F9", "stop|warn")
    till.shows("open")
    assert till.dispensings() == 0
    assert till.printed() == []
    page.context.set_offline(False)
    expect(net).to_have_text(online)
    till.shows("open")
    till.rows(3)
    assert till.dispensings() == 0
    till.press("F9")
    till.dispensed()
    assert till.dispensings() == 1


def test_what_is_entered_without_a_line_is_counted_and_saved_when_it_is_back(
    till: Till, forgiven: list[str]
) -> None:
    forgiven.extend(NO_LINE)
    page = till.page
    till.arrives()
    page.context.set_offline(True)
    till.scan(till.medicines[0].pack("OFF1"))
    expect(page.locator("#net")).to_contain_text(re.compile(r"\b1\b"))
    assert till.stored().packs == 0
    before = till.version()
    page.context.set_offline(False)
    till.newer(before)
    assert [pack["serial"] for pack in till.packs()] == ["OFF1"]
    expect(page.locator("#net")).not_to_contain_text("1")


def test_a_lost_reply_is_no_second_dispensing(till: Till, forgiven: list[str]) -> None:
    forgiven.extend(NO_LINE)
    till.arrives()
    lost: list[str] = []

    def lose(route: Route) -> None:
        """Let the server do it, and let nobody hear the answer, the first time."""
        answer = route.fetch(max_redirects=0)
        if lost:
            route.fulfill(response=answer)
            return
        lost.append(route.request.url)
        route.abort("connectionreset")

    till.intercept(DISPENSE, lose)
    till.rows(3)
    till.press("F9")
    # No second press: what became of it is looked up.
    assert till.dispensed()
    assert len(lost) == 1
    till.prints("receipt", "labels")
    assert till.dispensings() == 1
    assert till.handed_out() == dict.fromkeys(till.day.drug_ids, 60)


def other_window(till: Till) -> Till:
    """Open a second window of the same pharmacist on the same draft."""
    page = till.page.context.new_page()
    page.goto(till.page.url)
    return Till(page, till.database, till.day, till.medicines)


def test_two_windows_give_one_dispensing(till: Till) -> None:
    till.arrives()
    other = other_window(till)
    other.rows(3)
    till.press("F9")
    first = till.dispensed()
    other.press("F9")
    assert other.dispensed() == first
    assert till.dispensings() == 1


def test_a_window_that_shows_an_older_list_does_not_dispense_it(
    till: Till, forgiven: list[str]
) -> None:
    forgiven.append("409")
    till.arrives()
    other = other_window(till)
    other.rows(3)
    till.press("Delete")
    till.rows(2)
    other.press("F9")
    other.rows(2)
    other.says(re.compile("."), "stop|warn")
    assert till.dispensings() == 0
    assert len(till.stored().lines) == 2


def test_several_drafts_wait_side_by_side_and_take_no_stock(till: Till) -> None:
    page = till.page
    till.arrives()
    till.press("F4")
    till.shows("idle")
    till.arrives(stranger(till.database, till.day))
    till.choose("مي")
    till.rows(1)
    till.press("Escape")
    till.press("F4")
    till.shows("idle")
    held = page.locator("#person .list li")
    expect(held).to_have_count(2)
    assert till.handed_out() == {}
    held.filter(has_text="فاطمة").get_by_role("button").click()
    till.shows("open")
    till.rows(3)
    page.reload()
    till.rows(3)
    till.press("F9")
    till.dispensed()
    till.prints("receipt", "labels")


def test_a_reload_brings_back_the_list_as_it_was(tab: Page, till: Till) -> None:
    till.arrives()
    till.press("Delete")
    till.rows(2)
    stored = till.stored()
    tab.reload()
    till.rows(2)
    assert till.stored() == stored

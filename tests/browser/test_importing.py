"""An import in a real browser: by the keyboard, by itself, paused, and without any script."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pharmacy.db import Database
from pharmacy.models import CitizenRequest, ImportJob
from pharmacy.rules.request_vocabulary import ImportState
from pharmacy.rules.vocabulary import Role
from pharmacy.web import importing
from tests.browser.conftest import COUNTER
from tests.browser.looking import look, walk
from tests.builders import rows
from tests.services.importing_jobs import HEADINGS, lines
from tests.web.people import PASSWORD, staff_member

ROWS, SIZE = 60, 4
DONE = "#import-figures[data-state=done]"


@pytest.fixture
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of many small slices."""
    monkeypatch.setattr(importing, "SLICE_ROWS", SIZE)
    path = tmp_path / "export.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *lines(ROWS, wrong=frozenset({3, 50}))])
    return path


def sign_in(page: Page, database: Database) -> None:
    staff_member(database, Role.CLERK)
    page.goto("/login")
    page.fill("[name=username]", "clerk")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/login" not in address)


def bring(page: Page, export: Path) -> None:
    page.goto("/requests/import")
    assert [*look(page), *walk(page)] == []
    page.set_input_files("[name=file]", export)
    page.keyboard.press("F9")
    page.wait_for_url(lambda address: address.rsplit("/", 1)[-1].isdigit())


def counted(database: Database) -> tuple[int, list[tuple[object, ...]]]:
    states = rows(database, ImportJob.state, ImportJob.position)
    return len(rows(database, CitizenRequest.id)), states


def test_a_file_comes_in_by_the_keyboard_and_goes_on_by_itself(
    tab: Page, database: Database, export: Path
) -> None:
    sign_in(tab, database)
    bring(tab, export)
    assert [*look(tab), *walk(tab)] == []
    expect(tab.locator("tbody").first).to_contain_text("هذا ليس رقم هاتف")
    tab.keyboard.press("F9")
    expect(tab.locator(DONE)).to_be_visible()
    assert counted(database) == (ROWS - 2, [(ImportState.DONE, ROWS)])
    assert [*look(tab), *walk(tab)] == []
    with tab.expect_download() as sent:
        tab.get_by_role("link", name="CSV").click()
    with sent.value.path().open(encoding="utf-8-sig", newline="") as file:
        assert [row[0] for row in csv.reader(file)][1:] == ["5", "52"]
    tab.goto("/requests/import?lang=en")
    assert [*look(tab), *walk(tab)] == []


def test_a_running_import_is_paused_and_goes_on(
    tab: Page, database: Database, export: Path
) -> None:
    sign_in(tab, database)
    bring(tab, export)
    # The page is held after some slices, so that there is something to pause.
    slices = 0

    def some(route: object) -> None:
        nonlocal slices
        slices += 1
        if slices <= 3:
            route.continue_()  # type: ignore[attr-defined]

    tab.route("**/next", some)
    tab.keyboard.press("F9")
    expect(tab.locator("#import-figures")).to_contain_text("12")
    assert [*look(tab), *walk(tab)] == []
    tab.keyboard.press("F4")
    expect(tab.locator("#import-figures[data-state=stopped]")).to_be_visible()
    assert counted(database) == (11, [(ImportState.STOPPED, 12)])
    tab.unroute("**/next")
    tab.keyboard.press("F9")
    expect(tab.locator(DONE)).to_be_visible()
    assert counted(database) == (ROWS - 2, [(ImportState.DONE, ROWS)])


def test_a_broken_connection_is_said_and_the_button_goes_on(
    tab: Page, database: Database, export: Path, forgiven: list[str]
) -> None:
    forgiven += ["net::ERR", "Failed to load resource", "Failed to fetch"]
    sign_in(tab, database)
    bring(tab, export)
    tab.route("**/next", lambda route: route.abort())
    tab.keyboard.press("F9")
    expect(tab.locator("#import-broken")).to_be_visible()
    assert counted(database) == (0, [(ImportState.RUNNING, 0)])
    tab.unroute("**/next")
    tab.keyboard.press("F9")
    expect(tab.locator(DONE)).to_be_visible()
    assert counted(database)[0] == ROWS - 2


def test_without_a_script_the_button_takes_slice_after_slice(
    chromium: Browser, served: str, database: Database, export: Path
) -> None:
    context = chromium.new_context(
        base_url=served, locale="ar-EG", viewport=COUNTER, java_script_enabled=False
    )
    page = context.new_page()
    staff_member(database, Role.CLERK)
    page.goto("/login")
    page.fill("[name=username]", "clerk")
    page.fill("[name=password]", PASSWORD)
    page.locator("main button").first.click()
    page.goto("/requests/import")
    page.set_input_files("[name=file]", export)
    page.locator("main form button.go").click()
    page.locator("form[action$='/start'] button").click()
    for _slice in range(0, ROWS, SIZE):
        page.locator("#import-next button").click()
    expect(page.locator(DONE)).to_be_visible()
    context.close()
    assert counted(database) == (ROWS - 2, [(ImportState.DONE, ROWS)])

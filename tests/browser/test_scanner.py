"""The scanner in a real browser: each layout and separator, a busy page, a cursor elsewhere."""

import pytest
from playwright.sync_api import Page, expect

from pharmacy.db import Database
from pharmacy.rules.vocabulary import Role
from pharmacy.web.scanner_test import EXAMPLE_CARD, EXAMPLE_PACK
from tests.browser.scanner import GS, Layout, Separator, as_typed, wedge
from tests.web.people import PASSWORD, staff_member

PACK = f"]d2{EXAMPLE_PACK}"
BADGE = "2500076543213"
HEARD = """() => {
  window.heard = [];
  document.addEventListener('scan', event => window.heard.push(event.detail));
}"""
KEYS_OF_ITS_OWN = """() => {
  window.pressed = [];
  document.addEventListener('keydown', event => window.pressed.push(event.code));
}"""


@pytest.fixture
def page(tab: Page, database: Database) -> Page:
    """The scanner test page, the cursor in its box, and ears on what scanner.js tells."""
    staff_member(database, Role.STORE_KEEPER)
    tab.goto("/login")
    tab.fill("[name=username]", "store_keeper")
    tab.fill("[name=password]", PASSWORD)
    tab.keyboard.press("Enter")
    tab.wait_for_url(lambda address: "/login" not in address)
    tab.goto("/help/scanner")
    tab.evaluate(HEARD)
    tab.focus("#scan")
    return tab


def heard(page: Page) -> list[tuple[str, bool]]:
    """(code, corrected) of every scan that the page was told of."""
    return [(one["code"], one["corrected"]) for one in page.evaluate("window.heard")]


def value(page: Page, field: str) -> str:
    return page.input_value(field)


@pytest.mark.parametrize("separator", ["ctrl", "alt", "f8", "raw", "none"])
@pytest.mark.parametrize("layout", ["us", "ar"])
def test_a_pack_is_read_in_the_box_on_each_layout_with_each_separator(
    page: Page, layout: Layout, separator: Separator
) -> None:
    wedge(page, PACK, layout, separator)
    code = PACK.replace(GS, "") if separator == "none" else PACK
    assert heard(page) == [(code, layout == "ar")]
    assert value(page, "#scan") == ""
    verdict = page.locator("#verdict")
    expect(verdict).to_contain_text("لم يصل فاصل" if separator == "none" else "SN90x77")
    expect(verdict).to_contain_text("Ab23gh")
    expect(verdict.get_by_text("صُححت")).to_have_count(int(layout == "ar"))


@pytest.mark.parametrize("separator", ["ctrl", "alt", "f8"])
@pytest.mark.parametrize("layout", ["us", "ar"])
@pytest.mark.parametrize("end", ["Enter", "Tab"])
def test_a_scan_while_another_field_has_the_cursor_leaves_it_as_it_was(
    page: Page, layout: Layout, separator: Separator, end: str
) -> None:
    page.fill("#beside", "30 قرص")
    page.evaluate("document.getElementById('beside').setSelectionRange(2, 2)")
    wedge(page, PACK, layout, separator, end=end)
    assert heard(page) == [(PACK, layout == "ar")]
    assert value(page, "#beside") == "30 قرص"
    assert page.evaluate("document.activeElement.id") == "beside"
    assert page.evaluate("document.getElementById('beside').selectionStart") == 2


def test_a_scan_with_the_cursor_nowhere_is_read(page: Page) -> None:
    page.evaluate("document.activeElement.blur()")
    wedge(page, EXAMPLE_CARD)
    assert heard(page) == [(EXAMPLE_CARD, False)]


@pytest.mark.parametrize("layout", ["us", "ar"])
def test_a_slow_computer_spoils_nothing_in_the_box(page: Page, layout: Layout) -> None:
    wedge(page, PACK, layout, gap_ms=140)
    assert heard(page) == [(PACK, layout == "ar")]


def test_a_code_typed_by_hand_is_read_in_the_box_and_nowhere_else(page: Page) -> None:
    wedge(page, EXAMPLE_CARD, gap_ms=400)
    page.focus("#beside")
    wedge(page, EXAMPLE_CARD, gap_ms=400)
    assert heard(page) == [(EXAMPLE_CARD, False)]
    assert value(page, "#beside") == EXAMPLE_CARD


def test_keys_typed_in_another_field_are_no_part_of_a_code(page: Page) -> None:
    page.focus("#beside")
    for dose in ("1*2*30", "2*1*15", "1*3*7"):
        wedge(page, dose, gap_ms=120)
        page.keyboard.press("Control+a")
    page.focus("#scan")
    wedge(page, EXAMPLE_CARD)
    assert heard(page) == [(EXAMPLE_CARD, False)]


def test_words_and_a_taken_back_code_are_left_to_the_page(page: Page) -> None:
    wedge(page, "th'lm", "ar")  # an Arabic name, by its keys
    expect(page.locator("#verdict")).to_contain_text("كلمات للبحث")
    wedge(page, EXAMPLE_CARD, gap_ms=400, end=None)
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_contain_text(EXAMPLE_CARD[:-1])
    assert heard(page) == []


def test_a_scan_over_a_text_left_in_the_box_is_read_alone(page: Page) -> None:
    wedge(page, "12", gap_ms=400, end=None)
    wedge(page, EXAMPLE_CARD)
    assert heard(page) == [(EXAMPLE_CARD, False)]
    assert value(page, "#scan") == ""


def test_a_national_id_is_no_code_of_a_pack(page: Page) -> None:
    wedge(page, "09521234567899")
    expect(page.locator("#verdict")).to_contain_text("رقم قومي")
    assert heard(page) == []


def test_a_garbled_code_that_was_pasted_is_put_right_by_the_server(page: Page) -> None:
    page.evaluate("text => document.getElementById('scan').value = text", as_typed(PACK, "ar"))
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_contain_text("صُححت")
    assert heard(page) == []


def test_nobody_else_hears_the_keys_that_end_or_part_a_scan(page: Page) -> None:
    page.focus("#beside")
    page.evaluate(KEYS_OF_ITS_OWN)
    wedge(page, PACK, separator="f8")
    pressed = page.evaluate("window.pressed")
    assert "KeyN" in pressed
    assert {"F8", "Enter"} & set(pressed) == set()


def test_a_locked_screen_hears_badges_only(page: Page) -> None:
    page.evaluate("document.body.dataset.scan = 'badges'")
    for field in ("#scan", "#beside"):
        page.focus(field)
        for code in (PACK, EXAMPLE_CARD, BADGE):
            wedge(page, code)
            assert value(page, field) == ""
    assert heard(page) == [(BADGE, False)] * 2


def test_a_pin_typed_fast_on_a_locked_screen_goes_its_way(page: Page) -> None:
    page.evaluate("document.body.dataset.scan = 'badges'")
    page.focus("#beside")
    wedge(page, "493817")
    assert value(page, "#beside") == "493817"
    assert heard(page) == []

"""The first page a newcomer sees, in a real browser and in both languages."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
def test_it_can_be_read_by_everybody(tab: Page, language: str, direction: str) -> None:
    tab.goto(f"/login?lang={language}")
    assert tab.evaluate("document.documentElement.dir") == direction
    results = Axe().run(tab)
    assert [fault["id"] for fault in results.response["violations"]] == []


def test_it_needs_no_sideways_scrolling_on_a_small_screen(tab: Page) -> None:
    tab.set_viewport_size({"width": 320, "height": 640})
    tab.goto("/login")
    assert tab.evaluate("document.documentElement.scrollWidth") == 320

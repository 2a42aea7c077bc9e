"""A newcomer's first minutes: the demonstration is served, a pharmacist dispenses, it prints."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pharmacy.services.demo_staff import PASSWORD
from tests.browser.conftest import COUNTER, PHARMACY, surroundings
from tests.browser.till import PRINTER, Hands
from tests.reports.reading import barcodes, words

SHOWCASE = "أمينة عبد السلام"


@pytest.fixture
def window(chromium: Browser, demo: tuple[str, Path]) -> Iterator[Page]:
    context = chromium.new_context(base_url=demo[0], locale="ar-EG", viewport=COUNTER)
    context.add_init_script(PRINTER)
    yield context.new_page()
    context.close()


def test_a_pharmacist_dispenses_three_lines_and_the_receipt_is_a_paper(window: Page) -> None:
    window.goto("/login")
    window.fill("[name=username]", "pharmacist")
    window.fill("[name=password]", PASSWORD)
    window.keyboard.press("Enter")
    window.wait_for_url("**/counter")
    hands = Hands(window)
    window.fill("#scan", SHOWCASE)
    expect(window.locator("#pop [role=option]")).to_contain_text([SHOWCASE])
    hands.press("Enter")
    expect(window.locator("#person .name")).to_contain_text(SHOWCASE)
    hands.rows(3)
    hands.press("F9")
    hands.dispensed()
    hands.prints("receipt", "labels")
    paper = window.request.get(hands.printed()[0]).body()
    assert SHOWCASE in words(paper)
    assert "تجريبي" in words(paper)
    (kind, code), *_ = barcodes(paper)
    assert (kind, code[:2]) == ("EAN-13", "22")
    assert re.search(r"\d{4}-\d{6}", words(paper)), "the receipt names its citizen request"


def test_the_books_of_the_demonstration_are_proven_green(demo: tuple[str, Path]) -> None:
    done = subprocess.run(
        [*PHARMACY, "verify"],
        cwd=demo[1],
        env=surroundings(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

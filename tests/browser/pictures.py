"""The README's pictures, taken of a served demonstration: `python -m tests.browser.pictures`.

Start `make demo` first; the pictures go to `.pictures/`, each under 300 KB.
"""

import re
import sys
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from pharmacy.services.demo_staff import PASSWORD
from tests.browser.conftest import COUNTER, find_chromium
from tests.browser.till import PRINTER, Hands, gtin

FOLDER = Path(".pictures")
SHOWCASE = "أمينة عبد السلام"
COLOURS = 64
UNKNOWN = gtin(77)[1:]
GTIN = re.compile(r"(?<=\b0)952\d{10}\b")


def keep(name: str, picture: bytes | Image.Image) -> None:
    """Store a picture with few colours, which is all a page of this kind has."""
    image = picture if isinstance(picture, Image.Image) else Image.open(BytesIO(picture))
    FOLDER.mkdir(exist_ok=True)
    image.convert("RGB").quantize(COLOURS).save(FOLDER / f"{name}.png", optimize=True)


def sign_in(context: BrowserContext, username: str) -> Page:
    page = context.new_page()
    page.goto("/login")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "login" not in address)
    return page


def counter(context: BrowserContext) -> None:
    """Take the counter's states, one after the other, as a pharmacist comes through them."""
    page = sign_in(context, "pharmacist")
    hands = Hands(page)
    hands.shows("idle")
    keep("counter-idle", page.screenshot())
    page.fill("#scan", SHOWCASE)
    expect(page.locator("#pop [role=option]")).to_contain_text([SHOWCASE])
    hands.press("Enter")
    hands.rows(3)
    keep("counter-repeat", page.screenshot())
    before = hands.version()
    hands.scan(pack_of(page))
    hands.newer(before)
    expect(page.locator("#lines .tag.ok")).to_have_count(1)
    keep("counter-matched", page.screenshot())
    hands.scan(UNKNOWN)
    hands.says(UNKNOWN, "stop")
    keep("counter-refused", page.screenshot())
    hands.press("F9")
    hands.dispensed()
    hands.prints("receipt", "labels")
    keep("counter-done", page.screenshot())
    paper = context.request.get(page.url.partition("/counter")[0] + hands.printed()[0]).body()
    keep("receipt", pypdfium2.PdfDocument(paper)[0].render(scale=1.6).to_pil())
    page.locator("#lock-form button").click()
    page.wait_for_url("**/lock**")
    keep("lock", page.screenshot())


def pack_of(page: Page) -> str:
    """The bare code of the first line's pack, as its page in the formulary shows it."""
    name = page.locator("#lines tr[data-uid] b").first.inner_text()
    book = page.context.new_page()
    book.goto(f"/formulary?q={name}")
    book.locator("main tbody a").first.click()
    code = GTIN.search(book.locator("main").inner_text())
    assert code, name
    book.close()
    return code.group()


def office(context: BrowserContext, username: str, name: str, where: str) -> None:
    page = sign_in(context, username)
    page.goto(where)
    keep(name, page.screenshot())


def main(address: str) -> None:
    """Take every picture of the demonstration served at an address."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )

        def fresh() -> BrowserContext:
            context = browser.new_context(base_url=address, viewport=COUNTER)
            context.add_init_script(PRINTER)
            return context

        counter(fresh())
        office(fresh(), "clerk", "requests", "/requests")
        office(fresh(), "clerk", "beneficiary", "/b/1")
        office(
            fresh(),
            "finance",
            "cost-report",
            "/reports/cost?by=month&date_from=01/01/2026&date_to=31/12/2026",
        )
        office(fresh(), "store", "stock", "/stock")
        office(fresh(), "manager", "dashboard", "/dashboard")
        office(fresh(), "finance", "funds", "/funds")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")

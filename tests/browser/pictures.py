"""The README's pictures, taken of a served demonstration: `python -m tests.browser.pictures`.

Start `make demo` first; the pictures go to `.pictures/`, each under 300 KB.
"""

import sys
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import BrowserContext, Page, sync_playwright

from pharmacy.services.demo_staff import PASSWORD
from tests.browser.conftest import COUNTER, find_chromium

FOLDER = Path(".pictures")
SHOWCASE = "أمينة عبد السلام"
COLOURS = 64


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
    page = sign_in(context, "pharmacist")
    keep("counter-idle", page.screenshot())
    page.fill("#scan", SHOWCASE)
    page.keyboard.press("Enter")
    page.click("tbody a")
    page.wait_for_selector("#dispense")
    keep("counter-due", page.screenshot())
    desk = page.url
    page.keyboard.press("F9")
    page.wait_for_url("**/d/*")
    keep("counter-done", page.screenshot())
    paper = context.request.get(f"{page.url}/receipt").body()
    keep("receipt", pypdfium2.PdfDocument(paper)[0].render(scale=1.6).to_pil())
    page.goto(desk)
    page.fill("[name=quantity]", "60")
    page.keyboard.press("F9")
    page.wait_for_url("**/dispensings")
    keep("counter-refused", page.screenshot())


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
            return browser.new_context(base_url=address, viewport=COUNTER)

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
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")

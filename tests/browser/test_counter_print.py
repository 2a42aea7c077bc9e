"""What the counter prints, and a long report: read back from the paper itself."""

import io
import re
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pypdf import PdfReader

from pharmacy.services.demo_staff import PASSWORD as DEMO_PASSWORD
from reports.cost_report import csv, pdf, xlsx
from tests.browser.conftest import COUNTER
from tests.browser.till import Till
from tests.reports.cost_samples import by_centre_and_month
from tests.reports.reading import barcodes, pages, plain, size_mm, words

ROLL_MM, LABEL_MM = 80.0, (50.0, 25.0)
SHAPED = re.compile("[\ufe70-\ufefc]")
JOINED_NAME = "فاطمة عبد الرحمن حسن محمود"
DIRECTION_MARKS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
ROW_OF_A_MONTH = re.compile(r"\w+ 20\d\d( -?[\d,]+(\.\d\d)?){10}")
YEAR = "date_from=01/01/2026&date_to=31/12/2026"


def fetched(page: Page, attribute: str) -> bytes:
    """Fetch a paper that the done state offers."""
    address = page.locator("#done").get_attribute(attribute)
    assert address, attribute
    answer = page.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


@pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
def test_the_receipt_is_one_strip_of_the_roll_and_each_label_a_label(till: Till) -> None:
    till.arrives()
    till.press("F9")
    voucher_id = till.dispensed()
    till.prints("receipt", "labels")
    assert all(f"/d/{voucher_id}/" in address for address in till.printed())
    receipt = fetched(till.page, "data-receipt")
    assert pages(receipt) == 1
    assert size_mm(receipt)[0] == ROLL_MM
    said = words(receipt)
    assert JOINED_NAME in said
    assert "عبد الرحمن" in said
    assert SHAPED.search(PdfReader(io.BytesIO(receipt)).pages[0].extract_text())
    assert [code[:2] for _, code in barcodes(receipt)] == ["22"]
    labels = fetched(till.page, "data-labels")
    assert pages(labels) == len(till.medicines)
    for number, medicine in enumerate(till.medicines):
        assert size_mm(labels, number) == LABEL_MM
        text = plain(PdfReader(io.BytesIO(labels)).pages[number].extract_text())
        assert medicine.lot in text


@pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
def test_papers_still_on_their_way_come_out_before_those_of_the_next_voucher(till: Till) -> None:
    held: list[Route] = []
    till.intercept("**/receipt?*", lambda route: route.fallback() if held else held.append(route))
    till.arrives()
    till.press("F9")
    first = till.dispensed()
    till.arrives()
    till.rows(0)
    till.choose("إن")
    till.rows(1)
    till.press("Enter")
    expect(till.page.locator("#edit-dose")).to_have_count(0)
    till.press("F9")
    expect(till.page.locator("select[data-reason]").first).to_be_focused()
    till.press("ArrowDown", "F9")
    second = till.dispensed()
    assert till.printed() == []
    held[0].continue_()
    till.prints("receipt", "labels", "receipt", "labels")
    vouchers = [int(address.split("/")[2]) for address in till.printed()]
    assert vouchers == [first, first, second, second]


@pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
def test_a_second_print_is_a_copy_and_the_switch_keeps_the_first_back(till: Till) -> None:
    till.page.uncheck("#switch-print")
    till.arrives()
    till.press("F9")
    till.dispensed()
    assert till.printed() == []
    assert "نسخة" not in words(fetched(till.page, "data-receipt"))
    assert "نسخة" in words(fetched(till.page, "data-receipt"))


def test_a_report_of_two_hundred_rows_repeats_its_head_and_numbers_its_pages() -> None:
    paper = pdf(by_centre_and_month(10, 20), "ar")
    last = pages(paper)
    assert last > 3
    document = pypdfium2.PdfDocument(paper)
    whole = 0
    for number, page in enumerate(document, start=1):
        lines = [plain(line) for line in page.get_textpage().get_text_range().splitlines()]
        assert f"صفحة {number} من {last}" in " ".join(lines), number
        rows = [at for at, line in enumerate(lines) if ROW_OF_A_MONTH.fullmatch(line)]
        heads = [
            at for at, line in enumerate(lines) if line.startswith("المركز التكنولوجي / الشهر")
        ]
        if rows:
            assert len(heads) == 1, number
            assert heads[0] < rows[0], number
        whole += len(rows)
        bitmap = page.render(scale=1).to_pil().convert("RGB")
        darkest = min(sum(colour) for _, colour in bitmap.getcolors(bitmap.width * bitmap.height))
        assert darkest < 120, "the text is black"
    # Each row stands whole on one page: its month and all ten of its figures in one line.
    assert whole == 200
    document.close()


def test_files_hold_no_direction_marks() -> None:
    """Sheets are for other programs: a mark in a cell spoils sums and searches."""
    sample = by_centre_and_month(3, 3)
    assert not DIRECTION_MARKS.search(csv(sample, "ar").decode("utf-8-sig"))
    assert not DIRECTION_MARKS.search(_text_of_workbook(xlsx(sample, "ar")))


def _text_of_workbook(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


def test_a_page_printed_by_the_browser_is_paper_and_not_a_screen(
    chromium: Browser, demo: tuple[str, Path]
) -> None:
    context = chromium.new_context(base_url=demo[0], locale="ar-EG", viewport=COUNTER)
    page = context.new_page()
    page.goto("/login")
    page.fill("[name=username]", "finance")
    page.fill("[name=password]", DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "login" not in address)
    page.goto(f"/reports/cost?{YEAR}&by=drug&then=month")
    rows = page.locator(".figures tbody tr").count()
    assert rows >= 200, rows
    head = plain(page.locator(".figures thead th").nth(2).inner_text())
    sections = plain(page.locator(".top nav").inner_text())
    paper = page.pdf(format="A4", print_background=False)
    texts = [plain(one.extract_text()) for one in PdfReader(io.BytesIO(paper)).pages]
    with_rows = [text for text in texts if re.search(r"\d+\.\d{2}", text)]
    assert len(with_rows) > 2
    assert sections not in " ".join(texts)
    repeated = [text for text in texts if head in text]
    assert len(repeated) >= len(with_rows) - 1
    context.close()

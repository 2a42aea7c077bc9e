"""What holds on every page: it works without script, an address is a place, figures are figures."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select, update

from pharmacy.db import Database
from pharmacy.models import Beneficiary, Drug, Staff
from pharmacy.rules.vocabulary import Role
from pharmacy.services.demo_staff import PASSWORD as DEMO_PASSWORD
from tests.browser.conftest import COUNTER, PATIENCE
from tests.browser.looking import WIDER_THAN_THE_WINDOW
from tests.browser.till import Till, sign_in, stocked_day, stranger

Opened = Callable[[str], Page]
NATIONAL_ID = "28801011234564"


@pytest.fixture
def unscripted(chromium: Browser, served: str) -> Iterator[Opened]:
    """Windows in which no script runs."""
    contexts: list[BrowserContext] = []

    def opened(username: str) -> Page:
        context = chromium.new_context(
            base_url=served, locale="ar-EG", viewport=COUNTER, java_script_enabled=False
        )
        contexts.append(context)
        page = context.new_page()
        sign_in(page, username)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
def test_without_script_a_pharmacist_searches_adds_and_dispenses(
    unscripted: Opened, database: Database
) -> None:
    day, medicines = stocked_day(database)
    stranger(database, day)
    page = unscripted("pharmacist")
    till = Till(page, database, day, medicines)
    page.fill("#scan", "سعاد")
    page.press("#scan", "Enter")
    page.locator(".found button").first.click()
    till.shows("open")
    page.fill("#scan", "ميتفور")
    page.press("#scan", "Enter")
    page.locator(".found button").first.click()
    till.rows(1)
    if not page.locator("[name=dose]").count():
        page.locator("#lines tr[data-uid] a.linkbtn").first.click()
    field = page.locator("[name=dose], [name=quantity]").first
    field.fill("1*1*14")
    field.press("Enter")
    till.rows(1)
    assert [quantity for _, quantity in till.stored().lines] == [14]
    page.fill("#scan", medicines[0].ean)
    page.press("#scan", "Enter")
    till.rows(2)
    page.click("#go")
    till.dispensed()
    assert till.dispensings() == 1
    expect(page.locator("#done a[href*='/receipt']").first).to_be_visible()


@pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
def test_without_script_lists_are_filtered_forms_sent_and_reports_shown(
    unscripted: Opened, database: Database
) -> None:
    stocked_day(database)
    clerk = unscripted("clerk")
    clerk.goto("/requests")
    clerk.fill("[name=q]", "فاطمة")
    clerk.select_option("[name=state]", "approved")
    clerk.locator(".filters button").click()
    clerk.wait_for_url("**state=approved**")
    assert clerk.locator("tbody tr").count() == 1
    finance = unscripted("finance")
    finance.goto("/reports/cost")
    finance.select_option("[name=by]", "drug")
    finance.locator(".filters button").click()
    finance.wait_for_url("**by=drug**")
    expect(finance.locator("main h2, main table").first).to_be_visible()


@pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
def test_on_a_telephone_a_person_is_registered_and_found_and_the_file_read(
    chromium: Browser, served: str, database: Database
) -> None:
    stocked_day(database)
    context = chromium.new_context(
        base_url=served,
        locale="ar-EG",
        viewport={"width": 360, "height": 740},
        has_touch=True,
        is_mobile=True,
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    sign_in(page, "clerk")
    page.goto("/beneficiaries/new")
    page.fill("[name=given_name]", "هالة")
    page.fill("[name=father_name]", "سمير")
    page.fill("[name=family_name]", "فودة")
    page.fill("[name=identity_number]", NATIONAL_ID)
    page.locator("main form[method=post] button.go").tap()
    page.wait_for_url(re.compile(r"/b/\d+"))
    page.locator(".top nav a[href='/beneficiaries']").tap()
    page.wait_for_url("**/beneficiaries")
    page.fill("[name=q]", "فاطمة")
    page.press("[name=q]", "Enter")
    page.wait_for_url("**q=**")
    page.locator("main tbody a").first.tap()
    expect(page.locator("h1")).to_contain_text("فاطمة")
    for tab in ("dispensed", "requests", "log"):
        page.locator(f".tabs a[href$='{tab}']").tap()
        page.wait_for_url(f"**/{tab}")
        assert page.evaluate(WIDER_THAN_THE_WINDOW) is None
    page.locator("a[data-key=F4]").tap()
    page.wait_for_url("**/requests/new**")
    # Help and the way out are there for a finger too.
    expect(page.locator(".top [data-key=F1]")).to_be_visible()
    page.locator(".top form:last-child button").tap()
    page.wait_for_url("**/login**")
    context.close()


@pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
def test_arabic_and_western_figures_are_stored_alike(tab: Page, database: Database) -> None:
    day, _ = stocked_day(database)
    sign_in(tab)
    for drug_id, typed in zip(day.drug_ids, ("2.5", "٢٫٥", "۲٫۵"), strict=True):
        tab.goto(f"/formulary/i/{drug_id}/edit")
        tab.fill("[name=reference_price]", typed)
        tab.locator("main form[method=post] button").first.click()
        tab.wait_for_url(f"**/formulary/i/{drug_id}")
    with database.reading() as session:
        prices = session.scalars(select(Drug.reference_price).where(Drug.id.in_(day.drug_ids)))
        assert set(prices) == {250}
    tab.context.clear_cookies()
    sign_in(tab, "clerk")
    eastern = NATIONAL_ID.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    tab.goto("/beneficiaries/new")
    tab.fill("[name=given_name]", "هالة")
    tab.fill("[name=father_name]", "سمير")
    tab.fill("[name=family_name]", "فودة")
    tab.fill("[name=identity_number]", eastern)
    tab.locator("main form[method=post] button.go").click()
    tab.wait_for_url(re.compile(r"/b/\d+"))
    with database.reading() as session:
        found = select(Beneficiary).filter_by(identity_number=NATIONAL_ID)
        assert session.scalars(found).one().given_name == "هالة"


def test_an_address_is_the_list_for_everybody_who_opens_it(
    chromium: Browser, demo: tuple[str, Path]
) -> None:
    def opened(username: str) -> Page:
        context = chromium.new_context(base_url=demo[0], locale="ar-EG", viewport=COUNTER)
        page = context.new_page()
        page.goto("/login")
        page.fill("[name=username]", username)
        page.fill("[name=password]", DEMO_PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda address: "login" not in address)
        return page

    def listed(page: Page) -> list[str]:
        return page.locator("main tbody tr").all_inner_texts()

    clerk, manager = opened("clerk"), opened("manager")
    clerk.goto("/requests")
    whole = listed(clerk)
    clerk.select_option("[name=state]", "rejected")
    clerk.locator(".filters button").click()
    clerk.wait_for_url("**state=rejected**")
    narrowed = listed(clerk)
    assert narrowed
    assert narrowed != whole
    clerk.reload()
    assert listed(clerk) == narrowed
    manager.goto(clerk.url)
    assert listed(manager) == narrowed
    # A report is an address as well: its figures are the same for whoever reads it.
    finance = opened("finance")
    finance.goto("/reports/cost?by=centre&date_from=01/01/2026&date_to=31/12/2026")
    manager.goto(finance.url)
    assert listed(manager) == listed(finance)
    for page in (clerk, manager, finance):
        page.context.close()


@pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
def test_a_figure_opens_the_lines_it_counts(tab: Page, till: Till) -> None:
    """There is no dashboard yet: the cost report counts, and so does the counter's own list."""
    till.arrives()
    till.press("F9")
    voucher_id = till.dispensed()
    till.press("Escape")
    till.shows("idle")
    link = tab.locator(f"#lines a[href$='/d/{voucher_id}']")
    cost = link.inner_text().split()[0]
    link.click()
    tab.wait_for_url(f"**/d/{voucher_id}")
    expect(tab.locator("main")).to_contain_text(cost)
    tab.context.clear_cookies()
    sign_in(tab, Role.FINANCE.value)
    tab.goto("/reports/cost?by=drug")
    figure = tab.locator(".figures tbody tr").first.locator("a").first
    count = int(figure.inner_text().replace(",", ""))
    figure.click()
    expect(tab.locator("main tbody tr")).to_have_count(count)


@pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
def test_the_sections_of_a_manager_stand_on_one_line_in_both_languages(
    tab: Page, database: Database
) -> None:
    stocked_day(database)
    with database.transaction() as session:
        session.execute(update(Staff).values(name_en="Dr Fouad Selim", name_ar="د. فؤاد سليم"))
    sign_in(tab, Role.MANAGER.value)
    for language in ("ar", "en"):
        tab.goto(f"/reports?lang={language}")
        links = tab.locator(".top nav a")
        tops = {box["y"] for link in links.all() if (box := link.bounding_box())}
        assert (links.count() > 6, len(tops)) == (True, 1), language

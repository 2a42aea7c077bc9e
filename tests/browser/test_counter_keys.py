"""The counter by its keys: how many a task takes, and that none of them surprises."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.scanner import Wedge
from tests.browser.till import STRANGER, Till, gtin, stranger

pytestmark = pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
LETTERS = ("إن", "مي", "أت")
"""Two letters of each medicine; `counter_day.DRUGS` names them."""
KEYS_TYPED, KEYS_USUAL = 35, 17


def new_prescription(till: Till, dose: str) -> None:
    """Give three medicines to somebody who has no approval, by the keyboard alone."""
    stranger(till.database, till.day)
    till.page.reload()
    till.choose(STRANGER[:3])
    till.shows("open")
    for number, letters in enumerate(LETTERS, start=1):
        till.choose(letters)
        till.rows(number)
        expect(till.page.locator("#edit-dose")).to_be_focused()
        before = till.version()
        if dose:
            till.write(dose)
        till.press("Enter")
        expect(till.page.locator("#edit-dose")).to_have_count(0)
        assert till.version() >= before
    till.press("F9")
    till.dispensed()


@pytest.mark.parametrize(
    ("dose", "most", "quantity"), [("", KEYS_USUAL, 60), ("1*3*30", KEYS_TYPED, 90)]
)
def test_a_new_prescription_of_three_lines_takes_few_keys(
    till: Till, dose: str, most: int, quantity: int
) -> None:
    new_prescription(till, dose)
    assert till.handed_out() == dict.fromkeys(till.day.drug_ids, quantity)
    assert till.scans == 0
    assert till.keys <= most


def test_a_dose_means_the_same_in_all_figures_and_a_nonsense_is_asked_again(till: Till) -> None:
    till.arrives(stranger(till.database, till.day))
    till.choose(LETTERS[0])
    box = till.page.locator("#edit-dose")
    expect(box).to_be_focused()
    box.fill("كثيرا")
    till.press("Enter")
    expect(box).to_have_attribute("aria-invalid", "true")
    for number, dose in enumerate(("١×٣×١٠", "1/3/10", "1 3 10", "1*3*10")):
        if number:
            till.choose(LETTERS[number % 3])
            expect(box).to_be_focused()
        box.fill(dose)
        till.press("Enter")
        expect(box).to_have_count(0)
        if number == 2:
            break
    assert [quantity for _, quantity in till.stored().lines] == [30, 30, 30]


def test_enter_commits_nothing_however_often_it_is_pressed(till: Till) -> None:
    till.arrives()
    for _ in range(50):
        till.press("Enter")
    till.press("Escape")
    # Not even on the button itself; nor with nothing in focus.
    till.page.focus("#go")
    for _ in range(5):
        till.press("Enter")
    expect(till.page.locator("#go")).to_be_focused()
    till.page.evaluate("document.activeElement.blur()")
    for _ in range(5):
        till.press("Enter")
    till.shows("open")
    assert till.dispensings() == 0
    assert till.stored().lines == [(drug_id, 60) for drug_id in till.day.drug_ids]


def hold_scans(till: Till) -> list[Route]:
    """Let the scans that are sent from now on wait for their answer."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    till.intercept("**/counter/scan", hold)
    till.rows(3)
    return held


def test_f9_before_the_answer_to_a_scan_waits_for_it_and_dispenses_with_it(till: Till) -> None:
    till.arrives()
    held = hold_scans(till)
    with till.page.expect_request("**/counter/scan"):
        till.scan(till.medicines[0].pack("W1"))
    till.press("F9", "F9")
    expect(till.page.locator("#go")).to_have_attribute("aria-busy", "true")
    expect(till.page.locator("#lane")).to_have_class(re.compile(r"\bok\b"))
    assert till.dispensings() == 0
    held[0].continue_()
    till.dispensed()
    assert till.dispensings() == 1
    assert [pack["serial"] for pack in till.packs()] == ["W1"]


def test_f9_before_the_answer_to_a_scan_that_is_refused_dispenses_nothing(till: Till) -> None:
    till.arrives()
    held = hold_scans(till)
    with till.page.expect_request("**/counter/scan"):
        till.scan(gtin(77)[1:])
    till.press("F9")
    held[0].continue_()
    till.says(gtin(77)[1:], "stop")
    till.shows("open")
    assert till.dispensings() == 0
    expect(till.page.locator("#go")).not_to_have_attribute("aria-busy", "true")
    till.press("F9")
    till.dispensed()


def test_f9_before_the_card_of_another_person_is_answered_dispenses_to_nobody(till: Till) -> None:
    till.arrives()
    held = hold_scans(till)
    other = stranger(till.database, till.day)
    with till.page.expect_request("**/counter/scan"):
        till.scan(other)
    till.press("F9")
    held[0].continue_()
    expect(till.page.locator("#person .name")).to_contain_text(STRANGER[:3])
    till.shows("open")
    assert till.dispensings() == 0


def test_a_double_press_dispenses_once(till: Till) -> None:
    till.arrives()
    # Forty milliseconds apart by the keys' own time.
    hand = Wedge(till.page, layout="ar", gap_ms=40)
    for _ in range(2):
        hand.press("F9", "F9", number=120)
    hand.done()
    till.dispensed()
    till.press("F9")
    till.press("Control+Enter")
    assert till.dispensings() == 1
    assert till.handed_out() == dict.fromkeys(till.day.drug_ids, 60)


def test_ctrl_and_enter_dispense_as_f9_does(till: Till) -> None:
    till.arrives()
    till.press("Control+Enter")
    till.dispensed()
    assert till.dispensings() == 1


def test_a_quantity_is_changed_a_line_removed_and_each_taken_back_by_one_step(till: Till) -> None:
    first, second, third = till.day.drug_ids
    till.arrives()
    till.press("Enter")
    expect(till.page.locator("#edit-quantity")).to_be_focused()
    before = till.version()
    till.write("30")
    till.press("Enter")
    till.newer(before)
    assert till.stored().lines == [(first, 30), (second, 60), (third, 60)]
    before = till.version()
    till.press("Control+z")
    till.newer(before)
    assert till.stored().lines[0] == (first, 60)
    till.press("ArrowDown")
    expect(till.page.locator("#lines tr[data-uid]").nth(1)).to_have_attribute(
        "aria-selected", "true"
    )
    till.press("Delete")
    till.rows(2)
    assert till.stored().lines == [(first, 60), (third, 60)]
    till.press("Control+z")
    till.rows(3)
    assert till.stored().lines == [(first, 60), (second, 60), (third, 60)]


def test_delete_in_a_field_deletes_letters_and_no_line(till: Till) -> None:
    till.arrives()
    till.page.fill("#scan", "مي")
    till.press("Home", "Delete")
    expect(till.page.locator("#scan")).to_have_value("ي")
    till.press("Control+z")
    till.rows(3)
    assert len(till.stored().lines) == 3


def test_escape_goes_one_step_back_at_a_time_and_clears_only_when_asked(till: Till) -> None:
    page = till.page
    till.arrives()
    pop, scan = page.locator("#pop"), page.locator("#scan")
    till.write("مي")
    expect(pop).to_be_visible()
    till.press("Escape")
    expect(pop).to_be_hidden()
    expect(scan).to_have_value("مي")
    till.press("Escape")
    expect(scan).to_have_value("")
    till.press("Enter")
    expect(page.locator("#edit-quantity")).to_be_focused()
    till.press("Escape")
    expect(page.locator("#edit-quantity")).to_have_count(0)
    expect(scan).to_be_focused()
    # Now the list itself: it asks first, and the answer is a button, not another Escape alone.
    till.press("Escape")
    till.shows("open")
    assert till.stored().state == "open"
    page.locator("#lane button").first.click()
    till.shows("idle")
    assert till.stored().state == "cleared"


def test_f2_leads_to_the_box_and_f4_holds_and_takes_up_again(till: Till) -> None:
    till.arrives()
    till.page.focus("#hold")
    till.press("F2")
    expect(till.page.locator("#scan")).to_be_focused()
    till.press("F4")
    till.shows("idle")
    assert till.stored().state == "held"
    till.press("F4")
    till.shows("open")
    till.rows(3)
    assert till.stored().state == "open"


def test_nothing_is_picked_until_enter_and_arrows_choose_another(till: Till) -> None:
    till.arrives(stranger(till.database, till.day))
    till.write("ا")
    till.write("ت")
    expect(till.page.locator("#pop [role=option]").first).to_be_visible()
    till.rows(0)
    assert till.stored().lines == []
    options = till.page.locator("#pop [role=option][data-value]")
    wanted = options.nth(min(1, options.count() - 1)).get_attribute("data-value")
    if options.count() > 1:
        till.press("ArrowDown")
    till.press("Enter")
    till.rows(1)
    assert [str(drug_id) for drug_id, _ in till.stored().lines] == [wanted]


def test_a_name_is_found_however_it_is_spelt(till: Till) -> None:
    """The server folds what is typed; the scripts hold no folding of their own to disagree."""
    option = till.page.locator("#pop [role=option][data-value]")
    for typed in ("فاطمه", "فاطمة عبدالرحمن", "فَاطِمَة", "فاطمة عبد الرحمن حسن"):
        till.page.fill("#scan", typed)
        expect(option).to_have_count(1)
        expect(option).to_contain_text("فاطمة عبد الرحمن حسن محمود")
        till.press("Escape", "Escape")
        expect(till.page.locator("#pop")).to_be_hidden()

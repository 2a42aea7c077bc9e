"""Whatever is scanned at the counter leads where its code says, on any keyboard layout."""

import re

import pytest
from playwright.sync_api import Page, expect

from pharmacy.models import Batch
from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.rules.scan import Command
from pharmacy.rules.vocabulary import Role
from tests.browser.scanner import Layout, Separator
from tests.browser.till import PIN, Medicine, Till, badge, command, gtin, stranger
from tests.web.counter_day import NATIONAL_ID
from tests.web.people import staff_member

pytestmark = pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
BOX_IS_EMPTY = "() => document.getElementById('scan').value === ''"
SEPARATORS: tuple[Separator, ...] = ("ctrl", "alt", "f8", "raw", "none")


def match(till: Till, medicine: Medicine, serial: str, **how: object) -> None:
    """Scan a pack whose line waits for it and see that the server has it."""
    before = till.version()
    till.scan(medicine.pack(serial), **how)
    till.newer(before)
    [pack] = [pack for pack in till.packs() if pack["serial"] == serial]
    assert (pack["gtin"], pack["lot"]) == (medicine.gtin, medicine.lot)
    with till.database.reading() as session:
        batch = session.get_one(Batch, pack["batch_id"])
        assert (batch.drug_id, batch.lot) == (medicine.drug_id, medicine.lot)
        assert batch.expiry == medicine.expiry


def test_a_repeat_takes_two_scans_and_one_key(till: Till) -> None:
    till.arrives()
    till.rows(3)
    match(till, till.medicines[0], "A1")
    till.press("F9")
    till.dispensed()
    assert till.handed_out() == dict.fromkeys(till.day.drug_ids, 60)
    assert (till.scans, till.keys) == (2, 1)
    till.prints("receipt", "labels")
    # The next card begins the next person, with no key between.
    till.arrives(stranger(till.database, till.day))
    till.rows(0)


@pytest.mark.parametrize("layout", ["us", "ar"])
def test_a_pack_is_read_on_each_layout_however_its_scanner_separates(
    till: Till, layout: Layout
) -> None:
    till.arrives()
    for number, separator in enumerate(SEPARATORS):
        medicine = till.medicines[number // 2]
        match(till, medicine, f"bGh{number}x9", layout=layout, separator=separator)
        assert till.page.evaluate(BOX_IS_EMPTY)
    assert till.stored().packs == len(SEPARATORS)


def test_a_slow_computer_spoils_no_scan_in_the_box(till: Till) -> None:
    till.arrives()
    match(till, till.medicines[0], "S1", gap_ms=140, layout="ar")


def test_a_bare_ean_matches_its_line_and_a_mistyped_one_is_refused(till: Till) -> None:
    till.arrives()
    before = till.version()
    till.scan(till.medicines[1].ean)
    till.newer(before)
    assert [pack["gtin"] for pack in till.packs()] == [till.medicines[1].gtin]
    wrong = till.medicines[1].ean[:-1] + str((int(till.medicines[1].ean[-1]) + 1) % 10)
    stored = till.stored()
    till.scan(wrong)
    till.says(re.compile("."), "stop")
    assert till.stored() == stored


def test_an_unknown_code_is_said_and_changes_nothing(till: Till) -> None:
    till.arrives()
    stored = till.stored()
    till.scan(gtin(77)[1:])
    till.says(gtin(77)[1:], "stop")
    till.scan(in_house(InHousePrefix.CARD, 12345))
    till.says(in_house(InHousePrefix.CARD, 12345), "stop")
    till.scan(till.medicines[0].pack(lot="NEVER"))
    till.says("NEVER", "stop")
    assert till.page.evaluate(BOX_IS_EMPTY)
    assert till.stored() == stored


@pytest.mark.parametrize("layout", ["us", "ar"])
def test_a_scan_leaves_whatever_has_the_focus_as_it_was(till: Till, layout: Layout) -> None:
    till.arrives()
    page = till.page
    # A quantity that is being typed.
    till.press("Enter")
    quantity = page.locator("#edit-quantity")
    expect(quantity).to_be_focused()
    till.press("4")
    before = till.version()
    till.scan(till.medicines[0].pack("Q1"), layout=layout)
    till.newer(before)
    assert till.stored().lines[0] == (till.day.drug_ids[0], 60)
    assert [pack["serial"] for pack in till.packs()] == ["Q1"]
    if quantity.count():
        expect(quantity).to_have_value("4")
        till.press("Escape")
    # A note.
    page.click("#more summary")
    note = page.locator("#more [name=note]")
    note.fill("تسليم باليد")
    before = till.version()
    till.scan(till.medicines[1].pack("N1"), layout=layout)
    till.newer(before)
    expect(note).to_have_value("تسليم باليد")
    # A button that has the focus is not pressed by the scanner's Enter.
    page.focus("#hold")
    before = till.version()
    till.scan(till.medicines[2].pack("B1"), layout=layout)
    till.newer(before)
    till.shows("open")
    assert till.stored().state == "open"
    assert {pack["serial"] for pack in till.packs()} == {"Q1", "N1", "B1"}


@pytest.mark.parametrize("layout", ["us", "ar"])
def test_the_badge_of_who_signs_is_scanned_into_its_field_and_locks_nothing(
    till: Till, layout: Layout
) -> None:
    page, day = till.page, till.day
    admin = day.staff[Role.ADMINISTRATOR]
    other_id = staff_member(till.database, Role.PHARMACIST, username="pharmacist2")
    other = badge(till.database, other_id, admin)
    till.arrives()
    page.click("#more summary")
    field = page.locator("#signer-witness")
    field.fill("نصف اسم")
    till.scan(other, layout=layout)
    expect(field).to_have_value(other)
    expect(page.locator("#pin-witness")).to_be_focused()
    page.keyboard.type(PIN, delay=60)
    page.keyboard.press("Enter")
    expect(page.locator("#sign-witness .tag.ok")).to_be_visible()
    till.shows("open")
    # On the page of an undoing too: the scanner's Enter sends nothing.
    till.press("F2", "F9")
    page.goto(f"/d/{till.dispensed()}")
    page.focus("#signer")
    till.scan(other, layout=layout)
    expect(page.locator("#signer")).to_have_value(other)
    expect(page.locator("#signer_pin")).to_be_focused()


def test_a_person_is_found_by_slip_receipt_and_national_id(till: Till) -> None:
    name = till.page.locator("#person .name")
    for code in (in_house(InHousePrefix.REQUEST_SLIP, till.day.request_id), NATIONAL_ID):
        till.scan(code)
        till.shows("open")
        expect(name).to_contain_text("فاطمة")
        till.press("F4")
        till.shows("idle")
    till.arrives()
    till.press("F9")
    voucher_id = till.dispensed()
    # Its receipt opens the person again; nothing is due so soon.
    till.scan(in_house(InHousePrefix.RECEIPT, voucher_id))
    till.shows("open")
    expect(name).to_contain_text("فاطمة")
    till.rows(0)
    assert till.dispensings() == 1


def test_the_laminated_sheet_does_what_the_keys_do(till: Till) -> None:
    till.arrives()
    match(till, till.medicines[0], "C1")
    before = till.version()
    till.scan(command(Command.UNDO))
    till.newer(before)
    assert till.stored().packs == 0
    till.scan(command(Command.HOLD))
    till.shows("idle")
    assert till.stored().state == "held"
    till.arrives()
    till.scan(command(Command.DISPENSE))
    till.dispensed()
    assert till.dispensings() == 1


def unlock(page: Page) -> None:
    """Type the PIN when it is asked for."""
    expect(page.locator("[name=pin]")).to_be_focused()
    page.keyboard.type(PIN, delay=60)
    page.keyboard.press("Enter")


def test_a_badge_locks_and_on_the_lock_screen_only_badges_are_read(till: Till) -> None:
    page, day = till.page, till.day
    own = badge(till.database, day.staff[Role.PHARMACIST].staff_id, day.staff[Role.ADMINISTRATOR])
    till.arrives()
    address = page.url
    till.scan(own)
    page.wait_for_url("**/lock**")
    for nothing in (till.medicines[0].ean, day.card_number, command(Command.DISPENSE)):
        with page.expect_navigation():
            till.scan(nothing)
        expect(page.locator("[data-locked]")).to_be_visible()
    with page.expect_navigation():
        till.scan(in_house(InHousePrefix.BADGE, 4711))
    expect(page.locator(".errors")).to_be_visible()
    till.press("Escape")
    page.wait_for_url("**cancelled=1**")
    # Even an address typed by hand leads back.
    page.goto("/counter")
    page.wait_for_url("**/lock**")
    till.scan(own)
    expect(page.locator("[name=pin]")).to_be_focused()
    page.keyboard.type("000000", delay=60)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".errors")).to_be_visible()
    till.press("Escape")
    page.wait_for_url("**cancelled=1**")
    page.goto(f"/lock?next={address.split('://')[1].partition('/')[2]}")
    assert till.dispensings() == 0


def test_badge_and_pin_bring_the_same_person_back_to_the_draft(till: Till) -> None:
    page, day = till.page, till.day
    admin = day.staff[Role.ADMINISTRATOR]
    own = badge(till.database, day.staff[Role.PHARMACIST].staff_id, admin)
    other_id = staff_member(
        till.database, Role.PHARMACIST, username="pharmacist2", name_ar="كريم", site_id=day.site_id
    )
    other = badge(till.database, other_id, admin)
    till.arrives()
    match(till, till.medicines[0], "L1")
    till.scan(own)
    page.wait_for_url("**/lock**")
    till.scan(own)
    unlock(page)
    till.shows("open")
    till.rows(3)
    assert till.stored().packs == 1
    # A colleague's badge at work: theirs is another counter, and the draft is not theirs.
    scans = till.scans
    till.scan(other)
    unlock(page)
    assert till.scans == scans + 1
    till.shows("idle")
    till.scan(day.card_number)
    till.says("منى سالم", "stop")
    assert till.stored().state == "open"

"""Where a scan leads: person, pack, badge, shelf, command, search; and what is nobody's."""

import pytest
from sqlalchemy import select

from pharmacy.errors import NotPermitted, UnknownCode, UnreadableBarcode
from pharmacy.models import Batch, Beneficiary, Staff
from pharmacy.rules.gs1 import InHousePrefix, in_house
from pharmacy.rules.vocabulary import Role
from pharmacy.services.beneficiary import merge
from pharmacy.services.scan import (
    BadgeFound,
    CommandFound,
    Found,
    PackFound,
    PersonFound,
    ShelfFound,
    TextTyped,
    route,
)
from tests.browser.scanner import as_typed
from tests.builders import (
    NOW,
    TODAY,
    Pharmacy,
    add_batch,
    add_beneficiary,
    add_drug,
    approve_request,
    hand_out,
    item,
    order,
    rows,
    snapshot,
)

GTIN = "09521234567899"


def lead(pharmacy: Pharmacy, text: str, *, role: Role = Role.PHARMACIST) -> Found:
    """Route a scan, and see that looking changes nothing."""
    before = snapshot(pharmacy.database)
    with pharmacy.database.reading() as session:
        found = route(session, text, site_id=pharmacy.site_id, on=TODAY, actor=pharmacy[role])
    assert snapshot(pharmacy.database) == before
    return found


def card_of(pharmacy: Pharmacy, person_id: int) -> str:
    ((card,),) = rows(pharmacy.database, Beneficiary.card_number, id=person_id)
    return str(card)


def identity_of(pharmacy: Pharmacy, person_id: int) -> str:
    ((number,),) = rows(pharmacy.database, Beneficiary.identity_number, id=person_id)
    return str(number)


def test_a_card_and_a_national_id_lead_to_the_person(pharmacy: Pharmacy) -> None:
    person = add_beneficiary(pharmacy)
    assert lead(pharmacy, card_of(pharmacy, person)) == PersonFound(person)
    assert lead(pharmacy, identity_of(pharmacy, person)) == PersonFound(person)


def test_a_merged_record_leads_to_the_one_that_goes_on(pharmacy: Pharmacy) -> None:
    gone, kept = add_beneficiary(pharmacy), add_beneficiary(pharmacy)
    card, identity = card_of(pharmacy, gone), identity_of(pharmacy, gone)
    with pharmacy.database.transaction() as session:
        merge(session, gone, kept, reason="مكرر", actor=pharmacy[Role.MANAGER], now=NOW)
    assert lead(pharmacy, card) == PersonFound(kept)
    assert lead(pharmacy, identity) == PersonFound(kept)


def test_a_receipt_and_a_slip_lead_to_the_person_and_the_request(pharmacy: Pharmacy) -> None:
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 1_000)
    approved = approve_request(pharmacy, item(drug, 30, issues=2))
    voucher = hand_out(pharmacy, order(approved, 30))
    found = PersonFound(approved.beneficiary_id, approved.request_id)
    assert lead(pharmacy, in_house(InHousePrefix.RECEIPT, voucher)) == found
    assert lead(pharmacy, in_house(InHousePrefix.REQUEST_SLIP, approved.request_id)) == found


def test_a_pack_leads_to_its_batch_though_the_keyboard_was_set_to_arabic(
    pharmacy: Pharmacy,
) -> None:
    drug = add_drug(pharmacy, gtins=frozenset({GTIN}), pack_size=30)
    batch = add_batch(pharmacy, drug, 90, 900)
    ((lot,),) = rows(pharmacy.database, Batch.lot, id=batch)
    code = f"]d201{GTIN}17280630" + f"10{lot}\x1d21gh7"
    plain, garbled = lead(pharmacy, code), lead(pharmacy, as_typed(code, "ar"))
    assert isinstance(plain, PackFound)
    assert isinstance(garbled, PackFound)
    assert (plain.corrected, garbled.corrected) == (False, True)
    assert (plain.pack.batch_id, plain.pack.lot, plain.pack.serial) == (batch, lot, "gh7")
    # Nothing can tell b from gh in a serial: the file knows lots only.
    assert (garbled.pack.batch_id, garbled.pack.lot) == (batch, lot)


def test_a_batch_label_leads_to_its_batch(pharmacy: Pharmacy) -> None:
    batch = add_batch(pharmacy, add_drug(pharmacy), 90, 900)
    found = lead(pharmacy, in_house(InHousePrefix.BATCH, batch))
    assert isinstance(found, PackFound)
    assert (found.pack.batch_id, found.corrected) == (batch, False)


@pytest.mark.parametrize(
    ("number", "name"), [(1, "dispense"), (2, "hold"), (3, "undo"), (4, "clear"), (5, "lock")]
)
def test_a_command_of_the_sheet_is_named(pharmacy: Pharmacy, number: int, name: str) -> None:
    assert lead(pharmacy, in_house(InHousePrefix.COMMAND, number)) == CommandFound(name)


def test_a_shelf_is_told_by_its_number(pharmacy: Pharmacy) -> None:
    assert lead(pharmacy, in_house(InHousePrefix.SHELF, 12)) == ShelfFound(12)


def test_a_badge_leads_to_who_bears_it(pharmacy: Pharmacy) -> None:
    badge = in_house(InHousePrefix.BADGE, 7_654_321)
    with pharmacy.database.transaction() as session:
        keeper = pharmacy.keeper.staff_id
        session.scalars(select(Staff).where(Staff.id == keeper)).one().badge_code = badge
    assert lead(pharmacy, badge) == BadgeFound(pharmacy.keeper.staff_id)


@pytest.mark.parametrize(
    "text", ["فاطمة عبد الرحمن", "01012345678", "28801111898179", "P1-D-2026-000417", ""]
)
def test_words_and_numbers_of_nobody_are_left_to_the_search(pharmacy: Pharmacy, text: str) -> None:
    assert lead(pharmacy, text) == TextTyped(text)


@pytest.mark.parametrize(
    "code",
    [
        in_house(InHousePrefix.CARD, 1),
        in_house(InHousePrefix.RECEIPT, 999_999),
        in_house(InHousePrefix.BATCH, 999_999),
        in_house(InHousePrefix.BADGE, 1),
        in_house(InHousePrefix.REQUEST_SLIP, 999_999),
        in_house(InHousePrefix.COMMAND, 0),
        in_house(InHousePrefix.COMMAND, 9),
        "9521234567899",
    ],
)
def test_a_good_code_of_nothing_on_file_is_refused(pharmacy: Pharmacy, code: str) -> None:
    with pytest.raises(UnknownCode) as refusal:
        lead(pharmacy, code)
    assert refusal.value.text.lstrip("0") in code


def test_a_broken_code_is_refused(pharmacy: Pharmacy) -> None:
    with pytest.raises(UnreadableBarcode):
        lead(pharmacy, "9521234567890")


def test_only_who_may_dispense_scans_at_the_counter(pharmacy: Pharmacy) -> None:
    with pytest.raises(NotPermitted):
        lead(pharmacy, "2188123456787", role=Role.CLERK)

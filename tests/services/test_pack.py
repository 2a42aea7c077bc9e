"""The pack in the hand: which batch it is of, and the words by which it is refused."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from pharmacy.errors import PackRefused, UnknownCode
from pharmacy.models import Batch
from pharmacy.rules.gs1 import Pack
from pharmacy.rules.vocabulary import BatchStatus, ReversalReason, Role
from pharmacy.services.dispensing_order import OrderLine, ScannedPack
from pharmacy.services.formulary import get_drug
from pharmacy.services.pack import (
    PackInHand,
    look_at_batch,
    look_at_pack,
    look_at_readings,
    units_left_in,
)
from pharmacy.services.reversal import reverse
from pharmacy.services.stock import ReceiptLine, hold_batch, receive
from tests.builders import (
    LONG_EXPIRY,
    NOW,
    TODAY,
    Pharmacy,
    add_batch,
    add_drug,
    add_site,
    approve_request,
    hand_out,
    item,
    order,
    receipt_of,
    rows,
    snapshot,
    unique,
)
from tests.services.verified import faults

GTIN = "09521234567899"
FRESH = LONG_EXPIRY


@pytest.fixture
def drug(pharmacy: Pharmacy) -> int:
    return add_drug(
        pharmacy, name_ar="ميتفورمين", name_en="Metformin", pack_size=30, gtins=frozenset({GTIN})
    )


@pytest.fixture
def batch(pharmacy: Pharmacy, drug: int) -> int:
    return add_batch(pharmacy, drug, 90, 900)


def lot_of(pharmacy: Pharmacy, batch_id: int) -> str:
    ((lot,),) = rows(pharmacy.database, Batch.lot, id=batch_id)
    return str(lot)


def look(
    pharmacy: Pharmacy, *readings: Pack, on: date = TODAY, site_id: int | None = None
) -> PackInHand:
    site = site_id or pharmacy.site_id
    with pharmacy.database.reading() as session:
        return look_at_readings(session, readings, site_id=site, on=on)


def refused(
    pharmacy: Pharmacy, *readings: Pack, on: date = TODAY, site_id: int | None = None
) -> PackRefused:
    before = snapshot(pharmacy.database)
    with pytest.raises(PackRefused) as caught:
        look(pharmacy, *readings, on=on, site_id=site_id)
    assert snapshot(pharmacy.database) == before
    return caught.value


def give(pharmacy: Pharmacy, drug_id: int, batch_id: int, packs: Sequence[tuple[str, int]]) -> int:
    """Hand out so many units from packs of these serials; return the dispensing."""
    units = sum(quantity for _, quantity in packs)
    approved = approve_request(pharmacy, item(drug_id, units))
    scanned = [
        ScannedPack(gtin=GTIN, batch_id=batch_id, quantity=quantity, serial=serial)
        for serial, quantity in packs
    ]
    line = OrderLine(approval_item_id=approved.item_ids[0], quantity=units, packs=tuple(scanned))
    return hand_out(pharmacy, replace(order(approved), lines=[line]))


def test_a_pack_is_of_the_batch_whose_lot_it_bears(
    pharmacy: Pharmacy, drug: int, batch: int
) -> None:
    lot = lot_of(pharmacy, batch)
    with pharmacy.database.reading() as session:
        pack = Pack(gtin=GTIN, lot=lot, expiry=date(2028, 6, 1), serial="X9")
        found = look_at_pack(session, pack, site_id=pharmacy.site_id, on=TODAY)
    assert found == PackInHand(
        gtin=GTIN,
        drug_id=drug,
        drug_name_ar="ميتفورمين",
        drug_name_en="Metformin",
        pack_size=30,
        batch_id=batch,
        lot=lot,
        expiry=FRESH,
        serial="X9",
    )


def test_a_bare_code_names_the_medicine_and_no_batch(
    pharmacy: Pharmacy, drug: int, batch: int
) -> None:
    assert batch
    found = look(pharmacy, Pack(gtin=GTIN))
    assert (found.drug_id, found.batch_id, found.lot, found.expiry) == (drug, None, "", None)


def test_a_code_of_no_medicine_on_file_is_unknown(pharmacy: Pharmacy) -> None:
    with pytest.raises(UnknownCode) as refusal:
        look(pharmacy, Pack(gtin=GTIN, lot="A1"))
    assert refusal.value.text == GTIN


def test_of_two_batches_of_one_lot_the_one_that_expires_first_and_has_some_is_meant(
    pharmacy: Pharmacy, drug: int, batch: int
) -> None:
    lot = lot_of(pharmacy, batch)
    soon = TODAY + timedelta(days=90)
    line = ReceiptLine(drug_id=drug, lot=lot, expiry=soon, quantity=30, value=300)
    with pharmacy.database.transaction() as session:
        receive(session, receipt_of(pharmacy, line), actor=pharmacy.keeper, now=NOW)
    ((sooner,),) = rows(pharmacy.database, Batch.id, expiry=soon)
    assert look(pharmacy, Pack(gtin=GTIN, lot=lot)).batch_id == sooner
    assert look(pharmacy, Pack(gtin=GTIN, lot=lot, expiry=FRESH)).batch_id == batch
    give(pharmacy, drug, sooner, [("S", 30)])
    assert look(pharmacy, Pack(gtin=GTIN, lot=lot)).batch_id == batch


def test_a_lost_separator_is_found_again_from_the_lots_here(pharmacy: Pharmacy, batch: int) -> None:
    lot = lot_of(pharmacy, batch)
    found = look(pharmacy, Pack(gtin=GTIN, lot=f"{lot}21SN90x77", expiry=FRESH))
    assert (found.batch_id, found.lot, found.serial) == (batch, lot, "SN90x77")


def test_of_the_readings_of_a_code_the_one_on_file_is_meant(pharmacy: Pharmacy, batch: int) -> None:
    readings = [Pack(gtin=GTIN, lot=lot) for lot in ("b7", lot_of(pharmacy, batch))]
    assert look(pharmacy, *readings).batch_id == batch
    assert refused(pharmacy, *readings[:1]).lot == "b7"


@pytest.mark.parametrize("lot", ["NOWHERE", "NOWHERE21X9"])
def test_a_lot_that_is_not_on_file_is_asked_about(pharmacy: Pharmacy, batch: int, lot: str) -> None:
    assert batch
    refusal = refused(pharmacy, Pack(gtin=GTIN, lot=lot))
    assert (refusal.reason, refusal.drug, refusal.lot) == ("unknown_lot", "ميتفورمين", lot)


def test_a_lot_of_another_site_is_not_on_file_here(pharmacy: Pharmacy, batch: int) -> None:
    pack = Pack(gtin=GTIN, lot=lot_of(pharmacy, batch))
    other = add_site(pharmacy.database)
    assert refused(pharmacy, pack, site_id=other).reason == "unknown_lot"


@pytest.mark.parametrize("known", [True, False])
def test_a_pack_that_says_it_has_expired_is_refused(
    pharmacy: Pharmacy, batch: int, *, known: bool
) -> None:
    lot = lot_of(pharmacy, batch) if known else None
    past = TODAY - timedelta(days=1)
    refusal = refused(pharmacy, Pack(gtin=GTIN, lot=lot, expiry=past))
    assert (refusal.reason, refusal.expiry) == ("expired", past)
    assert look(pharmacy, Pack(gtin=GTIN, expiry=TODAY)).expiry == TODAY


def test_a_pack_that_has_expired_by_the_file_is_refused(pharmacy: Pharmacy, batch: int) -> None:
    pack = Pack(gtin=GTIN, lot=lot_of(pharmacy, batch))
    refusal = refused(pharmacy, pack, on=FRESH + timedelta(days=1))
    assert (refusal.reason, refusal.expiry) == ("expired", FRESH)


def test_another_month_on_the_pack_than_on_file_is_refused(pharmacy: Pharmacy, batch: int) -> None:
    lot = lot_of(pharmacy, batch)
    refusal = refused(pharmacy, Pack(gtin=GTIN, lot=lot, expiry=date(2028, 7, 1)))
    assert (refusal.reason, refusal.lot, refusal.expiry, refusal.number) == (
        "expiry_differs",
        lot,
        date(2028, 7, 1),
        "06/2028",
    )


@pytest.mark.parametrize("status", [BatchStatus.RECALLED, BatchStatus.QUARANTINED])
def test_a_pack_of_a_batch_that_is_held_is_refused(
    pharmacy: Pharmacy, batch: int, status: BatchStatus
) -> None:
    with pharmacy.database.transaction() as session:
        hold_batch(session, batch, status, reason="نشرة", actor=pharmacy.keeper, now=NOW)
    pack = Pack(gtin=GTIN, lot=lot_of(pharmacy, batch))
    assert refused(pharmacy, pack).reason == status.value
    with pharmacy.database.reading() as session, pytest.raises(PackRefused) as refusal:
        look_at_batch(session, batch, site_id=pharmacy.site_id, on=TODAY)
    assert refusal.value.reason == status.value


def test_a_lot_with_nothing_left_is_refused(pharmacy: Pharmacy, drug: int, batch: int) -> None:
    give(pharmacy, drug, batch, [("A", 30), ("B", 30), ("C", 30)])
    pack = Pack(gtin=GTIN, lot=lot_of(pharmacy, batch), serial="D")
    refusal = refused(pharmacy, pack)
    assert (refusal.reason, refusal.serial) == ("nothing_left", "D")


def test_a_pack_is_given_once_in_parts_until_its_last_unit(
    pharmacy: Pharmacy, drug: int, batch: int
) -> None:
    pack = Pack(gtin=GTIN, lot=lot_of(pharmacy, batch), serial="X9")
    give(pharmacy, drug, batch, [("X9", 20)])
    assert look(pharmacy, pack).batch_id == batch
    second = give(pharmacy, drug, batch, [("X9", 10)])
    refusal = refused(pharmacy, pack)
    assert (refusal.reason, refusal.serial) == ("used", "X9")
    assert refusal.number.endswith("-000002")
    assert look(pharmacy, Pack(gtin=GTIN, lot=pack.lot, serial="X8")).serial == "X8"
    assert refused(pharmacy, Pack(gtin=GTIN, serial="X9")).reason == "used"
    undo(pharmacy, second)
    assert look(pharmacy, pack).serial == "X9"
    with pharmacy.database.reading() as session:
        known = get_drug(session, drug)
        assert units_left_in(session, GTIN, "X9", drug=known) == 10
        assert units_left_in(session, GTIN, "never", drug=known) == 30
        assert units_left_in(session, GTIN, "", drug=known) == 30
    assert faults(pharmacy.database) == {}


def undo(pharmacy: Pharmacy, voucher_id: int) -> None:
    with pharmacy.database.transaction() as session:
        reverse(
            session,
            voucher_id,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_PERSON,
            second=pharmacy[Role.MANAGER],
            actor=pharmacy.pharmacist,
            now=NOW,
        )


def test_a_label_of_our_own_names_its_batch(pharmacy: Pharmacy, drug: int, batch: int) -> None:
    with pharmacy.database.reading() as session:
        found = look_at_batch(session, batch, site_id=pharmacy.site_id, on=TODAY)
    lot = lot_of(pharmacy, batch)
    assert (found.gtin, found.drug_id, found.batch_id, found.lot) == ("", drug, batch, lot)
    assert (found.expiry, found.serial) == (FRESH, "")


@pytest.mark.parametrize("which", ["nothing", "another site"])
def test_a_label_of_nothing_here_is_unknown(pharmacy: Pharmacy, batch: int, which: str) -> None:
    site = add_site(pharmacy.database) if which == "another site" else pharmacy.site_id
    number = batch if which == "another site" else batch + 1000
    with pharmacy.database.reading() as session, pytest.raises(UnknownCode):
        look_at_batch(session, number, site_id=site, on=TODAY)

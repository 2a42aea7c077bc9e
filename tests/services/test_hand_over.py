"""Packs scanned, another brand given, care at hand-over: what is written, sealed and refused."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from pharmacy.errors import NoticesStand, SubstitutionRefused
from pharmacy.models import (
    DispensedPack,
    DispensingCare,
    DispensingLine,
    NoticeOverride,
    Owing,
    Substitution,
)
from pharmacy.rules.vocabulary import (
    BatchStatus,
    CounsellingPoint,
    NoticeCode,
    ReversalReason,
    Role,
    Severity,
)
from pharmacy.services.dispensing_order import (
    Care,
    Collector,
    DispensingOrder,
    Override,
    ScannedPack,
    Substitute,
)
from pharmacy.services.reversal import reverse
from pharmacy.services.stock import hold_batch
from tests.builders import (
    NOW,
    TODAY,
    Approved,
    Pharmacy,
    add_batch,
    add_drug,
    after,
    approve_request,
    hand_out,
    item,
    order,
    rows,
    unique,
)
from tests.services.refusing import notices, refused
from tests.services.verified import faults

GTIN = "06221234567897"
SOON, LATE = TODAY + timedelta(days=90), TODAY + timedelta(days=400)


@pytest.fixture
def drug(pharmacy: Pharmacy) -> int:
    return add_drug(pharmacy, inn="metformin", atc="A10BA02", pack_size=30)


def with_line(wanted: DispensingOrder, **facts: Any) -> DispensingOrder:
    """The order with these facts on its first line."""
    first, *others = wanted.lines
    return replace(wanted, lines=[replace(first, **facts), *others])


def scanned(
    approved: Approved, quantity: int, *packs: ScannedPack, **facts: Any
) -> DispensingOrder:
    return with_line(order(approved, quantity, **facts), packs=packs)


def pack(batch_id: int, serial: str = "", quantity: int = 30) -> ScannedPack:
    return ScannedPack(gtin=GTIN, batch_id=batch_id, quantity=quantity, lot="A1", serial=serial)


def undo(pharmacy: Pharmacy, voucher_id: int) -> None:
    with pharmacy.database.transaction() as session:
        reverse(
            session,
            voucher_id,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_ENTRY,
            actor=pharmacy.pharmacist,
            second=pharmacy[Role.MANAGER],
            now=after(1),
        )


def given(pharmacy: Pharmacy, voucher_id: int) -> list[tuple[Any, ...]]:
    columns = (DispensingLine.batch_id, DispensingLine.quantity)
    return rows(pharmacy.database, *columns, voucher_id=voucher_id)


def test_the_scanned_batch_goes_first_with_a_reason(pharmacy: Pharmacy, drug: int) -> None:
    early = add_batch(pharmacy, drug, 60, 600, expiry=SOON)
    late = add_batch(pharmacy, drug, 60, 600, expiry=LATE)
    approved = approve_request(pharmacy, item(drug, 30))
    wanted = scanned(approved, 30, pack(late))
    refusal = refused(pharmacy, NoticesStand, wanted)
    assert notices(refusal) == [(NoticeCode.NOT_FIRST_EXPIRY, Severity.BLOCK, 1)]
    reason = Override(code=NoticeCode.NOT_FIRST_EXPIRY, reason="العلبة الأقدم تالفة")
    voucher = hand_out(pharmacy, replace(wanted, overrides=[reason]))
    assert given(pharmacy, voucher) == [(late, 30)]
    assert rows(pharmacy.database, NoticeOverride.code, NoticeOverride.reason) == [
        (NoticeCode.NOT_FIRST_EXPIRY, "العلبة الأقدم تالفة")
    ]
    assert early < late


def test_the_batch_that_is_due_first_needs_no_reason(pharmacy: Pharmacy, drug: int) -> None:
    early = add_batch(pharmacy, drug, 60, 600, expiry=SOON)
    late = add_batch(pharmacy, drug, 60, 600, expiry=LATE)
    approved = approve_request(pharmacy, item(drug, 80))
    voucher = hand_out(pharmacy, scanned(approved, 80, pack(early), pack(late, quantity=20)))
    assert given(pharmacy, voucher) == [(early, 60), (late, 20)]


def test_two_batches_of_one_day_may_go_in_any_order(pharmacy: Pharmacy, drug: int) -> None:
    add_batch(pharmacy, drug, 60, 600, expiry=LATE)
    second = add_batch(pharmacy, drug, 60, 600, expiry=LATE)
    approved = approve_request(pharmacy, item(drug, 30))
    voucher = hand_out(pharmacy, scanned(approved, 30, pack(second)))
    assert given(pharmacy, voucher) == [(second, 30)]


def test_a_scanned_batch_held_back_since_is_stopped(pharmacy: Pharmacy, drug: int) -> None:
    held = add_batch(pharmacy, drug, 60, 600)
    add_batch(pharmacy, drug, 60, 600)
    approved = approve_request(pharmacy, item(drug, 30))
    with pharmacy.database.transaction() as session:
        status = BatchStatus.RECALLED
        hold_batch(session, held, status, reason="سحب", actor=pharmacy.keeper, now=NOW)
    refusal = refused(pharmacy, NoticesStand, scanned(approved, 30, pack(held)))
    assert notices(refusal) == [(NoticeCode.BATCH_NOT_ISSUABLE, Severity.STOP, 1)]


def test_a_pack_of_another_drug_is_stopped(pharmacy: Pharmacy, drug: int) -> None:
    add_batch(pharmacy, drug, 60, 600)
    foreign = add_batch(pharmacy, add_drug(pharmacy), 60, 600)
    approved = approve_request(pharmacy, item(drug, 30))
    refusal = refused(pharmacy, NoticesStand, scanned(approved, 30, pack(foreign)))
    assert notices(refusal) == [(NoticeCode.BATCH_NOT_ISSUABLE, Severity.STOP, 1)]


def test_a_pack_is_given_in_parts_until_its_last_unit(pharmacy: Pharmacy, drug: int) -> None:
    batch = add_batch(pharmacy, drug, 200, 2_000)
    for quantity in (20, 10):
        approved = approve_request(pharmacy, item(drug, quantity))
        hand_out(pharmacy, scanned(approved, quantity, pack(batch, "S1", quantity)))
    approved = approve_request(pharmacy, item(drug, 1))
    refusal = refused(pharmacy, NoticesStand, scanned(approved, 1, pack(batch, "S1", 1)))
    assert notices(refusal) == [(NoticeCode.PACK_USED, Severity.STOP, None)]
    columns = (DispensedPack.gtin, DispensedPack.serial, DispensedPack.quantity)
    assert rows(pharmacy.database, *columns) == [(GTIN, "S1", 20), (GTIN, "S1", 10)]


def test_one_pack_scanned_on_two_lines_counts_once(pharmacy: Pharmacy, drug: int) -> None:
    batch = add_batch(pharmacy, drug, 200, 2_000)
    approved = approve_request(pharmacy, item(drug, 30, issues=2))
    once = scanned(approved, 30, pack(batch, "S2"))
    twice = replace(once, lines=[*once.lines, *scanned(approved, 30, pack(batch, "S2")).lines])
    codes = [code for code, _, _ in notices(refused(pharmacy, NoticesStand, twice))]
    assert NoticeCode.PACK_USED in codes


def test_what_was_undone_is_back_in_its_pack(pharmacy: Pharmacy, drug: int) -> None:
    batch = add_batch(pharmacy, drug, 200, 2_000)
    approved = approve_request(pharmacy, item(drug, 30))
    undo(pharmacy, hand_out(pharmacy, scanned(approved, 30, pack(batch, "S3"))))
    hand_out(pharmacy, scanned(approved, 30, pack(batch, "S3")), now=after(1))
    assert len(rows(pharmacy.database, DispensedPack.id)) == 2


def test_the_last_units_of_a_pack_may_end_a_line(pharmacy: Pharmacy, drug: int) -> None:
    batch = add_batch(pharmacy, drug, 200, 2_000)
    first = approve_request(pharmacy, item(drug, 20))
    hand_out(pharmacy, scanned(first, 20, pack(batch, "S9", 20)))
    second = approve_request(pharmacy, item(drug, 40))
    hand_out(pharmacy, scanned(second, 40, pack(batch, "S10"), pack(batch, "S9")))
    columns = (DispensedPack.serial, DispensedPack.quantity)
    assert rows(pharmacy.database, *columns) == [("S9", 20), ("S10", 30), ("S9", 10)]


def test_packs_count_no_more_than_was_given(pharmacy: Pharmacy, drug: int) -> None:
    batch = add_batch(pharmacy, drug, 200, 2_000)
    approved = approve_request(pharmacy, item(drug, 40))
    hand_out(pharmacy, scanned(approved, 40, pack(batch, "S4"), pack(batch, "S5")))
    columns = (DispensedPack.serial, DispensedPack.quantity, DispensedPack.line_no)
    assert rows(pharmacy.database, *columns) == [("S4", 30, 1), ("S5", 10, 1)]


def test_another_brand_of_the_same_medicine_is_given_with_consent(
    pharmacy: Pharmacy, drug: int
) -> None:
    brand = add_drug(pharmacy, name_ar="سيدوفاج", inn="Metformin HCl", atc="A10BA02")
    batch = add_batch(pharmacy, brand, 60, 600)
    approved = approve_request(pharmacy, item(drug, 30))
    consent = Substitute(drug_id=brand, consented_by="د. هشام فوزي", consented_on=TODAY)
    voucher = hand_out(pharmacy, with_line(order(approved, 30), substitute=consent))
    columns = (DispensingLine.drug_id, DispensingLine.drug_name_ar, DispensingLine.batch_id)
    assert rows(pharmacy.database, *columns) == [(brand, "سيدوفاج", batch)]
    columns = (Substitution.approved_drug_id, Substitution.given_drug_id, Substitution.consented_by)
    assert rows(pharmacy.database, *columns) == [(drug, brand, "د. هشام فوزي")]
    assert faults(pharmacy.database) == {}
    undo(pharmacy, voucher)
    assert faults(pharmacy.database) == {}


@pytest.mark.parametrize(
    ("facts", "consent", "reason"),
    [
        pytest.param({"inn": "glibenclamide"}, {}, "substance", id="another substance"),
        pytest.param({"strength": "850 mg"}, {}, "strength", id="another strength"),
        pytest.param({"active": False}, {}, "inactive", id="no longer in the formulary"),
        pytest.param({}, {"consented_by": " "}, "consent", id="nobody consented"),
        pytest.param(
            {}, {"consented_on": TODAY + timedelta(days=1)}, "consent", id="consent of tomorrow"
        ),
    ],
)
def test_another_medicine_is_never_given_instead(
    pharmacy: Pharmacy, drug: int, facts: dict[str, Any], consent: dict[str, Any], reason: str
) -> None:
    brand = add_drug(pharmacy, **{"inn": "metformin", **facts})
    approved = approve_request(pharmacy, item(drug, 30))
    plain = Substitute(drug_id=brand, consented_by="د. هشام", consented_on=TODAY)
    wanted = with_line(order(approved, 30), substitute=replace(plain, **consent))
    assert refused(pharmacy, SubstitutionRefused, wanted).reason == reason


def test_care_at_hand_over_is_kept_and_sealed(pharmacy: Pharmacy, drug: int) -> None:
    batch = add_batch(pharmacy, drug, 60, 600)
    approved = approve_request(pharmacy, item(drug, 30))
    care = Care(
        counselled=(CounsellingPoint.HOW_TO_TAKE, CounsellingPoint.STORAGE),
        prescriber="د. هشام فوزي",
        prescription_number="1417",
        prescription_date=date(2026, 3, 1),
        prescription_kept=True,
        second_staff_id=pharmacy[Role.MANAGER].staff_id,
    )
    collector = Collector(name="أحمد", identity="1", relation="ابن", phone="01012345678")
    wanted = scanned(approved, 30, pack(batch, "S6"), care=care, collector=collector)
    voucher = hand_out(pharmacy, wanted)
    with pharmacy.database.reading() as session:
        row = session.get_one(DispensingCare, voucher)
        assert row.counselled == "how_to_take storage"
        assert (row.prescriber, row.prescription_number) == ("د. هشام فوزي", "1417")
        assert (row.prescription_date, row.prescription_kept) == (date(2026, 3, 1), True)
        assert row.second_staff_id == pharmacy[Role.MANAGER].staff_id
        assert row.collected_by_phone == "01012345678"
    assert faults(pharmacy.database) == {}


def test_an_ordinary_hand_over_writes_no_row_of_care(pharmacy: Pharmacy, drug: int) -> None:
    add_batch(pharmacy, drug, 60, 600)
    hand_out(pharmacy, order(approve_request(pharmacy, item(drug, 30)), 30))
    assert rows(pharmacy.database, DispensingCare.voucher_id) == []


def test_what_is_short_of_another_brand_is_owed_as_approved(pharmacy: Pharmacy, drug: int) -> None:
    brand = add_drug(pharmacy, inn="metformin")
    add_batch(pharmacy, brand, 10, 100)
    approved = approve_request(pharmacy, item(drug, 30))
    consent = Substitute(drug_id=brand, consented_by="د. هشام", consented_on=TODAY)
    hand_out(pharmacy, with_line(order(approved, 30, partial=True), substitute=consent))
    assert rows(pharmacy.database, Owing.drug_id, Owing.quantity) == [(drug, 20)]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE dispensing_care SET prescription_number = '9'",
        "UPDATE dispensing_care SET second_staff_id = NULL",
        "DELETE FROM dispensing_care",
        "UPDATE substitution SET consented_by = 'أخرى'",
        "UPDATE dispensed_pack SET serial = 'S8'",
        "DELETE FROM dispensed_pack",
    ],
)
@pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
def test_care_brand_and_packs_cannot_be_changed_unseen(
    pharmacy: Pharmacy, drug: int, change: str
) -> None:
    brand = add_drug(pharmacy, inn="metformin", pack_size=30)
    batch = add_batch(pharmacy, brand, 60, 600)
    approved = approve_request(pharmacy, item(drug, 30))
    wanted = with_line(
        order(approved, 30, care=Care(prescription_number="7", second_staff_id=1)),
        packs=(pack(batch, "S7"),),
        substitute=Substitute(drug_id=brand, consented_by="د. هشام", consented_on=TODAY),
    )
    voucher = hand_out(pharmacy, wanted)
    table = change.split()[1 if change.startswith("UPDATE") else 2]
    with pharmacy.database.engine.begin() as connection:
        for verb in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER {table}_refuses_{verb}"))
        connection.execute(text(change))
    assert faults(pharmacy.database)["seals"] == [f"voucher {voucher}"]

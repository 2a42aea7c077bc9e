"""Verify on a ledger that is right: every promise is tried and holds, and the sums are shown."""

from pharmacy.db import Database
from pharmacy.models import SealedRecord, Voucher
from pharmacy.rules.vocabulary import Role
from pharmacy.services.verify import CHECK_NAMES, anchors, verify
from pharmacy.web.verify_words import CHECKS, FIGURES
from tests.builders import (
    Pharmacy,
    rows,
)
from tests.conftest import SEAL_KEY
from tests.services.verified import checks, faults


def test_an_empty_ledger_is_right(database: Database) -> None:
    found = checks(database)
    assert tuple(found) == CHECK_NAMES
    assert faults(database) == {}


def test_a_busy_ledger_is_right_and_every_row_is_looked_at(busy: Pharmacy) -> None:
    assert faults(busy.database) == {}
    found = checks(busy.database)
    vouchers = len(rows(busy.database, Voucher.id))
    assert found["seals"].count == vouchers == 10
    assert found["on_hand"].count == 4
    assert found["one_request"].count == 4


def test_receipts_equal_what_is_on_hand_and_what_was_handed_out(busy: Pharmacy) -> None:
    figures = dict(checks(busy.database)["conservation"].figures)
    assert figures["received_units"] == 115
    assert figures["received_piastres"] == 333 + 7_777 + 1_000 + 1
    for unit in ("units", "piastres"):
        of_unit = {name: figures.pop(f"{name}_{unit}") for name in FIGURES}
        came_in = of_unit.pop("received") + of_unit.pop("counted")
        assert came_in == sum(of_unit.values())
    assert figures == {}


def test_another_key_fits_no_seal(busy: Pharmacy) -> None:
    with busy.database.reading() as session:
        (seals,) = (check for check in verify(session, b"another key") if check.name == "seals")
    assert seals.found == seals.count == 10


def test_the_ends_of_the_chains_can_be_written_down(busy: Pharmacy) -> None:
    with busy.database.reading() as session:
        anchor, of_records = anchors(session)
    assert anchor.sequence == 10
    assert (anchor.seal,) in rows(busy.database, Voucher.seal)
    assert (of_records.chain, (of_records.seal,)) == (
        "records",
        rows(busy.database, SealedRecord.seal)[-1],
    )


def test_verify_needs_no_right_to_write(busy: Pharmacy) -> None:
    with busy.database.reading() as session:
        list(verify(session, SEAL_KEY))
        assert not session.new
        assert not session.dirty
    assert busy[Role.AUDITOR].role is Role.AUDITOR


def test_every_check_has_words() -> None:
    assert set(CHECKS) == set(CHECK_NAMES)

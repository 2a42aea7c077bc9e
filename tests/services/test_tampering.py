"""Rows changed behind the program's back, guards switched off: verify sees each and names it."""

from collections.abc import Mapping

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from pharmacy.db import Database
from pharmacy.services.verify import CHECK_NAMES, verify
from tests.builders import Pharmacy
from tests.claims import a_claim, a_rejection_undone
from tests.conftest import SEAL_KEY
from tests.services.behind import behind_its_back
from tests.services.money_tamperings import MONEY_TAMPERINGS
from tests.services.stock_tamperings import STOCK_TAMPERINGS
from tests.services.tamperings import BEYOND_THE_SCHEMA, TAMPERINGS
from tests.services.tamperings_of_claims import CLAIM_TAMPERINGS
from tests.services.tamperings_of_records import RECORD_TAMPERINGS
from tests.services.test_drawer import count, sold, undo
from tests.services.verified import faults


def seen(connection: Connection) -> dict[str, list[str]]:
    session = Session(connection, join_transaction_mode="create_savepoint")
    return {
        check.name: [finding.row for finding in check.findings]
        for check in verify(session, SEAL_KEY)
        if not check.ok
    }


def test_the_ledger_is_right_before_anybody_touches_it(busy: Pharmacy) -> None:
    assert faults(busy.database) == {}


def test_every_tampering_is_seen_and_its_row_named(busy: Pharmacy) -> None:
    assert missed_of(busy.database, TAMPERINGS) == {}


def test_every_tampering_with_drawers_and_claims_is_seen(pharmacy: Pharmacy) -> None:
    for day in (0, 1):
        sold(pharmacy, 10_00, days=day)
        count(pharmacy, {1_00: 4}, days=day, reason="نقص")
    a_claim(pharmacy)
    undo(pharmacy, count(pharmacy, {1_00: 1}, reason="زيادة"))
    a_rejection_undone(pharmacy)
    assert missed_of(pharmacy.database, CLAIM_TAMPERINGS) == {}


def test_every_tampering_with_budgets_invoices_and_closings_is_seen(recorded: Pharmacy) -> None:
    assert faults(recorded.database) == {}
    assert missed_of(recorded.database, RECORD_TAMPERINGS) == {}


def test_every_tampering_with_a_stock_document_is_seen(papered: Pharmacy) -> None:
    assert faults(papered.database) == {}
    assert missed_of(papered.database, STOCK_TAMPERINGS) == {}


def missed_of(
    database: Database, tamperings: Mapping[str, tuple[str, str, str]]
) -> dict[str, object]:
    """Return the tamperings whose row no check named, with what was found instead."""
    missed: dict[str, object] = {}
    for what, (change, check, row) in tamperings.items():
        with behind_its_back(database) as connection:
            for statement in change.split(";"):
                assert connection.execute(text(statement)).rowcount > 0, what
            found = seen(connection)
            if row not in found.get(check, []):
                missed[what] = (check, row, found)
    return missed


def test_every_tampering_of_money_is_seen_and_its_row_named(indebted: Pharmacy) -> None:
    assert faults(indebted.database) == {}
    missed = {}
    for what, (change, check, row) in MONEY_TAMPERINGS.items():
        with behind_its_back(indebted.database) as connection:
            for statement in change.split(";"):
                assert connection.execute(text(statement)).rowcount > 0, what
            found = seen(connection)
            if row not in found.get(check, []):
                missed[what] = (check, row, found)
    assert missed == {}


@pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
@pytest.mark.parametrize("check", BEYOND_THE_SCHEMA)
def test_what_the_schema_itself_would_refuse_is_seen_as_well(busy: Pharmacy, check: str) -> None:
    change, row = BEYOND_THE_SCHEMA[check]
    with behind_its_back(busy.database) as connection:
        connection.execute(text(change))
        assert row in seen(connection).get(check, [])


@pytest.mark.parametrize("engine_name", ["server"], indirect=True)
def test_a_movement_undone_twice_is_seen(busy: Pharmacy) -> None:
    twice = "UPDATE stock_movement SET reverses_id = 7 WHERE voucher_id = 10"
    with behind_its_back(busy.database) as connection:
        drop = "ALTER TABLE stock_movement DROP CONSTRAINT uq_stock_movement_reverses_id"
        connection.execute(text(drop))
        connection.execute(text(twice))
        found = seen(connection)
    assert found["reversed_once"] == ["stock_movement 7"]


def test_every_check_has_a_tampering_that_it_sees() -> None:
    of_all = (
        *TAMPERINGS.values(),
        *MONEY_TAMPERINGS.values(),
        *CLAIM_TAMPERINGS.values(),
        *STOCK_TAMPERINGS.values(),
        *RECORD_TAMPERINGS.values(),
    )
    tried = {check for _, check, _ in of_all} | set(BEYOND_THE_SCHEMA)
    assert set(CHECK_NAMES) - tried == {"reversed_once"}

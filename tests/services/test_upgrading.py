"""The schema before invoices and decisions could be undone comes up to date with all its rows."""

import pytest
from sqlalchemy import delete, inspect
from sqlalchemy.exc import DBAPIError

from pharmacy import migrations
from pharmacy.db import Database, table_of
from pharmacy.models import (
    ClaimDecision,
    ClaimLineDecision,
    InvoicePayment,
    InvoiceReceipt,
    RecordChain,
    SealedRecord,
    SupplierInvoice,
)
from tests.builders import Pharmacy, Snapshot, rows, snapshot
from tests.claims import a_claim, undo_decision
from tests.invoices import invoice, owe_a_supplier, receive_goods, record, undo_invoice
from tests.services.verified import checks, faults

BEFORE = "0007"
SEALED = 9


def but_for_seals(database: Database) -> Snapshot:
    """Return every row but the seals of records, which are sealed anew, table by table."""
    found = snapshot(database)
    for model in (SealedRecord, RecordChain):
        found.pop(table_of(model).name)
    return found


def test_invoices_claims_and_payments_are_kept_by_the_upgrade(pharmacy: Pharmacy) -> None:
    a_claim(pharmacy)
    owe_a_supplier(pharmacy)
    before = but_for_seals(pharmacy.database)
    migrations.downgrade(pharmacy.database, BEFORE)
    columns = {
        one["name"] for one in inspect(pharmacy.database.engine).get_columns("claim_decision")
    }
    assert "attempt" not in columns
    migrations.upgrade(pharmacy.database)
    assert but_for_seals(pharmacy.database) == before
    # What was there is sealed anew: a promise, three invoices, two receipts and three payments.
    assert checks(pharmacy.database)["record_seals"].count == SEALED
    assert faults(pharmacy.database) == {}
    # Numbers go on where they were, and posted facts are guarded as before.
    goods = receive_goods(pharmacy, 10_00)
    undo_invoice(pharmacy, record(pharmacy, invoice(pharmacy, 10_00, goods)))
    record(pharmacy, invoice(pharmacy, 10_00, goods))
    assert faults(pharmacy.database) == {}
    for model in (
        ClaimDecision,
        ClaimLineDecision,
        SupplierInvoice,
        InvoiceReceipt,
        InvoicePayment,
    ):
        with (
            pytest.raises(DBAPIError, match="posted facts are never changed"),
            pharmacy.database.transaction() as session,
        ):
            session.connection().execute(delete(table_of(model)))


def test_what_was_undone_has_no_place_in_the_schema_before(indebted: Pharmacy) -> None:
    a_claim(indebted)
    undo_decision(indebted, 1)
    goods = receive_goods(indebted, 10_00)
    wrong = record(indebted, invoice(indebted, 11_00, goods, number="1", reason="نقل"))
    undo_invoice(indebted, wrong)
    record(indebted, invoice(indebted, 10_00, goods, number="1"))
    migrations.downgrade(indebted.database, BEFORE)
    migrations.upgrade(indebted.database)
    assert rows(indebted.database, ClaimDecision.claim_id) == []
    assert rows(indebted.database, SupplierInvoice.id, number="1") == [(wrong + 1,)]
    assert (goods, wrong + 1) in rows(
        indebted.database, InvoiceReceipt.voucher_id, InvoiceReceipt.invoice_id
    )
    assert len(rows(indebted.database, InvoicePayment.amount)) == 2

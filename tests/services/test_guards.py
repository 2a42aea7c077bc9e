"""The schema's own refusals, when a row is written past every service."""

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from pharmacy import migrations
from pharmacy.db import Base, Database, table_of
from pharmacy.errors import PostedFactChanged
from pharmacy.models import Batch, Dispensing, Posting, StockMovement, Voucher
from tests.builders import Pharmacy, add_beneficiary, rows, snapshot
from tests.services.verified import faults


def copied(session: Session, model: type[Base], **changes: object) -> dict[str, object]:
    """Return the last row of a table with some columns changed, to be written by hand."""
    table = table_of(model)
    key = next(iter(table.primary_key))
    query = select(*table.columns).order_by(key.desc()).limit(1)
    row = dict(session.execute(query).one()._mapping)  # noqa: SLF001 - SQLAlchemy's own name
    return {**{name: value for name, value in row.items() if name != "id"}, **changes}


def new_voucher(session: Session, **changes: object) -> dict[str, object]:
    facts = {"number": 99, "sequence": 99, "submission_id": "by hand", **changes}
    return copied(session, Voucher, **facts)


def refused(database: Database, model: type[Base], rule: str, **changes: object) -> None:
    """Write a row by hand that the schema must refuse."""
    before = snapshot(database)
    with database.reading() as session:
        if model is Voucher:
            row = new_voucher(session, **changes)
        else:
            row = copied(session, model, **changes)
    with pytest.raises((IntegrityError, StatementError)), database.transaction() as session:
        session.execute(insert(table_of(model)), row)
    assert snapshot(database) == before, rule


def test_a_dispensing_needs_a_request(busy: Pharmacy) -> None:
    facts: dict[str, object] = {"kind": "dispensing", "reverses_id": None}
    refused(busy.database, Voucher, "no request", request_id=None, **facts)
    refused(busy.database, Voucher, "no such request", request_id=404, **facts)


def test_a_dispensings_head_agrees_with_its_request_and_approval(busy: Pharmacy) -> None:
    other = add_beneficiary(busy)
    with busy.database.transaction() as session:
        row = new_voucher(session, kind="dispensing", reverses_id=None, request_id=1)
        made = insert(table_of(Voucher)).returning(table_of(Voucher).c.id)
        voucher = session.execute(made, row).scalar_one()
    head = {"voucher_id": voucher, "request_id": 1, "beneficiary_id": 1, "approval_id": 1}
    refused(busy.database, Dispensing, "another person", **{**head, "beneficiary_id": other})
    refused(busy.database, Dispensing, "another approval", **{**head, "approval_id": 2})
    refused(busy.database, Dispensing, "not the voucher's request", **{**head, "request_id": 2})
    with busy.database.transaction() as session:
        session.execute(insert(table_of(Dispensing)), copied(session, Dispensing, **head))


@pytest.mark.parametrize("change", [{"on_hand": -1}, {"value_on_hand": -1}, {"on_hand": 0}])
def test_a_batch_is_never_oversold(busy: Pharmacy, change: dict[str, int]) -> None:
    before = snapshot(busy.database)
    with pytest.raises(IntegrityError), busy.database.transaction() as session:
        session.execute(update(table_of(Batch)).where(Batch.id == 2).values(change))
    assert snapshot(busy.database) == before


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (Voucher, {"number": 0}),
        (Voucher, {"sequence": 0}),
        (Voucher, {"kind": "gift"}),
        (Voucher, {"reverses_id": None}),
        (StockMovement, {"line_no": 99, "quantity": 0}),
        (StockMovement, {"line_no": 99, "quantity": 5, "value": -1, "reverses_id": None}),
        (StockMovement, {"line_no": 99, "batch_id": 404, "reverses_id": None}),
        (StockMovement, {"line_no": 99}),  # undoes what is undone
        (Posting, {"amount": 0, "reverses_id": None}),
        (Posting, {"account": "pocket", "reverses_id": None}),
    ],
)
def test_rows_that_make_no_sense_are_refused(
    busy: Pharmacy, model: type[Base], changes: dict[str, object]
) -> None:
    refused(busy.database, model, str(changes), **changes)


def test_the_session_refuses_to_change_or_remove_a_posted_fact(busy: Pharmacy) -> None:
    before = snapshot(busy.database)
    with pytest.raises(PostedFactChanged), busy.database.transaction() as session:
        session.get_one(Voucher, 1).reason = "other"
    with pytest.raises(PostedFactChanged), busy.database.transaction() as session:
        session.delete(session.get_one(Posting, 1))
    with pytest.raises(PostedFactChanged), busy.database.transaction() as session:
        session.execute(update(Voucher).values(reason="other"))
    assert snapshot(busy.database) == before


def test_a_reading_session_keeps_nothing(busy: Pharmacy) -> None:
    before = snapshot(busy.database)
    with busy.database.reading() as session:
        session.get_one(Batch, 1).lot = "other"
        with pytest.raises(PostedFactChanged):
            session.flush()
    assert snapshot(busy.database) == before


@pytest.mark.parametrize("change", ["UPDATE voucher SET note = 'x'", "DELETE FROM stock_movement"])
def test_the_database_refuses_to_change_real_posted_rows(busy: Pharmacy, change: str) -> None:
    before = snapshot(busy.database)
    with (
        pytest.raises(DBAPIError, match="posted facts are never changed"),
        busy.database.transaction() as session,
    ):
        session.execute(text(change))
    assert snapshot(busy.database) == before


def test_an_upgrade_of_a_filled_database_keeps_every_row(busy: Pharmacy) -> None:
    before = snapshot(busy.database)
    migrations.upgrade(busy.database)
    assert snapshot(busy.database) == before
    assert faults(busy.database) == {}


def test_a_filled_database_goes_down_and_up_again(busy: Pharmacy) -> None:
    migrations.downgrade(busy.database)
    migrations.upgrade(busy.database)
    assert rows(busy.database, Voucher.id) == []
    assert faults(busy.database) == {}

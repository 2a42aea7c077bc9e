"""How the two doors of the database begin, hold together and end."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, InvalidRequestError
from sqlalchemy.orm import Session

from pharmacy.db import Database, table_of
from pharmacy.models import Setting
from tests.builders import Pharmacy, rows

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def setting(pharmacy: Pharmacy, name: str) -> dict[str, object]:
    staff = pharmacy.pharmacist.staff_id
    return {"name": name, "value": "7", "changed_at": NOW, "changed_by": staff}


def names(session: Session) -> list[str]:
    return list(session.scalars(select(Setting.name).order_by(Setting.name)))


def test_a_page_reads_one_snapshot(pharmacy: Pharmacy) -> None:
    with pharmacy.database.reading() as session:
        before = names(session)
        with pharmacy.database.transaction() as other:
            other.execute(insert(table_of(Setting)), setting(pharmacy, "hotline"))
        assert names(session) == before
    with pharmacy.database.reading() as session:
        assert names(session) == sorted([*before, "hotline"])


def test_all_of_a_transaction_goes_over_one_connection(database: Database) -> None:
    for door in (database.reading, database.transaction):
        with door() as session:
            session.execute(text("SELECT 1"))
            first = session.connection()
            assert first.in_transaction()
            assert session.connection() is first


def write_on_after_a_failed_flush(pharmacy: Pharmacy) -> None:
    with pharmacy.database.transaction() as session:
        session.connection().execute(insert(table_of(Setting)), setting(pharmacy, "hotline"))
        session.add(Setting(**setting(pharmacy, "hotline")))
        with pytest.raises(IntegrityError):
            session.flush()
        session.connection().execute(insert(table_of(Setting)), setting(pharmacy, "fund_ar"))


def test_after_a_failed_flush_nothing_is_written_past_the_end(pharmacy: Pharmacy) -> None:
    """The connection is kept for speed; it must not outlive the transaction it belongs to."""
    before = rows(pharmacy.database, Setting.name)
    with pytest.raises(InvalidRequestError):
        write_on_after_a_failed_flush(pharmacy)
    assert rows(pharmacy.database, Setting.name) == before


def write_two(pharmacy: Pharmacy, session: Session) -> None:
    with session.begin_nested():
        for name in ("fund_ar", "hotline"):
            session.connection().execute(insert(table_of(Setting)), setting(pharmacy, name))


def test_a_row_refused_in_a_savepoint_leaves_the_rest_of_the_transaction(
    pharmacy: Pharmacy,
) -> None:
    with pharmacy.database.transaction() as session:
        session.connection().execute(insert(table_of(Setting)), setting(pharmacy, "hotline"))
        with pytest.raises(IntegrityError):
            write_two(pharmacy, session)
        session.connection().execute(insert(table_of(Setting)), setting(pharmacy, "fund_en"))
    found = {name for (name,) in rows(pharmacy.database, Setting.name)}
    assert {"hotline", "fund_en"} <= found
    assert "fund_ar" not in found

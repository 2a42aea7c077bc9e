"""The suite's own ground: each test gets a database of its own, on the engine it names."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from pharmacy.db import Database


def test_each_test_runs_on_the_engine_it_is_named_after(
    engine_name: str, empty_database: Database
) -> None:
    dialect = empty_database.engine.dialect.name
    assert (engine_name == "embedded") == empty_database.embedded
    assert (engine_name == "server") == (dialect == "postgresql")


def test_the_server_knows_arabic_letters(engine_name: str, empty_database: Database) -> None:
    # Under locale C its trigrams of Arabic words are empty and searching by likeness finds nothing.
    if engine_name == "server":
        with empty_database.reading() as session:
            session.execute(text("CREATE EXTENSION pg_trgm"))
            likeness = session.scalar(text("SELECT similarity('باراسيتامول', 'باراستامول')"))
        assert likeness == pytest.approx(0.64, abs=0.01)


def test_a_file_is_written_ahead_and_synced_in_full(
    engine_name: str, empty_database: Database
) -> None:
    if engine_name == "embedded":
        with empty_database.reading() as session:
            assert session.scalar(text("PRAGMA journal_mode")) == "wal"
            assert session.scalar(text("PRAGMA synchronous")) == 2
            assert session.scalar(text("PRAGMA foreign_keys")) == 1


def test_a_fresh_database_is_empty_of_any_table(empty_database: Database) -> None:
    with empty_database.reading() as session, pytest.raises(DBAPIError):
        session.execute(text("SELECT 1 FROM voucher"))


def test_two_databases_of_one_test_are_two(database: Database, new_url: object) -> None:
    assert callable(new_url)
    other = Database(new_url())
    assert other.url != database.url
    with other.reading() as session:
        assert session.scalar(text("SELECT 1")) == 1
    other.dispose()

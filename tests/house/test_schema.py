"""The migrated schema is the models' schema, up and down; by itself it guards posted facts."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Table, delete, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from pharmacy import migrations, models
from pharmacy.db import Base, Database, PostedFact

GUARDED: tuple[Table, ...] = tuple(
    mapper.local_table
    for mapper in Base.registry.mappers
    if issubclass(mapper.class_, PostedFact) and isinstance(mapper.local_table, Table)
)
REFUSAL = "posted facts are never changed"


@contextmanager
def unchecked(database: Database) -> Iterator[Connection]:
    """A connection on which invented rows need no parents; nothing it does is kept."""
    with database.engine.connect() as connection:
        if database.embedded:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA foreign_keys=OFF")
            driver.execute("PRAGMA ignore_check_constraints=ON")
            driver.execute("BEGIN")
        yield connection
        connection.rollback()
        connection.invalidate()  # its settings go with it


def insert_invented(connection: Connection, table: Table, verb: str = "INSERT") -> None:
    """Add a row with some value in every column."""
    kinds = [column.type.compile(connection.dialect) for column in table.columns]
    values = tuple("x" if kind == "TEXT" else 1 for kind in kinds)
    marks = ", ".join("?" * len(values))
    connection.exec_driver_sql(f"{verb} INTO {table.name} VALUES ({marks})", values)


def test_the_house_has_posted_facts() -> None:
    names = {table.name for table in GUARDED}
    assert {"voucher", "stock_movement", "posting", "dispensing", "audit_event"} <= names
    assert models.__doc__


def modelled(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out the index of words: on each engine it is of that engine's own kind."""
    return not (name or "").startswith(("request_words", "ix_citizen_request_words"))


def test_models_and_migrations_agree(database: Database) -> None:
    with database.reading() as session:
        opts = {"compare_type": True, "include_name": modelled}
        context = MigrationContext.configure(session.connection(), opts=opts)
        assert compare_metadata(context, Base.metadata) == []


def test_the_schema_goes_down_and_up_again(database: Database) -> None:
    before = set(inspect(database.engine).get_table_names())
    assert {table.name for table in Base.metadata.sorted_tables} <= before
    migrations.downgrade(database, "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    assert not migrations.is_current(database)
    migrations.upgrade(database)
    assert set(inspect(database.engine).get_table_names()) == before
    assert migrations.is_current(database)


def test_an_upgrade_of_what_is_current_changes_nothing(database: Database) -> None:
    migrations.upgrade(database)
    assert migrations.is_current(database)


def test_the_database_itself_refuses_to_change_posted_facts(database: Database) -> None:
    for table in GUARDED:
        column = next(iter(table.columns))
        for change in (update(table).values({column: column}), delete(table)):
            with unchecked(database) as connection:
                if database.embedded:  # whose triggers look at rows, not at statements
                    insert_invented(connection, table)
                with pytest.raises(DBAPIError, match=f"{REFUSAL}: {table.name}"):
                    connection.execute(change)


def test_a_posted_fact_is_not_replaced_by_a_row_of_its_key_either(database: Database) -> None:
    for table in GUARDED:
        with unchecked(database) as connection:
            if database.embedded:  # the server knows no such statement
                insert_invented(connection, table)
                with pytest.raises(DBAPIError, match=f"{REFUSAL}: {table.name}"):
                    insert_invented(connection, table, "INSERT OR REPLACE")


def test_a_flag_may_be_asked_for_by_its_value_on_both_engines(database: Database) -> None:
    # Left to itself the server is told `active IS $1`, which it cannot read.
    column = models.Staff.active
    with database.reading() as session:
        for asked in (column.is_(True), column.is_not(True), column.is_(False), column):
            assert session.scalars(select(models.Staff).where(asked)).all() == []


def test_no_table_takes_text_for_a_number(database: Database) -> None:
    # Loosely typed, the embedded engine keeps 'abc' as a quantity, and CHECK (q > 0) lets it pass.
    if database.embedded:
        loose = (
            "SELECT name FROM pragma_table_list"
            " WHERE strict = 0 AND type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        with database.reading() as session:
            assert set(session.scalars(text(loose))) == {"alembic_version"}

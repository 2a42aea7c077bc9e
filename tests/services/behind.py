"""A database behind the program's back: no triggers, no checks, nothing kept."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from pharmacy.db import Database, PostedFact, table_of


@contextmanager
def behind_its_back(database: Database) -> Iterator[Connection]:
    """A connection without triggers, checks and references; nothing it does is kept."""
    with database.engine.connect() as connection:
        if database.embedded:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA foreign_keys=OFF")
            driver.execute("PRAGMA ignore_check_constraints=ON")
            driver.execute("BEGIN")
            for fact in PostedFact.__subclasses__():
                for verb in ("update", "delete"):
                    drop = f"DROP TRIGGER {table_of(fact).name}_refuses_{verb}"
                    connection.execute(text(drop))
        else:
            connection.execute(text("SET session_replication_role = replica"))
        yield connection
        connection.rollback()
        connection.invalidate()  # its settings go with it


@contextmanager
def without_totals(database: Database) -> Iterator[Session]:
    """A session that finds no closed month's totals, so that every figure is read from detail."""
    with behind_its_back(database) as connection:
        connection.execute(text("UPDATE closed_period SET totals_digest = ''"))
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session

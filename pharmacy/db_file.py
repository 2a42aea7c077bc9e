"""The embedded database as a file: copied whole while others write, proven whole, put in place."""

import os
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from pharmacy.db import Database, embedded_url

_BESIDE = ("-wal", "-shm", "-journal")


def path_of(database: Database) -> Path:
    """Return the file of an embedded database."""
    path = make_url(database.url).database
    assert database.embedded, "a server's database is no file"
    assert path
    return Path(path)


def copy_whole(database: Database, target: Path) -> None:
    """Copy the database as it stands at one moment, in one step, while others go on writing.

    A plain copy of the main file would miss whatever stands in the log beside it.
    """
    copy = Database(embedded_url(target))
    try:
        with database.engine.connect() as ours, copy.engine.connect() as theirs:
            source, sink = ours.connection.driver_connection, theirs.connection.driver_connection
            assert source is not None
            source.backup(sink)
    finally:
        copy.dispose()


def is_database(database: Database) -> bool:
    """Tell whether the file is a database at all."""
    try:
        with database.reading() as session:
            session.execute(text("SELECT count(*) FROM pragma_table_list")).scalar_one()
    except DBAPIError:
        return False
    return True


def is_whole(database: Database) -> bool:
    """Tell whether every page and every index agrees, and every reference leads somewhere."""
    try:
        with database.reading() as session:
            sound = session.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
            return sound and not session.execute(text("PRAGMA foreign_key_check")).all()
    except DBAPIError:
        return False


def in_use(path: Path) -> bool:
    """Tell whether another process has the database open; otherwise fold its log into the file."""
    database = Database(embedded_url(path))
    try:
        with database.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA busy_timeout=0")
            # The log can only be given up by the last one who has the file open.
            driver.execute("PRAGMA journal_mode=DELETE").fetchall()
    except database.engine.dialect.loaded_dbapi.OperationalError:
        return True
    finally:
        database.dispose()
    return False


def put_in_place(made: Path, target: Path) -> None:
    """Give a finished file its name, so that a power cut leaves the old one or the new one."""
    for suffix in _BESIDE:
        Path(f"{made}{suffix}").unlink(missing_ok=True)
        Path(f"{target}{suffix}").unlink(missing_ok=True)
    _sync(made)
    made.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""A governorate of any size on either engine, made once as a file and copied to a server."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, text

from pharmacy import migrations
from pharmacy.db import Base, Database, embedded_url, reset_identities
from pharmacy.services import beheira
from pharmacy.services.beheira_scale import Scale
from tests.bench.ground import KEY

CHUNK = 20_000


def fill_file(file: Path, scale: Scale) -> Database:
    """Make the published years of a scale in a file that is not there yet; open it."""
    there = file.exists()
    database = Database(embedded_url(file), seal_key=KEY)
    migrations.upgrade(database)
    if not there:
        beheira.rebuild(database, scale=scale)
    return database


def copy_to_server(source: Database, url: str) -> Database:
    """Copy every row of a file to a fresh database of a server; open it."""
    target = Database(url, seal_key=KEY)
    migrations.upgrade(target)
    with source.engine.connect() as reader, target.transaction() as session:
        # The planner counts on what it is told: nothing waits in the way of a copy.
        session.execute(text("SET LOCAL statement_timeout = 0"))
        session.execute(text("SET LOCAL session_replication_role = replica"))
        for table in Base.metadata.sorted_tables:
            _copy(reader, session.connection(), table)
        reset_identities(session)
    with target.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM ANALYZE"))
    return target


def _copy(reader: Connection, writer: Connection, table: Any) -> None:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    plain = f"COPY {table.name} ({names}) FROM STDIN"
    writer.execute(table.delete())  # what a migration put there
    rows = reader.execution_options(stream_results=True).execute(select(table))
    processors = [
        column.type.dialect_impl(writer.dialect).bind_processor(writer.dialect)
        for column in table.columns
    ]
    with writer.connection.cursor() as cursor, cursor.copy(plain) as copy:
        while some := rows.fetchmany(CHUNK):
            for row in some:
                copy.write_row(
                    [p(value) if p else value for p, value in zip(processors, row, strict=True)]
                )

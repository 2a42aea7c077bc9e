"""Rows in bulk: ready rows of several tables, written in chunks straight through the driver.

For demonstration data and other work that counts or reserves its own ids. The rows of a chunk go
in the order of the tables, so that whatever a row points to is written before it. A statement for
each row would cost more than the row: a driver that can copy copies, another runs one prepared
insert.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Table, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from pharmacy.db import Base, table_of
from pharmacy.db_words import words_added_together
from pharmacy.models import CitizenRequest

CHUNK = 5_000
"""Rows of one table that are written together."""


class _Waiting:
    """The rows of one table, as the driver takes them."""

    def __init__(self, session: Session, model: type[Base]) -> None:
        dialect = session.get_bind().dialect
        columns = table_of(model).columns
        self._columns: list[tuple[str, Callable[[Any], Any] | None]] = [
            (column.name, column.type.dialect_impl(dialect).bind_processor(dialect))
            for column in columns
        ]
        names = ", ".join(f'"{column.name}"' for column in columns)
        marks = ", ".join("?" for _ in columns)
        table = table_of(model).name
        self.copying = f"COPY {table} ({names}) FROM STDIN"
        self.inserting = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - our names
        self.rows: list[list[object]] = []

    def add(self, row: Mapping[str, object]) -> None:
        self.rows.append(
            [process(row[name]) if process else row[name] for name, process in self._columns]
        )


class Bulk:
    """A writer of many rows; used as a context, it writes what is left when the block ends well.

    As a context it also lets the words of citizen requests be learned together, not row by row.

    Args:
        session: A writing session; what it has not flushed yet is not seen.
        models: The tables that will be written, each before those that point to it.
        chunk: Rows of one table after which everything waiting is written.
    """

    def __init__(
        self, session: Session, models: Sequence[type[Base]], *, chunk: int = CHUNK
    ) -> None:
        self._session = session
        self._chunk = chunk
        self._together = ExitStack()
        self._waiting = {model: _Waiting(session, model) for model in models}

    def add(self, model: type[Base], row: Mapping[str, object]) -> None:
        """Take a row, which says every column."""
        waiting = self._waiting[model]
        waiting.add(row)
        if len(waiting.rows) >= self._chunk:
            self.flush()

    def flush(self) -> None:
        """Write everything that waits, in the session's own transaction.

        Raises:
            DBAPIError: What the driver said, as of any other statement.
        """
        cursor: Any = self._session.connection().connection.cursor()
        driver: Any = self._session.get_bind().dialect.loaded_dbapi
        try:
            for waiting in self._waiting.values():
                if waiting.rows:
                    _write(cursor, waiting)
                    waiting.rows.clear()
        except driver.Error as error:
            raise DBAPIError.instance(None, None, error, driver.Error) from error
        finally:
            cursor.close()

    def __enter__(self) -> Self:
        if CitizenRequest in self._waiting:
            self._together.enter_context(words_added_together(self._session))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.flush()
            self._together.close()


def _write(cursor: Any, waiting: _Waiting) -> None:  # noqa: ANN401 - each driver has its own
    if not hasattr(cursor, "copy"):
        cursor.executemany(waiting.inserting, waiting.rows)
        return
    with cursor.copy(waiting.copying) as copy:
        for row in waiting.rows:
            copy.write_row(row)


def reserved_ids(session: Session, model: type[Base], count: int) -> list[int]:
    """Return so many ids that nobody else gets: a writer alone goes on, others ask the sequence."""
    if not session.get_bind().dialect.supports_sequences:
        last = last_id(session, model)
        return list(range(last + 1, last + 1 + count))
    own = func.nextval(func.pg_get_serial_sequence(table_of(model).name, "id"))
    return list(session.scalars(select(own).select_from(func.generate_series(1, count).alias())))


def last_id(session: Session, model: type[Base]) -> int:
    """Return the highest id of a table, 0 for an empty one."""
    table: Table = table_of(model)
    return int(session.scalar(select(func.coalesce(func.max(table.c.id), 0))) or 0)

"""The database floor: how a session begins and ends, column types, every dialect difference.

Reading and writing are two doors. `reading()` gives a session that refuses to flush. A change is
one `transaction()` around one service call, and this is the only file that ends one.

On the embedded engine a deferred `BEGIN` that reads and then writes fails at once with a stale
snapshot, whatever the busy timeout, so every writer opens with `BEGIN IMMEDIATE`; and since
busy_timeout alone starves writers (4.5 s were measured), the writers of one process stand in a
first-come queue in front of it. On the server engine the services lock rows in one order:
citizen request, its person, batches by id, chain of the site.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    Dialect,
    Engine,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import (
    DeclarativeBase,
    ORMExecuteState,
    Session,
    sessionmaker,
)
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from pharmacy.db_session import FIRST_WORD, SNAPSHOT, HouseSession
from pharmacy.errors import Busy, PostedFactChanged
from pharmacy.writer_queue import WriterQueue

WRITER_WAIT_SECONDS = 10
# Busy, locked, no memory, read only, input or output error, disk full, cannot open, protocol.
_EMBEDDED_BUSY = frozenset({5, 6, 7, 8, 10, 13, 14, 15})

Whole = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number: piastres, or units of issue."""


class Day(TypeDecorator[date]):
    """A calendar date; ISO text where the engine's strict tables know no date."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        return value.isoformat() if value and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        return date.fromisoformat(value) if value and dialect.name == "sqlite" else value


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, always aware; text of one width, so that it sorts as time does."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind = Text() if dialect.name == "sqlite" else DateTime(timezone=True)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        utc = value.astimezone(UTC)
        return (
            utc.isoformat(timespec="microseconds")[:-6] + "Z" if dialect.name == "sqlite" else utc
        )

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = datetime.fromisoformat(value) if dialect.name == "sqlite" else value
        return moment.astimezone(UTC)


class Flag(TypeDecorator[bool]):
    """Yes or no."""

    impl = Boolean
    cache_ok = True
    # So that `is_(True)` is said as IS true: the server cannot read `IS $1`.
    coerce_to_is_types = (type(None), bool)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Boolean())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:  # noqa: FBT001 - a column's value
        return int(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)


class Word(TypeDecorator[StrEnum]):
    """A member of one of the house's closed lists, stored by its value."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.words(value)


class Base(DeclarativeBase):
    """All models; names of constraints follow one pattern, so that migrations can name them."""

    # No length limits in the schema: changing one later is a painful migration.
    type_annotation_map = {str: Text()}  # noqa: RUF012 - SQLAlchemy's own attribute

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class PostedFact:
    """A row that is written once: the session guard and the database's triggers refuse changes."""


@event.listens_for(Table, "after_parent_attach")
def _strict(table: Table, _parent: MetaData) -> None:
    """Let the embedded engine refuse text in a column of numbers."""
    # Alembic's own table is made of a type that strict tables do not know.
    table.dialect_options["sqlite"]["strict"] = table.name != "alembic_version"


AS_ITS_KEY = {"sqlite_with_rowid": False}
"""Of a table whose rows are read in the order of their key: so they lie, where an engine asks."""


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """Return the database's own check that a column holds a word of a closed list."""
    values = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({values})", name=f"{column}_known")


def unique_where(name: str, *columns: str, where: str) -> Index:
    """Return a unique index over the rows that meet a condition."""
    return index_where(name, *columns, where=where, unique=True)


def index_where(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """Return an index over the rows that meet a condition."""
    clause = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=clause, postgresql_where=clause)


class month_of(FunctionElement[str]):  # noqa: N801 - a function of the database, named as one
    """The month of a calendar date, as `2026-03`."""

    inherit_cache = True
    type = Text()


class days_between(FunctionElement[int]):  # noqa: N801 - as above
    """The days from a calendar date to another, the earlier named first; null where either is."""

    inherit_cache = True
    type = Integer()


@compiles(month_of, "sqlite")
def _month_embedded(element: month_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"substr({compiler.process(element.clauses, **kw)}, 1, 7)"


@compiles(month_of, "postgresql")
def _month_server(element: month_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **kw)}, 'YYYY-MM')"


@compiles(days_between, "sqlite")
def _days_embedded(element: days_between, compiler: SQLCompiler, **kw: Any) -> str:
    earlier, later = (compiler.process(day, **kw) for day in element.clauses)
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _days_server(element: days_between, compiler: SQLCompiler, **kw: Any) -> str:
    earlier, later = (compiler.process(day, **kw) for day in element.clauses)
    return f"({later} - {earlier})"


def table_of(model: type[Base]) -> Table:
    """Return the table behind a model, for prebuilt Core statements."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


def add_if_absent(session: Session, table: Table, row: Mapping[str, object]) -> None:
    """Insert a row unless its key is there; of two at once, one inserts and both go on."""
    embedded = session.get_bind().dialect.name == "sqlite"
    statement = sqlite_insert(table) if embedded else postgresql_insert(table)
    session.execute(statement.on_conflict_do_nothing(), dict(row))


def reset_identities(session: Session) -> None:
    """Let the server's own ids go on behind those that were given by hand."""
    if session.get_bind().dialect.name != "sqlite":
        for table in (table for table in Base.metadata.sorted_tables if "id" in table.c):
            own, last = func.pg_get_serial_sequence(table.name, "id"), func.max(table.c.id)
            session.execute(select(func.setval(own, last)).having(last > 0))


def embedded_url(path: Path) -> str:
    """Return the address of an embedded database in a file."""
    return f"sqlite:///{path}"


class Database:
    """The one database of an application: an engine, two doors, the seal key.

    Args:
        url: A SQLAlchemy address; both engines run the same code.
        seal_key: The key of the voucher seals, kept outside the database; services find it in
            `session.info["seal_key"]`.
    """

    def __init__(self, url: str, *, seal_key: bytes = b"") -> None:
        self.url = url
        self.embedded = make_url(url).get_backend_name() == "sqlite"
        self.engine = _engine(url, embedded=self.embedded)
        self._queue = WriterQueue()
        # One snapshot for all that a page reads, as the embedded engine gives of itself.
        steady = {} if self.embedded else {"isolation_level": "REPEATABLE READ"}
        reading = self.engine.execution_options(**steady)
        read, write = ("BEGIN", "BEGIN IMMEDIATE") if self.embedded else ("", "")
        info: dict[Any, Any] = {"seal_key": seal_key, FIRST_WORD: read, SNAPSHOT: True}
        self._readers = sessionmaker(reading, class_=ReadingSession, info=info)
        info = {"seal_key": seal_key, FIRST_WORD: write}
        self._writers = sessionmaker(self.engine, class_=WritingSession, info=info, autoflush=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that refuses to flush; nothing it does is kept."""
        with self._readers() as session:
            yield session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Give a session whose work is kept whole when the block ends, or not at all.

        Raises:
            Busy: The database could not take the work now; nothing was recorded.
        """
        if self.embedded:
            self._queue.enter(WRITER_WAIT_SECONDS)
        try:
            with self._writers() as session, session.begin():
                yield session
        except DBAPIError as error:
            if is_busy(error):
                raise Busy from error
            raise
        except PoolTimeoutError as error:
            raise Busy from error
        finally:
            if self.embedded:
                self._queue.leave()

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _engine(url: str, *, embedded: bool) -> Engine:
    if embedded:
        engine = create_engine(
            url,
            connect_args={"isolation_level": None, "timeout": 10, "check_same_thread": False},
            pool_size=16,
            max_overflow=32,
            pool_timeout=WRITER_WAIT_SECONDS,
        )
        event.listen(engine, "connect", _set_up_embedded)
        return engine
    return create_engine(
        url,
        pool_size=16,
        max_overflow=16,
        pool_timeout=WRITER_WAIT_SECONDS,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 3,
            "tcp_user_timeout": 5000,
            "options": "-c lock_timeout=10s -c statement_timeout=60s"
            " -c idle_in_transaction_session_timeout=60s -c timezone=UTC",
        },
    )


def _set_up_embedded(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # FULL, since NORMAL lost answered commits in 132 of 200 simulated power cuts.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA recursive_triggers=ON")  # or INSERT OR REPLACE passes the guards
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.execute("PRAGMA cache_size=-65536")
    cursor.close()


class ReadingSession(HouseSession):
    """A session of the reading door."""

    def flush(self, objects: Any = None) -> None:
        """Refuse when anything changed; a page that reads has nothing to write.

        Raises:
            PostedFactChanged: Something was changed on the reading side.
        """
        if self.new or self.dirty or self.deleted:
            raise PostedFactChanged
        super().flush(objects)


class WritingSession(HouseSession):
    """A session of the writing door; it refuses to change what was posted."""


@event.listens_for(WritingSession, "before_flush")
def _guard_posted_facts(session: Session, _context: object, _instances: object) -> None:
    changed = [row for row in session.dirty if session.is_modified(row)]
    if any(isinstance(row, PostedFact) for row in (*changed, *session.deleted)):
        raise PostedFactChanged


@event.listens_for(WritingSession, "do_orm_execute")
def _guard_bulk_changes(state: ORMExecuteState) -> None:
    if not (state.is_update or state.is_delete):
        return
    mapper = state.bind_mapper
    if mapper is not None and issubclass(mapper.class_, PostedFact):
        raise PostedFactChanged


def is_busy(error: DBAPIError) -> bool:
    """Tell whether the database was busy or away, so that the same work may be tried again."""
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        # Class 08 connection, 53 resources, 57 operator; 40001, 40P01 and 55P03: try again.
        return state[:2] in {"08", "53", "57"} or state in {"40001", "40P01", "55P03"}
    embedded_code = getattr(error.orig, "sqlite_errorcode", None)
    if embedded_code is not None:
        return embedded_code & 0xFF in _EMBEDDED_BUSY
    # The server could not be reached at all: the driver has no state to show.
    return isinstance(error, OperationalError)

"""How a session begins its transaction, and how it reaches its one connection.

The embedded driver begins nothing by itself. Its first word is said here, at the session, and not
by a listener of the engine: as soon as an engine has one, every statement is offered to a dozen
kinds of listeners, for nothing, and a dispensing is made of twenty statements. So a bare connection
of the embedded engine stands outside of transactions.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session, SessionTransaction

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import CoreExecuteOptionsParameter

FIRST_WORD = "first_word"
"""Where a session's `info` keeps the statement that begins its transaction; may be empty."""

SNAPSHOT = "snapshot"
"""Whether all that a session reads is one snapshot, in which nothing changes; stands in `info`."""
T = TypeVar("T")


def once(session: Session, name: str, ask: Callable[[], T]) -> T:
    """Return what is asked by a name; a session that reads one snapshot asks the database once."""
    if not session.info.get(SNAPSHOT):
        return ask()
    key = (SNAPSHOT, name)
    if key not in session.info:
        session.info[key] = ask()
    return cast("T", session.info[key])


class HouseSession(Session):
    """A session of either door, bound to the one database."""

    _kept: Connection | None = None

    def connection(
        self,
        bind_arguments: dict[str, Any] | None = None,
        execution_options: "CoreExecuteOptionsParameter | None" = None,
    ) -> Connection:
        """Return the transaction's connection, without a search for it before every statement.

        Within a savepoint it is searched for: the first to ask is the one who sets it.
        """
        asked = bind_arguments or execution_options
        kept = self._kept
        if kept is not None and self.is_active and not (asked or self.in_nested_transaction()):
            return kept
        return super().connection(bind_arguments, execution_options)


@event.listens_for(HouseSession, "after_begin", propagate=True)
def _begin(session: HouseSession, transaction: SessionTransaction, connection: Connection) -> None:
    """Say the first word, and keep the connection; a savepoint is within what began already."""
    if transaction.nested:
        return
    if first_word := session.info[FIRST_WORD]:
        connection.exec_driver_sql(first_word)
    session._kept = connection  # noqa: SLF001 - the listener is the class's own


@event.listens_for(HouseSession, "after_transaction_end", propagate=True)
def _end(session: HouseSession, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session._kept = None  # noqa: SLF001

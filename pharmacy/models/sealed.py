"""Records of money that belong to no voucher, sealed in one chain of their own.

Budgets, promises, invoices and the closing of months are written by many hands. Whatever a session
added of them is sealed when its work is kept, behind all else it locks: so writers wait for each
other only for the shortest time, and never in a ring. The seals lie in a table of their own, which
is only added to; what was there before the chain was sealed when the schema came up to date.
"""

from sqlalchemy import CheckConstraint, UniqueConstraint, bindparam, event, insert, select, update
from sqlalchemy.orm import Mapped, Session, UOWTransaction, mapped_column

from pharmacy.db import Base, PostedFact, Whole, WritingSession, table_of
from pharmacy.rules.seal import end_seal, record_seal

_WAITING = "records to seal"


class SealedFact:
    """A posted row that is sealed with all it holds; it is written through the session."""


class SealedRecord(PostedFact, Base):
    """The seal of a row: its table and key, bound to the seal of the record before it."""

    __tablename__ = "sealed_record"
    __table_args__ = (UniqueConstraint("noun", "key"),)

    sequence: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    noun: Mapped[str]
    key: Mapped[str]
    seal: Mapped[str]


class RecordChain(Base):
    """The end of the chain of records, sealed itself; its row puts the records in order."""

    __tablename__ = "record_chain"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(Whole)
    seal: Mapped[str]
    end_seal: Mapped[str]


_chain = table_of(RecordChain)
_LOCK = select(_chain.c.sequence, _chain.c.seal).with_for_update()
_ADD = insert(table_of(SealedRecord))
_END = update(_chain).values(
    sequence=bindparam("new_sequence"), seal=bindparam("last"), end_seal=bindparam("new_end")
)


@event.listens_for(WritingSession, "after_flush")
def _remember(session: Session, _context: UOWTransaction) -> None:
    new = [row for row in session.new if isinstance(row, SealedFact)]
    if new:
        session.info.setdefault(_WAITING, []).extend(new)


@event.listens_for(WritingSession, "before_commit")
def _seal_at_the_end(session: Session) -> None:
    if not session.in_nested_transaction():
        seal_records(session)


def seal_records(session: Session) -> None:
    """Seal what a session recorded until now; what was taken back meanwhile is left."""
    session.flush()
    waiting: list[Base] = session.info.pop(_WAITING, [])
    added = [row for row in waiting if row in session]
    if not added:
        return
    key: bytes = session.info["seal_key"]
    connection = session.connection()
    sequence, last = connection.execute(_LOCK).one()
    rows = []
    for row in added:
        table = table_of(type(row))
        sequence += 1
        values = [getattr(row, column.key) for column in table.columns]
        last = record_seal(key, last, sequence, table.name, values)
        name = " ".join(str(getattr(row, column.key)) for column in table.primary_key)
        rows.append({"sequence": sequence, "noun": table.name, "key": name, "seal": last})
    connection.execute(_ADD, rows)
    end = {"new_sequence": sequence, "last": last, "new_end": end_seal(key, sequence, last)}
    connection.execute(_END, end)

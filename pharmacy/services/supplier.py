"""Suppliers: who sold or gave goods, and the institutions that get some."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from pharmacy.errors import MissingFact
from pharmacy.models import Supplier
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import PartyKind
from pharmacy.services import audit

GIVERS = frozenset({PartyKind.SUPPLIER, PartyKind.DONOR})
"""From whom goods come, and to whom they go back."""


def active_suppliers(session: Session, kinds: Collection[PartyKind] = GIVERS) -> Sequence[Supplier]:
    """Return the suppliers goods may come from, or the parties of other kinds, by name."""
    return session.scalars(
        select(Supplier)
        .where(Supplier.active.is_(true()), Supplier.kind.in_(kinds))
        .order_by(Supplier.name)
    ).all()


def add_supplier(
    session: Session,
    name: str,
    *,
    phone: str = "",
    tax_number: str = "",
    kind: PartyKind = PartyKind.SUPPLIER,
    actor: Actor,
    now: datetime,
) -> int:
    """Return the supplier, or the institution, of this name, added when there is none yet.

    Raises:
        MissingFact: The name is empty.
    """
    given = kind is PartyKind.INSTITUTION
    actor.require(Permission.STOCK_WRITE_OFF if given else Permission.STOCK_RECEIVE)
    if not name.strip():
        raise MissingFact(name="supplier")
    known = session.scalar(select(Supplier.id).where(Supplier.name == name.strip()))
    if known is not None:
        return known
    row = Supplier(name=name.strip(), phone=phone, tax_number=tax_number, kind=kind)
    session.add(row)
    session.flush()
    after = {"name": row.name, "phone": phone, "tax_number": tax_number}
    audit.record(session, "add", "supplier", row.id, after=after, actor=actor, now=now)
    return row.id

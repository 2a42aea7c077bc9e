"""Suppliers: who sold or gave goods."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from pharmacy.errors import MissingFact
from pharmacy.models import Supplier
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.services import audit


def active_suppliers(session: Session) -> Sequence[Supplier]:
    """Return the suppliers goods may come from, by name."""
    return session.scalars(
        select(Supplier).where(Supplier.active.is_(true())).order_by(Supplier.name)
    ).all()


def add_supplier(
    session: Session,
    name: str,
    *,
    phone: str = "",
    tax_number: str = "",
    actor: Actor,
    now: datetime,
) -> int:
    """Return the supplier of this name, added when there is none yet.

    Raises:
        MissingFact: The name is empty.
    """
    actor.require(Permission.STOCK_RECEIVE)
    if not name.strip():
        raise MissingFact(name="supplier")
    known = session.scalar(select(Supplier.id).where(Supplier.name == name.strip()))
    if known is not None:
        return known
    row = Supplier(name=name.strip(), phone=phone, tax_number=tax_number)
    session.add(row)
    session.flush()
    after = {"name": row.name, "phone": phone, "tax_number": tax_number}
    audit.record(session, "add", "supplier", row.id, after=after, actor=actor, now=now)
    return row.id

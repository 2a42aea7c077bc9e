"""Parties: suppliers, donors, contract pharmacies and institutions that the fund deals with."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from pharmacy.errors import InvalidFund, MissingFact, NotFound
from pharmacy.models import Supplier
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import PartyKind
from pharmacy.services import audit


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFacts:
    """What is known of somebody the fund deals with."""

    name: str
    kind: PartyKind
    phone: str = ""
    tax_number: str = ""
    active: bool = True


def parties(
    session: Session, kind: PartyKind | None = None, *, only_active: bool = False
) -> Sequence[Supplier]:
    """Return the parties, or those of one kind, by name."""
    query = select(Supplier).order_by(Supplier.active.desc(), Supplier.name)
    if kind is not None:
        query = query.where(Supplier.kind == kind)
    if only_active:
        query = query.where(Supplier.active.is_(true()))
    return session.scalars(query).all()


def get_party(session: Session, party_id: int) -> Supplier:
    """Return a party.

    Raises:
        NotFound: There is none.
    """
    row = session.get(Supplier, party_id)
    if row is None:
        raise NotFound(noun="party", key=str(party_id))
    return row


def add_party(session: Session, facts: PartyFacts, *, actor: Actor, now: datetime) -> int:
    """Put a party on file; return its id.

    Raises:
        NotPermitted: The role does not keep the funds.
        MissingFact: The name is empty.
        InvalidFund: Somebody is on file by this name.
    """
    actor.require(Permission.FUND_MANAGE)
    values = _values(session, facts, own_id=None)
    row = Supplier(**values)
    session.add(row)
    session.flush()
    audit.record(session, "add", "supplier", row.id, after=values, actor=actor, now=now)
    return row.id


def change_party(
    session: Session, party_id: int, facts: PartyFacts, *, actor: Actor, now: datetime
) -> None:
    """Change what is known of a party.

    Raises:
        NotPermitted: The role does not keep the funds.
        NotFound: There is no such party.
        MissingFact: The name is empty.
        InvalidFund: Somebody else is on file by this name.
    """
    actor.require(Permission.FUND_MANAGE)
    row = get_party(session, party_id)
    values = _values(session, facts, own_id=party_id)
    audit.write_changes(session, "supplier", party_id, row, values, actor=actor, now=now)


def _values(session: Session, facts: PartyFacts, *, own_id: int | None) -> dict[str, object]:
    name = facts.name.strip()
    if not name:
        raise MissingFact(name="name")
    taken = session.scalar(select(Supplier.id).where(Supplier.name == name))
    if taken not in {None, own_id}:
        raise InvalidFund(reason="name_taken")
    return {**asdict(facts), "name": name}

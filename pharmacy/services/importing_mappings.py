"""Saved mappings: which column of a channel's export is which field, kept for the next file."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.errors import MissingFact, NotFound
from pharmacy.models import ImportMapping
from pharmacy.rules.actor import Actor
from pharmacy.rules.arabic import clean
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Channel
from pharmacy.services import audit


def mappings(session: Session, *, actor: Actor) -> Sequence[ImportMapping]:
    """Return every saved mapping, by channel and name."""
    actor.require(Permission.REQUEST_IMPORT)
    query = select(ImportMapping).order_by(ImportMapping.channel, ImportMapping.name)
    return session.scalars(query).all()


def find_mapping(session: Session, channel: Channel, name: str) -> ImportMapping:
    """Return a channel's mapping by its name.

    Raises:
        NotFound: The channel has none of this name.
    """
    query = select(ImportMapping).filter_by(channel=channel, name=clean(name))
    found = session.scalar(query)
    if found is None:
        raise NotFound(noun="import_mapping", key=name)
    return found


def get_mapping(session: Session, mapping_id: int, *, actor: Actor) -> ImportMapping:
    """Return a mapping.

    Raises:
        NotFound: There is none.
    """
    actor.require(Permission.REQUEST_IMPORT)
    found = session.get(ImportMapping, mapping_id)
    if found is None:
        raise NotFound(noun="import_mapping", key=str(mapping_id))
    return found


def save_mapping(
    session: Session,
    channel: Channel,
    name: str,
    *,
    columns: Mapping[str, str],
    defaults: Mapping[str, str],
    actor: Actor,
    now: datetime,
) -> int:
    """Save a mapping under its name, in the place of one that has it; return its id.

    Raises:
        MissingFact: It has no name.
    """
    actor.require(Permission.REQUEST_IMPORT)
    plain = clean(name)
    if not plain:
        raise MissingFact(name="mapping_name")
    row = session.scalar(
        select(ImportMapping).filter_by(channel=channel, name=plain).with_for_update()
    )
    before = {"columns": row.columns, "defaults": row.defaults} if row else None
    if row is None:
        row = ImportMapping(channel=channel, name=plain)
        session.add(row)
    row.columns, row.defaults = dict(columns), dict(defaults)
    row.saved_at, row.saved_by = now, actor.staff_id
    session.flush()
    after = {"columns": row.columns, "defaults": row.defaults}
    audit.record(
        session, "save", "import_mapping", row.id, before=before, after=after, actor=actor, now=now
    )
    return row.id


def delete_mapping(session: Session, mapping_id: int, *, actor: Actor, now: datetime) -> None:
    """Delete a mapping; what was imported by it stays.

    Raises:
        NotFound: There is none.
    """
    row = get_mapping(session, mapping_id, actor=actor)
    before = {"name": row.name, "columns": row.columns, "defaults": row.defaults}
    session.delete(row)
    session.flush()
    audit.record(
        session, "delete", "import_mapping", mapping_id, before=before, actor=actor, now=now
    )

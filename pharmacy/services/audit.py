"""Writing down who changed what and who looked at whose file."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from pharmacy.db import Base, table_of
from pharmacy.models import AccessEvent, AuditEvent
from pharmacy.rules.actor import Actor

_INSERT_AUDIT = insert(table_of(AuditEvent))
_INSERT_ACCESS = insert(table_of(AccessEvent))


def record(
    session: Session,
    action: str,
    noun: str,
    noun_id: object,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    actor: Actor | None,
    now: datetime,
) -> None:
    """Add an audit event; values before and after are kept as they stood."""
    session.execute(
        _INSERT_AUDIT,
        {
            "at": now,
            "staff_id": actor.staff_id if actor else None,
            "action": action,
            "noun": noun,
            "noun_id": str(noun_id),
            "before": before,
            "after": after,
        },
    )


def write_changes(
    session: Session,
    noun: str,
    noun_id: int,
    row: Base,
    values: Mapping[str, object],
    *,
    actor: Actor | None,
    now: datetime,
) -> set[str]:
    """Give a row the values that differ from its own, and log them; return their names.

    Where none differs, nothing is written and nothing logged.
    """
    before = {name: getattr(row, name) for name in values}
    changed = sorted(name for name in values if before[name] != values[name])
    if not changed:
        return set()
    for name in changed:
        setattr(row, name, values[name])
    session.flush()
    record(
        session,
        "change",
        noun,
        noun_id,
        before={name: before[name] for name in changed},
        after={name: values[name] for name in changed},
        actor=actor,
        now=now,
    )
    return set(changed)


def looked(
    session: Session,
    beneficiary_id: int,
    action: str,
    *,
    reason: str = "",
    address: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """Add an access event: `view` a file, `reveal` a masked number, `print` a paper."""
    session.execute(
        _INSERT_ACCESS,
        {
            "at": now,
            "staff_id": actor.staff_id,
            "beneficiary_id": beneficiary_id,
            "action": action,
            "reason": reason,
            "address": address,
        },
    )

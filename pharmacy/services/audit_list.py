"""The whole log: changes of records, and looks at persons' files."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, select
from sqlalchemy.orm import Session

from pharmacy.models import AccessEvent, AuditEvent, Beneficiary, Staff
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import day_ends
from pharmacy.rules.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuery:
    """Which events a list shows; None and empty ask for all. Days are Cairo's."""

    staff_id: int | None = None
    noun: str = ""
    action: str = ""
    date_from: date | None = None
    date_to: date | None = None


def changes(query: LogQuery, *, actor: Actor) -> Select[*tuple[Any, ...]]:
    """Return changes of records, without an order.

    Raises:
        NotPermitted: The role does not read the log.
    """
    actor.require(Permission.AUDIT_VIEW)
    event = AuditEvent
    statement = select(
        event.id,
        event.at,
        event.action,
        event.noun,
        event.noun_id,
        event.before,
        event.after,
        Staff.name_ar,
        Staff.name_en,
    ).outerjoin(Staff, Staff.id == event.staff_id)
    return statement.where(
        *_clauses(query, event.staff_id, event.at),
        *([event.noun == query.noun] if query.noun else []),
    )


def looks(query: LogQuery, *, actor: Actor) -> Select[*tuple[Any, ...]]:
    """Return looks at persons' files, without an order.

    Raises:
        NotPermitted: The role does not read the log.
    """
    actor.require(Permission.AUDIT_VIEW)
    event = AccessEvent
    statement = (
        select(
            event.id,
            event.at,
            event.action,
            event.reason,
            event.address,
            event.beneficiary_id,
            Staff.name_ar,
            Staff.name_en,
            Beneficiary.card_number,
            Beneficiary.given_name,
            Beneficiary.father_name,
            Beneficiary.family_name,
        )
        .join(Staff, Staff.id == event.staff_id)
        .join(Beneficiary, Beneficiary.id == event.beneficiary_id)
    )
    return statement.where(
        *_clauses(query, event.staff_id, event.at),
        *([event.action == query.action] if query.action else []),
    )


def _clauses(
    query: LogQuery, staff_id: SQLColumnExpression[Any], at: SQLColumnExpression[Any]
) -> list[ColumnElement[bool]]:
    clauses: list[ColumnElement[bool]] = []
    if query.staff_id is not None:
        clauses.append(staff_id == query.staff_id)
    if query.date_from is not None:
        clauses.append(at >= day_ends(query.date_from - timedelta(days=1)))
    if query.date_to is not None:
        clauses.append(at < day_ends(query.date_to))
    return clauses


def everyone(session: Session, *, actor: Actor) -> list[tuple[int, str, str]]:
    """Return (id, Arabic name, English name) of all staff, for the filter.

    Raises:
        NotPermitted: The role does not read the log.
    """
    actor.require(Permission.AUDIT_VIEW)
    rows = session.execute(select(Staff.id, Staff.name_ar, Staff.name_en).order_by(Staff.name_ar))
    return [(row.id, row.name_ar, row.name_en) for row in rows]

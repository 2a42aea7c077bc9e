"""Who did the work of the rebuilt years: staff on file, or accounts of the past, closed."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import Site, Staff
from pharmacy.rules.actor import Actor
from pharmacy.rules.vocabulary import Role

SITE = "P1"
_NAMES = {
    Role.CLERK: ("سجل الأعوام السابقة", "Registry of past years"),
    Role.COMMITTEE: ("لجنة الأعوام السابقة", "Committee of past years"),
    Role.PHARMACIST: ("صيدلية الأعوام السابقة", "Pharmacy of past years"),
    Role.STORE_KEEPER: ("مخزن الأعوام السابقة", "Store of past years"),
    Role.FINANCE: ("حسابات الأعوام السابقة", "Finance of past years"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """One person of each trade; pharmacist and keeper work at the pharmacy's site."""

    site_id: int
    clerk: Actor
    committee: Actor
    pharmacist: Actor
    keeper: Actor
    finance: Actor


def crew(session: Session, *, now: datetime) -> Crew:
    """Return the crew: staff on file where there is some, otherwise closed accounts of the past.

    Args:
        session: A writing session over reference data.
        now: When missing accounts were opened.
    """
    site_id = session.execute(select(Site.id).where(Site.code == SITE)).scalar_one()
    return Crew(
        site_id=site_id,
        clerk=_actor(session, Role.CLERK, None, now),
        committee=_actor(session, Role.COMMITTEE, None, now),
        pharmacist=_actor(session, Role.PHARMACIST, site_id, now),
        keeper=_actor(session, Role.STORE_KEEPER, site_id, now),
        finance=_actor(session, Role.FINANCE, None, now),
    )


def _actor(session: Session, role: Role, site_id: int | None, now: datetime) -> Actor:
    found = session.scalars(
        select(Staff)
        .where(Staff.role == role, Staff.site_id == site_id, Staff.centre_id.is_(None))
        .order_by(Staff.id)
        .limit(1)
    ).first()
    if found is None:
        name_ar, name_en = _NAMES[role]
        found = Staff(
            username=f"history-{role.value}",
            name_ar=name_ar,
            name_en=name_en,
            # No hash begins so: nobody can sign in with it, and the account is not active anyway.
            password_hash="!",  # noqa: S106
            role=role,
            site_id=site_id,
            active=False,
            created_at=now.astimezone(UTC),
        )
        session.add(found)
        session.flush()
    return Actor(found.id, found.name_ar, role, site_id)

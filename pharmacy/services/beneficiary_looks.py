"""Looks at persons: every one is written down, and a masked number is shown for a reason only."""

from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.errors import MissingFact
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.services import audit
from pharmacy.services.beneficiary import get_beneficiary


def view_file(
    session: Session,
    beneficiary_id: int,
    *,
    reason: str = "",
    address: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """Write down that the actor opened a person's file, or a request that names the person.

    Raises:
        NotFound: There is no such person.
    """
    get_beneficiary(session, beneficiary_id, actor=actor)
    audit.looked(
        session, beneficiary_id, "view", reason=reason, address=address, actor=actor, now=now
    )


def reveal(
    session: Session,
    beneficiary_id: int,
    *,
    reason: str,
    address: str = "",
    actor: Actor,
    now: datetime,
) -> tuple[str | None, str | None]:
    """Return (identity number, phone) in full and write down who asked, when and why.

    Raises:
        MissingFact: No reason was given.
    """
    actor.require(Permission.BENEFICIARY_REVEAL)
    if not reason.strip():
        raise MissingFact(name="reason")
    row = get_beneficiary(session, beneficiary_id, actor=actor)
    audit.looked(session, row.id, "reveal", reason=reason, address=address, actor=actor, now=now)
    return row.identity_number, row.phone

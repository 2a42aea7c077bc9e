"""Counting the prints of a paper, so that only the first one is the original.

Each print is an access event (a paper names its person) whose reason says which paper it was.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pharmacy.models import AccessEvent, Beneficiary
from pharmacy.rules.actor import Actor
from pharmacy.services import audit


class Paper(StrEnum):
    """Papers that name a person, as the log of looks names them."""

    RECEIPT = "receipt"
    LABELS = "labels"
    OWING_SLIP = "owing_slip"
    UNMET_SLIP = "unmet_slip"


def count_print(
    session: Session,
    beneficiary_id: int,
    paper: Paper,
    number: str,
    *,
    address: str = "",
    actor: Actor,
    now: datetime,
) -> int:
    """Write down a print of the paper with this number; return which print of it this is, from 1.

    The beneficiary's row is locked, so that of two prints at once only one is the first.
    """
    reason = f"{paper} {number}"
    session.execute(
        select(Beneficiary.id)
        .where(Beneficiary.id == beneficiary_id)
        .with_for_update(key_share=True)
    ).all()
    before = session.scalars(
        select(func.count())
        .select_from(AccessEvent)
        .where(
            AccessEvent.beneficiary_id == beneficiary_id,
            AccessEvent.action == "print",
            AccessEvent.reason == reason,
        )
    ).one()
    audit.looked(
        session, beneficiary_id, "print", reason=reason, address=address, actor=actor, now=now
    )
    return before + 1

"""What other programs name by code: centres, funds and conditions; and the lists of them."""

from collections.abc import Sequence

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from pharmacy.errors import NotFound
from pharmacy.models import Centre, Condition, Fund
from pharmacy.rules.actor import Actor


def centre_id_of(session: Session, code: str) -> int:
    """Return the id of the centre with a code.

    Raises:
        NotFound: There is none.
    """
    return _found(session.scalar(select(Centre.id).where(Centre.code == code)), "centre", code)


def condition_id_of(session: Session, code: str) -> int:
    """Return the id of the chronic condition with a code.

    Raises:
        NotFound: There is none.
    """
    query = select(Condition.id).where(Condition.code == code)
    return _found(session.scalar(query), "condition", code)


def _found(row_id: int | None, noun: str, code: str) -> int:
    if row_id is None:
        raise NotFound(noun=noun, key=code)
    return row_id


def open_centres(session: Session, *, actor: Actor) -> Sequence[Centre]:
    """Return the open centres whose requests an account may record, by code."""
    query = select(Centre).where(Centre.active.is_(true())).order_by(Centre.code)
    if actor.centre_id is not None:
        query = query.where(Centre.id == actor.centre_id)
    return session.scalars(query).all()


def open_funds(session: Session) -> Sequence[Fund]:
    """Return the open funds, by code."""
    return session.scalars(select(Fund).where(Fund.active.is_(true())).order_by(Fund.code)).all()


def conditions(session: Session) -> Sequence[Condition]:
    """Return the chronic conditions, by code."""
    return session.scalars(select(Condition).order_by(Condition.code)).all()

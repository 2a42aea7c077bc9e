"""How a citizen request is tied to others: what it repeats or renews, what repeats or renews it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pharmacy.models import CitizenRequest, RequestLink
from pharmacy.rules.actor import Actor
from pharmacy.rules.request_vocabulary import LinkKind, RequestState


@dataclass(frozen=True, slots=True)
class Tie:
    """Another request that this one is tied to.

    Attributes:
        is_earlier: The other one came first: this one repeats or renews it.
        is_seen: The reader may open it.
    """

    kind: LinkKind
    is_earlier: bool
    request_id: int
    number: str
    state: RequestState
    received_on: date
    is_seen: bool


def ties(session: Session, request_id: int, *, actor: Actor) -> Sequence[Tie]:
    """Return the requests that one is tied to, in the order they were recorded; one statement."""
    other = CitizenRequest
    rows = session.execute(
        select(
            RequestLink.kind,
            (RequestLink.request_id == request_id).label("is_earlier"),
            other.id,
            other.number,
            other.state,
            other.received_on,
            other.centre_id,
        )
        .join(
            other,
            ((RequestLink.request_id == request_id) & (other.id == RequestLink.earlier_id))
            | ((RequestLink.earlier_id == request_id) & (other.id == RequestLink.request_id)),
        )
        .where(or_(RequestLink.request_id == request_id, RequestLink.earlier_id == request_id))
        .order_by(other.id)
    )
    return [Tie(*row[:-1], actor.centre_id in {None, row.centre_id}) for row in rows]

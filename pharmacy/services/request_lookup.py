"""Finding a citizen request by the number people write on papers."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import CitizenRequest
from pharmacy.rules.arabic import to_western


def request_id_of(session: Session, number: str) -> int | None:
    """Return the id of the request with a number, or None; what it says is not looked at."""
    plain = to_western(number).strip()
    return session.scalar(select(CitizenRequest.id).where(CitizenRequest.number == plain))

"""What free text is looked for in: one folded text for each citizen request, and its one writer."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import Beneficiary, CitizenRequest
from pharmacy.rules.arabic import fold


def searchable(name: str, asked_for: str, on_behalf_of: str = "") -> str:
    """Return the folded words of a request: whose it is, who asked for them, what for."""
    return " ".join(part for part in map(fold, (name, on_behalf_of, asked_for)) if part)


def index_request(session: Session, request: CitizenRequest) -> None:
    """Write the search text of a request anew, from what it says and whom it names."""
    name = request.citizen_name
    if request.beneficiary_id is not None:
        person = session.get_one(Beneficiary, request.beneficiary_id)
        name = f"{person.full_name} {name}"
    request.search_text = searchable(name, request.asked_for, request.on_behalf_of)


def index_person(session: Session, beneficiary_ids: Iterable[int]) -> None:
    """Write the search text of every request of some persons anew, after a change of name."""
    named = CitizenRequest.beneficiary_id.in_(list(beneficiary_ids))
    for request in session.scalars(select(CitizenRequest).where(named)):
        index_request(session, request)
    session.flush()

"""The list of citizen requests: filters that stay quick with hundreds of thousands of rows."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from pharmacy.models import Beneficiary, Centre, CitizenRequest
from pharmacy.rules.actor import Actor
from pharmacy.rules.arabic import fold, to_western
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.vocabulary import Channel, RequestCategory

SERIAL_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestQuery:
    """Which requests a list shows; None and empty ask for all.

    Attributes:
        text: A number, another system's reference, or words of the citizen's name.
    """

    text: str = ""
    channel: Channel | None = None
    centre_id: int | None = None
    state: RequestState | None = None
    category: RequestCategory | None = None
    date_from: date | None = None
    date_to: date | None = None


def listed(query: RequestQuery, *, actor: Actor, today: date) -> Select[*tuple[Any, ...]]:
    """Return the requests that an actor may see, without an order, one row for each.

    Raises:
        NotPermitted: The role sees no requests.
    """
    actor.require(Permission.REQUEST_VIEW)
    request = CitizenRequest
    statement = (
        select(
            request.id,
            request.number,
            request.received_on,
            request.channel,
            request.category,
            request.state,
            request.urgency,
            request.asked_for,
            request.citizen_name,
            request.beneficiary_id,
            Centre.name_ar,
            Centre.name_en,
            Beneficiary.given_name,
            Beneficiary.father_name,
            Beneficiary.grandfather_name,
            Beneficiary.family_name,
        )
        .outerjoin(Centre, Centre.id == request.centre_id)
        .outerjoin(Beneficiary, Beneficiary.id == request.beneficiary_id)
    )
    return statement.where(*_clauses(query, actor, today))


def _clauses(query: RequestQuery, actor: Actor, today: date) -> list[ColumnElement[bool]]:
    request = CitizenRequest
    centre_id = query.centre_id if actor.centre_id is None else actor.centre_id
    # A clerk who asks for another centre than their own sees nothing, not their own.
    if actor.centre_id is not None and query.centre_id not in {None, actor.centre_id}:
        centre_id = 0
    equal = {
        request.centre_id: centre_id,
        request.channel: query.channel,
        request.state: query.state,
        request.category: query.category,
    }
    clauses: list[ColumnElement[bool]] = [
        column == value for column, value in equal.items() if value is not None
    ]
    if query.date_from is not None:
        clauses.append(request.received_on >= query.date_from)
    if query.date_to is not None:
        clauses.append(request.received_on <= query.date_to)
    if query.text.strip():
        clauses.append(_named(query.text.strip(), today))
    return clauses


def _named(text: str, today: date) -> ColumnElement[bool]:
    """Return the clause for a text: figures mean a number or reference, words a name."""
    request = CitizenRequest
    western = to_western(text)
    if any(letter.isdecimal() for letter in western):
        numbers = {western}
        if western.isdecimal() and len(western) <= SERIAL_DIGITS:
            # People call a request by its serial; this year's and last year's are meant.
            numbers |= {f"{year}-{int(western):06d}" for year in (today.year, today.year - 1)}
        return or_(
            request.number.in_(sorted(numbers)),
            # All channels are named so that the index of outside references serves.
            request.channel.in_(list(Channel)) & (request.outside_reference == western),
        )
    spaced = " " + Beneficiary.folded_name
    folded = [spaced.contains(f" {word}", autoescape=True) for word in fold(text).split()]
    people = select(Beneficiary.id).where(*folded).correlate(None)
    typed = [request.citizen_name.contains(word, autoescape=True) for word in text.split()]
    by_typed_name = request.citizen_name != ""
    for clause in typed:
        by_typed_name &= clause
    return or_(request.beneficiary_id.in_(people), by_typed_name)

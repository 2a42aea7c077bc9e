"""The lists behind those figures of the governor's statement that no other page lists."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select

from pharmacy.db import Whole
from pharmacy.models import (
    Beneficiary,
    Centre,
    CitizenRequest,
    DispensingLine,
    Drug,
    IncomingMessage,
    PublicMeeting,
    UnmetDemand,
)
from pharmacy.rules.request_vocabulary import MessageState
from pharmacy.rules.vocabulary import CentreKind
from pharmacy.services import stock_at
from pharmacy.services.cost_dimensions import PERSON


class Behind(StrEnum):
    """What a list behind the statement holds."""

    CENTRES = "centres"
    MEETINGS = "meetings"
    MESSAGES = "messages"
    PEOPLE = "people"
    UNMET = "unmet"
    STOCK = "stock"
    EXPIRING = "expiring"


def centres(first: date, last: date, kind: CentreKind | None) -> Select[*tuple[Any, ...]]:
    """Select the centres a request of the period came through: `name_ar, name_en, kind, requests`.

    Args:
        first: The first day.
        last: The last day.
        kind: Only those of cities, or of villages.
    """
    through = (
        select(CitizenRequest.centre_id, func.count().label("requests"))
        .where(CitizenRequest.received_on.between(first, last))
        .where(CitizenRequest.centre_id.is_not(None))
        .group_by(CitizenRequest.centre_id)
        .subquery()
    )
    statement = (
        select(Centre.id, Centre.name_ar, Centre.name_en, Centre.kind, through.c.requests)
        .join(through, through.c.centre_id == Centre.id)
        .order_by(Centre.kind, Centre.name_ar, Centre.id)
    )
    return statement if kind is None else statement.where(Centre.kind == kind)


def meetings(first: date, last: date) -> Select[*tuple[Any, ...]]:
    """Select the public meetings of a period: `id, held_on, place, chair, complaints`."""
    complaints = (
        select(func.count(CitizenRequest.id))
        .where(CitizenRequest.meeting_id == PublicMeeting.id)
        .scalar_subquery()
    )
    return (
        select(
            PublicMeeting.id,
            PublicMeeting.held_on,
            PublicMeeting.place,
            PublicMeeting.chair,
            complaints.label("complaints"),
        )
        .where(PublicMeeting.held_on.between(first, last))
        .order_by(PublicMeeting.held_on, PublicMeeting.id)
    )


def messages(first: date, last: date) -> Select[*tuple[Any, ...]]:
    """Select the messages that are no complaint: `id, received_on, outside_reference, state`.

    Neither sender nor text: who reads figures need not read letters.
    """
    message = IncomingMessage
    return (
        select(message.id, message.received_on, message.outside_reference, message.state)
        .where(message.received_on.between(first, last), message.state != MessageState.COMPLAINT)
        .order_by(message.received_on, message.id)
    )


def people(first: date, last: date) -> Select[*tuple[Any, ...]]:
    """Select the persons treated, as the cost report counts them: `card_number, receipts, cost`.

    A person is listed who kept something of what the period gave.
    """
    kept = (
        select(
            PERSON.label("person"),
            func.count(DispensingLine.dispensing_id.distinct()).label("receipts"),
            func.sum(DispensingLine.cost).cast(Whole).label("cost"),
        )
        .where(DispensingLine.business_date.between(first, last))
        .group_by(PERSON)
        .having(func.sum(DispensingLine.quantity) > 0)
        .subquery()
    )
    return (
        select(Beneficiary.id, Beneficiary.card_number, kept.c.receipts, kept.c.cost)
        .join(kept, kept.c.person == Beneficiary.id)
        .order_by(Beneficiary.card_number)
    )


def unmet(first: date, last: date) -> Select[*tuple[Any, ...]]:
    """Select what could not be given: `business_date, card_number, name_ar, name_en, quantity`."""
    demand = UnmetDemand
    return (
        select(
            demand.id,
            demand.business_date,
            Beneficiary.card_number,
            Drug.name_ar,
            Drug.name_en,
            demand.quantity,
        )
        .join(Beneficiary, Beneficiary.id == demand.beneficiary_id)
        .join(Drug, Drug.id == demand.drug_id)
        .where(demand.business_date.between(first, last))
        .order_by(demand.business_date, demand.id)
    )


def stock(last: date, *, expiring: bool) -> Select[*tuple[Any, ...]]:
    """Select the batches on hand at the end of the period, or those about to expire then."""
    return stock_at.batches(last, expiring=expiring)

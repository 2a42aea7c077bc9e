"""The lists behind those figures of the governor's statement that no other page lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from pharmacy.db import Whole
from pharmacy.models import (
    Beneficiary,
    Centre,
    CitizenRequest,
    Dispensing,
    DispensingLine,
    Drug,
    IncomingMessage,
    Owing,
    OwingClosure,
    PublicMeeting,
    Site,
    UnmetDemand,
    Voucher,
)
from pharmacy.rules.calendar import day_ends
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
    OWED = "owed"
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


@dataclass(frozen=True, slots=True)
class Sums:
    """What a list of items comes to: rows, different persons, and its quantities in their order."""

    rows: int
    persons: int
    quantities: Sequence[int]


def unmet(
    first: date, last: date, *, site_id: int | None = None, drug_id: int | None = None
) -> Select[*tuple[Any, ...]]:
    """Select what could not be given: `business_date, card_number, name_ar, name_en, quantity`."""
    demand = UnmetDemand
    statement = (
        select(
            demand.id,
            demand.business_date,
            Beneficiary.card_number,
            Drug.name_ar,
            Drug.name_en,
            demand.quantity,
            demand.beneficiary_id.label("person"),
        )
        .join(Beneficiary, Beneficiary.id == demand.beneficiary_id)
        .join(Drug, Drug.id == demand.drug_id)
        .where(demand.business_date.between(first, last))
        .order_by(demand.business_date, demand.id)
    )
    return statement.where(
        *_of((site_id, demand.site_id.expression), (drug_id, demand.drug_id.expression))
    )


def owed(
    first: date, last: date, *, site_id: int | None = None, drug_id: int | None = None
) -> Select[*tuple[Any, ...]]:
    """Select what was left owing, by the day it was: `voucher, site_code, card_number, …`.

    Values of a row go on with `name_ar, name_en, owed, given, closed, open`: units left owing,
    given of it by the last day, given up, and still owed.
    """
    given = (
        select(func.coalesce(func.sum(DispensingLine.quantity), 0).cast(Whole))
        .where(DispensingLine.owing_id == Owing.id, DispensingLine.business_date <= last)
        .correlate(Owing)
        .scalar_subquery()
    )
    rest = Owing.quantity - given
    gone = OwingClosure.owing_id.is_not(None)
    return (
        select(
            Voucher,
            Site.code,
            Dispensing.card_number,
            Drug.name_ar,
            Drug.name_en,
            Owing.quantity.label("owed"),
            given.label("given"),
            case((gone, rest), else_=0).label("closed"),
            case((gone, 0), else_=rest).label("open"),
            Dispensing.beneficiary_id.label("person"),
        )
        .select_from(Owing)
        .join(Voucher, Voucher.id == Owing.voucher_id)
        .join(Dispensing, Dispensing.voucher_id == Owing.voucher_id)
        .join(Site, Site.id == Voucher.site_id)
        .join(Drug, Drug.id == Owing.drug_id)
        .outerjoin(
            OwingClosure, (OwingClosure.owing_id == Owing.id) & (OwingClosure.at < day_ends(last))
        )
        .where(Voucher.business_date.between(first, last))
        .where(*_of((site_id, Voucher.site_id.expression), (drug_id, Owing.drug_id.expression)))
        .order_by(Voucher.business_date, Owing.id)
    )


def sums_of(session: Session, listed: Select[Any], *quantities: str) -> Sums:
    """Return what a list of `unmet` or `owed` comes to, whatever page of it is shown."""
    rows = listed.order_by(None).subquery()
    figures: Sequence[Any] = [
        func.count(),
        func.count(rows.c.person.distinct()),
        *(func.coalesce(func.sum(rows.c[name]), 0).cast(Whole) for name in quantities),
    ]
    count, persons, *summed = session.execute(select(*figures)).one()
    return Sums(count, persons, summed)


def _of(*asked: tuple[int | None, ColumnElement[int]]) -> list[ColumnElement[bool]]:
    return [column == chosen for chosen, column in asked if chosen is not None]


def stock(last: date, *, expiring: bool) -> Select[*tuple[Any, ...]]:
    """Select the batches on hand at the end of the period, or those about to expire then."""
    return stock_at.batches(last, expiring=expiring)

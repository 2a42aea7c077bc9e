"""What the counter shows before it dispenses: what is due, what is there, what is owed.

Read only, without locks: `services.dispensing` asks everything again under locks when it counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from pharmacy.models import (
    Approval,
    Batch,
    Beneficiary,
    CitizenRequest,
    Dispensing,
    DispensingLine,
    Drug,
    Owing,
    OwingClosure,
    Site,
    Voucher,
)
from pharmacy.rules import entitlement
from pharmacy.rules.lifecycle import ENTITLED
from pharmacy.rules.vocabulary import BatchStatus, VoucherKind
from pharmacy.rules.voucher_number import label, parse_label
from pharmacy.services.dispensing_facts import Case, Item

RECENT = 5


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """An approved request that may be dispensed against."""

    request_id: int
    number: str
    decision_number: str
    valid_until: date
    asked_for: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A line the counter proposes: units due now, left in all, issuable here, and when next."""

    item: Item
    due: int
    left: int
    there: int
    first_expiry: date | None
    next_from: date | None
    owing_id: int | None
    owed: int


@dataclass(frozen=True, slots=True)
class Recent:
    """A dispensing of before."""

    voucher_id: int
    number: str
    on: date
    lines: int
    cost: int


def open_requests(session: Session, person_ids: Sequence[int]) -> list[OpenRequest]:
    """Return the approved requests of a person (and of records merged into it), newest first."""
    latest = (
        select(func.max(Approval.id))
        .where(Approval.request_id == CitizenRequest.id)
        .correlate(CitizenRequest)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            CitizenRequest.id,
            CitizenRequest.number,
            Approval.decision_number,
            Approval.valid_until,
            CitizenRequest.asked_for,
        )
        .join(Approval, Approval.id == latest)
        .where(
            CitizenRequest.beneficiary_id.in_(person_ids),
            CitizenRequest.state.in_(ENTITLED),
        )
        .order_by(Approval.valid_until.desc(), CitizenRequest.id.desc())
    )
    return [OpenRequest(*row) for row in rows]


def proposals(session: Session, of: Case, *, site_id: int, on: date) -> list[Proposal]:
    """Return a line for every approved item, what is owed from before in front."""
    shelf = issuable(session, [item.drug_id for item in of.items.values()], site_id, on)
    owings = owed_on(session, list(of.items))
    lines = []
    for item in of.items.values():
        terms, issued = of.terms(item), of.issued(item.approval_item_id)
        percent = of.early_percent
        owing_id, owed = owings.get(item.approval_item_id, (None, 0))
        there, first_expiry = shelf.get(item.drug_id, (0, None))
        lines.append(
            Proposal(
                item=item,
                due=owed or entitlement.due_quantity(terms, issued, on=on, early_percent=percent),
                left=max(entitlement.remaining(terms, issued), 0),
                there=there,
                first_expiry=first_expiry,
                next_from=entitlement.next_due(terms, issued, early_percent=percent),
                owing_id=owing_id,
                owed=owed,
            )
        )
    return sorted(lines, key=lambda line: line.owing_id is None)


def issuable(
    session: Session, drug_ids: Sequence[int], site_id: int, on: date
) -> dict[int, tuple[int, date | None]]:
    """Return the units of each drug that may be issued at a site, and their first expiry."""
    rows = session.execute(
        select(Batch.drug_id, func.sum(Batch.on_hand), func.min(Batch.expiry))
        .where(
            Batch.site_id == site_id,
            Batch.drug_id.in_(drug_ids),
            Batch.on_hand > 0,
            Batch.expiry >= on,
            Batch.status == BatchStatus.AVAILABLE,
        )
        .group_by(Batch.drug_id)
    )
    return {row[0]: (int(row[1]), row[2]) for row in rows}


def owed_on(session: Session, item_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return the oldest open owing of each approved item and the units left of it."""
    settled = (
        select(func.coalesce(func.sum(DispensingLine.quantity), 0))
        .where(DispensingLine.owing_id == Owing.id)
        .correlate(Owing)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Owing.id, Owing.approval_item_id, Owing.quantity - settled)
        .outerjoin(OwingClosure, OwingClosure.owing_id == Owing.id)
        .where(Owing.approval_item_id.in_(item_ids), OwingClosure.owing_id.is_(None))
        .order_by(Owing.id.desc())
    )
    return {row[1]: (row[0], int(row[2])) for row in rows if row[2] > 0}


def recent(session: Session, person_ids: Sequence[int]) -> list[Recent]:
    """Return a person's last dispensings, what was undone taken off."""
    return dispensings(session, person_ids=person_ids, most=RECENT)


def dispensings(
    session: Session,
    *,
    person_ids: Sequence[int] | None = None,
    site_id: int | None = None,
    on: date | None = None,
    most: int = 200,
) -> list[Recent]:
    """Return dispensings, newest first, with their net lines and cost."""
    query = (
        select(
            Voucher.id,
            Site.code,
            Voucher.kind,
            Voucher.fiscal_year,
            Voucher.number,
            Voucher.business_date,
            func.sum(case((DispensingLine.quantity > 0, 1), else_=-1)),
            func.sum(DispensingLine.cost),
        )
        .join(Dispensing, Dispensing.voucher_id == Voucher.id)
        .join(DispensingLine, DispensingLine.dispensing_id == Voucher.id)
        .join(Site, Site.id == Voucher.site_id)
        .group_by(Voucher.id, Site.code)
        .order_by(Voucher.id.desc())
        .limit(most)
    )
    if person_ids is not None:
        query = query.where(Dispensing.beneficiary_id.in_(person_ids))
    if site_id is not None:
        query = query.where(Voucher.site_id == site_id)
    if on is not None:
        query = query.where(Voucher.business_date == on)
    return [
        Recent(row[0], label(row[1], row[2], row[3], row[4]), row[5], int(row[6]), int(row[7]))
        for row in session.execute(query)
    ]


@dataclass(frozen=True, slots=True)
class OpenOwing:
    """An owing still open: who waits for what, and whether it has come meanwhile."""

    owing_id: int
    voucher_id: int
    beneficiary_id: int
    drug: Drug
    left: int
    there: int
    since: date


def open_owings_here(session: Session, *, site_id: int, on: date) -> list[OpenOwing]:
    """Return the open owings of a site, oldest first: the list to call when stock arrives."""
    settled = (
        select(func.coalesce(func.sum(DispensingLine.quantity), 0))
        .where(DispensingLine.owing_id == Owing.id)
        .correlate(Owing)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Owing, Drug, Owing.quantity - settled, Voucher.business_date)
        .join(Drug, Drug.id == Owing.drug_id)
        .join(Voucher, Voucher.id == Owing.voucher_id)
        .outerjoin(OwingClosure, OwingClosure.owing_id == Owing.id)
        .where(Voucher.site_id == site_id, OwingClosure.owing_id.is_(None))
        .order_by(Owing.id)
    ).all()
    waiting = [row for row in rows if row[2] > 0]
    shelf = issuable(session, sorted({row[1].id for row in waiting}), site_id, on)
    return [
        OpenOwing(
            owing_id=owing.id,
            voucher_id=owing.voucher_id,
            beneficiary_id=owing.beneficiary_id,
            drug=drug,
            left=int(left),
            there=shelf.get(drug.id, (0, None))[0],
            since=since,
        )
        for owing, drug, left, since in waiting
    ]


def person_of_card(session: Session, card_number: str) -> int | None:
    """Return whose card this is; a merged record's card leads to the one that goes on."""
    survivor = func.coalesce(Beneficiary.merged_into_id, Beneficiary.id)
    return session.scalar(select(survivor).where(Beneficiary.card_number == card_number))


def person_of_receipt(session: Session, voucher_id: int) -> tuple[int | None, int | None]:
    """Return (person, request) of a dispensing."""
    row = session.execute(
        select(Dispensing.beneficiary_id, Dispensing.request_id).where(
            Dispensing.voucher_id == voucher_id
        )
    ).first()
    return (row[0], row[1]) if row else (None, None)


def person_of_request(session: Session, request_id: int) -> int | None:
    """Return for whom a request is."""
    return session.scalar(
        select(CitizenRequest.beneficiary_id).where(CitizenRequest.id == request_id)
    )


def find_dispensing(session: Session, number: str) -> int | None:
    """Return the dispensing of a written number (`P1-D-2026-000417`)."""
    name = parse_label(number)
    if name is None or name.kind is not VoucherKind.DISPENSING:
        return None
    return session.scalar(
        select(Voucher.id)
        .join(Site, Site.id == Voucher.site_id)
        .where(
            Site.code == name.site_code,
            Voucher.kind == name.kind,
            Voucher.fiscal_year == name.fiscal_year,
            Voucher.number == name.number,
        )
    )

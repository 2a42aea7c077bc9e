"""Zero issues: what the shelf could not give at all, who waits for it, and the calls made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import add_if_absent, table_of
from pharmacy.errors import MissingFact, NotFound, NoUsualDose
from pharmacy.models import (
    Beneficiary,
    CallNote,
    DispensingLine,
    Drug,
    Owing,
    UnmetDemand,
    Voucher,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import CallOutcome
from pharmacy.services.counter import issuable, open_owings_here
from pharmacy.services.draft_keeping import changed, site_of, take_up
from pharmacy.services.draft_snapshot import kept_rows, put_lines, rows_of, snapshot

_undone = aliased(DispensingLine)


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """The last call to somebody who waits."""

    at: datetime
    outcome: CallOutcome
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Who waits for what: an owing or a zero issue, units of issue, and what is there now."""

    owing_id: int | None
    unmet_id: int | None
    voucher_id: int | None
    person: Beneficiary
    drug: Drug
    quantity: int
    there: int
    since: date
    called: Called | None


def record(session: Session, draft_id: int, uid: str, *, actor: Actor, now: datetime) -> int:
    """Record that nothing of a line could be given, and take it out; return the demand's id.

    Sent twice, or taken back and sent again, it is one demand.

    Raises:
        NotFound: There is no such line.
        NoUsualDose: The line has no quantity.
        DraftClosed: The draft may no longer change.
    """
    draft = take_up(session, draft_id, actor=actor, now=now)
    line = next((line for line in draft.lines if line.uid == uid), None)
    if line is None:
        known = {row["uid"]: row["drug_id"] for row in kept_rows(draft)}
        found = _of_submission(session, draft.submission_id, known.get(uid))
        if found is None:
            raise NotFound(noun="line", key=uid)
        return found
    if line.quantity <= 0:
        raise NoUsualDose(drug=session.get_one(Drug, line.drug_id).name_ar)
    row = {
        "site_id": draft.site_id,
        "business_date": cairo_day(now),
        "at": now,
        "staff_id": actor.staff_id,
        "submission_id": draft.submission_id,
        "beneficiary_id": draft.beneficiary_id,
        "request_id": draft.request_id if line.approval_item_id else None,
        "approval_item_id": line.approval_item_id,
        "drug_id": line.drug_id,
        "quantity": line.quantity,
    }
    add_if_absent(session, table_of(UnmetDemand), row)
    found = _of_submission(session, draft.submission_id, line.drug_id)
    assert found is not None
    before = snapshot(draft)
    put_lines(draft, [kept for kept in rows_of(draft.lines) if kept["uid"] != uid])
    changed(session, draft, now=now, before=before)
    return found


def _of_submission(session: Session, submission_id: str, drug_id: int | None) -> int | None:
    return session.scalar(
        select(UnmetDemand.id).where(
            UnmetDemand.submission_id == submission_id, UnmetDemand.drug_id == drug_id
        )
    )


def get_unmet(session: Session, unmet_id: int, *, actor: Actor) -> UnmetDemand:
    """Return a zero issue of the actor's site.

    Raises:
        NotFound: There is none, or it is another site's.
    """
    actor.require(Permission.DISPENSING_VIEW)
    row = session.get(UnmetDemand, unmet_id)
    if row is None or (actor.site_id is not None and row.site_id != actor.site_id):
        raise NotFound(noun="unmet", key=str(unmet_id))
    return row


def waiting(session: Session, *, site_id: int, on: date) -> Sequence[Waiting]:
    """Return who waits at a site, the longest first; who needs it no longer is left out."""
    owings = open_owings_here(session, site_id=site_id, on=on)
    unmet = session.execute(
        select(UnmetDemand, Drug)
        .join(Drug, Drug.id == UnmetDemand.drug_id)
        .where(UnmetDemand.site_id == site_id, ~_met())
        .order_by(UnmetDemand.id)
    ).all()
    shelf = issuable(session, sorted({drug.id for _, drug in unmet}), site_id, on)
    calls = _last_calls(session, [row.owing_id for row in owings], [row.id for row, _ in unmet])
    wanted = {row.beneficiary_id for row in owings} | {row.beneficiary_id for row, _ in unmet}
    people = {
        person.id: person
        for person in session.scalars(select(Beneficiary).where(Beneficiary.id.in_(wanted)))
    }
    found = [
        Waiting(
            owing_id=row.owing_id,
            unmet_id=None,
            voucher_id=row.voucher_id,
            person=people[row.beneficiary_id],
            drug=row.drug,
            quantity=row.left,
            there=row.there,
            since=row.since,
            called=calls.get((row.owing_id, None)),
        )
        for row in owings
    ] + [
        Waiting(
            owing_id=None,
            unmet_id=row.id,
            voucher_id=None,
            person=people[row.beneficiary_id],
            drug=drug,
            quantity=row.quantity,
            there=shelf.get(drug.id, (0, None))[0],
            since=row.business_date,
            called=calls.get((None, row.id)),
        )
        for row, drug in unmet
    ]
    given_up = CallOutcome.NO_LONGER_NEEDED
    still = [row for row in found if row.called is None or row.called.outcome is not given_up]
    return sorted(still, key=lambda row: row.since)


def _met() -> ColumnElement[bool]:
    """Whether the person was given it later, here or at another site, and it was not undone."""
    same = or_(
        DispensingLine.approval_item_id == UnmetDemand.approval_item_id,
        DispensingLine.drug_id == UnmetDemand.drug_id,
    )
    return (
        select(DispensingLine.id)
        .join(Voucher, Voucher.id == DispensingLine.voucher_id)
        .outerjoin(_undone, _undone.reverses_line_id == DispensingLine.id)
        .where(
            DispensingLine.beneficiary_id == UnmetDemand.beneficiary_id,
            DispensingLine.business_date >= UnmetDemand.business_date,
            DispensingLine.quantity > 0,  # no reversal
            _undone.id.is_(None),
            Voucher.posted_at >= UnmetDemand.at,
            same,
        )
        .correlate(UnmetDemand)
        .exists()
    )


def _last_calls(
    session: Session, owing_ids: Sequence[int], unmet_ids: Sequence[int]
) -> dict[tuple[int | None, int | None], Called]:
    last = (
        select(func.max(CallNote.id))
        .where(or_(CallNote.owing_id.in_(owing_ids), CallNote.unmet_demand_id.in_(unmet_ids)))
        .group_by(CallNote.owing_id, CallNote.unmet_demand_id)
    )
    return {
        (row.owing_id, row.unmet_demand_id): Called(at=row.at, outcome=row.outcome, note=row.note)
        for row in session.scalars(select(CallNote).where(CallNote.id.in_(last)))
    }


def call(
    session: Session,
    *,
    owing_id: int | None = None,
    unmet_id: int | None = None,
    outcome: CallOutcome,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> int:
    """Write down a call to somebody who waits; return the note's id.

    Raises:
        NotPermitted: The role does not dispense.
        MissingFact: Neither or both of the two are named.
        NotFound: There is no such owing or zero issue at the actor's site.
    """
    site_id = site_of(actor)
    if (owing_id is None) == (unmet_id is None):
        raise MissingFact(name="owing_id")
    if unmet_id is not None:
        get_unmet(session, unmet_id, actor=actor)
    elif not session.scalar(
        select(Owing.id)
        .join(Voucher, Voucher.id == Owing.voucher_id)
        .where(Owing.id == owing_id, Voucher.site_id == site_id)
    ):
        raise NotFound(noun="owing", key=str(owing_id))
    row = CallNote(
        owing_id=owing_id,
        unmet_demand_id=unmet_id,
        at=now,
        staff_id=actor.staff_id,
        outcome=outcome,
        note=note.strip(),
    )
    session.add(row)
    session.flush()
    return row.id

"""Drafts of the counter: what lies there for one person, kept until it is dispensed.

A draft takes no stock and is no fact. One person has one live draft at a site. It belongs to who
opened it, until nobody has touched it for half an hour: then who opens it next has it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from pharmacy.db import add_if_absent, table_of
from pharmacy.errors import (
    DraftChanged,
    DraftHeldByOther,
    NotFound,
    OwnSignature,
)
from pharmacy.models import Beneficiary, CounterDraft, DraftLine, Staff
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import DraftState, NoticeCode
from pharmacy.services import audit, counter
from pharmacy.services import beneficiary as beneficiaries
from pharmacy.services.beneficiary_looks import view_file
from pharmacy.services.dispensing_facts import read_case
from pharmacy.services.draft_keeping import (
    COLLECTED,
    LIVE,
    PRESCRIBED,
    DraftFacts,
    changed,
    expiry,
    facts_of,
    get_draft,
    refuse_closed,
    site_of,
    take_up,
)
from pharmacy.services.draft_snapshot import Row, new_row, put_lines, rows_of, snapshot

__all__ = [
    "TAKEN_OVER_AFTER",
    "DraftFacts",
    "HeldDraft",
    "clear",
    "expire",
    "facts_of",
    "get_draft",
    "held_here",
    "hold",
    "open_for",
    "resume",
    "set_facts",
    "sign",
]

TAKEN_OVER_AFTER = timedelta(minutes=30)
"""A draft that nobody has touched for so long is somebody's who went home."""

_SUBMISSION_BYTES = 18


@dataclass(frozen=True, slots=True)
class HeldDraft:
    """A draft that waits at the site: whose, for whom, since when."""

    draft_id: int
    beneficiary_id: int
    person_name: str
    lines: int
    holder: str
    mine: bool
    state: DraftState
    since: datetime


def open_for(
    session: Session,
    person_id: int,
    *,
    request_id: int | None = None,
    address: str = "",
    actor: Actor,
    now: datetime,
) -> int:
    """Open the draft of a person at the actor's site, with what is due today; return its id.

    The look into the person's file is written down. A draft that the actor already has comes back
    as it is; with another approved request its approved lines are exchanged.

    Raises:
        MissingFact: The actor works at no site.
        NotFound, BeneficiaryInactive: There is no such person, or no longer.
        DraftHeldByOther: A colleague has a draft for this person in hand.
    """
    site_id = site_of(actor)
    beneficiaries.get_active(session, person_id)
    view_file(session, person_id, address=address, actor=actor, now=now)
    draft = _live(session, person_id, site_id)
    if draft is not None and draft.expires_at <= now:
        draft.state = DraftState.EXPIRED
        session.flush()
        draft = None
    begun = draft is None
    if draft is None:
        draft = _begin(session, person_id, site_id, actor=actor, now=now)
    _claim(session, draft, actor=actor, now=now)
    _write_due(session, draft, request_id, begun=begun, actor=actor, now=now)
    draft.state = DraftState.OPEN
    session.flush()
    return draft.id


def _live(session: Session, person_id: int, site_id: int) -> CounterDraft | None:
    """Lock the draft of a person at a site that may still change."""
    return session.scalar(
        select(CounterDraft)
        .where(
            CounterDraft.site_id == site_id,
            CounterDraft.beneficiary_id == person_id,
            CounterDraft.state.in_(LIVE),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _begin(
    session: Session, person_id: int, site_id: int, *, actor: Actor, now: datetime
) -> CounterDraft:
    row = {
        "site_id": site_id,
        "staff_id": actor.staff_id,
        "beneficiary_id": person_id,
        "submission_id": secrets.token_urlsafe(_SUBMISSION_BYTES),
        "created_at": now,
        "touched_at": now,
        "expires_at": expiry(session, now),
    }
    # Of two windows that open the same person at once, one makes the draft and both have it.
    add_if_absent(session, table_of(CounterDraft), row)
    draft = _live(session, person_id, site_id)
    if draft is None:  # dispensed or cleared by the other window in this very moment
        raise DraftChanged
    return draft


def _claim(session: Session, draft: CounterDraft, *, actor: Actor, now: datetime) -> None:
    """Let a draft be the actor's: their own, or one that somebody left behind.

    Raises:
        DraftHeldByOther: A colleague has it in hand.
    """
    if draft.staff_id == actor.staff_id:
        return
    if now - draft.touched_at < TAKEN_OVER_AFTER:
        raise DraftHeldByOther(holder=session.get_one(Staff, draft.staff_id).name_ar)
    audit.record(
        session,
        "take_over",
        "counter_draft",
        draft.id,
        before={"staff_id": draft.staff_id},
        after={"staff_id": actor.staff_id},
        actor=actor,
        now=now,
    )
    draft.staff_id = actor.staff_id
    changed(session, draft, now=now)


def _write_due(
    session: Session,
    draft: CounterDraft,
    request_id: int | None,
    *,
    begun: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Write what is due today on the newest approved request, or on the one that was asked for.

    A draft that nobody changed yet follows what has become due meanwhile.
    """
    untouched = draft.version == 1
    if not untouched and request_id in {None, draft.request_id}:
        return
    people = beneficiaries.same_person_ids(session, draft.beneficiary_id)
    known = [row.request_id for row in counter.open_requests(session, people)]
    if request_id not in known:
        if not untouched:
            return
        request_id = known[0] if known else None
    before = snapshot(draft)
    typed = rows_of([line for line in draft.lines if line.approval_item_id is None])
    draft.request_id = request_id
    due = _due_rows(session, request_id, actor=actor, now=now) if request_id else []
    put_lines(draft, [*due, *typed])
    if not begun and snapshot(draft) != before:
        changed(session, draft, now=now, before=before)
    draft.touched_at, draft.expires_at = now, expiry(session, now)


def _due_rows(session: Session, request_id: int, *, actor: Actor, now: datetime) -> list[Row]:
    on = cairo_day(now)
    case = read_case(session, request_id, on=on)
    if case is None or actor.site_id is None:
        return []
    return [
        new_row(
            f"item-{line.item.approval_item_id}",
            line.item.drug_id,
            line.due,
            approval_item_id=line.item.approval_item_id,
            owing_id=line.owing_id,
            dose=line.item.dose,
        )
        for line in counter.proposals(session, case, site_id=actor.site_id, on=on)
        if line.due > 0
    ]


def hold(session: Session, draft_id: int, *, actor: Actor, now: datetime) -> None:
    """Put a draft aside; it takes no stock while it waits.

    Raises:
        DraftClosed: It may no longer change.
    """
    draft = take_up(session, draft_id, actor=actor, now=now)
    if draft.state is DraftState.OPEN:
        changed(session, draft, now=now, lines=False)
        draft.state = DraftState.HELD
        session.flush()


def resume(
    session: Session, draft_id: int, *, address: str = "", actor: Actor, now: datetime
) -> None:
    """Take a draft up again, one's own or one that somebody left behind.

    Raises:
        NotFound: There is none at this site.
        DraftHeldByOther: A colleague has it in hand.
        DraftClosed: It may no longer change.
    """
    site_id = site_of(actor)
    draft = session.get(CounterDraft, draft_id, with_for_update=True, populate_existing=True)
    if draft is None or draft.site_id != site_id:
        raise NotFound(noun="draft", key=str(draft_id))
    refuse_closed(draft, now)
    _claim(session, draft, actor=actor, now=now)
    view_file(session, draft.beneficiary_id, address=address, actor=actor, now=now)
    draft.state = DraftState.OPEN
    draft.touched_at, draft.expires_at = now, expiry(session, now)
    session.flush()


def clear(session: Session, draft_id: int, *, actor: Actor, now: datetime) -> None:
    """Throw a draft away; clearing it twice is clearing it once.

    Raises:
        DraftClosed: It was dispensed or has expired.
    """
    draft = get_draft(session, draft_id, actor=actor, lock=True)
    if draft.state is DraftState.CLEARED:
        return
    refuse_closed(draft, now)
    draft.state, draft.touched_at = DraftState.CLEARED, now
    draft.version += 1
    session.flush()


def held_here(session: Session, *, actor: Actor, now: datetime) -> Sequence[HeldDraft]:
    """Return what waits at the actor's site: all that is on hold, and one's own open drafts."""
    lines = (
        select(func.count())
        .where(DraftLine.draft_id == CounterDraft.id)
        .correlate(CounterDraft)
        .scalar_subquery()
    )
    rows = session.execute(
        select(CounterDraft, Beneficiary, Staff.name_ar, lines)
        .join(Beneficiary, Beneficiary.id == CounterDraft.beneficiary_id)
        .join(Staff, Staff.id == CounterDraft.staff_id)
        .where(
            CounterDraft.site_id == site_of(actor),
            CounterDraft.state.in_(LIVE),
            CounterDraft.expires_at > now,
        )
        .order_by(CounterDraft.touched_at, CounterDraft.id)
    )
    return [
        HeldDraft(
            draft_id=draft.id,
            beneficiary_id=person.id,
            person_name=person.full_name,
            lines=int(count),
            holder=holder,
            mine=draft.staff_id == actor.staff_id,
            state=draft.state,
            since=draft.touched_at,
        )
        for draft, person, holder, count in rows
        if draft.state is DraftState.HELD or draft.staff_id == actor.staff_id
    ]


def set_facts(
    session: Session,
    draft_id: int,
    facts: DraftFacts,
    *,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Write what is said beside the lines; the same again changes nothing.

    Raises:
        DraftClosed, DraftChanged: See `take_up`.
    """
    draft = take_up(session, draft_id, version=version, actor=actor, now=now)
    known = {code.value for code in NoticeCode}
    reasons = {
        code: reason.strip()
        for code, reason in facts.reasons.items()
        if code in known and reason.strip()
    }
    care = replace(facts.care, second_staff_id=draft.second_staff_id)
    facts = replace(facts, care=care, reasons=reasons)
    if facts == facts_of(draft):
        return
    for name in COLLECTED:
        setattr(draft, f"collected_by_{name}", getattr(facts.collector, name))
    for name in PRESCRIBED:
        setattr(draft, name, getattr(care, name))
    draft.counselled = " ".join(point.value for point in care.counselled)
    draft.note, draft.partial, draft.reasons = facts.note, facts.partial, dict(reasons)
    changed(session, draft, now=now, lines=False)


def sign(
    session: Session,
    draft_id: int,
    *,
    signer: Actor,
    purpose: Literal["approve", "witness"],
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Take a second person's signature over the lines as they stand; a change of lines drops it.

    Args:
        session: A writing session.
        draft_id: The draft.
        signer: Who proved at the door who they are.
        purpose: A committee member approves new lines; a colleague witnesses controlled medicine.
        version: That of the page which was signed.
        actor: Who dispenses.
        now: When.

    Raises:
        OwnSignature: It is the actor's own.
        NotPermitted: The signer's role may not sign this.
    """
    draft = take_up(session, draft_id, version=version, actor=actor, now=now)
    if signer.staff_id == actor.staff_id:
        raise OwnSignature
    if purpose == "approve":
        signer.require(Permission.REQUEST_DECIDE)
        draft.approved_by = signer.staff_id
    else:
        signer.require(Permission.DISPENSE)
        draft.second_staff_id = signer.staff_id
    changed(session, draft, now=now, lines=False)


def expire(session: Session, *, now: datetime) -> int:
    """Close the drafts whose time is over; return how many."""
    over = (
        update(table_of(CounterDraft))
        .where(CounterDraft.state.in_(LIVE), CounterDraft.expires_at <= now)
        .values(state=DraftState.EXPIRED)
    )
    return session.connection().execute(over).rowcount

"""A draft becomes a dispensing: once, whole or not at all.

Lines of an approval go against their request. Lines of a new prescription are recorded as a request
of the counter and approved first, by the committee member who signed the draft or by the standing
authority in force. A draft with both kinds becomes two vouchers of one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from pharmacy.db import table_of
from pharmacy.errors import (
    AuthorityMissing,
    InsufficientStock,
    LineNotApproved,
    NothingToDispense,
    NoticesStand,
    NoUsualDose,
)
from pharmacy.models import (
    ApprovalItem,
    CitizenRequest,
    CounterDraft,
    Drug,
    Staff,
    Voucher,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.notice import Notice
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Channel, DraftState, NoticeCode, Urgency
from pharmacy.services.authority import in_force
from pharmacy.services.commitment import BeyondBudget
from pharmacy.services.dispensing import dispense
from pharmacy.services.dispensing_facts import lock_case, read_case
from pharmacy.services.dispensing_order import DispensingOrder, Override
from pharmacy.services.dispensing_shelf import lock_shelf, read_shelf
from pharmacy.services.draft_keeping import (
    AnyDraft,
    AnyLine,
    facts_of,
    lock_draft,
    refuse_changed,
    refuse_closed,
)
from pharmacy.services.draft_orders import (
    COLLECT_DAYS,
    Asked,
    asked,
    lacks_batches,
    new_items,
    with_batches,
)
from pharmacy.services.draft_preview import preview
from pharmacy.services.draft_view import Later, Picked, Preview, PreviewLine
from pharmacy.services.request import NewRequest, record_request
from pharmacy.services.request_decision import Decision, approve
from pharmacy.services.settings import whole_setting
from pharmacy.services.substitution import other_brands

__all__ = [
    "Later",
    "Picked",
    "Preview",
    "PreviewLine",
    "dispense_draft",
    "preview",
    "vouchers_of",
]


_DISPENSED = (
    update(table_of(CounterDraft))
    .where(table_of(CounterDraft).c.id == bindparam("draft"))
    .values(
        state=DraftState.DISPENSED,
        voucher_id=bindparam("voucher"),
        touched_at=bindparam("moment"),
    )
)


def dispense_draft(
    session: Session,
    draft_id: int,
    *,
    version: int | None,
    beyond: BeyondBudget | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Dispense a draft; return the voucher's id, the same one however often it is sent.

    Args:
        session: A writing session.
        draft_id: A draft of the actor's own.
        version: That of the page on which it was decided.
        beyond: Who lets the approval of new lines pass if its budget has too little left.
        actor: Who dispenses.
        now: When.

    Raises:
        DraftClosed, DraftChanged: It may no longer be dispensed, or not as it was shown.
        NothingToDispense: It has no lines.
        NoUsualDose: A line has no quantity yet.
        AuthorityMissing: New lines, and nobody approves them.
        BudgetExceeded, BudgetMissing, SignatureRefused, MissingFact: As `request_decision.approve`.
        NoticesStand, InsufficientStock, LineNotApproved: As `dispensing.dispense`; lines are
            counted as they stand in the draft.
    """
    row, lines = lock_draft(session, draft_id, actor=actor)
    if row.state is DraftState.DISPENSED and row.voucher_id is not None:
        voucher_id: int = row.voucher_id
        return voucher_id
    refuse_closed(row, now)
    refuse_changed(row, version)
    _refuse_unfinished(session, lines)
    draft = _Draft(row, lines)
    sides = _sides(session, draft, beyond=beyond, actor=actor, now=now)
    if len(sides) > 1 or any(lacks_batches(side.lines) for side in sides):
        _lock_all(session, draft, sides, actor=actor, on=cairo_day(now))
    vouchers = [_dispense(session, draft, side, actor=actor, now=now) for side in sides]
    session.connection().execute(
        _DISPENSED, {"draft": draft_id, "voucher": vouchers[0], "moment": now}
    )
    _forget(session, draft_id)
    return vouchers[0]


def vouchers_of(session: Session, draft: CounterDraft) -> Sequence[int]:
    """Return the vouchers a draft became: one, or two when it held new lines besides approved."""
    names = (draft.submission_id, _second(draft))
    query = select(Voucher.id).where(Voucher.submission_id.in_(names)).order_by(Voucher.id)
    return session.scalars(query).all()


def _second(draft: AnyDraft) -> str:
    return f"{draft.submission_id}-new"


def _forget(session: Session, draft_id: int) -> None:
    """Let the session read the draft afresh, should it hold it as an object."""
    held = session.identity_map.get(identity_key(CounterDraft, draft_id))
    if held is not None:
        session.expire(held)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A locked draft as it stands, with its lines in order."""

    row: AnyDraft
    lines: Sequence[AnyLine]


@dataclass(frozen=True, slots=True)
class _Side:
    """The lines that go against one request, and the submission they go as."""

    request_id: int
    submission_id: str
    lines: Sequence[Asked]


def _refuse_unfinished(session: Session, lines: Sequence[AnyLine]) -> None:
    """Refuse a draft without lines, and one with a line that says no quantity yet."""
    if not lines:
        raise NothingToDispense
    for line in lines:
        if line.quantity <= 0:
            raise NoUsualDose(drug=session.get_one(Drug, line.drug_id).name_ar)


def _drugs(session: Session, lines: Sequence[AnyLine]) -> dict[int, Drug]:
    wanted = {line.drug_id for line in lines}
    return {drug.id: drug for drug in session.scalars(select(Drug).where(Drug.id.in_(wanted)))}


def _sides(
    session: Session,
    draft: _Draft,
    *,
    beyond: BeyondBudget | None,
    actor: Actor,
    now: datetime,
) -> list[_Side]:
    """Return the lines by request, the approved first; the new request is approved here."""
    row = draft.row
    approved = [asked(line, line.approval_item_id) for line in draft.lines if line.approval_item_id]
    new = [line for line in draft.lines if line.approval_item_id is None]
    sides = [_Side(row.request_id or 0, row.submission_id, approved)] if approved else []
    # Recorded before anything is locked for dispensing: the series of requests is locked first.
    if new:
        request_id, items = _approve_new(session, draft, new, beyond=beyond, actor=actor, now=now)
        submission_id = _second(row) if approved else row.submission_id
        lines = [asked(line, items[line.drug_id]) for line in new]
        sides.append(_Side(request_id, submission_id, lines))
    return sides


def _lock_all(
    session: Session, draft: _Draft, sides: Sequence[_Side], *, actor: Actor, on: date
) -> None:
    """Lock all that the dispensings need before the first posts, in the house's order of locks."""
    for side in sides:
        lock_case(session, side.request_id, "", on=on, actor=actor)
    drug_ids = [line.drug_id for line in draft.lines]
    lock_shelf(session, site_id=draft.row.site_id, drug_ids=drug_ids, on=on)


def _dispense(session: Session, draft: _Draft, side: _Side, *, actor: Actor, now: datetime) -> int:
    """Dispense one side; the lines of a refusal are counted as they stand in the draft."""
    order = _order(session, draft, side, on=cairo_day(now))
    at = {line.id: place for place, line in enumerate(draft.lines, start=1)}
    places = {number: at[one.line.id] for number, one in enumerate(side.lines, start=1)}
    try:
        return dispense(session, order, actor=actor, now=now)
    except NoticesStand as refusal:
        notices = [notice for notice in refusal.notices if isinstance(notice, Notice)]
        placed = (replace(notice, line=places.get(notice.line or 0)) for notice in notices)
        raise NoticesStand(notices=tuple(placed)) from refusal
    except InsufficientStock as refusal:
        raise InsufficientStock(
            requested=refusal.requested,
            available=refusal.available,
            drug_id=refusal.drug_id,
            line=places.get(refusal.line or 0),
        ) from refusal
    except LineNotApproved as refusal:
        raise LineNotApproved(line=places[refusal.line]) from refusal


def _order(session: Session, draft: _Draft, side: _Side, *, on: date) -> DispensingOrder:
    facts = facts_of(draft.row)
    lines = side.lines
    if lacks_batches(lines):
        lines = _find_batches(session, draft, side, on=on)
    return DispensingOrder(
        request_id=side.request_id,
        submission_id=side.submission_id,
        lines=[one.order for one in lines],
        overrides=[
            Override(code=NoticeCode(code), reason=reason) for code, reason in facts.reasons.items()
        ],
        collector=facts.collector,
        care=facts.care,
        partial=facts.partial,
        note=facts.note,
    )


def _find_batches(session: Session, draft: _Draft, side: _Side, *, on: date) -> Sequence[Asked]:
    """Say of which batch a pack is whose code names none; the shelf is locked already."""
    case = read_case(session, side.request_id, on=on)
    if case is None or any(one.order.approval_item_id not in case.items for one in side.lines):
        return side.lines  # dispensing refuses it and says why
    brands = other_brands(session, [one.order.substitute for one in side.lines], on=on)
    pairs = [
        (one, brands.given(case.items[one.order.approval_item_id], one.order.substitute))
        for one in side.lines
    ]
    drug_ids = [item.drug_id for _, item in pairs]
    shelf = read_shelf(session, site_id=draft.row.site_id, drug_ids=drug_ids, on=on)
    return [one for one, _ in with_batches(case, pairs, shelf, on=on)]


def _approve_new(
    session: Session,
    draft: _Draft,
    new: Sequence[AnyLine],
    *,
    beyond: BeyondBudget | None,
    actor: Actor,
    now: datetime,
) -> tuple[int, dict[int, int]]:
    """Record the new lines as a request and approve it; return it, and its items by drug.

    Raises:
        AuthorityMissing: Nobody signed, and no standing authority is in force.
    """
    on = cairo_day(now)
    drugs = _drugs(session, new)
    approver, decision_number, ceiling = _approver(session, draft.row, len(new), on=on)
    request_id = record_request(
        session,
        NewRequest(
            submission_id=f"{draft.row.submission_id}-request",
            channel=Channel.COUNTER,
            asked_for=_asked_for(new, drugs),
            received_on=on,
            urgency=Urgency.NORMAL if decision_number else Urgency.URGENT,
            beneficiary_id=draft.row.beneficiary_id,
            prescriber=draft.row.prescriber,
        ),
        actor=actor,
        now=now,
    )
    under_authority = bool(decision_number)
    if not under_authority:  # signed here and now: the request's own number names the decision
        decision_number = session.get_one(CitizenRequest, request_id).number
    decision = Decision(
        decision_number=decision_number,
        valid_from=on,
        valid_until=on + timedelta(days=COLLECT_DAYS),
        items=new_items(new, drugs),
        case_ceiling=ceiling,
    )
    approval_id = approve(
        session,
        request_id,
        decision,
        under_authority=under_authority,
        beyond=beyond,
        actor=approver,
        now=now,
    )
    items = select(ApprovalItem.drug_id, ApprovalItem.id).where(
        ApprovalItem.approval_id == approval_id
    )
    return request_id, {row[0]: row[1] for row in session.execute(items)}


def _approver(
    session: Session, draft: AnyDraft, lines: int, *, on: date
) -> tuple[Actor, str, int | None]:
    """Return who approves new lines, the decision's number (none when signed), the ceiling."""
    if draft.approved_by is not None:
        signer = _staff(session, draft.approved_by)
        if signer is None:
            raise AuthorityMissing(lines=lines)
        return signer, "", whole_setting(session, "walk_in_ceiling") or None
    authority = in_force(session, on=on)
    giver = _staff(session, authority.staff_id) if authority is not None else None
    if authority is None or giver is None:
        raise AuthorityMissing(lines=lines)
    return giver, authority.decision_number, authority.ceiling


def _staff(session: Session, staff_id: int) -> Actor | None:
    """Return a member of staff who may still decide."""
    row = session.get(Staff, staff_id)
    if row is None or not row.active:
        return None
    found = Actor(row.id, row.name_ar, row.role, row.site_id, row.centre_id)
    return found if found.may(Permission.REQUEST_DECIDE) else None


def _asked_for(lines: Sequence[AnyLine], drugs: dict[int, Drug]) -> str:
    """Return the lines in words, as the file of the request keeps them."""
    words = []
    for line in lines:
        drug = drugs[line.drug_id]
        how = line.dose or str(line.quantity)
        words.append(" ".join(part for part in (drug.name_ar, drug.strength, how) if part))
    return "، ".join(words)

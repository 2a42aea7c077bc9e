"""What would happen if a draft were dispensed now: batches, cost, what the rules say.

Read only and without locks; `draft_dispensing` asks everything again when it counts. Lines of a new
prescription are shown as the decision would approve them that the dispensing will record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.errors import InsufficientStock, SubstitutionRefused
from pharmacy.models import CounterDraft, DraftLine, Drug
from pharmacy.rules import entitlement
from pharmacy.rules.actor import Actor
from pharmacy.rules.allocation import Demand, available
from pharmacy.rules.notice import Notice
from pharmacy.rules.vocabulary import NoticeCode
from pharmacy.services.authority import in_force
from pharmacy.services.counter import owed_on
from pharmacy.services.dispensing_allocation import Allocation, allocate_lines, course_days
from pharmacy.services.dispensing_facts import Case, Item, read_case
from pharmacy.services.dispensing_notices import notices_of
from pharmacy.services.dispensing_order import Part
from pharmacy.services.dispensing_packs import packs_used_up
from pharmacy.services.dispensing_shelf import Shelf, read_shelf
from pharmacy.services.draft_keeping import facts_of
from pharmacy.services.draft_new_case import ceiling_of_new, new_case
from pharmacy.services.draft_orders import Asked, asked, lacks_batches, with_batches
from pharmacy.services.draft_snapshot import packs_of
from pharmacy.services.draft_view import (
    Ceiling,
    Entitled,
    Later,
    Picked,
    Preview,
    PreviewLine,
)
from pharmacy.services.substitution import other_brands


@dataclass(frozen=True, slots=True)
class _Side:
    """The lines that go against one request, and what comes of them."""

    case: Case
    pairs: Sequence[tuple[Asked, Item]]
    parts: Sequence[Part]
    notices: Sequence[Notice]
    there: Mapping[int, int]


def preview(session: Session, draft: CounterDraft, *, actor: Actor, on: date) -> Preview:
    """Return what would be handed out, what it costs and what stands in the way."""
    known = read_case(session, draft.request_id, on=on) if draft.request_id else None
    drugs = _drugs(session, draft.lines)
    shelf = read_shelf(session, site_id=draft.site_id, drug_ids=drugs, on=on)
    sides = []
    if known is not None:
        pairs = _approved_pairs(session, draft.lines, known, on=on)
        sides.append(_side(session, draft, known, pairs, shelf, actor=actor, on=on))
    new = [line for line in draft.lines if line.approval_item_id is None]
    authority = in_force(session, on=on) if new else None
    counted = [line for line in new if line.quantity > 0]
    if counted:
        first = sides[0] if sides else None
        case = new_case(
            session,
            draft,
            counted,
            known=known,
            beside=first.parts if first is not None else (),
            drugs=drugs,
            ceiling=ceiling_of_new(session, draft, authority),
            on=on,
        )
        pairs = [
            (asked(line, item.approval_item_id), item)
            for line, item in zip(counted, case.items.values(), strict=True)
        ]
        side = _side(session, draft, case, pairs, shelf, actor=actor, on=on)
        if first is not None:  # the first side has said what else was given today
            notices = [one for one in side.notices if one.code is not NoticeCode.GIVEN_TODAY]
            side = replace(side, notices=notices)
        sides.append(side)
    owed = owed_on(session, list(known.items)) if known is not None else {}
    lines = [
        _line(number, line, drugs[line.drug_id], known=known, sides=sides, owed=owed, on=on)
        for number, line in enumerate(draft.lines, start=1)
    ]
    return Preview(
        lines=lines,
        later=_later(draft, known, owed, on=on),
        notices=[one for side in sides for one in side.notices if one.line is None],
        case=known,
        case_ceiling=_left(known.case_ceiling, known.spent()) if known else None,
        month_ceiling=_left(known.month_ceiling, known.spent(on)) if known else None,
        authority=authority,
        new=len(new),
        cost=sum(line.cost for line in lines),
        fund=sum(line.fund for line in lines),
        citizen=sum(line.citizen for line in lines),
    )


def _drugs(session: Session, lines: Sequence[DraftLine]) -> dict[int, Drug]:
    wanted = {line.drug_id for line in lines}
    if not wanted:
        return {}
    return {drug.id: drug for drug in session.scalars(select(Drug).where(Drug.id.in_(wanted)))}


def _approved_pairs(
    session: Session, lines: Sequence[DraftLine], case: Case, *, on: date
) -> list[tuple[Asked, Item]]:
    """Return the lines of the approval with what is given for each; others are left out."""
    counted = [
        asked(line, line.approval_item_id)
        for line in lines
        if line.approval_item_id in case.items
        and line.approval_item_id is not None
        and line.quantity > 0
    ]
    brands = other_brands(session, [one.order.substitute for one in counted], on=on)
    pairs = []
    for one in counted:
        item = case.items[one.order.approval_item_id]
        try:
            pairs.append((one, brands.given(item, one.order.substitute)))
        except SubstitutionRefused:  # withdrawn from the formulary since: the dispensing says so
            pairs.append((one, item))
    return pairs


def _side(
    session: Session,
    draft: CounterDraft,
    case: Case,
    pairs: Sequence[tuple[Asked, Item]],
    shelf: Shelf,
    *,
    actor: Actor,
    on: date,
) -> _Side:
    if lacks_batches([one for one, _ in pairs]):
        pairs = with_batches(case, pairs, shelf, on=on)
    lines = [(one.order, item) for one, item in pairs]
    there = {}
    for one, item in pairs:
        demand = Demand(
            quantity=one.order.quantity,
            on=on,
            course_days=course_days(item, one.order.quantity),
            allowed_fund_ids=case.allowed_fund_ids,
            condition_ids=case.condition_ids,
            beneficiary_id=case.beneficiary_id,
            centre_id=case.centre_id,
            request_id=case.request_id,
        )
        there[one.line.id] = available(shelf.lots.get(item.drug_id, []), demand)
    if not lines:
        return _Side(case, pairs, (), (), there)
    try:
        allocation = allocate_lines(case, lines, shelf, on=on, partial=True)
    except InsufficientStock:
        allocation = Allocation([], {}, ())
    care = facts_of(draft).care
    notices = [
        *notices_of(
            session, case, lines, allocation.parts, care=care, dispenser_id=actor.staff_id, on=on
        ),
        *allocation.notices,
        *packs_used_up(session, allocation.parts),
    ]
    at = {line.id: place for place, line in enumerate(draft.lines, start=1)}
    places = {number: at[one.line.id] for number, (one, _) in enumerate(pairs, start=1)}
    placed = [replace(notice, line=places.get(notice.line or 0)) for notice in notices]
    return _Side(case, pairs, allocation.parts, placed, there)


def _line(
    number: int,
    line: DraftLine,
    drug: Drug,
    *,
    known: Case | None,
    sides: Sequence[_Side],
    owed: Mapping[int, tuple[int, int]],
    on: date,
) -> PreviewLine:
    approved = known.items.get(line.approval_item_id or 0) if known is not None else None
    pairs = [(side, one, item) for side in sides for one, item in side.pairs if one.line is line]
    parts = [part for side, one, _ in pairs for part in side.parts if part.line is one.order]
    item = pairs[0][2] if pairs else approved
    there = sum(side.there[line.id] for side, _, _ in pairs)
    return PreviewLine(
        number=number,
        uid=line.uid,
        line=line,
        drug=drug,
        approved=approved,
        entitled=_entitled(known, approved, owed, on) if known and approved else None,
        new=line.approval_item_id is None,
        quantity=line.quantity,
        dose=line.dose,
        directions_ar=item.directions_ar if item is not None else "",
        directions_en=item.directions_en if item is not None else "",
        packs=packs_of(line),
        picks=[
            Picked(
                batch_id=part.pick.batch_id,
                lot=part.facts.lot,
                expiry=part.facts.expiry,
                quantity=part.pick.quantity,
                cost=part.pick.value,
            )
            for part in parts
        ],
        there=there,
        short=max(line.quantity - there, 0) if pairs else 0,
        cost=sum(part.pick.value for part in parts),
        fund=sum(part.shares.state + part.shares.donor for part in parts),
        citizen=sum(part.shares.citizen for part in parts),
        notices=[one for side in sides for one in side.notices if one.line == number],
    )


def _entitled(case: Case, item: Item, owed: Mapping[int, tuple[int, int]], on: date) -> Entitled:
    terms, issued = case.terms(item), case.issued(item.approval_item_id)
    percent = case.early_percent
    given = sum(issue.quantity for issue in issued)
    return Entitled(
        due=entitlement.due_quantity(terms, issued, on=on, early_percent=percent),
        left=max(entitlement.remaining(terms, issued), 0),
        owed=owed.get(item.approval_item_id, (0, 0))[1],
        issue=min(given // item.quantity_per_issue + 1, item.issues),
        issues=item.issues,
        next_from=entitlement.next_due(terms, issued, early_percent=percent),
    )


def _later(
    draft: CounterDraft, case: Case | None, owed: Mapping[int, tuple[int, int]], *, on: date
) -> list[Later]:
    if case is None:
        return []
    here = {line.approval_item_id for line in draft.lines}
    return [
        Later(item=item, entitled=_entitled(case, item, owed, on))
        for item in case.items.values()
        if item.approval_item_id not in here
    ]


def _left(ceiling: int | None, spent: int) -> Ceiling | None:
    return None if ceiling is None else Ceiling(of=ceiling, left=max(ceiling - spent, 0))

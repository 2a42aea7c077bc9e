"""Dispensing: validate, allocate, post; one transaction, and a refusal leaves no trace."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from pharmacy.errors import (
    InsufficientStock,
    LineNotApproved,
    MissingFact,
    NothingToDispense,
    NoticesStand,
    OwingNotOpen,
)
from pharmacy.rules import entitlement, safety
from pharmacy.rules.actor import Actor
from pharmacy.rules.allocation import Demand, Lot, Pick, allocate, available
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.notice import Notice
from pharmacy.rules.permissions import Permission
from pharmacy.rules.subsidy import Shares, SubsidyTerms, split
from pharmacy.rules.vocabulary import Severity
from pharmacy.services.dispensing_facts import Case, Item, Repeated, lock_case
from pharmacy.services.dispensing_posting import (
    DispensingOrder,
    OrderLine,
    Override,
    Part,
    write,
)
from pharmacy.services.dispensing_shelf import (
    Shelf,
    known_dangers,
    lock_shelf,
    open_owings,
)
from pharmacy.services.submission import digest, same_submission
from pharmacy.services.voucher import BatchFacts


def dispense(session: Session, order: DispensingOrder, *, actor: Actor, now: datetime) -> int:
    """Hand out medicine against an approved citizen request; return the voucher's id.

    Raises:
        NotPermitted: The role may not dispense, or not override a notice.
        MissingFact: The actor works at no site.
        RequestNotApproved, LineNotApproved, OwingNotOpen, NothingToDispense: See their words.
        NoticesStand: A rule stops it, or blocks it without a reason.
        InsufficientStock: A drug is short and `partial` was not asked for.
        SubmissionConflict: The submission id came before with other content.
    """
    actor.require(Permission.DISPENSE)
    if actor.site_id is None:
        raise MissingFact(name="site")
    if not order.lines or any(line.quantity <= 0 for line in order.lines):
        raise NothingToDispense
    on = cairo_day(now)
    order_digest = digest(order_content(order))
    case = lock_case(session, order.request_id, order.submission_id, on=on, actor=actor)
    if isinstance(case, Repeated):
        return same_submission(order.submission_id, (case.voucher_id, case.digest), order_digest)
    lines = _approved_lines(session, case, order)
    shelf = lock_shelf(
        session, site_id=actor.site_id, drug_ids=[item.drug_id for _, item in lines], on=on
    )
    parts, short = allocate_lines(case, lines, shelf, on=on, partial=order.partial)
    notices = _notices(session, case, lines, parts, on=on)
    _refuse_standing(notices, order.overrides, actor)
    return write(
        session,
        case,
        order,
        order_digest=order_digest,
        parts=parts,
        short=short,
        notices=notices,
        actor=actor,
        now=now,
    )


def order_content(order: DispensingOrder) -> list[object]:
    """Return what of an order makes it the same order when it comes again."""
    return [
        order.request_id,
        [(line.approval_item_id, line.quantity, line.owing_id) for line in order.lines],
        order.partial,
        (order.collector.name, order.collector.identity, order.collector.relation),
    ]


def _approved_lines(
    session: Session, case: Case, order: DispensingOrder
) -> list[tuple[OrderLine, Item]]:
    owings = open_owings(session, [line.owing_id for line in order.lines if line.owing_id])
    lines = []
    for number, line in enumerate(order.lines, start=1):
        item = case.items.get(line.approval_item_id)
        if item is None:
            raise LineNotApproved(line=number)
        if line.owing_id is not None:
            item_id, left = owings.get(line.owing_id, (0, 0))
            if item_id != line.approval_item_id or line.quantity > left:
                raise OwingNotOpen(owing_id=line.owing_id, left=left)
            owings[line.owing_id] = (item_id, left - line.quantity)
        lines.append((line, item))
    return lines


def _course_days(item: Item, quantity: int) -> int:
    """Return how many days a quantity lasts at the approved rate, rounded up."""
    return -(-quantity * item.interval_days // item.quantity_per_issue)


def allocate_lines(
    case: Case,
    lines: Sequence[tuple[OrderLine, Item]],
    shelf: Shelf,
    *,
    on: date,
    partial: bool,
) -> tuple[list[Part], dict[int, int]]:
    """Choose batches for every line; return the parts and what is short by approved item."""
    terms = SubsidyTerms(
        citizen_basis_points=case.citizen_basis_points,
        donor_basis_points=case.donor_basis_points,
        citizen_share_max=case.citizen_share_max,
    )
    lots = {drug_id: list(of_drug) for drug_id, of_drug in shelf.lots.items()}
    parts: list[Part] = []
    short: dict[int, int] = {}
    for number, (line, item) in enumerate(lines, start=1):
        demand = Demand(
            quantity=line.quantity,
            on=on,
            course_days=_course_days(item, line.quantity),
            allowed_fund_ids=case.allowed_fund_ids,
            condition_ids=case.condition_ids,
            request_id=case.request_id,
        )
        of_drug = lots.get(item.drug_id, [])
        there = available(of_drug, demand)
        if there < line.quantity:
            if not partial:
                raise InsufficientStock(
                    requested=line.quantity, available=there, drug_id=item.drug_id, line=number
                )
            if line.owing_id is None:
                owed = short.get(item.approval_item_id, 0)
                short[item.approval_item_id] = owed + line.quantity - there
            demand = replace(demand, quantity=there)
        picks = allocate(of_drug, demand) if demand.quantity else ()
        by_id = {lot.batch_id: lot for lot in of_drug}
        for pick in picks:
            lot = by_id[pick.batch_id]
            shares = split(pick.value, terms, gift=lot.fund_id in shelf.gift_fund_ids)
            terms = _less(terms, shares)
            parts.append(
                Part(
                    line=line,
                    item=item,
                    pick=pick,
                    facts=BatchFacts(
                        drug_id=item.drug_id,
                        fund_id=lot.fund_id,
                        lot=shelf.lot_names[lot.batch_id],
                        expiry=lot.expiry,
                    ),
                    days=_course_days(item, pick.quantity),
                    shares=shares,
                )
            )
        lots[item.drug_id] = _after(of_drug, picks)
    if not parts:
        number, (line, item) = 1, lines[0]
        raise InsufficientStock(
            requested=line.quantity, available=0, drug_id=item.drug_id, line=number
        )
    return parts, short


def _less(terms: SubsidyTerms, shares: Shares) -> SubsidyTerms:
    """The cap on what the citizen pays is for the whole dispensing, not for each batch."""
    if terms.citizen_share_max is None:
        return terms
    return replace(terms, citizen_share_max=terms.citizen_share_max - shares.citizen)


def _after(lots: Sequence[Lot], picks: Sequence[Pick]) -> list[Lot]:
    """Return the lots as the picks leave them, for the next line of the same drug."""
    taken = {pick.batch_id: pick for pick in picks}
    return [
        replace(
            lot,
            on_hand=lot.on_hand - taken[lot.batch_id].quantity,
            value_on_hand=lot.value_on_hand - taken[lot.batch_id].value,
        )
        if lot.batch_id in taken
        else lot
        for lot in lots
    ]


def _notices(
    session: Session,
    case: Case,
    lines: Sequence[tuple[OrderLine, Item]],
    parts: Sequence[Part],
    *,
    on: date,
) -> list[Notice]:
    """Ask the rules of entitlement and safety about the whole dispensing."""
    notices: list[Notice] = []
    wanted: Counter[int] = Counter()
    for line, item in lines:
        wanted[item.approval_item_id] += line.quantity
    for number, (_, item) in enumerate(lines, start=1):
        # Several lines of one item, an owing and a new issue say, count together, once.
        requested = wanted.pop(item.approval_item_id, 0)
        if not requested:
            continue
        found = entitlement.check(
            case.terms(item),
            requested=requested,
            on=on,
            issued=case.issued(item.approval_item_id),
            early_percent=case.early_percent,
        )
        notices.extend(replace(notice, line=number) for notice in found)
    cost = sum(part.shares.state + part.shares.donor for part in parts)
    notices.extend(
        entitlement.check_ceilings(
            cost=cost,
            case_spent=case.spent(),
            case_ceiling=case.case_ceiling,
            month_spent=case.spent(on),
            month_ceiling=case.month_ceiling,
        )
    )
    asked = [
        _safety_line(number, line, item, parts)
        for number, (line, item) in enumerate(lines, start=1)
    ]
    in_hand = [supply for supply in case.in_hand() if supply.until > on]
    atcs = {line.atc for line in asked} if len(asked) > 1 or in_hand else set()
    allergies, interactions = known_dangers(session, case.beneficiary_id, atcs)
    notices.extend(
        safety.check(asked, on=on, allergies=allergies, in_hand=in_hand, interactions=interactions)
    )
    return notices


def _safety_line(number: int, line: OrderLine, item: Item, parts: Sequence[Part]) -> safety.Line:
    own = [part for part in parts if part.line is line]
    return safety.Line(
        line=number,
        drug_id=item.drug_id,
        drug_name=item.name_ar,
        ingredients=item.ingredients,
        atc=item.atc,
        days=sum(part.days for part in own),
        item=item.approval_item_id,
        expiry=min((part.facts.expiry for part in own), default=None),
    )


def _refuse_standing(
    notices: Sequence[Notice], overrides: Sequence[Override], actor: Actor
) -> None:
    reasons = {override.code for override in overrides if override.reason.strip()}
    standing = tuple(
        notice
        for notice in notices
        if notice.severity is Severity.STOP
        or (notice.severity is Severity.BLOCK and notice.code not in reasons)
    )
    if standing:
        raise NoticesStand(notices=standing)
    if any(notice.severity is Severity.BLOCK for notice in notices):
        actor.require(Permission.SAFETY_OVERRIDE)

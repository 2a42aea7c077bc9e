"""Dispensing: validate, allocate, post; one transaction, and a refusal leaves no trace."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from pharmacy.errors import (
    LineNotApproved,
    MissingFact,
    NothingToDispense,
    NoticesStand,
    OwingNotOpen,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.notice import Notice
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Severity
from pharmacy.services.dispensing_allocation import allocate_lines
from pharmacy.services.dispensing_facts import Case, Item, Repeated, lock_case
from pharmacy.services.dispensing_notices import notices_of
from pharmacy.services.dispensing_order import DispensingOrder, OrderLine, Override
from pharmacy.services.dispensing_packs import packs_used_up
from pharmacy.services.dispensing_posting import write
from pharmacy.services.dispensing_shelf import lock_shelf, open_owings
from pharmacy.services.submission import digest, same_submission
from pharmacy.services.substitution import other_brands


def dispense(session: Session, order: DispensingOrder, *, actor: Actor, now: datetime) -> int:
    """Hand out medicine against an approved citizen request; return the voucher's id.

    Raises:
        NotPermitted: The role may not dispense, or not override a notice.
        MissingFact: The actor works at no site.
        RequestNotApproved, LineNotApproved, OwingNotOpen, NothingToDispense: See their words.
        NoticesStand: A rule stops it, or blocks it without a reason.
        InsufficientStock: A drug is short and `partial` was not asked for.
        SubstitutionRefused: Another brand is not the same medicine, or nobody consented.
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
    lines = _approved_lines(session, case, order, on=on)
    shelf = lock_shelf(
        session, site_id=actor.site_id, drug_ids=[item.drug_id for _, item in lines], on=on
    )
    allocation = allocate_lines(case, lines, shelf, on=on, partial=order.partial)
    parts = allocation.parts
    notices = [
        *notices_of(
            session, case, lines, parts, care=order.care, dispenser_id=actor.staff_id, on=on
        ),
        *allocation.notices,
        *packs_used_up(session, parts),
    ]
    _refuse_standing(notices, order.overrides, actor)
    return write(
        session,
        case,
        order,
        order_digest=order_digest,
        parts=parts,
        short=allocation.short,
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
        [
            (pack.gtin, pack.serial, pack.batch_id, pack.quantity)
            for line in order.lines
            for pack in line.packs
        ],
        [line.substitute.drug_id for line in order.lines if line.substitute is not None],
    ]


def _approved_lines(
    session: Session, case: Case, order: DispensingOrder, *, on: date
) -> list[tuple[OrderLine, Item]]:
    brands = other_brands(session, [line.substitute for line in order.lines], on=on)
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
        lines.append((line, brands.given(item, line.substitute)))
    return lines


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

"""Reversal: a new voucher that names the first, gives back exactly what it took, and only once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Row, String, bindparam, cast, insert, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import table_of
from pharmacy.errors import (
    AlreadyReversed,
    CannotReverse,
    NotFound,
    OwnSignature,
    SignatureRefused,
)
from pharmacy.models import (
    AuditEvent,
    Batch,
    CitizenRequest,
    CitizenReturnLine,
    DispensingLine,
    Owing,
    OwingClosure,
    Staff,
    StockMovement,
    Voucher,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import ReversalReason, VoucherKind
from pharmacy.services import audit
from pharmacy.services.invoice import MATCHED
from pharmacy.services.request_steps import undo_hand_over
from pharmacy.services.reversing import Undo, opposite, postings_of, refuse_invoiced
from pharmacy.services.sealing import line_particulars
from pharmacy.services.submission import digest, find_submission
from pharmacy.services.voucher import (
    BatchFacts,
    Movement,
    lock_site,
    post,
)

# Kinds whose undoing is a fact of the pharmacy; a transfer is undone by a transfer back.
RIGHT_TO_REVERSE = {
    VoucherKind.DISPENSING: Permission.DISPENSING_REVERSE,
    VoucherKind.GOODS_RECEIPT: Permission.STOCK_RECEIVE,
    VoucherKind.OPENING_BALANCE: Permission.STOCK_RECEIVE,
    VoucherKind.WRITE_OFF: Permission.STOCK_WRITE_OFF,
    VoucherKind.RECALL_WITHDRAWAL: Permission.STOCK_WRITE_OFF,
    VoucherKind.RETURN_TO_SUPPLIER: Permission.STOCK_WRITE_OFF,
    VoucherKind.INSTITUTION_ISSUE: Permission.STOCK_WRITE_OFF,
    VoucherKind.COUNT_ADJUSTMENT: Permission.STOCK_WRITE_OFF,
    VoucherKind.RETURN_FROM_CITIZEN: Permission.STOCK_WRITE_OFF,
}
# What was signed by two is undone by two; the second holds this right.
RIGHT_TO_SIGN = {
    VoucherKind.DISPENSING: Permission.DISPENSING_REVERSE,
    VoucherKind.WRITE_OFF: Permission.STOCK_SIGN,
    VoucherKind.RECALL_WITHDRAWAL: Permission.STOCK_SIGN,
    VoucherKind.RETURN_TO_SUPPLIER: Permission.STOCK_SIGN,
    VoucherKind.INSTITUTION_ISSUE: Permission.STOCK_SIGN,
    VoucherKind.COUNT_ADJUSTMENT: Permission.STOCK_SIGN,
}
SIGNED = "sign_reversal"
"""What the log calls the second person's part in undoing a document."""

_undone_movement = aliased(StockMovement)
_undone_line = aliased(DispensingLine)


def reverse(
    session: Session,
    voucher_id: int,
    *,
    submission_id: str,
    reason: ReversalReason,
    note: str = "",
    lines: Collection[int] | None = None,
    second: Actor | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Undo a voucher whole (`lines` None) or some of its lines; return the reversal's id.

    Stock and value go back to the same batches; money goes back dated today. What two signed is
    undone by two: `second` signed for it beside the actor, and the log names both.

    Raises:
        NotFound: There is no such voucher at the actor's site.
        CannotReverse: Its kind is not undone this way, or what it brought is no longer all there.
        AlreadyReversed: A chosen line, or all of it, was undone before.
        SignatureRefused: What two must undo, without a second person of its site.
        OwnSignature: The second person is the actor.
        NotPermitted: One of the two may not undo it.
        SubmissionConflict: The submission id came before with other content.
    """
    first = _reversible(session, voucher_id, actor)
    if first.kind in RIGHT_TO_SIGN:
        _check_second(second, first, actor)
    if first.request_id is not None:
        session.get(CitizenRequest, first.request_id, with_for_update=True)
    _lock_batches(session, voucher_id)
    lock_site(session, first.site_id, cairo_day(now))
    chosen = None if lines is None else sorted(set(lines))
    content = digest([voucher_id, chosen, reason.value, note])
    repeated = find_submission(session, submission_id, content)
    if repeated is not None:
        return repeated
    movements = _movements(session, voucher_id, chosen)
    line_nos = {movement.line_no for movement in movements}
    turned = _turned(_dispensing_lines(session, voucher_id, line_nos), cairo_day(now))
    undo = Undo(submission_id=submission_id, content=content, reason=reason, note=note)
    postings = [p for p in postings_of(session, voucher_id) if p.line_no in line_nos]
    draft = replace(
        opposite(first, postings, undo, cairo_day(now)),
        movements=movements,
        particulars=[line_particulars(line) for line in turned],
    )
    posted = post(session, draft, actor=actor, now=now)
    if first.kind is VoucherKind.DISPENSING:
        _undo_dispensing(session, first, turned, posted.voucher_id, actor=actor, now=now)
    if first.kind in RIGHT_TO_SIGN:
        signed = {"undone": voucher_id, "posted_by": actor.name}
        number = posted.voucher_id
        audit.record(session, SIGNED, "voucher", number, after=signed, actor=second, now=now)
    return posted.voucher_id


def _reversible(session: Session, voucher_id: int, actor: Actor) -> Voucher:
    first = session.get(Voucher, voucher_id)
    if first is None or (actor.site_id is not None and first.site_id != actor.site_id):
        raise NotFound(noun="voucher", key=str(voucher_id))
    right = RIGHT_TO_REVERSE.get(first.kind)
    if right is None:
        raise CannotReverse(voucher_id=voucher_id, reason="kind")
    actor.require(right)
    if first.kind in MATCHED:
        refuse_invoiced(session, first)
    return first


def _check_second(second: Actor | None, first: Voucher, actor: Actor) -> None:
    if second is None or second.site_id not in {None, first.site_id}:
        raise SignatureRefused
    if second.staff_id == actor.staff_id:
        raise OwnSignature
    second.require(RIGHT_TO_SIGN[first.kind])


def signers_of(session: Session, voucher_id: int) -> Sequence[Row[Voucher, Staff, Staff]]:
    """Return each reversal that two signed, who did it, and who signed beside them."""
    signed = select(AuditEvent.noun_id, AuditEvent.staff_id).where(
        AuditEvent.noun == "voucher", AuditEvent.action == SIGNED
    )
    events = signed.subquery()
    by, beside = aliased(Staff), aliased(Staff)
    return session.execute(
        select(Voucher, by, beside)
        .join(by, by.id == Voucher.posted_by)
        .join(events, events.c.noun_id == cast(Voucher.id, String))
        .join(beside, beside.id == events.c.staff_id)
        .where(Voucher.reverses_id == voucher_id)
        .order_by(Voucher.id)
    ).all()


def _lock_batches(session: Session, voucher_id: int) -> None:
    moved = select(StockMovement.batch_id).where(StockMovement.voucher_id == voucher_id)
    session.execute(
        select(Batch.id).where(Batch.id.in_(moved)).order_by(Batch.id).with_for_update()
    ).all()


def _movements(session: Session, voucher_id: int, chosen: Sequence[int] | None) -> list[Movement]:
    """Return the opposite of each chosen movement.

    Raises:
        AlreadyReversed: One of them was undone before, or nothing is left to undo.
        CannotReverse: A chosen line is not there, or its batch no longer holds what came in.
    """
    rows = session.execute(
        select(StockMovement, Batch, _undone_movement.id)
        .join(Batch, Batch.id == StockMovement.batch_id)
        .outerjoin(_undone_movement, _undone_movement.reverses_id == StockMovement.id)
        .where(StockMovement.voucher_id == voucher_id)
        .order_by(StockMovement.line_no)
        .execution_options(populate_existing=True)
    ).all()
    if chosen is not None:
        rows = [row for row in rows if row[0].line_no in chosen]
        if len(rows) != len(chosen):
            raise CannotReverse(voucher_id=voucher_id, reason="line")
        if any(undone for _, _, undone in rows):
            raise AlreadyReversed(voucher_id=voucher_id)
    rows = [row for row in rows if row[2] is None]
    if not rows:
        raise AlreadyReversed(voucher_id=voucher_id)
    if any(not _takes_back(movement, batch) for movement, batch, _ in rows):
        raise CannotReverse(voucher_id=voucher_id, reason="issued_since")
    if _came_back(session, rows):
        raise CannotReverse(voucher_id=voucher_id, reason="brought_back")
    return [
        Movement(
            line_no=movement.line_no,
            quantity=-movement.quantity,
            value=-movement.value,
            batch_id=batch.id,
            facts=BatchFacts(
                drug_id=batch.drug_id, fund_id=batch.fund_id, lot=batch.lot, expiry=batch.expiry
            ),
            reverses_id=movement.id,
        )
        for movement, batch, _ in rows
    ]


def _takes_back(movement: StockMovement, batch: Batch) -> bool:
    """Tell whether what a movement brought in is still there to be taken out again.

    A batch that it opened must be as it came; a surplus of a count must leave a batch whole.
    """
    left = (batch.on_hand - movement.quantity, batch.value_on_hand - movement.value)
    if movement.quantity < 0 or left == (0, 0):
        return True
    return batch.voucher_id != movement.voucher_id and left[0] > 0 and left[1] >= 0


def _came_back(session: Session, rows: Sequence[Row[StockMovement, Batch, int | None]]) -> bool:
    """Tell whether a citizen brought something of these lines back, which stands."""
    of_voucher = {row[0].voucher_id for row in rows}
    of_lines = {row[0].line_no for row in rows}
    returned = (
        select(StockMovement.id)
        .join(
            CitizenReturnLine,
            (CitizenReturnLine.voucher_id == StockMovement.voucher_id)
            & (CitizenReturnLine.line_no == StockMovement.line_no),
        )
        .join(DispensingLine, DispensingLine.id == CitizenReturnLine.dispensing_line_id)
        .outerjoin(_undone_movement, _undone_movement.reverses_id == StockMovement.id)
        .where(
            DispensingLine.voucher_id.in_(of_voucher),
            DispensingLine.line_no.in_(of_lines),
            _undone_movement.id.is_(None),
        )
    )
    return session.execute(returned.limit(1)).first() is not None


def _dispensing_lines(
    session: Session, voucher_id: int, line_nos: Collection[int]
) -> Sequence[DispensingLine]:
    return session.scalars(
        select(DispensingLine)
        .where(DispensingLine.voucher_id == voucher_id, DispensingLine.line_no.in_(line_nos))
        .order_by(DispensingLine.line_no)
    ).all()


_COPIED = (
    "line_no", "dispensing_id", "approval_item_id", "drug_id", "batch_id", "fund_id",
    "beneficiary_id", "days", "drug_name_ar", "drug_name_en", "strength", "unit", "lot", "expiry",
    "directions_ar", "directions_en", "owing_id",
)  # fmt: skip
_TURNED = ("quantity", "cost", "state_share", "donor_share", "citizen_share")


def _turned(lines: Sequence[DispensingLine], on: date) -> list[dict[str, object]]:
    """Return the rows that undo these lines, but for the voucher they will hang from."""
    return [
        {
            **{name: getattr(line, name) for name in _COPIED},
            **{name: -getattr(line, name) for name in _TURNED},
            "business_date": on,
            "reverses_line_id": line.id,
        }
        for line in lines
    ]


def _undo_dispensing(
    session: Session,
    first: Voucher,
    lines: Sequence[Mapping[str, object]],
    reversal_id: int,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    rows = [{**line, "voucher_id": reversal_id} for line in lines]
    session.execute(insert(table_of(DispensingLine)), rows)
    _close_owings(session, first.id, actor=actor, now=now)
    assert first.request_id is not None
    undo_hand_over(session, first.request_id, actor=actor, now=now)


_LINES = (
    select(DispensingLine.approval_item_id, _undone_line.id.is_(None).label("stands"))
    .outerjoin(_undone_line, _undone_line.reverses_line_id == DispensingLine.id)
    .where(DispensingLine.voucher_id == bindparam("voucher"))
)
_OPEN_OWINGS = (
    select(Owing.id, Owing.approval_item_id)
    .outerjoin(OwingClosure, OwingClosure.owing_id == Owing.id)
    .where(Owing.voucher_id == bindparam("voucher"), OwingClosure.owing_id.is_(None))
)


def _close_owings(session: Session, voucher_id: int, *, actor: Actor, now: datetime) -> None:
    """When nothing that was given on an item stands any more, what it owed is owed no more.

    An item of which nothing could be given goes with the whole dispensing.
    """
    lines = session.execute(_LINES, {"voucher": voucher_id}).all()
    given = {line.approval_item_id for line in lines}
    standing = {line.approval_item_id for line in lines if line.stands}
    session.add_all(
        OwingClosure(owing_id=owing.id, at=now, staff_id=actor.staff_id, reason="reversed")
        for owing in session.execute(_OPEN_OWINGS, {"voucher": voucher_id})
        if not standing or (owing.approval_item_id in given - standing)
    )
    session.flush()

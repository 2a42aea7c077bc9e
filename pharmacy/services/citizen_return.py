"""What a citizen brings back: taken in to be destroyed, never to be issued again.

It opens a batch of its own, quarantined and worth nothing. The cost of the dispensing stands, since
the medicine was handed out; goods that nobody may issue are no asset, so they carry no value that
would have to be lost a second time. What was given is known by the line, so a report can still say
what the returned units had cost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, func, insert, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import table_of
from pharmacy.errors import InvalidStockLine, NotFound
from pharmacy.models import (
    CitizenRequest,
    CitizenReturnLine,
    DispensingLine,
    StockMovement,
    Voucher,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.stock_vocabulary import ReturnReason
from pharmacy.rules.vocabulary import BatchStatus, VoucherKind
from pharmacy.services.sealing import returned_particulars
from pharmacy.services.stock import hold_batch
from pharmacy.services.stock_document import begin, head, post_document, site_of
from pharmacy.services.submission import digest
from pharmacy.services.voucher import BatchFacts, Movement, NewBatch, VoucherDraft

QUARANTINE = "مرتجع من مواطن: للإعدام ولا يعاد صرفه"
"""Why its batch is held, in the language of the papers."""

_undoing = aliased(DispensingLine)
_undone = aliased(StockMovement)


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtBack:
    """So many units of issue of a line of a dispensing."""

    line_no: int
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenReturn:
    """What of a dispensing came back, and why."""

    submission_id: str
    dispensing_id: int
    reason: ReturnReason
    lines: Sequence[BroughtBack]
    note: str = ""


def take_back(session: Session, wanted: CitizenReturn, *, actor: Actor, now: datetime) -> int:
    """Take medicine back from a citizen, to be destroyed; return the voucher's id.

    Raises:
        NotPermitted, MissingFact: The actor records no stock documents, or belongs to no site.
        NotFound: There is no such dispensing at the actor's site.
        InvalidStockLine: A line is not of the dispensing, was undone, or less was given.
        PeriodClosed, SubmissionConflict: As for every voucher.
    """
    site_id, on = site_of(actor), cairo_day(now)
    given = session.get(Voucher, wanted.dispensing_id)
    if given is None or given.kind is not VoucherKind.DISPENSING or given.site_id != site_id:
        raise NotFound(noun="dispensing", key=str(wanted.dispensing_id))
    # The request's lock keeps out another return, and the undoing, of the same dispensing.
    session.get(CitizenRequest, given.request_id, with_for_update=True)
    content = digest(
        [VoucherKind.RETURN_FROM_CITIZEN, given.id, wanted.reason, wanted.note]
        + [(line.line_no, line.quantity) for line in wanted.lines]
    )
    repeated = begin(session, [], (wanted.submission_id, content), site_id, on)
    if repeated is not None:
        return repeated
    lines = _lines(session, wanted)
    kept = [
        {"line_no": number, "dispensing_line_id": line.id}
        for number, (line, _) in enumerate(lines, start=1)
    ]
    draft = VoucherDraft(
        kind=VoucherKind.RETURN_FROM_CITIZEN,
        site_id=site_id,
        business_date=on,
        submission_id=wanted.submission_id,
        submission_digest=content,
        request_id=given.request_id,
        reason=wanted.reason.value,
        note=wanted.note,
        movements=[
            _movement(number, line, quantity)
            for number, (line, quantity) in enumerate(lines, start=1)
        ],
        particulars=[returned_particulars(row) for row in kept],
    )
    voucher_id, opened = post_document(session, draft, head(), actor=actor, now=now)
    rows = [{**row, "voucher_id": voucher_id} for row in kept]
    session.connection().execute(insert(table_of(CitizenReturnLine)), rows)
    for batch_id in opened.values():
        held = BatchStatus.QUARANTINED
        hold_batch(session, batch_id, held, reason=QUARANTINE, actor=actor, now=now)
    return voucher_id


def returnable(session: Session, dispensing_id: int) -> Sequence[Row[DispensingLine, int]]:
    """Return the standing lines of a dispensing, each with the units already brought back."""
    returned = (
        select(func.coalesce(func.sum(StockMovement.quantity), 0))
        .join(
            CitizenReturnLine,
            (CitizenReturnLine.voucher_id == StockMovement.voucher_id)
            & (CitizenReturnLine.line_no == StockMovement.line_no),
        )
        .outerjoin(_undone, _undone.reverses_id == StockMovement.id)
        .where(CitizenReturnLine.dispensing_line_id == DispensingLine.id, _undone.id.is_(None))
        .correlate(DispensingLine)
        .scalar_subquery()
    )
    return session.execute(
        select(DispensingLine, returned)
        .outerjoin(_undoing, _undoing.reverses_line_id == DispensingLine.id)
        .where(DispensingLine.voucher_id == dispensing_id, _undoing.id.is_(None))
        .order_by(DispensingLine.line_no)
    ).all()


def _lines(session: Session, wanted: CitizenReturn) -> list[tuple[DispensingLine, int]]:
    """Return each line with the units brought back."""
    if not wanted.lines:
        raise InvalidStockLine(reason="lines", line=0)
    standing: Mapping[int, tuple[DispensingLine, int]] = {
        line.line_no: (line, int(before))
        for line, before in returnable(session, wanted.dispensing_id)
    }
    found: dict[int, tuple[DispensingLine, int]] = {}
    for number, asked in enumerate(wanted.lines, start=1):
        if asked.line_no not in standing:
            raise InvalidStockLine(reason="not_given", line=number)
        line, before = standing[asked.line_no]
        checks = {
            "twice": asked.line_no not in found,
            "quantity": asked.quantity > 0,
            "more_than_given": asked.quantity <= line.quantity - before,
        }
        for reason, holds in checks.items():
            if not holds:
                raise InvalidStockLine(reason=reason, line=number, lot=line.lot)
        found[asked.line_no] = (line, asked.quantity)
    return list(found.values())


def _movement(number: int, line: DispensingLine, quantity: int) -> Movement:
    facts = BatchFacts(drug_id=line.drug_id, fund_id=line.fund_id, lot=line.lot, expiry=line.expiry)
    return Movement(
        line_no=number,
        quantity=quantity,
        value=0,
        opens=NewBatch(facts=facts, origin_batch_id=line.batch_id),
    )

"""Transfers between sites: goods leave one by a voucher and arrive at the other by another.

In between they belong to nobody's shelf and stand in the account of goods in transit, to the
piastre. What arrives is the whole of what was sent; what is missing or broken then is counted or
written off where it is found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from pharmacy.errors import (
    InvalidStockLine,
    MissingFact,
    NotFound,
    TransferArrived,
)
from pharmacy.models import Batch, Site, StockDocument, StockMovement, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.posting import PostingLine, postings_for
from pharmacy.rules.valuation import take_value
from pharmacy.rules.vocabulary import BatchStatus, SiteKind, VoucherKind
from pharmacy.services.stock_document import (
    BatchLine,
    batches,
    begin,
    facts_of,
    head,
    post_document,
    site_of,
)
from pharmacy.services.submission import digest
from pharmacy.services.voucher import Movement, NewBatch, VoucherDraft

_arrival = aliased(StockDocument)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """What is sent to another site: batches with units of issue."""

    submission_id: str
    lines: Sequence[BatchLine]
    to_site_id: int | None = None
    note: str = ""


def send(session: Session, wanted: Transfer, *, actor: Actor, now: datetime) -> int:
    """Send goods to another site; return the voucher's id.

    Raises:
        NotPermitted, MissingFact: As for every stock document; no other site is named.
        NotFound: There is no such other site.
        InvalidStockLine: A line does not hold together, or its batch is held back.
        PeriodClosed, SubmissionConflict: As for every voucher.
    """
    site_id, on = site_of(actor), cairo_day(now)
    if wanted.to_site_id is None:
        raise MissingFact(name="to_site")
    to_site = session.get(Site, wanted.to_site_id)
    holds_stock = to_site is not None and to_site.active and to_site.kind is not SiteKind.OFFICE
    if to_site is None or not holds_stock or to_site.id == site_id:
        raise NotFound(noun="site", key=str(wanted.to_site_id))
    content = digest(
        [VoucherKind.TRANSFER_OUT, wanted.to_site_id, wanted.note]
        + [(line.batch_id, line.quantity) for line in wanted.lines]
    )
    ids = [line.batch_id for line in wanted.lines]
    repeated = begin(session, ids, (wanted.submission_id, content), site_id, on)
    if repeated is not None:
        return repeated
    movements, entries = [], []
    for number, batch in batches(session, ids, site_id):
        movement = _leaving(number, batch, wanted.lines[number - 1].quantity)
        movements.append(movement)
        line = PostingLine(line_no=number, fund_id=batch.fund_id, value=movement.value)
        entries.append(line)
    draft = VoucherDraft(
        kind=VoucherKind.TRANSFER_OUT,
        site_id=site_id,
        business_date=on,
        submission_id=wanted.submission_id,
        submission_digest=content,
        note=wanted.note,
        movements=movements,
        entries=postings_for(VoucherKind.TRANSFER_OUT, entries),
    )
    document = head(to_site_id=to_site.id)
    return post_document(session, draft, document, actor=actor, now=now)[0]


def _leaving(number: int, batch: Batch, quantity: int) -> Movement:
    if quantity <= 0:
        raise InvalidStockLine(reason="quantity", line=number, lot=batch.lot)
    if batch.status is not BatchStatus.AVAILABLE:
        raise InvalidStockLine(reason="held", line=number, lot=batch.lot)
    if quantity > batch.on_hand:
        raise InvalidStockLine(reason="short", line=number, lot=batch.lot, available=batch.on_hand)
    value = take_value(on_hand=batch.on_hand, value_on_hand=batch.value_on_hand, quantity=quantity)
    return Movement(
        line_no=number,
        quantity=-quantity,
        value=-value,
        batch_id=batch.id,
        facts=facts_of(batch),
    )


def arrive(
    session: Session, sent_id: int, *, submission_id: str, actor: Actor, now: datetime
) -> int:
    """Take in what another site sent here, with exactly the value that left; return the voucher.

    Raises:
        NotPermitted, MissingFact: As for every stock document.
        NotFound: No such transfer was sent to the actor's site.
        TransferArrived: It was taken in before.
        PeriodClosed, SubmissionConflict: As for every voucher.
    """
    site_id, on = site_of(actor), cairo_day(now)
    sent = session.get(StockDocument, sent_id)
    if sent is None or sent.to_site_id != site_id:
        raise NotFound(noun="transfer", key=str(sent_id))
    content = digest([VoucherKind.TRANSFER_IN, sent_id])
    repeated = begin(session, [], (submission_id, content), site_id, on)
    if repeated is not None:
        return repeated
    before = select(StockDocument.voucher_id).where(StockDocument.sent_id == sent_id)
    if session.scalar(before) is not None:
        raise TransferArrived(voucher_id=sent_id)
    left = session.execute(
        select(StockMovement, Batch)
        .join(Batch, Batch.id == StockMovement.batch_id)
        .where(StockMovement.voucher_id == sent_id)
        .order_by(StockMovement.line_no)
    ).all()
    draft = VoucherDraft(
        kind=VoucherKind.TRANSFER_IN,
        site_id=site_id,
        business_date=on,
        submission_id=submission_id,
        submission_digest=content,
        movements=[_arriving(movement, batch) for movement, batch in left],
        entries=postings_for(
            VoucherKind.TRANSFER_IN,
            [
                PostingLine(line_no=moved.line_no, fund_id=batch.fund_id, value=-moved.value)
                for moved, batch in left
            ],
        ),
    )
    return post_document(session, draft, head(sent_id=sent_id), actor=actor, now=now)[0]


def _arriving(movement: StockMovement, batch: Batch) -> Movement:
    return Movement(
        line_no=movement.line_no,
        quantity=-movement.quantity,
        value=-movement.value,
        opens=NewBatch(
            facts=facts_of(batch), request_id=batch.request_id, origin_batch_id=batch.id
        ),
    )


def on_the_way(session: Session, site_id: int) -> Sequence[Row[Voucher, Site]]:
    """Return what was sent to a site and has not arrived, the oldest first, with who sent it."""
    return session.execute(
        select(Voucher, Site)
        .join(StockDocument, StockDocument.voucher_id == Voucher.id)
        .join(Site, Site.id == Voucher.site_id)
        .outerjoin(_arrival, _arrival.sent_id == Voucher.id)
        .where(StockDocument.to_site_id == site_id, _arrival.voucher_id.is_(None))
        .order_by(Voucher.id)
    ).all()

"""Stock coming in and held back: goods receipts, opening balances, quarantine and recall."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.errors import BatchNeverIssued, FutureDate, InvalidReceipt, MissingFact, NotFound
from pharmacy.models import (
    Batch,
    BatchEvent,
    CitizenRequest,
    Drug,
    Fund,
    SiteChain,
    Supplier,
    Voucher,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.dating import noted
from pharmacy.rules.expiry import is_expired
from pharmacy.rules.permissions import Permission
from pharmacy.rules.posting import PostingLine, postings_for
from pharmacy.rules.vocabulary import BatchStatus, FundKind, VoucherKind
from pharmacy.services.submission import digest, find_submission
from pharmacy.services.voucher import (
    BatchFacts,
    Movement,
    NewBatch,
    VoucherDraft,
    lock_site,
    post,
)

MOST_UNITS = 10_000_000
MOST_PIASTRES = 10**12


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """One line that brings a batch in: units of issue and the whole line's value in piastres."""

    drug_id: int
    lot: str
    expiry: date
    quantity: int
    value: int
    request_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Goods that came in: from whom, on which paper, paid by which fund.

    `fact_on` is the day on the paper, where that is an earlier one: stock moves in its order, so
    the receipt is posted today and says when the goods came.
    """

    submission_id: str
    fund_id: int
    lines: Sequence[ReceiptLine]
    supplier_id: int | None = None
    document_reference: str = ""
    note: str = ""
    fact_on: date | None = None


def receive(session: Session, receipt: Receipt, *, actor: Actor, now: datetime) -> int:
    """Post a goods receipt at the actor's site; return the voucher's id.

    Raises:
        MissingFact: No site, no supplier or no invoice number.
        InvalidReceipt: A line does not hold together; the reason names what.
    """
    if receipt.supplier_id is None:
        raise MissingFact(name="supplier")
    if not receipt.document_reference.strip():
        raise MissingFact(name="document_reference")
    if session.get(Supplier, receipt.supplier_id) is None:
        raise NotFound(noun="supplier", key=str(receipt.supplier_id))
    return _bring_in(session, VoucherKind.GOODS_RECEIPT, receipt, actor=actor, now=now)


def open_balance(session: Session, receipt: Receipt, *, actor: Actor, now: datetime) -> int:
    """Post the stock that stood on the shelf when the books were opened.

    Raises:
        InvalidReceipt: A line does not hold together; the reason names what.
    """
    return _bring_in(session, VoucherKind.OPENING_BALANCE, receipt, actor=actor, now=now)


def _bring_in(
    session: Session, kind: VoucherKind, receipt: Receipt, *, actor: Actor, now: datetime
) -> int:
    actor.require(Permission.STOCK_RECEIVE)
    if actor.site_id is None:
        raise MissingFact(name="site")
    on = cairo_day(now)
    fund = session.get(Fund, receipt.fund_id)
    if fund is None or not fund.active:
        raise NotFound(noun="fund", key=str(receipt.fund_id))
    _check_lines(session, receipt.lines, on)
    if receipt.fact_on is not None and receipt.fact_on > on:
        raise FutureDate(name="fact_on")
    lock_site(session, actor.site_id, on)
    content = receipt_content(kind, receipt)
    repeated = find_submission(session, receipt.submission_id, content)
    if repeated is not None:
        return repeated
    gift = fund.kind is FundKind.GIFT_IN_KIND
    draft = receipt_draft(kind, receipt, site_id=actor.site_id, on=on, content=content, gift=gift)
    return post(session, draft, actor=actor, now=now).voucher_id


def receipt_content(kind: VoucherKind, receipt: Receipt) -> str:
    """Return the fingerprint of a receipt."""
    return digest(
        [kind, receipt.fund_id, receipt.supplier_id, receipt.document_reference]
        + [
            (line.drug_id, line.lot, line.expiry, line.quantity, line.value, line.request_id)
            for line in receipt.lines
        ]
        + ([] if receipt.fact_on is None else [receipt.fact_on])
    )


def receipt_draft(
    kind: VoucherKind, receipt: Receipt, *, site_id: int, on: date, content: str, gift: bool
) -> VoucherDraft:
    """Return the voucher of goods that came in; `gift` when they were given, not bought."""
    days = noted(receipt.fact_on or on, today=on)
    return VoucherDraft(
        kind=kind,
        site_id=site_id,
        business_date=days.business_date,
        fact_date=days.fact_date,
        submission_id=receipt.submission_id,
        submission_digest=content,
        supplier_id=receipt.supplier_id,
        document_reference=receipt.document_reference,
        note=receipt.note,
        movements=[
            Movement(
                line_no=number,
                quantity=line.quantity,
                value=line.value,
                opens=NewBatch(
                    facts=BatchFacts(
                        drug_id=line.drug_id,
                        fund_id=receipt.fund_id,
                        lot=line.lot,
                        expiry=line.expiry,
                    ),
                    request_id=line.request_id,
                ),
            )
            for number, line in enumerate(receipt.lines, start=1)
        ],
        entries=postings_for(
            kind,
            [
                PostingLine(
                    line_no=number,
                    fund_id=receipt.fund_id,
                    gift=gift,
                    value=line.value,
                    shares=None,
                )
                for number, line in enumerate(receipt.lines, start=1)
            ],
        ),
    )


def _check_lines(session: Session, lines: Sequence[ReceiptLine], on: date) -> None:
    if not lines:
        raise InvalidReceipt(reason="lines", line=0)
    known = set(session.scalars(select(Drug.id).where(Drug.id.in_({x.drug_id for x in lines}))))
    for number, line in enumerate(lines, start=1):
        checks = {
            "drug": line.drug_id in known,
            "lot": bool(line.lot.strip()),
            "quantity": 0 < line.quantity <= MOST_UNITS,
            "value": 0 <= line.value <= MOST_PIASTRES,
            "expired": not is_expired(line.expiry, on),
            "request": line.request_id is None
            or session.get(CitizenRequest, line.request_id) is not None,
        }
        for reason, holds in checks.items():
            if not holds:
                raise InvalidReceipt(reason=reason, line=number)


def hold_batch(
    session: Session,
    batch_id: int,
    status: BatchStatus,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Quarantine, recall or release a batch, with the reason.

    Raises:
        NotFound: There is no such batch.
        MissingFact: No reason was given.
        BatchNeverIssued: A citizen brought it back; it is never released.
    """
    actor.require(Permission.STOCK_HOLD)
    if not reason.strip():
        raise MissingFact(name="reason")
    batch = session.get(Batch, batch_id, with_for_update=True)
    if batch is None:
        raise NotFound(noun="batch", key=str(batch_id))
    if batch.status is status:
        return
    brought_by = session.get_one(Voucher, batch.voucher_id).kind
    if status is BatchStatus.AVAILABLE and brought_by is VoucherKind.RETURN_FROM_CITIZEN:
        raise BatchNeverIssued(batch_id=batch_id)
    session.add(
        BatchEvent(
            batch_id=batch.id,
            at=now,
            staff_id=actor.staff_id,
            from_status=batch.status,
            to_status=status,
            reason=reason,
        )
    )
    batch.status = status
    session.flush()


def open_site_chain(session: Session, site_id: int, first_seal: str) -> None:
    """Give a new site the start of its chain of seals."""
    session.add(SiteChain(site_id=site_id, sequence=0, seal=first_seal))
    session.flush()

"""Goods that leave without a citizen's request: written off, withdrawn, returned, issued in bulk.

Every verb takes batches and quantities, charges each line what its batch carries, and is signed by
two. Nothing is clamped: a line that does not hold together refuses the whole document.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from pharmacy.errors import InvalidStockLine, MissingFact, NotFound
from pharmacy.models import Batch, Fund, Supplier
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.expiry import is_expired
from pharmacy.rules.posting import PostingLine, postings_for
from pharmacy.rules.stock_vocabulary import LossReason
from pharmacy.rules.valuation import take_value
from pharmacy.rules.vocabulary import BatchStatus, FundKind, PartyKind, VoucherKind
from pharmacy.services.stock_document import (
    BatchLine,
    batches,
    begin,
    check_second,
    committee_text,
    facts_of,
    head,
    post_document,
    site_of,
    source_of,
)
from pharmacy.services.submission import digest
from pharmacy.services.supplier import GIVERS
from pharmacy.services.voucher import Movement, VoucherDraft

_WITNESSED = frozenset({VoucherKind.WRITE_OFF, VoucherKind.RECALL_WITHDRAWAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class StockOut:
    """What is to leave: batches with units of issue, why or to whom, who stood by."""

    submission_id: str
    lines: Sequence[BatchLine]
    reason: LossReason | None = None
    supplier_id: int | None = None
    document_reference: str = ""
    note: str = ""
    committee: Sequence[str] = ()


def write_off(
    session: Session, wanted: StockOut, *, second: Actor | None, actor: Actor, now: datetime
) -> int:
    """Write goods off for a reason, before witnesses; return the voucher's id.

    Raises:
        MissingFact: No site, no reason, or no witness is named.
        SignatureRefused, OwnSignature, NotPermitted: Two persons with the right do it.
        InvalidStockLine: A line does not hold together; the reason names what.
        PeriodClosed, SubmissionConflict: As for every voucher.
    """
    if wanted.reason is None:
        raise MissingFact(name="reason")
    return _take_out(session, VoucherKind.WRITE_OFF, wanted, second=second, actor=actor, now=now)


def withdraw_recalled(
    session: Session, wanted: StockOut, *, second: Actor | None, actor: Actor, now: datetime
) -> int:
    """Take recalled batches out of stock; return the voucher's id.

    Raises:
        PharmacyError: As `write_off` does; here a batch must be recalled.
    """
    return _take_out(
        session, VoucherKind.RECALL_WITHDRAWAL, wanted, second=second, actor=actor, now=now
    )


def return_to_supplier(
    session: Session, wanted: StockOut, *, second: Actor | None, actor: Actor, now: datetime
) -> int:
    """Give goods back to whom they came from, at exactly the value taken; return the voucher's id.

    What was bought lessens what is owed to the supplier; a gift in kind lessens the gifts received.

    Raises:
        MissingFact: No supplier, or no number of the credit note or receipt for the return.
        NotFound: There is no such supplier.
        PharmacyError: As `write_off` does; here a batch must have come from this supplier.
    """
    _check_party(session, wanted, GIVERS)
    if not wanted.document_reference.strip():
        raise MissingFact(name="document_reference")
    return _take_out(
        session, VoucherKind.RETURN_TO_SUPPLIER, wanted, second=second, actor=actor, now=now
    )


def issue_to_institution(
    session: Session, wanted: StockOut, *, second: Actor | None, actor: Actor, now: datetime
) -> int:
    """Issue goods to a hospital or another institution; return the voucher's id.

    Raises:
        MissingFact: No institution is named.
        NotFound: There is no such institution.
        PharmacyError: As `write_off` does; here a batch must be issuable and of a free fund.
    """
    _check_party(session, wanted, {PartyKind.INSTITUTION})
    return _take_out(
        session, VoucherKind.INSTITUTION_ISSUE, wanted, second=second, actor=actor, now=now
    )


def _check_party(session: Session, wanted: StockOut, kinds: Collection[PartyKind]) -> None:
    if wanted.supplier_id is None:
        raise MissingFact(name="supplier")
    party = session.get(Supplier, wanted.supplier_id)
    if party is None or party.kind not in kinds:
        raise NotFound(noun="supplier", key=str(wanted.supplier_id))


def _take_out(
    session: Session,
    kind: VoucherKind,
    wanted: StockOut,
    *,
    second: Actor | None,
    actor: Actor,
    now: datetime,
) -> int:
    site_id, on = site_of(actor), cairo_day(now)
    signed = check_second(second, actor)
    committee = committee_text(wanted.committee, needed=kind in _WITNESSED)
    content = _content(kind, wanted, signed, committee)
    ids = [line.batch_id for line in wanted.lines]
    repeated = begin(session, ids, (wanted.submission_id, content), site_id, on)
    if repeated is not None:
        return repeated
    taken = list(_taken(session, kind, wanted, site_id, on))
    draft = VoucherDraft(
        kind=kind,
        site_id=site_id,
        business_date=on,
        submission_id=wanted.submission_id,
        submission_digest=content,
        supplier_id=wanted.supplier_id,
        document_reference=wanted.document_reference.strip(),
        reason=wanted.reason.value if wanted.reason else "",
        note=wanted.note,
        movements=[movement for movement, _ in taken],
        entries=postings_for(kind, [line for _, line in taken]),
    )
    document = head(second=signed, committee=committee)
    return post_document(session, draft, document, actor=actor, now=now)[0]


def _content(kind: VoucherKind, wanted: StockOut, signed: int, committee: str) -> str:
    return digest(
        [kind, wanted.reason, wanted.supplier_id, wanted.document_reference.strip(), wanted.note]
        + [signed, committee]
        + [(line.batch_id, line.quantity) for line in wanted.lines]
    )


def _taken(
    session: Session, kind: VoucherKind, wanted: StockOut, site_id: int, on: date
) -> Iterator[tuple[Movement, PostingLine]]:
    """Give the movement and the ledger's view of each line."""
    ids = [line.batch_id for line in wanted.lines]
    for number, batch in batches(session, ids, site_id):
        quantity = wanted.lines[number - 1].quantity
        fault = "quantity" if quantity <= 0 else _fault(session, kind, wanted, batch, on)
        if fault:
            raise InvalidStockLine(reason=fault, line=number, lot=batch.lot)
        if quantity > batch.on_hand:
            raise InvalidStockLine(
                reason="short", line=number, lot=batch.lot, available=batch.on_hand
            )
        value = take_value(
            on_hand=batch.on_hand, value_on_hand=batch.value_on_hand, quantity=quantity
        )
        gift = session.get_one(Fund, batch.fund_id).kind is FundKind.GIFT_IN_KIND
        yield (
            Movement(
                line_no=number,
                quantity=-quantity,
                value=-value,
                batch_id=batch.id,
                facts=facts_of(batch),
            ),
            PostingLine(line_no=number, fund_id=batch.fund_id, value=-value, gift=gift),
        )


def _fault(
    session: Session, kind: VoucherKind, wanted: StockOut, batch: Batch, on: date
) -> str | None:
    """Return why a batch may not leave this way, if it may not."""
    source = source_of(session, batch)
    brought_back = source.kind is VoucherKind.RETURN_FROM_CITIZEN
    if brought_back != (wanted.reason is LossReason.CITIZEN_RETURN):
        return "brought_back" if brought_back else "not_brought_back"
    if wanted.reason is LossReason.EXPIRED and not is_expired(batch.expiry, on):
        return "not_expired"
    if kind is VoucherKind.RECALL_WITHDRAWAL and batch.status is not BatchStatus.RECALLED:
        return "not_recalled"
    if kind is VoucherKind.RETURN_TO_SUPPLIER:
        theirs = source.kind is VoucherKind.GOODS_RECEIPT
        return None if theirs and source.supplier_id == wanted.supplier_id else "other_supplier"
    if kind is VoucherKind.INSTITUTION_ISSUE:
        return _not_issuable(session, batch, on)
    return None


def _not_issuable(session: Session, batch: Batch, on: date) -> str | None:
    if is_expired(batch.expiry, on):
        return "expired"
    if batch.status is not BatchStatus.AVAILABLE:
        return "held"
    fund = session.get_one(Fund, batch.fund_id)
    meant_for = (batch.request_id, fund.condition_id, fund.beneficiary_id, fund.centre_id)
    bound = fund.restricted or meant_for != (None,) * len(meant_for)
    return "restricted" if bound else None

"""What every stock document has in common: its lines, its locks, its second signature, its head.

The verbs are in `stock_out`, `stock_count`, `citizen_return` and `transfer`. A document that takes
goods out without a citizen's request is signed by two: one records, another person answers for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from pharmacy.db import table_of
from pharmacy.errors import InvalidStockLine, MissingFact, OwnSignature, SignatureRefused
from pharmacy.models import Batch, StockDocument, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import VoucherKind
from pharmacy.services.sealing import document_particulars
from pharmacy.services.submission import find_submission
from pharmacy.services.voucher import BatchFacts, VoucherDraft, lock_site, post

LINES_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLine:
    """So many units of issue of a batch."""

    batch_id: int
    quantity: int


def site_of(actor: Actor) -> int:
    """Return the site at which the actor posts.

    Raises:
        NotPermitted: The role records no stock documents.
        MissingFact: The actor belongs to no site.
    """
    actor.require(Permission.STOCK_WRITE_OFF)
    if actor.site_id is None:
        raise MissingFact(name="site")
    return actor.site_id


def check_second(second: Actor | None, actor: Actor) -> int:
    """Return who signs beside the actor.

    Raises:
        SignatureRefused: Nobody of this site, or of none, signed.
        OwnSignature: It is the actor.
        NotPermitted: The role signs no stock documents.
    """
    if second is None or second.site_id not in {None, actor.site_id}:
        raise SignatureRefused
    if second.staff_id == actor.staff_id:
        raise OwnSignature
    second.require(Permission.STOCK_SIGN)
    return second.staff_id


def committee_text(names: Sequence[str], *, needed: bool) -> str:
    """Return the names of those who stood by, one a line.

    Raises:
        MissingFact: Somebody must have stood by, and nobody is named.
    """
    given = [" ".join(name.split()) for name in names if name.strip()]
    if needed and not given:
        raise MissingFact(name="committee")
    return "\n".join(given)


def begin(
    session: Session, batch_ids: Sequence[int], submission: tuple[str, str], site_id: int, on: date
) -> int | None:
    """Lock the batches by id, then the site's chain; return the voucher posted before, if any.

    Args:
        session: A writing session.
        batch_ids: The batches that will move.
        submission: Its id, and the digest of what was asked for.
        site_id: Where it is posted.
        on: The business date.

    Raises:
        PeriodClosed: The month is closed.
        SubmissionConflict: The submission id came before with other content.
    """
    session.execute(
        select(Batch.id).where(Batch.id.in_(batch_ids)).order_by(Batch.id).with_for_update()
    ).all()
    lock_site(session, site_id, on)
    return find_submission(session, *submission)


def batches(
    session: Session, batch_ids: Sequence[int], site_id: int
) -> Iterator[tuple[int, Batch]]:
    """Give each line's number and batch, as they stand under the locks.

    Raises:
        InvalidStockLine: No lines or too many, a batch of another site, or one that stands twice.
    """
    if not 0 < len(batch_ids) <= LINES_MOST:
        raise InvalidStockLine(reason="lines", line=0)
    found = {
        batch.id: batch
        for batch in session.scalars(
            select(Batch)
            .where(Batch.id.in_(batch_ids), Batch.site_id == site_id)
            .execution_options(populate_existing=True)
        )
    }
    seen: set[int] = set()
    for number, batch_id in enumerate(batch_ids, start=1):
        batch = found.get(batch_id)
        if batch is None:
            raise InvalidStockLine(reason="batch", line=number)
        if batch_id in seen:
            raise InvalidStockLine(reason="twice", line=number, lot=batch.lot)
        seen.add(batch_id)
        yield number, batch


def facts_of(batch: Batch) -> BatchFacts:
    """Return what never changes about a batch."""
    return BatchFacts(
        drug_id=batch.drug_id, fund_id=batch.fund_id, lot=batch.lot, expiry=batch.expiry
    )


def source_of(session: Session, batch: Batch) -> Voucher:
    """Return the voucher by which goods came into the house, behind any transfers."""
    voucher = session.get_one(Voucher, batch.voucher_id)
    while voucher.kind is VoucherKind.TRANSFER_IN:
        assert batch.origin_batch_id is not None, "what was transferred came from somewhere"
        batch = session.get_one(Batch, batch.origin_batch_id)
        voucher = session.get_one(Voucher, batch.voucher_id)
    return voucher


def head(
    *,
    second: int | None = None,
    committee: str = "",
    to_site_id: int | None = None,
    sent_id: int | None = None,
) -> dict[str, object]:
    """Return the row of a document's head, without its voucher."""
    return {
        "second_staff_id": second,
        "committee": committee,
        "to_site_id": to_site_id,
        "sent_id": sent_id,
    }


def post_document(
    session: Session,
    draft: VoucherDraft,
    document: Mapping[str, object],
    *,
    actor: Actor,
    now: datetime,
) -> tuple[int, dict[int, int]]:
    """Post a stock document with its head; return its id and the batches it opened by line."""
    sealed = [document_particulars(document), *draft.particulars]
    posted = post(session, replace(draft, particulars=sealed), actor=actor, now=now)
    session.connection().execute(
        insert(table_of(StockDocument)), {**document, "voucher_id": posted.voucher_id}
    )
    return posted.voucher_id, posted.opened

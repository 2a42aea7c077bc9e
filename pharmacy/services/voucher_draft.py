"""A voucher on paper: what is about to be posted, and the rows it will become.

Nothing here touches the database. The counter (`services.voucher.post`) and the bulk path of the
demonstration data write the same rows under the same seal, since both take them from here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import fiscal_year
from pharmacy.rules.posting import Entry
from pharmacy.rules.seal import CONTENT_VERSION, Atom, SealedContent, seal
from pharmacy.rules.vocabulary import BatchStatus, VoucherKind


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFacts:
    """What never changes about a batch; its seal-worthy identity."""

    drug_id: int
    fund_id: int
    lot: str
    expiry: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBatch:
    """A batch that the voucher opens at its own site."""

    facts: BatchFacts
    request_id: int | None = None
    origin_batch_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A signed quantity (units of issue) and value (piastres) of one batch.

    `batch` is an id with its facts, or a batch to be opened by this very line.
    """

    line_no: int
    quantity: int
    value: int
    batch_id: int | None = None
    facts: BatchFacts | None = None
    opens: NewBatch | None = None
    reverses_id: int | None = None

    @property
    def batch_facts(self) -> BatchFacts:
        """The facts of the batch, old or new."""
        facts = self.opens.facts if self.opens else self.facts
        assert facts is not None, "a movement names its batch"
        return facts


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherDraft:
    """A voucher about to be posted, whole.

    `fact_date` is when that of which it speaks happened, where that was not the business date.
    """

    kind: VoucherKind
    site_id: int
    business_date: date
    submission_id: str
    submission_digest: str
    movements: Sequence[Movement] = ()
    entries: Sequence[Entry] = ()
    entry_reverses: Sequence[int | None] = ()
    particulars: Sequence[tuple[Atom, ...]] = ()
    reverses_id: int | None = None
    request_id: int | None = None
    supplier_id: int | None = None
    document_reference: str = ""
    reason: str = ""
    note: str = ""
    fact_date: date | None = None


def voucher_row(
    draft: VoucherDraft,
    *,
    number: int,
    sequence: int,
    last_seal: str,
    key: bytes,
    actor: Actor,
    now: datetime,
) -> dict[str, object]:
    """Return a voucher's row with its seal, once its number and its place are known."""
    year = fiscal_year(draft.business_date)
    content = _content(draft, year=year, number=number, sequence=sequence, actor=actor, now=now)
    return {
        "site_id": draft.site_id,
        "kind": draft.kind,
        "fiscal_year": year,
        "number": number,
        "sequence": sequence,
        "business_date": draft.business_date,
        "posted_at": now,
        "posted_by": actor.staff_id,
        "submission_id": draft.submission_id,
        "submission_digest": draft.submission_digest,
        "reverses_id": draft.reverses_id,
        "request_id": draft.request_id,
        "supplier_id": draft.supplier_id,
        "document_reference": draft.document_reference,
        "reason": draft.reason,
        "note": draft.note,
        "content_version": CONTENT_VERSION,
        "previous_seal": last_seal,
        "seal": seal(key, last_seal, content),
        "fact_date": draft.fact_date,
    }


def batch_row(
    draft: VoucherDraft, movement: Movement, new: NewBatch, voucher_id: int
) -> dict[str, object]:
    """Return the row of a batch that a movement opens."""
    return {
        "site_id": draft.site_id,
        "drug_id": new.facts.drug_id,
        "fund_id": new.facts.fund_id,
        "request_id": new.request_id,
        "voucher_id": voucher_id,
        "origin_batch_id": new.origin_batch_id,
        "lot": new.facts.lot,
        "expiry": new.facts.expiry,
        "received_on": draft.business_date,
        "received_quantity": movement.quantity,
        "received_value": movement.value,
        "on_hand": movement.quantity,
        "value_on_hand": movement.value,
        "status": BatchStatus.AVAILABLE,
    }


def movement_rows(
    draft: VoucherDraft, voucher_id: int, opened: Mapping[int, int]
) -> list[dict[str, object]]:
    """Return the rows of a voucher's movements; `opened` names the new batches by line."""
    return [
        {
            "voucher_id": voucher_id,
            "line_no": movement.line_no,
            "batch_id": opened.get(movement.line_no) or movement.batch_id,
            "quantity": movement.quantity,
            "value": movement.value,
            "reverses_id": movement.reverses_id,
        }
        for movement in draft.movements
    ]


def posting_rows(draft: VoucherDraft, voucher_id: int) -> list[dict[str, object]]:
    """Return the rows of a voucher's postings, each with the one it undoes."""
    return [
        {
            "voucher_id": voucher_id,
            "line_no": entry.line_no,
            "account": entry.account,
            "fund_id": entry.fund_id,
            "amount": entry.amount,
            "reverses_id": undone,
        }
        for entry, undone in _entries(draft)
    ]


def _content(
    draft: VoucherDraft, *, year: int, number: int, sequence: int, actor: Actor, now: datetime
) -> SealedContent:
    return SealedContent(
        site_id=draft.site_id,
        kind=draft.kind.value,
        fiscal_year=year,
        number=number,
        sequence=sequence,
        business_date=draft.business_date,
        posted_at=now,
        posted_by=actor.staff_id,
        submission_id=draft.submission_id,
        reverses_id=draft.reverses_id,
        request_id=draft.request_id,
        supplier_id=draft.supplier_id,
        document_reference=draft.document_reference,
        reason=draft.reason,
        note=draft.note,
        movements=[_movement_atoms(movement) for movement in draft.movements],
        postings=[
            (entry.line_no, entry.account.value, entry.fund_id, entry.amount, undone)
            for entry, undone in _entries(draft)
        ],
        particulars=[
            *draft.particulars,
            *([("fact_date", draft.fact_date.isoformat())] if draft.fact_date else []),
            *_opening_particulars(draft.movements),
        ],
    )


def _opening_particulars(movements: Sequence[Movement]) -> Iterator[tuple[Atom, ...]]:
    """For whom a batch was bought, and where it came from, belongs to the voucher that opens it."""
    for movement in movements:
        new = movement.opens
        if new is not None:
            yield ("opens", movement.line_no, new.request_id, new.origin_batch_id)


def _movement_atoms(movement: Movement) -> tuple[Atom, ...]:
    facts = movement.batch_facts
    return (
        movement.line_no,
        movement.batch_id or 0,
        facts.drug_id,
        facts.fund_id,
        facts.lot,
        facts.expiry.isoformat(),
        movement.quantity,
        movement.value,
        movement.reverses_id,
    )


def _entries(draft: VoucherDraft) -> Sequence[tuple[Entry, int | None]]:
    """Pair each entry with the posting it undoes, if any."""
    undone = draft.entry_reverses or (None,) * len(draft.entries)
    return list(zip(draft.entries, undone, strict=True))

"""Counting stock: what was counted against what the books hold, and the difference posted.

The count is blind: whoever counts sees no figures. The books are shown beside the count afterwards,
and what is posted names the figure that was shown, so that nothing that moved between is taken for
a difference.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from pharmacy.db import table_of
from pharmacy.errors import InvalidStockLine, MissingFact
from pharmacy.models import Batch, CountLine
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.money import round_half_up
from pharmacy.rules.posting import PostingLine, postings_for
from pharmacy.rules.stock_vocabulary import CountOccasion
from pharmacy.rules.valuation import take_value
from pharmacy.rules.vocabulary import VoucherKind
from pharmacy.services.sealing import counted_particulars
from pharmacy.services.stock import MOST_UNITS
from pharmacy.services.stock_document import (
    batches,
    begin,
    check_second,
    committee_text,
    facts_of,
    head,
    post_document,
    site_of,
)
from pharmacy.services.submission import digest
from pharmacy.services.voucher import Movement, VoucherDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was counted of a batch, and what the books were shown to hold: units of issue."""

    batch_id: int
    counted: int
    expected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A count by a committee; the note says why there is a difference, where there is one."""

    submission_id: str
    occasion: CountOccasion
    lines: Sequence[Counted]
    committee: Sequence[str]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A counted batch beside the books: units counted, and the signed units and piastres over."""

    batch: Batch
    counted: int
    quantity: int
    value: int


def compare(
    session: Session, counted: Sequence[tuple[int, int]], *, actor: Actor
) -> list[Difference]:
    """Return the books beside (batch, units counted); nothing is posted.

    Raises:
        NotPermitted, MissingFact: As `adjust_to_count` does.
        InvalidStockLine: A line does not hold together; the reason names what.
    """
    site_id = site_of(actor)
    ids = [batch_id for batch_id, _ in counted]
    return [
        difference(batch, counted[number - 1][1], number)
        for number, batch in batches(session, ids, site_id)
    ]


def difference(batch: Batch, counted: int, line: int) -> Difference:
    """Return what a count differs by; a surplus is worth the batch's received unit cost.

    Raises:
        InvalidStockLine: Nobody counts so many.
    """
    if not 0 <= counted <= MOST_UNITS:
        raise InvalidStockLine(reason="counted", line=line, lot=batch.lot)
    over = counted - batch.on_hand
    if over > 0:
        value = round_half_up(batch.received_value * over, batch.received_quantity)
        return Difference(batch, counted, over, value)
    if over == 0:
        return Difference(batch, counted, 0, 0)
    taken = take_value(on_hand=batch.on_hand, value_on_hand=batch.value_on_hand, quantity=-over)
    return Difference(batch, counted, over, -taken)


def adjust_to_count(
    session: Session, count: Count, *, second: Actor | None, actor: Actor, now: datetime
) -> int:
    """Post a count: every line is kept, and each difference moves stock; return the voucher's id.

    Raises:
        MissingFact: No site, no committee, or no note though something differs.
        SignatureRefused, OwnSignature, NotPermitted: Two persons with the right do it.
        InvalidStockLine: A line does not hold together, or its batch moved since it was compared.
        PeriodClosed, SubmissionConflict: As for every voucher.
    """
    site_id, on = site_of(actor), cairo_day(now)
    signed = check_second(second, actor)
    committee = committee_text(count.committee, needed=True)
    content = digest(
        [VoucherKind.COUNT_ADJUSTMENT, count.occasion, count.note, signed, committee]
        + [(line.batch_id, line.counted, line.expected) for line in count.lines]
    )
    ids = [line.batch_id for line in count.lines]
    repeated = begin(session, ids, (count.submission_id, content), site_id, on)
    if repeated is not None:
        return repeated
    found = list(_differences(session, count, site_id))
    if any(one.quantity for one in found) and not count.note.strip():
        raise MissingFact(name="note")
    kept = [_line(number, one) for number, one in enumerate(found, start=1)]
    draft = VoucherDraft(
        kind=VoucherKind.COUNT_ADJUSTMENT,
        site_id=site_id,
        business_date=on,
        submission_id=count.submission_id,
        submission_digest=content,
        reason=count.occasion.value,
        note=count.note,
        movements=_movements(found),
        entries=postings_for(VoucherKind.COUNT_ADJUSTMENT, _postings(found)),
        particulars=[counted_particulars(line) for line in kept],
    )
    document = head(second=signed, committee=committee)
    voucher_id, _ = post_document(session, draft, document, actor=actor, now=now)
    rows = [{**line, "voucher_id": voucher_id} for line in kept]
    session.connection().execute(insert(table_of(CountLine)), rows)
    return voucher_id


def _differences(session: Session, count: Count, site_id: int) -> Iterator[Difference]:
    ids = [line.batch_id for line in count.lines]
    for number, batch in batches(session, ids, site_id):
        line = count.lines[number - 1]
        if line.expected != batch.on_hand:
            raise InvalidStockLine(reason="moved", line=number, lot=batch.lot)
        yield difference(batch, line.counted, number)


def _line(number: int, one: Difference) -> dict[str, object]:
    return {
        "line_no": number,
        "batch_id": one.batch.id,
        "expected": one.counted - one.quantity,
        "counted": one.counted,
    }


def _movements(found: Sequence[Difference]) -> list[Movement]:
    return [
        Movement(
            line_no=number,
            quantity=one.quantity,
            value=one.value,
            batch_id=one.batch.id,
            facts=facts_of(one.batch),
        )
        for number, one in enumerate(found, start=1)
        if one.quantity
    ]


def _postings(found: Sequence[Difference]) -> list[PostingLine]:
    return [
        PostingLine(line_no=number, fund_id=one.batch.fund_id, value=one.value)
        for number, one in enumerate(found, start=1)
    ]

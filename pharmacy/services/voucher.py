"""Posting a voucher: the one writer of numbers, seals, movements, postings and what is on hand.

Statements are prebuilt Core, since the counter's day is made of them: a unit of work over mapped
objects costs three times as much. The caller has already locked what it uses up (citizen request,
then batches by id); here the site's chain is locked last, for the shortest time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pharmacy.db import table_of
from pharmacy.errors import InsufficientStock, PeriodClosed, SubmissionConflict
from pharmacy.models import (
    Batch,
    ClosedPeriod,
    Posting,
    SiteChain,
    StockMovement,
    Voucher,
    VoucherSeries,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import fiscal_year, month_key
from pharmacy.rules.vocabulary import VoucherKind
from pharmacy.services.voucher_draft import (
    BatchFacts,
    Movement,
    NewBatch,
    VoucherDraft,
    batch_row,
    movement_rows,
    posting_rows,
    voucher_row,
)

__all__ = ["BatchFacts", "Movement", "NewBatch", "Posted", "VoucherDraft", "lock_site", "post"]


@dataclass(frozen=True, slots=True)
class Posted:
    """A voucher as posted: its row, its number in its series, the batches it opened by line."""

    voucher_id: int
    fiscal_year: int
    number: int
    sequence: int
    seal: str
    opened: dict[int, int]


_LOCK_CHAIN = (
    select(
        SiteChain.sequence,
        SiteChain.seal,
        select(func.count())
        .select_from(ClosedPeriod)
        .where(ClosedPeriod.month == bindparam("month"))
        .scalar_subquery(),
    )
    .where(SiteChain.site_id == bindparam("site"))
    .with_for_update(of=SiteChain)
)
_NEXT_NUMBER = (
    update(table_of(VoucherSeries))
    .where(
        VoucherSeries.site_id == bindparam("site"),
        VoucherSeries.kind == bindparam("of_kind"),
        VoucherSeries.fiscal_year == bindparam("year"),
    )
    .values(last_number=VoucherSeries.last_number + 1)
    .returning(VoucherSeries.last_number)
)
_FIRST_NUMBER = insert(table_of(VoucherSeries))
_ADVANCE_CHAIN = (
    update(table_of(SiteChain))
    .where(
        SiteChain.site_id == bindparam("site"),
        # Asked again under the lock: the statement that waited for it saw an older snapshot.
        ~select(ClosedPeriod.month).where(ClosedPeriod.month == bindparam("of_month")).exists(),
    )
    .values(sequence=bindparam("new_sequence"), seal=bindparam("new_seal"))
)
_INSERT_VOUCHER = insert(table_of(Voucher)).returning(table_of(Voucher).c.id)
_INSERT_BATCH = insert(table_of(Batch)).returning(table_of(Batch).c.id)
_INSERT_MOVEMENT = insert(table_of(StockMovement))
_INSERT_POSTING = insert(table_of(Posting))
_MOVE_BATCH = (
    update(table_of(Batch))
    .where(
        Batch.id == bindparam("batch"),
        Batch.on_hand + bindparam("quantity") >= 0,
        Batch.value_on_hand + bindparam("value") >= 0,
    )
    .values(
        on_hand=Batch.on_hand + bindparam("quantity"),
        value_on_hand=Batch.value_on_hand + bindparam("value"),
    )
)


def lock_site(session: Session, site_id: int, on: date) -> tuple[int, str]:
    """Lock the site's chain, so that vouchers of a site stand in one order.

    Returns:
        The last sequence and the last seal.

    Raises:
        PeriodClosed: The month of `on` is closed.
    """
    month = month_key(on)
    row = session.connection().execute(_LOCK_CHAIN, {"site": site_id, "month": month}).one()
    if row[2]:
        raise PeriodClosed(month=month)
    return row[0], row[1]


def post(session: Session, draft: VoucherDraft, *, actor: Actor, now: datetime) -> Posted:
    """Post a voucher whole: number, seal, movements, postings, and what is left on hand.

    Raises:
        PeriodClosed: The business date falls in a closed month.
        InsufficientStock: A batch holds less than a movement takes.
    """
    assert sum(entry.amount for entry in draft.entries) == 0, "postings of a voucher sum to zero"
    last_sequence, last_seal = lock_site(session, draft.site_id, draft.business_date)
    year = fiscal_year(draft.business_date)
    number = _take_number(session, draft.site_id, draft.kind, year)
    sequence = last_sequence + 1
    row = voucher_row(
        draft,
        number=number,
        sequence=sequence,
        last_seal=last_seal,
        key=session.info["seal_key"],
        actor=actor,
        now=now,
    )
    voucher_id = _insert(session, row)
    opened = _open_batches(session, draft, voucher_id)
    _write_movements(session, draft, voucher_id, opened)
    rows = posting_rows(draft, voucher_id)
    if rows:
        session.connection().execute(_INSERT_POSTING, rows)
    new_seal = str(row["seal"])
    _advance_chain(session, draft, sequence, new_seal)
    return Posted(voucher_id, year, number, sequence, new_seal, opened)


def _insert(session: Session, row: Mapping[str, object]) -> int:
    try:
        voucher_id: int = session.connection().execute(_INSERT_VOUCHER, row).scalar_one()
    except IntegrityError as error:
        # The same submission at two sites, or against two requests, at the very same time.
        if "submission_id" in str(error.orig):
            raise SubmissionConflict(submission_id=str(row["submission_id"])) from error
        raise
    return voucher_id


def _advance_chain(session: Session, draft: VoucherDraft, sequence: int, new_seal: str) -> None:
    month = month_key(draft.business_date)
    row = {
        "site": draft.site_id,
        "of_month": month,
        "new_sequence": sequence,
        "new_seal": new_seal,
    }
    if session.connection().execute(_ADVANCE_CHAIN, row).rowcount != 1:
        raise PeriodClosed(month=month)


def _take_number(session: Session, site_id: int, kind: VoucherKind, year: int) -> int:
    """Take the next number of the series; the site's chain is locked, so nobody else does."""
    key = {"site": site_id, "of_kind": kind, "year": year}
    number = session.connection().execute(_NEXT_NUMBER, key).scalar()
    if number is not None:
        return number
    first = {"site_id": site_id, "kind": kind, "fiscal_year": year, "last_number": 1}
    session.connection().execute(_FIRST_NUMBER, first)
    return 1


def _open_batches(session: Session, draft: VoucherDraft, voucher_id: int) -> dict[int, int]:
    opened = {}
    for movement in draft.movements:
        new = movement.opens
        if new is None:
            continue
        row = batch_row(draft, movement, new, voucher_id)
        opened[movement.line_no] = session.connection().execute(_INSERT_BATCH, row).scalar_one()
    return opened


def _write_movements(
    session: Session, draft: VoucherDraft, voucher_id: int, opened: dict[int, int]
) -> None:
    if not draft.movements:
        return
    session.connection().execute(_INSERT_MOVEMENT, movement_rows(draft, voucher_id, opened))
    moves = [
        {"batch": movement.batch_id, "quantity": movement.quantity, "value": movement.value}
        for movement in draft.movements
        if movement.opens is None
    ]
    if moves and session.connection().execute(_MOVE_BATCH, moves).rowcount != len(moves):
        # The rows are locked, so this is a slip of a caller; nothing is clamped, nothing skipped.
        raise InsufficientStock(
            requested=-sum(move["quantity"] or 0 for move in moves), available=0
        )

"""Picking a batch by what is typed or scanned: its label, a pack, its lot, a line of a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Row, Select, and_, select
from sqlalchemy.orm import Session

from pharmacy.errors import UnreadableBarcode
from pharmacy.models import Batch, Drug
from pharmacy.rules.arabic import fold, to_western
from pharmacy.rules.scan import Scan, ScanKind, read_scan
from pharmacy.rules.vocabulary import BatchStatus
from pharmacy.services.drug_picking import JOINT
from pharmacy.services.formulary import find_by_gtin

OFFERED_MOST = 500
COUNTED_MOST = 100
CANDIDATES_SHOWN = 5


class Fit(StrEnum):
    """Which batches of a site a document may name."""

    ANY = "any"
    RECALLED = "recalled"
    AVAILABLE = "available"
    ISSUABLE = "issuable"


@dataclass(frozen=True, slots=True, kw_only=True)
class PickedBatch:
    """The batch that was meant with its drug, or those that could be."""

    batch: Batch | None = None
    drug: Drug | None = None
    candidates: Sequence[tuple[Batch, Drug]] = ()


def offered_batches(
    session: Session, site_id: int, fit: Fit, *, on: date
) -> Sequence[Row[Batch, Drug]]:
    """Return the batches on hand at a site to choose from, the earliest expiry first."""
    statement = _on_hand(site_id)
    if fit is Fit.RECALLED:
        statement = statement.where(Batch.status == BatchStatus.RECALLED)
    if fit in {Fit.AVAILABLE, Fit.ISSUABLE}:
        statement = statement.where(Batch.status == BatchStatus.AVAILABLE)
    if fit is Fit.ISSUABLE:
        statement = statement.where(Batch.expiry >= on)
    return session.execute(statement.limit(OFFERED_MOST)).all()


def expired_batches(session: Session, site_id: int, *, on: date) -> Sequence[Row[Batch, Drug]]:
    """Return what has expired and is still on hand at a site."""
    return session.execute(_on_hand(site_id).where(Batch.expiry < on).limit(OFFERED_MOST)).all()


def countable(session: Session, site_id: int, text: str) -> Sequence[Row[Batch, Drug]]:
    """Return the batches to count: on hand, or of items whose name or code holds the words.

    A search shows emptied batches too, since something of them may turn up.
    """
    statement = (
        select(Batch, Drug)
        .join(Drug, Drug.id == Batch.drug_id)
        .where(Batch.site_id == site_id)
        .order_by(Drug.name_en, Drug.id, Batch.expiry, Batch.id)
        .limit(COUNTED_MOST)
    )
    named = _named(text)
    return session.execute(statement.where(Batch.on_hand > 0 if named is None else named)).all()


def lying_at(session: Session, site_id: int, text: str) -> Sequence[tuple[Batch, Drug]]:
    """Return every batch on hand at a site, or those of items whose name or code holds the words.

    As long as a list to be printed may be: a count on paper goes through the whole store.
    """
    statement = _on_hand(site_id)
    named = _named(text)
    if named is not None:
        statement = statement.where(named)
    return [(row[0], row[1]) for row in session.execute(statement)]


def _named(text: str) -> ColumnElement[bool] | None:
    """Return what holds of the items that a search means; None where it names none."""
    words = fold(text).split()
    if not words:
        return None
    whole = and_(*(Drug.folded_name.contains(word, autoescape=True) for word in words))
    return whole | (Drug.code == to_western(text).strip())


def pick_batch(session: Session, text: str, site_id: int) -> PickedBatch:
    """Return the batch of a site that a text names.

    A number before the joint of an offered line, our own label, a pack with its lot, or a lot. One
    that several batches fit is not guessed at; those on hand come before those that are empty.
    """
    first, joint, _rest = to_western(text).partition(JOINT)
    if joint and first.strip().isascii() and first.strip().isdecimal():
        return _one(session, site_id, Batch.id == int(first))
    scan = _scan(text)
    if scan is not None and scan.kind is ScanKind.BATCH:
        return _one(session, site_id, Batch.id == scan.body)
    if scan is not None and scan.kind is ScanKind.PACK:
        return _of_pack(session, site_id, scan)
    return _one(session, site_id, Batch.lot == to_western(text).strip())


def _scan(text: str) -> Scan | None:
    try:
        return read_scan(text)
    except UnreadableBarcode:
        return None


def _of_pack(session: Session, site_id: int, scan: Scan) -> PickedBatch:
    assert scan.pack is not None
    drug = find_by_gtin(session, scan.pack.gtin)
    if drug is None:
        return PickedBatch()
    lots = {pack.lot for pack in (scan.pack, *scan.others) if pack.lot}
    if not lots:
        return _one(session, site_id, Batch.drug_id == drug.id)
    return _one(session, site_id, (Batch.drug_id == drug.id) & Batch.lot.in_(lots))


def _one(session: Session, site_id: int, condition: ColumnElement[bool]) -> PickedBatch:
    statement = (
        select(Batch, Drug)
        .join(Drug, Drug.id == Batch.drug_id)
        .where(Batch.site_id == site_id, condition)
        .order_by((Batch.on_hand > 0).desc(), Batch.expiry, Batch.id)
        .limit(CANDIDATES_SHOWN)
    )
    found = [(row[0], row[1]) for row in session.execute(statement)]
    there = [pair for pair in found if pair[0].on_hand > 0] or found
    if len(there) == 1:
        return PickedBatch(batch=there[0][0], drug=there[0][1])
    return PickedBatch(candidates=there)


def _on_hand(site_id: int) -> Select[Batch, Drug]:
    return (
        select(Batch, Drug)
        .join(Drug, Drug.id == Batch.drug_id)
        .where(Batch.site_id == site_id, Batch.on_hand > 0)
        .order_by(Batch.expiry, Batch.id)
    )

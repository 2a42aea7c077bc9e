"""The proof page: opening + what came − what went = closing, by three roads that share nothing.

The opening is what had moved before the period, added up forwards. The closing is what the shelves
hold, less what moved since. Between them stand the documents: what batches say they received, what
dispensing lines say was handed out, and the movements of all else.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from pharmacy.db import Whole
from pharmacy.models import Batch, DispensingLine, Drug, StockMovement, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.proof import PART_OF, Measure, Part, Proven
from pharmacy.rules.vocabulary import Account, VoucherKind
from pharmacy.services.ledger_totals import balances
from pharmacy.services.report_query import Grouping, ReportQuery

ARRANGEMENTS = (Grouping.DRUG, Grouping.BATCH, Grouping.SITE, Grouping.FUND)
_KEYS: Mapping[Grouping, ColumnElement[Any]] = MappingProxyType(
    {
        Grouping.DRUG: Batch.drug_id.expression,
        Grouping.BATCH: Batch.id.expression,
        Grouping.SITE: Batch.site_id.expression,
        Grouping.FUND: Batch.fund_id.expression,
    }
)
_RECEIPTS = (VoucherKind.OPENING_BALANCE, VoucherKind.GOODS_RECEIPT)
_TOLD_ELSEWHERE = (*_RECEIPTS, VoucherKind.DISPENSING)
_BEFORE, _WITHIN, _AFTER = -1, 0, 1


@dataclass(frozen=True, slots=True)
class ProofRow:
    """The proof of one item, batch, site or fund, by its id."""

    key: int
    proven: Proven


@dataclass(frozen=True, slots=True)
class LedgerProof:
    """A fund's stock account beside what its batches are worth, piastres, when a period ended."""

    fund_id: int
    posted: int
    on_hand: int

    @property
    def difference(self) -> int:
        """What is posted beyond what is there."""
        return self.posted - self.on_hand


@dataclass(frozen=True, slots=True)
class Proof:
    """A period proven: rows that differ first, their sum, and the stock account of each fund."""

    rows: Sequence[ProofRow]
    total: Proven
    ledger: Sequence[LedgerProof]

    @property
    def holds(self) -> bool:
        """Whether no row differs."""
        return not any(row.proven.difference != Measure() for row in self.rows) and not any(
            row.difference for row in self.ledger
        )


def proof(session: Session, query: ReportQuery, *, actor: Actor) -> Proof:
    """Prove the stock of a period.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.REPORT_VIEW)
    query.check()
    key = _KEYS[query.by[0]]
    opening, since, parts = _moved(session, query, key)
    shelf = _measures(session, _narrowed(query, select(key, *_sum(_ON_SHELF))).group_by(key))
    for part, found in (
        (Part.RECEIVED, _received(session, query, key)),
        (Part.DISPENSED, _dispensed(session, query, key)),
    ):
        for one, measure in found.items():
            parts[one][part] = measure
    rows = [
        ProofRow(
            one,
            Proven(
                opening.get(one, Measure()),
                parts.get(one, {}),
                shelf[one] - since.get(one, Measure()),
            ),
        )
        for one in sorted(shelf)
    ]
    alive = [row for row in rows if row.proven != Proven()]
    return Proof(
        rows=sorted(alive, key=lambda row: row.proven.difference == Measure()),
        total=sum((row.proven for row in alive), start=Proven()),
        ledger=_ledger(session, query),
    )


_ON_SHELF = (Batch.on_hand.expression, Batch.value_on_hand.expression)
_BROUGHT = (Batch.received_quantity.expression, Batch.received_value.expression)
_MOVED = (StockMovement.quantity.expression, StockMovement.value.expression)
_HANDED = (-DispensingLine.quantity.expression, -DispensingLine.cost.expression)


def _sum(columns: Sequence[ColumnElement[Any]]) -> Sequence[Any]:
    return [func.sum(column).cast(Whole) for column in columns]


def _measures(session: Session, statement: Select[Any]) -> dict[int, Measure]:
    return {row[0]: Measure(row[1], row[2]) for row in session.execute(statement)}


def _narrowed(query: ReportQuery, statement: Select[Any]) -> Select[Any]:
    """Narrow a statement over batches to what was chosen."""
    chosen = (
        (query.drug_id, Batch.drug_id),
        (query.fund_id, Batch.fund_id),
        (query.site_id, Batch.site_id),
    )
    return statement.where(*(column == value for value, column in chosen if value is not None))


def _moved(
    session: Session, query: ReportQuery, key: ColumnElement[Any]
) -> tuple[dict[int, Measure], dict[int, Measure], dict[int, dict[Part, Measure]]]:
    """Return what moved before, after, and in the period by parts; what others tell is left out."""
    day = Voucher.business_date
    when = case((day < query.date_from, _BEFORE), (day <= query.date_to, _WITHIN), else_=_AFTER)
    statement = _narrowed(
        query,
        select(key, when, Voucher.kind, *_sum(_MOVED))
        .select_from(StockMovement)
        .join(Voucher, Voucher.id == StockMovement.voucher_id)
        .join(Batch, Batch.id == StockMovement.batch_id),
    ).group_by(key, when, Voucher.kind)
    sums: dict[int, dict[int, Measure]] = {_BEFORE: {}, _AFTER: {}}
    parts: dict[int, dict[Part, Measure]] = defaultdict(dict)
    for one, span, kind, units, piastres in session.execute(statement):
        measure = Measure(units, piastres)
        if span != _WITHIN:
            sums[span][one] = sums[span].get(one, Measure()) + measure
        elif kind not in _TOLD_ELSEWHERE:
            part = PART_OF[kind]
            parts[one][part] = parts[one].get(part, Measure()) + measure
    return sums[_BEFORE], sums[_AFTER], parts


def _received(session: Session, query: ReportQuery, key: ColumnElement[Any]) -> dict[int, Measure]:
    """Return what batches say they brought in."""
    statement = _narrowed(
        query,
        select(key, *_sum(_BROUGHT))
        .join(Voucher, Voucher.id == Batch.voucher_id)
        .where(
            Voucher.kind.in_(_RECEIPTS),
            Voucher.business_date.between(query.date_from, query.date_to),
        ),
    )
    return _measures(session, statement.group_by(key))


def _dispensed(session: Session, query: ReportQuery, key: ColumnElement[Any]) -> dict[int, Measure]:
    """Return what dispensing lines say was handed out; what undid them is a movement of its own."""
    line = DispensingLine
    statement = _narrowed(
        query,
        select(key, *_sum(_HANDED))
        .select_from(line)
        .join(Batch, Batch.id == line.batch_id)
        .where(
            line.business_date.between(query.date_from, query.date_to),
            line.reverses_line_id.is_(None),
        ),
    )
    return _measures(session, statement.group_by(key))


def _ledger(session: Session, query: ReportQuery) -> Sequence[LedgerProof]:
    """Return the stock account beside the shelves by fund; of one item the ledger knows nothing."""
    if query.drug_id is not None:
        return ()
    fund = Batch.fund_id.expression
    since = (
        select(StockMovement.batch_id, func.sum(StockMovement.value).label("value"))
        .join(Voucher, Voucher.id == StockMovement.voucher_id)
        .where(Voucher.business_date > query.date_to)
        .group_by(StockMovement.batch_id)
        .subquery()
    )
    there = func.sum(Batch.value_on_hand - func.coalesce(since.c.value, 0)).cast(Whole)
    columns: Sequence[Any] = (fund, there)
    held = select(*columns).outerjoin(since, since.c.batch_id == Batch.id).group_by(fund)
    shelves = {row[0]: row[1] for row in session.execute(_narrowed(query, held))}
    posted: dict[int, int] = defaultdict(int)
    for one in balances(
        session,
        query.date_from,
        query.date_to,
        account=Account.STOCK,
        fund_id=query.fund_id,
        site_id=query.site_id,
    ):
        posted[one.fund_id] += one.closing
    found = [
        LedgerProof(fund_id, posted.get(fund_id, 0), shelves.get(fund_id, 0))
        for fund_id in sorted(shelves.keys() | posted.keys())
    ]
    return sorted(found, key=lambda row: not row.difference)


def batch_names(session: Session, ids: Sequence[int]) -> dict[object, tuple[str, str]]:
    """Return what batches are called, Arabic and English: the item and its lot."""
    statement = (
        select(Batch.id, Drug.name_ar, Drug.name_en, Batch.lot)
        .join(Drug, Drug.id == Batch.drug_id)
        .where(Batch.id.in_(set(ids)))
    )
    return {
        row[0]: (f"{row[1]} ({row[3]})", f"{row[2] or row[1]} ({row[3]})")
        for row in session.execute(statement)
    }

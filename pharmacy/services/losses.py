"""What was lost, and what has expired and still lies there: units and piastres, net of reversals.

A loss is a write-off or the withdrawal of a recalled batch, so the piastres of a period are what
the account of losses moved in it. What was undone counts against its own reason, on the day of its
undoing. Differences of counts stand in an account of their own and are no losses here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import Whole, month_of
from pharmacy.models import Batch, Drug, Fund, StockMovement, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.stock_vocabulary import RECALLED
from pharmacy.rules.vocabulary import UnitOfIssue, VoucherKind
from pharmacy.services import stock_at
from pharmacy.services.report_query import Grouping, ReportQuery
from pharmacy.services.voucher_view import LOSSES

_first = aliased(Voucher)
_kind = func.coalesce(_first.kind, Voucher.kind)


@dataclass(frozen=True, slots=True)
class Loss:
    """A row: its keys in the order asked for, lines, units of issue and piastres lost."""

    keys: tuple[Any, ...]
    lines: int
    units: int
    value: int


@dataclass(frozen=True, slots=True)
class ExpiredBatch:
    """A batch past its last day of use of which something was on hand at the end of a day."""

    batch_id: int
    drug_id: int
    code: str
    names: tuple[str, str]
    unit: UnitOfIssue
    lot: str
    expiry: date
    fund_id: int
    fund_names: tuple[str, str]
    units: int
    value: int


def _keys() -> Mapping[Grouping, ColumnElement[Any]]:
    reason = func.coalesce(_first.reason, Voucher.reason)
    return {
        Grouping.REASON: case((_kind == VoucherKind.RECALL_WITHDRAWAL, RECALLED), else_=reason),
        Grouping.MONTH: month_of(Voucher.business_date.expression),
        Grouping.DRUG: Batch.drug_id.expression,
        Grouping.FUND: Batch.fund_id.expression,
        Grouping.SITE: Voucher.site_id.expression,
        Grouping.BATCH: Batch.id.expression,
    }


def losses(session: Session, query: ReportQuery, *, actor: Actor) -> Sequence[Loss]:
    """Return what was lost in a period, by one or two of reason, month, item, fund, site, batch.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.REPORT_VIEW)
    query.check()
    known = _keys()
    lost = (
        select(
            *(known[one].label(one.value) for one in query.by),
            StockMovement.reverses_id.label("undoes"),
            StockMovement.quantity.label("units"),
            StockMovement.value.label("piastres"),
        )
        .select_from(StockMovement)
        .join(Voucher, Voucher.id == StockMovement.voucher_id)
        .join(Batch, Batch.id == StockMovement.batch_id)
        .outerjoin(_first, _first.id == Voucher.reverses_id)
        .where(
            Voucher.business_date.between(query.date_from, query.date_to),
            _kind.in_(LOSSES),
            *_narrowed(query),
        )
        .subquery()
    )
    keys = [lost.c[one.value] for one in query.by]
    statement = (
        select(
            *keys,
            (func.count() - 2 * func.count(lost.c.undoes)).cast(Whole),
            (-func.sum(lost.c.units)).cast(Whole),
            (-func.sum(lost.c.piastres)).cast(Whole),
        )
        .group_by(*keys)
        .order_by(*keys)
    )
    return [
        Loss(tuple(row[:-3]), lines=row[-3], units=row[-2], value=row[-1])
        for row in session.execute(statement)
    ]


def expired_on_hand(
    session: Session, query: ReportQuery, *, actor: Actor
) -> Sequence[ExpiredBatch]:
    """Return what had expired and was still on hand when a period ended, the longest first.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.REPORT_VIEW)
    query.check()
    there = stock_at.batches(query.date_to).order_by(None).subquery()
    statement = (
        select(Batch, Drug, Fund, there.c.quantity, there.c.value)
        .join(there, there.c.id == Batch.id)
        .join(Drug, Drug.id == Batch.drug_id)
        .join(Fund, Fund.id == Batch.fund_id)
        .where(Batch.expiry < query.date_to, *_narrowed(query))
        .order_by(Batch.expiry, Batch.id)
    )
    return [
        ExpiredBatch(
            batch_id=batch.id,
            drug_id=drug.id,
            code=drug.code,
            names=(drug.name_ar, drug.name_en),
            unit=drug.unit,
            lot=batch.lot,
            expiry=batch.expiry,
            fund_id=batch.fund_id,
            fund_names=(fund.name_ar, fund.name_en),
            units=units,
            value=value,
        )
        for batch, drug, fund, units, value in session.execute(statement)
    ]


def batch_names(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return what batches are called, in Arabic and English: item, lot, month of expiry."""
    rows = session.execute(
        select(Batch.id, Drug.name_ar, Drug.name_en, Batch.lot, Batch.expiry)
        .join(Drug, Drug.id == Batch.drug_id)
        .where(Batch.id.in_(ids))
    )
    named = {}
    for row in rows:
        after = f" · {row.lot} · {row.expiry:%m/%Y}"
        named[row.id] = (row.name_ar + after, (row.name_en or row.name_ar) + after)
    return named


def _narrowed(query: ReportQuery) -> list[ColumnElement[bool]]:
    asked = (
        (query.drug_id, Batch.drug_id),
        (query.fund_id, Batch.fund_id),
        (query.site_id, Batch.site_id),
    )
    return [column == value for value, column in asked if value is not None]

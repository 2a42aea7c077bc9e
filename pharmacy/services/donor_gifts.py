"""What donors gave in money and in kind, and what became of it: units, value, persons, no names.

A gift in kind is its donor's by the goods receipt; what was bought with a fund that names its donor
is theirs too. What came from another site is told by the batch it came out of.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import Whole
from pharmacy.models import (
    Batch,
    DispensingLine,
    Drug,
    Fund,
    MoneyVoucher,
    Posting,
    Supplier,
    Voucher,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Account, FundKind, UnitOfIssue, VoucherKind
from pharmacy.services.cost_dimensions import PERSON
from pharmacy.services.report_query import ReportQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftRow:
    """A medicine of a donor, or their money: piastres and units of issue within the period.

    Attributes:
        drug_id: None for money.
        given_units: Units that came in as gifts in kind; bought ones are no gift of theirs.
        given: Money given, or the value of the goods given.
        handed_out: Value of the medicine handed out, whoever else bore a share of it.
        state: What of that the State bore.
        persons: How many different persons kept some of it; never summed.
    """

    donor_id: int
    donor: str
    drug_id: int | None = None
    name_ar: str = ""
    name_en: str = ""
    unit: UnitOfIssue | None = None
    given_units: int = 0
    given: int = 0
    units: int = 0
    handed_out: int = 0
    state: int = 0
    persons: int = 0


@dataclass(frozen=True, slots=True)
class Gifts:
    """The rows, and how many different persons all of it reached."""

    rows: Sequence[GiftRow]
    persons: int


_source = aliased(Batch)
_came = aliased(Voucher)
_donor = func.coalesce(
    Fund.donor_id, case((Fund.kind == FundKind.GIFT_IN_KIND, _came.supplier_id), else_=None)
)


def donor_gifts(session: Session, query: ReportQuery, *, actor: Actor) -> Gifts:
    """Return what each donor, or the one asked for, gave and what became of it.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.FUND_VIEW)
    query.check()
    facts: dict[tuple[int, int | None], dict[str, int]] = {}
    for donor_id, amount in session.execute(_money(query)):
        facts.setdefault((donor_id, None), {})["given"] = amount
    for giver, drug_id, units, value in session.execute(_in_kind(query)):
        assert giver is not None
        facts.setdefault((giver, drug_id), {}).update(given_units=units, given=value)
    for donor_id, drug_id, units, cost, state, persons in session.execute(_handed_out(query)):
        facts.setdefault((donor_id, drug_id), {}).update(
            units=units, handed_out=cost, state=state, persons=persons
        )
    donors = {row.id: row.name for row in session.scalars(select(Supplier))}
    drug_ids = {drug_id for _, drug_id in facts if drug_id is not None}
    drugs = {row.id: row for row in session.scalars(select(Drug).where(Drug.id.in_(drug_ids)))}
    rows = [
        _row(donors[donor_id], donor_id, drugs.get(drug_id or 0), known)
        for (donor_id, drug_id), known in facts.items()
    ]
    rows.sort(key=lambda row: (row.donor, row.donor_id, row.drug_id is not None, row.name_en))
    return Gifts(rows, session.scalars(_everybody(query)).one())


def _row(donor: str, donor_id: int, drug: Drug | None, known: dict[str, int]) -> GiftRow:
    row = GiftRow(donor_id=donor_id, donor=donor)
    if drug is not None:
        row = replace(
            row, drug_id=drug.id, name_ar=drug.name_ar, name_en=drug.name_en, unit=drug.unit
        )
    return replace(
        row,
        given_units=known.get("given_units", 0),
        given=known.get("given", 0),
        units=known.get("units", 0),
        handed_out=known.get("handed_out", 0),
        state=known.get("state", 0),
        persons=known.get("persons", 0),
    )


def _money(query: ReportQuery) -> Select[int, int]:
    """Money of somebody on file, or for a fund that names its donor; undone, it was not given."""
    undone = aliased(Voucher)
    donor = func.coalesce(Voucher.supplier_id, Fund.donor_id)
    statement = (
        select(donor, func.sum(MoneyVoucher.amount).cast(Whole))
        .join(Voucher, Voucher.id == MoneyVoucher.voucher_id)
        .join(Fund, Fund.id == MoneyVoucher.fund_id)
        .where(
            Voucher.kind == VoucherKind.FUND_RECEIPT,
            MoneyVoucher.account == Account.FUND_RECEIPTS,
            donor.is_not(None),
            Voucher.business_date.between(query.date_from, query.date_to),
            ~select(undone.id).where(undone.reverses_id == Voucher.id).exists(),
        )
        .group_by(donor)
    )
    return statement if query.supplier_id is None else statement.where(donor == query.supplier_id)


def _in_kind(query: ReportQuery) -> Select[int | None, int, int, int]:
    """Batches that came in as gifts; a receipt that was undone brought none."""
    undone = aliased(Voucher)
    gift = and_(
        Posting.voucher_id == Batch.voucher_id,
        Posting.account == Account.GIFTS_IN_KIND,
    )
    statement = (
        select(
            _came.supplier_id,
            Batch.drug_id,
            func.sum(Batch.received_quantity).cast(Whole),
            func.sum(Batch.received_value).cast(Whole),
        )
        .join(_came, _came.id == Batch.voucher_id)
        .where(
            _came.supplier_id.is_not(None),
            _came.business_date.between(query.date_from, query.date_to),
            select(Posting.id).where(gift).exists(),
            ~select(undone.id).where(undone.reverses_id == _came.id).exists(),
        )
        .group_by(_came.supplier_id, Batch.drug_id)
    )
    if query.supplier_id is not None:
        statement = statement.where(_came.supplier_id == query.supplier_id)
    return statement


def batches_given(donor_id: int | None) -> Select[int]:
    """Select the ids of the batches that a donor gave, or any donor for None.

    A batch from another site is its donor's by the batch it came out of.
    """
    statement = (
        select(Batch.id)
        .join(_source, _source.id == func.coalesce(Batch.origin_batch_id, Batch.id))
        .join(_came, _came.id == _source.voucher_id)
        .join(Fund, Fund.id == Batch.fund_id)
    )
    return statement.where(_donor.is_not(None) if donor_id is None else _donor == donor_id)


def _of_donors(statement: Select[Any], query: ReportQuery) -> Select[Any]:
    """Join lines of dispensing to the donor of their batch, within the period and the filter."""
    joined = (
        statement.select_from(DispensingLine)
        .join(Batch, Batch.id == DispensingLine.batch_id)
        .join(_source, _source.id == func.coalesce(Batch.origin_batch_id, Batch.id))
        .join(_came, _came.id == _source.voucher_id)
        .join(Fund, Fund.id == Batch.fund_id)
        .where(
            DispensingLine.business_date.between(query.date_from, query.date_to),
            _donor.is_not(None),
        )
    )
    return joined if query.supplier_id is None else joined.where(_donor == query.supplier_id)


def _handed_out(query: ReportQuery) -> Select[Any]:
    """What was handed out, and how many persons kept some of it, by donor and medicine."""
    line = DispensingLine
    columns = (line.quantity, line.cost, line.state_share)
    each = _of_donors(
        select(
            _donor.label("donor"),
            line.drug_id.label("drug"),
            PERSON.label("person"),
            *(func.sum(column).label(column.key) for column in columns),
        ).group_by(_donor, line.drug_id, PERSON),
        query,
    ).subquery()
    return select(
        each.c.donor,
        each.c.drug,
        *(func.sum(each.c[column.key]).cast(Whole) for column in columns),
        func.count().filter(each.c.quantity > 0),
    ).group_by(each.c.donor, each.c.drug)


def _everybody(query: ReportQuery) -> Select[Any]:
    """How many different persons kept some of all that was given."""
    kept = _of_donors(select(PERSON.label("person")).group_by(PERSON), query)
    return select(func.count()).select_from(
        kept.having(func.sum(DispensingLine.quantity) > 0).subquery()
    )

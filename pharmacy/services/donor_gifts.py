"""What donors gave in money and in kind, and what became of it: units, value, persons, no names.

A gift in kind is its donor's by the goods receipt; what was bought with a fund that names its donor
is theirs too. What came from another site is told by the batch it came out of.
"""

from collections import defaultdict
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
    StockMovement,
    Supplier,
    Voucher,
)
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Account, FundKind, UnitOfIssue
from pharmacy.services.cost_dimensions import PERSON
from pharmacy.services.report_query import ReportQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftRow:
    """A medicine of a donor, or their money: piastres and units of issue within the period.

    Attributes:
        donor_id: None for somebody who is not on file.
        donor: The name on file, or as it was typed on the paper; it may be empty.
        drug_id: None for money.
        given_units: Units that came in as gifts in kind; bought ones are no gift of theirs.
        given: Money given, or the value of the goods given, less what was undone or sent back;
            of all rows what the accounts of money received and of gifts in kind say.
        handed_out: Value of the medicine handed out, whoever else bore a share of it.
        state: What of that the State bore.
        persons: How many different persons kept some of it; never summed.
    """

    donor_id: int | None
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
_first = aliased(Voucher)
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
    facts: dict[tuple[int | None, str, int | None], dict[str, int]] = {}
    given: dict[tuple[int | None, str], int] = defaultdict(int)
    for donor_id, name, amount in session.execute(_money(query)):
        given[donor_id, "" if donor_id else name or ""] += amount
    facts.update({(*who, None): {"given": amount} for who, amount in given.items() if amount})
    for giver, drug_id, units, value in session.execute(_in_kind(query)):
        if units or value:
            facts.setdefault((giver, "", drug_id), {}).update(given_units=units, given=value)
    for donor_id, drug_id, units, cost, state, persons in session.execute(_handed_out(query)):
        facts.setdefault((donor_id, "", drug_id), {}).update(
            units=units, handed_out=cost, state=state, persons=persons
        )
    donors = {row.id: row.name for row in session.scalars(select(Supplier))}
    drug_ids = {drug_id for *_, drug_id in facts if drug_id is not None}
    drugs = {row.id: row for row in session.scalars(select(Drug).where(Drug.id.in_(drug_ids)))}
    rows = [
        _row(donors.get(donor_id or 0, name), donor_id, drugs.get(drug_id or 0), known)
        for (donor_id, name, drug_id), known in facts.items()
    ]
    rows.sort(
        key=lambda row: (
            row.donor_id is None, row.donor, row.donor_id or 0, row.drug_id is not None, row.name_en
        )
    )  # fmt: skip
    return Gifts(rows, session.scalars(_everybody(query)).one())


def _row(donor: str, donor_id: int | None, drug: Drug | None, known: dict[str, int]) -> GiftRow:
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


def _money(query: ReportQuery) -> Select[int | None, str | None, int]:
    """Money by its giver on file, or the one a fund names, or else by the name on the paper.

    What is undone is taken off on the day of the undoing, as the account has it.
    """
    donor = func.coalesce(Voucher.supplier_id, _first.supplier_id, Fund.donor_id)
    statement = (
        select(donor, MoneyVoucher.party_name, func.sum(-Posting.amount).cast(Whole))
        .join(Voucher, Voucher.id == Posting.voucher_id)
        .join(Fund, Fund.id == Posting.fund_id)
        .outerjoin(_first, _first.id == Voucher.reverses_id)
        .outerjoin(
            MoneyVoucher,
            MoneyVoucher.voucher_id == func.coalesce(Voucher.reverses_id, Voucher.id),
        )
        .where(
            Posting.account == Account.FUND_RECEIPTS,
            Voucher.business_date.between(query.date_from, query.date_to),
        )
        .group_by(donor, MoneyVoucher.party_name)
    )
    return statement if query.supplier_id is None else statement.where(donor == query.supplier_id)


def _in_kind(query: ReportQuery) -> Select[int | None, int, int, int]:
    """Goods that came as gifts, less those that went back to their giver or were undone."""
    donor = func.coalesce(Voucher.supplier_id, _first.supplier_id)
    statement = (
        select(
            donor,
            Batch.drug_id,
            func.sum(StockMovement.quantity).cast(Whole),
            func.sum(-Posting.amount).cast(Whole),
        )
        .join(Voucher, Voucher.id == Posting.voucher_id)
        .join(
            StockMovement,
            and_(
                StockMovement.voucher_id == Posting.voucher_id,
                StockMovement.line_no == Posting.line_no,
            ),
        )
        .join(Batch, Batch.id == StockMovement.batch_id)
        .outerjoin(_first, _first.id == Voucher.reverses_id)
        .where(
            Posting.account == Account.GIFTS_IN_KIND,
            Voucher.business_date.between(query.date_from, query.date_to),
        )
        .group_by(donor, Batch.drug_id)
    )
    return statement if query.supplier_id is None else statement.where(donor == query.supplier_id)


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

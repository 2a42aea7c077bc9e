"""What contract pharmacies gave, as far as it was accepted: lines that stand beside the counter's.

A line counts on the day its decision was posted, as its cost does in the ledger; undoing a decision
counts on the day of the undoing with its signs turned. So a period's figures are plain sums, they
agree with the account of claims, and no closed month changes. What a person had in hand goes by the
day it was given, as at the counter. A contract pharmacy is none of our sites: figures narrowed to a
site hold nothing of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, CompoundSelect, Select, case, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from pharmacy.db import Whole, month_of
from pharmacy.models import (
    ApprovalItem,
    Beneficiary,
    CitizenRequest,
    Claim,
    ClaimDecision,
    ClaimLine,
    ClaimLineDecision,
    Drug,
    Supplier,
    Voucher,
)
from pharmacy.rules.calendar import EVER
from pharmacy.rules.vocabulary import Channel, Sex
from pharmacy.services.cost_dimensions import age_band
from pharmacy.services.report_query import SAID, ReportQuery
from pharmacy.services.standing import standing_decision

_DECIDED = Voucher.id == ClaimDecision.voucher_id
_SIGN = case((_DECIDED, 1), else_=-1)
_PERSON = func.coalesce(Beneficiary.merged_into_id, Beneficiary.id)
QUANTITY = _SIGN * ClaimLineDecision.quantity
"""Units of issue; of what undoes a decision, less than nothing."""
AMOUNT = _SIGN * ClaimLineDecision.accepted
"""Piastres accepted, signed as the units."""
ON = Voucher.business_date.expression
"""The day it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenQuery:
    """Which accepted lines are counted; ids, None for all.

    Attributes:
        date_from: The first day counted.
        date_to: The last day counted.
        site_id: One of our sites: of it, a contract pharmacy gave nothing.
        condition_id: Of the request, as the channel and the prescriber are.
        atc: The code of a group of the ATC classification that the item is of.
        age: The key of an age band, on the day of giving.
        person: The record that goes on, of records that were merged.
    """

    date_from: date
    date_to: date
    site_id: int | None = None
    fund_id: int | None = None
    centre_id: int | None = None
    drug_id: int | None = None
    pharmacy_id: int | None = None
    condition_id: int | None = None
    channel: Channel | None = None
    atc: str | None = None
    sex: Sex | None = None
    age: str | None = None
    prescriber: str | None = None
    person: int | None = None


def given_query(query: ReportQuery) -> GivenQuery:
    """Return what a report asks of the accepted lines."""
    return GivenQuery(
        date_from=query.date_from,
        date_to=query.date_to,
        site_id=query.site_id,
        fund_id=query.fund_id,
        centre_id=query.centre_id,
        drug_id=query.drug_id,
        pharmacy_id=query.supplier_id,
        condition_id=query.condition_id,
        **{name: getattr(query, name) for name in SAID},
    )


@dataclass(frozen=True, slots=True)
class GivenSums:
    """What accepted lines come to: how many stand, units, piastres."""

    lines: int = 0
    quantity: int = 0
    amount: int = 0


def given_lines(*columns: Any) -> Select[Any]:  # noqa: ANN401 - columns of SQLAlchemy
    """Select from every accepted line and every undoing of one."""
    statement = (
        select(*columns)
        .select_from(ClaimLineDecision)
        .join(
            ClaimDecision,
            (ClaimDecision.claim_id == ClaimLineDecision.claim_id)
            & (ClaimDecision.attempt == ClaimLineDecision.attempt),
        )
        .join(Voucher, or_(_DECIDED, Voucher.reverses_id == ClaimDecision.voucher_id))
        .join(ClaimLine, ClaimLine.id == ClaimLineDecision.claim_line_id)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .join(CitizenRequest, CitizenRequest.id == ClaimLine.request_id)
        .join(Beneficiary, Beneficiary.id == CitizenRequest.beneficiary_id)
        .where(ClaimLineDecision.quantity > 0)
    )
    return cast("Select[Any]", statement)


def narrowed(query: GivenQuery) -> list[ColumnElement[bool]]:
    """Return the conditions of a query on those lines."""
    return [ON.between(query.date_from, query.date_to), *_chosen(query)]


def _chosen(query: GivenQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    columns: Mapping[str, ColumnElement[Any]] = {
        "fund_id": Claim.fund_id.expression,
        "centre_id": CitizenRequest.centre_id.expression,
        "drug_id": ClaimLine.drug_id.expression,
        "pharmacy_id": Claim.pharmacy_id.expression,
        "condition_id": CitizenRequest.condition_id.expression,
        "channel": CitizenRequest.channel.expression,
        "prescriber": func.trim(CitizenRequest.prescriber),
        "person": _PERSON,
    }
    for name, column in columns.items():
        chosen = getattr(query, name)
        if chosen is not None:
            found.append(column == chosen)
    if query.atc is not None:
        group = func.substr(Drug.atc, 1, len(query.atc)) == query.atc
        found.append(ClaimLine.drug_id.in_(select(Drug.id).where(group)))
    found += [told == value for told, value in _of_person(query) if value is not None]
    if query.site_id is not None:
        found.append(false())
    return found


def _of_person(query: GivenQuery) -> Iterable[tuple[ColumnElement[Any], object]]:
    """Give what is told by the record of a person that goes on, and what alone is counted."""
    of = aliased(Beneficiary)
    band = age_band(of.birth_date.expression, ClaimLine.given_on.expression)
    for told, value in ((of.sex.expression, query.sex), (band, query.age)):
        yield select(told).where(of.id == _PERSON).scalar_subquery(), value


def given_sums(session: Session, query: GivenQuery) -> GivenSums:
    """Return what the lines of a query come to."""
    row = session.execute(given_lines(*_sums()).where(*narrowed(query))).one()
    return GivenSums(*row)


def given_listed(query: GivenQuery) -> Select[Any]:
    """Select the lines of a query for reading, the latest first.

    Values of a row are `line, claim, pharmacy, request, drug, card_number, on, quantity, amount`.
    """
    shown = (ClaimLine, Claim, Supplier, CitizenRequest, Drug, Beneficiary.card_number)
    return (
        given_lines(*shown, ON, QUANTITY.label("units"), AMOUNT.label("piastres"))
        .join(Supplier, Supplier.id == Claim.pharmacy_id)
        .join(Drug, Drug.id == ClaimLine.drug_id)
        .where(*narrowed(query))
        .order_by(ON.desc(), Voucher.id.desc(), ClaimLine.id.desc())
    )


def given_by_drug(session: Session, query: GivenQuery) -> dict[int, GivenSums]:
    """Return what the lines of a query come to, by item."""
    return _by(session, query, ClaimLine.drug_id.expression)


def given_by_person(session: Session, query: GivenQuery) -> dict[int, GivenSums]:
    """Return what the lines of a query come to, by the record of a person that goes on."""
    return _by(session, query, _PERSON)


def given_for_approvals(query: GivenQuery) -> Select[int]:
    """Select the approvals on which lines were given on the days of a query, decided by its end."""
    days = ClaimLine.given_on.between(query.date_from, query.date_to)
    return _on_approvals(ApprovalItem.approval_id).where(days, query.date_to >= ON, *_chosen(query))


def given_on_approvals(approvals: CompoundSelect[int], until: date) -> Select[Any]:
    """Select what was accepted on approvals by a day: `approval_id, given_on, amount` a line."""
    return _on_approvals(
        ApprovalItem.approval_id, ClaimLine.given_on, AMOUNT.label("amount")
    ).where(ApprovalItem.approval_id.in_(approvals), until >= ON)


def _on_approvals(*columns: Any) -> Select[Any]:  # noqa: ANN401 - columns of SQLAlchemy
    used = ApprovalItem.id == ClaimLineDecision.approval_item_id
    return given_lines(*columns).join(ApprovalItem, used)


def given_months(session: Session, query: GivenQuery) -> dict[int, set[str]]:
    """Return the months in which more was given of an item than undone, as `2026-03`, by item."""
    month = month_of(ON)
    drug = ClaimLine.drug_id.expression
    rows = session.execute(
        given_lines(drug, month)
        .where(*narrowed(query))
        .group_by(drug, month)
        .having(func.sum(QUANTITY) > 0)
    )
    found: dict[int, set[str]] = {}
    for drug_id, key in rows:
        found.setdefault(drug_id, set()).add(key)
    return found


@dataclass(frozen=True, slots=True)
class StandingLine:
    """An accepted line that nobody undid: who was given what, where, when, for how many days.

    `quantity` and `amount` are units and piastres accepted; `item_id` is the approved item.
    """

    line_id: int
    claim_id: int
    pharmacy_id: int
    person: int
    item_id: int
    drug_id: int
    on: date
    days: int
    quantity: int
    amount: int


def standing_lines(session: Session, query: GivenQuery) -> list[StandingLine]:
    """Return what was decided on the days of a query and stood at its end, by day of giving.

    A claim comes when its month is over: asked for by the day of giving, lines decided in the next
    month would stand in no month that is looked at by itself.
    """
    return _standing(session, query.date_to, *narrowed(query))


def standing_on_items(session: Session, item_ids: Sequence[int]) -> list[StandingLine]:
    """Return what was given on approved items and stands, in order of days."""
    return _standing(session, EVER, ApprovalItem.id.in_(item_ids))


def _standing(
    session: Session, until: date, *conditions: ColumnElement[bool]
) -> list[StandingLine]:
    item, decided = ApprovalItem, ClaimLineDecision
    days = decided.quantity * item.interval_days // item.quantity_per_issue
    of = (ClaimLine.id, Claim.id, Claim.pharmacy_id, _PERSON, item.id, ClaimLine.drug_id)
    rows = session.execute(
        _on_approvals(*of, ClaimLine.given_on, days, decided.quantity, decided.accepted)
        .where(*conditions, _DECIDED, until >= ON, standing_decision(until))
        .order_by(ClaimLine.given_on, ClaimLine.id)
    )
    return [StandingLine(*row) for row in rows]


def _sums() -> Iterable[ColumnElement[Any]]:
    return (func.coalesce(func.sum(column), 0).cast(Whole) for column in (_SIGN, QUANTITY, AMOUNT))


def _by(session: Session, query: GivenQuery, key: ColumnElement[Any]) -> dict[int, GivenSums]:
    statement = given_lines(key, *_sums()).where(*narrowed(query)).group_by(key)
    return {row[0]: GivenSums(*row[1:]) for row in session.execute(statement)}

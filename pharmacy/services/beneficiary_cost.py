"""What a person cost: how many in which band, the highest cases, and ceilings that were reached.

A person is counted once, whatever records and centres they came through, by what they kept in the
period, from our counters and from contract pharmacies together; whoever gave all of it back cost
nothing and is not counted. Against a ceiling counts what the counter counts: what the funds bore of
our dispensings, and what was accepted of claims, on the day it was given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union, union_all
from sqlalchemy.orm import Session

from pharmacy.db import Whole, month_of
from pharmacy.models import Approval, Beneficiary, Dispensing, DispensingLine
from pharmacy.rules.actor import Actor
from pharmacy.rules.cost_band import COST_BANDS, band_of
from pharmacy.rules.permissions import Permission
from pharmacy.services.claim_given import (
    GivenSums,
    given_by_person,
    given_for_approvals,
    given_on_approvals,
    given_query,
)
from pharmacy.services.cost_dimensions import PERSON, Dimension, joined
from pharmacy.services.cost_query import asks, cost_asked, line_filter
from pharmacy.services.report_query import ReportQuery

HIGHEST = 20
"""Cases shown by themselves, when the query does not say how many."""


@dataclass(frozen=True, slots=True)
class PersonCost:
    """What a person cost, piastres: lines and cost of our dispensings, and what claims cost."""

    beneficiary_id: int
    lines: int
    cost: int
    elsewhere: int

    @property
    def total(self) -> int:
        """What they cost in all."""
        return self.cost + self.elsewhere


@dataclass(frozen=True, slots=True)
class CostBand:
    """Persons whose cost lies in a band: its place, how many, what they cost us and on claims."""

    place: int
    persons: int
    cost: int
    elsewhere: int

    @property
    def total(self) -> int:
        """What they cost in all."""
        return self.cost + self.elsewhere


@dataclass(frozen=True, slots=True)
class CostCase:
    """A person of high cost; the card is empty for whoever may not see persons."""

    person: PersonCost
    card_number: str


@dataclass(frozen=True, slots=True)
class CeilingReached:
    """An approval whose ceiling was used up: of the case, or of a month (piastres).

    Attributes:
        month: As `2026-03`; empty for the ceiling of the case.
        borne: State and donor shares, and claims; of the case, up to the end of the period.
    """

    request_id: int
    decision_number: str
    month: str
    ceiling: int
    borne: int


@dataclass(frozen=True, slots=True)
class BeneficiaryCost:
    """The report: every band, empty ones too; the highest first; ceilings in their order."""

    bands: Sequence[CostBand]
    highest: Sequence[CostCase]
    ceilings: Sequence[CeilingReached]


def beneficiary_cost(session: Session, query: ReportQuery, *, actor: Actor) -> BeneficiaryCost:
    """Return what persons cost in a period.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.REPORT_VIEW)
    query.check()
    found = _persons(session, query)
    bands = [[0, 0, 0] for _start in COST_BANDS]
    for one in found:
        band = bands[_band_of(one)]
        band[0] += 1
        band[1] += one.cost
        band[2] += one.elsewhere
    return BeneficiaryCost(
        bands=[CostBand(place, *band) for place, band in enumerate(bands)],
        highest=cases(session, found[: query.top or HIGHEST], actor=actor),
        ceilings=[
            *_ceilings(session, query, Approval.case_ceiling.expression, by_month=False),
            *_ceilings(session, query, Approval.month_ceiling.expression, by_month=True),
        ],
    )


def persons_of(
    session: Session, query: ReportQuery, band: int | None, *, actor: Actor
) -> Sequence[PersonCost]:
    """Return the persons of a band, or all of them, the dearest first.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.REPORT_VIEW)
    query.check()
    return [one for one in _persons(session, query) if band is None or _band_of(one) == band]


def _band_of(person: PersonCost) -> int:
    return band_of(max(person.total, 0))


def _persons(session: Session, query: ReportQuery) -> list[PersonCost]:
    """Return everybody who kept something, the dearest first."""
    line = DispensingLine
    lines = func.count() - 2 * func.count(line.reverses_line_id)
    sums = (lines, func.sum(line.cost), func.sum(line.quantity))
    statement = _narrowed(
        query, select(PERSON, *(each.cast(Whole) for each in sums)).select_from(line)
    )
    here = {row[0]: row[1:] for row in session.execute(statement.group_by(PERSON))}
    elsewhere = given_by_person(session, given_query(query))
    found = []
    for person in {*here, *elsewhere}:
        count, cost, kept = here.get(person, (0, 0, 0))
        given = elsewhere.get(person, GivenSums())
        if kept > 0 or given.quantity > 0:
            found.append(PersonCost(person, count, cost, given.amount))
    return sorted(found, key=lambda one: (-one.total, one.beneficiary_id))


def _narrowed(query: ReportQuery, statement: Select[*tuple[Any, ...]]) -> Select[Any]:
    asked = cost_asked(query)
    return joined(statement, asks(asked)).where(*line_filter(asked))


def cases(session: Session, persons: Sequence[PersonCost], *, actor: Actor) -> list[CostCase]:
    """Return persons with their cards, for whoever may see persons."""
    cards: dict[int, str] = {}
    if actor.may(Permission.BENEFICIARY_VIEW):
        ids = [one.beneficiary_id for one in persons]
        named = select(Beneficiary.id, Beneficiary.card_number).where(Beneficiary.id.in_(ids))
        cards = {row[0]: row[1] for row in session.execute(named)}
    return [CostCase(one, cards.get(one.beneficiary_id, "")) for one in persons]


def _ceilings(
    session: Session, query: ReportQuery, ceiling: ColumnElement[Any], *, by_month: bool
) -> list[CeilingReached]:
    """Return the approvals with lines in the period that bore as much as their ceiling."""
    asked = cost_asked(query)
    line, first = DispensingLine, query.date_from if by_month else date.min
    of_period = select(Dispensing.approval_id).join(
        line, line.dispensing_id == Dispensing.voucher_id
    )
    here = joined(of_period, set(asks(asked)) - {Dimension.CENTRE}).where(*line_filter(asked))
    touched = union(here, given_for_approvals(given_query(query)))
    ours = (
        select(
            Dispensing.approval_id,
            line.business_date.label("given_on"),
            (line.state_share + line.donor_share).label("amount"),
        )
        .select_from(line)
        .join(Dispensing, Dispensing.voucher_id == line.dispensing_id)
    )
    borne_lines = union_all(
        ours.where(Dispensing.approval_id.in_(touched)), given_on_approvals(touched, query.date_to)
    ).subquery()
    borne = func.sum(borne_lines.c.amount)
    keys = [month_of(borne_lines.c.given_on)] if by_month else []
    statement = (
        select(Approval.request_id, Approval.decision_number, ceiling, borne.cast(Whole), *keys)
        .join(borne_lines, borne_lines.c.approval_id == Approval.id)
        .where(ceiling.is_not(None), borne_lines.c.given_on.between(first, query.date_to))
        .group_by(Approval.id, *keys)
        .having(borne >= ceiling)
        .order_by(Approval.id, *keys)
    )
    return [
        CeilingReached(row[0], row[1], row[4] if by_month else "", row[2], row[3])
        for row in session.execute(statement)
    ]

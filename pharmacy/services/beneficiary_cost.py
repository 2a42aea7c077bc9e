"""What a person cost: how many in which band, the highest cases, and ceilings that were reached.

A person is counted once, whatever records and centres they came through, by what they kept in the
period; whoever gave all of it back cost nothing and is not counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from pharmacy.db import Whole, month_of
from pharmacy.models import Approval, Beneficiary, Dispensing, DispensingLine
from pharmacy.rules.actor import Actor
from pharmacy.rules.cost_band import COST_BANDS, band_of
from pharmacy.rules.permissions import Permission
from pharmacy.services.cost_dimensions import PERSON, Dimension, joined
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.reporting import CostQuery, asks, line_filter

HIGHEST = 20
"""Cases shown by themselves, when the query does not say how many."""


@dataclass(frozen=True, slots=True)
class CostBand:
    """Persons whose cost lies in a band: its place, how many, and what they cost (piastres)."""

    place: int
    persons: int
    cost: int


@dataclass(frozen=True, slots=True)
class CostCase:
    """A person of high cost; the card is empty for whoever may not see persons."""

    beneficiary_id: int
    card_number: str
    lines: int
    cost: int


@dataclass(frozen=True, slots=True)
class CeilingReached:
    """An approval whose ceiling was used up: of the case, or of a month (piastres).

    Attributes:
        month: As `2026-03`; empty for the ceiling of the case.
        borne: State and donor shares; of the case, up to the end of the period.
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
    line = DispensingLine
    lines = func.count() - 2 * func.count(line.reverses_line_id)
    statement = _narrowed(
        query,
        select(PERSON, lines.cast(Whole), func.sum(line.cost).cast(Whole)).select_from(line),
    )
    kept = func.sum(line.quantity) > 0
    found = session.execute(statement.group_by(PERSON).having(kept)).all()
    ordered = sorted(found, key=lambda row: (-row[2], row[0]))
    bands = [[0, 0] for _start in COST_BANDS]
    for _person, _lines, cost in found:
        band = bands[band_of(max(cost, 0))]
        band[0] += 1
        band[1] += cost
    return BeneficiaryCost(
        bands=[CostBand(place, *band) for place, band in enumerate(bands)],
        highest=_cases(session, ordered[: query.top or HIGHEST], actor),
        ceilings=[
            *_ceilings(session, query, Approval.case_ceiling.expression, by_month=False),
            *_ceilings(session, query, Approval.month_ceiling.expression, by_month=True),
        ],
    )


def _cost_query(query: ReportQuery) -> CostQuery:
    return CostQuery(
        date_from=query.date_from,
        date_to=query.date_to,
        site_id=query.site_id,
        fund_id=query.fund_id,
        centre_id=query.centre_id,
    )


def _narrowed(query: ReportQuery, statement: Select[*tuple[Any, ...]]) -> Select[Any]:
    asked = _cost_query(query)
    return joined(statement, asks(asked)).where(*line_filter(asked))


def _cases(session: Session, rows: Sequence[Any], actor: Actor) -> list[CostCase]:
    cards: dict[int, str] = {}
    if actor.may(Permission.BENEFICIARY_VIEW):
        ids = [row[0] for row in rows]
        named = select(Beneficiary.id, Beneficiary.card_number).where(Beneficiary.id.in_(ids))
        cards = {row[0]: row[1] for row in session.execute(named)}
    return [CostCase(row[0], cards.get(row[0], ""), row[1], row[2]) for row in rows]


def _ceilings(
    session: Session, query: ReportQuery, ceiling: ColumnElement[Any], *, by_month: bool
) -> list[CeilingReached]:
    """Return the approvals with lines in the period that bore as much as their ceiling."""
    line = DispensingLine
    borne = func.sum(line.state_share + line.donor_share)
    month = month_of(line.business_date.expression)
    keys = [month] if by_month else []
    of_period = select(Dispensing.approval_id).join(
        line, line.dispensing_id == Dispensing.voucher_id
    )
    touched = joined(of_period, set(asks(_cost_query(query))) - {Dimension.CENTRE}).where(
        *line_filter(_cost_query(query))
    )
    statement = (
        select(
            Approval.request_id,
            Approval.decision_number,
            ceiling,
            borne.cast(Whole),
            *keys,
        )
        .join(Dispensing, Dispensing.approval_id == Approval.id)
        .join(line, line.dispensing_id == Dispensing.voucher_id)
        .where(
            Approval.id.in_(touched),
            ceiling.is_not(None),
            line.business_date <= query.date_to,
        )
        .group_by(Approval.id, *keys)
        .having(borne >= ceiling)
        .order_by(Approval.id, *keys)
    )
    if by_month:
        statement = statement.where(line.business_date >= query.date_from)
    return [
        CeilingReached(row[0], row[1], row[4] if by_month else "", row[2], row[3])
        for row in session.execute(statement)
    ]

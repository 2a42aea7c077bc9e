"""What was owed and what could not be given at all, item by item.

An owing is counted on the day of the dispensing it was left from; what was given of it since, or
given up, counts whenever that was, so that what is still open is what is open now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from pharmacy.db import Whole
from pharmacy.models import DispensingLine, Drug, Owing, OwingClosure, UnmetDemand, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import day_ends
from pharmacy.rules.permissions import Permission
from pharmacy.services.report_query import ReportQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """An item: owings (units left owing, given since, given up) and times nothing could be given.

    Attributes:
        persons: Different persons who went without; they do not add up over items.
    """

    drug_id: int
    name_ar: str
    name_en: str
    owings: int = 0
    owed: int = 0
    given: int = 0
    closed: int = 0
    times: int = 0
    unmet: int = 0
    persons: int = 0

    @property
    def open(self) -> int:
        """Units still owed."""
        return self.owed - self.given - self.closed


def owed_and_unmet(session: Session, query: ReportQuery, *, actor: Actor) -> Sequence[Owed]:
    """Return the items of which something was owed or not there in a period, by their names.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.REPORT_VIEW)
    query.check()
    owed, unmet = _owed(session, query), _unmet(session, query)
    named = select(Drug.id, Drug.name_ar, Drug.name_en).where(Drug.id.in_({*owed, *unmet}))
    rows = [
        Owed(
            drug_id=drug_id,
            name_ar=name_ar,
            name_en=name_en,
            **owed.get(drug_id, {}),
            **unmet.get(drug_id, {}),
        )
        for drug_id, name_ar, name_en in session.execute(named)
    ]
    return sorted(rows, key=lambda row: (row.name_en, row.drug_id))


def _owed(session: Session, query: ReportQuery) -> dict[int, dict[str, int]]:
    given = (
        select(func.coalesce(func.sum(DispensingLine.quantity), 0))
        .where(DispensingLine.owing_id == Owing.id, DispensingLine.business_date <= query.date_to)
        .correlate(Owing)
        .scalar_subquery()
    )
    each: Any = (
        select(
            Owing.drug_id,
            Owing.quantity,
            given.label("given"),
            case((OwingClosure.owing_id.is_(None), 0), else_=Owing.quantity - given).label(
                "closed"
            ),
        )
        .join(Voucher, Voucher.id == Owing.voucher_id)
        .outerjoin(
            OwingClosure,
            (OwingClosure.owing_id == Owing.id) & (OwingClosure.at < day_ends(query.date_to)),
        )
        .where(Voucher.business_date.between(query.date_from, query.date_to))
    )
    if query.site_id is not None:
        each = each.where(Voucher.site_id == query.site_id)
    if query.drug_id is not None:
        each = each.where(Owing.drug_id == query.drug_id)
    rows = each.subquery()
    summed = select(
        rows.c.drug_id,
        func.count(),
        *(
            func.sum(column).cast(Whole)
            for column in (rows.c.quantity, rows.c.given, rows.c.closed)
        ),
    ).group_by(rows.c.drug_id)
    names = ("owings", "owed", "given", "closed")
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in session.execute(summed)}


def _unmet(session: Session, query: ReportQuery) -> dict[int, dict[str, int]]:
    unmet = UnmetDemand
    statement = (
        select(
            unmet.drug_id,
            func.count(),
            func.sum(unmet.quantity).cast(Whole),
            func.count(unmet.beneficiary_id.distinct()),
        )
        .where(unmet.business_date.between(query.date_from, query.date_to))
        .group_by(unmet.drug_id)
    )
    if query.site_id is not None:
        statement = statement.where(unmet.site_id == query.site_id)
    if query.drug_id is not None:
        statement = statement.where(unmet.drug_id == query.drug_id)
    names = ("times", "unmet", "persons")
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in session.execute(statement)}

"""What contract pharmacies claimed in a period and what became of it, as the period ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from pharmacy.models import Claim, ClaimDecision, Supplier
from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.services.claim_view import ClaimFilter, narrowed_claims, total_of
from pharmacy.services.report_query import ReportQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class PharmacyClaims:
    """What became of the claims of one pharmacy in a period; piastres.

    Nothing was accepted of what waits.
    """

    pharmacy_id: int
    name: str
    claims: int
    claimed: int
    accepted: int
    refused: int
    waiting: int


def claims_by_pharmacy(
    session: Session, query: ReportQuery, *, actor: Actor
) -> Sequence[PharmacyClaims]:
    """Return what became of each pharmacy's claims in a period, by name, as it ended.

    A claim is told in the period in which it came, and in each later one in which it still waited
    or its decision was undone: so none is left out, whenever it is decided.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
    """
    actor.require(Permission.FUND_VIEW)
    query.check()
    waits = ClaimDecision.claim_id.is_(None)
    refused = Claim.claimed - ClaimDecision.accepted
    wanted = ClaimFilter(
        pharmacy_id=query.supplier_id,
        fund_id=query.fund_id,
        open_from=query.date_from,
        as_of=query.date_to,
    )
    statement = (
        select(
            Supplier.id,
            Supplier.name,
            func.count(),
            total_of(Claim.claimed),
            total_of(ClaimDecision.accepted),
            total_of(refused),
            total_of(case((waits, Claim.claimed), else_=0)),
        )
        .join(Claim, Claim.pharmacy_id == Supplier.id)
        .outerjoin(ClaimDecision, wanted.stands)
        .where(*narrowed_claims(wanted))
        .group_by(Supplier.id, Supplier.name)
        .order_by(Supplier.name, Supplier.id)
    )
    return [
        PharmacyClaims(
            pharmacy_id=row[0],
            name=row[1],
            claims=row[2],
            claimed=row[3],
            accepted=row[4],
            refused=row[5],
            waiting=row[6],
        )
        for row in session.execute(statement)
    ]

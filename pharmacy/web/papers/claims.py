"""The report of claims: what each contract pharmacy asked, what was accepted, what waits."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.rules.vocabulary import PartyKind
from pharmacy.services.claim_report import PharmacyClaims, claims_by_pharmacy
from pharmacy.services.claim_view import ClaimState
from pharmacy.services.report_query import ReportQuery
from pharmacy.web.language import gettext, speaking
from pharmacy.web.papers.figure_paper import Behind, Head, Links, Made, figure_paper
from reports.spreadsheets import Column, Kind, Table


def claims_report(
    session: Session,
    query: ReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Made:
    """Return the claims of a period by pharmacy.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
    """
    found = claims_by_pharmacy(session, query, actor=actor)
    with speaking(language):
        head = Head(
            title=gettext("Claims of contract pharmacies"),
            series="CP",
            party=PartyKind.CONTRACT_PHARMACY,
            notes=(
                gettext(
                    "Claims that came in the period or waited in it, as they stood at its end."
                    " What waits is neither accepted nor refused."
                ),
            ),
        )
        table = _table(found)
    paper = figure_paper(session, query, table, head, language=language, as_of=as_of, demo=demo)
    return Made(
        paper=paper,
        behind=[_links(query, row.pharmacy_id) for row in found],
        behind_total=_links(query, query.supplier_id),
    )


def _links(query: ReportQuery, pharmacy_id: int | None) -> Links:
    """Return the list of the claims of a pharmacy, or of all; what waits by itself."""
    asked = {
        "pharmacy": pharmacy_id,
        "fund": query.fund_id,
        "open_from": query.date_from.isoformat(),
        "as_of": query.date_to.isoformat(),
    }
    known = {name: value for name, value in asked.items() if value}
    names = ("pharmacy", "claims", "claimed", "accepted", "refused")
    waits = Behind("claim.index", {**known, "state": ClaimState.WAITING.value})
    return {**dict.fromkeys(names, Behind("claim.index", known)), "waiting": waits}


def _table(found: Sequence[PharmacyClaims]) -> Table:
    names = ("claims", "claimed", "accepted", "refused", "waiting")
    return Table(
        columns=(
            Column("pharmacy", gettext("Pharmacy")),
            Column("claims", gettext("Claims"), Kind.INTEGER),
            Column("claimed", gettext("Claimed (EGP)"), Kind.MONEY),
            Column("accepted", gettext("Accepted (EGP)"), Kind.MONEY),
            Column("refused", gettext("Not accepted (EGP)"), Kind.MONEY),
            Column("waiting", gettext("To be decided (EGP)"), Kind.MONEY),
        ),
        rows=tuple((row.name, *(getattr(row, name) for name in names)) for row in found),
        total=(
            gettext("Total"),
            *(sum(getattr(row, name) for row in found) for name in names),
        ),
    )

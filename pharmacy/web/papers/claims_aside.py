"""The sentence by which a report of dispensing says what contract pharmacies gave besides."""

from sqlalchemy.orm import Session

from pharmacy.rules.money import format_egp
from pharmacy.services.claim_given import given_query, given_sums
from pharmacy.services.report_query import ReportQuery
from pharmacy.web.language import gettext
from pharmacy.web.papers.figure_paper import Behind, claims_behind


def claims_aside(session: Session, query: ReportQuery) -> dict[str, Behind]:
    """Return the sentence and where its lines stand; nothing where there are none.

    Of one of our sites nothing is said: a contract pharmacy is none of them.
    """
    sums = given_sums(session, given_query(query))
    if not sums.amount:
        return {}
    told = gettext(
        "Not in these figures: claims of contract pharmacies accepted in the period, EGP"
        " %(amount)s.",
        amount=format_egp(sums.amount),
    )
    return {told: claims_behind(query)}

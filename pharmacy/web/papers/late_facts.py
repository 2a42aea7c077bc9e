"""Late facts: what a period recorded that had happened in an earlier month."""

from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.services.late_facts import LateFact, late_facts
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.voucher_view import number_of
from pharmacy.web.language import gettext, speaking
from pharmacy.web.papers.figure_paper import Behind, Head, Made, figure_paper, in_language
from pharmacy.web.words import word
from reports.spreadsheets import Cell, Column, Kind, Table


def late_facts_report(
    session: Session,
    query: ReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Made:
    """Return the late facts of a period.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    found = late_facts(session, query, actor=actor)
    with speaking(language):
        table = Table(
            columns=(
                Column("number", gettext("Number")),
                Column("kind", gettext("Kind")),
                Column("site", gettext("Site")),
                Column("reference", gettext("Reference")),
                Column("happened", gettext("Happened on"), Kind.DAY),
                Column("recorded", gettext("Recorded on"), Kind.DAY),
                Column("amount", gettext("Amount (EGP)"), Kind.MONEY),
            ),
            rows=tuple(_row(one, language) for one in found),
            total=(
                gettext("Total"),
                None,
                None,
                None,
                None,
                None,
                sum(one.amount for one in found),
            ),
        )
        head = Head(
            title=gettext("Late facts"),
            series="LF",
            notes=(
                gettext(
                    "They happened in an earlier month, and count in the month in which they"
                    " were recorded; the earlier month stays as it was."
                ),
            ),
        )
    paper = figure_paper(session, query, table, head, language=language, as_of=as_of, demo=demo)
    links = [Behind("voucher.show", {"voucher_id": one.voucher.id}) for one in found]
    return Made(paper=paper, behind=[{"number": link, "amount": link} for link in links])


def _row(one: LateFact, language: str) -> tuple[Cell, ...]:
    voucher, site = one.voucher, one.site
    return (
        number_of(site, voucher),
        word(voucher.kind),
        in_language((site.name_ar, site.name_en), language),
        voucher.document_reference or None,
        voucher.fact_date,
        voucher.business_date,
        one.amount,
    )

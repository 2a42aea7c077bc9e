"""The consumption report: what was handed out of each item, and what an average month took."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.services.consumption import Consumed, consumption
from pharmacy.services.report_query import ReportQuery
from pharmacy.web.language import gettext, speaking
from pharmacy.web.papers.claims_aside import claims_aside, with_claims
from pharmacy.web.papers.figure_paper import (
    Head,
    Links,
    Made,
    card_behind,
    claims_behind,
    figure_paper,
    in_language,
    lines_behind,
)
from pharmacy.web.words import word
from reports.spreadsheets import Column, Kind, Table


def consumption_report(
    session: Session,
    query: ReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Made:
    """Return what was consumed of each item in a period.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    found = consumption(session, query, actor=actor)
    with speaking(language):
        aside = claims_aside(session, query, sum(row.cost for row in found))
        table = with_claims(_table(found, language), aside, language)
        head = Head(
            title=gettext("Consumption report"),
            series="CN",
            notes=(
                gettext("Units and cost are net of what was undone in the period."),
                gettext(
                    "An average month is the units of both divided by the months in which the item"
                    " was in stock or a contract pharmacy gave it; other months are not counted."
                ),
                gettext("The cost is of the units that we handed out."),
                *((aside.told,) if aside else ()),
                gettext(
                    "A defined daily dose (WHO) is known of tablets and capsules of one ingredient."
                ),
                gettext("Units of different items are different things, so they have no total."),
            ),
        )
    paper = figure_paper(session, query, table, head, language=language, as_of=as_of, demo=demo)
    return Made(
        paper=paper,
        behind=[_links(query, row) for row in found],
        behind_total={name: lines_behind(query) for name in ("lines", "cost")},
        behind_below=aside.links if aside else (),
        behind_notes={aside.told: aside.behind} if aside else {},
    )


def _table(found: Sequence[Consumed], language: str) -> Table:
    return Table(
        columns=(
            Column("drug", gettext("Item")),
            Column("code", gettext("Code")),
            Column("unit", gettext("Unit of issue")),
            Column("atc", gettext("ATC code")),
            Column("lines", gettext("Lines"), Kind.INTEGER),
            Column("quantity", gettext("Units handed out"), Kind.INTEGER),
            Column("elsewhere", gettext("Units from contract pharmacies"), Kind.INTEGER),
            Column("doses", gettext("Defined daily doses"), Kind.INTEGER),
            Column("months", gettext("Months to be had"), Kind.INTEGER),
            Column("average", gettext("Units in an average month"), Kind.INTEGER),
            Column("cost", gettext("Cost (EGP)"), Kind.MONEY),
        ),
        rows=tuple(
            (
                in_language((row.name_ar, row.name_en), language),
                row.code,
                word(row.unit),
                row.atc or None,
                row.lines,
                row.quantity,
                row.elsewhere,
                row.doses,
                row.months,
                row.average,
                row.cost,
            )
            for row in found
        ),
        total=(
            gettext("Total"),
            None,
            None,
            None,
            sum(row.lines for row in found),
            None,
            None,
            None,
            None,
            None,
            sum(row.cost for row in found),
        ),
    )


def _links(query: ReportQuery, row: Consumed) -> Links:
    behind = lines_behind(query, drug=row.drug_id)
    card = card_behind(query, row.drug_id)
    figures = ("lines", "quantity", "doses", "average", "cost")
    return {
        "drug": card,
        "months": card,
        "elsewhere": claims_behind(query, drug=row.drug_id),
        **dict.fromkeys(figures, behind),
    }

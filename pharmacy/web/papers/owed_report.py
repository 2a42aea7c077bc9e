"""Owed and unmet: what was left owing of each item, and what could not be given at all."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.services.owed_report import Owed, owed_and_unmet
from pharmacy.services.report_query import ReportQuery
from pharmacy.web.language import gettext, speaking
from pharmacy.web.papers.figure_paper import (
    Behind,
    Head,
    Links,
    Made,
    card_behind,
    figure_paper,
    in_language,
)
from reports.spreadsheets import Column, Kind, Table


def owed_report(
    session: Session,
    query: ReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Made:
    """Return what was owed and what could not be given in a period.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    found = owed_and_unmet(session, query, actor=actor)
    with speaking(language):
        table = _table(found, language)
        head = Head(
            title=gettext("Owed and unmet"),
            series="OU",
            notes=(
                gettext("An owing counts on the day it was left; what became of it, by the end."),
                gettext("Units of different items are different things, so they have no total."),
                gettext("Persons who went without overlap from item to item, and have no total."),
            ),
        )
    paper = figure_paper(session, query, table, head, language=language, as_of=as_of, demo=demo)
    return Made(
        paper=paper,
        behind=[
            {"drug": card_behind(query, row.drug_id), **_links(query, row.drug_id)} for row in found
        ],
        behind_total=_links(query, query.drug_id),
    )


def _links(query: ReportQuery, drug_id: int | None) -> Links:
    """Return what was left owing, and what could not be given, of an item or of all."""
    asked = {
        "date_from": query.date_from.isoformat(),
        "date_to": query.date_to.isoformat(),
        "site": query.site_id,
        "drug": drug_id,
    }
    known = {name: value for name, value in asked.items() if value}
    owed = Behind("statement.behind", {"what": "owed", **known})
    unmet = Behind("statement.behind", {"what": "unmet", **known})
    return {
        **dict.fromkeys(("owings", "owed", "given", "closed", "open"), owed),
        **dict.fromkeys(("times", "unmet", "persons"), unmet),
    }


def _table(found: Sequence[Owed], language: str) -> Table:
    return Table(
        columns=(
            Column("drug", gettext("Item")),
            Column("owings", gettext("Owings"), Kind.INTEGER),
            Column("owed", gettext("Units owed"), Kind.INTEGER),
            Column("given", gettext("Given since"), Kind.INTEGER),
            Column("closed", gettext("Will not be given"), Kind.INTEGER),
            Column("open", gettext("Still owed"), Kind.INTEGER),
            Column("times", gettext("Times there was nothing"), Kind.INTEGER),
            Column("unmet", gettext("Units not given"), Kind.INTEGER),
            Column("persons", gettext("Persons who went without"), Kind.INTEGER),
        ),
        rows=tuple(
            (
                in_language((row.name_ar, row.name_en), language),
                row.owings,
                row.owed,
                row.given,
                row.closed,
                row.open,
                row.times,
                row.unmet,
                row.persons,
            )
            for row in found
        ),
        total=(
            gettext("Total"),
            sum(row.owings for row in found),
            None,
            None,
            None,
            None,
            sum(row.times for row in found),
            None,
            None,
        ),
    )

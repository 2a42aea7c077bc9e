"""Price changes: what a pack of each item cost when it came, first and last, least and most."""

from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.services.price_change import PriceChange, price_changes
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.stock_lines import Net
from pharmacy.web.language import gettext, speaking
from pharmacy.web.papers.figure_paper import (
    Head,
    Links,
    Made,
    card_behind,
    figure_paper,
    in_language,
    movements_behind,
    percent,
)
from reports.spreadsheets import Column, Kind, Table


def price_change_report(
    session: Session,
    query: ReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Made:
    """Return what packs cost when they were received in a period, the greatest change first.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    found = price_changes(session, query, actor=actor)
    with speaking(language):
        table = Table(
            columns=(
                Column("drug", gettext("Item")),
                Column("code", gettext("Code")),
                Column("pack", gettext("Units in a pack"), Kind.INTEGER),
                Column("receipts", gettext("Receipts of goods"), Kind.INTEGER),
                Column("quantity", gettext("Units received"), Kind.INTEGER),
                Column("first", gettext("First (EGP)"), Kind.MONEY),
                Column("last", gettext("Last (EGP)"), Kind.MONEY),
                Column("least", gettext("Lowest (EGP)"), Kind.MONEY),
                Column("most", gettext("Highest (EGP)"), Kind.MONEY),
                Column("change", gettext("Change (EGP)"), Kind.MONEY),
                Column("percent", gettext("Change in percent"), Kind.PERCENT),
            ),
            rows=tuple(
                (
                    in_language((row.name_ar, row.name_en), language),
                    row.code,
                    row.pack_size,
                    row.receipts,
                    row.quantity,
                    row.first,
                    row.last,
                    row.least,
                    row.most,
                    row.change,
                    percent(row.change, row.first),
                )
                for row in found
            ),
        )
        head = Head(
            title=gettext("Price changes"),
            series="PC",
            notes=(
                gettext("Prices are what a pack cost on its receipt, rounded to the piastre."),
                gettext("Gifts in kind and receipts that were undone are left out."),
            ),
        )
    paper = figure_paper(session, query, table, head, language=language, as_of=as_of, demo=demo)
    return Made(paper=paper, behind=[_links(query, row) for row in found])


def _links(query: ReportQuery, row: PriceChange) -> Links:
    behind = movements_behind(query, Net.BOUGHT, drug=row.drug_id)
    figures = ("receipts", "quantity", "first", "last", "least", "most", "change")
    return {"drug": card_behind(query, row.drug_id), **dict.fromkeys(figures, behind)}

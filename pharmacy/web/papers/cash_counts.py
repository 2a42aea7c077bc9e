"""The report of counted drawers: what was expected, what was found, who counted and received."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.services.drawer_view import CountLine, cash_counts
from pharmacy.services.report_query import ReportQuery
from pharmacy.web.language import gettext, speaking
from pharmacy.web.papers.figure_paper import Behind, Head, Made, figure_paper, in_language
from reports.spreadsheets import Column, Kind, Table


def cash_counts_report(
    session: Session,
    query: ReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Made:
    """Return the counts of a period, one to a row.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
    """
    found = cash_counts(session, query, actor=actor)
    with speaking(language):
        table = _table(found, language)
        head = Head(
            title=gettext("Counts of the drawers"),
            series="CC",
            notes=(
                gettext(
                    "By the books: what citizens paid since the count before, less what was"
                    " given back."
                ),
                gettext("A difference in brackets is money that was missing."),
                *(
                    [
                        gettext(
                            "A count that was undone is taken off again on the day of its undoing."
                        )
                    ]
                    if any(row.undoes for row in found)
                    else []
                ),
            ),
        )
    paper = figure_paper(session, query, table, head, language=language, as_of=as_of, demo=demo)
    behind = [
        dict.fromkeys(
            ("number", "expected", "counted", "difference"),
            Behind("drawer.show", {"voucher_id": row.voucher_id}),
        )
        for row in found
    ]
    return Made(paper=paper, behind=behind, behind_total={})


def _said(row: CountLine) -> str | None:
    undone = gettext("Undoes %(number)s", number=row.undoes) if row.undoes else ""
    return ": ".join(part for part in (undone, row.reason) if part) or None


def _table(found: Sequence[CountLine], language: str) -> Table:
    return Table(
        columns=(
            Column("number", gettext("Number")),
            Column("site", gettext("Site")),
            Column("cashier", gettext("Counted by")),
            Column("receiver", gettext("Received by")),
            Column("reason", gettext("Why it differs")),
            Column("on", gettext("Date"), Kind.DAY),
            Column("expected", gettext("By the books (EGP)"), Kind.MONEY),
            Column("counted", gettext("Counted (EGP)"), Kind.MONEY),
            Column("difference", gettext("Difference (EGP)"), Kind.MONEY),
        ),
        rows=tuple(
            (
                row.number,
                in_language(row.site, language),
                in_language(row.cashier, language),
                in_language(row.receiver, language),
                _said(row),
                row.on,
                row.expected,
                row.counted,
                row.difference,
            )
            for row in found
        ),
        total=(
            gettext("Total"),
            *[None] * 5,
            sum(row.expected for row in found),
            sum(row.counted for row in found),
            sum(row.difference for row in found),
        ),
    )

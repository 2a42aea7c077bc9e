"""The certificate of a closed month: what it held, in figures that a signature can stand under."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.errors import NotFound
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import CAIRO
from pharmacy.services.period_view import WholeMonth, whole_month
from pharmacy.services.report_query import ReportQuery
from pharmacy.web.language import gettext, ngettext, speaking
from pharmacy.web.papers.figure_paper import Head, figure_paper, in_language, month_name
from pharmacy.web.papers.numbered import ranges_table, seals_table
from pharmacy.web.period_words import looked
from reports import figures
from reports.figure_report import FigureReport, Titled
from reports.spreadsheets import Column, Kind, Table


def closing_certificate(
    session: Session,
    month: str,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> FigureReport:
    """Return the certificate of a closed month.

    Raises:
        NotPermitted: The role sees no reports.
        PeriodNotClosable: It is no month.
        NotFound: It is not closed.
    """
    of = whole_month(session, month, actor=actor, now=as_of)
    closed, closer = of.of.closed, of.of.closer
    if closed is None or closer is None:
        raise NotFound(noun="period", key=month)
    query = ReportQuery(date_from=of.first, date_to=of.last)
    with speaking(language):
        head = Head(
            title=gettext("Closing certificate: %(month)s", month=month_name(month, language)),
            series="CL",
            notes=(
                gettext(
                    "Closed by %(name)s on %(moment)s.",
                    name=in_language((closer.name_ar, closer.name_en), language),
                    moment=figures.moment(closed.closed_at.astimezone(CAIRO)),
                ),
                ngettext(
                    "It holds %(num)s document. No document enters it any more.",
                    "It holds %(num)s documents. No document enters it any more.",
                    closed.vouchers,
                ),
                *(
                    gettext("Drawers were left uncounted. Reason: %(reason)s", reason=one.reason)
                    for one in of.found
                    if one.reason
                ),
                gettext("Seal over its documents: %(seal)s", seal=closed.digest),
                gettext("Seal of its totals: %(seal)s", seal=closed.totals_digest or "—"),
            ),
        )
        paper = figure_paper(
            session, query, _accounts(of, language), head, language=language, as_of=as_of, demo=demo
        )
        return replace(
            paper,
            table_title=gettext("Accounts"),
            more=(
                _checklist(of),
                Titled(gettext("Numbers of documents"), ranges_table(of.ranges)),
                Titled(gettext("Last seals"), seals_table(of.seals)),
            ),
        )


def _accounts(of: WholeMonth, language: str) -> Table:
    sums = [
        sum(figure)
        for figure in zip(
            *((row.opening, row.debit, row.credit, row.closing) for row in of.accounts),
            strict=True,
        )
    ]
    return Table(
        columns=(
            Column("account", gettext("Account")),
            Column("code", gettext("Code")),
            Column("opening", gettext("Opening (EGP)"), Kind.MONEY),
            Column("debit", gettext("Debit (EGP)"), Kind.MONEY),
            Column("credit", gettext("Credit (EGP)"), Kind.MONEY),
            Column("closing", gettext("Closing (EGP)"), Kind.MONEY),
        ),
        rows=tuple(
            (
                in_language((row.name_ar, row.name_en), language),
                row.code,
                row.opening,
                row.debit,
                row.credit,
                row.closing,
            )
            for row in of.accounts
        ),
        total=(gettext("Total"), None, *(sums or [0, 0, 0, 0])),
    )


def _checklist(of: WholeMonth) -> Titled:
    rows = [(looked(one)[2], looked(one)[1], one.count, one.amount or None) for one in of.found]
    return Titled(
        gettext("Checklist"),
        Table(
            columns=(
                Column("look", gettext("What is looked at")),
                Column("state", gettext("State")),
                Column("found", gettext("Found"), Kind.INTEGER),
                Column("amount", gettext("Amount (EGP)"), Kind.MONEY),
            ),
            rows=tuple(rows),
        ),
    )

"""Reversals and overrides: what was undone and why, which warnings were overridden, and by whom."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.undone_report import UndoneReport, UndoneVoucher, undone_report
from pharmacy.web.language import gettext, speaking
from pharmacy.web.notice_words import notice_name
from pharmacy.web.papers.figure_paper import (
    Behind,
    Head,
    Links,
    Made,
    figure_paper,
    in_language,
)
from pharmacy.web.words import word
from reports.figure_report import Titled
from reports.spreadsheets import Column, Kind, Table


def undone_paper(
    session: Session,
    query: ReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Made:
    """Return the reversals and the overrides of a period.

    Raises:
        NotPermitted: The role sees no reports.
        InvalidPeriod: The period ends before it begins.
    """
    found = undone_report(session, query, actor=actor)
    with speaking(language):
        table = _reversals(found, language)
        more = _overrides(found, language)
        head = Head(
            title=gettext("Reversals and overrides"),
            series="RO",
            notes=(
                gettext("A reversal counts on the day it was posted, whatever it undoes."),
                gettext("Its amount is what its debits come to."),
                gettext("Only warnings that would have stopped the dispensing are overridden."),
            ),
        )
        title = gettext("Reversals in the period")
    paper = figure_paper(session, query, table, head, language=language, as_of=as_of, demo=demo)
    span: dict[str, object] = {
        "date_from": query.date_from.isoformat(),
        "date_to": query.date_to.isoformat(),
    }
    return Made(
        paper=replace(paper, more=more, table_title=title),
        behind=[_links(row) for row in found.reversals],
        behind_more=(
            [_listed({**span, "code": row.code.value}) for row in found.by_code],
            [_listed({**span, "staff": row.staff_id}) for row in found.by_staff],
        ),
    )


def _links(row: UndoneVoucher) -> Links:
    if row.invoice_id is not None:
        invoice = Behind("invoice.show", {"invoice_id": row.invoice_id})
        return dict.fromkeys(("first", "amount"), invoice)
    if row.claim_id is not None:
        return dict.fromkeys(("first", "amount"), Behind("claim.show", {"claim_id": row.claim_id}))
    return {
        **dict.fromkeys(
            ("number", "amount"), Behind("voucher.show", {"voucher_id": row.voucher_id})
        ),
        "first": Behind("voucher.show", {"voucher_id": row.first_id}),
    }


def _listed(asks: dict[str, object]) -> Links:
    return {"count": Behind("safety_reports.overrides", asks)}


def _reversals(found: UndoneReport, language: str) -> Table:
    return Table(
        columns=(
            Column("number", gettext("Number")),
            Column("kind", gettext("Kind")),
            Column("first", gettext("Undoes")),
            Column("reason", gettext("Reason")),
            Column("by", gettext("Posted by")),
            Column("day", gettext("Date"), Kind.DAY),
            Column("first_day", gettext("Day of the first"), Kind.DAY),
            Column("amount", gettext("Amount (EGP)"), Kind.MONEY),
        ),
        rows=tuple(
            (
                row.number or None,
                word(row.first_kind),
                row.first_number,
                word(row.reason),
                in_language((row.name_ar, row.name_en), language),
                row.on,
                row.first_on,
                row.amount,
            )
            for row in found.reversals
        ),
        total=(
            gettext("Total"),
            None,
            None,
            None,
            None,
            None,
            None,
            sum(row.amount for row in found.reversals),
        ),
    )


def _overrides(found: UndoneReport, language: str) -> tuple[Titled, ...]:
    count = Column("count", gettext("Overrides"), Kind.INTEGER)
    return (
        Titled(
            gettext("Overrides by warning"),
            Table(
                columns=(Column("notice", gettext("Warning")), count),
                rows=tuple((notice_name(row.code), row.count) for row in found.by_code),
            ),
        ),
        Titled(
            gettext("Overrides by person"),
            Table(
                columns=(Column("staff", gettext("Member of staff")), count),
                rows=tuple(
                    (in_language((row.name_ar, row.name_en), language), row.count)
                    for row in found.by_staff
                ),
            ),
        ),
    )

"""Reports of what is owed: suppliers' accounts, the age of open invoices, goods not invoiced."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.rules.vocabulary import Account, InvoiceState, VoucherKind
from pharmacy.services.invoice_view import BANDS
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.supplier_balance import (
    payables_ageing,
    supplier_balances,
    unmatched_receipts,
)
from pharmacy.web.language import gettext, speaking
from pharmacy.web.papers.figure_paper import (
    Behind,
    Head,
    Links,
    Made,
    before,
    figure_paper,
    in_language,
    postings_behind,
)
from reports.spreadsheets import Cell, Column, Kind, Table

MOVES = (
    "opening", "received", "differences", "claims", "returned", "paid", "refunded", "closing",
)  # fmt: skip
KINDS: Mapping[str, VoucherKind] = {
    "received": VoucherKind.GOODS_RECEIPT,
    "differences": VoucherKind.SUPPLIER_INVOICE,
    "claims": VoucherKind.CLAIM,
    "returned": VoucherKind.RETURN_TO_SUPPLIER,
    "paid": VoucherKind.PAYMENT,
    "refunded": VoucherKind.FUND_RECEIPT,
}
"""The kind of document behind what moved a supplier's account."""


def supplier_balances_report(
    session: Session,
    query: ReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Made:
    """Return what each supplier was owed, what moved it, and what they are owed.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
    """
    found = supplier_balances(session, query, actor=actor)
    with speaking(language):
        table = Table(
            columns=(
                Column("supplier", gettext("Supplier")),
                Column("opening", gettext("Owed before (EGP)"), Kind.MONEY),
                Column("received", gettext("Goods received (EGP)"), Kind.MONEY),
                Column("differences", gettext("Invoice differences (EGP)"), Kind.MONEY),
                Column("claims", gettext("Claims accepted (EGP)"), Kind.MONEY),
                Column("returned", gettext("Goods returned (EGP)"), Kind.MONEY),
                Column("paid", gettext("Paid (EGP)"), Kind.MONEY),
                Column("refunded", gettext("Refunded by them (EGP)"), Kind.MONEY),
                Column("closing", gettext("Owed (EGP)"), Kind.MONEY),
                Column("invoiced", gettext("Invoiced (EGP)"), Kind.MONEY),
            ),
            rows=tuple(
                (row.name, *(getattr(row, name) for name in MOVES), row.invoiced) for row in found
            ),
            total=_total(found, (*MOVES, "invoiced")),
        )
        head = Head(
            title=gettext("Suppliers' accounts"),
            series="SB",
            notes=(
                gettext(
                    "Owed before, plus goods, differences, claims and refunds, less returns and"
                    " payments, comes to owed."
                ),
                gettext(
                    "Invoiced is what the invoices of the period ask for; goods are owed from the"
                    " day they came in."
                ),
            ),
        )
    paper = figure_paper(session, query, table, head, language=language, as_of=as_of, demo=demo)
    return Made(
        paper=paper,
        behind=[
            _of_supplier(replace(query, supplier_id=row.supplier_id)) if row.supplier_id else {}
            for row in found
        ],
        behind_total=_of_supplier(query),
    )


def _of_supplier(query: ReportQuery) -> Links:
    """Return what moved the account of a supplier, or of all, column by column."""
    moved = postings_behind(query, Account.PAYABLES)
    first, last = query.date_from.isoformat(), query.date_to.isoformat()
    invoices = invoices_behind(query, date_from=first, as_of=last)
    return {
        "supplier": moved,
        "opening": postings_behind(before(query), Account.PAYABLES),
        "closing": moved,
        "invoiced": invoices,
        **{
            name: postings_behind(query, Account.PAYABLES, kind=kind.value)
            for name, kind in KINDS.items()
        },
    }


def invoices_behind(query: ReportQuery, **narrowed: object) -> Behind:
    """Return the list of the invoices of a query's supplier and fund."""
    asks = {"supplier": query.supplier_id, "fund": query.fund_id, **narrowed}
    return Behind("invoice.index", {name: one for name, one in asks.items() if one})


def _total(found: Sequence[object], names: Sequence[str]) -> tuple[Cell, ...]:
    return (gettext("Total"), *(sum(getattr(row, name) for row in found) for name in names))


def payables_ageing_report(
    session: Session,
    query: ReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Made:
    """Return what is open of each supplier's invoices, by the days it is overdue.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
    """
    found = payables_ageing(session, query, actor=actor)
    with speaking(language):
        titles = (
            gettext("Not due yet (EGP)"),
            gettext("1 to 30 days overdue (EGP)"),
            gettext("31 to 60 days (EGP)"),
            gettext("61 to 90 days (EGP)"),
            gettext("Over 90 days (EGP)"),
        )
        bands = [Column(f"band{n}", title, Kind.MONEY) for n, title in enumerate(titles)]
        table = Table(
            columns=(
                Column("supplier", gettext("Supplier")),
                *bands,
                Column("open", gettext("Left to pay (EGP)"), Kind.MONEY),
            ),
            rows=tuple((row.name, *row.bands, row.total) for row in found),
            total=(
                gettext("Total"),
                *(sum(row.bands[n] for row in found) for n in range(len(bands))),
                sum(row.total for row in found),
            ),
        )
        head = Head(
            title=gettext("Open invoices by age"),
            series="AG",
            notes=(gettext("As they stood at the end of the period, by the days since due."),),
        )
    paper = figure_paper(session, query, table, head, language=language, as_of=as_of, demo=demo)
    return Made(
        paper=paper,
        behind=[_of_ages(replace(query, supplier_id=row.supplier_id)) for row in found],
        behind_total=_of_ages(query),
    )


def _of_ages(query: ReportQuery) -> Links:
    """Return the invoices that were open when the period ended, by the band of their age."""
    asks = {"as_of": query.date_to.isoformat(), "state": InvoiceState.OPEN.value}
    every = invoices_behind(query, **asks)
    # Bands stand in the address from 1, for nothing there means all.
    bands = {f"band{n}": invoices_behind(query, **asks, band=n + 1) for n in range(len(BANDS) + 1)}
    return {"supplier": every, "open": every, **bands}


def unmatched_receipts_report(
    session: Session,
    query: ReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Made:
    """Return the goods that came in on credit, or went back, and stand on no invoice.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
    """
    found = unmatched_receipts(session, query, actor=actor)
    with speaking(language):
        table = Table(
            columns=(
                Column("number", gettext("Voucher")),
                Column("supplier", gettext("Supplier")),
                Column("reference", gettext("Invoice number on the receipt")),
                Column("fund", gettext("Fund")),
                Column("date", gettext("Date"), Kind.DAY),
                Column("amount", gettext("Owed for it (EGP)"), Kind.MONEY),
            ),
            rows=tuple(
                (
                    row.number,
                    row.supplier,
                    row.reference or None,
                    in_language((row.fund.name_ar, row.fund.name_en), language),
                    row.on,
                    row.amount,
                )
                for row in found
            ),
            total=(gettext("Total"), None, None, None, None, sum(row.amount for row in found)),
        )
        head = Head(
            title=gettext("Goods without an invoice"),
            series="UR",
            notes=(
                gettext(
                    "Receipts, returns and refunds of the period without an invoice at its end."
                ),
            ),
        )
    paper = figure_paper(session, query, table, head, language=language, as_of=as_of, demo=demo)
    opens = [Behind("voucher.show", {"voucher_id": row.voucher_id}) for row in found]
    return Made(paper=paper, behind=[{"number": one, "amount": one} for one in opens])

"""Reports of the ledger: the trial balance, and the statement of one account."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.rules.vocabulary import Account
from pharmacy.services.account_statement import AccountStatement, account_statement
from pharmacy.services.ledger import TrialRow, trial_balance
from pharmacy.services.report_query import Filter, Grouping, ReportQuery, names_of
from pharmacy.web.language import gettext, speaking
from pharmacy.web.papers.figure_paper import (
    Behind,
    Head,
    Links,
    Made,
    account_name,
    before,
    figure_paper,
    in_language,
    postings_behind,
)
from pharmacy.web.words import word
from reports.spreadsheets import Cell, Column, Kind, RowStyle, Table


def trial_balance_report(
    session: Session,
    query: ReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Made:
    """Return what stood on every account, what moved, and what stands.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
        LedgerUnbalanced: Debits and credits differ.
    """
    found = trial_balance(session, query, actor=actor)
    by_fund = Grouping.FUND in query.by
    funds = names_of(session, Filter.FUND, [row.fund_id for row in found])
    with speaking(language):
        columns = [Column("account", gettext("Account")), Column("code", gettext("Code"))]
        if by_fund:
            columns.append(Column("fund", gettext("Fund")))
        columns += [
            Column("opening", gettext("Opening balance (EGP)"), Kind.MONEY),
            Column("debit", gettext("Debit (EGP)"), Kind.MONEY),
            Column("credit", gettext("Credit (EGP)"), Kind.MONEY),
            Column("closing", gettext("Closing balance (EGP)"), Kind.MONEY),
        ]
        rows: list[tuple[Cell, ...]] = []
        for row in found:
            name = in_language((row.name_ar, row.name_en), language)
            fund = [in_language(funds[row.fund_id], language)] if by_fund else []
            rows.append((name, row.code, *fund, row.opening, row.debit, row.credit, row.closing))
        table = Table(
            columns=tuple(columns), rows=tuple(rows), total=_total(found, by_fund=by_fund)
        )
        head = Head(
            title=gettext("Trial balance"),
            series="TB",
            notes=(
                gettext("A balance is a debit; one in brackets or with a minus is a credit."),
                gettext("Debits equal credits and the balances come to zero, or nothing is shown."),
            ),
        )
    paper = figure_paper(session, query, table, head, language=language, as_of=as_of, demo=demo)
    return Made(paper=paper, behind=[_of_account(query, row) for row in found])


def _total(found: Sequence[TrialRow], *, by_fund: bool) -> tuple[Cell, ...]:
    return (
        gettext("Total"),
        None,
        *([None] if by_fund else []),
        sum(row.opening for row in found),
        sum(row.debit for row in found),
        sum(row.credit for row in found),
        sum(row.closing for row in found),
    )


def _of_account(query: ReportQuery, row: TrialRow) -> Links:
    narrowed = {"fund": row.fund_id} if row.fund_id else {}
    return account_behind(query, row.account, **narrowed)


def account_behind(query: ReportQuery, account: Account, **narrowed: object) -> Links:
    """Return an account's statement of a period, and for what stood before of the month before."""
    moved = postings_behind(query, account, **narrowed)
    return {
        **dict.fromkeys(("account", "debit", "credit", "closing"), moved),
        "opening": postings_behind(before(query), account, **narrowed),
    }


def account_statement_report(
    session: Session,
    query: ReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Made:
    """Return every voucher that moved an account, with the balance after it.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
    """
    found = account_statement(session, query, actor=actor)
    with speaking(language):
        table = _statement_table(found, query)
        head = Head(
            title=gettext("Account statement: %(account)s", account=account_name(found, language)),
            series="AS",
            notes=(gettext("A balance is a debit; one in brackets or with a minus is a credit."),),
        )
    paper = figure_paper(session, query, table, head, language=language, as_of=as_of, demo=demo)
    opens: list[Links] = [
        dict.fromkeys(
            ("number", "debit", "credit"), Behind("voucher.show", {"voucher_id": line.voucher_id})
        )
        for line in found.lines
    ]
    opening = postings_behind(before(query), found.account)
    first: list[Links] = [{"balance": opening}] if query.kind is None else []
    return Made(paper=paper, behind=[*first, *opens])


def _statement_table(found: AccountStatement, query: ReportQuery) -> Table:
    lines = [
        (
            line.number,
            word(line.kind),
            line.party or None,
            line.reference or None,
            line.on,
            line.fact_on,
            line.debit,
            line.credit,
            line.balance,
        )
        for line in found.lines
    ]
    empty = (None,) * 3
    opening: tuple[Cell, ...] = (
        gettext("Opening balance"), *empty, query.date_from, None, None, None, found.opening
    )  # fmt: skip
    # Of one kind of document nothing stood before.
    first = [opening] if query.kind is None else []
    return Table(
        columns=(
            Column("number", gettext("Voucher")),
            Column("kind", gettext("Kind")),
            Column("party", gettext("With whom")),
            Column("reference", gettext("Reference")),
            Column("date", gettext("Date"), Kind.DAY),
            Column("fact_date", gettext("Happened on"), Kind.DAY),
            Column("debit", gettext("Debit (EGP)"), Kind.MONEY),
            Column("credit", gettext("Credit (EGP)"), Kind.MONEY),
            Column("balance", gettext("Balance (EGP)"), Kind.MONEY),
        ),
        rows=(*first, *lines),
        styles=(*(RowStyle.BALANCE for _ in first), *(RowStyle.PLAIN for _ in lines)),
        total=(
            gettext("Closing balance") if query.kind is None else gettext("Total"),
            *empty,
            query.date_to,
            None,
            sum(line.debit for line in found.lines),
            sum(line.credit for line in found.lines),
            found.closing,
        ),
    )

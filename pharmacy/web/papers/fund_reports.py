"""Reports of funds: their statement, budget against actual, approvals beyond it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day, fiscal_year_days, fiscal_year_label
from pharmacy.rules.money import round_half_up
from pharmacy.rules.vocabulary import Account, VoucherKind
from pharmacy.services.budget_report import BudgetRow, budget_overrides, budget_report
from pharmacy.services.fund_statement import HeldAs, Line, StatementLine, fund_statement
from pharmacy.services.report_query import ReportQuery
from pharmacy.web.language import N_, gettext, speaking
from pharmacy.web.papers.figure_paper import (
    Behind,
    Head,
    Links,
    Made,
    before,
    days_of,
    figure_paper,
    in_language,
    lines_behind,
    postings_behind,
)
from pharmacy.web.words import word
from reports.spreadsheets import Column, Kind, RowStyle, Table

HELD_AS: Mapping[HeldAs, str] = {
    HeldAs.CASH: N_("Cash"),
    HeldAs.STOCK: N_("Medicine in stock"),
    HeldAs.OWED: N_("Owed to suppliers and contract pharmacies"),
    HeldAs.NET: N_("Cash and medicine, less what is owed"),
}
LINES: Mapping[Line, str] = {
    Line.OPENING: N_("Balance before the period"),
    Line.GIVEN_IN_KIND: N_("Goods given in kind"),
    Line.CLOSING: N_("Balance at the end"),
}
APART = N_(
    "What was not given when a year ended is promised of the next one too, so that promises of"
    " several years have no total."
)
ACCOUNTS: Mapping[HeldAs, Account] = {
    HeldAs.CASH: Account.CASH,
    HeldAs.OWED: Account.PAYABLES,
}
"""What stands on one account by itself; goods on their way stand on another than those at hand."""
_WHOLE = 10_000


def statement_report(
    session: Session,
    query: ReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Made:
    """Return the statement of the funds.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
    """
    found = fund_statement(session, query, actor=actor)
    with speaking(language):
        table = Table(
            columns=(
                Column("fund", gettext("Fund")),
                Column("held", gettext("Held as")),
                Column("sort", gettext("Movement")),
                Column("came", gettext("Came in (EGP)"), Kind.MONEY),
                Column("went", gettext("Went out (EGP)"), Kind.MONEY),
                Column("balance", gettext("Balance (EGP)"), Kind.MONEY),
            ),
            rows=tuple(
                (
                    in_language((row.name_ar, row.name_en), language),
                    gettext(HELD_AS[row.held_as]),
                    gettext(LINES[row.sort]) if isinstance(row.sort, Line) else word(row.sort),
                    row.came or None,
                    row.went or None,
                    row.balance,
                )
                for row in found
            ),
            styles=tuple(_style(row) for row in found),
            total=(
                gettext("All funds"),
                gettext(HELD_AS[HeldAs.NET]),
                gettext(LINES[Line.CLOSING]),
                None,
                None,
                sum(row.balance for row in found if _ends(row)),
            ),
        )
        head = Head(
            title=gettext("Statement of the funds"),
            series="FS",
            notes=(
                gettext("Cash and medicine are apart; what was undone counts against its kind."),
                gettext(
                    "Of what is owed, what was added stands as come in and what was paid as gone"
                    " out. What approvals promise is not owed yet and is not in it."
                ),
            ),
        )
    paper = figure_paper(session, query, table, head, language=language, as_of=as_of, demo=demo)
    given = {row.fund_id for row in found if row.sort is Line.GIVEN_IN_KIND}
    return Made(
        paper=paper,
        behind=[_of_fund(query, row, was_given=row.fund_id in given) for row in found],
        behind_total={"balance": Behind("fund.index", days_of(query))},
    )


def _style(row: StatementLine) -> RowStyle:
    """Return how a row stands out: a fund begins and ends with its net, a part with its balance."""
    if row.held_as is HeldAs.NET:
        return RowStyle.GROUP if row.sort is Line.OPENING else RowStyle.SUBTOTAL
    return RowStyle.BALANCE if row.sort in {Line.OPENING, Line.CLOSING} else RowStyle.PLAIN


def _ends(row: StatementLine) -> bool:
    """Tell whether a row is what a fund has in the end."""
    return row.held_as is HeldAs.NET and row.sort is Line.CLOSING


def _of_fund(query: ReportQuery, row: StatementLine, *, was_given: bool) -> Links:
    """Return the postings behind a line; the fund's own page where two accounts make a figure."""
    page = Behind("fund.show", {"fund_id": row.fund_id, **days_of(query)})
    of_fund = replace(query, fund_id=row.fund_id)
    moved = balance = page
    account = ACCOUNTS.get(row.held_as, Account.STOCK)
    if row.held_as in ACCOUNTS:
        upto = before(of_fund) if row.sort is Line.OPENING else of_fund
        balance = postings_behind(upto, account)
    if row.sort is Line.GIVEN_IN_KIND:
        moved = postings_behind(of_fund, Account.GIFTS_IN_KIND)
    elif isinstance(row.sort, VoucherKind) and _of_one_account(row, was_given=was_given):
        moved = postings_behind(of_fund, account, kind=row.sort.value)
    return {"fund": page, "came": moved, "went": moved, "balance": balance}


def _of_one_account(row: StatementLine, *, was_given: bool) -> bool:
    """Tell whether postings of one account make a line.

    Goods on their way are the fund's on an account of their own, and goods given in kind are taken
    off what was bought.
    """
    if row.held_as in ACCOUNTS:
        return True
    on_the_way = row.sort in {VoucherKind.TRANSFER_OUT, VoucherKind.TRANSFER_IN}
    return not on_the_way and not (was_given and row.sort is VoucherKind.GOODS_RECEIPT)


def budget_against_actual(
    session: Session,
    query: ReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Made:
    """Return budgets beside what was spent and promised of them.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
    """
    found = budget_report(session, query, on=cairo_day(as_of), actor=actor)
    with speaking(language):
        money = (
            Column("granted", gettext("Budget (EGP)"), Kind.MONEY),
            Column("handed_out", gettext("Handed out (EGP)"), Kind.MONEY),
            Column("claims", gettext("Claims (EGP)"), Kind.MONEY),
            Column("institutions", gettext("To institutions (EGP)"), Kind.MONEY),
            Column("other", gettext("Other (EGP)"), Kind.MONEY),
            Column("spent", gettext("Spent (EGP)"), Kind.MONEY),
            Column("committed", gettext("Promised (EGP)"), Kind.MONEY),
            Column("left", gettext("Left (EGP)"), Kind.MONEY),
        )
        lost = Column("lost", gettext("Lost, apart (EGP)"), Kind.MONEY)
        rows = tuple(
            (
                in_language((row.name_ar, row.name_en), language),
                fiscal_year_label(row.year),
                *(getattr(row.budget, column.key) for column in money),
                _used(row.budget.used, row.budget.granted),
                row.budget.lost,
            )
            for row in found
        )
        # What passes from one year to the next was promised of both, each on its own day.
        apart = {"committed", "left"} if len({row.on for row in found}) > 1 else set()
        sums = [
            None if column.key in apart else sum(getattr(row.budget, column.key) for row in found)
            for column in money
        ]
        table = Table(
            columns=(
                Column("fund", gettext("Fund")),
                Column("year", gettext("Fiscal year")),
                *money,
                Column("used", gettext("Used"), Kind.PERCENT),
                lost,
            ),
            rows=rows,
            total=(gettext("Total"), None, *sums, None, sum(row.budget.lost for row in found)),
        )
        head = Head(
            title=gettext("Budget against actual"),
            series="BA",
            notes=_budget_notes(apart=bool(apart)),
        )
    paper = figure_paper(session, query, table, head, language=language, as_of=as_of, demo=demo)
    return Made(paper=paper, behind=[_of_budget(row) for row in found])


def _budget_notes(*, apart: bool) -> tuple[str, ...]:
    """Return what is said under the budgets."""
    return (
        gettext(
            "The fiscal years, July to June, of the period, from their beginning to the"
            " period's end. Spent: medicine handed out at the fund's cost, claims accepted,"
            " issues to institutions, and other expenses with invoice differences."
            " Promised: what approvals in force then were still expected to cost within the"
            " year, with what was not given of earlier ones."
        ),
        *([gettext(APART)] if apart else ()),
        gettext("What was lost, destroyed or missing in a count is not spent."),
    )


def _of_budget(row: BudgetRow) -> Links:
    """Return what each part opens: lines handed out, statements of the ledger, the fund's page."""
    first, _ = fiscal_year_days(row.year)
    period = ReportQuery(date_from=first, date_to=row.on, fund_id=row.fund_id)
    within = {**days_of(period), "fund": row.fund_id}
    page = Behind("fund.show", {"fund_id": row.fund_id, **days_of(period)})
    balances = Behind("report.trial_balance", within)

    def statement(account: Account) -> Behind:
        return Behind("report.account_statement", {**within, "account": account.value})

    return {
        **dict.fromkeys(("fund", "granted", "spent", "left"), page),
        "committed": Behind(
            "fund.promises",
            {"fund_id": row.fund_id, "year": row.year, "on": row.on.isoformat()},
        ),
        "handed_out": lines_behind(period),
        "claims": statement(Account.COST_CLAIMS),
        "institutions": statement(Account.COST_INSTITUTIONS),
        "other": balances,
        "lost": balances,
    }


def _used(used: int, granted: int) -> int | None:
    """Return hundredths of a per cent."""
    return round_half_up(used * _WHOLE, granted) if granted > 0 else None


def overrides_of_budget(
    session: Session,
    query: ReportQuery,
    *,
    language: str,
    actor: Actor,
    as_of: datetime,
    demo: bool = False,
) -> Made:
    """Return approvals that were let pass beyond their budget.

    Raises:
        NotPermitted: The role does not see the funds.
        InvalidPeriod: The period ends before it begins.
    """
    found = budget_overrides(session, query, actor=actor)
    with speaking(language):
        table = Table(
            columns=(
                Column("request", gettext("Citizen request")),
                Column("fund", gettext("Fund")),
                Column("year", gettext("Fiscal year")),
                Column("staff", gettext("Let pass by")),
                Column("reason", gettext("Reason")),
                Column("on", gettext("Date"), Kind.DAY),
                Column("expected", gettext("Expected cost (EGP)"), Kind.MONEY),
                Column("beyond", gettext("Beyond the budget (EGP)"), Kind.MONEY),
            ),
            rows=tuple(
                (
                    row.request_number,
                    in_language((row.fund_ar, row.fund_en), language),
                    fiscal_year_label(row.year),
                    in_language((row.staff_ar, row.staff_en), language),
                    row.reason,
                    row.on,
                    row.expected,
                    row.beyond,
                )
                for row in found
            ),
            total=(
                gettext("Total"),
                *[None] * 5,
                sum(row.expected for row in found),
                sum(row.beyond for row in found),
            ),
        )
        head = Head(title=gettext("Approvals beyond the budget"), series="BO")
    paper = figure_paper(session, query, table, head, language=language, as_of=as_of, demo=demo)
    requests = [Behind("request.show", {"request_id": row.request_id}) for row in found]
    keys = ("request", "expected", "beyond")
    return Made(paper=paper, behind=[dict.fromkeys(keys, page) for page in requests])

"""What the figures of a fund's pages open: the statements and reports that hold them."""

from collections.abc import Mapping
from datetime import date

from pharmacy.rules.calendar import fiscal_year_days
from pharmacy.rules.vocabulary import Account, VoucherKind
from pharmacy.services.report_query import ReportQuery
from pharmacy.web.papers.figure_paper import Behind, before, days_of, postings_behind
from pharmacy.web.report import address_of


def behind_figures(query: ReportQuery) -> Mapping[str, str]:
    """Return by a figure's name the address of what holds it; "" where the reader may not go.

    Args:
        query: The period, and the fund; without one the figures are sums over all funds.
    """
    earlier = before(query)
    statement = Behind("report.fund_statement", _asked(query))
    # Goods on their way stand on an account of their own; the statement of all funds adds up none.
    stock = statement if query.fund_id else Behind("report.trial_balance", _asked(query))
    opens = {
        "cash_opening": postings_behind(earlier, Account.CASH),
        "received": _moved(query, Account.CASH, VoucherKind.FUND_RECEIPT),
        "from_citizens": _moved(query, Account.CASH, VoucherKind.CASH_COUNT),
        "paid": _moved(query, Account.CASH, VoucherKind.PAYMENT),
        "cash_closing": postings_behind(query, Account.CASH),
        "stock_opening": stock,
        "bought": statement,
        "given": postings_behind(query, Account.GIFTS_IN_KIND),
        "dispensed": _moved(query, Account.STOCK, VoucherKind.DISPENSING),
        "other_stock": statement,
        "stock_closing": stock,
        "owed_opening": postings_behind(earlier, Account.PAYABLES),
        "charged": statement,
        "claimed": _moved(query, Account.PAYABLES, VoucherKind.CLAIM),
        "settled": _moved(query, Account.PAYABLES, VoucherKind.PAYMENT),
        "owed_closing": postings_behind(query, Account.PAYABLES),
        "net_opening": statement,
        "net_closing": statement,
    }
    return {name: address_of(one) for name, one in opens.items()}


def behind_budget(fund_id: int, year: int, on: date) -> Mapping[str, str]:
    """Return the addresses behind a fund's budget of a fiscal year as it stood on a day."""
    first, last = fiscal_year_days(year)
    until = max(first, min(on, last))
    query = ReportQuery(date_from=first, date_to=until, fund_id=fund_id)
    report = address_of(Behind("report.budget", _asked(query)))
    promised = Behind("fund.promises", {"fund_id": fund_id, "year": year, "on": on.isoformat()})
    return {
        **dict.fromkeys(("granted", "spent", "left", "lost"), report),
        "committed": address_of(promised),
    }


def _moved(query: ReportQuery, account: Account, kind: VoucherKind) -> Behind:
    return postings_behind(query, account, kind=kind.value)


def _asked(query: ReportQuery) -> dict[str, object]:
    return {**days_of(query), **({"fund": query.fund_id} if query.fund_id else {})}

"""The registry of reports: each row here is a page, three kinds of file, an API call and a command.

How to add a report:

1. A service in `services/` that takes `(session, query: ReportQuery, *, actor)`, asks for its
   permission, calls `query.check()`, and returns plain figures from posted facts.
2. A maker in `web/papers/` (see `papers.figure_paper.Maker`): it puts those figures into ONE
   `FigureReport` by `figure_paper(...)`, and says what each figure opens (`Behind`), or
   `tests/web/figures_behind.py` says why one opens nothing.
3. A `ReportSpec` in `REPORTS` below, and the Arabic of its words in a .po file.
4. A test of exact rows; screen, PDF, workbook, CSV and API are compared for every row of the
   registry by `tests/web/test_report_catalogue.py`. Then `python -m tests.house.doors`, and the
   command's line in the README.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import PartyKind
from pharmacy.services.proof import ARRANGEMENTS as PROVEN_BY
from pharmacy.services.report_query import NAMED, USUAL, WORDS_OF, Filter, Grouping, ReportQuery
from pharmacy.services.stock_movement import ARRANGEMENTS
from pharmacy.web.language import N_, gettext
from pharmacy.web.papers.beneficiary_cost import beneficiary_cost_report
from pharmacy.web.papers.cash_counts import cash_counts_report
from pharmacy.web.papers.claims import claims_report
from pharmacy.web.papers.consumption import consumption_report
from pharmacy.web.papers.figure_paper import Maker
from pharmacy.web.papers.fund_reports import (
    budget_against_actual,
    overrides_of_budget,
    statement_report,
)
from pharmacy.web.papers.gifts import gifts_report
from pharmacy.web.papers.late_facts import late_facts_report
from pharmacy.web.papers.ledger_reports import account_statement_report, trial_balance_report
from pharmacy.web.papers.losses import expired_report, losses_report
from pharmacy.web.papers.owed_report import owed_report
from pharmacy.web.papers.patterns import patterns_report
from pharmacy.web.papers.price_change import price_change_report
from pharmacy.web.papers.proof import proof_report
from pharmacy.web.papers.stock_movement import stock_unit_report, stock_value_report
from pharmacy.web.papers.supplier_reports import (
    payables_ageing_report,
    supplier_balances_report,
    unmatched_receipts_report,
)
from pharmacy.web.papers.undone_report import undone_paper


class Group(StrEnum):
    """Under which head a report stands on the index page."""

    MONEY = "money"
    STOCK = "stock"
    CARE = "care"


GROUPS: Mapping[Group, str] = MappingProxyType(
    {Group.MONEY: N_("Money"), Group.STOCK: N_("Stock"), Group.CARE: N_("Dispensing and care")}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSpec:
    """A report: where it stands, who may see it, what it may be asked.

    Attributes:
        name: Its word in addresses, in the API and on the command line: lower case, with dashes.
        title: Its name, a message of the catalogue.
        purpose: A sentence on what it is for, a message of the catalogue.
        group: Under which head it stands.
        make: What makes it.
        permission: What the reader's role must hold; the service asks for the same.
        filters: What it may be narrowed to.
        by: What its rows may be, the usual one first; empty where there is one arrangement only.
        levels: How many arrangements may stand one within the other, 1 or 2.
        party: What those are whom it calls its suppliers.
    """

    name: str
    title: str
    purpose: str
    group: Group
    make: Maker
    permission: Permission = Permission.REPORT_VIEW
    filters: Sequence[Filter] = ()
    by: Sequence[Grouping] = ()
    levels: int = 1
    party: PartyKind = PartyKind.SUPPLIER

    @property
    def word(self) -> str:
        """The name as an identifier: of endpoints and functions."""
        return self.name.replace("-", "_")

    @property
    def endpoint(self) -> str:
        """The endpoint of its page."""
        return f"report.{self.word}"

    @property
    def label(self) -> str:
        """The title in the reader's language."""
        return gettext(self.title)

    @property
    def help(self) -> str:
        """The purpose in the reader's language."""
        return gettext(self.purpose)

    def arranged(self, *words: str | None) -> tuple[Grouping, ...]:
        """Return the arrangement asked for in words; what this report has not is left out."""
        known = dict.fromkeys(Grouping(word) for word in words if word in set(self.by))
        return tuple(known)[: self.levels] or tuple(self.by[:1])

    def query(self, first: date, last: date, said: Mapping[str, object]) -> ReportQuery:
        """Return the query of what was said, whoever said it; nonsense narrows nothing.

        Args:
            first: The first day.
            last: The last day.
            said: By the words of the filters: ids of rows, words of closed lists, a number.
        """
        by, then = said.get("by"), said.get("then")
        chosen: dict[str, Any] = {}
        for one in self.filters:
            value = said.get(one.value)
            if one in NAMED or one is Filter.TOP:
                name = NAMED[one][0] if one in NAMED else one.value
                chosen[name] = value if isinstance(value, int) else None
            else:
                known = WORDS_OF[one]
                chosen[one.value] = known(str(value)) if value in set(known) else USUAL.get(one)
        return ReportQuery(
            date_from=first,
            date_to=last,
            by=self.arranged(str(by) if by else None, str(then) if then else None),
            **chosen,
        )


REPORTS: Mapping[str, ReportSpec] = MappingProxyType(
    {
        spec.name: spec
        for spec in (
            ReportSpec(
                name="fund-statement",
                title=N_("Statement of the funds"),
                purpose=N_("What each fund had, what came in and went out by sort, what it has."),
                group=Group.MONEY,
                make=statement_report,
                permission=Permission.FUND_VIEW,
                filters=(Filter.FUND,),
            ),
            ReportSpec(
                name="budget",
                title=N_("Budget against actual"),
                purpose=N_("Budgets of the fiscal years: granted, spent, promised, left."),
                group=Group.MONEY,
                make=budget_against_actual,
                permission=Permission.FUND_VIEW,
                filters=(Filter.FUND,),
            ),
            ReportSpec(
                name="budget-overrides",
                title=N_("Approvals beyond the budget"),
                purpose=N_("Approvals that the manager let pass beyond a budget, and why."),
                group=Group.MONEY,
                make=overrides_of_budget,
                permission=Permission.FUND_VIEW,
                filters=(Filter.FUND,),
            ),
            ReportSpec(
                name="gifts",
                title=N_("Gifts and what they became"),
                purpose=N_("What donors gave in money and in kind, and whom it reached."),
                group=Group.MONEY,
                make=gifts_report,
                permission=Permission.FUND_VIEW,
                filters=(Filter.SUPPLIER,),
                party=PartyKind.DONOR,
            ),
            ReportSpec(
                name="trial-balance",
                title=N_("Trial balance"),
                purpose=N_("What stood on every account, what moved, and what stands."),
                group=Group.MONEY,
                make=trial_balance_report,
                permission=Permission.FUND_VIEW,
                filters=(Filter.FUND, Filter.SITE),
                by=(Grouping.ACCOUNT, Grouping.FUND),
            ),
            ReportSpec(
                name="account-statement",
                title=N_("Account statement"),
                purpose=N_("Every document that moved one account, with the balance after it."),
                group=Group.MONEY,
                make=account_statement_report,
                permission=Permission.FUND_VIEW,
                filters=(Filter.ACCOUNT, Filter.FUND, Filter.SUPPLIER, Filter.SITE, Filter.KIND),
            ),
            ReportSpec(
                name="supplier-balances",
                title=N_("Suppliers' accounts"),
                purpose=N_("What each supplier was owed, what moved it, and what they are owed."),
                group=Group.MONEY,
                make=supplier_balances_report,
                permission=Permission.FUND_VIEW,
                filters=(Filter.SUPPLIER, Filter.FUND),
            ),
            ReportSpec(
                name="payables-ageing",
                title=N_("Open invoices by age"),
                purpose=N_("What is open of each supplier's invoices, and how long it is due."),
                group=Group.MONEY,
                make=payables_ageing_report,
                permission=Permission.FUND_VIEW,
                filters=(Filter.SUPPLIER, Filter.FUND),
            ),
            ReportSpec(
                name="unmatched-receipts",
                title=N_("Goods without an invoice"),
                purpose=N_("Receipts and returns for which no invoice was recorded yet."),
                group=Group.MONEY,
                make=unmatched_receipts_report,
                permission=Permission.FUND_VIEW,
                filters=(Filter.SUPPLIER, Filter.FUND),
            ),
            ReportSpec(
                name="beneficiary-cost",
                title=N_("Cost per beneficiary"),
                purpose=N_("Persons by what they cost, the highest cases, ceilings reached."),
                group=Group.MONEY,
                make=beneficiary_cost_report,
                filters=(Filter.SITE, Filter.FUND, Filter.CENTRE, Filter.TOP),
            ),
            ReportSpec(
                name="price-changes",
                title=N_("Price changes"),
                purpose=N_("What a pack of each item cost: first, last, lowest, highest, change."),
                group=Group.MONEY,
                make=price_change_report,
                filters=(Filter.FUND, Filter.DRUG, Filter.SUPPLIER),
            ),
            ReportSpec(
                name="owed-unmet",
                title=N_("Owed and unmet"),
                purpose=N_("What is still owed of each item, and what could not be given at all."),
                group=Group.CARE,
                make=owed_report,
                filters=(Filter.SITE, Filter.DRUG),
            ),
            ReportSpec(
                name="reversals",
                title=N_("Reversals and overrides"),
                purpose=N_("What was undone and why; which warnings were overridden, by whom."),
                group=Group.CARE,
                make=undone_paper,
                filters=(Filter.SITE,),
            ),
            ReportSpec(
                name="consumption",
                title=N_("Consumption of items"),
                purpose=N_("Units and cost of each item, and what an average month takes."),
                group=Group.STOCK,
                make=consumption_report,
                filters=(Filter.SITE, Filter.FUND, Filter.DRUG),
            ),
            ReportSpec(
                name="losses",
                title=N_("Losses and expiry"),
                purpose=N_("What was written off or withdrawn, by reason, month, item or fund."),
                group=Group.STOCK,
                make=losses_report,
                filters=(Filter.SITE, Filter.FUND, Filter.DRUG),
                by=(
                    Grouping.REASON,
                    Grouping.MONTH,
                    Grouping.DRUG,
                    Grouping.FUND,
                    Grouping.SITE,
                    Grouping.BATCH,
                ),
                levels=2,
            ),
            ReportSpec(
                name="expired-stock",
                title=N_("Expired and still on hand"),
                purpose=N_("What has passed its last day of use and was not written off yet."),
                group=Group.STOCK,
                make=expired_report,
                filters=(Filter.SITE, Filter.FUND, Filter.DRUG),
            ),
            ReportSpec(
                name="proof",
                title=N_("Proof page"),
                purpose=N_(
                    "Opening, what came, what went and closing by roads of their own; books beside"
                    " shelves, numbers without gaps, last seals."
                ),
                group=Group.MONEY,
                make=proof_report,
                filters=(Filter.SITE, Filter.FUND, Filter.DRUG),
                by=PROVEN_BY,
            ),
            ReportSpec(
                name="late-facts",
                title=N_("Late facts"),
                purpose=N_("What was recorded in a later month than it happened in."),
                group=Group.MONEY,
                make=late_facts_report,
                filters=(Filter.SITE,),
            ),
            ReportSpec(
                name="unusual-patterns",
                title=N_("Unusual patterns"),
                purpose=N_(
                    "What is worth a question: two sites, quick repeats, odd hours, overrides,"
                    " undoings, round quantities, same hands, missing numbers."
                ),
                group=Group.CARE,
                make=patterns_report,
                permission=Permission.PATTERN_VIEW,
                filters=(Filter.SITE,),
            ),
            ReportSpec(
                name="claims",
                title=N_("Claims of contract pharmacies"),
                purpose=N_("What each pharmacy asked, what was accepted and what waits."),
                group=Group.MONEY,
                make=claims_report,
                permission=Permission.FUND_VIEW,
                filters=(Filter.SUPPLIER, Filter.FUND),
                party=PartyKind.CONTRACT_PHARMACY,
            ),
            ReportSpec(
                name="cash-counts",
                title=N_("Counts of the drawers"),
                purpose=N_("What citizens paid, what was counted and what was over or short."),
                group=Group.MONEY,
                make=cash_counts_report,
                permission=Permission.FUND_VIEW,
                filters=(Filter.SITE,),
            ),
            ReportSpec(
                name="stock-value",
                title=N_("Stock: value and movement"),
                purpose=N_("Opening, every sort of movement and closing in pounds; it adds up."),
                group=Group.STOCK,
                make=stock_value_report,
                filters=(Filter.SITE, Filter.FUND, Filter.DRUG),
                by=ARRANGEMENTS,
                levels=2,
            ),
            ReportSpec(
                name="stock-units",
                title=N_("Stock: units and movement"),
                purpose=N_("Opening, every sort of movement and closing in units; it adds up."),
                group=Group.STOCK,
                make=stock_unit_report,
                filters=(Filter.SITE, Filter.FUND, Filter.DRUG),
                by=(Grouping.DRUG, Grouping.BATCH),
            ),
        )
    }
)
"""Every report there is, by its name, in the order of the index page."""


def grouped() -> list[tuple[Group, str, list[ReportSpec]]]:
    """Return the reports under the heads of the index page, in the reader's language."""
    return [
        (group, gettext(name), [spec for spec in REPORTS.values() if spec.group is group])
        for group, name in GROUPS.items()
    ]

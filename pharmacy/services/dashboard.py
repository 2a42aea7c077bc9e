"""The manager's dashboard: a few numbers and three charts, each what a list or a report says.

Nothing is worked out here: every number comes from the service behind the page that it opens, so
the two cannot differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from pharmacy.models import Fund
from pharmacy.rules.actor import Actor
from pharmacy.rules.budget import Budget
from pharmacy.rules.calendar import fiscal_year, month_start
from pharmacy.rules.permissions import Permission
from pharmacy.services import reporting
from pharmacy.services.budget import budgets
from pharmacy.services.claim_given import GivenQuery, given_sums
from pharmacy.services.cost_dimensions import Dimension
from pharmacy.services.cost_query import CostQuery
from pharmacy.services.fund_figures import overdrawn
from pharmacy.services.reporting import Figures
from pharmacy.services.request_list import RequestQuery, count
from pharmacy.services.request_standing import Standing
from pharmacy.services.stock_list import Band, StockFilter, total_value

REQUESTS = (Standing.OPEN, Standing.OVERDUE, Standing.NEVER_DISPENSED)
"""How the requests stand that a manager is told of."""
BANDS = (Band.WITHIN_30, Band.EXPIRED)
"""Stock that is worth a look, by how soon it expires."""
MOST = 8
"""Rows of a chart; the others are told as one sum."""

Costs = Sequence[tuple[object, int]]
"""What was spent by month, item or fund: its key and piastres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """What a manager sees first; piastres, persons, requests.

    Attributes:
        requests: How many requests stand so; empty for a role that sees none.
        month: The cost of dispensing of this month so far.
        claims: What was accepted of claims of contract pharmacies in the same days.
        stock: The value of all that is on hand.
        bands: The value of what expires soon, or has.
        by_month: This fiscal year and the one before, month by month, as `2026-07`.
        by_drug: This fiscal year so far, the costliest first.
        by_fund: The same by fund.
        budgets: How the budgets of this fiscal year stand, by fund; none where none was granted.
        overdrawn: Funds whose cash is below zero, and by how much.
    """

    today: date
    requests: dict[Standing, int]
    month: Figures
    claims: int
    stock: int
    bands: dict[Band, int]
    by_month: Costs
    by_drug: Costs
    by_fund: Costs
    budgets: Mapping[int, Budget]
    overdrawn: Sequence[tuple[Fund, int]]

    @property
    def year_begins(self) -> date:
        """The first day of this fiscal year."""
        return date(fiscal_year(self.today), 7, 1)


def dashboard(session: Session, *, actor: Actor, today: date) -> Dashboard:
    """Return the numbers of a day.

    Raises:
        NotPermitted: The role has no dashboard.
    """
    actor.require(Permission.DASHBOARD_VIEW)
    begins = date(fiscal_year(today), 7, 1)
    month = reporting.cost_figures(session, CostQuery(date_from=month_start(today), date_to=today))
    asks = {}
    if actor.may(Permission.REQUEST_VIEW):
        asks = {
            standing: count(session, RequestQuery(counted=standing), actor=actor, today=today)
            for standing in REQUESTS
        }
    return Dashboard(
        today=today,
        requests=asks,
        month=month.total,
        claims=given_sums(session, GivenQuery(date_from=month_start(today), date_to=today)).amount,
        stock=total_value(session, StockFilter(on=today)),
        bands={band: total_value(session, StockFilter(on=today, band=band)) for band in BANDS},
        by_month=_spent(session, begins.replace(year=begins.year - 1), today, Dimension.MONTH),
        by_drug=_highest(_spent(session, begins, today, Dimension.DRUG)),
        by_fund=_highest(_spent(session, begins, today, Dimension.FUND)),
        budgets=budgets(session, begins.year, on=today),
        overdrawn=overdrawn(session, today),
    )


def _spent(session: Session, first: date, last: date, by: Dimension) -> Costs:
    query = CostQuery(date_from=first, date_to=last, by=(by,))
    return sorted((keys[0], cost) for keys, cost in reporting.cost_by(session, query).items())


def _highest(costs: Costs) -> Costs:
    return sorted(costs, key=lambda pair: -pair[1])

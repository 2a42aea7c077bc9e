"""The filters of the request reports; all of it stands in the address."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from wtforms import SelectField

from pharmacy.services.request_report import RequestDimension, RequestReportQuery
from pharmacy.services.request_standing import Standing
from pharmacy.services.statement import StatementQuery
from pharmacy.web.forms.base import FilterForm
from pharmacy.web.forms.stock import PeriodDayField
from pharmacy.web.language import N_, gettext

_STANDINGS: Mapping[Standing, str] = MappingProxyType(
    {
        Standing.CLOSED: N_("Closed or rejected"),
        Standing.OPEN: N_("Not closed"),
        Standing.OVERDUE: N_("Overdue"),
        Standing.REOPENED: N_("Reopened"),
        Standing.AWAITING_PAPERS: N_("Waiting for papers"),
        Standing.REPLIED: N_("Replied to"),
        Standing.SETTLED: N_("Settled: the clock stopped"),
        Standing.WITHIN_LIMIT: N_("Settled within the limit"),
        Standing.HANDED_OVER: N_("Medicine handed over"),
        Standing.NEVER_DISPENSED: N_("Approved, never dispensed"),
        Standing.OPEN_7: N_("Open for up to 7 days"),
        Standing.OPEN_30: N_("Open for 8 to 30 days"),
        Standing.OPEN_90: N_("Open for 31 to 90 days"),
        Standing.OPEN_365: N_("Open for 91 to 365 days"),
        Standing.OPEN_OLDER: N_("Open for more than a year"),
    }
)
_DIMENSIONS: Mapping[RequestDimension, str] = MappingProxyType(
    {
        RequestDimension.CHANNEL: N_("Channel"),
        RequestDimension.CENTRE: N_("Centre"),
        RequestDimension.CATEGORY: N_("Category"),
        RequestDimension.MONTH: N_("Month"),
    }
)


def standing_choices(everything: str) -> list[tuple[str, str]]:
    """Return how requests may stand, in the reader's language, for a select field."""
    known = ((standing.value, gettext(_STANDINGS[standing])) for standing in Standing)
    return [("", everything), *known]


def dimension_name(dimension: RequestDimension) -> str:
    """Return a dimension's name in the reader's language."""
    return gettext(_DIMENSIONS[dimension])


class PeriodFilter(FilterForm):
    """The period of a report."""

    date_from = PeriodDayField(N_("From"))
    date_to = PeriodDayField(N_("To"))


class StatementFilter(PeriodFilter):
    """The period of the governor's statement, and the one beside it."""

    compare_from = PeriodDayField(N_("Compare from"))
    compare_to = PeriodDayField(N_("Compare to"))

    def query(self, *, first: date, last: date) -> StatementQuery:
        """Return what was asked for; without another, the period just before, as long."""
        since, until = self.date_from.filled(first), self.date_to.filled(last)
        usual = StatementQuery.of(since, until)
        return StatementQuery.of(
            since,
            until,
            self.compare_from.filled(usual.compare_from),
            self.compare_to.filled(usual.compare_to),
        )


class RequestReportFilter(PeriodFilter):
    """Which requests, broken down how."""

    by = SelectField(N_("By"), validate_choice=False)

    def fill_choices(self) -> None:
        """Give the select its words in the reader's language."""
        self.by.choices = [(each.value, dimension_name(each)) for each in RequestDimension]

    def query(self, *, first: date, last: date) -> RequestReportQuery:
        """Return what was asked for; `first` and `last` where no day was typed."""
        by = self.by.data
        return RequestReportQuery(
            date_from=self.date_from.filled(first),
            date_to=self.date_to.filled(last),
            by=RequestDimension(by) if by in set(RequestDimension) else RequestDimension.CHANNEL,
        )

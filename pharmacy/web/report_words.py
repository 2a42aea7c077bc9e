"""The words of the reports' filters and arrangements, in one place for pages and papers."""

from collections.abc import Mapping
from types import MappingProxyType

from pharmacy.rules.comparison import Compare
from pharmacy.rules.vocabulary import PartyKind
from pharmacy.services.report_query import Filter, Grouping
from pharmacy.web.language import N_, gettext

_FILTERS: Mapping[Filter, str] = MappingProxyType(
    {
        Filter.SITE: N_("Site"),
        Filter.FUND: N_("Fund"),
        Filter.CENTRE: N_("Centre"),
        Filter.DRUG: N_("Item"),
        Filter.CONDITION: N_("Condition"),
        Filter.ACCOUNT: N_("Account"),
        Filter.KIND: N_("Kind"),
        Filter.TOP: N_("The highest"),
    }
)
_GROUPINGS: Mapping[Grouping, str] = MappingProxyType(
    {
        Grouping.MONTH: N_("Month"),
        Grouping.DRUG: N_("Item"),
        Grouping.SITE: N_("Site"),
        Grouping.FUND: N_("Fund"),
        Grouping.CENTRE: N_("Centre"),
        Grouping.CHANNEL: N_("Channel"),
        Grouping.CONDITION: N_("Condition"),
        Grouping.SUPPLIER: N_("Supplier"),
        Grouping.ACCOUNT: N_("Account"),
        Grouping.BATCH: N_("Batch"),
        Grouping.ATC_1: N_("ATC main group"),
        Grouping.ATC_2: N_("ATC group"),
        Grouping.ATC_3: N_("ATC subgroup"),
        Grouping.AGE: N_("Age band"),
        Grouping.SEX: N_("Sex"),
        Grouping.PRESCRIBER: N_("Prescriber"),
        Grouping.STAFF: N_("Member of staff"),
        Grouping.REASON: N_("Reason"),
    }
)
_COMPARISONS: Mapping[Compare, str] = MappingProxyType(
    {
        Compare.PREVIOUS: N_("The period before"),
        Compare.LAST_YEAR: N_("The same period last year"),
    }
)


_PARTIES: Mapping[PartyKind, str] = MappingProxyType(
    {
        PartyKind.SUPPLIER: N_("Supplier"),
        PartyKind.DONOR: N_("The donor"),
        PartyKind.CONTRACT_PHARMACY: N_("Pharmacy"),
    }
)


def filter_name(one: Filter, party: PartyKind = PartyKind.SUPPLIER) -> str:
    """Return a filter's name in the reader's language; `party` is what its suppliers are."""
    return gettext(_PARTIES[party] if one is Filter.SUPPLIER else _FILTERS[one])


def grouping_name(one: Grouping) -> str:
    """Return in the reader's language what the rows of an arrangement are."""
    return gettext(_GROUPINGS[one])


def in_pounds(name: str) -> str:
    """Return the name of a column of amounts with its unit, in the reader's language."""
    return gettext("%(name)s (EGP)", name=name)


def comparison_name(one: Compare) -> str:
    """Return the name of a period of comparison in the reader's language."""
    return gettext(_COMPARISONS[one])

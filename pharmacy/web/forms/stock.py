"""Forms of the stock list and the stock card."""

from collections.abc import Sequence
from datetime import date

from wtforms import SelectField, StringField

from pharmacy.models import Centre, Condition, Fund, Site
from pharmacy.rules.vocabulary import BatchStatus
from pharmacy.services.stock_card import CardQuery
from pharmacy.services.stock_list import Band, StockFilter
from pharmacy.web.addresses import ID_MAX
from pharmacy.web.forms.base import DayField, FilterForm
from pharmacy.web.language import N_, gettext, language
from pharmacy.web.words import choices

ALL_SITES = "all"


def named(
    rows: Sequence[Site] | Sequence[Fund] | Sequence[Condition] | Sequence[Centre],
    *first: tuple[str, str],
) -> list[tuple[str, str]]:
    """Return ids and names of rows in the reader's language, for a select field."""
    return [*first, *((str(row.id), getattr(row, f"name_{language()}")) for row in rows)]


def chosen_id(text: str | None) -> int | None:
    """Return the id chosen in a select or an address; None for no choice or nonsense."""
    plain = text or ""
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= len(str(ID_MAX))):
        return None
    return number if (number := int(plain)) <= ID_MAX else None


class StockSearch(FilterForm):
    """The filter of what is on hand."""

    q = StringField(N_("Search"))
    site = SelectField(N_("Site"), validate_choice=False)
    fund = SelectField(N_("Fund"), validate_choice=False)
    state = SelectField(N_("State"), validate_choice=False)
    band = SelectField(N_("Expires"), validate_choice=False)

    def fill_choices(self, sites: Sequence[Site], funds: Sequence[Fund], own: int | None) -> None:
        """Give the selects their words; without a choice, one's own site is meant."""
        self.site.choices = named(sites, (ALL_SITES, gettext("All sites")))
        if not self.site.data:
            self.site.data = str(own) if own is not None else ALL_SITES
        self.fund.choices = named(funds, ("", gettext("All")))
        self.state.choices = choices(BatchStatus, empty=gettext("All"))
        self.band.choices = [
            ("", gettext("All")),
            *((band.value, band_name(band)) for band in Band),
        ]

    def wanted(self, on: date) -> StockFilter:
        """Return the filter as of a day; what is not known is left out."""
        status, band = self.state.data, self.band.data
        return StockFilter(
            on=on,
            site_id=chosen_id(self.site.data),
            fund_id=chosen_id(self.fund.data),
            status=BatchStatus(status) if status in set(BatchStatus) else None,
            band=Band(band) if band in set(Band) else None,
            text=self.q.data or "",
        )


def band_name(band: Band) -> str:
    """Return how soon a batch of a band expires, in words."""
    return {
        Band.EXPIRED: gettext("Expired"),
        Band.WITHIN_30: gettext("Within 30 days"),
        Band.WITHIN_90: gettext("31 to 90 days"),
        Band.WITHIN_180: gettext("91 to 180 days"),
        Band.LATER: gettext("Later"),
    }[band]


class PeriodDayField(DayField):
    """A day of a period that stands in an address; shown in the one form people type it in."""

    def _value(self) -> str:
        return self.show(self.data) if self.data is not None else super()._value()

    def filled(self, otherwise: date) -> date:
        """Return the day, or another where none was typed, which is then shown."""
        if self.errors:
            return otherwise
        if self.data is None:
            self.data = otherwise
        self.typed = None
        day: date = self.data
        return day


class CardFilter(FilterForm):
    """The period and site of a stock card."""

    site = SelectField(N_("Site"), validate_choice=False)
    date_from = PeriodDayField(N_("From"))
    date_to = PeriodDayField(N_("To"))

    def fill_choices(self, sites: Sequence[Site], own: int | None) -> None:
        """Give the select its words; without a choice, one's own site is meant."""
        self.site.choices = named(sites, (ALL_SITES, gettext("All sites")))
        if not self.site.data:
            self.site.data = str(own) if own is not None else ALL_SITES

    def query(self, drug_id: int, *, first: date, last: date) -> CardQuery:
        """Return what was asked for; `first` and `last` where no day was typed."""
        return CardQuery(
            drug_id=drug_id,
            date_from=self.date_from.filled(first),
            date_to=self.date_to.filled(last),
            site_id=chosen_id(self.site.data),
        )

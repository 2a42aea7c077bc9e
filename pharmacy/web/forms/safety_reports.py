"""The filters of the override report and of the register of controlled medicines."""

from collections.abc import Sequence
from datetime import date

from wtforms import SelectField

from pharmacy.models import Drug, Site
from pharmacy.rules.vocabulary import NoticeCode
from pharmacy.services.safety_reports import OverrideQuery, StaffCount
from pharmacy.services.stock_card import CardQuery
from pharmacy.web.forms.base import FilterForm
from pharmacy.web.forms.stock import ALL_SITES, PeriodDayField, chosen_id, named
from pharmacy.web.language import N_, gettext, language
from pharmacy.web.notice_words import notice_name


class OverrideFilter(FilterForm):
    """Which overrides."""

    date_from = PeriodDayField(N_("From"))
    date_to = PeriodDayField(N_("To"))
    code = SelectField(N_("Notice"), validate_choice=False)
    staff = SelectField(N_("Member of staff"), validate_choice=False)

    def fill_choices(self, staff: Sequence[StaffCount]) -> None:
        """Give the selects their words; of staff, those who overrode in the period."""
        every = ("", gettext("All"))
        self.code.choices = [every, *((code.value, notice_name(code)) for code in NoticeCode)]
        self.staff.choices = [
            every,
            *((str(row.staff_id), getattr(row, f"name_{language()}")) for row in staff),
        ]

    def query(self, *, first: date, last: date, site_id: int | None) -> OverrideQuery:
        """Return what was asked for; `first` and `last` where no day was typed."""
        code = self.code.data
        return OverrideQuery(
            date_from=self.date_from.filled(first),
            date_to=self.date_to.filled(last),
            code=NoticeCode(code) if code in set(NoticeCode) else None,
            staff_id=chosen_id(self.staff.data),
            site_id=site_id,
        )


class RegisterFilter(FilterForm):
    """Whose register, of which days."""

    drug = SelectField(N_("Item"), validate_choice=False)
    site = SelectField(N_("Site"), validate_choice=False)
    date_from = PeriodDayField(N_("From"))
    date_to = PeriodDayField(N_("To"))

    def fill_choices(self, drugs: Sequence[Drug], sites: Sequence[Site], own: int | None) -> None:
        """Give the selects their words; without a choice, one's own site is meant."""
        self.drug.choices = [
            ("", gettext("Choose")),
            *(
                (
                    str(row.id),
                    f"{getattr(row, f'name_{language()}')} \u2066{row.strength}\u2069".rstrip(),
                )
                for row in drugs
            ),
        ]
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

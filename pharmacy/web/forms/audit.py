"""The filters of the log."""

from wtforms import SelectField

from pharmacy.services.audit_list import LogQuery
from pharmacy.web.forms.base import DayField, FilterForm
from pharmacy.web.forms.stock import chosen_id
from pharmacy.web.language import N_


class LogFilter(FilterForm):
    """Which events the log shows."""

    staff = SelectField(N_("Who"), validate_choice=False)
    noun = SelectField(N_("Kind of record"), validate_choice=False)
    action = SelectField(N_("What"), validate_choice=False)
    date_from = DayField(N_("From"))
    date_to = DayField(N_("To"))

    def query(self) -> LogQuery:
        """Return the filter as the service takes it; what makes no sense filters nothing."""
        return LogQuery(
            staff_id=chosen_id(self.staff.data),
            noun=self.noun.data or "",
            action=self.action.data or "",
            date_from=self.date_from.data,
            date_to=self.date_to.data,
        )

    @property
    def is_set(self) -> bool:
        """Whether anything is filtered at all."""
        return self.query() != LogQuery()

"""Forms of the working calendar: a holiday, and the table of time limits."""

from collections.abc import Mapping

from wtforms import StringField
from wtforms.validators import Length

from pharmacy.rules.vocabulary import RequestCategory, Urgency
from pharmacy.services.calendar import LIMIT_MAX, Limits
from pharmacy.web.forms.base import BaseForm, DayField, Needed, WholeField
from pharmacy.web.language import N_

NAME_MAX = 100


class HolidayForm(BaseForm):
    """A day on which offices are closed."""

    day = DayField(N_("Date"), validators=[Needed()])
    name_ar = StringField(N_("Name in Arabic"), validators=[Needed(), Length(max=NAME_MAX)])
    name_en = StringField(N_("Name in English"), validators=[Length(max=NAME_MAX)])


def field_name(category: RequestCategory, urgency: Urgency) -> str:
    """Return the name of the field of one limit."""
    return f"{category.value}_{urgency.value}"


_FIELDS: Mapping[str, tuple[RequestCategory, Urgency]] = {
    field_name(category, urgency): (category, urgency)
    for category in RequestCategory
    for urgency in Urgency
}


class LimitsForm(BaseForm):
    """All time limits on one page; `limits_form` adds a field for each."""

    def wanted(self) -> Limits:
        """Return the limits that a form of valid shape asks for."""
        return {key: self[name].data for name, key in _FIELDS.items()}


_FORM: type[LimitsForm] = type(
    "AllLimitsForm",
    (LimitsForm,),
    {
        "__doc__": "One field for each limit.",
        **{
            name: WholeField(
                N_("Working days"), validators=[Needed()], minimum=1, maximum=LIMIT_MAX
            )
            for name in _FIELDS
        },
    },
)


def limits_form(shown: Limits | None = None) -> LimitsForm:
    """Return the form: as sent, or showing the limits given."""
    if shown is None:
        return _FORM()
    return _FORM(formdata=None, data={name: shown[key] for name, key in _FIELDS.items()})

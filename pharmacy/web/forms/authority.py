"""Forms of the standing authority and of the call list."""

from wtforms import SelectField, StringField
from wtforms.validators import Length

from pharmacy.web.forms.base import BaseForm, CodeField, DayField, MoneyField, Needed
from pharmacy.web.language import N_


class AuthorityForm(BaseForm):
    """What the committee lets the counter give a walk-in at once."""

    decision_number = CodeField(N_("Decision number"), validators=[Needed(), Length(max=60)])
    valid_from = DayField(N_("From"), validators=[Needed()])
    valid_until = DayField(N_("Until"), validators=[Needed()])
    ceiling = MoneyField(N_("Most a case may cost"), validators=[Needed()])


class CallForm(BaseForm):
    """What came of a call."""

    outcome = SelectField(N_("What came of the call"), validators=[Needed()])
    note = StringField(N_("Note"), validators=[Length(max=300)])

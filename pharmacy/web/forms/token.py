"""The form of another program's token."""

from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import Length

from pharmacy.web.forms.base import BaseForm, Needed
from pharmacy.web.language import N_

NAME_MAX = 80


class TokenForm(BaseForm):
    """Which program, in whose name, and what it may do of all that this account may."""

    name = StringField(N_("Name of the program"), validators=[Needed(), Length(max=NAME_MAX)])
    account = SelectField(N_("Acts as"), validators=[Needed()])
    scopes = SelectMultipleField(N_("What it may do"), validators=[Needed()])

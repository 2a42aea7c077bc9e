"""The forms of signing in and of one's own password."""

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import Length

from pharmacy.rules.passwords import LENGTH_MAX
from pharmacy.services.sign_in import USERNAME_MAX
from pharmacy.web.forms.base import BaseForm, Needed
from pharmacy.web.language import N_


class SignInForm(BaseForm):
    """Name and password; nothing else is asked, nothing is hinted."""

    username = StringField(N_("Sign-in name"), validators=[Needed(), Length(max=USERNAME_MAX)])
    # Longer than any password of ours, so that a wrong one is just wrong.
    password = PasswordField(N_("Password"), validators=[Needed(), Length(max=10 * LENGTH_MAX)])
    next = HiddenField()


class PasswordForm(BaseForm):
    """The present password, and the new one twice."""

    present = PasswordField(
        N_("Present password"), validators=[Needed(), Length(max=10 * LENGTH_MAX)]
    )
    password = PasswordField(N_("New password"), validators=[Needed(), Length(max=10 * LENGTH_MAX)])
    again = PasswordField(
        N_("New password once more"), validators=[Needed(), Length(max=10 * LENGTH_MAX)]
    )

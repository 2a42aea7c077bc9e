"""The forms of the lock screen and of one's own PIN."""

from wtforms import HiddenField, PasswordField
from wtforms.validators import Length

from pharmacy.rules.passwords import LENGTH_MAX
from pharmacy.web.forms.base import BaseForm, Needed, ScanField
from pharmacy.web.language import N_

CODE_MAX = 64


class LockForm(BaseForm):
    """The button that locks; it says where its page stands."""

    next = HiddenField()


class BadgeForm(BaseForm):
    """The box of the lock screen, in which only badges count."""

    # The box's own id is that of every box for scans.
    badge = ScanField(N_("Badge"), validators=[Needed(), Length(max=CODE_MAX)], id="scan")
    next = HiddenField()


class PinForm(BaseForm):
    """The PIN of the badge's holder."""

    pin = PasswordField(N_("PIN"), validators=[Needed(), Length(max=CODE_MAX)])
    badge = HiddenField()
    next = HiddenField()


class OwnPinForm(BaseForm):
    """The present password, and the new PIN twice."""

    present = PasswordField(
        N_("Present password"), validators=[Needed(), Length(max=10 * LENGTH_MAX)]
    )
    pin = PasswordField(N_("New PIN"), validators=[Needed(), Length(max=CODE_MAX)])
    again = PasswordField(N_("New PIN once more"), validators=[Needed(), Length(max=CODE_MAX)])

"""The form of a dispensing's undoing."""

from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import Length

from pharmacy.web.forms.base import FactForm, Needed
from pharmacy.web.language import N_
from pharmacy.web.signing import SignatureFields


class ReversalForm(SignatureFields, FactForm):
    """Undoing a dispensing, whole or by line, by two."""

    reason = SelectField(N_("Reason"), validators=[Needed()])
    lines = SelectMultipleField(N_("Lines"), coerce=int)
    note = StringField(N_("Note"), validators=[Length(max=300)])

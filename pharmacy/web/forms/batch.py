"""The form that holds a batch back, recalls it or releases it."""

from wtforms import Field, RadioField, TextAreaField
from wtforms.validators import Length, ValidationError

from pharmacy.rules.vocabulary import BatchStatus
from pharmacy.web.forms.base import BaseForm, Needed
from pharmacy.web.language import N_, gettext


class HoldForm(BaseForm):
    """What becomes of a batch, and why."""

    act = RadioField(N_("What to do"), validators=[Needed()], validate_choice=False)
    reason = TextAreaField(N_("Reason"), validators=[Needed(), Length(max=400)])

    def validate_act(self, field: Field) -> None:
        """Refuse what was not offered, in the words of a field left empty.

        Raises:
            ValidationError: It is none of the choices.
        """
        if field.data not in [value for value, _text in field.choices]:
            raise ValidationError(field.gettext("This field is required."))

    def fill_choices(self, present: BatchStatus) -> None:
        """Offer what the batch is not already."""
        acts = {
            BatchStatus.QUARANTINED: gettext(
                "Quarantine it: nothing is issued until it is decided"
            ),
            BatchStatus.RECALLED: gettext("Recall it: it is never issued again"),
            BatchStatus.AVAILABLE: gettext("Release it: it may be issued"),
        }
        self.act.choices = [
            (status.value, text) for status, text in acts.items() if status is not present
        ]

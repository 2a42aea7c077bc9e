"""Forms of attachments: a file with what it is, and why one is taken away."""

from flask_wtf.file import FileField
from wtforms import SelectField, StringField
from wtforms.validators import Length

from pharmacy.rules.request_vocabulary import Paper
from pharmacy.web.forms.base import BaseForm, FilterForm, Needed
from pharmacy.web.language import N_
from pharmacy.web.words import choices


class AttachmentForm(BaseForm):
    """A paper of a request, as a photo or a PDF."""

    kind = SelectField(N_("What it is"), validators=[Needed()])
    file = FileField(N_("File (JPEG, PNG or PDF)"), validators=[Needed()])

    def furnish(self) -> None:
        """Give the list its choices."""
        self.kind.choices = choices(Paper)


class RemovalForm(BaseForm):
    """Why a paper is taken away."""

    reason = StringField(N_("Reason"), validators=[Needed(), Length(max=300)])


class KeptFilter(FilterForm):
    """Which papers the list of retention shows."""

    due = SelectField(N_("Retention"), validate_choice=False)

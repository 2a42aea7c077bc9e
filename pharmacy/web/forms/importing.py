"""Forms of imports: bringing a file, and saying which of its columns is which field."""

from collections.abc import Iterable, Mapping, Sequence

from flask_wtf.file import FileField
from wtforms import SelectField, StringField
from wtforms.validators import Length

from pharmacy.models import ImportMapping
from pharmacy.rules.vocabulary import Channel, RequestCategory, Urgency
from pharmacy.services.importing_requests import RequestImporter
from pharmacy.web.forms.base import BaseForm, Needed
from pharmacy.web.forms.intake import FACT_LABELS
from pharmacy.web.language import N_, gettext
from pharmacy.web.words import choices, options, word

FIELDS: Mapping[str, str] = {
    "received_on": N_("Received on"),
    "asked_for": N_("What was asked for"),
    "citizen_name": N_("Citizen's name"),
    "citizen_phone": N_("Citizen's phone"),
    "national_id": N_("National ID"),
    "outside_reference": N_("Outside reference"),
    "channel": N_("Channel"),
    "centre": N_("Technology centre"),
    "category": N_("Category"),
    "urgency": N_("Urgency"),
    "citizen_email": N_("Citizen's e-mail"),
    "condition": N_("Chronic condition"),
    "prescriber": N_("Prescriber"),
    **FACT_LABELS,
}
"""Every field of a request that a list may have, in the order of the page, by its name."""

_NAME_MAX = 80
_TEXT_MAX = 200


class UploadForm(BaseForm):
    """A file, and how its requests came in."""

    file = FileField(N_("File"), validators=[Needed()])
    channel = SelectField(N_("Channel"))
    mapping = SelectField(N_("Saved columns"))

    def furnish(self, saved: Sequence[ImportMapping]) -> None:
        """Give the choices."""
        self.channel.choices = choices(Channel, empty=gettext("As the rows say"))
        pairs = ((one.id, f"{word(one.channel)}: {one.name}") for one in saved)
        self.mapping.choices = options(pairs, empty=gettext("Found by their usual names"))


class ColumnsForm(BaseForm):
    """Which column is which field, and what holds where a row says nothing."""

    file_channel = SelectField(N_("Channel"))
    mapping_name = StringField(N_("Save these columns as"), validators=[Length(max=_NAME_MAX)])
    default_received_on = StringField(N_("Received on"), validators=[Length(max=_TEXT_MAX)])
    default_asked_for = StringField(N_("What was asked for"), validators=[Length(max=_TEXT_MAX)])
    default_centre = SelectField(N_("Technology centre"))
    default_category = SelectField(N_("Category"))
    default_urgency = SelectField(N_("Urgency"))

    def furnish(self, headings: Iterable[str], centres: Iterable[tuple[str, str]]) -> None:
        """Give the choices: the headings of the file, the centres one may name."""
        self.file_channel.choices = choices(Channel, empty=gettext("As the rows say"))
        self.default_centre.choices = options(centres, empty="—")
        self.default_category.choices = choices(RequestCategory, empty="—")
        self.default_urgency.choices = choices(Urgency, empty="—")
        for name in FIELDS:
            pairs = ((heading, heading) for heading in dict.fromkeys(headings) if heading)
            self[f"column_{name}"].choices = options(pairs, empty="—")

    def columns(self) -> dict[str, str]:
        """Return the column of every field, "" for none."""
        return {name: self[f"column_{name}"].data or "" for name in FIELDS}

    def defaults(self) -> dict[str, str]:
        """Return what holds where a row says nothing."""
        found = {name: self[f"default_{name}"].data for name in DEFAULTS}
        return {name: text for name, text in found.items() if text}


for _name, _label in FIELDS.items():
    setattr(ColumnsForm, f"column_{_name}", SelectField(_label))

DEFAULTS = ("received_on", "asked_for", "centre", "category", "urgency")
"""Fields for which a value may hold in every row."""

assert set(FIELDS) == set(RequestImporter.headings), "every field has a name here"

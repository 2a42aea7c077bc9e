"""The form of an account."""

from wtforms import SelectField, StringField
from wtforms.validators import Length

from pharmacy.models import Staff
from pharmacy.rules.vocabulary import Role
from pharmacy.services.sign_in import USERNAME_MAX
from pharmacy.services.staff import StaffFacts
from pharmacy.web.forms.base import BaseForm, CodeField, Needed
from pharmacy.web.language import N_

NAME_MAX = 120


class StaffForm(BaseForm):
    """Who it is, what they do and where."""

    name_ar = StringField(N_("Name in Arabic"), validators=[Needed(), Length(max=NAME_MAX)])
    name_en = StringField(N_("Name in English"), validators=[Length(max=NAME_MAX)])
    username = CodeField(N_("Sign-in name"), validators=[Needed(), Length(max=USERNAME_MAX)])
    role = SelectField(N_("Role"), validators=[Needed()])
    site = SelectField(N_("Site"))
    centre = SelectField(N_("Centre"))
    language = SelectField(N_("Language"), validators=[Needed()])

    def facts(self) -> StaffFacts:
        """Return what a form of valid shape says."""
        return StaffFacts(
            username=self.username.data or "",
            name_ar=self.name_ar.data or "",
            name_en=self.name_en.data or "",
            role=Role(self.role.data),
            site_id=int(self.site.data) if self.site.data else None,
            centre_id=int(self.centre.data) if self.centre.data else None,
            language=self.language.data,
        )


def shown_of(row: Staff) -> dict[str, object]:
    """Return an account as its form shows it."""
    return {
        "name_ar": row.name_ar,
        "name_en": row.name_en,
        "username": row.username,
        "role": row.role.value,
        "site": str(row.site_id or ""),
        "centre": str(row.centre_id or ""),
        "language": row.language,
    }

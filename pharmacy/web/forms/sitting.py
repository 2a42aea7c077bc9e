"""Forms of the committee's sittings: planning, opening, votes, decisions, closing."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length

from pharmacy.rules.request_vocabulary import VoteChoice
from pharmacy.services.sitting import NewSitting
from pharmacy.services.sitting_view import Member
from pharmacy.web.forms.base import BaseForm, DayField, FactForm, Needed, WholeField
from pharmacy.web.language import N_, language
from pharmacy.web.words import choices

PLACE_MAX = 200
NOTE_MAX = 1000
AGENDA_MOST = 200
AGENDA_USUAL = 30


class SittingForm(FactForm):
    """A sitting that is planned."""

    held_on = DayField(N_("Day"), validators=[Needed()])
    place = StringField(N_("Place"), validators=[Needed(), Length(max=PLACE_MAX)])
    chair = SelectField(N_("Chair of the sitting"), validators=[Needed()], coerce=int)
    members = SelectMultipleField(N_("Members called"), validators=[Needed()], coerce=int)
    note = TextAreaField(N_("Note"), validators=[Length(max=NOTE_MAX)])

    def sitting(self) -> NewSitting:
        """Return what a form of valid shape plans."""
        return NewSitting(
            submission_id=self.submission_id.data,
            held_on=self.held_on.data,
            place=self.place.data,
            chair_id=self.chair.data,
            member_ids=frozenset(self.members.data),
            note=self.note.data or "",
        )


class OpeningForm(BaseForm):
    """Who came to a sitting, and who takes the chair."""

    present = SelectMultipleField(N_("Members present"), validators=[Needed()], coerce=int)
    chair = SelectField(N_("Chair of the sitting"), validators=[Needed()], coerce=int)


class AgendaForm(BaseForm):
    """How many requests are put on an agenda at most."""

    most = WholeField(N_("Requests at most"), validators=[Needed()], minimum=1, maximum=AGENDA_MOST)


class ClosingForm(BaseForm):
    """What else the minutes say."""

    note = TextAreaField(N_("Note"), validators=[Length(max=NOTE_MAX)])


class OutcomeForm(BaseForm):
    """Why a request is rejected or deferred by its sitting."""

    reason = SelectField(N_("Reason"), validators=[Needed()])
    note = TextAreaField(N_("Note"), validators=[Length(max=NOTE_MAX)])


class VotesForm(BaseForm):
    """The votes on a request; `votes_form` adds a field for each member."""

    def choices(self) -> dict[int, VoteChoice]:
        """Return the votes given, by the member's account."""
        found = {}
        for name, field in self._fields.items():
            if name.startswith(_PREFIX) and field.data:
                found[int(name.removeprefix(_PREFIX))] = VoteChoice(field.data)
        return found


_PREFIX = "vote-"


def name_of(member: Any) -> str:  # noqa: ANN401 - a row of staff, or a member
    """Return the name of a member of staff in the reader's language."""
    name: str = (member.name_en if language() == "en" else "") or member.name_ar
    return name


def votes_form(members: Sequence[Member], cast: Mapping[int, VoteChoice]) -> VotesForm:
    """Return the form of the votes that are not cast yet: one field for each present member."""
    waiting = [one for one in members if one.present and one.staff_id not in cast]
    fields: dict[str, Any] = {
        f"{_PREFIX}{one.staff_id}": RadioField(name_of(one), validate_choice=True)
        for one in waiting
    }
    kind: type[VotesForm] = type(
        "MembersVotesForm", (VotesForm,), {"__doc__": "One vote each.", **fields}
    )
    form = kind()
    for name in fields:
        form[name].choices = choices(VoteChoice)
        # An unmarked row sends nothing, and that member votes later.
        form[name].validate_choice = bool(form[name].data)
    return form

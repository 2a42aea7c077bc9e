"""Forms of citizen requests: recording one, filtering the list, reopening."""

from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from pharmacy.rules.request_vocabulary import ClockState, ReplyMeans, RequestState
from pharmacy.rules.vocabulary import Channel, RequestCategory, Urgency
from pharmacy.services.reply import NewReply
from pharmacy.services.request import NewRequest
from pharmacy.services.request_list import RequestQuery
from pharmacy.services.request_standing import Standing
from pharmacy.web.forms.base import (
    BaseForm,
    CodeField,
    DayField,
    FactForm,
    FilterForm,
    Needed,
    PhoneField,
)
from pharmacy.web.forms.intake import ChannelForm
from pharmacy.web.forms.stock import chosen_id
from pharmacy.web.language import N_

NAME_MAX = 200
ASKED_MAX = 2000
NO_CENTRE = "none"
"""Stands in an address for requests that came through no centre."""
AT_CENTRES = "centres"
"""Stands in an address for the channels of the centres of cities and of villages."""


class RequestForm(ChannelForm):
    """What a citizen asks for, and by which way it came in."""

    citizen_name = StringField(N_("Citizen's name"), validators=[Length(max=NAME_MAX)])
    citizen_phone = PhoneField(N_("Citizen's phone"), validators=[Length(max=40)])
    citizen_identity = CodeField(N_("Citizen's national ID"), validators=[Length(max=40)])
    citizen_email = CodeField(N_("Citizen's e-mail"), validators=[Length(max=254)])
    on_behalf_of = StringField(
        N_("Asked by, and their relation"), validators=[Length(max=NAME_MAX)]
    )
    channel = SelectField(N_("Channel"), validators=[Needed()])
    centre = SelectField(N_("Technology centre"))
    outside_reference = CodeField(N_("Outside reference"), validators=[Length(max=60)])
    received_on = DayField(N_("Received on"), validators=[Needed()])
    category = SelectField(N_("Category"), validators=[Needed()])
    urgency = RadioField(N_("Urgency"), validators=[Needed()])
    condition = SelectField(N_("Chronic condition"))
    prescriber = StringField(N_("Prescriber"), validators=[Length(max=NAME_MAX)])
    asked_for = TextAreaField(
        N_("What was asked for"), validators=[Needed(), Length(max=ASKED_MAX)]
    )

    def request(self, beneficiary_id: int | None, *, phone: str | None) -> NewRequest:
        """Return the request that a form of valid shape describes.

        Args:
            beneficiary_id: The person on file, when one was chosen.
            phone: The typed phone as the rule read it.
        """
        condition = self.condition.data if "condition" in self else ""
        return NewRequest(
            submission_id=self.submission_id.data,
            channel=Channel(self.channel.data),
            asked_for=self.asked_for.data,
            received_on=self.received_on.data,
            category=RequestCategory(self.category.data),
            urgency=Urgency(self.urgency.data),
            centre_id=int(self.centre.data) if self.centre.data else None,
            outside_reference=self.outside_reference.data or None,
            beneficiary_id=beneficiary_id,
            citizen_name="" if beneficiary_id else self.citizen_name.data or "",
            citizen_phone=phone,
            on_behalf_of=self.on_behalf_of.data or "",
            condition_id=int(condition) if condition else None,
            prescriber=self.prescriber.data or "",
            citizen_identity=self.citizen_identity.data or None,
            citizen_email=self.citizen_email.data or None,
            channel_facts=self.channel_facts(),
        )


class RequestFilter(FilterForm):
    """Which requests the list shows."""

    q = StringField(N_("Number, ID, phone, name or wish"))
    standing = SelectField(N_("Due"), validate_choice=False)
    state = SelectField(N_("State"), validate_choice=False)
    channel = SelectField(N_("Channel"), validate_choice=False)
    centre = SelectField(N_("Centre"), validate_choice=False)
    category = SelectField(N_("Category"), validate_choice=False)
    counted = SelectField(N_("Counted as"), validate_choice=False)
    date_from = DayField(N_("From"))
    date_to = DayField(N_("To"))

    def query(self) -> RequestQuery:
        """Return the filter as the service takes it; what makes no sense filters nothing."""
        channel, state, category = self.channel.data, self.state.data, self.category.data
        standing, counted = self.standing.data, self.counted.data
        return RequestQuery(
            text=self.q.data or "",
            channel=Channel(channel) if channel in set(Channel) else None,
            state=RequestState(state) if state in set(RequestState) else None,
            standing=ClockState(standing) if standing in set(ClockState) else None,
            category=RequestCategory(category) if category in set(RequestCategory) else None,
            centre_id=chosen_id(self.centre.data),
            date_from=self.date_from.data,
            date_to=self.date_to.data,
            counted=Standing(counted) if counted in set(Standing) else None,
            at_centres=channel == AT_CENTRES,
            without_centre=self.centre.data == NO_CENTRE,
        )

    @property
    def is_set(self) -> bool:
        """Whether anything is filtered at all."""
        return self.query() != RequestQuery()


class ReopenForm(BaseForm):
    """Why a rejected or closed request is taken up again."""

    reason = SelectField(N_("Reason"), validators=[Needed()])
    note = StringField(N_("Note"), validators=[Needed(), Length(max=300)])


class AnswerForm(FactForm):
    """What a citizen was told whose request asks for no medicine, and how."""

    means = RadioField(N_("How they are told"), validators=[Needed()])

    note = TextAreaField(N_("Reply to the citizen"), validators=[Needed(), Length(max=1000)])

    def reply(self, subject: str) -> NewReply:
        """Return what the citizen is told, as the service takes it."""
        return NewReply(
            submission_id=self.submission_id.data,
            means=ReplyMeans(self.means.data),
            text=self.note.data,
            subject=subject,
        )

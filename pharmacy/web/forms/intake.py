"""Forms of what comes in: a channel's own fields, meetings, messages."""

from collections.abc import Mapping

from wtforms import Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from pharmacy.rules.intake import CHANNEL_FIELDS, LENGTH_MAX, LINK_MAX
from pharmacy.rules.request_vocabulary import Complainant, KeptReason, MessageState, Platform
from pharmacy.rules.vocabulary import Channel, RequestCategory, Urgency
from pharmacy.web.forms.base import (
    BaseForm,
    CodeField,
    DayField,
    FactForm,
    FilterForm,
    Needed,
    PhoneField,
)
from pharmacy.web.language import N_, gettext
from pharmacy.web.words import choices

NAME_MAX = 200
ASKED_MAX = 2000

FACT_LABELS: Mapping[str, str] = {
    "receipt_number": N_("Number on the centre's receipt"),
    "called_at": N_("Time of the call"),
    "call_taker": N_("Who took the call"),
    "complainant": N_("Kind of complainant"),
    "occupation": N_("Occupation"),
    "app_account": N_("Account in the app"),
    "platform": N_("Platform"),
    "handle": N_("Account name"),
    "link": N_("Link to the post or message"),
    "message_reference": N_("Number of the message"),
}
"""The names of the channels' own fields, on forms and on the request's page."""


class ChannelForm(FactForm):
    """The base of the form of a request: every channel's fields, of which one channel's are kept.

    Their names begin with `fact_`; `keep_channel` takes the others away.
    """

    fact_receipt_number = CodeField(
        FACT_LABELS["receipt_number"], validators=[Length(max=LENGTH_MAX)]
    )
    fact_called_at = CodeField(FACT_LABELS["called_at"], validators=[Length(max=LENGTH_MAX)])
    fact_call_taker = StringField(FACT_LABELS["call_taker"], validators=[Length(max=LENGTH_MAX)])
    fact_complainant = SelectField(FACT_LABELS["complainant"], validate_choice=False)
    fact_occupation = StringField(FACT_LABELS["occupation"], validators=[Length(max=LENGTH_MAX)])
    fact_app_account = CodeField(FACT_LABELS["app_account"], validators=[Length(max=LENGTH_MAX)])
    fact_platform = SelectField(FACT_LABELS["platform"], validate_choice=False)
    fact_handle = CodeField(FACT_LABELS["handle"], validators=[Length(max=LENGTH_MAX)])
    fact_link = CodeField(FACT_LABELS["link"], validators=[Length(max=LINK_MAX)])
    fact_message_reference = CodeField(
        FACT_LABELS["message_reference"], validators=[Length(max=LENGTH_MAX)]
    )

    def keep_channel(self, channel: Channel) -> None:
        """Keep the fields of one channel only, with their choices."""
        kept = {f"fact_{field.name}" for field in CHANNEL_FIELDS[channel]}
        for name in [field.name for field in self.fact_fields]:
            if name not in kept:
                del self[name]
        unknown = gettext("Not stated")
        for name, words in (("fact_complainant", Complainant), ("fact_platform", Platform)):
            if name in self:
                self[name].choices = choices(words, empty=unknown)

    @property
    def fact_fields(self) -> list[Field]:
        """The fields of the channel, in their order."""
        return [field for field in self if field.name.startswith("fact_")]

    def channel_facts(self) -> dict[str, object]:
        """Return what they say, by the names of the rule."""
        return {field.name.removeprefix("fact_"): field.data or "" for field in self.fact_fields}


class MeetingForm(BaseForm):
    """A public meeting: date, place, who led it."""

    held_on = DayField(N_("Date of the meeting"), validators=[Needed()])
    place = StringField(N_("Place"), validators=[Needed(), Length(max=NAME_MAX)])
    chair = StringField(N_("Led by"), validators=[Needed(), Length(max=NAME_MAX)])


class WishForm(FactForm):
    """What somebody asks for, in its shortest form; the base of two."""

    citizen_name = StringField(N_("Citizen's name"), validators=[Needed(), Length(max=NAME_MAX)])
    asked_for = TextAreaField(
        N_("What was asked for"), validators=[Needed(), Length(max=ASKED_MAX)]
    )
    category = SelectField(N_("Category"), validators=[Needed()])
    urgency = RadioField(N_("Urgency"), validators=[Needed()])

    def furnish(self) -> None:
        """Give the lists their choices."""
        self.category.choices = choices(RequestCategory)
        self.urgency.choices = choices(Urgency)


class ComplaintForm(WishForm):
    """One line of a meeting's list; typed one after the other, so the wish is one line."""

    citizen_phone = PhoneField(N_("Citizen's phone"), validators=[Length(max=40)])
    asked_for = StringField(N_("What was asked for"), validators=[Needed(), Length(max=ASKED_MAX)])


class MessageForm(FactForm):
    """A message of Sawtak Masmou as it came."""

    outside_reference = CodeField(N_("Number of the message"), validators=[Length(max=60)])
    received_on = DayField(N_("Received on"), validators=[Needed()])
    sender_name = StringField(N_("Sender's name"), validators=[Length(max=NAME_MAX)])
    sender_phone = PhoneField(N_("Sender's phone"), validators=[Length(max=40)])
    text = TextAreaField(N_("Text of the message"), validators=[Needed(), Length(max=ASKED_MAX)])


class KeepForm(BaseForm):
    """Why a message becomes no complaint."""

    reason = SelectField(N_("Reason"), validators=[Needed()])

    def furnish(self) -> None:
        """Give the list its choices."""
        self.reason.choices = choices(KeptReason, empty=gettext("Choose"))


class MessageFilter(FilterForm):
    """Which messages the list shows."""

    state = SelectField(N_("State"), validate_choice=False)

    @property
    def wanted(self) -> MessageState | None:
        """The state asked for; what makes no sense filters nothing."""
        text = self.state.data
        return MessageState(text) if text in set(MessageState) else None

"""Forms around the citizen: a reply, the public page, feedback, webhooks."""

from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from pharmacy.rules.arabic import kept_upright
from pharmacy.rules.request_vocabulary import ReplyMeans
from pharmacy.rules.vocabulary import Channel
from pharmacy.services.reply import NewReply
from pharmacy.services.webhook import WebhookFacts
from pharmacy.web.forms.base import BaseForm, CodeField, FactForm, Needed
from pharmacy.web.language import N_, gettext

REPLY_MAX = 1000
FEEDBACK_MAX = 1000
YES, NO = "yes", "no"


class UprightArea(TextAreaField):
    """A text in whose box numbers of several parts read left to right, where no markup goes."""

    kind = "textarea"

    def _value(self) -> str:
        return kept_upright(super()._value())


class ReplyForm(FactForm):
    """What the citizen is told, and how."""

    means = RadioField(N_("How they are told"), validators=[Needed()])
    text = UprightArea(N_("What the citizen is told"), validators=[Needed(), Length(max=REPLY_MAX)])

    def reply(self, subject: str) -> NewReply:
        """Return the reply that a form of valid shape describes."""
        return NewReply(
            submission_id=self.submission_id.data,
            means=ReplyMeans(self.means.data),
            text=self.text.data,
            subject=subject,
        )


class TrackForm(BaseForm):
    """A request's number and the end of the phone."""

    number = CodeField(
        N_("Number of the request"),
        validators=[Needed(), Length(max=20)],
        render_kw={"inputmode": "text"},
    )
    digits = CodeField(N_("Last four digits of your phone"), validators=[Needed(), Length(max=10)])


class FeedbackForm(BaseForm):
    """Whether it was really solved; `token` says of which outcome, signed."""

    token = HiddenField()
    solved = RadioField(N_("Was it really solved?"), validators=[Needed()])
    text = TextAreaField(N_("What should we know?"), validators=[Length(max=FEEDBACK_MAX)])

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - handed on to WTForms
        super().__init__(**given)
        self.solved.choices = [
            (YES, gettext("Yes, it is solved")),
            (NO, gettext("No, it is not solved")),
        ]


class WebhookForm(BaseForm):
    """An address that is told of the steps of a channel's requests."""

    title = StringField(N_("Name of the other system"), validators=[Needed(), Length(max=100)])
    url = CodeField(N_("Its address"), validators=[Needed(), Length(max=500)])
    channel = SelectField(N_("Requests of"))
    active = BooleanField(N_("Notices are sent"))

    def facts(self) -> WebhookFacts:
        """Return what the service takes."""
        channel = self.channel.data
        return WebhookFacts(
            name=self.title.data or "",
            url=self.url.data or "",
            channel=Channel(channel) if channel else None,
            active=bool(self.active.data),
        )

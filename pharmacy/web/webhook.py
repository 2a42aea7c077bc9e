"""Webhooks: which other systems are told of the steps of requests."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from pharmacy.models import Webhook
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Channel
from pharmacy.services import webhook as webhooks
from pharmacy.services.sending_http import HttpPoster, WebhookSender
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading, settings
from pharmacy.web.forms.citizen import WebhookForm
from pharmacy.web.language import gettext
from pharmacy.web.words import choices

blueprint = Blueprint("webhook", __name__)


@blueprint.get("/admin/webhooks")
@requires(Permission.SETTINGS_MANAGE)
def index() -> ResponseReturnValue:
    """Show all webhooks."""
    rows = reading().scalars(select(Webhook).order_by(Webhook.name)).all()
    return render_template("webhook/index.html", rows=rows)


@blueprint.get("/admin/webhooks/new")
@requires(Permission.SETTINGS_MANAGE)
def new() -> ResponseReturnValue:
    """Show an empty form."""
    return render_template("webhook/new.html", form=_furnished(WebhookForm(active=True)))


@blueprint.post("/admin/webhooks/new")
@requires(Permission.SETTINGS_MANAGE)
def create() -> ResponseReturnValue:
    """Add a webhook and show its secret, once."""
    form = _furnished(WebhookForm())
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                webhook_id, secret = webhooks.add_webhook(
                    write, form.facts(), actor=actor(), now=now()
                )
            return _secret_page(webhook_id, secret)
    return form_page("webhook/new.html", form)


def _secret_page(webhook_id: int, secret: str) -> str:
    # Drawn at once and never kept: not in an address, not in a cookie, not in the log.
    row = webhooks.get_webhook(reading(), webhook_id, actor=actor())
    return render_template("webhook/secret.html", row=row, secret=secret)


def _furnished(form: WebhookForm) -> WebhookForm:
    form.channel.choices = choices(Channel, empty=gettext("All"))
    return form


@blueprint.get("/admin/webhooks/<int:webhook_id>")
@requires(Permission.SETTINGS_MANAGE)
def edit(webhook_id: int) -> ResponseReturnValue:
    """Show a webhook to be changed, tried or given another secret."""
    row = webhooks.get_webhook(reading(), webhook_id, actor=actor())
    shown = {
        "title": row.name,
        "url": row.url,
        "channel": row.channel.value if row.channel else "",
        "active": row.active,
    }
    form = _furnished(WebhookForm(formdata=None, data=shown))
    return render_template("webhook/edit.html", form=form, row=row)


@blueprint.post("/admin/webhooks/<int:webhook_id>")
@requires(Permission.SETTINGS_MANAGE)
def change(webhook_id: int) -> ResponseReturnValue:
    """Change a webhook."""
    form = _furnished(WebhookForm())
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                webhooks.change_webhook(write, webhook_id, form.facts(), actor=actor(), now=now())
            say("ok", gettext("The webhook is changed."))
            return redirect(url_for("webhook.index"), 303)
    row = webhooks.get_webhook(reading(), webhook_id, actor=actor())
    return form_page("webhook/edit.html", form, row=row)


@blueprint.post("/admin/webhooks/<int:webhook_id>/secret")
@requires(Permission.SETTINGS_MANAGE)
def renew(webhook_id: int) -> ResponseReturnValue:
    """Give another secret and show it, once."""
    with database().transaction() as write:
        secret = webhooks.renew_secret(write, webhook_id, actor=actor(), now=now())
    return _secret_page(webhook_id, secret)


@blueprint.post("/admin/webhooks/<int:webhook_id>/test")
@requires(Permission.SETTINGS_MANAGE)
def attempt(webhook_id: int) -> ResponseReturnValue:
    """Send a signed notice that tells of nothing, and say what was answered."""
    with database().reading() as short:
        trial = webhooks.trial(short, webhook_id, actor=actor(), now=now())
    sender = WebhookSender(HttpPoster(private=settings().outside.webhook_private))
    outcome = sender.send(trial, now=now())
    if outcome.sent:
        say("ok", gettext("The other system took the notice."))
    else:
        say("warn", gettext("The notice did not arrive: %(error)s", error=outcome.error))
    return redirect(url_for("webhook.edit", webhook_id=webhook_id), 303)

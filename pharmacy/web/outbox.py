"""The outbox as its administrator sees it: what waits, what was sent, what was given up and why."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pharmacy.models import OutboxMessage
from pharmacy.rules.permissions import Permission
from pharmacy.services import outbox as messages
from pharmacy.services.outbox import OutboxState
from pharmacy.web.access import requires
from pharmacy.web.answers import say
from pharmacy.web.context import actor, database, now, reading
from pharmacy.web.keyset import Order, keyset_page
from pharmacy.web.language import N_, gettext

blueprint = Blueprint("outbox", __name__)

NEWEST = Order(id=OutboxMessage.id)
STATES = {
    OutboxState.WAITING: N_("Waiting"),
    OutboxState.SENT: N_("Sent"),
    OutboxState.GIVEN_UP: N_("Given up"),
}


@blueprint.get("/admin/outbox")
@requires(Permission.SETTINGS_MANAGE)
def index() -> ResponseReturnValue:
    """Show the messages in one state, the newest first; to whom and what is not shown here."""
    asked = request.args.get("state", "")
    state = OutboxState(asked) if asked in set(OutboxState) else OutboxState.WAITING
    counts = messages.counts(reading())
    tabs = [
        (
            f"{gettext(name)} ({counts[one]:,})",
            url_for("outbox.index", state=one.value),
            one is state,
        )
        for one, name in STATES.items()
    ]
    page = keyset_page(reading(), messages.listed(state), NEWEST)
    return render_template("outbox/index.html", page=page, tabs=tabs, state=state.value)


@blueprint.post("/admin/outbox/<int:message_id>/again")
@requires(Permission.SETTINGS_MANAGE)
def again(message_id: int) -> ResponseReturnValue:
    """Let a message be sent at the next look into the outbox."""
    with database().transaction() as write:
        messages.send_again(write, message_id, actor=actor(), now=now())
    say("ok", gettext("The message is due now and goes out with the next look into the outbox."))
    return redirect(url_for("outbox.index"), 303)

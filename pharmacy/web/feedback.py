"""The list of those who say that their request is not solved, until they are told something."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from pharmacy.models import CitizenFeedback
from pharmacy.rules.permissions import Permission
from pharmacy.services import feedback
from pharmacy.web.access import requires
from pharmacy.web.context import actor, reading
from pharmacy.web.keyset import Order, keyset_page

blueprint = Blueprint("feedback", __name__)

NEWEST = Order(id=CitizenFeedback.id)


@blueprint.get("/requests/not-solved")
@requires(Permission.REQUEST_VIEW)
def index() -> ResponseReturnValue:
    """Show whose last word was no and who was told nothing since, the newest first."""
    page = keyset_page(reading(), feedback.not_solved(actor=actor()), NEWEST)
    return render_template("feedback/index.html", page=page)

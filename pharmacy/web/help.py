"""Help: how the screens work, and the few keys there are."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from pharmacy.web.access import signed_in

blueprint = Blueprint("help", __name__)


@blueprint.get("/help")
@signed_in
def show() -> ResponseReturnValue:
    """Show the help page."""
    return render_template("help/show.html")

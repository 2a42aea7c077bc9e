"""The start page of each role, and the page of all sections."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pharmacy.web.access import signed_in
from pharmacy.web.context import actor
from pharmacy.web.navigation import start_endpoint

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@signed_in
def start() -> ResponseReturnValue:
    """Send each role to where its day begins."""
    return redirect(url_for(start_endpoint(actor().role) or "home.show"), 303)


@blueprint.get("/home")
@signed_in
def show() -> ResponseReturnValue:
    """Show the sections that the visitor may open."""
    return render_template("home/show.html")

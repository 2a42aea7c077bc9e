"""The start page of each role, and the page of all sections."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.request_vocabulary import ClockState
from pharmacy.services.request_list import RequestQuery, count
from pharmacy.web.access import signed_in
from pharmacy.web.context import actor, now, reading
from pharmacy.web.navigation import may_open, start_endpoint

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@signed_in
def start() -> ResponseReturnValue:
    """Send each role to where its day begins."""
    return redirect(url_for(start_endpoint(actor().role) or "home.show"), 303)


@blueprint.get("/home")
@signed_in
def show() -> ResponseReturnValue:
    """Show the sections that the visitor may open, and how many requests are overdue."""
    overdue = 0
    if may_open("request.index"):
        query, today = RequestQuery(standing=ClockState.OVERDUE), cairo_day(now())
        overdue = count(reading(), query, actor=actor(), today=today)
    return render_template("home/show.html", overdue=overdue)

"""The working calendar: the State's holidays, and how long an answer may take."""

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pharmacy.errors import InvalidDate
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import RequestCategory, Urgency
from pharmacy.services import calendar
from pharmacy.services.request_clock import limits
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading
from pharmacy.web.forms.base import BaseForm
from pharmacy.web.forms.calendar import HolidayForm, limits_form
from pharmacy.web.language import gettext, ngettext

blueprint = Blueprint("calendar", __name__)

YEARS = range(2000, 2101)
_TABLE = {"categories": list(RequestCategory), "urgencies": list(Urgency)}


@blueprint.get("/admin/calendar")
@requires(Permission.SETTINGS_MANAGE)
def holidays() -> ResponseReturnValue:
    """Show the holidays of a year."""
    return render_template("calendar/holidays.html", form=HolidayForm(formdata=None), **_of_year())


def _of_year() -> dict[str, object]:
    asked = request.args.get("year", type=int)
    year = asked if asked is not None and asked in YEARS else cairo_day(now()).year
    return {"year": year, "rows": calendar.holidays_of(reading(), year), "years": YEARS}


@blueprint.post("/admin/calendar")
@requires(Permission.SETTINGS_MANAGE)
def add() -> ResponseReturnValue:
    """Put a holiday in the calendar; what is owed an answer is counted anew."""
    form = HolidayForm()
    if form.validate():
        with form.explaining():
            day = form.day.data
            names = (form.name_ar.data or "", form.name_en.data or "")
            with database().transaction() as write:
                moved = calendar.add_holiday(write, day, *names, actor=actor(), now=now())
            say("ok", gettext("The holiday is in the calendar."))
            say("info", _moved(moved))
            return redirect(url_for("calendar.holidays", year=day.year), 303)
    return form_page("calendar/holidays.html", form, **_of_year())


def _moved(count: int) -> str:
    return ngettext(
        "%(num)s open request has another due day now.",
        "%(num)s open requests have another due day now.",
        count,
    )


@blueprint.post("/admin/calendar/<day>/remove")
@requires(Permission.SETTINGS_MANAGE)
def remove(day: str) -> ResponseReturnValue:
    """Take a holiday out of the calendar; what is owed an answer is counted anew."""
    form = BaseForm()
    if form.validate():
        gone = _day_of(day)
        with database().transaction() as write:
            moved = calendar.remove_holiday(write, gone, actor=actor(), now=now())
        say("ok", gettext("The holiday is taken out of the calendar."))
        say("info", _moved(moved))
    return redirect(url_for("calendar.holidays", year=day[:4]), 303)


def _day_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidDate(text=text) from error


@blueprint.get("/admin/limits")
@requires(Permission.SETTINGS_MANAGE)
def ask_limits() -> ResponseReturnValue:
    """Show the working days to an answer, by category and urgency."""
    return render_template("calendar/limits.html", form=limits_form(limits(reading())), **_TABLE)


@blueprint.post("/admin/limits")
@requires(Permission.SETTINGS_MANAGE)
def change_limits() -> ResponseReturnValue:
    """Keep what differs; what is owed an answer is counted anew."""
    form = limits_form()
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                changed = calendar.change_limits(write, form.wanted(), actor=actor(), now=now())
            say(
                "ok" if changed else "info",
                ngettext(
                    "%(num)s time limit was changed; due days are counted anew.",
                    "%(num)s time limits were changed; due days are counted anew.",
                    changed,
                )
                if changed
                else gettext("Nothing was changed."),
            )
            return redirect(url_for("calendar.ask_limits"), 303)
    return form_page("calendar/limits.html", form, **_TABLE)

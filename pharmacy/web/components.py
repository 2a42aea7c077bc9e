"""One example of every component, in both languages, for whoever builds a screen."""

from datetime import UTC, date, datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from wtforms import (
    FileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length

from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Channel, Urgency
from pharmacy.web.access import requires
from pharmacy.web.forms.base import (
    CodeField,
    DayField,
    FactForm,
    FilterForm,
    MoneyField,
    MonthField,
    Needed,
    PhoneField,
    WholeField,
)
from pharmacy.web.keyset import KeysetPage
from pharmacy.web.language import N_, gettext, language
from pharmacy.web.paging import Page
from pharmacy.web.request_reports import Shown
from pharmacy.web.words import choices
from reports import charts
from reports.chart_facts import Chart, Form, Series
from reports.spreadsheets import Cell, Column, Kind

blueprint = Blueprint("components", __name__)


class ExampleForm(FactForm):
    """Every kind of field."""

    name = StringField(validators=[Needed(), Length(max=100)])
    quantity = WholeField(validators=[Needed()], minimum=1, maximum=1000)
    cost = MoneyField()
    on = DayField()
    expiry = MonthField()
    phone = PhoneField()
    lot = CodeField()
    channel = SelectField()
    urgency = RadioField()
    kinds = SelectMultipleField()
    note = TextAreaField()
    secret = PasswordField()
    file = FileField()


class ExampleEntry(FactForm):
    """Two fields of a line that is typed in a table."""

    name = StringField(N_("Name"))
    quantity = WholeField(N_("Quantity"), minimum=1, maximum=1000)


class ExampleFilter(FilterForm):
    """A filter bar."""

    q = StringField()
    state = SelectField(validate_choice=False)
    date_from = DayField()
    date_to = DayField()


@blueprint.get("/dev/components")
@requires(Permission.SETTINGS_MANAGE)
def show() -> ResponseReturnValue:
    """Show every component once, the form with and without mistakes."""
    form = _example_form(ExampleForm(formdata=None))
    mistaken = _example_form(ExampleForm(formdata=None, prefix="m"))
    mistaken.name.errors = [gettext("This is needed. Fill it in.")]
    mistaken.quantity.errors = [gettext("Type a whole number from 1 to 1000.")]
    rows = [
        ("2026-000417", date(2026, 3, 7), 60, 8400, "A2317", date(2027, 3, 31)),
        ("2026-000418", date(2026, 3, 8), 12000, 123456789, "B88210", date(2026, 11, 30)),
    ]
    filters = ExampleFilter()
    filters.state.choices = choices(Channel, empty=gettext("All"))
    return render_template(
        "dev/components.html",
        form=form,
        mistaken=mistaken,
        filters=filters,
        page=Page(rows=rows, number=2, size=2, total=143),
        places=KeysetPage(rows=[], newer=7, older=3, is_first=False),
        at=datetime(2026, 3, 7, 8, 42, tzinfo=UTC),
        chart=_example_chart(),
        figures=_example_figures(),
        entered=ExampleEntry(formdata=None, prefix="e"),
    )


def _example_figures() -> dict[str, object]:
    """Return the rows of a report as its page shows them."""
    columns = (Column("item", gettext("Item")), Column("cost", gettext("Cost (EGP)"), Kind.MONEY))
    rows: list[tuple[Cell, ...]] = [(gettext("Name"), 123_456_789_00), (gettext("Name"), -5_00)]
    cells = [
        [Shown.of(cell, column.kind) for cell, column in zip(row, columns, strict=True)]
        for row in (*rows, (gettext("Total"), 123_456_784_00))
    ]
    return {"columns": columns, "rows": cells[:-1], "total": cells[-1]}


def _example_chart() -> Markup:
    months = tuple(f"{month:02}/2026" for month in range(1, 13))
    costs = Series(gettext("Cost"), tuple(month * 175_000 for month in range(1, 13)))
    title = gettext("Cost by month (EGP)")
    chart = Chart(
        title=title, form=Form.COLUMNS, axis=gettext("Month"), categories=months, series=(costs,)
    )
    return Markup(charts.svg(chart, language=language()))  # noqa: S704 - the print shop escapes


def _example_form(form: ExampleForm) -> ExampleForm:
    form.channel.choices = choices(Channel, empty=gettext("Choose"))
    form.urgency.choices = choices(Urgency)
    form.urgency.data = Urgency.NORMAL.value
    form.kinds.choices = choices([Channel.HOTLINE, Channel.PORTAL, Channel.APP])
    form.kinds.data = [Channel.PORTAL.value]
    return form

"""Funds: what each holds and what its budget has left; putting them on file, changing, budgets."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select, true

from pharmacy.models import Centre, Condition
from pharmacy.rules.budget import Budget
from pharmacy.rules.calendar import cairo_day, fiscal_year, fiscal_year_days, fiscal_year_label
from pharmacy.rules.permissions import Permission
from pharmacy.services.budget import (
    FIRST_YEAR,
    LAST_YEAR,
    budget_entries,
    budgets,
    change_budget,
)
from pharmacy.services.fund import (
    FundOnFile,
    add_fund,
    change_fund,
    fund_on_file,
    funds_on_file,
    person_meant,
)
from pharmacy.services.fund_figures import FundFigures, fund_figures
from pharmacy.services.fund_vouchers import vouchers_of
from pharmacy.services.party import parties
from pharmacy.services.promise import promised
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.settings import whole_setting
from pharmacy.services.voucher_view import number_of
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading
from pharmacy.web.forms.base import parse_day
from pharmacy.web.forms.fund import BudgetForm, FundForm, FundPeriod, shown_fund
from pharmacy.web.fund_behind import behind_budget, behind_figures
from pharmacy.web.language import gettext
from pharmacy.web.paging import page_of
from pharmacy.web.papers.figure_paper import days_of

blueprint = Blueprint("fund", __name__)


@blueprint.get("/funds")
@requires(Permission.FUND_VIEW)
def index() -> ResponseReturnValue:
    """Show every fund: what it held, got and gave, and its budget."""
    year = _year()
    filters, first, last = _period()
    query = ReportQuery(date_from=first, date_to=last)
    figures = fund_figures(reading(), first, last, actor=actor())
    on_file = funds_on_file(reading(), actor=actor())
    rows = [
        (
            one,
            figures.get(one.fund.id, FundFigures()),
            behind_figures(replace(query, fund_id=one.fund.id)),
        )
        for one in on_file
    ]
    today = cairo_day(now())
    found = budgets(reading(), year, on=today)
    return render_template(
        "fund/index.html",
        filters=filters,
        first=first,
        last=last,
        days=days_of(query),
        rows=rows,
        opens_all=behind_figures(query),
        standings=[
            (one.fund, found[one.fund.id], behind_budget(one.fund.id, year, today))
            for one in on_file
            if one.fund.id in found
        ],
        year=fiscal_year_label(year),
        percent=whole_setting(reading(), "budget_warning_percent"),
        restriction=restriction,
    )


def _period() -> tuple[FundPeriod, date, date]:
    """Return the period asked for, or the fiscal year to this day, and the filter that shows it."""
    filters = FundPeriod()
    filters.validate()
    return filters, *filters.days(fiscal_year_days(_year())[0], cairo_day(now()))


def _year() -> int:
    return fiscal_year(cairo_day(now()))


def restriction(one: FundOnFile) -> list[tuple[str, object]]:
    """Return for whom a fund is, in words and what they name; a person by the card alone."""
    named: list[tuple[str, object]] = []
    if one.condition is not None:
        named.append((gettext("The disease"), one.condition))
    if one.centre is not None:
        named.append((gettext("The centre"), one.centre))
    if one.person is not None:
        named.append((gettext("The person with the card"), one.person.card_number))
    if one.fund.restricted and not named:
        named.append((gettext("Where an approval names it"), ""))
    return named


@blueprint.get("/funds/<int:fund_id>")
@requires(Permission.FUND_VIEW)
def show(fund_id: int) -> ResponseReturnValue:
    """Show one fund: its figures, its budgets, its vouchers of money."""
    one = fund_on_file(reading(), fund_id, actor=actor())
    filters, first, last = _period()
    found = fund_figures(reading(), first, last, fund_id=fund_id, actor=actor())
    told_on = min(last, cairo_day(now()))
    entries = budget_entries(reading(), fund_id, actor=actor())
    years = {entry.fiscal_year for entry, _ in entries} | {fiscal_year(told_on)}
    return render_template(
        "fund/show.html",
        one=one,
        filters=filters,
        first=first,
        last=last,
        figures=found.get(fund_id, FundFigures()),
        opens=behind_figures(ReportQuery(date_from=first, date_to=last, fund_id=fund_id)),
        told_on=told_on,
        standings=list(_standings(fund_id, sorted(years, reverse=True), told_on)),
        entries=[(fiscal_year_label(entry.fiscal_year), entry, staff) for entry, staff in entries],
        page=page_of(reading(), vouchers_of(fund_id, first, last)),
        percent=whole_setting(reading(), "budget_warning_percent"),
        named=restriction(one),
        voucher_number=number_of,
    )


@blueprint.get("/funds/<int:fund_id>/promised")
@requires(Permission.FUND_VIEW)
def promises(fund_id: int) -> ResponseReturnValue:
    """Show the approvals that a budget was promised to on a day, with what each is yet to cost."""
    one = fund_on_file(reading(), fund_id, actor=actor())
    asked = request.args.get("year", 0, type=int)
    year = asked if FIRST_YEAR <= asked <= LAST_YEAR else _year()
    on = parse_day(request.args["on"]) if "on" in request.args else cairo_day(now())
    page = page_of(reading(), promised(fund_id, year, on))
    stood = budgets(reading(), year, on=on, until=on, fund_id=fund_id)
    return render_template(
        "fund/promised.html",
        one=one,
        year=fiscal_year_label(year),
        on=on,
        page=page,
        total=stood[fund_id].committed if fund_id in stood else 0,
    )


def _standings(
    fund_id: int, years: Sequence[int], on: date
) -> Iterator[tuple[str, Budget, Mapping[str, str]]]:
    """Give the budgets of a fund as they stood on a day, with the year and what each opens."""
    for year in years:
        stood = budgets(reading(), year, on=on, until=on, fund_id=fund_id)
        if fund_id in stood:
            yield fiscal_year_label(year), stood[fund_id], behind_budget(fund_id, year, on)


@blueprint.get("/funds/new")
@requires(Permission.FUND_MANAGE)
def new() -> ResponseReturnValue:
    """Show an empty form."""
    form = FundForm(formdata=None, active=True)
    _furnish(form)
    return render_template("fund/edit.html", form=form, one=None)


@blueprint.post("/funds/new")
@requires(Permission.FUND_MANAGE)
def create() -> ResponseReturnValue:
    """Put a fund on file."""
    form = FundForm()
    _furnish(form)
    if form.validate():
        with form.explaining(_TO_FORM):
            facts = form.facts(_person(form))
            with database().transaction() as write:
                fund_id = add_fund(write, facts, actor=actor(), now=now())
            say("ok", gettext("The fund is on file."))
            return redirect(url_for("fund.show", fund_id=fund_id), 303)
    return form_page("fund/edit.html", form, one=None)


_TO_FORM = {"code_taken": "code", "person": "person"}


def _furnish(form: FundForm) -> None:
    conditions = reading().scalars(select(Condition).order_by(Condition.name_ar)).all()
    centres = reading().scalars(
        select(Centre).where(Centre.active.is_(true())).order_by(Centre.name_ar)
    )
    form.fill_choices(conditions, centres.all(), parties(reading(), only_active=True))


def _person(form: FundForm) -> int | None:
    return person_meant(reading(), form.person.data) if form.person.data else None


@blueprint.get("/funds/<int:fund_id>/edit")
@requires(Permission.FUND_MANAGE)
def edit(fund_id: int) -> ResponseReturnValue:
    """Show a fund to be changed."""
    one = fund_on_file(reading(), fund_id, actor=actor())
    card = one.person.card_number if one.person else ""
    form = FundForm(formdata=None, data=shown_fund(one.fund, card))
    _furnish(form)
    return render_template("fund/edit.html", form=form, one=one)


@blueprint.post("/funds/<int:fund_id>/edit")
@requires(Permission.FUND_MANAGE)
def change(fund_id: int) -> ResponseReturnValue:
    """Change a fund."""
    form = FundForm()
    _furnish(form)
    if form.validate():
        with form.explaining(_TO_FORM):
            facts = form.facts(_person(form))
            with database().transaction() as write:
                change_fund(write, fund_id, facts, actor=actor(), now=now())
            say("ok", gettext("The fund is changed."))
            return redirect(url_for("fund.show", fund_id=fund_id), 303)
    one = fund_on_file(reading(), fund_id, actor=actor())
    return form_page("fund/edit.html", form, one=one)


@blueprint.get("/funds/<int:fund_id>/budget")
@requires(Permission.FUND_MANAGE)
def ask_budget(fund_id: int) -> ResponseReturnValue:
    """Show the form of a grant or a change of budget."""
    form = BudgetForm(formdata=None, year=request.args.get("year", str(_year())))
    return render_template("fund/budget.html", form=form, **_budget(form, fund_id))


@blueprint.post("/funds/<int:fund_id>/budget")
@requires(Permission.FUND_MANAGE)
def grant(fund_id: int) -> ResponseReturnValue:
    """Write a grant or a change of budget down."""
    form = BudgetForm()
    values = _budget(form, fund_id)
    if form.validate():
        with form.explaining({"fiscal_year": "year", "change": "amount"}):
            with database().transaction() as write:
                change_budget(
                    write,
                    fund_id,
                    int(form.year.data),
                    form.signed,
                    reason=form.reason.data or "",
                    submission_id=form.submission_id.data,
                    actor=actor(),
                    now=now(),
                )
            say("ok", gettext("The budget is written down."))
            return redirect(url_for("fund.show", fund_id=fund_id), 303)
    return form_page("fund/budget.html", form, **values)


def _budget(form: BudgetForm, fund_id: int) -> dict[str, Any]:
    year = _year()
    form.fill_choices(year)
    found = budgets(reading(), year, on=cairo_day(now()), fund_id=fund_id)
    return {
        "one": fund_on_file(reading(), fund_id, actor=actor()),
        "budget": found.get(fund_id),
        "year": fiscal_year_label(year),
    }

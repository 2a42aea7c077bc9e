"""What stands behind figures of care: lines of contract pharmacies, and persons with their cost."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from pharmacy.models import Beneficiary
from pharmacy.rules.calendar import cairo_day, month_start
from pharmacy.rules.cost_band import COST_BANDS
from pharmacy.rules.permissions import Permission
from pharmacy.services.beneficiary_cost import cases, persons_of
from pharmacy.services.claim_given import given_listed, given_query, given_sums
from pharmacy.services.report_query import NAMED, ReportQuery
from pharmacy.web.access import requires
from pharmacy.web.context import actor, now, reading
from pharmacy.web.forms.base import parse_day
from pharmacy.web.forms.reporting import words_said
from pharmacy.web.forms.stock import chosen_id
from pharmacy.web.language import language
from pharmacy.web.paging import PAGE_SIZE, Page, page_number, page_of
from pharmacy.web.papers.beneficiary_cost import band_name
from pharmacy.web.papers.figure_paper import filters_of

blueprint = Blueprint("care", __name__)


@blueprint.get("/reports/claims/lines")
@requires(Permission.REPORT_VIEW)
def claims() -> ResponseReturnValue:
    """Show what contract pharmacies gave and was accepted, line by line."""
    query = _query()
    if query.condition_id is not None:
        # A card number beside a condition would be a diagnosis.
        actor().require(Permission.CLINICAL_VIEW)
    wanted = replace(given_query(query), person=chosen_id(request.args.get("person")))
    if wanted.person is not None:
        actor().require(Permission.BENEFICIARY_VIEW)
    return render_template(
        "care/claims.html",
        wanted=wanted,
        told=filters_of(reading(), query, language()),
        card=_card(wanted.person),
        page=page_of(reading(), given_listed(wanted)),
        sums=given_sums(reading(), wanted),
    )


@blueprint.get("/reports/beneficiary-cost/persons")
@requires(Permission.REPORT_VIEW)
def persons() -> ResponseReturnValue:
    """Show the persons of a band with what each cost at our counters and on claims."""
    query = _query()
    if query.condition_id is not None:
        actor().require(Permission.CLINICAL_VIEW)
    place = chosen_id(request.args.get("band"))
    band = place - 1 if place and place <= len(COST_BANDS) else None
    found = persons_of(reading(), query, band, actor=actor())
    number = page_number()
    part = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return render_template(
        "care/persons.html",
        query=query,
        band=band_name(band) if band is not None else "",
        rows=cases(reading(), part, actor=actor()),
        page=Page(part, number, PAGE_SIZE, len(found)),
        cost=sum(one.cost for one in found),
        elsewhere=sum(one.elsewhere for one in found),
    )


def _query() -> ReportQuery:
    """Return what the address says, the days from the first of this month unless it names them."""
    today = cairo_day(now())
    days = {"date_from": month_start(today), "date_to": today}
    first, last = (
        parse_day(request.args[name]) if name in request.args else day for name, day in days.items()
    )
    narrowed: dict[str, Any] = {
        name: chosen_id(request.args.get(one.value)) for one, (name, _) in NAMED.items()
    }
    return ReportQuery(date_from=first, date_to=last, **narrowed, **words_said(request.args))


def _card(person: int | None) -> str:
    row = reading().get(Beneficiary, person) if person is not None else None
    return row.card_number if row is not None else ""

"""The dispensings behind a question of the report on unusual patterns."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from pharmacy.models import (
    Beneficiary,
    CitizenRequest,
    Claim,
    ClaimLine,
    Dispensing,
    Site,
    Staff,
    Supplier,
    Voucher,
)
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.services.patterns import patterns
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.voucher_view import label_of
from pharmacy.web.access import requires
from pharmacy.web.context import actor, now, reading
from pharmacy.web.forms.base import parse_day
from pharmacy.web.language import gettext
from pharmacy.web.paging import PAGE_SIZE, Page, page_number
from pharmacy.web.papers.patterns import QUESTIONS

blueprint = Blueprint("pattern", __name__)


@blueprint.get("/reports/unusual-patterns/lines")
@requires(Permission.PATTERN_VIEW)
def lines() -> ResponseReturnValue:
    """Show the documents that a question is about, by day."""
    kind, whom = request.args.get("kind", ""), request.args.get("whom", 0, type=int)
    today = cairo_day(now())
    first, last = (request.args.get(name, today.isoformat()) for name in ("date_from", "date_to"))
    query = ReportQuery(
        date_from=parse_day(first),
        date_to=parse_day(last),
        site_id=request.args.get("site", type=int),
    )
    found = [
        one
        for one in patterns(reading(), query, actor=actor())
        if (one.kind.value, one.whom) == (kind, whom)
    ]
    visits = [
        *((False, voucher_id) for one in found for voucher_id in one.voucher_ids),
        *((True, line_id) for one in found for line_id in one.claim_line_ids),
    ]
    number = page_number()
    part = visits[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return render_template(
        "pattern/lines.html",
        question=gettext(QUESTIONS[found[0].kind]) if found else "",
        query=query,
        rows=_dispensings([visit for elsewhere, visit in part if not elsewhere]),
        claims=_claims([visit for elsewhere, visit in part if elsewhere]),
        page=Page(part, number, PAGE_SIZE, len(visits)),
    )


def _dispensings(ids: Sequence[int]) -> list[tuple[Any, ...]]:
    rows = reading().execute(
        select(Voucher, Site, Staff, Dispensing.card_number)
        .join(Site, Site.id == Voucher.site_id)
        .join(Staff, Staff.id == Voucher.posted_by)
        # An undoing has the card of what it undid.
        .outerjoin(Dispensing, Dispensing.voucher_id.in_([Voucher.id, Voucher.reverses_id]))
        .where(Voucher.id.in_(ids))
        .order_by(Voucher.business_date, Voucher.id)
    )
    return [(label_of(row[1].code, row[0]), *row) for row in rows]


def _claims(ids: Sequence[int]) -> Sequence[Any]:
    """Return visits to contract pharmacies: line, claim, pharmacy, card."""
    return (
        reading()
        .execute(
            select(ClaimLine, Claim, Supplier, Beneficiary.card_number)
            .join(Claim, Claim.id == ClaimLine.claim_id)
            .join(Supplier, Supplier.id == Claim.pharmacy_id)
            .join(CitizenRequest, CitizenRequest.id == ClaimLine.request_id)
            .join(Beneficiary, Beneficiary.id == CitizenRequest.beneficiary_id)
            .where(ClaimLine.id.in_(ids))
            .order_by(ClaimLine.given_on, ClaimLine.id)
        )
        .all()
    )

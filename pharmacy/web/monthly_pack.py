"""The monthly pack by one click: every report of a month that the reader may see, as one PDF."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from pharmacy.rules.calendar import add_months, cairo_day, month_key, month_start
from pharmacy.rules.permissions import Permission
from pharmacy.web.access import requires
from pharmacy.web.context import actor, now, reading, settings
from pharmacy.web.documents import paper_digits, pdf_response
from pharmacy.web.language import gettext, language
from pharmacy.web.papers.monthly_pack import monthly_pack

blueprint = Blueprint("monthly_pack", __name__)

_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_OFFERED = 3


@blueprint.get("/reports/pack")
@requires(Permission.REPORT_VIEW)
def month_pdf() -> ResponseReturnValue:
    """Show the pack of a month (`?month=2026-03`); nonsense asks for the last one."""
    month = request.args.get("month", "")
    if not _MONTH.fullmatch(month):
        month = months_offered(cairo_day(now()))[0]
    content = monthly_pack(
        reading(), month,
        language=language(), digits=paper_digits(),
        actor=actor(), as_of=now(), demo=settings().demo,
    )  # fmt: skip
    return pdf_response(content, f"{gettext('monthly-pack')}-{month}.pdf")


def months_offered(today: date) -> Sequence[str]:
    """Return the last months that are over, the latest first."""
    last = month_start(today) - timedelta(days=1)
    return [month_key(add_months(month_start(last), -back)) for back in range(_OFFERED)]

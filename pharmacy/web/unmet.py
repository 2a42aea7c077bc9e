"""The slip of a zero issue: what somebody was entitled to and the shelf could not give."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from pharmacy.rules.permissions import Permission
from pharmacy.services.printing import Paper, count_print
from pharmacy.web.access import requires
from pharmacy.web.context import actor, database, now, reading, settings
from pharmacy.web.documents import paper_digits, pdf_response
from pharmacy.web.language import language
from pharmacy.web.papers.unmet_slip import unmet, unmet_slip
from reports import unmet_slip as unmet_paper

blueprint = Blueprint("unmet", __name__)


@blueprint.get("/unmet/<int:unmet_id>/slip")
@requires(Permission.DISPENSING_PRINT)
def slip_pdf(unmet_id: int) -> ResponseReturnValue:
    """Print the slip, on A5 or on the 80 mm roll; every print but the first is a copy."""
    of = unmet(reading(), unmet_id, site_id=actor().site_id)
    with database().transaction() as session:
        nth = count_print(
            session,
            of.person.id,
            Paper.UNMET_SLIP,
            of.number,
            address=request.remote_addr or "",
            actor=actor(),
            now=now(),
        )
    copy = nth if nth > 1 else 0
    values = unmet_slip(of, language=language(), copy=copy, demo=settings().demo)
    roll = request.args.get("size") == "80"
    render = unmet_paper.render_80mm if roll else unmet_paper.render_a5
    return pdf_response(
        render(values, language=language(), digits=paper_digits()), f"{of.number}.pdf"
    )

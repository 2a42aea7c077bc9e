"""The badge of a member of staff: given, given anew, taken, printed."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pharmacy.errors import NotFound
from pharmacy.rules.permissions import Permission
from pharmacy.services import pin
from pharmacy.services import staff as accounts
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading, settings
from pharmacy.web.documents import paper_digits, pdf_response
from pharmacy.web.forms.base import BaseForm
from pharmacy.web.language import gettext, language
from pharmacy.web.paging import stand_at
from pharmacy.web.papers.badge import badge as badge_of
from reports import badge as badge_paper

blueprint = Blueprint("badge", __name__)


@blueprint.get("/admin/staff/<int:staff_id>/badge")
@requires(Permission.STAFF_MANAGE)
def show(staff_id: int) -> ResponseReturnValue:
    """Show whether there is a badge, and what giving and taking one does."""
    return render_template("staff/badge.html", form=BaseForm(), **_account(staff_id))


def _account(staff_id: int) -> dict[str, Any]:
    stand_at("badge.show", staff_id=staff_id)
    return {"row": accounts.get_staff(reading(), staff_id, actor=actor())}


@blueprint.post("/admin/staff/<int:staff_id>/badge")
@requires(Permission.STAFF_MANAGE)
def give(staff_id: int) -> ResponseReturnValue:
    """Give a badge with a new code; an earlier one opens nothing any more."""
    form = BaseForm()
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                pin.give_badge(write, staff_id, actor=actor(), now=now())
            say("ok", gettext("The badge is made. Print it; an earlier one opens nothing now."))
            return redirect(url_for("badge.show", staff_id=staff_id), 303)
    return form_page("staff/badge.html", form, **_account(staff_id))


@blueprint.post("/admin/staff/<int:staff_id>/badge/take")
@requires(Permission.STAFF_MANAGE)
def take(staff_id: int) -> ResponseReturnValue:
    """Make the badge nothing."""
    form = BaseForm()
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                pin.take_badge(write, staff_id, actor=actor(), now=now())
            say("ok", gettext("The badge is taken and opens nothing now."))
            return redirect(url_for("badge.show", staff_id=staff_id), 303)
    return form_page("staff/badge.html", form, **_account(staff_id))


@blueprint.get("/admin/staff/<int:staff_id>/badge/print")
@requires(Permission.STAFF_MANAGE)
def print_badge(staff_id: int) -> ResponseReturnValue:
    """Print the badge, the size of a bank card."""
    row = accounts.get_staff(reading(), staff_id, actor=actor())
    if row.badge_code is None:
        raise NotFound(noun="badge", key=str(staff_id))
    values = badge_of(reading(), row, language=language(), demo=settings().demo)
    content = badge_paper.render([values], language=language(), digits=paper_digits())
    return pdf_response(content, f"{gettext('badge')}-{row.username}.pdf")

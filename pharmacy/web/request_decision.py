"""Deciding a citizen request: approving items, or rejecting with a reason."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pharmacy.models import Drug, Fund
from pharmacy.rules.calendar import cairo_day, fiscal_year_label
from pharmacy.rules.dose import parse_dose
from pharmacy.rules.money import format_egp
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import RejectionReason
from pharmacy.services import beneficiary_file, renewal, request_decision, sitting_view
from pharmacy.services import request as requests
from pharmacy.services.commitment import BeyondBudget, tight_budget, ungranted_year
from pharmacy.services.formulary import search_drugs
from pharmacy.services.settings import whole_setting
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, close_reading, database, now, reading
from pharmacy.web.forms.decision import ROWS, ApprovalForm, Found, RejectionForm, read_items
from pharmacy.web.language import gettext, language
from pharmacy.web.signing import signer
from pharmacy.web.words import choices

blueprint = Blueprint("request_decision", __name__)

SUGGESTED_MOST = 300
_TO_FORM = {
    "citizen_basis_points": "citizen_percent",
    "donor_basis_points": "donor_percent",
    "fund": "funds",
    # A list of rows shows no sentence of its own; it stands above the form.
    "items": "",
}


@blueprint.get("/r/<int:request_id>/decide")
@requires(Permission.REQUEST_DECIDE)
def show(request_id: int) -> ResponseReturnValue:
    """Show the form of the decision."""
    today = cairo_day(now())
    months = whole_setting(reading(), "approval_months")
    item = _agenda_item()
    form = ApprovalForm(
        formdata=None,
        decision_number=f"{item.number}/{item.position}" if item else "",
        valid_from=today,
        valid_until=_after_months(today, months),
        items=_earlier_items(request_id),
    )
    return render_template("request_decision/show.html", form=form, **_furnish(form, request_id))


def _earlier_items(request_id: int) -> list[dict[str, Any]]:
    """Return the rows of the earlier approval that a request renews, as the form takes them."""
    return [
        {
            "drug": drug.code,
            "dose": parse_dose(item.dose) if item.dose else None,
            "quantity": item.quantity_per_issue,
            "issues": item.issues,
            "interval_days": item.interval_days,
            "directions_ar": item.directions_ar,
            "directions_en": item.directions_en,
        }
        for item, drug in renewal.renewed_items(reading(), request_id)
    ][:ROWS]


def _agenda_item() -> sitting_view.Appearance | None:
    """Return the item of a sitting that the decision is taken under, as the address names it."""
    item_id = request.args.get("item", type=int)
    return sitting_view.appearance(reading(), item_id) if item_id else None


def _after_months(day: date, months: int) -> date:
    """Return the last day of a validity of so many months."""
    years, month = divmod(day.month - 1 + months, 12)
    # The 28th at most, so that the day exists in every month.
    return day.replace(year=day.year + years, month=month + 1, day=min(day.day, 28))


@blueprint.post("/r/<int:request_id>/decide")
@requires(Permission.REQUEST_DECIDE)
def approve(request_id: int) -> ResponseReturnValue:
    """Approve a request."""
    form = ApprovalForm()
    _furnish(form, request_id)
    if form.validate():
        items = read_items(form, _found(reading(), form))
        if not form.mistakes():
            with form.explaining(_TO_FORM):
                decision = form.decision(items)
                close_reading()
                beyond = _beyond(form)
                with database().transaction() as write:
                    request_decision.approve(
                        write,
                        request_id,
                        decision,
                        agenda_item_id=request.args.get("item", type=int),
                        beyond=beyond,
                        actor=actor(),
                        now=now(),
                    )
                say("ok", gettext("The request is approved. The pharmacy may hand out now."))
                _warn_of_budget(request_id)
                return redirect(_afterwards(request_id), 303)
    answer = form_page("request_decision/show.html", form, **_furnish(form, request_id))
    # What the rows lack is no error of the form library's.
    answer.status_code = 422 if answer.status_code == 200 else answer.status_code  # noqa: PLR2004
    return answer


def _beyond(form: ApprovalForm) -> BeyondBudget | None:
    """Return the manager's signature for going beyond the budget, where it was given."""
    if not form.signer.data:
        return None
    second = signer(form.signer.data, form.signer_pin.data or "")
    return BeyondBudget(second=second, reason=form.override_reason.data or "")


def _warn_of_budget(request_id: int) -> None:
    with database().reading() as session:
        tight = tight_budget(session, request_id, now=now())
        ungranted = ungranted_year(session, request_id, now=now())
    if tight is None:
        return
    if ungranted is not None:
        year = fiscal_year_label(ungranted)
        say("warn", gettext("No budget is granted yet for %(year)s.", year=year))
    elif tight.left < 0:
        say(
            "warn", gettext("The budget is exceeded by EGP %(over)s.", over=format_egp(-tight.left))
        )
    else:
        say("warn", gettext("The budget has EGP %(left)s left.", left=format_egp(tight.left)))


def _afterwards(request_id: int) -> str:
    """Return where the work goes on: on the agenda of the sitting, or with the request."""
    item_id = request.args.get("item", type=int)
    if item_id is not None:
        return url_for("agenda.show", item_id=item_id)
    return url_for("request.show", request_id=request_id)


def _found(session: Session, form: ApprovalForm) -> dict[int, Found]:
    """Look each row's text up in the formulary: by code first, then by words of the names."""
    texts = {
        row: entry.form.drug.data for row, entry in enumerate(form.items) if entry.form.drug.data
    }
    lowered = {text.strip().lower() for text in texts.values()}
    exact = session.scalars(
        select(Drug).where(func.lower(Drug.code).in_(lowered), Drug.active.is_(True))
    )
    by_code = {drug.code.lower(): drug for drug in exact}
    found = {}
    for row, text in texts.items():
        drug = by_code.get(text.strip().lower())
        candidates = [] if drug else search_drugs(session, text)
        picked = form.items[row].form.pick.data
        chosen = [one for one in candidates if str(one.id) == picked]
        if len(candidates) == 1 or chosen:
            drug = (chosen or candidates)[0]
        found[row] = Found(drug, candidates)
    return found


def _furnish(form: ApprovalForm, request_id: int) -> dict[str, Any]:
    session = reading()
    row = requests.get_request(session, request_id, actor=actor())
    english = language() == "en"
    funds = session.scalars(select(Fund).where(Fund.active.is_(True)).order_by(Fund.code))
    form.funds.choices = [(fund.id, fund.name_en if english else fund.name_ar) for fund in funds]
    return {
        "row": row,
        "person": row.beneficiary,
        "clinical": beneficiary_file.may_see_clinical(actor()),
        "medicines": _suggested(session),
        "item": _agenda_item(),
    }


def _suggested(session: Session) -> Sequence[Drug]:
    """Return a small formulary whole for the list under the field; of a large one, nothing."""
    drugs = session.scalars(
        select(Drug).where(Drug.active.is_(True)).order_by(Drug.name_en).limit(SUGGESTED_MOST + 1)
    ).all()
    return drugs if len(drugs) <= SUGGESTED_MOST else []


@blueprint.get("/r/<int:request_id>/reject")
@requires(Permission.REQUEST_DECIDE)
def ask_to_reject(request_id: int) -> ResponseReturnValue:
    """Ask for the reason of a rejection."""
    form = RejectionForm(formdata=None)
    return render_template(
        "request_decision/reject.html", form=form, **_rejecting(form, request_id)
    )


def _rejecting(form: RejectionForm, request_id: int) -> dict[str, Any]:
    form.reason.choices = choices(RejectionReason, empty=gettext("Choose"))
    row = requests.get_request(reading(), request_id, actor=actor())
    return {"row": row, "clinical": beneficiary_file.may_see_clinical(actor())}


@blueprint.post("/r/<int:request_id>/reject")
@requires(Permission.REQUEST_DECIDE)
def reject(request_id: int) -> ResponseReturnValue:
    """Reject a request with a reason."""
    form = RejectionForm()
    form.reason.choices = choices(RejectionReason, empty=gettext("Choose"))
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                request_decision.reject(
                    write,
                    request_id,
                    RejectionReason(form.reason.data),
                    note=form.note.data or "",
                    actor=actor(),
                    now=now(),
                )
            say("ok", gettext("The request is rejected. Tell the citizen the reason."))
            return redirect(url_for("request.show", request_id=request_id), 303)
    return form_page("request_decision/reject.html", form, **_rejecting(form, request_id))

"""The steps that a person takes with a citizen request: checked, sent on, put off, closed."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pharmacy.models import CitizenRequest
from pharmacy.rules.actor import Actor
from pharmacy.rules.lifecycle import STEPS, UNDECIDED, closing_reasons
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import ClosingReason, RequestAction
from pharmacy.rules.vocabulary import MEDICINE_CATEGORIES
from pharmacy.services import beneficiary_file, request_handling
from pharmacy.services import request as requests
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading
from pharmacy.web.forms.request_step import CloseForm, ReasonedStepForm, StepForm
from pharmacy.web.language import N_, gettext
from pharmacy.web.words import choices, word

blueprint = Blueprint("request_step", __name__)

EFFECTS: Mapping[RequestAction, tuple[str, ...]] = {
    RequestAction.CHECK: (
        N_("All papers are there: the request may be sent on or decided."),
        N_("If papers were awaited, its clock goes on."),
    ),
    RequestAction.ASK_PAPERS: (
        N_("The clock of the request stands until the papers are there."),
        N_("Tell the citizen which paper is missing."),
    ),
    RequestAction.SEND_TO_RESEARCH: (N_("It waits for a social research to be recorded."),),
    RequestAction.SEND_TO_MEDICAL: (N_("It waits for a medical check to be recorded."),),
    RequestAction.SEND_TO_COMMITTEE: (N_("It stands on the agenda of the next sitting."),),
    RequestAction.DEFER: (
        N_("It leaves the committee's table and must be sent there again."),
        N_("Its clock goes on."),
    ),
}
"""What each step does, said before it is taken."""

PAGES: Mapping[RequestAction, str] = {
    RequestAction.RECORD_RESEARCH: "request_study.ask_research",
    RequestAction.RECORD_MEDICAL: "request_study.ask_check",
    RequestAction.CLOSE: "request_step.ask_to_close",
}
"""Steps that have a page of their own."""

_ACTIONS = "any(check,ask_papers,send_to_research,send_to_medical,send_to_committee,defer)"


def next_steps(row: CitizenRequest, who: Actor, *, by_sitting: bool) -> list[tuple[str, str]]:
    """Return name and address of each step of a request that a visitor may take.

    Args:
        row: The request.
        who: The visitor.
        by_sitting: Sittings decide, so that nobody defers alone.
    """
    return [
        (
            word(action),
            url_for(PAGES[action], request_id=row.id)
            if action in PAGES
            else url_for("request_step.ask", request_id=row.id, name=action.value),
        )
        for action in request_handling.offered(row, actor=who)
        if action is not RequestAction.DEFER or not by_sitting
    ]


def leads(row: CitizenRequest, who: Actor) -> bool:
    """Tell whether the first step has the page's one main key; on a decision, deciding has it."""
    undecided = row.state in UNDECIDED and row.category in MEDICINE_CATEGORIES
    named = row.beneficiary_id is not None
    return undecided and named and not who.may(Permission.REQUEST_DECIDE)


@blueprint.get(f"/r/<int:request_id>/step/<{_ACTIONS}:name>")
@requires(Permission.REQUEST_CHECK)
def ask(request_id: int, name: str) -> ResponseReturnValue:
    """Say what a step does, and ask for its reason."""
    action = RequestAction(name)
    return render_template(
        "request_step/show.html", form=_form(action), **_furnish(request_id, action)
    )


@blueprint.post(f"/r/<int:request_id>/step/<{_ACTIONS}:name>")
@requires(Permission.REQUEST_CHECK)
def take(request_id: int, name: str) -> ResponseReturnValue:
    """Take a step."""
    action = RequestAction(name)
    form = _form(action)
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                request_handling.move(
                    write,
                    request_id,
                    action,
                    reason=form.reason.data if isinstance(form, ReasonedStepForm) else "",
                    note=form.note.data or "",
                    actor=actor(),
                    now=now(),
                )
            return _done(request_id)
    row = requests.get_request(reading(), request_id, actor=actor())
    return form_page("request_step/show.html", form, **_shown(row, action))


def _done(request_id: int) -> ResponseReturnValue:
    row = requests.get_request(reading(), request_id, actor=actor())
    say("ok", gettext("The request is now “%(state)s”.", state=word(row.state)))
    return redirect(url_for("request.show", request_id=request_id), 303)


def _form(action: RequestAction) -> StepForm:
    reasons = STEPS[action].reasons
    if reasons is None:
        return StepForm()
    form = ReasonedStepForm()
    if action is RequestAction.ASK_PAPERS:
        form.reason.label.text = N_("Which paper is missing")
    form.reason.choices = choices(reasons, empty=gettext("Choose"))
    return form


def _furnish(request_id: int, action: RequestAction) -> dict[str, Any]:
    """Return what the page of a step shows, or refuse a step that is not taken from here."""
    row = requests.get_request(reading(), request_id, actor=actor())
    request_handling.check_offered(row, action, actor=actor())
    return _shown(row, action)


def _shown(row: CitizenRequest, action: RequestAction) -> dict[str, Any]:
    return {
        "row": row,
        "action": action,
        "effects": [gettext(effect) for effect in EFFECTS[action]],
        "clinical": beneficiary_file.may_see_clinical(actor()),
    }


@blueprint.get("/r/<int:request_id>/close")
@requires(Permission.REQUEST_CHECK)
def ask_to_close(request_id: int) -> ResponseReturnValue:
    """Ask why a request ends."""
    return _closing(CloseForm(formdata=None), request_id)


@blueprint.post("/r/<int:request_id>/close")
@requires(Permission.REQUEST_CHECK)
def close(request_id: int) -> ResponseReturnValue:
    """Close a request with a reason."""
    form = CloseForm()
    form.reason.choices = choices(ClosingReason)
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                request_handling.close(
                    write,
                    request_id,
                    ClosingReason(form.reason.data),
                    earlier=form.earlier.data or "",
                    note=form.note.data or "",
                    actor=actor(),
                    now=now(),
                )
            return _done(request_id)
    return _closing(form, request_id)


def _closing(form: CloseForm, request_id: int) -> ResponseReturnValue:
    row = requests.get_request(reading(), request_id, actor=actor())
    form.reason.choices = choices(closing_reasons(row.state), empty=gettext("Choose"))
    clinical = beneficiary_file.may_see_clinical(actor())
    return form_page("request_step/close.html", form, row=row, clinical=clinical)

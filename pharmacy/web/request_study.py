"""Recording what is found out about a request: the social research and the medical check."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import CitizenRequest, Condition
from pharmacy.rules.lifecycle import check_step
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import Finding, Insurance, RequestAction
from pharmacy.services import beneficiary_file, request_study
from pharmacy.services import request as requests
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading
from pharmacy.web.forms.base import BaseForm
from pharmacy.web.forms.request_step import ExaminationForm, ResearchForm
from pharmacy.web.language import gettext, language
from pharmacy.web.words import choices

blueprint = Blueprint("request_study", __name__)


def condition_choices(session: Session) -> list[tuple[str, str]]:
    """Return every chronic condition by its name in the reader's language; one statement."""
    english = language() == "en"
    rows = session.scalars(select(Condition).order_by(Condition.name_ar))
    return [(str(row.id), row.name_en if english else row.name_ar) for row in rows]


@blueprint.get("/r/<int:request_id>/research")
@requires(Permission.REQUEST_RESEARCH)
def ask_research(request_id: int) -> ResponseReturnValue:
    """Show the form of a social research; the household's size as the file has it."""
    row = _waiting(request_id, RequestAction.RECORD_RESEARCH)
    size = row.beneficiary.household_size if row.beneficiary else None
    form = _research_form(ResearchForm(formdata=None, household_size=size))
    return _page("request_study/research.html", form, row)


@blueprint.post("/r/<int:request_id>/research")
@requires(Permission.REQUEST_RESEARCH)
def record_research(request_id: int) -> ResponseReturnValue:
    """Record a social research."""
    form = _research_form(ResearchForm())
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                found = form.found()
                request_study.record_research(write, request_id, found, actor=actor(), now=now())
            return _recorded(request_id)
    return _page("request_study/research.html", form, _row(request_id))


@blueprint.get("/r/<int:request_id>/medical")
@requires(Permission.REQUEST_MEDICAL)
def ask_check(request_id: int) -> ResponseReturnValue:
    """Show the form of a medical check; the condition as the request has it."""
    row = _waiting(request_id, RequestAction.RECORD_MEDICAL)
    condition = str(row.condition_id) if row.condition_id else ""
    form = _check_form(ExaminationForm(formdata=None, condition=condition))
    return _page("request_study/medical.html", form, row)


@blueprint.post("/r/<int:request_id>/medical")
@requires(Permission.REQUEST_MEDICAL)
def record_check(request_id: int) -> ResponseReturnValue:
    """Record a medical check."""
    form = _check_form(ExaminationForm())
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                found = form.found()
                request_study.record_check(write, request_id, found, actor=actor(), now=now())
            return _recorded(request_id)
    return _page("request_study/medical.html", form, _row(request_id))


def _row(request_id: int) -> CitizenRequest:
    return requests.get_request(reading(), request_id, actor=actor())


def _waiting(request_id: int, action: RequestAction) -> CitizenRequest:
    row = _row(request_id)
    check_step(action, row.state, Finding.UNDECIDED.value)
    return row


def _research_form(form: ResearchForm) -> ResearchForm:
    form.insurance.choices = choices(Insurance, empty=gettext("Choose"))
    form.finding.choices = choices(Finding)
    return form


def _check_form(form: ExaminationForm) -> ExaminationForm:
    form.condition.choices = [("", gettext("Not stated")), *condition_choices(reading())]
    form.finding.choices = choices(Finding)
    return form


def _page(template: str, form: BaseForm, row: CitizenRequest) -> ResponseReturnValue:
    clinical = beneficiary_file.may_see_clinical(actor())
    return form_page(template, form, row=row, clinical=clinical)


def _recorded(request_id: int) -> ResponseReturnValue:
    say("ok", gettext("It is recorded. Now send the request on."))
    return redirect(url_for("request.show", request_id=request_id), 303)

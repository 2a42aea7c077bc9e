"""One request on the agenda of a sitting: what is known of it, the votes, the decision."""

from typing import Any

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from pharmacy.errors import SittingRefused
from pharmacy.rules.committee import check_outcome
from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import (
    AgendaOutcome,
    DeferralReason,
    RejectionReason,
    RequestState,
    SittingState,
)
from pharmacy.services import request_study, sitting_agenda, sitting_view
from pharmacy.services import sitting as sittings
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, close_reading, database, now, reading
from pharmacy.web.forms.base import BaseForm
from pharmacy.web.forms.sitting import OutcomeForm, VotesForm, votes_form
from pharmacy.web.language import gettext
from pharmacy.web.words import choices, word

blueprint = Blueprint("agenda", __name__)

_REASONS = {
    AgendaOutcome.REJECTED: RejectionReason,
    AgendaOutcome.DEFERRED: DeferralReason,
}


@blueprint.get("/agenda/<int:item_id>")
@requires(Permission.SITTING_VIEW)
def show(item_id: int) -> ResponseReturnValue:
    """Show a request on the agenda, with what was found out and the votes."""
    facts = _furnish(item_id)
    return form_page("agenda/show.html", _votes_form(facts), **facts)


def _furnish(item_id: int) -> dict[str, Any]:
    session, who = reading(), actor()
    item = sitting_agenda.get_item(session, item_id, actor=who)
    sitting = sittings.get_sitting(session, item.sitting_id, actor=who)
    lines = sitting_view.agenda(session, sitting.id, actor=who)
    line = next(one for one in lines if one.item.id == item.id)
    members = sitting_view.members(session, sitting.id)
    present = {one.staff_id for one in members if one.present}
    in_hand = (
        sitting.state is SittingState.OPEN
        and item.outcome is None
        and line.request.state is RequestState.COMMITTEE
        and who.may(Permission.REQUEST_DECIDE)
        and who.staff_id in present
    )
    later = [one for one in lines if one.item.position > item.position]
    return {
        "line": line,
        "row": line.request,
        "sitting": sitting,
        "members": members,
        "in_hand": in_hand,
        "open_to": [one for one in AgendaOutcome if in_hand and _is_carried(one, line, sitting)],
        "following": next((one for one in later if one.item.outcome is None), None),
        "researches": request_study.researches(session, item.request_id, actor=who),
        "checks": request_study.checks(session, item.request_id, actor=who),
    }


def _is_carried(outcome: AgendaOutcome, line: sitting_view.Line, sitting: Any) -> bool:  # noqa: ANN401 - a row
    try:
        check_outcome(outcome, line.tally, sitting.quorum)
    except SittingRefused:
        return False
    return True


def _votes_form(facts: dict[str, Any]) -> VotesForm:
    return votes_form(facts["members"] if facts["in_hand"] else (), facts["line"].votes)


@blueprint.post("/agenda/<int:item_id>")
@requires(Permission.REQUEST_DECIDE)
def vote(item_id: int) -> ResponseReturnValue:
    """Record the votes that were given."""
    facts = _furnish(item_id)
    form = _votes_form(facts)
    if form.validate():
        with form.explaining():
            close_reading()
            with database().transaction() as write:
                sitting_agenda.vote(write, item_id, form.choices(), actor=actor(), now=now())
            say("ok", gettext("The votes are recorded."))
            return redirect(url_for("agenda.show", item_id=item_id), 303)
    return form_page("agenda/show.html", form, **_furnish(item_id))


@blueprint.get("/agenda/<int:item_id>/<any(rejected,deferred):name>")
@requires(Permission.REQUEST_DECIDE)
def ask(item_id: int, name: str) -> ResponseReturnValue:
    """Ask why a request is rejected or deferred."""
    return _asking(OutcomeForm(formdata=None), item_id, AgendaOutcome(name))


def _asking(form: BaseForm, item_id: int, outcome: AgendaOutcome) -> ResponseReturnValue:
    item = sitting_agenda.get_item(reading(), item_id, actor=actor())
    form["reason"].choices = choices(_REASONS[outcome], empty=gettext("Choose"))
    return form_page("agenda/decide.html", form, item=item, row=item.request, outcome=outcome)


@blueprint.post("/agenda/<int:item_id>/<any(rejected,deferred):name>")
@requires(Permission.REQUEST_DECIDE)
def decide(item_id: int, name: str) -> ResponseReturnValue:
    """Reject or defer a request by its sitting."""
    outcome = AgendaOutcome(name)
    form = OutcomeForm()
    form.reason.choices = choices(_REASONS[outcome])
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                sitting_agenda.decide(
                    write,
                    item_id,
                    outcome,
                    reason=form.reason.data,
                    note=form.note.data or "",
                    actor=actor(),
                    now=now(),
                )
            say("ok", f"{word(outcome)}.")
            return redirect(url_for("agenda.show", item_id=item_id), 303)
    return _asking(form, item_id, outcome)


@blueprint.post("/agenda/<int:item_id>/remove")
@requires(Permission.REQUEST_DECIDE)
def take_off(item_id: int) -> ResponseReturnValue:
    """Take a request off the agenda of a sitting that has not begun."""
    with database().transaction() as write:
        sitting_id = sitting_agenda.take_off(write, item_id, actor=actor())
    say("ok", gettext("The request is off this agenda. It waits for another sitting."))
    return redirect(url_for("sitting.show", sitting_id=sitting_id), 303)

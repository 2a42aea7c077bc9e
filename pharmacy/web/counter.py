"""The counter: show a draft, hold and take up, say what is beside the lines, sign, dispense."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from pharmacy.errors import PharmacyError
from pharmacy.rules.arabic import clean
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import DraftState
from pharmacy.services import draft as drafts
from pharmacy.services import draft_lines
from pharmacy.services.commitment import BeyondBudget
from pharmacy.services.draft_dispensing import dispense_draft
from pharmacy.web.access import requires
from pharmacy.web.context import actor, database, now
from pharmacy.web.counter_answers import (
    OVERRIDE_REASON,
    Extra,
    Lane,
    answer,
    at_the_desk,
    explain,
    hello,
    words,
)
from pharmacy.web.counter_desk import View
from pharmacy.web.forms.counter import facts_form, number_of, typed_reasons
from pharmacy.web.language import N_, gettext
from pharmacy.web.signing import signer

blueprint = Blueprint("counter", __name__)


@blueprint.get("/counter")
@requires(Permission.DISPENSE)
def show() -> ResponseReturnValue:
    """Show the empty counter: how to begin, what is on hold, what was just dispensed."""
    return answer(None)


@blueprint.get("/counter/<int:draft_id>")
@requires(Permission.DISPENSE)
def draft(draft_id: int) -> ResponseReturnValue:
    """Show a draft of one's own, whatever became of it."""
    view = View(edit=request.args.get("edit", ""), column=request.args.get("field", ""))
    return answer(draft_id, extra=Extra(view=view))


@blueprint.get("/counter/beat")
@requires(Permission.DISPENSE)
def beat() -> ResponseReturnValue:
    """Tell the page that the server is there; it is nobody's step, and keeps nobody signed in."""
    return jsonify(ok=True)


@blueprint.post("/counter/<int:draft_id>/undo")
@requires(Permission.DISPENSE)
@at_the_desk
def undo(draft_id: int) -> ResponseReturnValue:
    """Take the last change of the lines back."""
    with database().transaction() as session:
        draft_lines.undo(session, draft_id, actor=actor(), now=now())
    return answer(draft_id, Lane(kind="info", title=gettext("The last step was taken back.")))


@blueprint.post("/counter/<int:draft_id>/hold")
@requires(Permission.DISPENSE)
@at_the_desk
def hold(draft_id: int) -> ResponseReturnValue:
    """Put a draft on hold and empty the counter."""
    with database().transaction() as session:
        drafts.hold(session, draft_id, actor=actor(), now=now())
    return answer(
        None,
        Lane(
            kind="info",
            title=gettext("Put on hold."),
            text=gettext("It takes no stock. Scan the next card, or take it up again with"),
            key="F4",
        ),
    )


@blueprint.post("/counter/<int:draft_id>/resume")
@requires(Permission.DISPENSE)
@at_the_desk
def resume(draft_id: int) -> ResponseReturnValue:
    """Take a draft up again."""
    with database().transaction() as session:
        drafts.resume(
            session, draft_id, address=request.remote_addr or "", actor=actor(), now=now()
        )
    return answer(draft_id, hello)


@blueprint.post("/counter/<int:draft_id>/clear")
@requires(Permission.DISPENSE)
@at_the_desk
def clear(draft_id: int) -> ResponseReturnValue:
    """Throw a draft away."""
    with database().transaction() as session:
        drafts.clear(session, draft_id, actor=actor(), now=now())
    return answer(None, Lane(kind="info", title=gettext("Cleared; nothing was dispensed.")))


@blueprint.post("/counter/<int:draft_id>/facts")
@requires(Permission.DISPENSE)
@at_the_desk
def facts(draft_id: int) -> ResponseReturnValue:
    """Keep what is said beside the lines: all of it, or only that what is short be owed."""
    whole = request.form.get("whole") == "y"
    form = facts_form(typed=True)
    if whole and not form.validate():
        lane = Lane(kind="stop", title=gettext("Not saved"), text=gettext("See the fields below."))
        extra = Extra(facts=form, more_open=True)
        return answer(draft_id, lane, status=form.status, extra=extra)
    with database().transaction() as session:
        row = drafts.get_draft(session, draft_id, actor=actor(), lock=True)
        kept = drafts.facts_of(row)
        said = form.facts(kept) if whole else replace(kept, partial=True)
        drafts.set_facts(session, draft_id, said, actor=actor(), now=now())
    if whole:
        return answer(draft_id, Lane(kind="ok", title=gettext("Saved.")))
    owed = gettext("What there is will be given and the rest owed. Press")
    return answer(draft_id, Lane(kind="ok", title=gettext("Saved."), text=owed, key="F9"))


@blueprint.post("/counter/<int:draft_id>/sign")
@requires(Permission.DISPENSE)
def sign(draft_id: int) -> ResponseReturnValue:
    """Take a second person's signature, by badge or name and PIN."""
    purpose: Literal["approve", "witness"]
    purpose = "approve" if request.form.get("purpose") == "approve" else "witness"
    try:
        second = signer(request.form.get("signer", ""), request.form.get("signer_pin", ""))
        with database().transaction() as session:
            drafts.sign(
                session,
                draft_id,
                signer=second,
                purpose=purpose,
                version=number_of("version"),
                actor=actor(),
                now=now(),
            )
    except PharmacyError as refusal:
        return explain(refusal, draft_id, Extra(more_open=True))
    lane = Lane(
        kind="ok", title=gettext("Signed."), text=words(N_("By %(name)s."), name=second.name)
    )
    return answer(draft_id, lane)


@blueprint.post("/counter/<int:draft_id>/dispense")
@requires(Permission.DISPENSE)
@at_the_desk
def dispense(draft_id: int) -> ResponseReturnValue:
    """Dispense once, however often it is sent."""
    return dispense_once(draft_id, number_of("version"), beyond=_beyond())


def _beyond() -> BeyondBudget | None:
    """Return the manager's signature for going beyond the budget, where it was given."""
    typed = request.form.get("signer", "")
    if not typed.strip():
        return None
    second = signer(typed, request.form.get("signer_pin", ""))
    return BeyondBudget(second=second, reason=clean(request.form.get(OVERRIDE_REASON, "")))


def dispense_once(
    draft_id: int, version: int | None, *, beyond: BeyondBudget | None = None
) -> ResponseReturnValue:
    """Dispense a draft with the reasons just given; the same answer however often it is sent."""
    reasons = typed_reasons()
    with database().transaction() as session:
        if reasons:
            version = _keep_reasons(session, draft_id, version, reasons)
        dispense_draft(session, draft_id, version=version, beyond=beyond, actor=actor(), now=now())
    return answer(draft_id)


def _keep_reasons(
    session: Session, draft_id: int, version: int | None, reasons: Mapping[str, str]
) -> int | None:
    """Keep the reasons just given with the draft, and return its version then."""
    row = drafts.get_draft(session, draft_id, actor=actor(), lock=True)
    if row.state is DraftState.DISPENSED:
        return version
    kept = drafts.facts_of(row)
    said = replace(kept, reasons={**kept.reasons, **reasons})
    drafts.set_facts(session, draft_id, said, version=version, actor=actor(), now=now())
    return row.version

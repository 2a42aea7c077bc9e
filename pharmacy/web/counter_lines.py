"""The lines of a draft at the counter: each is kept the moment it is entered."""

import secrets

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from pharmacy.errors import InvalidDate, InvalidDose, InvalidNumber, MissingFact, NoUsualDose
from pharmacy.rules.arabic import clean, parse_integer
from pharmacy.rules.permissions import Permission
from pharmacy.services import draft_lines, unmet
from pharmacy.services.draft_lines import QUANTITY_MAX
from pharmacy.web.access import requires
from pharmacy.web.context import actor, database, now
from pharmacy.web.counter_answers import Extra, Lane, answer, at_the_desk, refused, words
from pharmacy.web.counter_desk import Desk, Row, View
from pharmacy.web.forms.base import parse_day
from pharmacy.web.forms.counter import number_of, uid_of
from pharmacy.web.language import N_, gettext
from pharmacy.web.refusals import sentence

blueprint = Blueprint("counter_lines", __name__, url_prefix="/counter/<int:draft_id>/lines")


@blueprint.post("")
@requires(Permission.DISPENSE)
@at_the_desk
def add(draft_id: int) -> ResponseReturnValue:
    """Add a medicine with its usual dose, and ask for the dose."""
    drug_id = number_of("drug_id")
    if drug_id is None:
        raise MissingFact(name="drug_id")
    with database().transaction() as session:
        uid = draft_lines.add_drug(
            session,
            draft_id,
            uid=uid_of(secrets.token_hex(8)),
            drug_id=drug_id,
            actor=actor(),
            now=now(),
        )
    return answer(
        draft_id, lambda desk: _ask_dose(desk, uid), extra=Extra(view=View(edit=uid, column="dose"))
    )


def _row(desk: Desk, uid: str) -> Row | None:
    return next((row for row in desk.rows if row.uid == uid), None)


def _name(desk: Desk, uid: str) -> str:
    row = _row(desk, uid)
    return row.name if row else ""


def _ask_dose(desk: Desk, uid: str) -> Lane:
    row = _row(desk, uid)
    accept = gettext("Dose * times a day * days. Enter accepts the usual dose.")
    type_it = gettext("It has no usual dose: type it like 1*2*30.")
    return Lane(
        kind="info",
        title=gettext("How is it taken?"),
        text=words(N_("%(drug)s."), drug=_name(desk, uid)),
        note=accept if row and row.dose else type_it,
        acts=("undo",),
    )


@blueprint.post("/<uid>")
@requires(Permission.DISPENSE)
@at_the_desk
def change(draft_id: int, uid: str) -> ResponseReturnValue:
    """Set the dose of a line, or its quantity."""
    column = "dose" if "dose" in request.form else "quantity"
    typed = clean(request.form.get(column, ""))
    try:
        with database().transaction() as session:
            if column == "dose":
                draft_lines.set_dose(session, draft_id, uid, typed, actor=actor(), now=now())
            else:
                quantity = parse_integer(typed, minimum=1, maximum=QUANTITY_MAX)
                draft_lines.set_quantity(session, draft_id, uid, quantity, actor=actor(), now=now())
    except (InvalidDose, InvalidNumber, NoUsualDose) as refusal:
        view = View(edit=uid, column=column, typed=typed, error=sentence(refusal))
        lane = refused(refusal)
        return answer(draft_id, lane, status=refusal.status, extra=Extra(view=view))
    return answer(draft_id, lambda desk: _set(desk, uid), extra=Extra(view=View(chosen=uid)))


def _set(desk: Desk, uid: str) -> Lane:
    row = _row(desk, uid)
    said = words(
        N_("%(drug)s — quantity %(number)s."),
        drug=_name(desk, uid),
        number=f"{row.quantity:,}" if row else "",
    )
    return Lane(kind="ok", title=gettext("Saved."), text=said, acts=("undo",))


@blueprint.post("/<uid>/remove")
@requires(Permission.DISPENSE)
@at_the_desk
def remove(draft_id: int, uid: str) -> ResponseReturnValue:
    """Take a line out; one step takes it back."""
    with database().transaction() as session:
        draft_lines.remove(session, draft_id, uid, actor=actor(), now=now())
    return answer(
        draft_id, Lane(kind="warn", title=gettext("The line was removed."), acts=("undo",))
    )


@blueprint.post("/<uid>/substitute")
@requires(Permission.DISPENSE)
@at_the_desk
def substitute(draft_id: int, uid: str) -> ResponseReturnValue:
    """Give another brand of the same medicine, with the prescriber's consent."""
    drug_id = number_of("drug_id")
    if drug_id is None:
        raise MissingFact(name="drug_id")
    try:
        consented_on = parse_day(request.form.get("consented_on", ""))
    except InvalidDate as refusal:
        view = View(edit=uid)
        return answer(draft_id, refused(refusal), status=refusal.status, extra=Extra(view=view))
    with database().transaction() as session:
        draft_lines.substitute(
            session,
            draft_id,
            uid,
            drug_id=drug_id,
            consented_by=clean(request.form.get("consented_by", "")),
            consented_on=consented_on,
            actor=actor(),
            now=now(),
        )
    return answer(
        draft_id,
        lambda desk: Lane(
            kind="ok",
            title=gettext("Another brand is given."),
            text=words(N_("%(drug)s. The consent is kept."), drug=_name(desk, uid)),
            acts=("undo",),
        ),
        extra=Extra(view=View(chosen=uid)),
    )


@blueprint.post("/<uid>/unmet", endpoint="unmet")
@requires(Permission.DISPENSE)
@at_the_desk
def record_unmet(draft_id: int, uid: str) -> ResponseReturnValue:
    """Record that nothing of a line is there, so that the person is called when it comes."""
    with database().transaction() as session:
        unmet_id = unmet.record(session, draft_id, uid, actor=actor(), now=now())
    lane = Lane(
        kind="ok",
        title=gettext("Recorded as waiting."),
        text=gettext("The person is on the list to call when it comes."),
        unmet=unmet_id,
    )
    return answer(draft_id, lane)

"""Citizen requests: the inbox, recording, one request with its timeline, the slip."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.models import Centre, Condition, Staff
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.gs1 import InHousePrefix, parse_in_house
from pharmacy.rules.lifecycle import UNDECIDED
from pharmacy.rules.permissions import Permission
from pharmacy.rules.phone import parse_phone
from pharmacy.rules.request_vocabulary import (
    ClockState,
    ClosingReason,
    Complainant,
    DeferralReason,
    Finding,
    Paper,
    Platform,
    RejectionReason,
    ReopeningReason,
    RequestState,
)
from pharmacy.rules.vocabulary import MEDICINE_CATEGORIES, Channel, RequestCategory, Urgency
from pharmacy.services import beneficiary as beneficiaries
from pharmacy.services import (
    beneficiary_file,
    request_chain,
    request_decision,
    request_file,
    request_links,
    request_study,
    sitting_view,
)
from pharmacy.services import request as requests
from pharmacy.services.beneficiary_looks import view_file
from pharmacy.services.claim_view import given_elsewhere
from pharmacy.services.commitment import commitments_of
from pharmacy.services.settings import all_settings
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, close_reading, database, now, reading, settings
from pharmacy.web.documents import paper_digits, pdf_response
from pharmacy.web.forms.base import BaseForm
from pharmacy.web.forms.intake import FACT_LABELS
from pharmacy.web.forms.request import (
    AT_CENTRES,
    NO_CENTRE,
    ReopenForm,
    RequestFilter,
    RequestForm,
)
from pharmacy.web.forms.request_reports import standing_choices
from pharmacy.web.inbox import clock_facts, counted_in, inbox
from pharmacy.web.language import gettext, language
from pharmacy.web.papers.request_slip import request_slip
from pharmacy.web.request_step import leads, next_steps
from pharmacy.web.timeline import Event, citizen_events
from pharmacy.web.words import choices, word
from reports.request_slip import render as render_slip

blueprint = Blueprint("request", __name__)

_KINDS = {
    RequestState.APPROVED: "ok",
    RequestState.DISPENSING: "ok",
    RequestState.REJECTED: "stop",
    RequestState.AWAITING_PAPERS: "warn",
    RequestState.DEFERRED: "warn",
}


_REASONS: tuple[type[StrEnum], ...] = (
    ClosingReason,
    RejectionReason,
    DeferralReason,
    ReopeningReason,
    Paper,
    Finding,
)


@blueprint.get("/requests")
@requires(Permission.REQUEST_VIEW)
def index() -> ResponseReturnValue:
    """Show the requests, the overdue first, as the address says; a scanned slip opens its own."""
    session, filters = reading(), RequestFilter()
    filters.validate()
    scanned = parse_in_house(filters.q.data or "")
    if scanned is not None and scanned.prefix is InHousePrefix.REQUEST_SLIP:
        return redirect(url_for("request.show", request_id=scanned.body), 303)
    everything = gettext("All")
    filters.standing.choices = choices(ClockState, empty=everything)
    filters.state.choices = choices(RequestState, empty=everything)
    filters.channel.choices = [
        *choices(Channel, empty=everything),
        (AT_CENTRES, gettext("All technology centres")),
    ]
    filters.counted.choices = standing_choices(everything)
    filters.category.choices = choices(RequestCategory, empty=everything)
    none = (NO_CENTRE, gettext("Without a centre"))
    filters.centre.choices = [("", everything), none, *centre_choices(session)]
    query = filters.query()
    return render_template(
        "request/index.html",
        filters=filters,
        clinical=beneficiary_file.may_see_clinical(actor()),
        counted=counted_in(session, query),
        **inbox(session, query),
    )


def centre_choices(session: Session) -> list[tuple[str, str]]:
    """Return the open centres the visitor may name, those of cities first."""
    query = select(Centre).where(Centre.active.is_(True)).order_by(Centre.kind, Centre.name_ar)
    own = actor().centre_id
    if own is not None:
        query = query.where(Centre.id == own)
    english = language() == "en"
    return [
        (str(row.id), f"{row.name_en if english else row.name_ar} ({word(row.kind)})")
        for row in session.scalars(query)
    ]


# Fields of the rules' refusals that have another name on the form.
_FIELDS = {
    "phone": "citizen_phone",
    "identity_number": "citizen_identity",
    **{name: f"fact_{name}" for name in FACT_LABELS},
}


@blueprint.get("/requests/new")
@requires(Permission.REQUEST_RECORD)
def new() -> ResponseReturnValue:
    """Show an empty form, for a person on file or for a name only."""
    own = actor().centre_id
    named = request.args.get("channel", "")
    form = RequestForm(
        formdata=None,
        received_on=cairo_day(now()),
        category=RequestCategory.MEDICINE.value,
        urgency=Urgency.NORMAL.value,
        centre=str(own) if own else "",
        channel=named if named in set(Channel) else _usual_channel(own),
    )
    return render_template("request/new.html", form=form, **_furnish(form))


def _usual_channel(centre_id: int | None) -> str:
    """Return the channel by which most of a clerk's requests come."""
    centre = reading().get(Centre, centre_id) if centre_id else None
    return f"{centre.kind.value}_centre" if centre else Channel.COUNTER.value


@blueprint.post("/requests/new")
@requires(Permission.REQUEST_RECORD)
def create() -> ResponseReturnValue:
    """Record a request; sent twice, it is recorded once."""
    form = RequestForm()
    furniture = _furnish(form)
    person = furniture["person"]
    if form.validate():
        with form.explaining(_FIELDS):
            phone = parse_phone(form.citizen_phone.data) if form.citizen_phone.data else None
            wanted = form.request(person.id if person else None, phone=phone)
            close_reading()
            with database().transaction() as write:
                request_id = requests.record_request(write, wanted, actor=actor(), now=now())
            say("ok", gettext("The request is recorded. Print the slip for the citizen."))
            return redirect(url_for("request.show", request_id=request_id), 303)
    return form_page("request/new.html", form, **{**furniture, **_person_found()})


def _furnish(form: RequestForm) -> dict[str, Any]:
    """Give a form its choices, and return what else its page shows."""
    session = reading()
    form.channel.choices = choices(Channel)
    channel = form.channel.data
    form.keep_channel(Channel(channel) if channel in set(Channel) else Channel.COUNTER)
    form.category.choices = choices(RequestCategory)
    form.urgency.choices = choices(Urgency)
    none = [] if actor().centre_id else [("", gettext("Not stated"))]
    form.centre.choices = [*none, *centre_choices(session)]
    if beneficiary_file.may_see_clinical(actor()):
        english = language() == "en"
        conditions = session.scalars(select(Condition).order_by(Condition.name_ar))
        form.condition.choices = [
            ("", gettext("Not stated")),
            *((str(row.id), row.name_en if english else row.name_ar) for row in conditions),
        ]
    else:
        del form["condition"]
    return _person_found()


def _person_found() -> dict[str, Any]:
    """Return the person chosen in the address, or those that a search finds."""
    session, text = reading(), request.args.get("q", "").strip()
    chosen = request.args.get("b", type=int)
    person = beneficiaries.get_active(session, chosen) if chosen else None
    people = beneficiaries.search(session, text, actor=actor()) if text and not person else []
    return {"person": person, "people": people, "text": text}


@blueprint.get("/r/<int:request_id>")
@requires(Permission.REQUEST_VIEW)
def show(request_id: int) -> ResponseReturnValue:
    """Show one request: its facts, its decisions, its timeline; the look is written down."""
    row = requests.get_request(reading(), request_id, actor=actor())
    person_id, why = row.beneficiary_id, f"request {row.number}"
    if person_id is not None:
        close_reading()
        where = request.remote_addr or ""
        with database().transaction() as write:
            view_file(write, person_id, reason=why, address=where, actor=actor(), now=now())
    return render_template("request/show.html", **_page_of(request_id))


def _page_of(request_id: int) -> dict[str, Any]:
    session = reading()
    row = requests.get_request(session, request_id, actor=actor())
    wanted = all_settings(session)
    percent = int(wanted["early_refill_percent"])
    by_sitting = wanted["decision_route"] == "sitting"
    handed_out = request_file.dispensings(session, row.id)
    clinical = beneficiary_file.may_see_clinical(actor())
    return {
        "steps": next_steps(row, actor(), by_sitting=by_sitting),
        "by_sitting": by_sitting,
        "sittings": sitting_view.appearances(session, row.id),
        "steps_first": leads(row, actor()),
        "ties": request_links.ties(session, row.id, actor=actor()),
        "researches": request_study.researches(session, row.id, actor=actor()) if clinical else [],
        "checks": request_study.checks(session, row.id, actor=actor()) if clinical else [],
        "row": row,
        "recorder": session.get(Staff, row.recorded_by),
        "is_open": row.state in UNDECIDED,
        "for_medicine": row.category in MEDICINE_CATEGORIES,
        "kind": _KINDS.get(row.state, "info"),
        "clinical": clinical,
        "today": cairo_day(now()),
        **clock_facts(session, [row]),
        "approvals": beneficiary_file.approvals_of_request(session, row.id, early_percent=percent),
        "committed": commitments_of(session, row.id),
        "handed_out": handed_out,
        "elsewhere": given_elsewhere(session, row.id),
        "chain": request_chain.chain_of(session, row.id),
        "fact_labels": FACT_LABELS,
        "fact_words": {"complainant": Complainant, "platform": Platform},
        "timeline_events": _timeline(
            request_file.events(session, row.id), handed_out, citizen_events(session, row.id)
        ),
    }


def _timeline(
    steps: Sequence[request_file.Step],
    handed_out: Sequence[request_file.HandedOut],
    others: Sequence[Event],
) -> list[Event]:
    english = language() == "en"
    events = [
        Event(
            at=step.at,
            title=word(step.to_state),
            who=step.name_en if english else step.name_ar,
            text=" · ".join(part for part in (_reason(step.reason), step.note) if part),
            kind=_KINDS.get(step.to_state, ""),
        )
        for step in steps
    ] + [
        Event(
            at=one.at,
            title=gettext("Dispensing undone") if one.is_reversal else gettext("Dispensed"),
            who=one.name_en if english else one.name_ar,
            text=one.number,
            kind="warn" if one.is_reversal else "ok",
        )
        for one in handed_out
    ]
    return sorted([*events, *others], key=lambda event: event.at)


def _reason(code: str) -> str:
    """Return a reason in words; the codes of one state do not mean another thing in the next."""
    for codes in _REASONS:
        if code in set(codes):
            return word(codes(code))
    return code


@blueprint.get("/r/<int:request_id>/beneficiary")
@requires(Permission.REQUEST_RECORD)
def ask_beneficiary(request_id: int) -> ResponseReturnValue:
    """Search for the person a request is for."""
    form = BaseForm(formdata=None)
    row = requests.get_request(reading(), request_id, actor=actor())
    return render_template("request/beneficiary.html", form=form, row=row, **_person_found())


@blueprint.post("/r/<int:request_id>/beneficiary")
@requires(Permission.REQUEST_RECORD)
def name_beneficiary(request_id: int) -> ResponseReturnValue:
    """Say which person on file a request is for."""
    form = BaseForm()
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                chosen = request.form.get("beneficiary_id", default=0, type=int)
                requests.name_beneficiary(write, request_id, chosen, actor=actor(), now=now())
            say("ok", gettext("The request names the beneficiary. The committee may decide."))
            return redirect(url_for("request.show", request_id=request_id), 303)
    row = requests.get_request(reading(), request_id, actor=actor())
    return form_page("request/beneficiary.html", form, row=row, **_person_found())


@blueprint.get("/r/<int:request_id>/reopen")
@requires(Permission.REQUEST_DECIDE)
def ask_to_reopen(request_id: int) -> ResponseReturnValue:
    """Ask why a request is taken up again."""
    row = requests.get_request(reading(), request_id, actor=actor())
    return render_template("request/reopen.html", form=_reopen_form(), row=row)


@blueprint.post("/r/<int:request_id>/reopen")
@requires(Permission.REQUEST_DECIDE)
def reopen(request_id: int) -> ResponseReturnValue:
    """Take a rejected or closed request up again."""
    form = _reopen_form()
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                reason = ReopeningReason(form.reason.data)
                note = form.note.data
                request_decision.reopen(
                    write, request_id, reason, note=note, actor=actor(), now=now()
                )
            say("ok", gettext("The request is taken up again."))
            return redirect(url_for("request.show", request_id=request_id), 303)
    row = requests.get_request(reading(), request_id, actor=actor())
    return form_page("request/reopen.html", form, row=row)


def _reopen_form() -> ReopenForm:
    form = ReopenForm()
    form.reason.choices = choices(ReopeningReason)
    return form


@blueprint.get("/r/<int:request_id>/slip")
@requires(Permission.REQUEST_VIEW)
def print_slip(request_id: int) -> ResponseReturnValue:
    """Show the citizen's slip as a PDF; for a person on file the printing is written down."""
    row = requests.get_request(reading(), request_id, actor=actor())
    beneficiary_id, number = row.beneficiary_id, row.number
    close_reading()
    if beneficiary_id is not None:
        with database().transaction() as write:
            beneficiary_file.log_print(
                write,
                beneficiary_id,
                "request_slip",
                address=request.remote_addr or "",
                actor=actor(),
                now=now(),
            )
    slip = request_slip(reading(), request_id, language=language(), demo=settings().demo)
    digits = paper_digits()
    content = render_slip(slip, language=language(), digits=digits)
    return pdf_response(content, f"request-{number}.pdf")

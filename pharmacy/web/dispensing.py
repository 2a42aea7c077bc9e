"""The counter: find the person, see what is due, hand it out, print; and undo it when need be."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from pharmacy.errors import InsufficientStock, InvalidDate, MissingFact, NotFound, PharmacyError
from pharmacy.models import Beneficiary
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.gs1 import InHousePrefix, parse_in_house
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import ReversalReason
from pharmacy.services import audit, counter, dispensing, reversal
from pharmacy.services import beneficiary as beneficiaries
from pharmacy.services.dispensing_facts import Case, read_case
from pharmacy.services.dispensing_posting import Collector, DispensingOrder
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading, settings
from pharmacy.web.documents import pdf_response
from pharmacy.web.forms.base import BaseForm, parse_day
from pharmacy.web.forms.dispensing import (
    DispensingForm,
    Lines,
    ReversalForm,
    WalkInForm,
    read_lines,
    read_overrides,
)
from pharmacy.web.language import gettext, language
from pharmacy.web.paging import stand_at
from pharmacy.web.papers.dispensing import Dispensed, dispensed, labels, owing_slip, receipt
from pharmacy.web.walk_in import record_walk_in
from pharmacy.web.words import choices
from reports import label as label_paper
from reports import owing_slip as owing_paper
from reports import receipt as receipt_paper

blueprint = Blueprint("dispensing", __name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies on the counter: the person, their approved requests, the one in hand, its lines."""

    person: Beneficiary
    requests: list[counter.OpenRequest]
    case: Case | None
    lines: list[counter.Proposal]
    recent: list[counter.Recent]


@blueprint.get("/counter", endpoint="counter")
@requires(Permission.DISPENSE)
def counter_page() -> ResponseReturnValue:
    """Show the counter: empty, a choice of persons, or one person with what is due."""
    text = request.args.get("q", "").strip()
    if text:
        return _found(text)
    person_id = request.args.get("b", type=int)
    if person_id is None:
        return render_template("dispensing/counter.html", desk=None, found=None, text="")
    with database().transaction() as session:
        beneficiaries.view_file(
            session,
            person_id,
            address=request.remote_addr or "",
            actor=actor(),
            now=now(),
        )
    desk = _desk(reading(), person_id, request.args.get("r", type=int))
    return _page(desk, DispensingForm(), None)


def _found(text: str) -> ResponseReturnValue:
    """Go to the one person that a scan names, or show those whom the words fit."""
    session = reading()
    code = parse_in_house(text)
    if code is not None:
        person_id, request_id = _scanned(session, code.prefix, code.body, text)
        if person_id is not None:
            return redirect(url_for("dispensing.counter", b=person_id, r=request_id), 303)
    found = beneficiaries.search(session, text, actor=actor())
    if len(found) == 1 and text.replace(" ", "").isdecimal():
        # A number names one person; a name is never enough to choose somebody by itself.
        return redirect(url_for("dispensing.counter", b=found[0].id), 303)
    return render_template("dispensing/counter.html", desk=None, found=found, text=text)


def _scanned(
    session: Session, prefix: InHousePrefix, body: int, text: str
) -> tuple[int | None, int | None]:
    if prefix is InHousePrefix.CARD:
        return counter.person_of_card(session, text), None
    if prefix is InHousePrefix.RECEIPT:
        return counter.person_of_receipt(session, body)
    if prefix is InHousePrefix.REQUEST_SLIP:
        return counter.person_of_request(session, body), body
    return None, None


def _desk(session: Session, person_id: int, request_id: int | None) -> Desk:
    who = actor()
    on = cairo_day(now())
    person = beneficiaries.get_beneficiary(session, person_id, actor=who)
    ids = beneficiaries.same_person_ids(session, person_id)
    requests = counter.open_requests(session, ids)
    known = {row.request_id for row in requests}
    chosen = request_id if request_id in known else next(iter(known & {_first(requests)}), None)
    case = read_case(session, chosen, on=on) if chosen is not None else None
    lines = []
    if case is not None and who.site_id is not None:
        lines = counter.proposals(session, case, site_id=who.site_id, on=on)
    return Desk(person, requests, case, lines, counter.recent(session, ids))


def _first(requests: list[counter.OpenRequest]) -> int | None:
    return requests[0].request_id if requests else None


def _page(
    desk: Desk, form: BaseForm, typed: Lines | None, walk_in: WalkInForm | None = None
) -> ResponseReturnValue:
    request_id = desk.case.request_id if desk.case else None
    stand_at("dispensing.counter", b=desk.person.id, r=request_id)
    order = form if isinstance(form, DispensingForm) else DispensingForm(formdata=None)
    if desk.case is not None:
        order.request_id.data = str(request_id)
    return form_page(
        "dispensing/counter.html",
        form,
        order=order,
        desk=desk,
        found=None,
        text="",
        typed=typed,
        notices=getattr(form.refusal, "notices", ()),
        short=form.refusal if isinstance(form.refusal, InsufficientStock) else None,
        today=cairo_day(now()),
        reasons={name: text for name, text in request.form.items() if name.startswith("reason-")},
        walk_in_wanted=walk_in is not None or request.args.get("new") == "1",
        walk_in=walk_in or WalkInForm(formdata=None, beneficiary_id=str(desk.person.id)),
    )


@blueprint.post("/dispensings")
@requires(Permission.DISPENSE)
def dispense() -> ResponseReturnValue:
    """Hand out what the form says, once, however often it is sent."""
    form = DispensingForm()
    request_id = int(form.request_id.data) if (form.request_id.data or "").isdecimal() else 0
    lines = read_lines()
    if form.validate() and not lines.errors:
        try:
            order = DispensingOrder(
                request_id=request_id,
                submission_id=form.submission_id.data,
                lines=lines.order,
                overrides=read_overrides(),
                collector=Collector(
                    name=form.collected_by_name.data or "",
                    identity=form.collected_by_identity.data or "",
                    relation=form.collected_by_relation.data or "",
                ),
                partial=form.partial.data,
                note=form.note.data or "",
            )
            with database().transaction() as session:
                voucher_id = dispensing.dispense(session, order, actor=actor(), now=now())
        except PharmacyError as refusal:
            if refusal.status not in {409, 422, 503}:
                raise
            form.explain(refusal)
        else:
            return redirect(url_for("dispensing.show", voucher_id=voucher_id), 303)
    person_id = counter.person_of_request(reading(), request_id)
    if person_id is None:
        raise NotFound(noun="request", key=str(request_id))
    return _page(_desk(reading(), person_id, request_id), form, lines)


@blueprint.post("/counter", endpoint="walk_in")
@requires(Permission.DISPENSE)
def walk_in() -> ResponseReturnValue:
    """Record a walk-in's request; approve it on the spot when a committee member signs for it."""
    form = WalkInForm()
    person_id = int(form.beneficiary_id.data) if (form.beneficiary_id.data or "").isdecimal() else 0
    if form.validate():
        with form.explaining():
            request_id, approved = record_walk_in(form, person_id)
            if approved:
                say("ok", gettext("The request is recorded and approved. Dispense against it."))
            else:
                say("ok", gettext("The request is recorded. The committee decides on it."))
            return redirect(url_for("dispensing.counter", b=person_id, r=request_id), 303)
    return _page(_desk(reading(), person_id, None), form, None, walk_in=form)


@blueprint.get("/dispensings")
@requires(Permission.DISPENSING_VIEW)
def index() -> ResponseReturnValue:
    """Show the dispensings of a day, newest first."""
    try:
        day = parse_day(request.args.get("on", ""))
    except InvalidDate:
        day = cairo_day(now())
    rows = counter.dispensings(reading(), site_id=actor().site_id, on=day)
    return render_template("dispensing/index.html", rows=rows, day=day)


@blueprint.get("/owings")
@requires(Permission.DISPENSE)
def owings() -> ResponseReturnValue:
    """Show what is owed at this counter, and what of it has come meanwhile."""
    site_id = actor().site_id
    if site_id is None:
        raise MissingFact(name="site")
    rows = counter.open_owings_here(reading(), site_id=site_id, on=cairo_day(now()))
    return render_template("dispensing/owings.html", rows=rows)


@blueprint.get("/d/<int:voucher_id>")
@requires(Permission.DISPENSING_VIEW)
def show(voucher_id: int) -> ResponseReturnValue:
    """Show one dispensing, its papers, and whether it stands."""
    of = _dispensed(voucher_id)
    if actor().may(Permission.BENEFICIARY_VIEW):
        _write_look(of, "view")
    return render_template("dispensing/show.html", of=of, form=_reversal_form(of))


def _dispensed(voucher_id: int) -> Dispensed:
    """Read a dispensing of the actor's own site; a site's staff see no other's."""
    of = dispensed(reading(), voucher_id)
    site_id = actor().site_id
    if site_id is not None and of.site.id != site_id:
        raise NotFound(noun="dispensing", key=str(voucher_id))
    return of


def _paper(voucher_id: int) -> Dispensed:
    """Read a dispensing for a paper, which names the person; written down as a print."""
    of = _dispensed(voucher_id)
    _write_look(of, "print")
    return of


def _write_look(of: Dispensed, action: str) -> None:
    with database().transaction() as session:
        audit.looked(
            session,
            of.beneficiary.id,
            action,
            address=request.remote_addr or "",
            actor=actor(),
            now=now(),
        )


def _reversal_form(of: Dispensed) -> ReversalForm:
    form = ReversalForm()
    form.reason.choices = choices(ReversalReason, empty=gettext("Choose"))
    name = f"drug_name_{language()}"
    form.lines.choices = [
        (line.line_no, f"{line.line_no}. {getattr(line, name)} - {line.lot}")
        for line in of.standing
    ]
    return form


@blueprint.post("/d/<int:voucher_id>")
@requires(Permission.DISPENSING_REVERSE)
def reverse(voucher_id: int) -> ResponseReturnValue:
    """Undo a dispensing, whole or by line; stock and money go back as they went out."""
    of = _dispensed(voucher_id)
    form = _reversal_form(of)
    if form.validate():
        with form.explaining():
            with database().transaction() as session:
                reversal.reverse(
                    session,
                    voucher_id,
                    submission_id=form.submission_id.data,
                    reason=ReversalReason(form.reason.data),
                    note=form.note.data or "",
                    lines=form.lines.data or None,
                    actor=actor(),
                    now=now(),
                )
            say("ok", gettext("It is undone: stock and cost are back as they were."))
            return redirect(url_for("dispensing.show", voucher_id=voucher_id), 303)
    return form_page("dispensing/show.html", form, of=of)


@blueprint.get("/d/<int:voucher_id>/receipt")
@requires(Permission.DISPENSING_PRINT)
def receipt_pdf(voucher_id: int) -> ResponseReturnValue:
    """Print the receipt, on A5 or on the 80 mm roll."""
    of = _paper(voucher_id)
    values = receipt(of, language=language(), copy=_is_copy(), demo=settings().demo)
    roll = request.args.get("size") == "80"
    render = receipt_paper.render_80mm if roll else receipt_paper.render_a5
    pdf = render(values, language=language(), digits=of.settings["paper_digits"])
    return pdf_response(pdf, f"{of.number}.pdf")


@blueprint.get("/d/<int:voucher_id>/labels")
@requires(Permission.DISPENSING_PRINT)
def labels_pdf(voucher_id: int) -> ResponseReturnValue:
    """Print a label for each line, 60 by 40 or 50 by 25 millimetres."""
    of = _paper(voucher_id)
    values = labels(of, language=language(), demo=settings().demo)
    if not values:
        raise NotFound(noun="label", key=of.number)
    small = request.args.get("size") == "50"
    render = label_paper.render_small if small else label_paper.render_large
    pdf = render(values, language=language(), digits=of.settings["paper_digits"])
    return pdf_response(pdf, f"{of.number}-labels.pdf")


@blueprint.get("/d/<int:voucher_id>/owing")
@requires(Permission.DISPENSING_PRINT)
def owing_pdf(voucher_id: int) -> ResponseReturnValue:
    """Print the slip of what is still owed."""
    of = _paper(voucher_id)
    values = owing_slip(of, language=language(), copy=_is_copy(), demo=settings().demo)
    pdf = owing_paper.render(values, language=language(), digits=of.settings["paper_digits"])
    return pdf_response(pdf, f"{of.number}-owing.pdf")


def _is_copy() -> bool:
    return request.args.get("copy") == "1"

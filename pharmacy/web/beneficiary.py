"""Beneficiaries: the list, the file and its tabs, recording, correcting, merging, revealing.

A file is opened by writing down who opens it; identity and phone stay hidden until somebody asks
for them with a reason.
"""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from pharmacy.errors import IdentityTaken, NotFound, PharmacyError, PossibleDuplicate
from pharmacy.models import (
    AccessEvent,
    Beneficiary,
    BeneficiaryStatus,
    Centre,
    Condition,
    DispensingLine,
)
from pharmacy.rules.arabic import to_western
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import CentreKind, IdentityKind, Sex
from pharmacy.rules.voucher_number import label as voucher_label
from pharmacy.services import beneficiary as beneficiaries
from pharmacy.services import beneficiary_file
from pharmacy.services.beneficiary_looks import reveal as reveal_numbers
from pharmacy.services.beneficiary_looks import view_file
from pharmacy.services.claim_view import given_to_person
from pharmacy.services.request_list import RequestQuery
from pharmacy.services.settings import all_settings, whole_setting
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.audit_words import change_rows, look_rows
from pharmacy.web.context import actor, close_reading, database, now, reading, settings
from pharmacy.web.documents import paper_digits, pdf_response
from pharmacy.web.forms.base import BaseForm
from pharmacy.web.forms.beneficiary import (
    CLINICAL_FIELDS,
    ChangedPersonForm,
    Consent,
    MergeForm,
    PersonForm,
    RevealForm,
    person_of,
    shown_of,
)
from pharmacy.web.forms.stock import chosen_id
from pharmacy.web.inbox import inbox
from pharmacy.web.keyset import Order, keyset_page
from pharmacy.web.language import gettext, language
from pharmacy.web.paging import page_of
from pharmacy.web.papers.card import card
from pharmacy.web.words import choices
from reports.card import render as render_card

blueprint = Blueprint("beneficiary", __name__)

CHANGES_SHOWN = 50
_NEWEST_LINE = Order(id=DispensingLine.id, day=DispensingLine.business_date)
_NEWEST_LOOK = Order(id=AccessEvent.id)


@blueprint.get("/beneficiaries")
@requires(Permission.BENEFICIARY_VIEW)
def index() -> ResponseReturnValue:
    """Find persons, or list them all, the newest first; a scanned card opens its file."""
    text = to_western(request.args.get("q", "").strip())
    if not text:
        active = Beneficiary.status == BeneficiaryStatus.ACTIVE
        newest = select(Beneficiary).where(active).order_by(Beneficiary.id.desc())
        page = page_of(reading(), newest, scalars=True)
        return render_template("beneficiary/index.html", page=page, people=page.rows, text="")
    people = beneficiaries.search(reading(), text, actor=actor())
    if len(people) == 1 and text == people[0].card_number:
        return redirect(url_for("beneficiary.show", beneficiary_id=people[0].id), 303)
    return render_template(
        "beneficiary/index.html",
        page=None,
        people=people,
        text=text,
        too_short=len(text) < beneficiaries.ENOUGH_LETTERS,
        most=beneficiaries.SEARCH_MOST,
    )


@blueprint.get("/b/<int:beneficiary_id>", defaults={"tab": "approvals"})
@blueprint.get("/b/<int:beneficiary_id>/<any(dispensed, requests, log):tab>")
@requires(Permission.BENEFICIARY_VIEW)
def show(beneficiary_id: int, tab: str) -> ResponseReturnValue:
    """Show a tab of a person's file, and write down who looked."""
    _write_down_the_look(beneficiary_id)
    session = reading()
    person = beneficiaries.get_beneficiary(session, beneficiary_id, actor=actor())
    ids = beneficiaries.same_person_ids(session, beneficiary_id)
    others = session.scalars(select(Beneficiary).where(Beneficiary.id.in_(ids)))
    return render_template(
        f"beneficiary/{tab}.html",
        person=person,
        tab=tab,
        clinical=beneficiary_file.may_see_clinical(actor()),
        unusual_number=beneficiary_file.has_unusual_number(person),
        merged=[other for other in others if other.id != person.id],
        today=cairo_day(now()),
        **_tab(session, tab, ids),
    )


def _write_down_the_look(beneficiary_id: int) -> None:
    # The look is on record before anything is shown; what was read before would not show it.
    close_reading()
    with database().transaction() as write:
        view_file(
            write, beneficiary_id, address=request.remote_addr or "", actor=actor(), now=now()
        )


def _tab(session: Session, tab: str, ids: Sequence[int]) -> dict[str, Any]:
    if tab == "dispensed":
        page = keyset_page(session, beneficiary_file.history(ids), _NEWEST_LINE)
        numbers = {
            row.id: voucher_label(row.site_code, row.kind, row.fiscal_year, row.number)
            for row in page.rows
        }
        return {"page": page, "numbers": numbers, "elsewhere": given_to_person(session, ids)}
    if tab == "requests":
        return inbox(session, RequestQuery(beneficiary_ids=frozenset(ids)))
    if tab == "log":
        page = keyset_page(session, beneficiary_file.looks(ids), _NEWEST_LOOK)
        changes = beneficiary_file.changes(ids)
        latest = session.execute(changes.order_by("id").limit(CHANGES_SHOWN)).all()
        return {
            "page": page,
            "looks": look_rows(page.rows),
            "changes": change_rows(list(reversed(latest)), actor()),
        }
    percent = whole_setting(session, "early_refill_percent")
    return {"approvals": beneficiary_file.approvals_of_person(session, ids, early_percent=percent)}


@blueprint.get("/beneficiaries/new")
@requires(Permission.BENEFICIARY_EDIT)
def new() -> ResponseReturnValue:
    """Show an empty form."""
    form = PersonForm(identity_kind=IdentityKind.NATIONAL_ID.value)
    return render_template("beneficiary/new.html", form=form, **_furnish(form))


@blueprint.post("/beneficiaries/new")
@requires(Permission.BENEFICIARY_EDIT)
def create() -> ResponseReturnValue:
    """Record a person; persons like this one are shown first, and must be looked at."""
    form = PersonForm()
    furniture = _furnish(form)
    if form.validate():
        with form.explaining():
            consent = Consent(furniture["consent_version"], cairo_day(now()))
            close_reading()
            with database().transaction() as write:
                beneficiary_id = beneficiaries.register(
                    write,
                    person_of(form, consent),
                    known_different=form.known_different.data,
                    actor=actor(),
                    now=now(),
                )
            say("ok", gettext("The person is recorded. Print the card and hand it over."))
            return redirect(url_for("beneficiary.show", beneficiary_id=beneficiary_id), 303)
    return form_page(
        "beneficiary/new.html", form, **{**furniture, "doubles": _doubles(form.refusal)}
    )


def _doubles(refusal: PharmacyError | None) -> Sequence[Beneficiary]:
    """Return the persons on file whom a refusal names."""
    ids: tuple[int, ...] = ()
    if isinstance(refusal, PossibleDuplicate):
        ids = refusal.beneficiary_ids
    elif isinstance(refusal, IdentityTaken):
        ids = (refusal.beneficiary_id,)
    query = select(Beneficiary).where(Beneficiary.id.in_(ids)).order_by(Beneficiary.id)
    return reading().scalars(query).all() if ids else []


def _furnish(form: PersonForm) -> dict[str, Any]:
    """Give a form its choices, take away what is not for these eyes, return the page's rest."""
    session = reading()
    form.identity_kind.choices = choices(IdentityKind)
    form.sex.choices = choices(Sex, empty=gettext("Choose"))
    if beneficiary_file.may_see_clinical(actor()):
        conditions = session.scalars(select(Condition).order_by(Condition.name_ar))
        english = language() == "en"
        form.condition_ids.choices = [
            (condition.id, condition.name_en if english else condition.name_ar)
            for condition in conditions
        ]
    else:
        for name in CLINICAL_FIELDS:
            del form[name]
    cities = select(Centre.name_ar).where(Centre.kind == CentreKind.CITY).order_by(Centre.name_ar)
    return {
        "markazes": session.scalars(cities).all(),
        "consent_version": all_settings(session)["consent_version"],
        "doubles": (),
    }


@blueprint.get("/b/<int:beneficiary_id>/edit")
@requires(Permission.BENEFICIARY_EDIT)
def edit(beneficiary_id: int) -> ResponseReturnValue:
    """Show a person's facts to be corrected; the numbers stay hidden."""
    _write_down_the_look(beneficiary_id)
    row = beneficiaries.get_active(reading(), beneficiary_id)
    form = ChangedPersonForm(data=shown_of(row))
    return render_template("beneficiary/edit.html", form=form, person=row, **_furnish(form))


@blueprint.post("/b/<int:beneficiary_id>/edit")
@requires(Permission.BENEFICIARY_EDIT)
def correct(beneficiary_id: int) -> ResponseReturnValue:
    """Correct a person's facts."""
    form = ChangedPersonForm()
    furniture = _furnish(form)
    if form.validate():
        with form.explaining():
            consent = Consent(furniture["consent_version"], cairo_day(now()))
            close_reading()
            with database().transaction() as write:
                row = beneficiaries.get_active(write, beneficiary_id, lock=True)
                person = person_of(form, consent, row=row)
                beneficiaries.correct(write, beneficiary_id, person, actor=actor(), now=now())
            say("ok", gettext("The correction is recorded."))
            return redirect(url_for("beneficiary.show", beneficiary_id=beneficiary_id), 303)
    row = beneficiaries.get_active(reading(), beneficiary_id)
    page = {**furniture, "doubles": _doubles(form.refusal), "person": row}
    return form_page("beneficiary/edit.html", form, **page)


@blueprint.get("/b/<int:beneficiary_id>/reveal")
@requires(Permission.BENEFICIARY_REVEAL)
def ask_to_reveal(beneficiary_id: int) -> ResponseReturnValue:
    """Ask why the numbers must be seen."""
    person = beneficiaries.get_beneficiary(reading(), beneficiary_id, actor=actor())
    return render_template("beneficiary/reveal.html", form=RevealForm(), person=person)


@blueprint.post("/b/<int:beneficiary_id>/reveal")
@requires(Permission.BENEFICIARY_REVEAL)
def reveal(beneficiary_id: int) -> ResponseReturnValue:
    """Show the numbers once, after writing down who asked and why."""
    form = RevealForm()
    numbers = None
    if form.validate():
        with form.explaining(), database().transaction() as write:
            numbers = reveal_numbers(
                write,
                beneficiary_id,
                reason=form.reason.data,
                address=request.remote_addr or "",
                actor=actor(),
                now=now(),
            )
    person = beneficiaries.get_beneficiary(reading(), beneficiary_id, actor=actor())
    if numbers is None:
        return form_page("beneficiary/reveal.html", form, person=person)
    return render_template(
        "beneficiary/revealed.html",
        person=person,
        identity_number=numbers[0],
        phone=numbers[1],
        reason=form.reason.data,
    )


@blueprint.get("/b/<int:beneficiary_id>/merge")
@requires(Permission.BENEFICIARY_MERGE)
def ask_to_merge(beneficiary_id: int) -> ResponseReturnValue:
    """Choose the record that goes on, and see what merging will do."""
    form = MergeForm(formdata=None, kept_id=request.args.get("kept", ""))
    return render_template("beneficiary/merge.html", form=form, **_merging(beneficiary_id, form))


@blueprint.post("/b/<int:beneficiary_id>/merge")
@requires(Permission.BENEFICIARY_MERGE)
def merge(beneficiary_id: int) -> ResponseReturnValue:
    """Merge a double into the record that goes on."""
    form = MergeForm()
    kept_id = _id_of(form)
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                beneficiaries.merge(
                    write,
                    beneficiary_id,
                    kept_id,
                    reason=form.reason.data,
                    actor=actor(),
                    now=now(),
                )
            say("ok", gettext("The two records are one file now. Both histories are in it."))
            return redirect(url_for("beneficiary.show", beneficiary_id=kept_id), 303)
    return form_page("beneficiary/merge.html", form, **_merging(beneficiary_id, form))


def _id_of(form: BaseForm) -> int:
    return chosen_id(form["kept_id"].data) or 0


def _merging(double_id: int, form: MergeForm) -> dict[str, Any]:
    session, text = reading(), request.args.get("q", "").strip()
    double = beneficiaries.get_active(session, double_id)
    kept = session.get(Beneficiary, _id_of(form))
    if kept is not None and (kept.id == double.id or kept.status is not BeneficiaryStatus.ACTIVE):
        kept = None
    found = beneficiaries.search(session, text, actor=actor()) if text else []
    ids = [double.id, *([kept.id] if kept else [])]
    return {
        "double": double,
        "kept": kept,
        "text": text,
        "found": [person for person in found if person.id != double.id],
        "counts": beneficiary_file.counts(session, ids),
    }


@blueprint.get("/b/<int:beneficiary_id>/card")
@requires(Permission.BENEFICIARY_EDIT)
def print_card(beneficiary_id: int) -> ResponseReturnValue:
    """Show the card as a PDF, and write down that it was printed."""
    close_reading()
    with database().transaction() as write:
        beneficiary_file.log_print(
            write,
            beneficiary_id,
            "card",
            address=request.remote_addr or "",
            actor=actor(),
            now=now(),
        )
    person = beneficiaries.get_beneficiary(reading(), beneficiary_id, actor=actor())
    if person.status is not BeneficiaryStatus.ACTIVE:
        raise NotFound(noun="card", key=person.card_number)
    values = card(
        reading(),
        beneficiary_id,
        language=language(),
        issued_on=cairo_day(now()),
        demo=settings().demo,
    )
    digits = paper_digits()
    content = render_card([values], language=language(), digits=digits)
    return pdf_response(content, f"card-{person.card_number}.pdf")

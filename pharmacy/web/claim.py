"""Claims of contract pharmacies: the list, entry by hand or file, the check, the decision."""

import csv
import io
import tempfile
from collections.abc import Sequence
from pathlib import Path

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from pharmacy.errors import NotFound
from pharmacy.rules.permissions import Permission
from pharmacy.services.claim import (
    NewClaim,
    NewLine,
    add_pharmacy,
    contract_pharmacies,
    record_claim,
)
from pharmacy.services.claim_decision import decide
from pharmacy.services.claim_facts import Checked, check_lines
from pharmacy.services.claim_reversal import reverse_decision
from pharmacy.services.claim_view import WholeClaim, claim_sums, claims, state_of, whole_claim
from pharmacy.services.drug_picking import offered, pick
from pharmacy.services.importing import Verdict
from pharmacy.services.importing_claims import read_lines
from pharmacy.services.request_lookup import request_id_of
from pharmacy.services.stock_list import sites_and_funds
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.claim_words import finding, finding_facts, with_findings
from pharmacy.web.context import actor, database, now, reading, settings
from pharmacy.web.documents import csv_response, paper_digits, pdf_response
from pharmacy.web.forms.claim import (
    STATES,
    ClaimForm,
    ClaimSearch,
    DecisionForm,
    PharmacyForm,
    proposed,
)
from pharmacy.web.forms.fund import MoneyUndoForm
from pharmacy.web.forms.receiving import offer
from pharmacy.web.forms.stock import chosen_id
from pharmacy.web.import_words import remark_headings, remark_row
from pharmacy.web.language import gettext, language
from pharmacy.web.paging import page_of
from pharmacy.web.papers.claim_letter import claim_letter
from reports import claim_letter as letter

blueprint = Blueprint("claim", __name__)


@blueprint.get("/claims")
@requires(Permission.FUND_VIEW)
def index() -> ResponseReturnValue:
    """Show the claims, the latest first, with where each stands."""
    filters = ClaimSearch()
    _sites, funds = sites_and_funds(reading())
    filters.fill_choices(contract_pharmacies(reading()), funds)
    filters.validate()
    page = page_of(reading(), claims(filters.wanted))
    return render_template(
        "claim/index.html",
        filters=filters,
        page=page,
        rows=[(*row, state_of(row[0], row[2])) for row in page.rows],
        sums=claim_sums(reading(), filters.wanted),
        states=STATES,
    )


@blueprint.get("/claims/pharmacies")
@requires(Permission.FUND_MANAGE)
def pharmacies() -> ResponseReturnValue:
    """Show the pharmacies under contract, and the form for another."""
    return _pharmacies(PharmacyForm(formdata=None))


def _pharmacies(form: PharmacyForm) -> ResponseReturnValue:
    return form_page("claim/pharmacies.html", form, rows=contract_pharmacies(reading()))


@blueprint.post("/claims/pharmacies")
@requires(Permission.FUND_MANAGE)
def add() -> ResponseReturnValue:
    """Put a pharmacy under contract."""
    form = PharmacyForm()
    if form.validate():
        with form.explaining({"name_taken": "name"}):
            with database().transaction() as session:
                add_pharmacy(
                    session,
                    form.name.data or "",
                    phone=form.phone.data or "",
                    tax_number=form.tax_number.data or "",
                    actor=actor(),
                    now=now(),
                )
            say("ok", gettext("The pharmacy is under contract."))
            return redirect(url_for("claim.pharmacies"), 303)
    return _pharmacies(form)


@blueprint.get("/claims/new")
@requires(Permission.FUND_MANAGE)
def new() -> ResponseReturnValue:
    """Show an empty form."""
    form = ClaimForm()
    _fill(form, reading())
    return render_template("claim/new.html", form=form, items=_items(reading()))


@blueprint.post("/claims/new")
@requires(Permission.FUND_MANAGE)
def create() -> ResponseReturnValue:
    """Record the claim, or show the form again with more lines or with what is wrong."""
    form = ClaimForm()
    if "more" in request.form:
        form.add_lines()
        _fill(form, reading())
        return render_template("claim/new.html", form=form, items=_items(reading()))
    with database().reading() as session:
        _fill(form, session)
        sound = form.validate()
        lines = _typed(form, session)
    if form.file.data and sound and lines is not None:
        with form.explaining({"reason": "file"}):
            return _brought(form, lines)
    elif sound and lines is not None:
        return _recorded(form, lines)
    return form_page("claim/new.html", form, items=_items(reading()))


def _fill(form: ClaimForm, session: Session) -> None:
    form.fill_choices(contract_pharmacies(session), sites_and_funds(session)[1])


def _items(session: Session) -> list[str]:
    return [offer(drug) for drug in offered(session)]


def _typed(form: ClaimForm, session: Session) -> list[NewLine] | None:
    filled = form.filled
    if form.file.data and not filled:
        return []
    numbers = {line.request.data or "" for line in filled}
    texts = {line.drug.data or "" for line in filled}
    return form.new_lines(
        {number: request_id_of(session, number) for number in numbers},
        {text: pick(session, text) for text in texts},
    )


def _brought(form: ClaimForm, typed: Sequence[NewLine]) -> ResponseReturnValue:
    """Read the lines of the file; rows that cannot be lines go back as a file, with reasons."""
    with tempfile.TemporaryDirectory() as folder, database().transaction() as session:
        found = read_lines(session, form.file.data.stream, Path(folder))
    if found.refused:
        return _refused(found.headings, found.refused)
    lines = [*typed, *found.lines]
    if not form.agrees(lines):
        return form_page("claim/new.html", form, items=_items(reading()))
    return _recorded(form, lines)


def _refused(headings: Sequence[str], refused: Sequence[Verdict]) -> ResponseReturnValue:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(remark_headings(headings))
    writer.writerows(remark_row(verdict) for verdict in refused)
    content = ("\ufeff" + text.getvalue()).encode()
    response = csv_response(content, f"{gettext('refused-lines')}.csv")
    response.status_code = 422
    return response


def _recorded(form: ClaimForm, lines: Sequence[NewLine]) -> ResponseReturnValue:
    with form.explaining({"number_taken": "number"}):
        claim = NewClaim(
            submission_id=form.submission_id.data,
            pharmacy_id=chosen_id(form.pharmacy.data) or 0,
            number=form.number.data or "",
            fund_id=chosen_id(form.fund.data) or 0,
            dated_on=form.dated_on.data,
            lines=lines,
        )
        with database().transaction() as session:
            claim_id = record_claim(session, claim, actor=actor(), now=now())
        say("ok", gettext("The claim is on file. Nothing is owed until it is decided."))
        return redirect(url_for("claim.show", claim_id=claim_id), 303)
    return form_page("claim/new.html", form, items=_items(reading()))


@blueprint.get("/claims/<int:claim_id>")
@requires(Permission.FUND_VIEW)
def show(claim_id: int) -> ResponseReturnValue:
    """Show a claim with what the check says of each line, or what was decided."""
    of = whole_claim(reading(), claim_id)
    checked = check_lines(reading(), claim_id) if of.decision is None else []
    form = DecisionForm(formdata=None, lines=proposed(checked))
    form.furnish()
    return _page(form, of, checked)


def _page(form: DecisionForm, of: WholeClaim, checked: Sequence[Checked]) -> ResponseReturnValue:
    return form_page(
        "claim/show.html",
        form,
        of=of,
        findings=[(finding(one), finding_facts(one)) for one in checked],
        states=STATES,
    )


@blueprint.post("/claims/<int:claim_id>")
@requires(Permission.FUND_MANAGE)
def decision(claim_id: int) -> ResponseReturnValue:
    """Decide every line of a claim at once; what is accepted is owed."""
    of = whole_claim(reading(), claim_id)
    form = DecisionForm()
    form.furnish()
    checked = check_lines(reading(), claim_id) if of.decision is None else []
    if form.validate():
        with form.explaining():
            with database().transaction() as session:
                decide(
                    session,
                    claim_id,
                    with_findings(form.decisions, checked),
                    submission_id=form.submission_id.data,
                    actor=actor(),
                    now=now(),
                )
            say("ok", gettext("The claim is decided. Print the letter and send it."))
            return redirect(url_for("claim.show", claim_id=claim_id), 303)
    return _page(form, of, checked)


@blueprint.get("/claims/<int:claim_id>/letter")
@requires(Permission.FUND_VIEW)
def letter_pdf(claim_id: int) -> ResponseReturnValue:
    """Print the letter that tells the pharmacy what was decided."""
    of = whole_claim(reading(), claim_id, chosen_id(request.args.get("decision", "")))
    if of.decision is None:
        raise NotFound(noun="claim", key=str(claim_id))
    paper = claim_letter(of, language=language(), as_of=now(), demo=settings().demo)
    digits = paper_digits()
    content = letter.render(paper, language=language(), digits=digits)
    return pdf_response(content, f"{gettext('claim-decision')}-{of.claim.number}.pdf")


@blueprint.get("/claims/<int:claim_id>/reverse")
@requires(Permission.FUND_MANAGE)
def confirm(claim_id: int) -> ResponseReturnValue:
    """Say what undoing the decision does, before it is done."""
    form = MoneyUndoForm()
    form.fill_choices()
    return render_template("claim/reverse.html", form=form, of=whole_claim(reading(), claim_id))


@blueprint.post("/claims/<int:claim_id>/reverse")
@requires(Permission.FUND_MANAGE)
def undo(claim_id: int) -> ResponseReturnValue:
    """Undo the decision; the claim waits to be decided anew."""
    of = whole_claim(reading(), claim_id)
    form = MoneyUndoForm()
    form.fill_choices()
    if form.validate():
        with form.explaining():
            with database().transaction() as session:
                reverse_decision(session, claim_id, **form.asked, actor=actor(), now=now())
            say("ok", gettext("The decision is undone. Decide the claim anew."))
            return redirect(url_for("claim.show", claim_id=claim_id), 303)
    return form_page("claim/reverse.html", form, of=of)

"""Parties: suppliers, donors, contract pharmacies and institutions, as finance keeps them."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pharmacy.rules.permissions import Permission
from pharmacy.services.party import add_party, change_party, get_party, parties
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading
from pharmacy.web.forms.fund import PartyForm
from pharmacy.web.language import gettext

blueprint = Blueprint("party", __name__)


@blueprint.get("/funds/parties")
@requires(Permission.FUND_VIEW)
def index() -> ResponseReturnValue:
    """Show everybody the fund deals with."""
    return render_template("party/index.html", rows=parties(reading()))


@blueprint.get("/funds/parties/new")
@requires(Permission.FUND_MANAGE)
def new() -> ResponseReturnValue:
    """Show an empty form."""
    form = PartyForm(formdata=None, active=True)
    form.fill_choices()
    return render_template("party/edit.html", form=form, row=None)


@blueprint.post("/funds/parties/new")
@requires(Permission.FUND_MANAGE)
def create() -> ResponseReturnValue:
    """Put somebody on file."""
    form = PartyForm()
    form.fill_choices()
    if form.validate():
        with form.explaining({"name_taken": "name"}):
            with database().transaction() as write:
                add_party(write, form.facts(), actor=actor(), now=now())
            say("ok", gettext("They are on file."))
            return redirect(url_for("party.index"), 303)
    return form_page("party/edit.html", form, row=None)


@blueprint.get("/funds/parties/<int:party_id>")
@requires(Permission.FUND_MANAGE)
def edit(party_id: int) -> ResponseReturnValue:
    """Show somebody on file to be changed."""
    row = get_party(reading(), party_id)
    form = PartyForm(formdata=None, obj=row)
    form.kind.data = row.kind.value
    form.fill_choices()
    return render_template("party/edit.html", form=form, row=row)


@blueprint.post("/funds/parties/<int:party_id>")
@requires(Permission.FUND_MANAGE)
def change(party_id: int) -> ResponseReturnValue:
    """Change what is known of somebody."""
    form = PartyForm()
    form.fill_choices()
    if form.validate():
        with form.explaining({"name_taken": "name"}):
            with database().transaction() as write:
                change_party(write, party_id, form.facts(), actor=actor(), now=now())
            say("ok", gettext("The change is saved."))
            return redirect(url_for("party.index"), 303)
    return form_page("party/edit.html", form, row=get_party(reading(), party_id))

"""The formulary: its list, the page of an item, adding and correcting one."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pharmacy.errors import DrugCodeTaken
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.services.formulary import get_drug, save_drug
from pharmacy.services.formulary_list import listed
from pharmacy.services.stock_list import batches_of
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading
from pharmacy.web.forms.formulary import DrugFactsForm, DrugSearch
from pharmacy.web.language import gettext
from pharmacy.web.paging import page_of

blueprint = Blueprint("formulary", __name__)


@blueprint.get("/formulary")
@requires(Permission.FORMULARY_VIEW)
def index() -> ResponseReturnValue:
    """Show the items that meet the search."""
    filters = DrugSearch()
    filters.fill_choices()
    page = page_of(reading(), listed(filters.wanted), scalars=True)
    return render_template("formulary/index.html", filters=filters, page=page)


@blueprint.get("/formulary/i/<int:drug_id>")
@requires(Permission.FORMULARY_VIEW)
def show(drug_id: int) -> ResponseReturnValue:
    """Show an item, and its batches to those who may see stock."""
    drug = get_drug(reading(), drug_id)
    sees_stock = actor().may(Permission.STOCK_VIEW)
    batches = batches_of(reading(), drug_id) if sees_stock else []
    return render_template(
        "formulary/show.html",
        drug=drug,
        batches=batches,
        sees_stock=sees_stock,
        today=cairo_day(now()),
        may_edit=actor().may(Permission.FORMULARY_EDIT),
    )


@blueprint.get("/formulary/new")
@requires(Permission.FORMULARY_EDIT)
def new() -> ResponseReturnValue:
    """Show an empty form."""
    return render_template("formulary/edit.html", form=_form(), drug=None)


@blueprint.post("/formulary/new")
@requires(Permission.FORMULARY_EDIT)
def create() -> ResponseReturnValue:
    """Add an item."""
    form = _form()
    drug_id = _saved(form)
    if drug_id is None:
        return form_page("formulary/edit.html", form, drug=None)
    say("ok", gettext("The item is in the formulary."))
    return redirect(url_for("formulary.show", drug_id=drug_id), 303)


@blueprint.get("/formulary/i/<int:drug_id>/edit")
@requires(Permission.FORMULARY_EDIT)
def edit(drug_id: int) -> ResponseReturnValue:
    """Show an item's form."""
    drug = get_drug(reading(), drug_id)
    form = _form()
    form.show_drug(drug)
    return render_template("formulary/edit.html", form=form, drug=drug)


@blueprint.post("/formulary/i/<int:drug_id>/edit")
@requires(Permission.FORMULARY_EDIT)
def change(drug_id: int) -> ResponseReturnValue:
    """Correct an item."""
    form = _form()
    if _saved(form, drug_id) is None:
        return form_page("formulary/edit.html", form, drug=get_drug(reading(), drug_id))
    say("ok", gettext("The item is corrected."))
    return redirect(url_for("formulary.show", drug_id=drug_id), 303)


def _form() -> DrugFactsForm:
    form = DrugFactsForm()
    form.fill_choices()
    return form


def _saved(form: DrugFactsForm, drug_id: int | None = None) -> int | None:
    """Save what was typed; None when something is wrong, which then stands on the form."""
    if not form.validate():
        return None
    with form.explaining({"check_digit": "gtins"}):
        try:
            facts = form.facts()
            with database().transaction() as session:
                return save_drug(session, facts, drug_id=drug_id, actor=actor(), now=now())
        except DrugCodeTaken as taken:
            # Either the code is another item's, or one of the barcodes.
            form.explain(taken, {} if taken.key == form.code.data else {"code": "gtins"})
    return None

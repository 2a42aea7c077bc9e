"""A batch: what is left of it, what became of it, holding it back and releasing it."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import BatchStatus
from pharmacy.services.stock import hold_batch
from pharmacy.services.stock_list import WholeBatch, history_of, whole_batch
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading, settings
from pharmacy.web.documents import paper_digits, pdf_response
from pharmacy.web.forms.batch import HoldForm
from pharmacy.web.language import gettext, language
from pharmacy.web.papers.batch_label import batch_label
from reports import batch_label as label_paper

blueprint = Blueprint("batch", __name__)


@blueprint.get("/stock/b/<int:batch_id>")
@requires(Permission.STOCK_VIEW)
def show(batch_id: int) -> ResponseReturnValue:
    """Show a batch and who held or released it."""
    of = whole_batch(reading(), batch_id)
    return render_template("batch/show.html", form=_form(of), **_facts(of))


@blueprint.post("/stock/b/<int:batch_id>")
@requires(Permission.STOCK_HOLD)
def hold(batch_id: int) -> ResponseReturnValue:
    """Quarantine, recall or release it."""
    with database().reading() as session:
        form = _form(whole_batch(session, batch_id))
    if form.validate():
        with form.explaining():
            with database().transaction() as session:
                hold_batch(
                    session,
                    batch_id,
                    BatchStatus(form.act.data),
                    reason=form.reason.data or "",
                    actor=actor(),
                    now=now(),
                )
            say("ok", gettext("The state of the batch is recorded."))
            return redirect(url_for("batch.show", batch_id=batch_id), 303)
    return form_page("batch/show.html", form, **_facts(whole_batch(reading(), batch_id)))


@blueprint.get("/stock/b/<int:batch_id>/label")
@requires(Permission.STOCK_VIEW)
def label_pdf(batch_id: int) -> ResponseReturnValue:
    """Print its label for the shelf, 50 by 25 millimetres."""
    of = whole_batch(reading(), batch_id)
    values = batch_label(of, language=language(), demo=settings().demo)
    digits = paper_digits()
    pdf = label_paper.render(values, language=language(), digits=digits)
    return pdf_response(pdf, f"batch-{of.batch.id}.pdf")


def _form(of: WholeBatch) -> HoldForm:
    form = HoldForm()
    form.fill_choices(of.batch.status)
    return form


def _facts(of: WholeBatch) -> dict[str, object]:
    return {
        "of": of,
        "events": history_of(reading(), of.batch.id),
        "today": cairo_day(now()),
        "may_hold": actor().may(Permission.STOCK_HOLD),
    }

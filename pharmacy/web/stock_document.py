"""Stock documents: goods written off, withdrawn, returned, issued in bulk, sent to other sites."""

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from pharmacy.errors import InvalidStockLine, NotFound
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.stock_vocabulary import LossReason
from pharmacy.rules.vocabulary import PartyKind, SiteKind
from pharmacy.services.batch_picking import expired_batches, offered_batches, pick_batch
from pharmacy.services.stock_document import BatchLine, site_of
from pharmacy.services.stock_list import sites_and_funds, whole_batch
from pharmacy.services.stock_out import StockOut
from pharmacy.services.supplier import active_suppliers, add_supplier
from pharmacy.services.transfer import Transfer, arrive, on_the_way, send
from pharmacy.services.voucher_view import number_of, whole
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading
from pharmacy.web.forms.base import FactForm
from pharmacy.web.forms.stock import chosen_id
from pharmacy.web.forms.stock_document import StockOutForm, names_of, offer_batch
from pharmacy.web.language import gettext
from pharmacy.web.signing import second_of
from pharmacy.web.stock_document_kinds import OUT_KINDS, OutKind

blueprint = Blueprint("stock_document", __name__)

_KINDS = ", ".join(f'"{name}"' for name in OUT_KINDS)
_NEW = f"/stock/documents/new/<any({_KINDS}):name>"


@blueprint.get("/stock/documents")
@requires(Permission.STOCK_WRITE_OFF)
def index() -> ResponseReturnValue:
    """Show which documents there are, and what is on its way to this site."""
    site_id = site_of(actor())
    rows = [(number_of(row[1], row[0]), *row) for row in on_the_way(reading(), site_id)]
    return render_template("stock_document/index.html", kinds=OUT_KINDS, rows=rows)


@blueprint.get(_NEW)
@requires(Permission.STOCK_WRITE_OFF)
def new(name: str) -> ResponseReturnValue:
    """Show an empty form; a link may name a batch, or ask for all that has expired."""
    kind = OUT_KINDS[name]
    form = _form(kind, reading())
    _prefill(form, reading())
    return render_template("stock_document/new.html", form=form, **_facts(kind, reading()))


@blueprint.post(_NEW)
@requires(Permission.STOCK_WRITE_OFF)
def create(name: str) -> ResponseReturnValue:
    """Post the document, or show the form again with more lines or with what is wrong."""
    kind = OUT_KINDS[name]
    if "more" in request.form:
        form = _form(kind, reading())
        form.add_lines()
        form.number_lines()
        return render_template("stock_document/new.html", form=form, **_facts(kind, reading()))
    with database().reading() as session:
        form = _form(kind, session)
        lines = _lines(form, session)
    if lines is not None:
        posted = _post(kind, form, lines)
        if posted is not None:
            return posted
    return form_page("stock_document/new.html", form, **_facts(kind, reading()))


@blueprint.get("/stock/documents/arrivals/<int:voucher_id>")
@requires(Permission.STOCK_WRITE_OFF)
def arriving(voucher_id: int) -> ResponseReturnValue:
    """Say what taking a transfer in does, before it is done."""
    return render_template("stock_document/arrive.html", form=FactForm(), **_parcel(voucher_id))


@blueprint.post("/stock/documents/arrivals/<int:voucher_id>")
@requires(Permission.STOCK_WRITE_OFF)
def take_in(voucher_id: int) -> ResponseReturnValue:
    """Take in what another site sent here."""
    form = FactForm()
    if form.validate():
        with form.explaining():
            with database().transaction() as session:
                posted = arrive(
                    session,
                    voucher_id,
                    submission_id=form.submission_id.data,
                    actor=actor(),
                    now=now(),
                )
            say("ok", gettext("The goods are in stock here."))
            return redirect(url_for("voucher.show", voucher_id=posted), 303)
    return form_page("stock_document/arrive.html", form, **_parcel(voucher_id))


def _parcel(voucher_id: int) -> dict[str, object]:
    """Return a transfer to the actor's site, whole."""
    site_id = site_of(actor())
    of = whole(reading(), voucher_id)
    if of.document is None or of.document.to_site_id != site_id:
        raise NotFound(noun="transfer", key=str(voucher_id))
    return {"of": of}


def _form(kind: OutKind, session: Session) -> StockOutForm:
    form = StockOutForm()
    sites = sites_and_funds(session)[0]
    form.fill_choices(
        active_suppliers(session),
        active_suppliers(session, {PartyKind.INSTITUTION}),
        [site for site in sites if site.id != actor().site_id and site.kind is not SiteKind.OFFICE],
    )
    form.keep_only(kind.fields)
    form.number_lines()
    return form


def _prefill(form: StockOutForm, session: Session) -> None:
    on, site_id = cairo_day(now()), site_of(actor())
    if "expired" in request.args and "reason" in form:
        form.reason.data = LossReason.EXPIRED.value
        form.put([(row[0], row[1]) for row in expired_batches(session, site_id, on=on)])
        form.number_lines()
    batch_id = chosen_id(request.args.get("batch"))
    if batch_id is not None:
        of = whole_batch(session, batch_id)
        if of.batch.site_id == site_id:
            form.lines.entries[0].form.batch.data = offer_batch(of.batch, of.drug)


def _facts(kind: OutKind, session: Session) -> dict[str, object]:
    rows = offered_batches(session, site_of(actor()), kind.fit, on=cairo_day(now()))
    return {"kind": kind, "batches": [offer_batch(row[0], row[1]) for row in rows]}


def _lines(form: StockOutForm, session: Session) -> list[BatchLine] | None:
    """Return what was typed, or None when something is wrong; every mistake is then told."""
    sound = form.validate()
    if "institution" in form and not (form.institution.data or form.new_institution.data):
        form.institution.errors = [gettext("Choose the institution, or type a new one.")]
        sound = False
    texts = {line.batch.data or "" for line in form.filled}
    site_id = site_of(actor())
    lines = form.batch_lines({text: pick_batch(session, text, site_id) for text in texts})
    return lines if sound else None


def _post(kind: OutKind, form: StockOutForm, lines: list[BatchLine]) -> Response | None:
    """Post by the verb of the kind; None when it was refused, which the form then says."""
    with form.explaining({"username": "signer", "pin": "signer_pin", "site": "to_site"}):
        try:
            voucher_id = _send(form, lines) if kind.verb is None else _out(kind, form, lines)
        except InvalidStockLine as refusal:
            form.explain_line(refusal)
            return None
        if voucher_id is None:
            return None
        say("ok", gettext("The document is posted. Print it and have it signed."))
        return redirect(url_for("voucher.show", voucher_id=voucher_id), 303)
    return None


def _out(kind: OutKind, form: StockOutForm, lines: list[BatchLine]) -> int | None:
    second = second_of(form, Permission.STOCK_SIGN)
    if second is None:
        return None
    given = {name: form[name].data for name in kind.fields}
    wanted = StockOut(
        submission_id=form.submission_id.data,
        lines=lines,
        reason=LossReason(given["reason"]) if "reason" in given else None,
        supplier_id=chosen_id(given.get("supplier") or given.get("institution")),
        document_reference=given.get("document_reference") or "",
        note=form.note.data or "",
        committee=names_of(given.get("committee")),
    )
    assert kind.verb is not None
    with database().transaction() as session:
        if given.get("new_institution"):
            to = PartyKind.INSTITUTION
            name = given["new_institution"]
            added = add_supplier(session, name, kind=to, actor=actor(), now=now())
            wanted = replace(wanted, supplier_id=added)
        return kind.verb(session, wanted, second=second, actor=actor(), now=now())


def _send(form: StockOutForm, lines: list[BatchLine]) -> int:
    wanted = Transfer(
        submission_id=form.submission_id.data,
        lines=lines,
        to_site_id=chosen_id(form.to_site.data),
        note=form.note.data or "",
    )
    with database().transaction() as session:
        return send(session, wanted, actor=actor(), now=now())

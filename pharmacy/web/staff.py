"""Accounts of staff: list, opening, changing, closing, a new first password."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from pharmacy.models import Centre, Site, Staff
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Role
from pharmacy.services import staff as accounts
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, passwords, reading
from pharmacy.web.forms.base import BaseForm
from pharmacy.web.forms.staff import StaffForm, shown_of
from pharmacy.web.language import TONGUES, gettext, language
from pharmacy.web.paging import page_of
from pharmacy.web.words import choices

blueprint = Blueprint("staff", __name__)


@blueprint.get("/admin/staff")
@requires(Permission.STAFF_MANAGE)
def index() -> ResponseReturnValue:
    """Show all accounts, open ones first."""
    listed: Any = (  # a select of several columns is no Select[Any] to the type checker
        select(Staff, Site, Centre)
        .outerjoin(Site, Site.id == Staff.site_id)
        .outerjoin(Centre, Centre.id == Staff.centre_id)
        .order_by(Staff.active.desc(), Staff.name_ar, Staff.id)
    )
    return render_template("staff/index.html", page=page_of(reading(), listed))


@blueprint.get("/admin/staff/new")
@requires(Permission.STAFF_MANAGE)
def new() -> ResponseReturnValue:
    """Show an empty form."""
    form = StaffForm(formdata=None, language="ar")
    _furnish(form)
    return render_template("staff/new.html", form=form)


@blueprint.post("/admin/staff/new")
@requires(Permission.STAFF_MANAGE)
def create() -> ResponseReturnValue:
    """Open an account and show its first password, once."""
    form = StaffForm()
    _furnish(form)
    if form.validate():
        password = accounts.first_password()
        password_hash = passwords().hash(password)
        with form.explaining():
            with database().transaction() as write:
                accounts.add_staff(
                    write, form.facts(), password_hash=password_hash, actor=actor(), now=now()
                )
            return _first_password_page(form.username.data or "", password)
    return form_page("staff/new.html", form)


def _first_password_page(username: str, password: str) -> str:
    # Drawn at once and never kept: not in an address, not in a cookie, not in the log.
    return render_template("staff/password.html", username=username.lower(), password=password)


def _furnish(form: StaffForm) -> None:
    session, english, none = reading(), language() == "en", ("", gettext("Not stated"))
    form.role.choices = choices(Role, empty=gettext("Choose"))
    form.language.choices = [
        (code, TONGUES[TONGUES[code].other_code].other_name) for code in TONGUES
    ]
    for field, model in ((form.site, Site), (form.centre, Centre)):
        rows = session.execute(
            select(model.id, model.name_ar, model.name_en)
            .where(model.active.is_(True))
            .order_by(model.name_ar)
        )
        field.choices = [
            none,
            *((str(row.id), row.name_en if english else row.name_ar) for row in rows),
        ]


@blueprint.get("/admin/staff/<int:staff_id>")
@requires(Permission.STAFF_MANAGE)
def edit(staff_id: int) -> ResponseReturnValue:
    """Show an account to be changed."""
    row = accounts.get_staff(reading(), staff_id, actor=actor())
    form = StaffForm(formdata=None, data=shown_of(row))
    _furnish(form)
    return render_template("staff/edit.html", form=form, **_account(staff_id))


def _account(staff_id: int) -> dict[str, Any]:
    row = accounts.get_staff(reading(), staff_id, actor=actor())
    return {"row": row, "is_own": row.id == actor().staff_id}


@blueprint.post("/admin/staff/<int:staff_id>")
@requires(Permission.STAFF_MANAGE)
def change(staff_id: int) -> ResponseReturnValue:
    """Change an account; another role or place ends its sessions."""
    form = StaffForm()
    _furnish(form)
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                accounts.change_staff(write, staff_id, form.facts(), actor=actor(), now=now())
            say("ok", gettext("The account is changed."))
            return redirect(url_for("staff.index"), 303)
    return form_page("staff/edit.html", form, **_account(staff_id))


@blueprint.get("/admin/staff/<int:staff_id>/close")
@requires(Permission.STAFF_MANAGE)
def ask_to_close(staff_id: int) -> ResponseReturnValue:
    """Say what closing an account does."""
    return render_template("staff/close.html", form=BaseForm(), **_account(staff_id))


@blueprint.post("/admin/staff/<int:staff_id>/close")
@requires(Permission.STAFF_MANAGE)
def close(staff_id: int) -> ResponseReturnValue:
    """Close an account."""
    form = BaseForm()
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                accounts.deactivate(write, staff_id, actor=actor(), now=now())
            say("ok", gettext("The account is closed and its sessions are ended."))
            return redirect(url_for("staff.index"), 303)
    return form_page("staff/close.html", form, **_account(staff_id))


@blueprint.get("/admin/staff/<int:staff_id>/open")
@requires(Permission.STAFF_MANAGE)
def ask_to_open(staff_id: int) -> ResponseReturnValue:
    """Say what opening a closed account again does."""
    return render_template("staff/open.html", form=BaseForm(), **_account(staff_id))


@blueprint.post("/admin/staff/<int:staff_id>/open")
@requires(Permission.STAFF_MANAGE)
def reopen(staff_id: int) -> ResponseReturnValue:
    """Open a closed account again."""
    form = BaseForm()
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                accounts.reactivate(write, staff_id, actor=actor(), now=now())
            say("ok", gettext("The account is open again."))
            return redirect(url_for("staff.index"), 303)
    return form_page("staff/open.html", form, **_account(staff_id))


@blueprint.get("/admin/staff/<int:staff_id>/password")
@requires(Permission.STAFF_MANAGE)
def ask_to_reset(staff_id: int) -> ResponseReturnValue:
    """Say what a new first password does."""
    return render_template("staff/reset.html", form=BaseForm(), **_account(staff_id))


@blueprint.post("/admin/staff/<int:staff_id>/password")
@requires(Permission.STAFF_MANAGE)
def reset(staff_id: int) -> ResponseReturnValue:
    """Set a new first password and show it, once."""
    form = BaseForm()
    if form.validate():
        password = accounts.first_password()
        password_hash = passwords().hash(password)
        with form.explaining():
            with database().transaction() as write:
                accounts.reset_password(
                    write, staff_id, password_hash=password_hash, actor=actor(), now=now()
                )
                username = accounts.get_staff(write, staff_id, actor=actor()).username
            return _first_password_page(username, password)
    return form_page("staff/reset.html", form, **_account(staff_id))

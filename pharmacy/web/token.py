"""Tokens of other programs: who has one, what it opens, making one, taking one back."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from pharmacy.models import Staff
from pharmacy.rules.permissions import Permission
from pharmacy.rules.scopes import Scope, parse_scopes
from pharmacy.services import token as service
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading
from pharmacy.web.forms.base import BaseForm
from pharmacy.web.forms.token import TokenForm
from pharmacy.web.language import gettext, language
from pharmacy.web.words import choices, word

blueprint = Blueprint("token", __name__)


@blueprint.get("/admin/tokens")
@requires(Permission.STAFF_MANAGE)
def index() -> ResponseReturnValue:
    """Show every token that was made; the tokens themselves are nowhere."""
    rows = [
        (row, staff, [scope for scope in Scope if scope in parse_scopes(row.scopes)])
        for row, staff in service.tokens(reading(), actor=actor())
    ]
    return render_template("token/index.html", rows=rows)


@blueprint.get("/admin/tokens/new")
@requires(Permission.STAFF_MANAGE)
def new() -> ResponseReturnValue:
    """Show an empty form."""
    form = TokenForm(formdata=None)
    _furnish(form)
    return render_template("token/new.html", form=form)


@blueprint.post("/admin/tokens/new")
@requires(Permission.STAFF_MANAGE)
def create() -> ResponseReturnValue:
    """Make a token and show it, once."""
    form = TokenForm()
    _furnish(form)
    if form.validate():
        # Names of the refusals' fields, which a person's own sign-in name gave them.
        with form.explaining({"username": "name"}):
            with database().transaction() as write:
                token = service.add_token(
                    write,
                    form.name.data or "",
                    form.account.data or "",
                    scopes=[Scope(one) for one in form.scopes.data or []],
                    actor=actor(),
                    now=now(),
                )
            # Drawn at once and never kept: not in an address, not in a cookie, not in the log.
            return render_template("token/made.html", name=form.name.data, token=token)
    return form_page("token/new.html", form)


def _furnish(form: TokenForm) -> None:
    english = language() == "en"
    people = reading().scalars(
        select(Staff).where(Staff.active.is_(True)).order_by(Staff.name_ar, Staff.id)
    )
    form.account.choices = [
        ("", gettext("Choose")),
        *(
            (
                row.username,
                f"{row.name_en if english else row.name_ar} ({word(row.role)}, {row.username})",
            )
            for row in people
        ),
    ]
    form.scopes.choices = choices(Scope)


@blueprint.get("/admin/tokens/<int:token_id>/revoke")
@requires(Permission.STAFF_MANAGE)
def ask_to_revoke(token_id: int) -> ResponseReturnValue:
    """Say what taking a token back does."""
    row = service.get_token(reading(), token_id, actor=actor())
    return render_template("token/revoke.html", form=BaseForm(), row=row)


@blueprint.post("/admin/tokens/<int:token_id>/revoke")
@requires(Permission.STAFF_MANAGE)
def revoke(token_id: int) -> ResponseReturnValue:
    """Take a token back."""
    form = BaseForm()
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                row = service.get_token(write, token_id, actor=actor())
                service.revoke_token(write, row.name, actor=actor(), now=now())
            say("ok", gettext("The token is taken back. It opens nothing any more."))
            return redirect(url_for("token.index"), 303)
    row = service.get_token(reading(), token_id, actor=actor())
    return form_page("token/revoke.html", form, row=row)

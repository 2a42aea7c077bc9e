"""Telling the citizen: the reply, made ready for the state, is read over and sent."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pharmacy.rules.permissions import Permission
from pharmacy.rules.request_vocabulary import ReplyMeans
from pharmacy.services import reply as replies
from pharmacy.services import request as requests
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.citizen_words import reply_subject, reply_text
from pharmacy.web.context import actor, database, now, reading
from pharmacy.web.forms.citizen import ReplyForm
from pharmacy.web.forms.request import AnswerForm
from pharmacy.web.language import gettext
from pharmacy.web.words import choices

blueprint = Blueprint("reply", __name__)


@blueprint.get("/r/<int:request_id>/reply")
@requires(Permission.REQUEST_CHECK)
def ask(request_id: int) -> ResponseReturnValue:
    """Show the reply made ready for where the request stands."""
    row = requests.get_request(reading(), request_id, actor=actor())
    phone = replies.phone_of(reading(), row)
    means = ReplyMeans.SMS if phone else ReplyMeans.IN_PERSON
    text = reply_text(row.number, row.state)
    form = ReplyForm(formdata=None, means=means.value, text=text)
    form.means.choices = choices(ReplyMeans)
    return render_template("reply/ask.html", form=form, **_request(request_id))


@blueprint.post("/r/<int:request_id>/reply")
@requires(Permission.REQUEST_CHECK)
def tell(request_id: int) -> ResponseReturnValue:
    """Write the reply down and let it go out; sent twice, it is one."""
    form = ReplyForm()
    form.means.choices = choices(ReplyMeans)
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                number = requests.get_request(write, request_id, actor=actor()).number
                new = form.reply(reply_subject(number))
                replies.tell(write, request_id, new, actor=actor(), now=now())
            say("ok", gettext("It is written down what the citizen was told."))
            return redirect(url_for("request.show", request_id=request_id), 303)
    return form_page("reply/ask.html", form, **_request(request_id))


@blueprint.get("/r/<int:request_id>/answer")
@requires(Permission.REQUEST_RECORD)
def ask_to_answer(request_id: int) -> ResponseReturnValue:
    """Ask what the citizen is told whose request is closed with it."""
    return render_template("request/answer.html", form=_answer_form(), **_request(request_id))


@blueprint.post("/r/<int:request_id>/answer")
@requires(Permission.REQUEST_RECORD)
def answer(request_id: int) -> ResponseReturnValue:
    """Close a request that asks for no medicine, with the reply."""
    form = _answer_form()
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                number = requests.get_request(write, request_id, actor=actor()).number
                new = form.reply(reply_subject(number))
                replies.tell(write, request_id, new, actor=actor(), now=now())
                requests.answer(write, request_id, reply=new.text, actor=actor(), now=now())
            say("ok", gettext("The request is answered and closed."))
            return redirect(url_for("request.show", request_id=request_id), 303)
    return form_page("request/answer.html", form, **_request(request_id))


def _answer_form() -> AnswerForm:
    form = AnswerForm(means=ReplyMeans.IN_PERSON.value)
    form.means.choices = choices(ReplyMeans)
    return form


def _request(request_id: int) -> dict[str, Any]:
    row = requests.get_request(reading(), request_id, actor=actor())
    return {"row": row, "phone": replies.phone_of(reading(), row)}

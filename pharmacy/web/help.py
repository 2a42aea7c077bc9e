"""Help: a page for every screen, the keys and their printed card, the table of refusals."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pharmacy.errors import NotFound
from pharmacy.web.access import signed_in
from pharmacy.web.context import settings
from pharmacy.web.documents import paper_digits, pdf_response
from pharmacy.web.help_topic import KEYS
from pharmacy.web.help_topics import DOSES, SCANS, TOPICS, topic_at
from pharmacy.web.language import language
from pharmacy.web.papers.key_card import command_sheet, key_card
from pharmacy.web.refusal_table import notice_rows, refusal_rows
from reports import command_sheet as command_paper
from reports import key_card as key_paper

blueprint = Blueprint("help", __name__)


@blueprint.app_template_global()
def help_address() -> str:
    """Return where F1 leads from the page at hand."""
    topic = topic_at(request.endpoint)
    return url_for("help.topic", name=topic.name) if topic else url_for("help.show")


@blueprint.get("/help")
@signed_in
def show() -> ResponseReturnValue:
    """Show how it works, and every topic."""
    return render_template("help/show.html", topics=TOPICS.values(), keys=KEYS)


@blueprint.get("/help/<name>")
@signed_in
def topic(name: str) -> ResponseReturnValue:
    """Show the help of one screen."""
    one = TOPICS.get(name)
    if one is None:
        raise NotFound(noun="help", key=name)
    return render_template("help/topic.html", topic=one, keys=KEYS)


@blueprint.get("/help/keys")
@signed_in
def keys() -> ResponseReturnValue:
    """Show every key, how a dose is typed, and what may be scanned."""
    return render_template("help/keys.html", keys=KEYS, doses=DOSES, scans=SCANS)


@blueprint.get("/help/keys/card")
@signed_in
def key_card_pdf() -> ResponseReturnValue:
    """Print the key card, A5 across."""
    values = key_card(language=language(), demo=settings().demo)
    return pdf_response(
        key_paper.render(values, language=language(), digits=paper_digits()), "keys.pdf"
    )


@blueprint.get("/help/keys/commands")
@signed_in
def command_sheet_pdf() -> ResponseReturnValue:
    """Print the commands to scan, to be laminated."""
    values = command_sheet(language=language(), demo=settings().demo)
    return pdf_response(
        command_paper.render(values, language=language(), digits=paper_digits()), "commands.pdf"
    )


@blueprint.get("/help/refusals")
@signed_in
def refusals() -> ResponseReturnValue:
    """Show everything the program may refuse or warn of, in its own words."""
    return render_template("help/refusals.html", refusals=refusal_rows(), notices=notice_rows())

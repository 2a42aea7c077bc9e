"""The public page: a citizen hears where a request stands, and says whether it was solved.

Nobody signs in here. Forms bring the token of every form: it costs the citizen nothing, and no
other site can make a visitor's browser guess for it or speak for the citizen. Who tracked a request
proves it again, for the feedback, by a signed paper of half an hour: the digits of the phone are
not sent around.
"""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from pharmacy.errors import PharmacyError
from pharmacy.rules.tracking import PUBLIC_STATES, PublicState, parse_digits, parse_number
from pharmacy.services import feedback as voices
from pharmacy.services import tracking
from pharmacy.services.settings import all_settings
from pharmacy.web.access import public
from pharmacy.web.answers import form_page, say
from pharmacy.web.citizen_words import public_advice, public_word
from pharmacy.web.context import close_reading, database, now, reading, settings
from pharmacy.web.forms.citizen import YES, FeedbackForm, TrackForm
from pharmacy.web.language import gettext
from pharmacy.web.paging import stand_at

blueprint = Blueprint("track", __name__)

PROOF_SECONDS = 30 * 60
_PURPOSE = "tracked request"
_KINDS = {
    PublicState.APPROVED: "ok",
    PublicState.UNDER_WAY: "ok",
    PublicState.CLOSED: "ok",
    PublicState.REFUSED: "stop",
    PublicState.PAPERS: "warn",
}


@blueprint.after_request
def keep_out_of_searches(response: Response) -> Response:
    """Ask search engines to leave the page out."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@blueprint.get("/track")
@public
def show() -> ResponseReturnValue:
    """Show the form; an address on a slip may bring the number."""
    form = TrackForm(formdata=None, number=request.args.get("number", "")[:20])
    return render_template("track/show.html", form=form, **_house())


@blueprint.post("/track")
@public
def look() -> ResponseReturnValue:
    """Answer where the request stands, or that no request has this number with this phone."""
    form = TrackForm()
    if form.validate():
        with form.explaining():
            request_id = _found(form.number.data or "", form.digits.data or "")
            return _answer(request_id)
    return form_page("track/show.html", form, **_house())


def _found(typed: str, end: str) -> int:
    number, digits, moment = parse_number(typed), parse_digits(end), now()
    with database().transaction() as write:
        attempt_id = tracking.begin_tracking(
            write, number, address=request.remote_addr or "", now=moment
        )
    with database().reading() as session:
        request_id = tracking.find(session, attempt_id, number, digits, now=moment)
    with database().transaction() as write:
        tracking.mark_tracked(write, attempt_id)
    return request_id


def _answer(request_id: int, form: FeedbackForm | None = None, **said: object) -> Response:
    """Draw where a request stands, with the form of feedback when there is an outcome."""
    stand_at("track.show")
    close_reading()
    seen = tracking.tracked(reading(), request_id)
    asks = seen.outcome_id is not None and not seen.rated
    if form is None:
        form = FeedbackForm(formdata=None, token=_proofs().dumps([request_id, seen.outcome_id]))
    return form_page(
        "track/state.html",
        form,
        seen=seen,
        asks=asks,
        word=public_word(seen.state),
        advice=public_advice(seen.state),
        kind=_KINDS.get(PUBLIC_STATES[seen.state], "info"),
        **{"thanks": "", **said},
        **_house(),
    )


@blueprint.post("/track/feedback")
@public
def rate() -> ResponseReturnValue:
    """Keep what the citizen says of the outcome, once."""
    form = FeedbackForm()
    try:
        request_id, outcome_id = _proofs().loads(form.token.data or "", max_age=PROOF_SECONDS)
    except BadData:
        say("info", gettext("Too much time has passed. Type the number and the digits again."))
        return redirect(url_for("track.show"), 303)
    if not form.validate():
        return _answer(request_id, form)
    try:
        with database().transaction() as write:
            solved = form.solved.data == YES
            reopened = voices.give_feedback(
                write, request_id, outcome_id, solved=solved, text=form.text.data or "", now=now()
            )
    except PharmacyError as refusal:
        form.explain(refusal)
        return _answer(request_id, form)
    return _answer(
        request_id,
        thanks=gettext("Thank you. Your request is taken up again.")
        if reopened
        else gettext("Thank you. What you said is written down."),
    )


def _proofs() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt=_PURPOSE)


def _house() -> dict[str, Any]:
    return {"hotline": all_settings(reading())["hotline"]}

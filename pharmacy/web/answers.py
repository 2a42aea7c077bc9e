"""The usual answers of a view: a page with a form, and a message for the next page."""

from flask import flash, make_response, render_template
from werkzeug.wrappers import Response

from pharmacy.errors import Busy, SignInThrottled
from pharmacy.web.forms.base import BaseForm

MESSAGE_KINDS = frozenset({"ok", "info", "warn", "stop"})


def form_page(template: str, form: BaseForm, **values: object) -> Response:
    """Draw a page with its form, under the status the form stands at: 200, 409, 422 ….

    A template calls its main form `form`, so that one error summary serves every page.
    """
    response = make_response(render_template(template, form=form, **values), form.status)
    if isinstance(form.refusal, Busy | SignInThrottled):
        response.headers["Retry-After"] = str(form.refusal.retry_after_seconds)
    return response


def say(kind: str, message: str) -> None:
    """Show a message in the lane of the next page; it travels in a cookie, so no personal data.

    Args:
        kind: `ok`, `info`, `warn` or `stop`.
        message: A translated sentence.
    """
    assert kind in MESSAGE_KINDS, kind
    flash(message, kind)

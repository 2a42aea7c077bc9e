"""Headers on every answer, errors and files included, and what is refused before any view.

The policy allows nothing inline and no other host. ASVS 5.0: 3.4.1 to 3.4.8, 14.3.2.
"""

from flask import Flask, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.wrappers import Response

from pharmacy.web.context import settings

POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
    " object-src 'none'"
)
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_EVERYWHERE = (*FIXED.items(), ("Content-Security-Policy", POLICY))
FORM_BYTES_MAX = 1024 * 1024
_READ_WHOLE = frozenset({"application/x-www-form-urlencoded", "application/json"})
_YEAR = 31_536_000


def init_app(app: Flask) -> None:
    """Refuse broken requests first, and dress every answer last."""
    app.before_request(refuse_long_forms)
    app.before_request(refuse_nul)
    app.after_request(dress)


def refuse_long_forms() -> None:
    """Refuse a long form or JSON, which is read whole; files come in another encoding.

    Raises:
        RequestEntityTooLarge: It is longer than any page of ours sends.
    """
    if request.mimetype in _READ_WHOLE and (request.content_length or 0) > FORM_BYTES_MAX:
        raise RequestEntityTooLarge


def refuse_nul() -> None:
    """Refuse NUL anywhere: databases disagree about it, and nobody types it.

    Raises:
        BadRequest: A path, a parameter, a form field or a JSON body holds NUL.
    """
    if "\0" in request.path or b"%00" in request.query_string:
        raise BadRequest
    if request.mimetype == "application/json":
        body = request.get_data(cache=True)
        if b"\0" in body or b"\\u0000" in body:
            raise BadRequest
        return
    if any("\0" in text for values in request.form.listvalues() for text in values):
        raise BadRequest


def dress(response: Response) -> Response:
    """Add the headers that every answer carries."""
    headers = response.headers
    # Looked through once: asking a header list for one name after the other walks it each time.
    said = {name.lower() for name, _ in headers}
    headers.extend(pair for pair in _EVERYWHERE if pair[0].lower() not in said)
    if settings().https:
        headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR}; includeSubDomains")
    if request.endpoint == "static" and response.status_code in {200, 304}:
        # A file's address holds the hash of its content, so what was fetched once stays good.
        lasting = "v" in request.args
        headers["Cache-Control"] = (
            f"public, max-age={_YEAR}, immutable" if lasting else "public, max-age=300"
        )
    else:
        headers["Cache-Control"] = "no-store"
    return response

"""Answers that are files: PDF to look at and print, CSV and XLSX to save.

A paper is printed in the digits its address names (`?digits=arab`), or else in those of the
setting; English papers are always in Western ones.
"""

from urllib.parse import quote

from flask import Flask, Response, request

from pharmacy.services import settings
from pharmacy.web.context import reading
from pharmacy.web.language import language

PDF = "application/pdf"
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAME_MAX = 120
FORMS = ("pdf", "xlsx", "csv")
"""The kinds of file a report is made as, as addresses and commands name them."""

# No rules on loading: a paper loads nothing, and some browsers would hold them against their own
# viewer, which draws it.
_PDF_POLICY = "base-uri 'none'; form-action 'none'; frame-ancestors '%s'"


_OTHER = {"latn": "arab", "arab": "latn"}


def init_app(app: Flask) -> None:
    """Give templates the digits a paper may be asked for beside those it has anyway."""
    app.jinja_env.globals.update(other_digits=other_digits)


def paper_digits() -> str:
    """Return the digits of the paper at hand: those of the address, or else of the setting."""
    return settings.paper_digits(reading(), request.args.get("digits"))


def other_digits() -> str:
    """Return the digits that papers here do not have by themselves; "" where there is no choice."""
    return _OTHER[settings.paper_digits(reading())] if language() == "ar" else ""


def pdf_response(content: bytes, filename: str, *, framed: bool = False) -> Response:
    """Show a PDF in the browser under a name, which may be Arabic, for saving.

    Args:
        content: The file.
        filename: Its name.
        framed: A page of ours may hold it in a frame, so that the counter prints it at once.
    """
    response = _file(content, PDF, filename, disposition="inline")
    response.headers["Content-Security-Policy"] = _PDF_POLICY % ("self" if framed else "none")
    if framed:
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def csv_response(content: bytes, filename: str) -> Response:
    """Send a CSV file to be saved."""
    return _file(content, CSV, filename, disposition="attachment")


def xlsx_response(content: bytes, filename: str) -> Response:
    """Send a spreadsheet to be saved."""
    return _file(content, XLSX, filename, disposition="attachment")


def disposition_header(disposition: str, filename: str) -> str:
    """Return a Content-Disposition by RFC 6266: a plain name, and the full name in UTF-8.

    Quotes, path separators, control characters and line breaks never reach the header.
    """
    name = "".join(c for c in filename if c.isprintable() and c not in '\\/:*?"<>|;%').strip(". ")
    stem, dot, ending = name[-NAME_MAX:].rpartition(".")
    plain = "".join(c for c in stem if c.isascii() and (c.isalnum() or c in "-_ ")).strip(" -_")
    fallback = f"{plain or 'document'}{dot}{ending if ending.isascii() else 'bin'}"
    full = quote(name[-NAME_MAX:], safe="")
    return f"{disposition}; filename=\"{fallback}\"; filename*=UTF-8''{full}"


def _file(content: bytes, kind: str, filename: str, *, disposition: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = disposition_header(disposition, filename)
    return response

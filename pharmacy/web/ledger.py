"""The ledger's own pages: the chart of accounts, and the books as files for other programs."""

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pharmacy.rules.permissions import Permission
from pharmacy.services.ledger import chart
from pharmacy.services.ledger_chart import change_chart
from pharmacy.services.ledger_export import books
from pharmacy.services.settings import all_settings
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading
from pharmacy.web.documents import disposition_header
from pharmacy.web.forms.ledger import ExportPeriod, chart_form
from pharmacy.web.language import gettext, ngettext
from pharmacy.web.papers.ledger_export import beancount_file, journal_file

blueprint = Blueprint("ledger", __name__)

_CHUNK = 1 << 16


@blueprint.get("/ledger")
@requires(Permission.FUND_VIEW)
def show() -> ResponseReturnValue:
    """Show the chart of accounts, and the ways out for the books."""
    return _page()


def _page() -> ResponseReturnValue:
    rows = chart(reading())
    return render_template(
        "ledger/show.html",
        form=chart_form(rows),
        rows=rows,
        period=ExportPeriod(),
        may_change=actor().may(Permission.FUND_MANAGE),
    )


@blueprint.post("/ledger")
@requires(Permission.FUND_MANAGE)
def change() -> ResponseReturnValue:
    """Keep what differs."""
    form = chart_form()
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                changed = change_chart(write, form.wanted(), actor=actor(), now=now())
            words = ngettext(
                "%(num)s account was changed.", "%(num)s accounts were changed.", changed
            )
            say("ok" if changed else "info", words if changed else gettext("Nothing was changed."))
            return redirect(url_for("ledger.show"), 303)
    rows = chart(reading())
    return form_page("ledger/show.html", form, rows=rows, period=ExportPeriod(), may_change=True)


@blueprint.get("/ledger/beancount")
@requires(Permission.FUND_VIEW)
def beancount() -> ResponseReturnValue:
    """Send the books in Beancount's text."""
    return _sent("beancount", "text/plain; charset=utf-8")


@blueprint.get("/ledger/journal")
@requires(Permission.FUND_VIEW)
def journal() -> ResponseReturnValue:
    """Send the books as a plain journal."""
    return _sent("csv", "text/csv; charset=utf-8")


def _sent(ending: str, kind: str) -> ResponseReturnValue:
    period = ExportPeriod()
    if not period.validate():
        return _page()
    with period.explaining():
        found = books(reading(), period.date_from.data, period.date_to.data, actor=actor())
        title = all_settings(reading())["fund_en"]
        lines = beancount_file(found, title) if ending == "beancount" else journal_file(found)
        return _file(lines, f"ledger.{ending}", kind)
    return _page()


def _file(lines: Iterator[str], name: str, kind: str) -> Response:
    """Send lines as a file; they are all written down before a byte of them leaves."""
    out = TemporaryFile()  # noqa: SIM115 - closed when the last byte has left
    out.writelines(line.encode() for line in lines)
    size = out.tell()
    out.seek(0)
    response = Response(_chunks(out), content_type=kind)
    response.content_length = size  # a look at the head alone is told the size, and sent nothing
    response.call_on_close(out.close)
    response.headers["Content-Disposition"] = disposition_header("attachment", name)
    return response


def _chunks(out: IO[bytes]) -> Iterator[bytes]:
    with out:
        while chunk := out.read(_CHUNK):
            yield chunk

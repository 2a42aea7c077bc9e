"""Months: which are closed, what one holds, its checklist, closing it, its certificate."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import Length

from pharmacy.rules.closing import Look, last_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Account, VoucherKind
from pharmacy.services.closing import faults
from pharmacy.services.fund_figures import overdrawn
from pharmacy.services.late_facts import late_facts
from pharmacy.services.period import close_period, first_day
from pharmacy.services.period_view import WholeMonth, months, whole_month
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.voucher_view import number_of
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, close_reading, database, now, reading, settings
from pharmacy.web.documents import paper_digits, pdf_response
from pharmacy.web.forms.base import BaseForm
from pharmacy.web.language import N_, gettext, language, ngettext
from pharmacy.web.papers.closing import closing_certificate
from pharmacy.web.papers.figure_paper import Behind, days_of, month_name, postings_behind
from pharmacy.web.papers.ledger_reports import account_behind
from pharmacy.web.papers.proof import numbers_behind
from pharmacy.web.period_words import looked
from pharmacy.web.report import address_of
from reports import figure_report

blueprint = Blueprint("period", __name__)
REASON_MAX = 300


class CloseForm(BaseForm):
    """The wish to close a month, and the reason where something of it is left undone."""

    reason = StringField(N_("Why drawers are left uncounted"), validators=[Length(max=REASON_MAX)])


@blueprint.get("/periods")
@requires(Permission.REPORT_VIEW)
def index() -> ResponseReturnValue:
    """Show the months, the latest first."""
    found = months(reading(), actor=actor(), now=now())
    rows = [(month_name(one.month, language()), one, _documents(_days(one.month))) for one in found]
    return render_template("period/index.html", rows=rows)


@blueprint.get("/periods/<month>")
@requires(Permission.REPORT_VIEW)
def show(month: str) -> ResponseReturnValue:
    """Show a month: the checklist, live or as it was left, accounts, numbers, seals."""
    of = whole_month(reading(), month, actor=actor(), now=now())
    days = _days(month)
    late = late_facts(reading(), days, actor=actor())
    numbered = [(number_of(one.site, one.voucher), one) for one in late]
    return render_template(
        "period/show.html",
        of=of,
        late=numbered,
        documents=_documents(days),
        accounts=[(row, _of_account(days, row.account)) for row in of.accounts],
        balances=address_of(Behind("report.trial_balance", days_of(days))),
        ranges=[(row, address_of(numbers_behind(days, row)["count"])) for row in of.ranges],
        **_around(of),
    )


def _days(month: str) -> ReportQuery:
    return ReportQuery(date_from=first_day(month), date_to=last_day(month))


def _documents(days: ReportQuery) -> str:
    return address_of(Behind("voucher.index", days_of(days)))


def _of_account(days: ReportQuery, account: Account) -> Mapping[str, str]:
    """Return the addresses of an account's statements: of the month, and of the month before."""
    links = account_behind(days, account)
    return {name: address_of(one) for name, one in links.items()}


def _behind_look(days: ReportQuery, look: Look) -> str:
    """Return the address of what a look found, where a page lists it; "" elsewhere."""
    opens = {
        Look.EARLIER: Behind("period.index"),
        Look.ON_THE_WAY: Behind("report.trial_balance", days_of(days)),
        Look.DRAWERS: postings_behind(days, Account.CITIZEN_CASH),
        Look.COUNTED: Behind(
            "voucher.index", {**days_of(days), "kind": VoucherKind.COUNT_ADJUSTMENT.value}
        ),
        Look.CLAIMS: Behind("claim.index", days_of(days)),
        Look.UNMATCHED: Behind("report.unmatched_receipts", days_of(days)),
        Look.LATE: Behind("report.late_facts", days_of(days)),
    }
    return address_of(opens.get(look))


@blueprint.get("/periods/<month>/close")
@requires(Permission.PERIOD_CLOSE)
def ask_to_close(month: str) -> ResponseReturnValue:
    """Verify the ledger, show the whole checklist, and say what closing does."""
    return _asked(CloseForm(formdata=None), month)


def _asked(form: CloseForm, month: str) -> ResponseReturnValue:
    session = reading()
    of = whole_month(session, month, failed=faults(session), actor=actor(), now=now())
    return form_page("period/close.html", form, of=of, **_around(of))


@blueprint.post("/periods/<month>/close")
@requires(Permission.PERIOD_CLOSE)
def close(month: str) -> ResponseReturnValue:
    """Close a month, one way only."""
    form = CloseForm()
    if form.validate():
        with form.explaining():
            failed = faults(reading())
            close_reading()
            with database().transaction() as write:
                count = close_period(
                    write,
                    month,
                    failed=failed,
                    reason=form.reason.data or "",
                    actor=actor(),
                    now=now(),
                )
            words = ngettext(
                "The month is closed with %(num)s document.",
                "The month is closed with %(num)s documents.",
                count,
            )
            say("ok", words)
            return redirect(url_for("period.show", month=month), 303)
    return _asked(form, month)


@blueprint.get("/periods/<month>/certificate")
@requires(Permission.REPORT_VIEW)
def print_certificate(month: str) -> ResponseReturnValue:
    """Show the certificate of a closed month, to be signed."""
    paper = closing_certificate(
        reading(), month, language=language(), actor=actor(), as_of=now(), demo=settings().demo
    )
    digits = paper_digits()
    content = figure_report.pdf(paper, language(), digits)
    return pdf_response(content, f"{gettext('closing-certificate')}-{month}.pdf")


def _around(of: WholeMonth) -> dict[str, Any]:
    return {
        "name": month_name(of.of.month, language()),
        "looks": [
            (one, *looked(one), _behind_look(_days(of.of.month), one.look)) for one in of.found
        ],
        "overdrawn": overdrawn(reading(), of.last),
    }

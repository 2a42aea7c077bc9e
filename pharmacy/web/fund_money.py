"""Money that comes into a fund or goes out of it: the forms, the paper, and undoing."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from pharmacy.models import Fund, Supplier, Voucher
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.permissions import Permission
from pharmacy.rules.vocabulary import Account, PaymentMethod
from pharmacy.services.fund_vouchers import whole_money
from pharmacy.services.money import balance, pay_out, receive_money
from pharmacy.services.money_reversal import reverse_money
from pharmacy.services.party import parties
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading, settings
from pharmacy.web.documents import paper_digits, pdf_response
from pharmacy.web.forms.fund import COMES_AS, MoneyForm, MoneyUndoForm, ReceiptForm
from pharmacy.web.language import gettext, language
from pharmacy.web.papers.money_voucher import money_voucher
from reports import money_voucher as paper

blueprint = Blueprint("fund_money", __name__)


@blueprint.get("/funds/receive")
@requires(Permission.FUND_MANAGE)
def ask_receipt() -> ResponseReturnValue:
    """Show the form of money that comes in."""
    form = ReceiptForm(formdata=None, **_begun())
    return render_template("fund/receive.html", form=form, held=_furnish(form))


@blueprint.post("/funds/receive")
@requires(Permission.FUND_MANAGE)
def receive() -> ResponseReturnValue:
    """Post money that came in."""
    form = ReceiptForm()
    held = _furnish(form)
    if form.validate():
        with form.explaining():
            account = Account(form.comes_as.data)
            assert account.value in COMES_AS, "the form offers no other"
            money = form.money(account, _parties())
            with database().transaction() as write:
                voucher_id = receive_money(write, money, actor=actor(), now=now())
            return _posted(voucher_id, gettext("The money is received. Print the voucher."))
    return form_page("fund/receive.html", form, held=held)


@blueprint.get("/funds/pay")
@requires(Permission.FUND_MANAGE)
def ask_payment() -> ResponseReturnValue:
    """Show the form of money that is paid."""
    form = MoneyForm(formdata=None, **_begun())
    return render_template("fund/pay.html", form=form, held=_furnish(form))


@blueprint.post("/funds/pay")
@requires(Permission.FUND_MANAGE)
def pay() -> ResponseReturnValue:
    """Post an expense that was paid."""
    form = MoneyForm()
    held = _furnish(form)
    if form.validate():
        with form.explaining():
            money = form.money(Account.EXPENSES, _parties())
            with database().transaction() as write:
                voucher_id = pay_out(write, money, actor=actor(), now=now())
            return _posted(voucher_id, gettext("The payment is recorded. Print the voucher."))
    return form_page("fund/pay.html", form, held=held)


def _begun() -> dict[str, object]:
    chosen = request.args.get("fund", "")
    return {"fund": chosen, "on": cairo_day(now()), "method": PaymentMethod.CASH.value}


def _parties() -> Sequence[Supplier]:
    return parties(reading(), only_active=True)


def _furnish(form: MoneyForm) -> list[tuple[Fund, int]]:
    """Give the form its choices; return each fund with the cash it holds."""
    session = reading()
    funds = session.scalars(select(Fund).where(Fund.active.is_(true())).order_by(Fund.id)).all()
    form.fill_choices(funds, _parties())
    return [(fund, _held(session, fund)) for fund in funds]


def _held(session: Session, fund: Fund) -> int:
    return balance(session, Account.CASH, fund.id)


def _posted(voucher_id: int, message: str) -> ResponseReturnValue:
    say("ok", message)
    with database().reading() as session:
        late = session.get_one(Voucher, voucher_id).fact_date is not None
    if late:
        say(
            "info",
            gettext("Its month is closed, so it is posted today and says when it happened."),
        )
    return redirect(url_for("voucher.show", voucher_id=voucher_id), 303)


@blueprint.get("/funds/v/<int:voucher_id>/paper")
@requires(Permission.FUND_VIEW)
def print_paper(voucher_id: int) -> ResponseReturnValue:
    """Show the voucher to be signed, on A5, or on A4 when the address says so."""
    made = money_voucher(
        reading(), voucher_id, language=language(), as_of=now(), demo=settings().demo
    )
    digits = paper_digits()
    size = "a4" if request.args.get("size") == "a4" else "a5"
    content = paper.render(made, language=language(), digits=digits, size=size)
    return pdf_response(content, f"{made.title(language())}-{made.number}.pdf")


@blueprint.get("/funds/v/<int:voucher_id>/reverse")
@requires(Permission.FUND_MANAGE)
def confirm(voucher_id: int) -> ResponseReturnValue:
    """Say what undoing it does, before it is done."""
    form = MoneyUndoForm()
    form.fill_choices()
    return render_template("fund/reverse.html", form=form, it=whole_money(reading(), voucher_id))


@blueprint.post("/funds/v/<int:voucher_id>/reverse")
@requires(Permission.FUND_MANAGE)
def undo(voucher_id: int) -> ResponseReturnValue:
    """Undo it by a voucher that names it."""
    form = MoneyUndoForm()
    form.fill_choices()
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                reversal_id = reverse_money(
                    write, voucher_id, **form.asked, actor=actor(), now=now()
                )
            say("ok", gettext("It is undone; the fund holds what it held before."))
            return redirect(url_for("voucher.show", voucher_id=reversal_id), 303)
    return form_page("fund/reverse.html", form, it=whole_money(reading(), voucher_id))

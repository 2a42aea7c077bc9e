"""Money that comes into a fund and goes out of it: the core that every voucher of money shares.

Such vouchers are posted by the finance office, under its own numbers and its own chain of seals,
so that nobody at the counter waits for them. A fund's row is locked first: what it holds is then
the sum of its postings, and nobody pays out the same pound twice. Nor is any paid before it came:
on no day from the payment's own may the fund have held less.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select, true
from sqlalchemy.orm import Session

from pharmacy.db import Whole, table_of
from pharmacy.errors import (
    FundsLater,
    InsufficientFunds,
    InvalidMoney,
    MissingFact,
    NoSuchCredit,
    NotFound,
)
from pharmacy.models import Fund, MoneyVoucher, Posting, Site, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.dating import Dated, dated
from pharmacy.rules.permissions import Permission
from pharmacy.rules.posting import Entry
from pharmacy.rules.vocabulary import Account, PaymentMethod, SiteKind, VoucherKind
from pharmacy.services.closed_months import last_closed
from pharmacy.services.sealing import money_particulars
from pharmacy.services.submission import digest, find_submission
from pharmacy.services.voucher import VoucherDraft, lock_site, post

MOST_PIASTRES = 10**12


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Money about to come or go: piastres, the account on the other side, on which day, how.

    `party_id` names a supplier, donor or contract pharmacy on file; `party_name` is who stands on
    the paper. `reference` is the number of the cheque, transfer or paper receipt.
    """

    submission_id: str
    fund_id: int
    account: Account
    amount: int
    on: date
    method: PaymentMethod
    party_name: str
    purpose: str
    party_id: int | None = None
    reference: str = ""
    note: str = ""


def office(session: Session) -> int:
    """Return the id of the site that posts vouchers of money.

    Raises:
        MissingFact: There is none, or it is not active.
    """
    found = session.scalar(
        select(Site.id)
        .where(Site.kind == SiteKind.OFFICE, Site.active.is_(true()))
        .order_by(Site.id)
        .limit(1)
    )
    if found is None:
        raise MissingFact(name="office")
    return found


def lock_fund(session: Session, fund_id: int) -> Fund:
    """Lock a fund, so that what it holds stays what it is.

    Raises:
        NotFound: There is no such fund, or it is not active.
    """
    # Rows that point to the fund wait for nobody: its key stays what it is.
    fund = session.get(Fund, fund_id, with_for_update={"key_share": True})
    if fund is None or not fund.active:
        raise NotFound(noun="fund", key=str(fund_id))
    return fund


def balance(session: Session, account: Account, fund_id: int) -> int:
    """Return what stands on an account for a fund: piastres, debit positive."""
    total = select(func.coalesce(func.sum(Posting.amount), 0).cast(Whole)).where(
        Posting.account == account, Posting.fund_id == fund_id
    )
    return session.scalars(total).one()


def cash_by_day(session: Session, fund_id: int, on: date) -> list[tuple[date, int]]:
    """Return what a fund's cash came to at the end of a day, and of each later day that moved it.

    Signed piastres, in the order of the days.
    """
    moved = session.execute(
        select(Voucher.business_date, func.sum(Posting.amount).cast(Whole))
        .join(Voucher, Voucher.id == Posting.voucher_id)
        .where(Posting.account == Account.CASH, Posting.fund_id == fund_id)
        .group_by(Voucher.business_date)
        .order_by(Voucher.business_date)
    )
    found, held = {on: 0}, 0
    for day, amount in moved:
        held += amount
        found[max(day, on)] = held
    return [*found.items()]


def refuse_overdraft(session: Session, fund_id: int, amount: int, on: date) -> None:
    """Refuse to take piastres from a fund on a day from which it does not hold them throughout.

    The fund is locked by the caller.

    Raises:
        InsufficientFunds: It holds less.
        FundsLater: It holds them, but held less on that day or on one since.
    """
    held = cash_by_day(session, fund_id, on)
    if held[-1][1] < amount:
        raise InsufficientFunds(fund_id=fund_id, asked=amount, held=held[-1][1])
    short = [(day, left) for day, left in held if left < amount]
    if short:
        raise FundsLater(fund_id=fund_id, asked=amount, held=short[-1][1], short_on=short[-1][0])


def date_of(session: Session, fact_on: date, now: datetime) -> Dated:
    """Return the days of a voucher of money about a day.

    Raises:
        InvalidMoney: The day is still to come.
    """
    today = cairo_day(now)
    if fact_on > today:
        raise InvalidMoney(reason="on")
    return dated(fact_on, today=today, last_closed=last_closed(session))


def receive_money(session: Session, money: Money, *, actor: Actor, now: datetime) -> int:
    """Post money that came into a fund; return the voucher's id.

    Against `PAYABLES` it is what a party on file pays back, for goods returned or paid twice.

    Raises:
        NotPermitted: The role does not keep the funds.
        InvalidMoney: A fact is missing or does not hold; the reason names it.
        NoSuchCredit: The party owes the fund less than it is said to pay back.
        NotFound: There is no such fund.
    """
    return _post(session, VoucherKind.FUND_RECEIPT, money, actor=actor, now=now)


def pay_out(session: Session, money: Money, *, actor: Actor, now: datetime) -> int:
    """Post money that a fund paid; return the voucher's id.

    Raises:
        NotPermitted: The role does not keep the funds.
        InvalidMoney: A fact is missing or does not hold; the reason names it.
        InsufficientFunds: The fund holds less.
        FundsLater: It holds enough now, but held less on the day of the payment or on one since.
        NotFound: There is no such fund.
    """
    return _post(session, VoucherKind.PAYMENT, money, actor=actor, now=now)


def _post(session: Session, kind: VoucherKind, money: Money, *, actor: Actor, now: datetime) -> int:
    actor.require(Permission.FUND_MANAGE)
    _check(kind, money)
    lock_fund(session, money.fund_id)
    days = date_of(session, money.on, now)
    site_id = office(session)
    lock_site(session, site_id, days.business_date)
    content = _content(kind, money)
    repeated = find_submission(session, money.submission_id, content)
    if repeated is not None:
        return repeated
    paid = kind is VoucherKind.PAYMENT
    if not paid and money.account is Account.PAYABLES:
        _refuse_beyond_credit(session, money)
    if paid:
        refuse_overdraft(session, money.fund_id, money.amount, days.business_date)
    row = {
        "fund_id": money.fund_id,
        "account": money.account,
        "amount": money.amount,
        "method": money.method,
        "party_name": money.party_name.strip(),
        "purpose": money.purpose.strip(),
    }
    draft = VoucherDraft(
        kind=kind,
        site_id=site_id,
        business_date=days.business_date,
        fact_date=days.fact_date,
        submission_id=money.submission_id,
        submission_digest=content,
        supplier_id=money.party_id,
        document_reference=money.reference.strip(),
        note=money.note.strip(),
        entries=entries(money.account, money.fund_id, -money.amount if paid else money.amount),
        particulars=[money_particulars(row)],
    )
    voucher_id = post(session, draft, actor=actor, now=now).voucher_id
    session.execute(insert(table_of(MoneyVoucher)), {**row, "voucher_id": voucher_id})
    return voucher_id


def entries(account: Account, fund_id: int, received: int) -> Sequence[Entry]:
    """Return the double entry of money received (negative: paid), piastres, line 1."""
    return (
        Entry(line_no=1, account=Account.CASH, fund_id=fund_id, amount=received),
        Entry(line_no=1, account=account, fund_id=fund_id, amount=-received),
    )


def _refuse_beyond_credit(session: Session, money: Money) -> None:
    """Refuse a refund of more than the party owes the fund, which is locked.

    Raises:
        NoSuchCredit: They owe it less.
    """
    owing = (
        select(func.coalesce(func.sum(Posting.amount), 0).cast(Whole))
        .join(Voucher, Voucher.id == Posting.voucher_id)
        .where(
            Posting.account == Account.PAYABLES,
            Posting.fund_id == money.fund_id,
            Voucher.supplier_id == money.party_id,
        )
    )
    credit = max(session.scalars(owing).one(), 0)
    if credit < money.amount:
        raise NoSuchCredit(asked=money.amount, left=credit)


def _check(kind: VoucherKind, money: Money) -> None:
    refund = kind is VoucherKind.FUND_RECEIPT and money.account is Account.PAYABLES
    checks = {
        "party": money.party_id is not None or not refund,
        "amount": 0 < money.amount <= MOST_PIASTRES,
        "party_name": bool(money.party_name.strip()),
        "purpose": bool(money.purpose.strip()),
        "reference": money.method is PaymentMethod.CASH or bool(money.reference.strip()),
    }
    for name, holds in checks.items():
        if not holds:
            raise InvalidMoney(reason=name)


def _content(kind: VoucherKind, money: Money) -> str:
    return digest(
        [
            kind,
            money.fund_id,
            money.account,
            money.amount,
            money.on,
            money.method,
            money.party_id,
            money.party_name,
            money.reference,
            money.purpose,
        ]
    )

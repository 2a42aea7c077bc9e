"""Suppliers' invoices: each is matched with the goods that came, once, to the piastre.

What a supplier is owed was posted when the goods came in. An invoice that asks for another sum than
its receipts are worth posts the difference, with the reason for it; one that agrees posts nothing.
The vouchers it is matched with are locked, so that nobody undoes one of them meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from pharmacy.db import Whole
from pharmacy.errors import (
    InvalidMoney,
    InvoiceMismatch,
    InvoiceTaken,
    NotFound,
    SubmissionConflict,
)
from pharmacy.models import InvoiceReceipt, Posting, Supplier, SupplierInvoice, Voucher
from pharmacy.rules.actor import Actor
from pharmacy.rules.calendar import EVER, cairo_day
from pharmacy.rules.dating import Dated
from pharmacy.rules.permissions import Permission
from pharmacy.rules.posting import Entry
from pharmacy.rules.vocabulary import Account, VoucherKind
from pharmacy.services.money import MOST_PIASTRES, date_of, office
from pharmacy.services.standing import standing_invoice, standing_match
from pharmacy.services.submission import digest
from pharmacy.services.voucher import VoucherDraft, lock_site, post

MATCHED = (
    VoucherKind.GOODS_RECEIPT,
    VoucherKind.RETURN_TO_SUPPLIER,
    VoucherKind.FUND_RECEIPT,
)
"""Kinds of voucher that an invoice is for: goods, less what went back and was not refunded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvoice:
    """An invoice as it lies on the desk: piastres, and the vouchers of the goods it is for."""

    submission_id: str
    supplier_id: int
    number: str
    dated_on: date
    due_on: date
    amount: int
    receipts: Sequence[int]
    reason: str = ""


def record_invoice(session: Session, new: NewInvoice, *, actor: Actor, now: datetime) -> int:
    """Record an invoice and post what it differs by; return its id.

    Raises:
        NotPermitted: The role does not keep the funds.
        InvalidMoney: A fact is missing or does not hold; the reason names it.
        NotFound: There is no such supplier, or a receipt is not theirs.
        InvoiceTaken: The supplier's invoice of this number, or one of the receipts, was recorded
            and stands.
        InvoiceMismatch: The sums differ and no reason was given.
        SubmissionConflict: The submission id came before with another invoice.
    """
    actor.require(Permission.FUND_MANAGE)
    _check(new, cairo_day(now))
    if session.get(Supplier, new.supplier_id, with_for_update=True) is None:
        raise NotFound(noun="supplier", key=str(new.supplier_id))
    repeated = _repeated(session, new)
    if repeated is not None:
        return repeated
    fund_id, received = _receipts(session, new)
    if received <= 0:
        raise InvalidMoney(reason="credit")
    difference = new.amount - received
    if difference and not new.reason.strip():
        raise InvoiceMismatch(amount=new.amount, received=received)
    days = date_of(session, new.dated_on, now)
    # Behind the office's chain no month is closed meanwhile.
    site_id = office(session)
    lock_site(session, site_id, days.business_date)
    voucher_id = None
    if difference:
        entries = _entries(fund_id, difference)
        voucher_id = _post(session, new, entries, site_id, days, actor=actor, now=now)
    row = SupplierInvoice(
        supplier_id=new.supplier_id,
        number=new.number.strip(),
        attempt=next_attempt(session, new.supplier_id, new.number.strip()),
        fund_id=fund_id,
        dated_on=new.dated_on,
        business_date=days.business_date,
        due_on=new.due_on,
        amount=new.amount,
        difference=difference,
        reason=new.reason.strip() if difference else "",
        voucher_id=voucher_id,
        submission_id=new.submission_id,
        recorded_at=now,
        recorded_by=actor.staff_id,
    )
    session.add(row)
    session.flush()
    before = _matched_before(session, new.receipts)
    session.add_all(
        InvoiceReceipt(voucher_id=v, attempt=before.get(v, 0) + 1, invoice_id=row.id)
        for v in new.receipts
    )
    session.flush()
    return row.id


def next_attempt(session: Session, supplier_id: int, number: str) -> int:
    """Return how often a supplier's invoice of this number was recorded, this time with it."""
    before = select(func.count()).where(
        SupplierInvoice.supplier_id == supplier_id, SupplierInvoice.number == number
    )
    return session.scalars(before).one() + 1


def _matched_before(session: Session, receipts: Sequence[int]) -> Mapping[int, int]:
    """Return how often each voucher was matched, by invoices undone since."""
    rows = session.execute(
        select(InvoiceReceipt.voucher_id, func.count())
        .where(InvoiceReceipt.voucher_id.in_(receipts))
        .group_by(InvoiceReceipt.voucher_id)
    )
    return {row[0]: row[1] for row in rows}


def _check(new: NewInvoice, today: date) -> None:
    checks = {
        "number": bool(new.number.strip()),
        "amount": 0 < new.amount <= MOST_PIASTRES,
        "on": new.dated_on <= today,
        "due_on": new.due_on >= new.dated_on,
        "receipts": len(set(new.receipts)) == len(new.receipts) > 0,
    }
    for name, holds in checks.items():
        if not holds:
            raise InvalidMoney(reason=name)


def _repeated(session: Session, new: NewInvoice) -> int | None:
    """Return the invoice that this form recorded before, if it did."""
    sent = select(SupplierInvoice).where(SupplierInvoice.submission_id == new.submission_id)
    row = session.scalar(sent)
    if row is not None:
        first = (row.supplier_id, row.number, row.amount, row.dated_on, row.due_on)
        if first != (new.supplier_id, new.number.strip(), new.amount, new.dated_on, new.due_on):
            raise SubmissionConflict(submission_id=new.submission_id)
        return row.id
    known = select(SupplierInvoice.id).where(
        SupplierInvoice.supplier_id == new.supplier_id,
        SupplierInvoice.number == new.number.strip(),
        standing_invoice(),
    )
    if session.scalar(known) is not None:
        raise InvoiceTaken(number=new.number.strip(), what="invoice")
    return None


def _receipts(session: Session, new: NewInvoice) -> tuple[int, int]:
    """Lock the vouchers an invoice is for; return their one fund, and what they are worth."""
    vouchers = session.scalars(
        select(Voucher).where(Voucher.id.in_(new.receipts)).order_by(Voucher.id).with_for_update()
    ).all()
    theirs = {v.id for v in vouchers if v.supplier_id == new.supplier_id and v.kind in MATCHED}
    strangers = set(new.receipts) - theirs
    if strangers:
        raise NotFound(noun="voucher", key=str(min(strangers)))
    taken = session.scalar(
        select(InvoiceReceipt.voucher_id)
        .where(InvoiceReceipt.voucher_id.in_(new.receipts), standing_match())
        .order_by(InvoiceReceipt.voucher_id)
        .limit(1)
    )
    if taken is not None:
        raise InvoiceTaken(number=str(taken), what="receipt")
    worth = owed_by_voucher(session, new.receipts)
    funds = {fund_id for of in worth.values() for fund_id in of}
    if len(funds) != 1 or any(not of for of in worth.values()):
        raise InvalidMoney(reason="one_fund")
    return funds.pop(), sum(amount for of in worth.values() for amount in of.values())


def owed_by_voucher(
    session: Session, vouchers: Sequence[int], until: date = EVER
) -> Mapping[int, Mapping[int, int]]:
    """Return by voucher and fund what it made us owe (a return: less), net of what undid it.

    Until a day: what undid it later does not count.
    """
    first = func.coalesce(Voucher.reverses_id, Voucher.id)
    statement = (
        select(first, Posting.fund_id, func.sum(-Posting.amount).cast(Whole))
        .join(Voucher, Voucher.id == Posting.voucher_id)
        .where(
            Posting.account == Account.PAYABLES,
            or_(Voucher.id.in_(vouchers), Voucher.reverses_id.in_(vouchers)),
            Voucher.business_date <= until,
        )
        .group_by(first, Posting.fund_id)
    )
    owed: dict[int, dict[int, int]] = {voucher_id: {} for voucher_id in vouchers}
    for voucher_id, fund_id, amount in session.execute(statement):
        if amount:
            owed[voucher_id][fund_id] = amount
    return owed


def _entries(fund_id: int, difference: int) -> Sequence[Entry]:
    return (
        Entry(line_no=1, account=Account.PRICE_DIFFERENCES, fund_id=fund_id, amount=difference),
        Entry(line_no=1, account=Account.PAYABLES, fund_id=fund_id, amount=-difference),
    )


def _post(
    session: Session,
    new: NewInvoice,
    entries: Sequence[Entry],
    site_id: int,
    days: Dated,
    *,
    actor: Actor,
    now: datetime,
) -> int:
    draft = VoucherDraft(
        kind=VoucherKind.SUPPLIER_INVOICE,
        site_id=site_id,
        business_date=days.business_date,
        fact_date=days.fact_date,
        submission_id=new.submission_id,
        submission_digest=digest([new.supplier_id, new.number, new.amount, sorted(new.receipts)]),
        supplier_id=new.supplier_id,
        document_reference=new.number.strip(),
        note=new.reason.strip(),
        entries=entries,
    )
    return post(session, draft, actor=actor, now=now).voucher_id

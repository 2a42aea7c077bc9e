"""The reports of a month that is over say the same whenever they are made.

March is posted and every report of it made; in April and May the work goes on with the same people,
shelves, invoices and funds; then every report of March is made again.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pharmacy.db import Database
from pharmacy.models import Dispensing, Owing, SupplierInvoice
from pharmacy.rules.actor import Actor
from pharmacy.rules.stock_vocabulary import LossReason
from pharmacy.rules.vocabulary import ReversalReason, Role
from pharmacy.services.budget import change_budget
from pharmacy.services.claim import NewClaim, record_claim
from pharmacy.services.claim_decision import decide
from pharmacy.services.money import receive_money
from pharmacy.services.period import close_period
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.request_decision import approve
from pharmacy.services.reversal import reverse
from pharmacy.services.supplier_balance import (
    payables_ageing,
    supplier_balances,
    unmatched_receipts,
)
from pharmacy.web.report_catalogue import REPORTS
from tests.builders import (
    NOW,
    Approved,
    Pharmacy,
    add_batch,
    add_beneficiary,
    add_drug,
    add_request,
    after,
    approve_request,
    decision,
    hand_out,
    item,
    open_pharmacy,
    order,
    rows,
    unique,
)
from tests.claims import (
    a_claim,
    add_contract,
    claim_of,
    line,
    priced_drug,
    recorded,
    undo_decision,
)
from tests.fund_month import YEAR, fund_month
from tests.invoices import invoice, owe_a_supplier, pay, receive_goods, record
from tests.posted_month import posted_month
from tests.services.stock_papers import lose
from tests.services.test_drawer import count
from tests.treasury import money

MARCH = date(2026, 3, 1), date(2026, 3, 31)
APRIL, LATER = datetime(2026, 4, 1, 8, tzinfo=UTC), after(40)


@dataclass(frozen=True, slots=True)
class Open:
    """What March left open."""

    claim: int
    accepted: int
    late: NewClaim
    drug: int
    goods: int
    batch: int
    approved: Approved
    short: Approved
    undone: int


def march(pharmacy: Pharmacy) -> Open:
    """Post the month of all that reports tell of, and leave something of each open."""
    ledger = posted_month(pharmacy)
    drug, past = add_drug(pharmacy), NOW.date() - timedelta(days=1)
    lost = [add_batch(pharmacy, drug, 7, 99, expiry=past) for _ in range(2)]
    lose(pharmacy, lost[0], 3, LossReason.EXPIRED)
    count(pharmacy, {25: 2}, reason="عشرة قروش ناقصة")
    accepted = a_claim(pharmacy)
    priced = priced_drug(pharmacy)
    asked = line(approve_request(pharmacy, item(priced)), priced)
    waiting = recorded(pharmacy, claim_of(pharmacy, add_contract(pharmacy), asked))
    other = line(approve_request(pharmacy, item(priced)), priced)
    late = claim_of(pharmacy, add_contract(pharmacy), other)  # its paper says March
    left = approve_request(pharmacy, item(ledger.drug_a, 20, issues=3))
    hand_out(pharmacy, order(left, 20), now=after(6))
    scarce = add_drug(pharmacy)
    add_batch(pharmacy, scarce, 10, 90, now=NOW)
    short = approve_request(pharmacy, item(scarce, 25))
    hand_out(pharmacy, order(short, 25, partial=True), now=after(7))
    goods = receive_goods(pharmacy, 70_00, now=NOW)
    undone = receive_goods(pharmacy, 30_00, now=NOW)
    fund_month(pharmacy)
    owe_a_supplier(pharmacy)
    return Open(waiting, accepted, late, ledger.drug_a, goods, lost[1], left, short, undone)


def afterwards(pharmacy: Pharmacy, left: Open) -> None:
    """Go on in April: with what March left open, and with what nobody thought of then."""
    database, finance = pharmacy.database, pharmacy[Role.FINANCE]
    with database.transaction() as session:
        granted = {"reason": "تعزيز", "submission_id": unique("budget")}
        change_budget(
            session, pharmacy.fund_id, YEAR, 9_000_00, actor=finance, now=LATER, **granted
        )
        more = money(pharmacy, 777_00, on=LATER.date())
        receive_money(session, more, actor=finance, now=LATER)
        decide(session, left.claim, {}, submission_id=unique("late"), actor=finance, now=LATER)
    with database.transaction() as session:
        record_claim(session, left.late, actor=finance, now=LATER)
    undo_decision(pharmacy, left.accepted, now=LATER)
    add_batch(pharmacy, left.drug, 100, 2_500, now=LATER)
    hand_out(pharmacy, order(left.approved, 20), now=LATER)
    person = left.short.beneficiary_id
    [owing] = rows(database, Owing.id, Owing.drug_id, beneficiary_id=person)
    add_batch(pharmacy, owing[1], 100, 2_500, now=LATER)
    hand_out(pharmacy, order(left.short, 15, owing_id=owing[0]), now=LATER)
    request = add_request(pharmacy, add_beneficiary(pharmacy))
    with database.transaction() as session:
        wanted = decision(item(left.drug, 9), valid_from=LATER.date())
        approve(session, request, wanted, actor=pharmacy[Role.COMMITTEE], now=LATER)
        given = session.scalars(select(Dispensing.voucher_id).order_by(Dispensing.voucher_id))
        undone = {"submission_id": unique("undo"), "reason": ReversalReason.WRONG_ENTRY}
        reverse(
            session, given.first() or 0, lines=None, second=pharmacy[Role.MANAGER],
            actor=pharmacy.pharmacist, now=LATER, **undone,
        )  # fmt: skip
        undone["submission_id"] = unique("undo")
        reverse(
            session, left.undone, second=pharmacy[Role.MANAGER],
            actor=pharmacy.keeper, now=LATER, **undone,
        )  # fmt: skip
        due = select(SupplierInvoice.id).where(SupplierInvoice.claim_id.is_(None))
        owed = session.scalars(due.order_by(SupplierInvoice.id)).first() or 0
    lose(pharmacy, left.batch, 2, LossReason.EXPIRED, now=LATER)
    record(
        pharmacy,
        invoice(pharmacy, 70_00, left.goods, dated_on=LATER.date(), due_on=LATER.date()),
        LATER,
    )
    pay(pharmacy, (owed, 100_00), on=LATER.date(), now=LATER)
    count(pharmacy, {}, days=40)


Said = dict[str, list[object]]


def said(database: Database, auditor: Actor, app: Flask, as_of: datetime) -> Said:
    """What every report of March says, in its usual arrangement."""
    found: Said = {}
    with app.test_request_context(), database.reading() as session:
        for spec in REPORTS.values():
            paper = spec.make(
                session, spec.query(*MARCH, {}), language="en", actor=auditor, as_of=as_of
            ).paper
            tables = [paper.table, *(more.table for more in paper.more)]
            found[spec.name] = [paper.notes, *((one.rows, one.total) for one in tables)]
    return found


def still_owed(database: Database, pharmacy: Pharmacy) -> int:
    """Return what was owed at March's end: by invoices, and for goods without; the books agree."""
    ever = ReportQuery(date_from=date(2000, 1, 1), date_to=MARCH[1])
    actor = pharmacy[Role.AUDITOR]
    with database.reading() as session:
        open_ones = sum(row.total for row in payables_ageing(session, ever, actor=actor))
        goods = sum(row.amount for row in unmatched_receipts(session, ever, actor=actor))
        booked = sum(row.closing for row in supplier_balances(session, ever, actor=actor))
    assert open_ones + goods == booked
    return booked


@pytest.mark.parametrize("months", [(), ("2026-01", "2026-02", "2026-03")], ids=["open", "closed"])
def test_a_month_that_is_over_says_the_same_whenever_it_is_asked(
    app: Flask, database: Database, months: tuple[str, ...]
) -> None:
    pharmacy = open_pharmacy(database)
    left = march(pharmacy)
    first = said(database, pharmacy[Role.AUDITOR], app, APRIL)
    with database.transaction() as session:
        for month in months:
            close_period(
                session, month, reason="لم تُجرد بعد", actor=pharmacy[Role.FINANCE], now=APRIL
            )
    first_owed = still_owed(database, pharmacy)
    afterwards(pharmacy, left)
    again = said(database, pharmacy[Role.AUDITOR], app, LATER + timedelta(days=30))
    assert still_owed(database, pharmacy) == first_owed
    differing = {name: (first[name], again[name]) for name in first if again[name] != first[name]}
    assert differing == {}

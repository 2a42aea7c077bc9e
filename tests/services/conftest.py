"""A pharmacy for each test of the services, empty or busy."""

import pytest

from pharmacy.db import Database
from pharmacy.models import Supplier
from pharmacy.rules.calendar import fiscal_year
from pharmacy.rules.vocabulary import (
    BatchStatus,
    FundKind,
    NoticeCode,
    ReversalReason,
    Role,
)
from pharmacy.services.budget import change_budget
from pharmacy.services.commitment import BeyondBudget
from pharmacy.services.dispensing_order import Override
from pharmacy.services.period import close_period
from pharmacy.services.request_decision import approve
from pharmacy.services.reversal import reverse
from pharmacy.services.stock import hold_batch
from pharmacy.services.stock_document import BatchLine
from pharmacy.services.transfer import Transfer, arrive, send
from tests.builders import (
    NOW,
    TODAY,
    Approved,
    Pharmacy,
    add_actor,
    add_batch,
    add_beneficiary,
    add_drug,
    add_fund,
    add_request,
    add_row,
    add_site,
    after,
    approve_request,
    decision,
    hand_out,
    item,
    open_pharmacy,
    order,
    over_the_counter,
    unique,
)
from tests.invoices import give_cash, invoice, pay, receive_goods, record, undo_invoice
from tests.services.drafting import Desk
from tests.services.stock_papers import back, bring_back, counted, lose, post_count
from tests.treasury import add_office


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    """A site with its people, a supplier and the budget, on this test's engine."""
    return open_pharmacy(database)


@pytest.fixture
def busy(pharmacy: Pharmacy) -> Pharmacy:
    """A pharmacy in which a bit of everything has happened, over three months.

    Vouchers 1 to 4 are receipts in February; 5 (partial, owing), 6 (overridden), 7 (from a draft)
    and 8 (partial) are dispensings of March; 9 undoes a line of 6 and 10 the whole of 8, in April.
    """
    drug, other = add_drug(pharmacy), add_drug(pharmacy)
    gift = add_fund(pharmacy.database, FundKind.GIFT_IN_KIND)
    add_batch(pharmacy, drug, 40, 333)
    add_batch(pharmacy, drug, 45, 7_777, fund_id=gift)
    add_batch(pharmacy, other, 25, 1_000)
    add_batch(pharmacy, add_drug(pharmacy), 5, 1)
    first = approve_request(
        pharmacy, item(drug, 30, issues=3), item(other, 30), citizen_basis_points=500
    )
    hand_out(pharmacy, order(first, 30, 30, partial=True))
    reason = Override(code=NoticeCode.NOT_YET_DUE, reason="سفر")
    again = hand_out(pharmacy, order(first, 30, overrides=[reason]), now=after(1))
    second = approve_request(pharmacy, item(drug, 7, issues=2, days=7))
    over_the_counter(pharmacy, second)
    third = approve_request(pharmacy, item(drug, 20))
    short = hand_out(pharmacy, order(third, 20, partial=True))
    with pharmacy.database.transaction() as session:
        finance = pharmacy[Role.FINANCE]
        close_period(session, "2026-02", actor=finance, now=after(1))
        close_period(session, "2026-03", reason="لم تُجرد بعد", actor=finance, now=after(25))
        for voucher_id, lines in ((again, [1]), (short, None)):
            reverse(
                session,
                voucher_id,
                submission_id=unique("undo"),
                reason=ReversalReason.WRONG_PERSON,
                lines=lines,
                second=pharmacy[Role.MANAGER],
                actor=pharmacy.pharmacist,
                now=after(26),
            )
        status = BatchStatus.RECALLED
        hold_batch(session, 4, status, reason="سحب", actor=pharmacy.keeper, now=after(26))
    return pharmacy


@pytest.fixture
def indebted(pharmacy: Pharmacy) -> Pharmacy:
    """A pharmacy that owes: receipts 1 to 3 of goods, money 4, a difference 5, a payment 6.

    Invoice 1 agrees with the receipts 1 and 2, invoice 2 differs from the receipt 3 by 2 piastres.
    Of the receipt 7, invoice 3 and its difference 8 were undone by 9, invoice 4 by nothing, and
    invoice 5 stands.
    """
    add_office(pharmacy.database)
    add_row(pharmacy.database, Supplier(name=unique("شركة")))
    receipts = [receive_goods(pharmacy, value) for value in (700_00, 300_00, 99_00)]
    give_cash(pharmacy, 5_000_00)
    first = record(pharmacy, invoice(pharmacy, 1000_00, *receipts[:2]))
    second = record(pharmacy, invoice(pharmacy, 99_02, receipts[2], reason="نقل"))
    pay(pharmacy, (first, 600_00), (second, 99_02))
    goods = receive_goods(pharmacy, 50_00)
    for amount, reason in ((51_00, "نقل"), (50_00, "")):
        wrong = record(pharmacy, invoice(pharmacy, amount, goods, number="50", reason=reason))
        undo_invoice(pharmacy, wrong)
    record(pharmacy, invoice(pharmacy, 50_00, goods, number="50"))
    return pharmacy


@pytest.fixture
def recorded(indebted: Pharmacy) -> Pharmacy:
    """A pharmacy that owes, with fifteen records of it, and with the other records of money.

    A budget of the entries 1 and 2, approval 1 beyond it, and closings of February and March.
    """
    pharmacy, finance = indebted, indebted[Role.FINANCE]
    drug = add_drug(pharmacy, pack_size=1, reference_price=1_50)
    for name, amount in (("first", 40_00), ("cut", -10_00)):
        with pharmacy.database.transaction() as session:
            change_budget(
                session,
                pharmacy.fund_id,
                fiscal_year(TODAY),
                amount,
                reason="قرار",
                submission_id=name,
                actor=finance,
                now=NOW,
            )
    request_id = add_request(pharmacy, add_beneficiary(pharmacy))
    with pharmacy.database.transaction() as session:
        beyond = BeyondBudget(second=pharmacy[Role.MANAGER], reason="حالة عاجلة")
        committee = pharmacy[Role.COMMITTEE]
        approve(session, request_id, decision(item(drug)), beyond=beyond, actor=committee, now=NOW)
    for month in ("2026-02", "2026-03"):
        with pharmacy.database.transaction() as session:
            close_period(session, month, actor=finance, now=after(40))
    return pharmacy


@pytest.fixture
def papered(pharmacy: Pharmacy) -> Pharmacy:
    """A pharmacy with a stock document of each kind.

    Voucher 1 is a receipt of 40 units at 10.01 pounds, 2 a dispensing of 30 of them; 3 a citizen's
    return of 12 of these, 4 a write-off, 5 a count with a surplus of one, 6 a transfer of three to
    another site and 7 its arrival.
    """
    drug = add_drug(pharmacy)
    batch = add_batch(pharmacy, drug, 40, 1_001)
    given = hand_out(pharmacy, order(approve_request(pharmacy, item(drug)), 30))
    bring_back(pharmacy, back(given, (1, 12)))
    lose(pharmacy, batch, 2)
    post_count(pharmacy, counted((batch, 9, 8)))
    away = add_site(pharmacy.database)
    branch = add_actor(pharmacy.database, Role.STORE_KEEPER, site_id=away)
    lines = [BatchLine(batch_id=batch, quantity=3)]
    parcel = Transfer(submission_id=unique("out"), to_site_id=away, lines=lines)
    with pharmacy.database.transaction() as session:
        sent = send(session, parcel, actor=pharmacy.keeper, now=NOW)
        arrive(session, sent, submission_id=unique("in"), actor=branch, now=NOW)
    return pharmacy


@pytest.fixture
def desk(pharmacy: Pharmacy) -> Desk:
    """A pharmacist at the counter of the empty pharmacy."""
    return Desk(pharmacy)


@pytest.fixture
def approved(pharmacy: Pharmacy) -> Approved:
    """Two drugs due today, 30 and 60, of 100 each on the shelf, at 10.01 and 25.00 pounds."""
    first, second = (add_drug(pharmacy, pack_size=30) for _ in range(2))
    add_batch(pharmacy, first, 100, 1_001)
    add_batch(pharmacy, second, 100, 2_500)
    return approve_request(
        pharmacy,
        item(first, 30, issues=6),
        item(second, 60, issues=6),
        citizen_basis_points=500,
        case_ceiling=100_000,
    )

"""What of a budget is spent: dispensing, claims, institutions, other expenses; losses apart."""

from collections.abc import Callable

import pytest

from pharmacy.db import Database
from pharmacy.errors import BudgetExceeded
from pharmacy.models import Setting
from pharmacy.rules.budget import Budget
from pharmacy.rules.vocabulary import Account, PartyKind, ReversalReason, Role
from pharmacy.services.budget import budgets, change_budget
from pharmacy.services.commitment import tight_budget
from pharmacy.services.money import pay_out, receive_money
from pharmacy.services.reversal import reverse
from pharmacy.services.stock_out import issue_to_institution
from pharmacy.services.supplier import add_supplier
from tests.builders import (
    NOW,
    TODAY,
    Approved,
    Pharmacy,
    add_batch,
    add_beneficiary,
    add_drug,
    add_request,
    approve_request,
    hand_out,
    item,
    open_pharmacy,
    order,
    snapshot,
)
from tests.claims import add_contract, claim_of, decided, line, recorded
from tests.invoices import invoice, receive_goods, record
from tests.services.stock_papers import counted, lose, out, post_count, take_out
from tests.services.verified import faults
from tests.treasury import add_office, money

YEAR = 2025
GRANTED = 1_000_00


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    """A pharmacy with a budget of 1,000 pounds; its medicine costs one pound a tablet."""
    made = open_pharmacy(database)
    add_office(database)
    add_batch(made, add_drug(made, pack_size=30, reference_price=60_00), 400, 400_00)
    grant(made, GRANTED)
    return made


def grant(pharmacy: Pharmacy, amount: int) -> None:
    with pharmacy.database.transaction() as session:
        change_budget(
            session,
            pharmacy.fund_id,
            YEAR,
            amount,
            reason="اعتماد السنة",
            submission_id=f"grant-{amount}",
            actor=pharmacy[Role.FINANCE],
            now=NOW,
        )


def stands(pharmacy: Pharmacy) -> Budget:
    with pharmacy.database.reading() as session:
        return budgets(session, YEAR, on=TODAY)[pharmacy.fund_id]


def to_hospital(pharmacy: Pharmacy, quantity: int) -> int:
    with pharmacy.database.transaction() as session:
        hospital = add_supplier(
            session, "مستشفى دمنهور", kind=PartyKind.INSTITUTION, actor=pharmacy.keeper, now=NOW
        )
    wanted = out((1, quantity), supplier_id=hospital, committee=())
    return take_out(pharmacy, wanted, issue_to_institution)


def expense(pharmacy: Pharmacy, amount: int) -> None:
    finance = pharmacy[Role.FINANCE]
    with pharmacy.database.transaction() as session:
        receive_money(session, money(pharmacy, 500_00), actor=finance, now=NOW)
        paid = money(pharmacy, amount, account=Account.EXPENSES, purpose="نقل")
        pay_out(session, paid, actor=finance, now=NOW)


def claim(pharmacy: Pharmacy, approved: Approved, quantity: int) -> None:
    asked = line(approved, 1, quantity)
    decided(pharmacy, recorded(pharmacy, claim_of(pharmacy, add_contract(pharmacy), asked)))


def bought(pharmacy: Pharmacy, difference: int) -> None:
    """Goods for 100 pounds; the invoice asks more."""
    receipt = receive_goods(pharmacy, 100_00)
    record(pharmacy, invoice(pharmacy, 100_00 + difference, receipt, reason="مصاريف نقل"))


@pytest.mark.parametrize(
    ("happens", "becomes"),
    [
        pytest.param(
            lambda pharmacy: hand_out(pharmacy, order(approve_request(pharmacy, item(1)), 30)),
            {"handed_out": 30_00},
            id="handed out",
        ),
        pytest.param(
            lambda pharmacy: claim(pharmacy, approve_request(pharmacy, item(1)), 30),
            {"claims": 60_00},
            id="a claim accepted",
        ),
        pytest.param(
            lambda pharmacy: to_hospital(pharmacy, 40), {"institutions": 40_00}, id="institution"
        ),
        pytest.param(lambda pharmacy: expense(pharmacy, 12_34), {"other": 12_34}, id="expense"),
        pytest.param(lambda pharmacy: bought(pharmacy, 0), {}, id="bought and kept: not used yet"),
        pytest.param(lambda pharmacy: bought(pharmacy, 7_00), {"other": 7_00}, id="invoiced more"),
        pytest.param(lambda pharmacy: lose(pharmacy, 1, 5), {"lost": 5_00}, id="written off"),
        pytest.param(
            lambda pharmacy: post_count(pharmacy, counted((1, 397, 400))),
            {"lost": 3_00},
            id="missing in a count",
        ),
        pytest.param(
            lambda pharmacy: post_count(pharmacy, counted((1, 402, 400))),
            {"lost": -2_00},
            id="found in a count",
        ),
    ],
)
def test_each_fact_is_one_part_of_the_budget(
    pharmacy: Pharmacy, happens: Callable[[Pharmacy], object], becomes: dict[str, int]
) -> None:
    happens(pharmacy)
    assert stands(pharmacy) == Budget(granted=GRANTED, **becomes)
    assert faults(pharmacy.database) == {}


def test_what_is_undone_is_not_spent(pharmacy: Pharmacy) -> None:
    voucher = to_hospital(pharmacy, 40)
    with pharmacy.database.transaction() as session:
        reverse(
            session,
            voucher,
            submission_id="undo",
            reason=ReversalReason.WRONG_PERSON,
            second=pharmacy[Role.MANAGER],
            actor=pharmacy.keeper,
            now=NOW,
        )
    assert stands(pharmacy) == Budget(granted=GRANTED)


def test_warning_and_refusal_count_what_the_report_counts(pharmacy: Pharmacy) -> None:
    drawing = approve_request(pharmacy, item(1, 100))
    to_hospital(pharmacy, 300)
    lose(pharmacy, 1, 50)
    assert stands(pharmacy) == Budget(
        granted=GRANTED, institutions=300_00, committed=100_00, lost=50_00
    )
    with pharmacy.database.transaction() as session:
        session.add(
            Setting(name="budget_warning_percent", value="41", changed_at=NOW, changed_by=None)
        )
    with pharmacy.database.reading() as session:
        assert tight_budget(session, drawing.request_id, now=NOW) is None
    expense(pharmacy, 10_00)
    with pharmacy.database.reading() as session:
        assert tight_budget(session, drawing.request_id, now=NOW) == stands(pharmacy)
    assert stands(pharmacy).left == 590_00
    approve_request(pharmacy, item(1, 590))
    request = add_request(pharmacy, add_beneficiary(pharmacy))
    before = snapshot(pharmacy.database)
    with pytest.raises(BudgetExceeded) as refused:
        approve_request(pharmacy, item(1, 1), request_id=request, beneficiary_id=1)
    assert (refused.value.asked, refused.value.left) == (1_00, 0)
    assert snapshot(pharmacy.database) == before

"""Budgets: what approvals commit and what may not be promised, each figure to the piastre."""

from datetime import date

import pytest

from pharmacy.db import Database
from pharmacy.errors import (
    BudgetExceeded,
    InvalidMoney,
    MissingFact,
    NotPermitted,
    SignatureRefused,
    SubmissionConflict,
)
from pharmacy.models import Approval, BudgetOverride, Commitment, Fund, Setting
from pharmacy.rules.budget import Budget
from pharmacy.rules.calendar import EVER
from pharmacy.rules.request_vocabulary import ClosingReason
from pharmacy.rules.vocabulary import ReversalReason, Role
from pharmacy.services.budget import budgets, change_budget
from pharmacy.services.commitment import BeyondBudget, commitments_of, tight_budget
from pharmacy.services.request_decision import approve
from pharmacy.services.request_handling import close
from pharmacy.services.reversal import reverse
from tests.builders import (
    NOW,
    TODAY,
    Pharmacy,
    add_batch,
    add_beneficiary,
    add_drug,
    add_fund,
    add_request,
    after,
    approve_request,
    decision,
    hand_out,
    item,
    open_pharmacy,
    order,
    rows,
    snapshot,
    unique,
)

YEAR = 2025
PRICE = 150
"""Piastres a tablet: thirty cost 45 pounds."""


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    """A pharmacy whose one medicine is bought at one pound fifty a tablet."""
    made = open_pharmacy(database)
    add_batch(made, add_drug(made), 1_000, 1_000 * PRICE)
    return made


def allow(pharmacy: Pharmacy, amount: int, *, year: int = YEAR, **facts: object) -> int:
    given = {"reason": "اعتماد السنة المالية", "submission_id": unique("budget"), **facts}
    fund = given.pop("fund_id", pharmacy.fund_id)
    with pharmacy.database.transaction() as session:
        finance = pharmacy[Role.FINANCE]
        return change_budget(session, fund, year, amount, actor=finance, now=NOW, **given)  # type: ignore[arg-type]


def stands(
    pharmacy: Pharmacy, on: date = TODAY, fund_id: int | None = None, until: date = EVER
) -> Budget:
    with pharmacy.database.reading() as session:
        return budgets(session, YEAR, on=on, until=until)[fund_id or pharmacy.fund_id]


def control(pharmacy: Pharmacy, name: str, value: str) -> None:
    with pharmacy.database.transaction() as session:
        session.add(Setting(name=name, value=value, changed_at=NOW, changed_by=None))


def test_a_budget_is_the_sum_of_what_was_granted_and_changed(pharmacy: Pharmacy) -> None:
    first = allow(pharmacy, 1_000_00, submission_id="once")
    assert allow(pharmacy, 1_000_00, submission_id="once") == first
    allow(pharmacy, -300_00, reason="تخفيض")
    allow(pharmacy, 50_00, year=2026)
    assert stands(pharmacy) == Budget(granted=700_00)
    with pytest.raises(SubmissionConflict):
        allow(pharmacy, 2_000_00, submission_id="once")


@pytest.mark.parametrize(
    ("amount", "facts", "reason"),
    [
        (0, {}, "amount"),
        (1, {"reason": " "}, "reason"),
        (1, {"year": 26}, "fiscal_year"),
        (-100_01, {}, "change"),
    ],
)
def test_a_change_that_does_not_hold_is_refused(
    pharmacy: Pharmacy, amount: int, facts: dict[str, object], reason: str
) -> None:
    allow(pharmacy, 100_00)
    before = snapshot(pharmacy.database)
    with pytest.raises(InvalidMoney) as refused:
        allow(pharmacy, amount, **facts)  # type: ignore[arg-type]
    assert refused.value.reason == reason
    assert snapshot(pharmacy.database) == before


def test_only_finance_grants_budgets(pharmacy: Pharmacy) -> None:
    with pytest.raises(NotPermitted), pharmacy.database.transaction() as session:
        change_budget(
            session,
            pharmacy.fund_id,
            YEAR,
            1,
            reason="x",
            submission_id="x",
            actor=pharmacy[Role.MANAGER],
            now=NOW,
        )


def test_a_commitment_falls_as_it_is_handed_out_and_ends_with_its_approval(
    pharmacy: Pharmacy,
) -> None:
    allow(pharmacy, 1_000_00)
    approved = approve_request(pharmacy, item(1, issues=6), valid_until=after(30).date())
    assert rows(
        pharmacy.database, Commitment.fund_id, Commitment.fiscal_year, Commitment.amount
    ) == [(pharmacy.fund_id, YEAR, 6 * 45_00)]
    assert stands(pharmacy) == Budget(granted=1_000_00, committed=270_00)
    voucher = hand_out(pharmacy, order(approved, 30))
    assert stands(pharmacy) == Budget(granted=1_000_00, handed_out=45_00, committed=225_00)
    assert stands(pharmacy, on=after(31).date()).committed == 0
    with pharmacy.database.transaction() as session:
        reverse(
            session,
            voucher,
            submission_id="undone",
            reason=ReversalReason.WRONG_PERSON,
            second=pharmacy[Role.MANAGER],
            actor=pharmacy.pharmacist,
            now=NOW,
        )
    assert stands(pharmacy) == Budget(granted=1_000_00, committed=270_00)


def test_what_came_after_a_day_does_not_count_in_how_a_budget_stood_then(
    pharmacy: Pharmacy,
) -> None:
    allow(pharmacy, 1_000_00)
    approved = approve_request(pharmacy, item(1, issues=3))
    voucher = hand_out(pharmacy, order(approved, 30))
    closed = approve_request(pharmacy, item(1, 2))
    then = Budget(granted=1_000_00, handed_out=45_00, committed=93_00)
    assert stands(pharmacy, until=TODAY) == then
    later = after(40)
    request = add_request(pharmacy, add_beneficiary(pharmacy))
    with pharmacy.database.transaction() as session:
        raised = {"reason": "تعزيز", "submission_id": unique("budget")}
        finance, committee = pharmacy[Role.FINANCE], pharmacy[Role.COMMITTEE]
        change_budget(session, pharmacy.fund_id, YEAR, 7_00, actor=finance, now=later, **raised)
        approve(session, request, decision(item(1, 8)), actor=committee, now=later)
        reverse(
            session,
            voucher,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_PERSON,
            second=pharmacy[Role.MANAGER],
            actor=pharmacy.pharmacist,
            now=later,
        )
        withdrawn, clerk = ClosingReason.WITHDRAWN, pharmacy[Role.CLERK]
        close(session, closed.request_id, withdrawn, actor=clerk, now=later)
    assert stands(pharmacy, until=TODAY) == then
    now = Budget(granted=1_007_00, committed=12_00 + 135_00)
    assert stands(pharmacy, on=later.date()) == now


def test_it_is_charged_to_the_fund_that_is_named_and_else_to_the_budget(
    pharmacy: Pharmacy,
) -> None:
    other = add_fund(pharmacy.database)
    gift = add_fund(pharmacy.database)
    approve_request(pharmacy, item(1), fund_ids=frozenset({gift}))
    approve_request(pharmacy, item(1))
    approve_request(pharmacy, item(1), fund_ids=frozenset({gift, other}))
    (code,) = [row[0] for row in rows(pharmacy.database, Fund.code, id=gift)]
    control(pharmacy, "budget_fund", code)
    approve_request(pharmacy, item(1))
    charged = [row[0] for row in rows(pharmacy.database, Commitment.fund_id)]
    assert charged == [gift, pharmacy.fund_id, other, gift]


def ask(pharmacy: Pharmacy, quantity: int, beyond: BeyondBudget | None = None) -> int:
    request = add_request(pharmacy, add_beneficiary(pharmacy))
    with pharmacy.database.transaction() as session:
        wanted = decision(item(1, quantity))
        committee = pharmacy[Role.COMMITTEE]
        approve(session, request, wanted, beyond=beyond, actor=committee, now=NOW)
    return request


def test_the_last_pound_may_be_promised_and_not_one_more(pharmacy: Pharmacy) -> None:
    allow(pharmacy, 90_00)
    ask(pharmacy, 60)
    assert stands(pharmacy).left == 0
    person = add_beneficiary(pharmacy)
    request = add_request(pharmacy, person)
    before = snapshot(pharmacy.database)
    with pytest.raises(BudgetExceeded) as refused:
        approve_request(pharmacy, item(1), beneficiary_id=person, request_id=request)
    assert (refused.value.asked, refused.value.left) == (45_00, 0)
    assert snapshot(pharmacy.database) == before


def test_the_manager_lets_it_pass_by_name_and_with_a_reason(pharmacy: Pharmacy) -> None:
    allow(pharmacy, 30_00)
    manager = pharmacy[Role.MANAGER]
    request = ask(pharmacy, 30, BeyondBudget(second=manager, reason="حالة عاجلة"))
    assert rows(pharmacy.database, BudgetOverride.amount, BudgetOverride.reason) == [
        (15_00, "حالة عاجلة")
    ]
    with pharmacy.database.reading() as session:
        (found,) = commitments_of(session, request).values()
        assert (found.commitment.amount, found.signer and found.signer.id) == (
            45_00,
            manager.staff_id,
        )
    assert stands(pharmacy).left == -15_00


@pytest.mark.parametrize(
    ("role", "reason", "refusal"),
    [
        (Role.MANAGER, " ", MissingFact),
        (Role.FINANCE, "عاجل", SignatureRefused),
        (Role.COMMITTEE, "عاجل", SignatureRefused),
    ],
)
def test_nobody_else_lets_it_pass(
    pharmacy: Pharmacy, role: Role, reason: str, refusal: type[Exception]
) -> None:
    allow(pharmacy, 30_00)
    before = len(rows(pharmacy.database, Commitment.amount))
    with pytest.raises(refusal):
        ask(pharmacy, 30, BeyondBudget(second=pharmacy[role], reason=reason))
    assert len(rows(pharmacy.database, Commitment.amount)) == before


@pytest.mark.parametrize("setting", ["warn", "off"])
def test_where_budgets_do_not_bind_it_is_written_down_all_the_same(
    pharmacy: Pharmacy, setting: str
) -> None:
    allow(pharmacy, 30_00)
    control(pharmacy, "budget_control", setting)
    request = ask(pharmacy, 30)
    assert stands(pharmacy).left == -15_00
    with pharmacy.database.reading() as session:
        tight = tight_budget(session, request, now=NOW)
    assert tight == (stands(pharmacy) if setting == "warn" else None)


def test_a_year_without_a_budget_is_not_checked(pharmacy: Pharmacy) -> None:
    allow(pharmacy, 1, year=2026)
    ask(pharmacy, 30)
    assert rows(pharmacy.database, Commitment.fiscal_year, Commitment.amount) == [(YEAR, 45_00)]
    with pharmacy.database.reading() as session:
        assert budgets(session, YEAR, on=TODAY) == {}


def test_what_no_document_of_money_may_be_of_is_not_promised(pharmacy: Pharmacy) -> None:
    dear = add_drug(pharmacy, reference_price=10**12, pack_size=1)
    before = commitments(pharmacy)
    for quantity, issues in ((10_000_000, 60), (2, 1)):
        with pytest.raises(InvalidMoney) as refused:
            approve_request(pharmacy, item(dear, quantity, issues=issues))
        assert refused.value.reason == "expected"
    assert commitments(pharmacy) == before
    approve_request(pharmacy, item(dear, 1))
    assert [amount for (amount,) in rows(pharmacy.database, Commitment.amount)] == [10**12]


def commitments(pharmacy: Pharmacy) -> list[tuple[int, ...]]:
    """What is promised, and the approvals there are."""
    return rows(pharmacy.database, Commitment.approval_id, Commitment.amount) + rows(
        pharmacy.database, Approval.id
    )

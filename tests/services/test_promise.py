"""Promises by fiscal year: what passes from 30 June to 1 July, and years without a budget yet."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time

import pytest

from pharmacy.db import Database
from pharmacy.errors import BudgetExceeded, BudgetMissing, SignatureRefused
from pharmacy.models import Batch, BudgetOverride, Commitment, Drug, Setting
from pharmacy.rules.budget import Budget
from pharmacy.rules.vocabulary import FundKind, ReversalReason, Role
from pharmacy.services.budget import budgets, change_budget
from pharmacy.services.budget_report import budget_report
from pharmacy.services.commitment import BeyondBudget, tight_budget, ungranted_year
from pharmacy.services.promise import promised
from pharmacy.services.report_query import ReportQuery
from pharmacy.services.request_decision import Decision, approve
from pharmacy.services.reversal import reverse
from tests.builders import (
    NOW,
    Approved,
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

OLD, NEW = 2025, 2026
LAST, FIRST = date(2026, 6, 30), date(2026, 7, 1)
ISSUE = 45_00
"""Thirty tablets at one pound fifty."""
SIX_ISSUES = item(1, 30, issues=6, days=30)
HALF_AND_HALF = {"valid_from": date(2026, 4, 10), "valid_until": date(2026, 10, 10)}
"""Six issues: due on 10 April, 10 May, 9 June; then on 9 July, 8 August, 7 September."""


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    """A pharmacy whose one medicine is bought at one pound fifty a tablet."""
    made = open_pharmacy(database)
    add_batch(made, add_drug(made), 1_000, 1_500_00)
    return made


def at(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)


def allow(pharmacy: Pharmacy, year: int, amount: int, *, fund_id: int | None = None) -> None:
    facts = {"reason": "قانون ربط الموازنة", "submission_id": unique("budget")}
    with pharmacy.database.transaction() as session:
        fund, finance = fund_id or pharmacy.fund_id, pharmacy[Role.FINANCE]
        change_budget(session, fund, year, amount, actor=finance, now=NOW, **facts)


def ask(
    pharmacy: Pharmacy, wanted: Decision, on: date, *, beyond: BeyondBudget | None = None
) -> int:
    """Approve a request on a day; return its id."""
    request = add_request(pharmacy, add_beneficiary(pharmacy))
    with pharmacy.database.transaction() as session:
        committee = pharmacy[Role.COMMITTEE]
        approve(session, request, wanted, beyond=beyond, actor=committee, now=at(on))
    return request


def told(pharmacy: Pharmacy, on: date) -> tuple[int, int]:
    """Return what both years were promised when a day was over."""
    with pharmacy.database.reading() as session:
        both = [
            budgets(session, year, on=on, until=on)[pharmacy.fund_id].committed
            for year in (OLD, NEW)
        ]
    return both[0], both[1]


@pytest.mark.parametrize(
    ("facts", "given", "last", "first"),
    [
        pytest.param(HALF_AND_HALF, 0, (3, 3), (0, 6), id="not given: all of it passes on"),
        pytest.param(HALF_AND_HALF, 2, (1, 3), (0, 4), id="what was due and not given passes on"),
        pytest.param(HALF_AND_HALF, 3, (0, 3), (0, 3), id="given as it fell due"),
        pytest.param(
            {**HALF_AND_HALF, "valid_until": LAST}, 2, (4, 0), (0, 0), id="it ends with the year"
        ),
        pytest.param(
            {**HALF_AND_HALF, "valid_until": FIRST}, 2, (1, 3), (0, 4), id="it ends a day later"
        ),
        pytest.param(
            {"valid_from": FIRST, "valid_until": date(2026, 12, 31)},
            0,
            (0, 6),
            (0, 6),
            id="it begins with the new year",
        ),
        pytest.param(
            {"valid_from": LAST, "valid_until": date(2026, 12, 31)},
            0,
            (1, 5),
            (0, 6),
            id="it begins on the last day",
        ),
    ],
)
def test_a_promise_is_of_the_year_in_which_it_will_be_given(
    pharmacy: Pharmacy,
    facts: dict[str, date],
    given: int,
    last: tuple[int, int],
    first: tuple[int, int],
) -> None:
    allow(pharmacy, OLD, 1_000_00)
    allow(pharmacy, NEW, 1_000_00)
    approved = approve_request(pharmacy, SIX_ISSUES, **facts)
    for time_of in (date(2026, 4, 10), date(2026, 5, 10), date(2026, 6, 9))[:given]:
        hand_out(pharmacy, order(approved, 30), now=at(time_of))
    expected = [tuple(ISSUE * count for count in both) for both in (last, first)]
    assert [told(pharmacy, LAST), told(pharmacy, FIRST)] == expected
    # What becomes of it later changes nothing in how it stood then.
    if given == 3:
        hand_out(pharmacy, order(approved, 30), now=at(date(2026, 7, 9)))
        assert [told(pharmacy, LAST), told(pharmacy, FIRST)] == expected
        assert told(pharmacy, date(2026, 7, 9)) == (0, 2 * ISSUE)


def test_the_report_tells_each_year_as_it_stood(pharmacy: Pharmacy) -> None:
    allow(pharmacy, OLD, 1_000_00)
    approved = approve_request(pharmacy, SIX_ISSUES, **HALF_AND_HALF)
    hand_out(pharmacy, order(approved, 30), now=at(date(2026, 6, 30)))
    hand_out(pharmacy, order(approved, 30), now=at(date(2026, 8, 1)))
    wanted = ReportQuery(date_from=date(2026, 1, 1), date_to=FIRST)
    with pharmacy.database.reading() as session:
        found = budget_report(session, wanted, on=date(2026, 9, 1), actor=pharmacy[Role.AUDITOR])
    assert [(row.year, row.on, row.budget) for row in found] == [
        (OLD, LAST, Budget(granted=1_000_00, handed_out=ISSUE, committed=2 * ISSUE)),
        # No budget is written down for it yet, and what it is promised is in sight all the same.
        (NEW, FIRST, Budget(granted=0, committed=5 * ISSUE)),
    ]


def test_what_runs_on_leaves_less_of_the_new_budget(pharmacy: Pharmacy) -> None:
    allow(pharmacy, OLD, 1_000_00)
    allow(pharmacy, NEW, 300_00)
    ask(pharmacy, decision(SIX_ISSUES, **HALF_AND_HALF), NOW.date())
    from_now = {"valid_from": FIRST, "valid_until": date(2026, 8, 1)}
    ask(pharmacy, decision(item(1, 20), **from_now), FIRST)
    before = rows(pharmacy.database, Commitment.amount)
    with pytest.raises(BudgetExceeded) as refused:
        ask(pharmacy, decision(item(1, 1), **from_now), FIRST)
    found = refused.value
    assert (found.fiscal_year, found.asked, found.left) == (NEW, 1_50, 0)
    assert rows(pharmacy.database, Commitment.amount) == before


def test_the_part_of_a_later_year_is_held_to_its_budget_once_it_is_granted(
    pharmacy: Pharmacy,
) -> None:
    allow(pharmacy, OLD, 1_000_00)
    ask(pharmacy, decision(SIX_ISSUES, **HALF_AND_HALF), NOW.date())
    allow(pharmacy, NEW, 200_00)
    with pytest.raises(BudgetExceeded) as refused:
        ask(pharmacy, decision(SIX_ISSUES, **HALF_AND_HALF), NOW.date())
    found = refused.value
    assert (found.fiscal_year, found.asked, found.left) == (NEW, 3 * ISSUE, 200_00 - 3 * ISSUE)
    second = BeyondBudget(second=pharmacy[Role.MANAGER], reason="حالة عاجلة")
    ask(pharmacy, decision(SIX_ISSUES, **HALF_AND_HALF), NOW.date(), beyond=second)
    assert rows(pharmacy.database, BudgetOverride.amount) == [(6 * ISSUE - 200_00,)]


# ---- a year without a budget ----

RUNS_INTO_JULY = {"valid_from": date(2026, 6, 20), "valid_until": date(2026, 7, 31)}


def test_a_new_year_without_a_budget_is_refused_until_the_manager_signs(
    pharmacy: Pharmacy,
) -> None:
    allow(pharmacy, OLD, 1_000_00)
    wanted = decision(item(1), **RUNS_INTO_JULY)
    ask(pharmacy, wanted, LAST)
    request = add_request(pharmacy, add_beneficiary(pharmacy))
    before = snapshot(pharmacy.database)
    committee, clerk = pharmacy[Role.COMMITTEE], pharmacy[Role.CLERK]
    for second, refusal in ((None, BudgetMissing), (clerk, SignatureRefused)):
        beyond = BeyondBudget(second=second, reason="عاجل") if second else None
        with pytest.raises(refusal) as refused, pharmacy.database.transaction() as session:
            approve(session, request, wanted, beyond=beyond, actor=committee, now=at(FIRST))
        if isinstance(refused.value, BudgetMissing):
            assert (refused.value.fiscal_year, refused.value.asked) == (NEW, ISSUE)
        assert snapshot(pharmacy.database) == before
    second = BeyondBudget(second=pharmacy[Role.MANAGER], reason="لم يصدر القانون بعد")
    signed = ask(pharmacy, wanted, FIRST, beyond=second)
    assert rows(pharmacy.database, BudgetOverride.amount) == [(ISSUE,)]
    assert [row[0] for row in rows(pharmacy.database, Commitment.fiscal_year)] == [OLD, NEW]
    with pharmacy.database.reading() as session:
        assert ungranted_year(session, signed, now=at(FIRST)) == NEW
    allow(pharmacy, NEW, 1_000_00)
    ask(pharmacy, wanted, FIRST)
    with pharmacy.database.reading() as session:
        assert ungranted_year(session, signed, now=at(FIRST)) is None


@pytest.mark.parametrize(("control", "year"), [("warn", NEW), ("off", None)])
def test_where_budgets_do_not_bind_it_is_said_or_not(
    pharmacy: Pharmacy, control: str, year: int | None
) -> None:
    allow(pharmacy, OLD, 1_000_00)
    with pharmacy.database.transaction() as session:
        session.add(Setting(name="budget_control", value=control, changed_at=NOW, changed_by=None))
    request = ask(pharmacy, decision(item(1), **RUNS_INTO_JULY), FIRST)
    with pharmacy.database.reading() as session:
        assert ungranted_year(session, request, now=at(FIRST)) == year


@pytest.mark.parametrize(
    "had",
    [
        pytest.param(lambda _: None, id="budgets were never used"),
        pytest.param(lambda pharmacy: allow(pharmacy, NEW + 1, 1), id="only of a later year"),
        pytest.param(
            lambda pharmacy: (allow(pharmacy, OLD, 5_00), allow(pharmacy, OLD, -5_00)),
            id="written down by mistake and taken back",
        ),
    ],
)
def test_a_fund_that_never_had_a_budget_is_held_to_none(
    pharmacy: Pharmacy, had: Callable[[Pharmacy], object]
) -> None:
    had(pharmacy)
    request = ask(pharmacy, decision(item(1), **RUNS_INTO_JULY), FIRST)
    with pharmacy.database.reading() as session:
        assert tight_budget(session, request, now=at(FIRST)) is None
        assert budgets(session, NEW, on=FIRST) == {}


def test_a_gift_that_once_had_a_budget_needs_none_each_year(pharmacy: Pharmacy) -> None:
    gift = add_fund(pharmacy.database, FundKind.CASH_GIFT)
    allow(pharmacy, OLD, 1_000_00, fund_id=gift)
    ask(pharmacy, decision(item(1), **RUNS_INTO_JULY, fund_ids=frozenset({gift})), FIRST)
    assert rows(pharmacy.database, Commitment.fund_id, Commitment.fiscal_year) == [(gift, NEW)]


# ---- funds and prices ----


def test_what_another_fund_gives_is_promised_no_more_and_not_spent_by_the_budget(
    pharmacy: Pharmacy,
) -> None:
    allow(pharmacy, OLD, 1_000_00)
    gift = add_fund(pharmacy.database, FundKind.GIFT_IN_KIND)
    drug = add_drug(pharmacy, pack_size=30, reference_price=60_00)
    allow(pharmacy, OLD, 500_00, fund_id=gift)
    add_batch(pharmacy, drug, 30, 60_00, fund_id=gift)
    approved = approve_request(pharmacy, item(drug, issues=3), valid_until=LAST)
    assert given_of(pharmacy, approved) == (180_00, 0, 0, 180_00)
    hand_out(pharmacy, order(approved, 30))
    add_batch(pharmacy, drug, 30, 60_00, now=NOW)
    hand_out(pharmacy, order(approved, 30), now=after(30))
    assert given_of(pharmacy, approved) == (180_00, 120_00, 60_00, 60_00)
    with pharmacy.database.reading() as session:
        stood = budgets(session, OLD, on=LAST)
    assert stood == {
        pharmacy.fund_id: Budget(granted=1_000_00, handed_out=60_00, committed=60_00),
        gift: Budget(granted=500_00, handed_out=60_00),
    }


def given_of(pharmacy: Pharmacy, approved: Approved) -> tuple[int, int, int, int]:
    """Return what an approval promised, what was given, of it by other funds, and the rest."""
    with pharmacy.database.reading() as session:
        ((commitment, approval, _, given, elsewhere, rest),) = session.execute(
            promised(pharmacy.fund_id, OLD, LAST)
        )
        assert approval.id == approved.approval_id
        return commitment.amount, given, elsewhere, rest


def dearer(pharmacy: Pharmacy, *, fund_id: int | None = None) -> int:
    return add_batch(pharmacy, 1, 100, 400_00, fund_id=fund_id, now=NOW)


def undo(pharmacy: Pharmacy, batch_id: int) -> None:
    """Undo the receipt that brought a batch."""
    ((voucher,),) = rows(pharmacy.database, Batch.voucher_id, id=batch_id)
    with pharmacy.database.transaction() as session:
        reverse(
            session,
            voucher,
            submission_id=unique("undo"),
            reason=ReversalReason.WRONG_PERSON,
            actor=pharmacy.keeper,
            now=NOW,
        )


def given_in_kind(pharmacy: Pharmacy) -> None:
    dearer(pharmacy, fund_id=add_fund(pharmacy.database, FundKind.GIFT_IN_KIND))


@pytest.mark.parametrize(
    ("happens", "amount"),
    [
        pytest.param(dearer, 120_00, id="the latest receipt"),
        pytest.param(
            lambda pharmacy: undo(pharmacy, dearer(pharmacy)), ISSUE, id="not one that was undone"
        ),
        pytest.param(given_in_kind, ISSUE, id="nor a gift in kind"),
    ],
)
def test_a_promise_is_priced_by_what_was_bought(
    pharmacy: Pharmacy, happens: Callable[[Pharmacy], object], amount: int
) -> None:
    happens(pharmacy)
    ask(pharmacy, decision(item(1)), NOW.date())
    assert rows(pharmacy.database, Commitment.amount) == [(amount,)]


def test_without_anything_bought_the_formulary_tells_the_price(pharmacy: Pharmacy) -> None:
    with pharmacy.database.transaction() as session:
        session.get_one(Drug, 1).reference_price = 30_00
        session.get_one(Drug, 1).pack_size = 30
    undo(pharmacy, 1)
    ask(pharmacy, decision(item(1)), NOW.date())
    assert rows(pharmacy.database, Commitment.amount) == [(30_00,)]

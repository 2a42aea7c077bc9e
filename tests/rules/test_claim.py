"""What of a claim is owed: the table of rules, row by row."""

from dataclasses import replace

import pytest

from pharmacy.rules.claim import (
    Beyond,
    Ceiling,
    ClaimFacts,
    Proposal,
    agreed_price,
    bound,
    fault,
    propose,
)
from pharmacy.rules.vocabulary import ClaimReason

WHOLE = ClaimFacts(
    quantity=30,
    amount=60_00,
    receipt="R-1",
    approved=True,
    in_force=True,
    fund_pays=True,
    left=90,
    due=30,
    agreed=60_00,
    duplicate=False,
)
R = ClaimReason
EARLY, MORE = Beyond.TOO_EARLY, Beyond.MORE_THAN_AN_ISSUE
CASE, MONTH = Beyond.CASE_CEILING, Beyond.MONTH_CEILING


def ceilings(case: int, month: int) -> dict[str, object]:
    return {"ceilings": (Ceiling(CASE, case), Ceiling(MONTH, month))}


@pytest.mark.parametrize(
    ("changed", "proposed"),
    [
        ({}, Proposal(30, 60_00, None)),
        ({"agreed": 75_00}, Proposal(30, 60_00, None)),
        ({"receipt": " "}, Proposal(0, 0, R.NO_PRESCRIPTION)),
        ({"duplicate": True}, Proposal(0, 0, R.DUPLICATE)),
        ({"approved": False, "in_force": False, "left": 0}, Proposal(0, 0, R.NO_APPROVAL)),
        ({"in_force": False}, Proposal(0, 0, R.NOT_IN_FORCE)),
        ({"fund_pays": False}, Proposal(0, 0, R.FUND)),
        ({"fund_pays": False, "left": 0}, Proposal(0, 0, R.FUND)),
        ({"fund_pays": False, "in_force": False}, Proposal(0, 0, R.NOT_IN_FORCE)),
        ({"left": 0}, Proposal(0, 0, R.BEYOND_APPROVAL)),
        ({"left": 10}, Proposal(10, 20_00, R.BEYOND_APPROVAL)),
        ({"left": 7, "amount": 59_99}, Proposal(7, 14_00, R.BEYOND_APPROVAL)),
        ({"due": 0}, Proposal(0, 0, R.BEYOND_APPROVAL, EARLY)),
        ({"due": 0, "left": 0}, Proposal(0, 0, R.BEYOND_APPROVAL)),
        ({"due": 0, "duplicate": True}, Proposal(0, 0, R.DUPLICATE)),
        ({"due": 10}, Proposal(10, 20_00, R.BEYOND_APPROVAL, MORE)),
        ({"due": 10, "agreed": 45_00}, Proposal(10, 15_00, R.BEYOND_APPROVAL, MORE)),
        ({"due": 10, "left": 10}, Proposal(10, 20_00, R.BEYOND_APPROVAL)),
        ({"due": 20, "left": 10}, Proposal(10, 20_00, R.BEYOND_APPROVAL)),
        (ceilings(60_00, 60_00), Proposal(30, 60_00, None)),
        (ceilings(59_99, 60_00), Proposal(30, 59_99, R.BEYOND_APPROVAL, CASE)),
        (ceilings(50_00, 20_00), Proposal(30, 20_00, R.BEYOND_APPROVAL, MONTH)),
        (ceilings(0, 20_00), Proposal(0, 0, R.BEYOND_APPROVAL, CASE)),
        (ceilings(20_00, -5), Proposal(0, 0, R.BEYOND_APPROVAL, MONTH)),
        ({"due": 10, **ceilings(20_00, 19_00)}, Proposal(10, 19_00, R.BEYOND_APPROVAL, MONTH)),
        ({"due": 10, **ceilings(20_00, 20_00)}, Proposal(10, 20_00, R.BEYOND_APPROVAL, MORE)),
        ({"agreed": 45_50}, Proposal(30, 45_50, R.PRICE)),
        ({"agreed": 45_50, "left": 15}, Proposal(15, 22_75, R.BEYOND_APPROVAL)),
        ({"agreed": None}, Proposal(0, 0, R.PRICE)),
        ({"agreed": 0}, Proposal(0, 0, R.PRICE)),
    ],
)
def test_each_rule_proposes_its_own(changed: dict[str, object], proposed: Proposal) -> None:
    assert propose(replace(WHOLE, **changed)) == proposed  # type: ignore[arg-type]


def test_the_agreed_price_is_the_share_of_a_pack_to_the_piastre() -> None:
    def price(quantity: int, percent: int = 100) -> int | None:
        return agreed_price(
            reference_price=100_00, pack_size=30, quantity=quantity, percent=percent
        )

    assert [price(30), price(1), price(15, 90)] == [100_00, 3_33, 45_00]
    assert agreed_price(reference_price=None, pack_size=30, quantity=30, percent=100) is None


@pytest.mark.parametrize(
    ("changed", "decided", "wrong"),
    [
        ({}, (30, 60_00, None, ""), None),
        ({}, (30, 50_00, R.PRICE, ""), None),
        ({}, (0, 0, R.OTHER, "وصفة غير مقروءة"), None),
        ({}, (0, 0, R.OTHER, " "), "note"),
        ({}, (31, 60_00, None, ""), "quantity"),
        ({}, (-1, 60_00, None, ""), "quantity"),
        ({}, (30, 60_01, None, ""), "amount"),
        ({}, (30, 0, R.PRICE, ""), "amount"),
        ({}, (0, 1, R.PRICE, ""), "amount"),
        ({}, (30, 60_00, R.PRICE, ""), "reason"),
        ({}, (30, 50_00, None, ""), "reason"),
        ({"left": 10}, (11, 22_00, R.BEYOND_APPROVAL, "x"), "quantity"),
        ({"fund_pays": False}, (1, 2_00, R.FUND, "x"), "fund"),
        ({"fund_pays": False}, (0, 0, R.FUND, ""), None),
        ({"duplicate": True}, (1, 2_00, R.DUPLICATE, "x"), "quantity"),
        ({"agreed": 45_00}, (30, 60_00, None, ""), "note"),
        ({"agreed": 45_00}, (30, 60_00, None, "سعر جديد"), None),
        ({"receipt": ""}, (30, 60_00, None, "أُرسل الإيصال"), None),
        ({"due": 0}, (0, 0, R.BEYOND_APPROVAL, ""), None),
        ({"due": 0}, (30, 60_00, None, ""), "note"),
        ({"due": 0}, (30, 60_00, None, "مسافر"), None),
        ({"due": 10}, (30, 60_00, None, ""), "note"),
        ({"due": 10}, (10, 20_00, R.BEYOND_APPROVAL, ""), None),
        ({"due": 10, "left": 20}, (30, 60_00, None, "مسافر"), "quantity"),
        (ceilings(50_00, 55_00), (30, 50_00, R.BEYOND_APPROVAL, ""), None),
        (ceilings(50_00, 55_00), (30, 50_01, R.BEYOND_APPROVAL, "x"), "ceiling"),
        (ceilings(0, 55_00), (0, 0, R.BEYOND_APPROVAL, ""), None),
        (ceilings(-1, 55_00), (30, 1, R.BEYOND_APPROVAL, "x"), "ceiling"),
        ({"receipt": "", "left": 10}, (30, 60_00, None, "x"), "quantity"),
    ],
)
def test_a_decision_holds_or_says_what_is_wrong(
    changed: dict[str, object],
    decided: tuple[int, int, ClaimReason | None, str],
    wrong: str | None,
) -> None:
    quantity, amount, reason, note = decided
    line = replace(WHOLE, **changed)  # type: ignore[arg-type]
    assert fault(line, quantity=quantity, amount=amount, reason=reason, note=note) == wrong


def test_no_decision_goes_beyond_what_the_approval_holds() -> None:
    assert [bound(WHOLE), bound(replace(WHOLE, left=12))] == [30, 12]
    assert bound(replace(WHOLE, due=0)) == 30
    assert bound(replace(WHOLE, in_force=False)) == 0
    assert bound(replace(WHOLE, fund_pays=False)) == 0

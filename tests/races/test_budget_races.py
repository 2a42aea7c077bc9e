"""Approvals at the same moment: the last pounds of a budget are promised once."""

from pharmacy.db import Database
from pharmacy.models import Commitment, SealedRecord
from pharmacy.rules.vocabulary import Role
from pharmacy.services.budget import change_budget
from tests.builders import (
    NOW,
    Pharmacy,
    add_batch,
    add_beneficiary,
    add_drug,
    add_request,
    open_pharmacy,
    rows,
)
from tests.conftest import SEAL_KEY
from tests.races.racing import race
from tests.services.verified import faults


def approvals(pharmacy: Pharmacy, drug: int, many: int) -> list[dict[str, object]]:
    """Return jobs that each approve thirty pounds for somebody else."""
    return [
        {
            "do": "approve",
            "role": Role.COMMITTEE,
            "staff": pharmacy[Role.COMMITTEE].staff_id,
            "site": pharmacy.site_id,
            "request": add_request(pharmacy, add_beneficiary(pharmacy)),
            "drug": drug,
            "quantity": 30,
            "now": NOW.isoformat(),
        }
        for _ in range(many)
    ]


def test_promises_at_once_stand_in_one_chain_of_seals(database: Database) -> None:
    pharmacy = open_pharmacy(database)
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 100_00)
    # No budget: nobody locks the fund.
    answers = race(database.url, SEAL_KEY, approvals(pharmacy, drug, 8), processes=4, threads=2)
    assert sum(count for (kind, _), count in answers.items() if kind == "posted") == 8
    assert len(rows(database, SealedRecord.seal)) == len(rows(database, Commitment.amount)) == 8
    assert faults(database) == {}


def test_two_approvals_at_once_do_not_both_take_the_last_pound(database: Database) -> None:
    pharmacy = open_pharmacy(database)
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100, 100_00)
    fund = pharmacy.fund_id
    with database.transaction() as session:
        # Three of eight approvals of thirty pounds each.
        facts = {"reason": "الموازنة", "submission_id": "b"}
        finance = pharmacy[Role.FINANCE]
        change_budget(session, fund, 2025, 100_00, actor=finance, now=NOW, **facts)
    jobs = approvals(pharmacy, drug, 8)
    answers = race(database.url, SEAL_KEY, jobs, processes=4, threads=2)
    assert sum(count for (kind, _), count in answers.items() if kind == "posted") == 3
    assert answers["refused", "budget_exceeded"] == 5
    assert rows(database, Commitment.amount) == [(30_00,)] * 3

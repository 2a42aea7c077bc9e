"""A drawer counted while the counter goes on: every share is in one count and no more."""

from sqlalchemy import func, select

from pharmacy.db import Database
from pharmacy.models import CashCount, Posting, Voucher
from pharmacy.rules.vocabulary import Account, Role
from tests.builders import NOW, add_batch, add_drug, approve_request, item, open_pharmacy, rows
from tests.conftest import SEAL_KEY
from tests.races.racing import race
from tests.services.verified import faults

SALES, COUNTS = 16, 8


def test_a_share_paid_during_a_count_is_in_it_or_in_the_next(database: Database) -> None:
    pharmacy = open_pharmacy(database)
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 5 * SALES, 10_00 * SALES)
    common = {
        "staff": pharmacy.pharmacist.staff_id,
        "site": pharmacy.site_id,
        "now": NOW.isoformat(),
    }
    jobs: list[dict[str, object]] = []
    for number in range(SALES):
        approved = approve_request(pharmacy, item(drug, 5), citizen_basis_points=5000)
        sale = {
            "do": "dispense",
            "request": approved.request_id,
            "item": approved.item_ids[0],
            "quantity": 5,
            "submission": f"sale-{number}",
        }
        jobs.append({**common, **sale})
        if number % 2:
            receiver = pharmacy[Role.FINANCE].staff_id
            counted = {"do": "count", "receiver": receiver, "submission": f"count-{number}"}
            jobs.append({**common, **counted})
    answers = race(database.url, SEAL_KEY, jobs, processes=2, threads=3)
    assert {kind for kind, _ in answers} == {"posted"}
    counts = rows(database, CashCount.expected, CashCount.difference)
    assert len(counts) == COUNTS
    assert {difference for _, difference in counts} == {0}
    with database.reading() as session:
        left = session.scalars(
            select(func.coalesce(func.sum(Posting.amount), 0)).where(
                Posting.account == Account.CITIZEN_CASH
            )
        ).one()
        assert len(session.scalars(select(Voucher.id)).all()) == 1 + SALES + COUNTS
    assert sum(expected for expected, _ in counts) + left == 5_00 * SALES
    assert faults(database) == {}

"""Many hands at once: nothing is sold twice, nothing is done twice, and refusals are clean."""

import pytest

from pharmacy.db import Database
from pharmacy.models import Batch, ClosedPeriod, StockMovement, Voucher
from pharmacy.rules.vocabulary import Role, VoucherKind
from pharmacy.services.period import close_period
from tests.builders import (
    NOW,
    Approved,
    Pharmacy,
    add_actor,
    add_batch,
    add_drug,
    after,
    approve_request,
    hand_out,
    item,
    open_pharmacy,
    order,
    rows,
)
from tests.conftest import SEAL_KEY
from tests.races.racing import race
from tests.services.verified import faults


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    """A pharmacy with two batches of 50 units that cost a hundred pounds and a piastre."""
    pharmacy = open_pharmacy(database)
    drug = add_drug(pharmacy)
    assert drug == 1
    add_batch(pharmacy, drug, 50, 5_000)
    add_batch(pharmacy, drug, 50, 5_001)
    return pharmacy


def job(pharmacy: Pharmacy, approved: Approved, number: int) -> dict[str, object]:
    return {
        "do": "dispense",
        "staff": pharmacy.pharmacist.staff_id,
        "site": pharmacy.site_id,
        "request": approved.request_id,
        "item": approved.item_ids[0],
        "quantity": 5,
        "now": NOW.isoformat(),
        "submission": f"race-{number}",
    }


def on_hand(pharmacy: Pharmacy) -> tuple[int, int]:
    found = rows(pharmacy.database, Batch.on_hand, Batch.value_on_hand)
    return sum(units for units, _ in found), sum(value for _, value in found)


@pytest.mark.parametrize(("processes", "threads"), [(1, 16), (4, 4)])
def test_the_last_hundred_units_are_issued_exactly_once(
    pharmacy: Pharmacy, processes: int, threads: int
) -> None:
    # Thirty two people want five of the last hundred, from several processes at the same moment.
    jobs = [job(pharmacy, approve_request(pharmacy, item(1, 5)), n) for n in range(32)]
    answers = race(pharmacy.database.url, SEAL_KEY, jobs, processes=processes, threads=threads)
    kinds = {kind for kind, _ in answers}
    assert kinds == {"posted", "refused"}
    assert sum(count for (kind, _), count in answers.items() if kind == "posted") == 20
    assert answers["refused", "insufficient_stock"] == 12
    assert on_hand(pharmacy) == (0, 0)
    numbers = rows(pharmacy.database, Voucher.number, kind=VoucherKind.DISPENSING)
    assert sorted(number for (number,) in numbers) == list(range(1, 21))
    assert faults(pharmacy.database) == {}


def test_the_same_form_sent_from_two_places_posts_once(pharmacy: Pharmacy) -> None:
    approved = approve_request(pharmacy, item(1, 5, issues=10))
    jobs = [job(pharmacy, approved, 1)] * 8
    answers = race(pharmacy.database.url, SEAL_KEY, jobs, processes=4, threads=2)
    ((kind, _),) = answers
    assert (kind, answers.total()) == ("posted", 8)
    assert on_hand(pharmacy) == (95, 9_501)


def test_one_submission_against_two_requests_posts_one_and_refuses_the_other(
    pharmacy: Pharmacy,
) -> None:
    jobs = [job(pharmacy, approve_request(pharmacy, item(1, 5)), 1) for _ in range(4)]
    answers = race(pharmacy.database.url, SEAL_KEY, jobs, processes=4, threads=1)
    assert answers.pop(("refused", "submission_conflict")) == 3
    assert [kind for kind, _ in answers] == ["posted"]
    assert on_hand(pharmacy) == (95, 9_501)


def test_one_issue_asked_for_by_two_counters_is_given_once(pharmacy: Pharmacy) -> None:
    approved = approve_request(pharmacy, item(1, 5, issues=3))
    jobs = [job(pharmacy, approved, number) for number in range(8)]
    answers = race(pharmacy.database.url, SEAL_KEY, jobs, processes=4, threads=2)
    assert answers["refused", "notices_stand"] == 7
    assert on_hand(pharmacy) == (95, 9_501)


def test_two_requests_of_one_person_do_not_hand_out_the_same_medicine_at_once(
    pharmacy: Pharmacy,
) -> None:
    first = approve_request(pharmacy, item(1, 5))
    others = [
        approve_request(pharmacy, item(1, 5), beneficiary_id=first.beneficiary_id) for _ in range(3)
    ]
    jobs = [job(pharmacy, approved, n) for n, approved in enumerate([first, *others])]
    answers = race(pharmacy.database.url, SEAL_KEY, jobs, processes=4, threads=1)
    assert answers["refused", "notices_stand"] == 3
    assert on_hand(pharmacy) == (95, 9_501)


@pytest.mark.parametrize("same", [True, False])
def test_a_reversal_sent_at_once_from_many_places_is_done_once(
    pharmacy: Pharmacy, *, same: bool
) -> None:
    voucher = hand_out(pharmacy, order(approve_request(pharmacy, item(1, 5)), 5))
    colleague = add_actor(pharmacy.database, pharmacy.pharmacist.role, site_id=pharmacy.site_id)
    jobs: list[dict[str, object]] = [
        {
            "do": "reverse",
            "staff": colleague.staff_id,
            "second": pharmacy[Role.MANAGER].staff_id,
            "site": pharmacy.site_id,
            "voucher": voucher,
            "now": NOW.isoformat(),
            "submission": "undo" if same else f"undo-{number}",
        }
        for number in range(8)
    ]
    answers = race(pharmacy.database.url, SEAL_KEY, jobs, processes=4, threads=2)
    posted = {key: count for key, count in answers.items() if key[0] == "posted"}
    assert len(posted) == 1
    assert sum(posted.values()) == (8 if same else 1)
    assert answers["refused", "already_reversed"] == (0 if same else 7)
    assert on_hand(pharmacy) == (100, 10_001)
    assert len(rows(pharmacy.database, StockMovement.id)) == 4
    assert faults(pharmacy.database) == {}


def test_no_voucher_slips_into_a_month_while_it_is_closed(pharmacy: Pharmacy) -> None:
    finance = pharmacy[Role.FINANCE]
    with pharmacy.database.transaction() as session:
        close_period(session, "2026-02", actor=finance, now=NOW)
    approved = [approve_request(pharmacy, item(1, 5)) for _ in range(16)]
    jobs = [job(pharmacy, one, number) for number, one in enumerate(approved)]
    closing = {
        "do": "close",
        "month": "2026-03",
        "role": "finance",
        "staff": finance.staff_id,
        "site": pharmacy.site_id,
        "now": after(40).isoformat(),
    }
    answers = race(
        pharmacy.database.url, SEAL_KEY, [*jobs[:8], closing, *jobs[8:]], processes=4, threads=2
    )
    late = answers["refused", "period_closed"]
    assert answers.total() == 17
    assert [kind for kind, _ in answers if kind == "refused"] in ([], ["refused"])
    # Receipts were in February: the month holds exactly the dispensings that were not late.
    assert rows(pharmacy.database, ClosedPeriod.vouchers, month="2026-03") == [(16 - late,)]
    assert faults(pharmacy.database) == {}

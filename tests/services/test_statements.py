"""How many statements reach the database: the same for a long history and for a short one."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy.orm import Session

from pharmacy.services.beneficiary_file import approvals_of_person
from pharmacy.services.dispensing import dispense
from tests.builders import (
    NOW,
    Pharmacy,
    add_batch,
    add_drug,
    after,
    approve_request,
    hand_out,
    item,
)
from tests.builders import order as order_of
from tests.web.people import statements_of

MOST_FOR_THREE_LINES = 15


def test_a_dispensing_of_three_lines_takes_few_statements(pharmacy: Pharmacy) -> None:
    drugs = [add_drug(pharmacy) for _ in range(3)]
    for drug in drugs:
        add_batch(pharmacy, drug, 1_000, 10_000)
    counts = []
    approved = approve_request(
        pharmacy, *(item(drug, 30, issues=12) for drug in drugs), valid_until=after(400).date()
    )
    for month in range(4):
        with statements_of(pharmacy.database) as statements:
            hand_out(pharmacy, order_of(approved, 30, 30, 30), now=after(30 * month))
        counts.append(len(statements))
    # The first stops the request's clock with a step of its history, and tells those who listen:
    # three statements more; and the first of a fiscal year makes the row of its series.
    assert min(counts) == MOST_FOR_THREE_LINES, counts
    assert counts[0] <= MOST_FOR_THREE_LINES + 4, counts
    assert max(counts[1:]) <= MOST_FOR_THREE_LINES + 1, counts


def steps_of(pharmacy: Pharmacy, work: Callable[[Session], object]) -> int:
    """The steps of its virtual machine that the embedded engine takes for a piece of work."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    with pharmacy.database.transaction() as session:
        driver = session.connection().connection.driver_connection
        assert driver is not None
        driver.set_progress_handler(count, 1)
        work(session)
        driver.set_progress_handler(None, 0)
    return taken


@pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
def test_what_others_were_given_makes_nobodys_dispensing_dearer(pharmacy: Pharmacy) -> None:
    """An index by what a line undoes holds nearly every line under “nothing”."""
    drug = add_drug(pharmacy)
    add_batch(pharmacy, drug, 100_000, 1_000_000)
    costs, people = [], []
    for others in (5, 100):
        for _ in range(others):
            hand_out(pharmacy, order_of(approve_request(pharmacy, item(drug, 30)), 30))
        approved = approve_request(pharmacy, item(drug, 30))
        issue = partial(dispense, order=order_of(approved, 30), actor=pharmacy.pharmacist, now=NOW)
        costs.append(steps_of(pharmacy, issue))
        file = partial(approvals_of_person, person_ids=[approved.beneficiary_id], early_percent=80)
        people.append(steps_of(pharmacy, file))
    for few, many in (costs, people):
        assert many <= few * 1.15, (costs, people)

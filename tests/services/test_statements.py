"""How many statements reach the database: the same for a long history and for a short one."""

from tests.builders import Pharmacy, add_batch, add_drug, after, approve_request, hand_out, item
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
    # The first stops the request's clock with a step of its history: two statements more; and the
    # first of a fiscal year makes the row of its series.
    assert min(counts) == MOST_FOR_THREE_LINES, counts
    assert counts[0] <= MOST_FOR_THREE_LINES + 3, counts
    assert max(counts[1:]) <= MOST_FOR_THREE_LINES + 1, counts

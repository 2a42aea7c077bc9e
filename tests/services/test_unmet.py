"""Zero issues: recorded once, out of the draft, on the list of who waits until it is given."""

from datetime import timedelta

import pytest

from pharmacy.errors import DraftClosed, MissingFact, NotFound, NotPermitted, NoUsualDose
from pharmacy.models import CallNote, UnmetDemand
from pharmacy.rules.vocabulary import CallOutcome, ReversalReason, Role
from pharmacy.services import draft, draft_lines, unmet
from pharmacy.services.reversal import reverse
from tests.builders import (
    NOW,
    TODAY,
    Approved,
    Pharmacy,
    add_actor,
    add_batch,
    add_drug,
    add_site,
    after,
    approve_request,
    hand_out,
    item,
    order,
    rows,
)
from tests.services.drafting import Desk


@pytest.fixture
def approved(pharmacy: Pharmacy) -> Approved:
    """Thirty of a drug that is not there, and thirty of one that is."""
    gone, there = add_drug(pharmacy), add_drug(pharmacy)
    add_batch(pharmacy, there, 100, 1_000)
    return approve_request(pharmacy, item(gone, 30, issues=6), item(there, 30, issues=6))


@pytest.fixture
def opened(desk: Desk, approved: Approved) -> int:
    return desk.open(approved.beneficiary_id)


@pytest.fixture
def uid(approved: Approved) -> str:
    return f"item-{approved.item_ids[0]}"


def waiting(desk: Desk) -> list[tuple[int | None, int | None, int, int]]:
    """(owing, unmet, quantity, there) of everybody who waits."""
    with desk.pharmacy.database.reading() as session:
        found = unmet.waiting(session, site_id=desk.pharmacy.site_id, on=desk.now.date())
        return [(row.owing_id, row.unmet_id, row.quantity, row.there) for row in found]


def test_a_zero_issue_is_recorded_and_its_line_leaves_the_draft(
    desk: Desk, approved: Approved, opened: int, uid: str
) -> None:
    found = desk.do(unmet.record, opened, uid)
    written = rows(
        desk.pharmacy.database,
        UnmetDemand.id,
        UnmetDemand.site_id,
        UnmetDemand.business_date,
        UnmetDemand.staff_id,
        UnmetDemand.beneficiary_id,
        UnmetDemand.request_id,
        UnmetDemand.approval_item_id,
        UnmetDemand.drug_id,
        UnmetDemand.quantity,
    )
    person, request, (items, _) = approved.beneficiary_id, approved.request_id, approved.item_ids
    site, staff = desk.pharmacy.site_id, desk.actor.staff_id
    assert written == [(found, site, TODAY, staff, person, request, items, 1, 30)]
    assert [drug for _, drug, _, _ in desk.lines(opened)] == [2]
    desk.dispense(opened)
    assert waiting(desk) == [(None, found, 30, 0)]


def test_a_zero_issue_sent_twice_or_taken_back_is_one(desk: Desk, opened: int, uid: str) -> None:
    first = desk.do(unmet.record, opened, uid)
    assert desk.do(unmet.record, opened, uid) == first
    desk.do(draft_lines.undo, opened)
    assert len(desk.lines(opened)) == 2
    assert desk.do(unmet.record, opened, uid) == first
    assert len(rows(desk.pharmacy.database, UnmetDemand.id)) == 1
    desk.refused(NotFound, unmet.record, opened, "no such line")


def test_a_line_of_a_new_prescription_names_no_request(desk: Desk, opened: int) -> None:
    desk.do(draft_lines.add_drug, opened, uid="new", drug_id=add_drug(desk.pharmacy))
    desk.refused(NoUsualDose, unmet.record, opened, "new")
    desk.do(draft_lines.set_quantity, opened, "new", 20)
    desk.do(unmet.record, opened, "new")
    columns = (UnmetDemand.request_id, UnmetDemand.approval_item_id, UnmetDemand.quantity)
    assert rows(desk.pharmacy.database, *columns) == [(None, None, 20)]


def test_a_closed_draft_records_nothing(desk: Desk, opened: int, uid: str) -> None:
    desk.do(draft.clear, opened)
    desk.refused(DraftClosed, unmet.record, opened, uid)


def test_who_waits_is_called_when_it_has_come(
    desk: Desk, approved: Approved, opened: int, uid: str
) -> None:
    zero = desk.do(unmet.record, opened, uid)
    short = approve_request(desk.pharmacy, item(2, 110))
    desk.now = after(1)
    hand_out(desk.pharmacy, order(short, 110, partial=True), now=desk.now)
    assert waiting(desk) == [(None, zero, 30, 0), (1, None, 10, 0)]
    add_batch(desk.pharmacy, 1, 40, 400, now=after(1))
    assert waiting(desk) == [(None, zero, 30, 40), (1, None, 10, 0)]
    # Given later, it is met; undone, it waits again.
    desk.now = after(2)
    voucher = hand_out(desk.pharmacy, order(approved, 30), now=after(2))
    assert waiting(desk) == [(1, None, 10, 0)]
    second, why = desk.pharmacy[Role.MANAGER], ReversalReason.WRONG_PERSON
    desk.do(reverse, voucher, submission_id="undo", reason=why, second=second)
    assert waiting(desk) == [(None, zero, 30, 40), (1, None, 10, 0)]


def test_what_was_given_before_meets_nothing(desk: Desk, approved: Approved) -> None:
    add_batch(desk.pharmacy, 1, 30, 300)
    hand_out(desk.pharmacy, order(approved, 30), now=NOW - timedelta(days=1))
    desk.now = after(40)
    opened = desk.open(approved.beneficiary_id)
    zero = desk.do(unmet.record, opened, f"item-{approved.item_ids[0]}")
    assert waiting(desk) == [(None, zero, 30, 0)]


def test_calls_are_written_down_and_who_needs_it_no_longer_is_left_out(
    desk: Desk, opened: int, uid: str
) -> None:
    zero = desk.do(unmet.record, opened, uid)
    short = approve_request(desk.pharmacy, item(2, 110))
    hand_out(desk.pharmacy, order(short, 110, partial=True))
    desk.do(unmet.call, unmet_id=zero, outcome=CallOutcome.NO_ANSWER, note=" رنين ")
    desk.do(unmet.call, owing_id=1, outcome=CallOutcome.REACHED)
    columns = (CallNote.owing_id, CallNote.unmet_demand_id, CallNote.outcome, CallNote.note)
    assert rows(desk.pharmacy.database, *columns) == [
        (None, zero, CallOutcome.NO_ANSWER, "رنين"),
        (1, None, CallOutcome.REACHED, ""),
    ]
    with desk.pharmacy.database.reading() as session:
        found = unmet.waiting(session, site_id=desk.pharmacy.site_id, on=TODAY)
        last = [(row.unmet_id, row.called.outcome) for row in found if row.called]
    assert last == [(None, CallOutcome.REACHED), (zero, CallOutcome.NO_ANSWER)]
    desk.do(unmet.call, unmet_id=zero, outcome=CallOutcome.NO_LONGER_NEEDED)
    assert waiting(desk) == [(1, None, 10, 0)]


def test_a_call_names_one_who_waits_here(desk: Desk, opened: int, uid: str) -> None:
    zero = desk.do(unmet.record, opened, uid)
    reached = CallOutcome.REACHED
    desk.refused(MissingFact, unmet.call, outcome=reached)
    desk.refused(MissingFact, unmet.call, owing_id=1, unmet_id=zero, outcome=reached)
    desk.refused(NotFound, unmet.call, owing_id=1, outcome=reached)
    desk.refused(NotFound, unmet.call, unmet_id=99, outcome=reached)
    site_id = add_site(desk.pharmacy.database)
    there = Desk(
        desk.pharmacy, actor=add_actor(desk.pharmacy.database, Role.PHARMACIST, site_id=site_id)
    )
    there.refused(NotFound, unmet.call, unmet_id=zero, outcome=reached)
    clerk = Desk(desk.pharmacy, actor=desk.pharmacy[Role.CLERK])
    clerk.refused(NotPermitted, unmet.call, unmet_id=zero, outcome=reached)

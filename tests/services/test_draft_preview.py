"""The preview of a draft: to the piastre what dispensing it would do."""

from datetime import timedelta

from pharmacy.services import draft_lines
from tests.builders import (
    NOW,
    TODAY,
    Approved,
    add_batch,
    add_beneficiary,
    add_drug,
    after,
    approve_request,
    hand_out,
    item,
    order,
    rows,
)
from tests.services.drafting import GIVEN, Desk
from tests.web.people import statements_of


def test_the_preview_says_to_the_piastre_what_the_dispensing_does(
    desk: Desk, approved: Approved
) -> None:
    hand_out(desk.pharmacy, order(approved, 30), now=NOW - timedelta(days=5))
    desk.now = NOW
    opened = desk.open(approved.beneficiary_id)
    seen = desk.preview(opened)
    (line,) = seen.lines
    assert (line.number, line.drug.id, line.quantity, line.there, line.short) == (1, 2, 60, 100, 0)
    assert [(one.batch_id, one.quantity, one.cost) for one in line.picks] == [(2, 60, 1_500)]
    assert line.entitled is not None
    assert (line.entitled.due, line.entitled.left, line.entitled.owed) == (60, 360, 0)
    assert (line.entitled.issue, line.entitled.issues, line.entitled.next_from) == (1, 6, None)
    assert (line.directions_ar, line.directions_en) == ("قرص واحد يوميًا", "One tablet daily")
    (later,) = seen.later
    assert (later.item.drug_id, later.entitled.due, later.entitled.left) == (1, 0, 150)
    assert (later.entitled.issue, later.entitled.next_from) == (2, TODAY + timedelta(days=19))
    assert seen.case_ceiling is not None
    assert (seen.case_ceiling.of, seen.case_ceiling.left) == (100_000, 99_715)
    assert seen.month_ceiling is None
    desk.dispense(opened)
    given = rows(desk.pharmacy.database, *GIVEN)[-1]
    assert given == (2, 60, seen.cost, seen.citizen)
    assert seen.fund == seen.cost - seen.citizen


def test_the_preview_names_what_is_short_and_goes_on(desk: Desk, approved: Approved) -> None:
    opened = desk.open(approved.beneficiary_id)
    desk.do(draft_lines.set_quantity, opened, f"item-{approved.item_ids[0]}", 130)
    seen = desk.preview(opened)
    assert [(line.there, line.short) for line in seen.lines] == [(100, 30), (100, 0)]
    assert seen.short
    assert [one.line for one in seen.standing({})] == [1]


def test_the_preview_of_an_empty_draft_is_empty(desk: Desk) -> None:
    seen = desk.preview(desk.open(add_beneficiary(desk.pharmacy)))
    assert (seen.lines, seen.cost, seen.case, seen.all_notices) == ([], 0, None, ())


def test_the_preview_takes_few_statements(desk: Desk) -> None:
    drugs = [add_drug(desk.pharmacy) for _ in range(3)]
    for drug in drugs:
        add_batch(desk.pharmacy, drug, 1_000, 10_000)
    one = approve_request(desk.pharmacy, *(item(drug, 30, issues=6) for drug in drugs))
    hand_out(desk.pharmacy, order(one, 30, 30, 30))
    desk.now = after(30)
    opened = desk.open(one.beneficiary_id)
    with statements_of(desk.pharmacy.database) as statements:
        desk.preview(opened)
    assert len(statements) <= 13, statements

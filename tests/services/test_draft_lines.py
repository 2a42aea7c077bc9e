"""The lines of a draft: dosed, matched, exchanged, taken back; sent twice they are done once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from pharmacy.errors import (
    DraftChanged,
    InvalidApproval,
    InvalidDose,
    InvalidNumber,
    MissingFact,
    NotFound,
    NoUsualDose,
    SubstitutionRefused,
)
from pharmacy.models import DraftLine, Drug
from pharmacy.rules.vocabulary import UnitOfIssue
from pharmacy.services import draft_lines
from pharmacy.services.draft_snapshot import packs_of
from tests.builders import (
    TODAY,
    Approved,
    Pharmacy,
    add_batch,
    add_beneficiary,
    add_drug,
    approve_request,
    item,
    rows,
)
from tests.services.drafting import Desk, a_pack


@pytest.fixture
def approved(pharmacy: Pharmacy) -> Approved:
    drug = add_drug(pharmacy, inn="metformin", pack_size=30)
    add_batch(pharmacy, drug, 100, 1_000)
    return approve_request(pharmacy, item(drug, 60, issues=6))


@pytest.fixture
def empty(desk: Desk) -> int:
    """The draft of somebody for whom nothing is approved."""
    return desk.open(add_beneficiary(desk.pharmacy))


def test_a_drug_comes_with_its_usual_dose(desk: Desk, empty: int) -> None:
    tablet = add_drug(desk.pharmacy, usual_dose="1*2*30")
    syrup = add_drug(desk.pharmacy, usual_dose="1*3*7", unit=UnitOfIssue.BOTTLE)
    unknown = add_drug(desk.pharmacy)
    for uid, drug in (("a", tablet), ("b", syrup), ("c", unknown)):
        assert desk.do(draft_lines.add_drug, empty, uid=uid, drug_id=drug) == uid
    assert desk.lines(empty) == [
        ("a", tablet, 60, "1*2*30"),
        ("b", syrup, 1, "1*3*7"),
        ("c", unknown, 0, ""),
    ]


def test_the_same_line_sent_twice_is_one_line(desk: Desk, empty: int) -> None:
    drug, other = add_drug(desk.pharmacy), add_drug(desk.pharmacy)
    add = draft_lines.add_drug
    desk.do(add, empty, uid="a", drug_id=drug, version=1)
    assert desk.do(add, empty, uid="a", drug_id=drug, version=1) == "a"
    assert desk.do(add, empty, uid="b", drug_id=drug, version=1) == "a"
    assert desk.version(empty) == 2
    desk.refused(DraftChanged, add, empty, uid="c", drug_id=other, version=1)
    assert [uid for uid, *_ in desk.lines(empty)] == ["a"]


def test_only_a_drug_of_the_formulary_is_added(desk: Desk, empty: int) -> None:
    gone = add_drug(desk.pharmacy)
    with desk.pharmacy.database.transaction() as session:
        session.get_one(Drug, gone).active = False
    add = draft_lines.add_drug
    desk.refused(NotFound, add, empty, uid="a", drug_id=99)
    assert desk.refused(InvalidApproval, add, empty, uid="a", drug_id=gone).reason == (
        "drug_inactive"
    )
    desk.refused(MissingFact, add, empty, uid=" ", drug_id=add_drug(desk.pharmacy))


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("1*2*30", (60, "1*2*30")),
        ("½ 1 14", (7, "½ 1 14")),
        ("٢×١×١٠", (20, "٢×١×١٠")),
        ("45", (45, "")),
        ("٤٥", (45, "")),
    ],
)
def test_a_dose_or_a_bare_quantity_is_typed(
    desk: Desk, empty: int, typed: str, line: tuple[int, str]
) -> None:
    desk.do(draft_lines.add_drug, empty, uid="a", drug_id=add_drug(desk.pharmacy))
    desk.do(draft_lines.set_dose, empty, "a", typed)
    ((_, _, quantity, dose),) = desk.lines(empty)
    assert (quantity, dose) == line


def test_nothing_typed_is_the_usual_dose(desk: Desk, empty: int) -> None:
    drug, unknown = add_drug(desk.pharmacy, usual_dose="1*1*30"), add_drug(desk.pharmacy)
    desk.do(draft_lines.add_drug, empty, uid="a", drug_id=drug)
    desk.do(draft_lines.add_drug, empty, uid="b", drug_id=unknown)
    desk.do(draft_lines.set_dose, empty, "a", "2*1*10")
    desk.do(draft_lines.set_dose, empty, "a", " ")
    assert desk.lines(empty)[0] == ("a", drug, 30, "1*1*30")
    assert desk.refused(NoUsualDose, draft_lines.set_dose, empty, "b", "").drug == "ميتفورمين"


def test_of_what_is_given_whole_a_dose_leaves_the_quantity(desk: Desk, empty: int) -> None:
    syrup = add_drug(desk.pharmacy, unit=UnitOfIssue.BOTTLE)
    desk.do(draft_lines.add_drug, empty, uid="a", drug_id=syrup)
    desk.do(draft_lines.set_quantity, empty, "a", 2)
    desk.do(draft_lines.set_dose, empty, "a", "1*3*7")
    assert desk.lines(empty) == [("a", syrup, 2, "1*3*7")]


def test_an_approved_line_keeps_the_directions_of_its_approval(
    desk: Desk, approved: Approved
) -> None:
    opened = desk.open(approved.beneficiary_id)
    uid = f"item-{approved.item_ids[0]}"
    desk.do(draft_lines.set_dose, opened, uid, "1*1*30")
    assert desk.lines(opened) == [(uid, 1, 30, "")]


@pytest.mark.parametrize("typed", ["x", "1*2", "0*1*30", "0", "100001"])
def test_what_is_no_dose_is_refused(desk: Desk, empty: int, typed: str) -> None:
    desk.do(draft_lines.add_drug, empty, uid="a", drug_id=add_drug(desk.pharmacy))
    desk.refused(InvalidDose, draft_lines.set_dose, empty, "a", typed)


@pytest.mark.parametrize("quantity", [0, -1, draft_lines.QUANTITY_MAX + 1])
def test_a_quantity_is_in_reason(desk: Desk, approved: Approved, quantity: int) -> None:
    opened = desk.open(approved.beneficiary_id)
    uid = f"item-{approved.item_ids[0]}"
    desk.refused(InvalidNumber, draft_lines.set_quantity, opened, uid, quantity)


CHANGES: dict[str, Callable[[Desk, int], Any]] = {
    "another line": lambda desk, opened: desk.do(
        draft_lines.add_drug, opened, uid="b", drug_id=add_drug(desk.pharmacy)
    ),
    "a dose": lambda desk, opened: desk.do(draft_lines.set_dose, opened, "a", "1*1*5"),
    "a quantity": lambda desk, opened: desk.do(draft_lines.set_quantity, opened, "a", 7),
    "a line less": lambda desk, opened: desk.do(draft_lines.remove, opened, "a"),
    "a pack": lambda desk, opened: desk.do(
        draft_lines.match_pack, opened, a_pack(desk.lines(opened)[0][1]), uid="scan"
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_one_step_is_taken_back_and_no_more(desk: Desk, empty: int, change: str) -> None:
    drug = add_drug(desk.pharmacy, usual_dose="1*2*30")
    desk.do(draft_lines.add_drug, empty, uid="a", drug_id=drug)
    columns = (DraftLine.uid, DraftLine.drug_id, DraftLine.quantity, DraftLine.packs)
    before = rows(desk.pharmacy.database, *columns)
    CHANGES[change](desk, empty)
    assert rows(desk.pharmacy.database, *columns) != before
    desk.do(draft_lines.undo, empty)
    assert rows(desk.pharmacy.database, *columns) == before
    version = desk.version(empty)
    desk.do(draft_lines.undo, empty)
    assert rows(desk.pharmacy.database, *columns) == before
    assert desk.version(empty) == version == 4


def test_what_changes_nothing_counts_for_nothing(desk: Desk, approved: Approved) -> None:
    opened = desk.open(approved.beneficiary_id)
    uid = f"item-{approved.item_ids[0]}"
    desk.do(draft_lines.set_quantity, opened, uid, 20, version=1)
    desk.do(draft_lines.set_quantity, opened, uid, 20, version=1)
    assert desk.version(opened) == 2
    desk.refused(DraftChanged, draft_lines.set_quantity, opened, uid, 21, version=1)
    desk.do(draft_lines.remove, opened, uid, version=2)
    desk.do(draft_lines.remove, opened, uid, version=2)
    assert desk.version(opened) == 3
    desk.refused(NotFound, draft_lines.set_dose, opened, uid, "5")


# --- packs ---------------------------------------------------------------------------------------


def packs(desk: Desk, opened: int) -> list[tuple[str, str, int | None]]:
    """(scan, serial, batch) of every pack in the draft."""
    with desk.pharmacy.database.reading() as session:
        found = session.query(DraftLine).filter_by(draft_id=opened).order_by(DraftLine.position)
        return [(pack.uid, pack.serial, pack.batch_id) for line in found for pack in packs_of(line)]


def test_packs_are_matched_with_their_line_as_often_as_it_needs(
    desk: Desk, approved: Approved
) -> None:
    opened = desk.open(approved.beneficiary_id)
    uid = f"item-{approved.item_ids[0]}"
    match = draft_lines.match_pack
    for scan in ("s1", "s1", "s2", "s3"):
        assert desk.do(match, opened, a_pack(1, batch_id=1), uid=scan) == uid
    # Sixty units are two packs of thirty: the third is one too many.
    assert packs(desk, opened) == [("s1", "", 1), ("s2", "", 1)]
    assert [quantity for _, _, quantity, _ in desk.lines(opened)] == [60]


def test_one_pack_scanned_twice_is_one_pack(desk: Desk, approved: Approved) -> None:
    opened = desk.open(approved.beneficiary_id)
    for scan in ("s1", "s2"):
        desk.do(draft_lines.match_pack, opened, a_pack(1, batch_id=1, serial="A"), uid=scan)
    desk.do(draft_lines.match_pack, opened, a_pack(1, batch_id=1, serial="B"), uid="s3")
    assert packs(desk, opened) == [("s1", "A", 1), ("s3", "B", 1)]


def test_a_pack_that_is_not_on_the_list_adds_a_line(desk: Desk, approved: Approved) -> None:
    other = add_drug(desk.pharmacy, usual_dose="1*1*30")
    opened = desk.open(approved.beneficiary_id)
    assert desk.do(draft_lines.match_pack, opened, a_pack(other), uid="scan") == "scan"
    assert desk.lines(opened)[1:] == [("scan", other, 30, "1*1*30")]
    assert packs(desk, opened) == [("scan", "", None)]


# --- another brand -------------------------------------------------------------------------------


def another(desk: Desk, opened: int, drug_id: int, **facts: Any) -> None:
    (uid, *_), *_ = desk.lines(opened)
    given = {"consented_by": "د. حسام", "consented_on": TODAY}
    desk.do(draft_lines.substitute, opened, uid, drug_id=drug_id, **{**given, **facts})


def test_another_brand_stands_for_the_approved_one_and_back(desk: Desk, approved: Approved) -> None:
    brand = add_drug(desk.pharmacy, inn="metformin", name_ar="سيدوفاج")
    opened = desk.open(approved.beneficiary_id)
    desk.do(draft_lines.match_pack, opened, a_pack(1), uid="scan")
    another(desk, opened, brand)
    columns = (DraftLine.drug_id, DraftLine.consented_by, DraftLine.consented_on, DraftLine.packs)
    assert rows(desk.pharmacy.database, *columns) == [(brand, "د. حسام", TODAY, {})]
    another(desk, opened, 1)
    assert rows(desk.pharmacy.database, *columns) == [(1, "", None, {})]
    desk.do(draft_lines.undo, opened)
    assert rows(desk.pharmacy.database, *columns) == [(brand, "د. حسام", TODAY, {})]


def test_another_brand_is_the_same_medicine_with_consent(desk: Desk, approved: Approved) -> None:
    brand = add_drug(desk.pharmacy, inn="metformin")
    stronger = add_drug(desk.pharmacy, inn="metformin", strength="1000 mg")
    other = add_drug(desk.pharmacy, inn="glimepiride")
    opened = desk.open(approved.beneficiary_id)
    uid = f"item-{approved.item_ids[0]}"
    consent = {"consented_by": "د. حسام", "consented_on": TODAY}
    desk.do(draft_lines.add_drug, opened, uid="new", drug_id=other)
    third = add_drug(desk.pharmacy, inn="glimepiride")

    def reason(uid: str, drug_id: int, **facts: Any) -> str:
        refusal = desk.refused(
            SubstitutionRefused,
            draft_lines.substitute,
            opened,
            uid,
            drug_id=drug_id,
            **{**consent, **facts},
        )
        return refusal.reason

    assert reason(uid, stronger) == "strength"
    assert reason(uid, third) == "substance"
    assert reason(uid, other) == "on_list"
    assert reason(uid, 99) == "inactive"
    assert reason(uid, brand, consented_by=" ") == "consent"
    assert reason(uid, brand, consented_on=TODAY + timedelta(days=1)) == "consent"
    assert reason("new", third) == "not_approved"

"""First expiry, first out, as little ledgers: the shelf, what is wanted, what is picked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmacy.errors import InsufficientStock
from pharmacy.rules.allocation import Demand, Lot, allocate, available, passed_over
from pharmacy.rules.vocabulary import BatchStatus

ON = date(2026, 3, 7)
ANY_FUND, GIFT, ZAKAT = 1, 2, 3
DIABETES, CANCER = 10, 11


def lot(batch_id: int, days: int, on_hand: int = 10, **facts: object) -> Lot:
    """A batch that expires so many days from the day of issue, worth a pound a unit."""
    plain = Lot(
        batch_id=batch_id,
        expiry=ON + timedelta(days=days),
        on_hand=on_hand,
        value_on_hand=on_hand * 100,
        status=BatchStatus.AVAILABLE,
        received_on=date(2026, 1, 1),
        fund_id=ANY_FUND,
    )
    return replace(plain, **facts)  # type: ignore[arg-type]


def demand(quantity: int, **facts: object) -> Demand:
    return replace(Demand(quantity=quantity, on=ON), **facts)  # type: ignore[arg-type]


def picked(lots: Sequence[Lot], wanted: Demand) -> list[tuple[int, int]]:
    return [(pick.batch_id, pick.quantity) for pick in allocate(lots, wanted)]


@pytest.mark.parametrize(
    ("shelf", "wanted", "picks"),
    [
        pytest.param([lot(1, 90), lot(2, 60)], 4, [(2, 4)], id="earliest expiry first"),
        pytest.param([lot(1, 90), lot(2, 60)], 14, [(2, 10), (1, 4)], id="split over batches"),
        pytest.param([lot(1, 60), lot(2, 60)], 4, [(1, 4)], id="same expiry and receipt: the id"),
        pytest.param(
            [lot(1, 60, received_on=date(2026, 2, 1)), lot(2, 60)],
            4,
            [(2, 4)],
            id="same expiry: the earlier receipt",
        ),
        pytest.param([lot(1, -1), lot(2, 60)], 4, [(2, 4)], id="expired yesterday: never"),
        pytest.param([lot(1, 0), lot(2, 60)], 4, [(1, 4)], id="expires today: still good"),
        pytest.param(
            [lot(1, 30, status=BatchStatus.QUARANTINED), lot(2, 60)], 4, [(2, 4)], id="quarantined"
        ),
        pytest.param(
            [lot(1, 30, status=BatchStatus.RECALLED), lot(2, 60)], 4, [(2, 4)], id="recalled"
        ),
        pytest.param([lot(1, 30, 0), lot(2, 60)], 4, [(2, 4)], id="empty"),
    ],
)
def test_it_picks(shelf: list[Lot], wanted: int, picks: list[tuple[int, int]]) -> None:
    assert picked(shelf, demand(wanted)) == picks


@pytest.mark.parametrize(
    ("course_days", "picks"),
    [
        pytest.param(0, [(1, 10), (2, 2)], id="no course known"),
        pytest.param(11, [(1, 10), (2, 2)], id="the last dose is taken on the last day of use"),
        pytest.param(12, [(2, 10), (1, 2)], id="one day too many: what outlasts the course first"),
        pytest.param(200, [(1, 10), (2, 2)], id="none outlasts it: the earliest expiry again"),
    ],
)
def test_it_prefers_what_outlasts_the_course(
    course_days: int, picks: list[tuple[int, int]]
) -> None:
    shelf = [lot(1, 10), lot(2, 60)]
    assert picked(shelf, demand(12, course_days=course_days)) == picks


FOR_DIABETES = lot(1, 30, fund_id=GIFT, fund_restricted=True, condition_id=DIABETES)
FOR_WHOM_IT_NAMES = lot(2, 40, fund_id=ZAKAT, fund_restricted=True)
FOR_REQUEST_7 = lot(3, 70, request_id=7)
FOR_ALL = lot(4, 60)
FOR_AMINA = lot(5, 50, fund_id=GIFT, fund_restricted=True, beneficiary_id=70)
FOR_A_CENTRE = lot(6, 55, fund_id=GIFT, fund_restricted=True, centre_id=80)
FOR_AMINAS_DIABETES = lot(
    7, 35, fund_id=ZAKAT, fund_restricted=True, condition_id=DIABETES, beneficiary_id=70
)


@pytest.mark.parametrize(
    ("facts", "picks"),
    [
        pytest.param({}, [4], id="unrestricted only"),
        pytest.param({"condition_ids": frozenset({DIABETES})}, [1, 4], id="the disease"),
        pytest.param({"condition_ids": frozenset({CANCER})}, [4], id="another disease"),
        pytest.param({"request_id": 7}, [3, 4], id="bought for this request: before all others"),
        pytest.param({"request_id": 8}, [4], id="bought for another request"),
        pytest.param({"allowed_fund_ids": frozenset({ZAKAT})}, [2], id="the approval names a fund"),
        pytest.param(
            {"allowed_fund_ids": frozenset({ANY_FUND})}, [4], id="a named fund, unrestricted"
        ),
        pytest.param(
            {"allowed_fund_ids": frozenset({GIFT})},
            [],
            id="naming a fund does not lift its disease",
        ),
        pytest.param(
            {"allowed_fund_ids": frozenset({GIFT}), "condition_ids": frozenset({DIABETES})},
            [1],
            id="named, and the disease",
        ),
    ],
)
def test_it_honours_whom_a_batch_is_for(facts: dict[str, object], picks: list[int]) -> None:
    shelf = [FOR_ALL, FOR_REQUEST_7, FOR_WHOM_IT_NAMES, FOR_DIABETES]
    wanted = demand(1, **facts)
    there = available(shelf, wanted)
    assert there == 10 * len(picks)
    if picks:
        whole = picked(shelf, replace(wanted, quantity=there))
        assert whole == [(batch_id, 10) for batch_id in picks]


@pytest.mark.parametrize(
    ("facts", "picks"),
    [
        pytest.param({}, [4], id="nobody in particular"),
        pytest.param({"beneficiary_id": 70}, [5, 4], id="the person, without the disease"),
        pytest.param({"beneficiary_id": 71, "centre_id": 81}, [4], id="another person and centre"),
        pytest.param({"centre_id": 80}, [6, 4], id="the centre"),
        pytest.param({"condition_ids": frozenset({DIABETES})}, [4], id="another's disease"),
        pytest.param(
            {"beneficiary_id": 70, "centre_id": 80, "condition_ids": frozenset({DIABETES})},
            [7, 5, 6, 4],
            id="all that is named",
        ),
        pytest.param(
            {"beneficiary_id": 70, "allowed_fund_ids": frozenset({ZAKAT})},
            [],
            id="naming the fund does not stand for its disease",
        ),
        pytest.param(
            {"beneficiary_id": 70, "allowed_fund_ids": frozenset({GIFT})},
            [5],
            id="nor for its centre",
        ),
    ],
)
def test_a_fund_goes_to_the_person_and_the_centre_it_names(
    facts: dict[str, object], picks: list[int]
) -> None:
    shelf = [FOR_ALL, FOR_AMINA, FOR_A_CENTRE, FOR_AMINAS_DIABETES]
    there = available(shelf, demand(1, **facts))
    whole = picked(shelf, demand(there, **facts)) if there else []
    assert whole == [(batch_id, 10) for batch_id in picks]


def test_it_refuses_with_what_there_is() -> None:
    shelf = [lot(1, 60, 7), lot(2, 90, 5), lot(3, -1, 100)]
    with pytest.raises(InsufficientStock) as refusal:
        allocate(shelf, demand(13))
    assert (refusal.value.requested, refusal.value.available) == (13, 12)


@pytest.mark.parametrize(
    ("shelf", "wanted", "scanned", "picks", "passed"),
    [
        pytest.param([lot(1, 60), lot(2, 90)], 4, (2,), [(2, 4)], 1, id="the later one, in hand"),
        pytest.param([lot(1, 60), lot(2, 90)], 4, (1,), [(1, 4)], None, id="the one that is due"),
        pytest.param(
            [lot(1, 60), lot(2, 90)], 14, (2,), [(2, 10), (1, 4)], 1, id="the rest from the first"
        ),
        pytest.param(
            [lot(1, 60), lot(2, 90)], 14, (1, 2), [(1, 10), (2, 4)], None, id="in the right order"
        ),
        pytest.param(
            [lot(1, 60), lot(2, 90)], 20, (2, 1), [(2, 10), (1, 10)], None, id="all goes anyway"
        ),
        pytest.param([lot(1, 60), lot(2, 60)], 4, (2,), [(2, 4)], None, id="both of one day"),
        pytest.param(
            [lot(1, 60, fund_restricted=True), lot(2, 90)],
            4,
            (2,),
            [(2, 4)],
            None,
            id="the earlier one is not for this case",
        ),
        pytest.param([lot(1, 60), lot(2, 90)], 4, (9,), [(1, 4)], None, id="not on the shelf"),
    ],
)
def test_a_scanned_batch_goes_first_and_what_it_passes_over_is_named(
    shelf: list[Lot],
    wanted: int,
    scanned: tuple[int, ...],
    picks: list[tuple[int, int]],
    passed: int | None,
) -> None:
    asked = demand(wanted, scanned=scanned)
    assert picked(shelf, asked) == picks
    over = passed_over(shelf, asked, allocate(shelf, asked))
    assert (over.batch_id if over else None) == passed


def test_nothing_is_passed_over_for_a_course_that_it_does_not_outlast() -> None:
    shelf = [lot(1, 10), lot(2, 90)]
    asked = demand(4, course_days=30, scanned=(2,))
    assert passed_over(shelf, asked, allocate(shelf, asked)) is None


def test_picks_carry_their_batch_s_own_money() -> None:
    shelf = [lot(1, 30, 3, value_on_hand=1000), lot(2, 60, 3, value_on_hand=2000)]
    values = [(pick.batch_id, pick.quantity, pick.value) for pick in allocate(shelf, demand(4))]
    assert values == [(1, 3, 1000), (2, 1, 667)]


shelves = st.lists(
    st.builds(
        lot,
        batch_id=st.integers(1, 10**6),
        days=st.integers(-40, 400),
        on_hand=st.integers(0, 300),
        value_on_hand=st.integers(0, 10**6),
        status=st.sampled_from(BatchStatus),
        request_id=st.sampled_from([None, None, 7]),
        fund_restricted=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda lot: lot.batch_id,
)


@given(shelves, st.integers(1, 800), st.integers(0, 200))
def test_whatever_the_shelf_it_gives_exactly_what_is_wanted_or_nothing(
    shelf: list[Lot], quantity: int, course_days: int
) -> None:
    by_id = {lot.batch_id: lot for lot in shelf}
    wanted = demand(quantity, course_days=course_days)
    there = available(shelf, wanted)
    if there < quantity:
        with pytest.raises(InsufficientStock) as refusal:
            allocate(shelf, wanted)
        assert refusal.value.available == there
        return
    picks = allocate(shelf, wanted)
    assert sum(pick.quantity for pick in picks) == quantity
    assert len({pick.batch_id for pick in picks}) == len(picks)
    for pick in picks:
        source = by_id[pick.batch_id]
        assert source.expiry >= ON
        assert source.status is BatchStatus.AVAILABLE
        assert 0 < pick.quantity <= source.on_hand
        assert 0 <= pick.value <= source.value_on_hand
        # Only the last batch may be left with something.
        assert pick is picks[-1] or pick.quantity == source.on_hand


@given(shelves, st.integers(1, 800), st.randoms(use_true_random=False))
def test_the_order_of_the_shelf_does_not_matter(
    shelf: list[Lot], quantity: int, random: object
) -> None:
    wanted = demand(quantity, request_id=7)
    if available(shelf, wanted) < quantity:
        return
    shuffled = list(shelf)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert allocate(shuffled, wanted) == allocate(shelf, wanted)

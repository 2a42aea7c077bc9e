"""What leaves a batch is a share of what is there; the last take the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmacy.rules.valuation import take_value


@pytest.mark.parametrize(
    ("on_hand", "value_on_hand", "quantity", "value"),
    [
        (3, 1000, 1, 333),  # 333.33
        (2, 667, 1, 334),  # 333.5: a half goes up
        (1, 333, 1, 333),  # the last takes what is left
        (30, 377_55, 30, 377_55),
        (30, 377_55, 7, 8810),  # 8809.5
        (1000, 1, 999, 1),  # 0.999
        (1000, 1, 499, 0),  # 0.499
        (5, 0, 2, 0),  # free of charge
        (10**9, 10**14, 1, 10**5),  # whole numbers all the way: nothing is lost in a float
        (3, 10**18 + 1, 1, 333_333_333_333_333_334),
    ],
)
def test_a_take_carries_its_share(
    on_hand: int, value_on_hand: int, quantity: int, value: int
) -> None:
    taken = take_value(on_hand=on_hand, value_on_hand=value_on_hand, quantity=quantity)
    assert taken == value


@pytest.mark.parametrize("quantity", [-1, 0, 4])
def test_it_refuses_to_take_nothing_or_more_than_there_is(quantity: int) -> None:
    with pytest.raises(ValueError, match=f"cannot take {quantity} of 3"):
        take_value(on_hand=3, value_on_hand=1000, quantity=quantity)


@given(
    received=st.integers(1, 10_000),
    value=st.integers(0, 10**12),
    takes=st.lists(st.integers(1, 500), max_size=30),
)
def test_received_equals_on_hand_and_all_that_went_out(
    received: int, value: int, takes: list[int]
) -> None:
    on_hand, left, gone = received, value, 0
    for wanted in takes:
        quantity = min(wanted, on_hand)
        if not quantity:
            break
        taken = take_value(on_hand=on_hand, value_on_hand=left, quantity=quantity)
        assert 0 <= taken <= left
        on_hand, left, gone = on_hand - quantity, left - taken, gone + taken
        assert gone + left == value
        assert on_hand or not left
    # Whatever is still there can go in one take, and nothing stays behind.
    if on_hand:
        assert take_value(on_hand=on_hand, value_on_hand=left, quantity=on_hand) == left


@given(st.integers(1, 300), st.integers(0, 10**7), st.randoms(use_true_random=False))
def test_a_reversal_puts_back_what_was_taken(received: int, value: int, random: object) -> None:
    quantity = random.randint(1, received)  # type: ignore[attr-defined]
    taken = take_value(on_hand=received, value_on_hand=value, quantity=quantity)
    again = take_value(on_hand=received, value_on_hand=(value - taken) + taken, quantity=quantity)
    assert again == taken

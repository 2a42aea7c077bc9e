"""Valuation: each batch carries its own quantity and its own money.

No unit price is ever rounded and multiplied again: what is taken is a share of what is there, and
the last take the rest, so value in equals value on hand plus value of all that went out, always,
to the piastre.
"""

from pharmacy.rules.money import round_half_up


def take_value(*, on_hand: int, value_on_hand: int, quantity: int) -> int:
    """Return the value (piastres) that leaves a batch with a quantity (units of issue).

    Raises:
        ValueError: Nothing, or more than there is, would be taken.
    """
    if not 0 < quantity <= on_hand:
        raise ValueError(f"cannot take {quantity} of {on_hand}")
    # The last units take the rest: their share is the whole, with nothing to round.
    return round_half_up(value_on_hand * quantity, on_hand)

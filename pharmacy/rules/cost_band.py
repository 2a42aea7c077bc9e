"""The bands in which the cost of a person is counted: one table, in piastres."""

from bisect import bisect_right
from collections.abc import Sequence

COST_BANDS: Sequence[int] = (0, 50_000, 100_000, 200_000, 500_000, 1_000_000)
"""Where each band begins; the last has no end. A band ends a piastre before the next begins."""


def band_of(cost: int) -> int:
    """Return the place of the band of a cost that is not negative."""
    return bisect_right(COST_BANDS, cost) - 1

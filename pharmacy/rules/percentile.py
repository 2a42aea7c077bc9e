"""Exact percentiles of counted whole numbers."""

from collections.abc import Mapping

MEDIAN, NINETIETH = 50, 90


def percentile(histogram: Mapping[int, int], percent: int) -> int | None:
    """Return the smallest value that at least `percent` of the counted do not exceed.

    This is the nearest rank: a value that was really counted, never one between two of them, so
    that every engine and every reader with a pencil comes to the same. None where nothing was
    counted.

    Args:
        histogram: How often each value was counted.
        percent: 1 to 100.
    """
    rank = -(-sum(histogram.values()) * percent // 100)
    if rank == 0:
        return None
    for value in sorted(histogram):
        rank -= histogram[value]
        if rank <= 0:
            return value
    raise AssertionError("the rank lies within what was counted")

"""Percentiles are exact, of values that were really counted."""

import pytest

from pharmacy.rules.percentile import percentile


@pytest.mark.parametrize(
    ("histogram", "median", "ninetieth"),
    [
        ({}, None, None),
        ({7: 1}, 7, 7),
        ({1: 1, 2: 1}, 1, 2),
        ({0: 9, 30: 1}, 0, 0),
        ({0: 8, 30: 2}, 0, 30),
        ({1: 2, 2: 1, 4: 1, 30: 1}, 2, 30),
        ({3: 500_000, 4: 500_001}, 4, 4),
    ],
)
def test_the_nearest_rank_is_found(
    histogram: dict[int, int], median: int | None, ninetieth: int | None
) -> None:
    assert percentile(histogram, 50) == median
    assert percentile(histogram, 90) == ninetieth
    listed = sorted(value for value, count in histogram.items() for _ in range(min(count, 99)))
    if listed and sum(histogram.values()) < 99:
        assert median == listed[(len(listed) + 1) // 2 - 1]

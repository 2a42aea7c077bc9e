"""The period beside a period."""

from datetime import date

import pytest

from pharmacy.rules.comparison import Compare, beside


@pytest.mark.parametrize(
    ("first", "last", "compare", "wanted"),
    [
        # Whole months go with whole months, however long they are.
        ("2026-03-01", "2026-03-31", Compare.PREVIOUS, ("2026-02-01", "2026-02-28")),
        ("2026-01-01", "2026-03-31", Compare.PREVIOUS, ("2025-10-01", "2025-12-31")),
        ("2025-07-01", "2026-06-30", Compare.PREVIOUS, ("2024-07-01", "2025-06-30")),
        # Any other period with as many days.
        ("2026-03-05", "2026-03-11", Compare.PREVIOUS, ("2026-02-26", "2026-03-04")),
        ("2026-03-01", "2026-03-10", Compare.PREVIOUS, ("2026-02-19", "2026-02-28")),
        ("2026-03-01", "2026-03-31", Compare.LAST_YEAR, ("2025-03-01", "2025-03-31")),
        ("2025-02-01", "2025-02-28", Compare.LAST_YEAR, ("2024-02-01", "2024-02-29")),
        ("2024-02-29", "2024-03-10", Compare.LAST_YEAR, ("2023-02-28", "2023-03-10")),
    ],
)
def test_it_is_as_long_and_of_the_same_kind(
    first: str, last: str, compare: Compare, wanted: tuple[str, str]
) -> None:
    found = beside(date.fromisoformat(first), date.fromisoformat(last), compare)
    assert found == (date.fromisoformat(wanted[0]), date.fromisoformat(wanted[1]))

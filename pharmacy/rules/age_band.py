"""The bands of age in which reports count people: one table, in completed years.

Bands as health ministries count them: small children, school age, youth, adults, older, old.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AgeBand:
    """A band of age: the key it is known by, its first and last completed years (None: no end)."""

    key: str
    first: int
    last: int | None


AGE_BANDS: Sequence[AgeBand] = (
    AgeBand("00-04", 0, 4),
    AgeBand("05-14", 5, 14),
    AgeBand("15-24", 15, 24),
    AgeBand("25-44", 25, 44),
    AgeBand("45-64", 45, 64),
    AgeBand("65-", 65, None),
)
"""Every band, the youngest first; keys sort in the same order."""

AGE_KEYS = frozenset(band.key for band in AGE_BANDS)

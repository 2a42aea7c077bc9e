"""A drawer counted: what lies in it, and the double entry that hands it over."""

from collections.abc import Mapping

from pharmacy.rules.posting import Entry
from pharmacy.rules.vocabulary import Account

DENOMINATIONS = (200_00, 100_00, 50_00, 20_00, 10_00, 5_00, 1_00, 50, 25)
"""Piastres of each note and coin in use, the largest first."""
MOST_PIECES = 100_000


def counted(pieces: Mapping[int, int]) -> int:
    """Return the piastres of so many pieces of each denomination."""
    return sum(denomination * number for denomination, number in pieces.items())


def hand_over(expected: Mapping[int, int], found: int, *, bearer: int) -> tuple[Entry, ...]:
    """Return the entries that empty the drawer: one line for each fund, nothing of zero.

    Args:
        expected: Piastres the drawer holds of each fund; negative where more was given back to
            citizens than they paid.
        found: Piastres counted.
        bearer: The fund that bears what is over or short: the one with the most in the drawer,
            since nobody can tell one pound from another.
    """
    difference = found - sum(expected.values())
    entries = []
    for line_no, fund_id in enumerate(sorted({*expected, bearer}), start=1):
        held = expected.get(fund_id, 0)
        over = difference if fund_id == bearer else 0
        entries += [
            Entry(line_no=line_no, account=account, fund_id=fund_id, amount=amount)
            for account, amount in (
                (Account.CASH, held + over),
                (Account.CITIZEN_CASH, -held),
                (Account.CASH_DIFFERENCES, -over),
            )
            if amount
        ]
    return tuple(entries)


def bearer_of(expected: Mapping[int, int]) -> int | None:
    """Return the fund with the most money in a drawer, None for an empty one."""
    return min(expected, key=lambda fund: (-abs(expected[fund]), fund), default=None)

"""What of a contract pharmacy's claim is owed: one table of rules over the facts of a line.

The rules only propose; finance decides. What no decision may go beyond (an approval, its funds,
what it still holds, something already given) is told apart from what a person may see
otherwise (a price, a receipt that came later, an issue before its day for a journey).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from pharmacy.rules.money import round_half_up
from pharmacy.rules.vocabulary import ClaimReason

HUNDRED = 100
FINAL = frozenset(
    {
        ClaimReason.NO_APPROVAL,
        ClaimReason.NOT_IN_FORCE,
        ClaimReason.FUND,
        ClaimReason.BEYOND_APPROVAL,
        ClaimReason.DUPLICATE,
    }
)
"""Reasons that bound every decision; of the others a person may know better, and says how."""


class Beyond(StrEnum):
    """Why a line is more than the approval allows, though it holds that many units."""

    TOO_EARLY = "too_early"
    MORE_THAN_AN_ISSUE = "more_than_an_issue"
    CASE_CEILING = "case_ceiling"
    MONTH_CEILING = "month_ceiling"


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Piastres that the funds may still bear under a ceiling of the approval."""

    which: Beyond
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFacts:
    """A line as claimed, and what the house knows of it.

    Attributes:
        quantity: Units of issue claimed.
        amount: Piastres claimed.
        receipt: The pharmacy's own number of the receipt or prescription.
        approved: Whether the request was ever approved for this drug.
        in_force: Whether that approval held on the day it was given.
        fund_pays: Whether the claim's fund may pay on that approval, for this person.
        left: Units it still held.
        due: Units that were due on the day, by what was given before and since, anywhere.
        agreed: Piastres that the funds bear at the agreed price, the citizen's share by the
            approval taken off; None where no price was ever agreed.
        duplicate: Whether it was claimed before, or given by us on that day.
        ceilings: What the approval lets the funds bear besides: of the case, of the month.
    """

    quantity: int
    amount: int
    receipt: str
    approved: bool
    in_force: bool
    fund_pays: bool
    left: int
    due: int
    agreed: int | None
    duplicate: bool
    ceilings: tuple[Ceiling, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be accepted of a line: units, piastres, and why not all of it.

    What is `beyond` is more than was approved, for the day or in money: a decision is filed under
    that.
    """

    quantity: int
    amount: int
    reason: ClaimReason | None
    beyond: Beyond | None = None


_REJECTS: MappingProxyType[ClaimReason, Callable[[ClaimFacts], bool]] = MappingProxyType(
    {
        ClaimReason.NO_PRESCRIPTION: lambda line: not line.receipt.strip(),
        ClaimReason.DUPLICATE: lambda line: line.duplicate,
        ClaimReason.NO_APPROVAL: lambda line: not line.approved,
        ClaimReason.NOT_IN_FORCE: lambda line: not line.in_force,
        ClaimReason.FUND: lambda line: not line.fund_pays,
        ClaimReason.BEYOND_APPROVAL: lambda line: line.left <= 0,
        # Without an agreed price nobody can say that this one is fair: finance must.
        ClaimReason.PRICE: lambda line: line.agreed is None,
    }
)
"""What refuses a whole line, the first that holds."""


def agreed_price(
    *, reference_price: int | None, pack_size: int, quantity: int, percent: int
) -> int | None:
    """Return the piastres agreed for so many units; None where no price is known.

    Args:
        reference_price: Piastres of a pack in the formulary.
        pack_size: Units in a pack.
        quantity: Units of issue.
        percent: What share of that price the contract pays.
    """
    if reference_price is None:
        return None
    return round_half_up(reference_price * quantity * percent, pack_size * HUNDRED)


def propose(line: ClaimFacts) -> Proposal:
    """Return what the rules would accept of a line."""
    for reason, holds in _REJECTS.items():
        if holds(line):
            return Proposal(0, 0, reason)
    if not line.due:
        return Proposal(0, 0, ClaimReason.BEYOND_APPROVAL, Beyond.TOO_EARLY)
    quantity = min(line.quantity, line.left, line.due)
    asked = round_half_up(line.amount * quantity, line.quantity)
    assert line.agreed is not None, "a line without a price was refused above"
    most = round_half_up(line.agreed * quantity, line.quantity)
    amount = min(asked, most)
    if not amount:
        return Proposal(0, 0, ClaimReason.PRICE)
    least = min(line.ceilings, key=lambda one: one.left, default=None)
    if least is not None and least.left < amount:
        bears = max(least.left, 0)
        return Proposal(quantity if bears else 0, bears, ClaimReason.BEYOND_APPROVAL, least.which)
    if quantity < line.quantity:
        beyond = Beyond.MORE_THAN_AN_ISSUE if line.due < line.left else None
        return Proposal(quantity, amount, ClaimReason.BEYOND_APPROVAL, beyond)
    return Proposal(quantity, amount, ClaimReason.PRICE if amount < line.amount else None)


def bound(line: ClaimFacts) -> int:
    """Return the units that no decision on a line may go beyond."""
    if any(_REJECTS[reason](line) for reason in FINAL):
        return 0
    return min(line.quantity, line.left)


def bound_amount(line: ClaimFacts) -> int:
    """Return the piastres that no decision on a line may go beyond: a ceiling is final."""
    return max(min([line.amount, *(one.left for one in line.ceilings)]), 0)


def fault(
    line: ClaimFacts,
    *,
    quantity: int,
    amount: int,
    reason: ClaimReason | None,
    note: str,
) -> str | None:
    """Return what is wrong with a decision on a line, None when it holds.

    A word of these: `fund` (it may not pay for any of it), `quantity`, `amount`, `ceiling` (more
    than a ceiling of the approval lets the funds bear), `reason` (less than all needs one, all has
    none), `note` (more than was proposed, or another reason, is explained).
    """
    if quantity > 0 and not line.fund_pays:
        return "fund"
    if not 0 <= quantity <= line.quantity or (quantity > bound(line)):
        return "quantity"
    if not 0 <= amount <= line.amount or (amount > 0) != (quantity > 0):
        return "amount"
    if amount > bound_amount(line):
        return "ceiling"
    return _unexplained(line, quantity, amount, reason, note)


def _unexplained(
    line: ClaimFacts, quantity: int, amount: int, reason: ClaimReason | None, note: str
) -> str | None:
    """Return `reason` or `note` where a decision lacks it."""
    whole = (quantity, amount) == (line.quantity, line.amount)
    if whole != (reason is None):
        return "reason"
    proposed = propose(line)
    beyond = quantity > proposed.quantity or amount > proposed.amount
    if (beyond or reason is ClaimReason.OTHER) and not note.strip():
        return "note"
    return None

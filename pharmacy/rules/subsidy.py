"""The subsidy: how the cost of a line is shared between state, donor and citizen.

All whole piastres; the shares always sum to the cost. Default: the citizen pays nothing.
"""

from dataclasses import dataclass

from pharmacy.rules.money import round_half_up

ALL_OF_IT = 10_000
"""Basis points of the whole cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubsidyTerms:
    """What an approval says of shares: basis points of the cost, and the citizen's most."""

    citizen_basis_points: int = 0
    donor_basis_points: int = 0
    citizen_share_max: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Who bears what of a cost, in piastres."""

    state: int
    donor: int
    citizen: int

    @property
    def total(self) -> int:
        """The cost that was shared."""
        return self.state + self.donor + self.citizen


def split(cost: int, terms: SubsidyTerms, *, gift: bool) -> Shares:
    """Split a cost (piastres).

    Args:
        cost: What the units taken from a batch were worth.
        terms: The approval's terms.
        gift: The batch was given, or bought with given money: what the citizen does not bear is
            the donor's, so that "cost to the state" never counts a gift.

    Returns:
        Shares that sum to the cost.
    """
    citizen = round_half_up(cost * terms.citizen_basis_points, ALL_OF_IT)
    if terms.citizen_share_max is not None:
        citizen = min(citizen, terms.citizen_share_max)
    rest = cost - citizen
    if gift:
        return Shares(state=0, donor=rest, citizen=citizen)
    donor = min(rest, round_half_up(cost * terms.donor_basis_points, ALL_OF_IT))
    return Shares(state=rest - donor, donor=donor, citizen=citizen)

"""Budgets: what an approval is expected to cost the funds, and what a budget has left for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from pharmacy.rules.money import round_half_up
from pharmacy.rules.subsidy import ALL_OF_IT, SubsidyTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedItem:
    """An approved item and its last known price: so many piastres for so many units of issue."""

    quantity_per_issue: int
    issues: int
    price: int
    price_units: int


def expected_cost(
    items: Sequence[ExpectedItem], terms: SubsidyTerms, *, ceiling: int | None
) -> int:
    """Return the piastres that the funds will bear if all that is approved is handed out.

    Args:
        items: What is approved, each with its price; a half piastre of an item goes up.
        terms: What the citizen bears; their most counts once for each issue.
        ceiling: The most the approval lets the funds bear, if it says.
    """
    cost = sum(
        round_half_up(item.quantity_per_issue * item.issues * item.price, item.price_units)
        for item in items
    )
    citizen = round_half_up(cost * terms.citizen_basis_points, ALL_OF_IT)
    if terms.citizen_share_max is not None:
        times = max((item.issues for item in items), default=0)
        citizen = min(citizen, terms.citizen_share_max * times)
    borne = cost - citizen
    return borne if ceiling is None else min(borne, ceiling)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A budget of a fiscal year as it stands, in piastres.

    Spent is what the fund's goods and money were used for in the year. What was lost was used for
    nothing: it is told apart, and refuses no promise.

    Attributes:
        granted: The sum of its entries.
        handed_out: Medicine handed out, what the state and donors bore of it.
        claims: What was accepted of contract pharmacies' claims.
        institutions: Medicine issued to hospitals and other institutions.
        other: Other expenses, and what invoices asked beyond the goods received.
        committed: What approvals in force are still expected to cost.
        lost: Goods and cash lost, destroyed or missing in a count, less what was found.
    """

    granted: int
    handed_out: int = 0
    claims: int = 0
    institutions: int = 0
    other: int = 0
    committed: int = 0
    lost: int = 0

    @property
    def spent(self) -> int:
        """What the fund's goods and money were used for."""
        return self.handed_out + self.claims + self.institutions + self.other

    @property
    def used(self) -> int:
        """What is spent or promised."""
        return self.spent + self.committed

    @property
    def left(self) -> int:
        """What may still be promised; below nothing when more was."""
        return self.granted - self.used

    def beyond(self, asked: int) -> int:
        """Return by how many piastres a new promise goes beyond what is left."""
        return max(asked - max(self.left, 0), 0)

    def warns(self, percent: int) -> bool:
        """Tell whether so many per cent of it are used."""
        return self.used * 100 >= self.granted * percent

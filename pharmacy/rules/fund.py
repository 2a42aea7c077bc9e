"""Whose a fund is: for which disease, person or centre it may pay, and on which approvals.

One rule for the counter's batches and for contract pharmacies' claims: an approval that names funds
may draw on no other; a fund that names a disease, a person or a centre pays only where all that it
names is met; a fund restricted otherwise, only where the approval names it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """A fund, and for whom it is; None where it names nothing."""

    fund_id: int
    fund_restricted: bool = False
    condition_id: int | None = None
    beneficiary_id: int | None = None
    centre_id: int | None = None

    @property
    def names_whom(self) -> bool:
        """Whether the fund says for whom it is."""
        return (self.condition_id, self.beneficiary_id, self.centre_id) != (None, None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """For whom a fund is to pay, and the funds that the approval names; empty for any."""

    allowed_fund_ids: frozenset[int] = frozenset()
    condition_ids: frozenset[int] = frozenset()
    beneficiary_id: int | None = None
    centre_id: int | None = None


def may_pay(purse: Purse, need: Need) -> bool:
    """Tell whether a fund may pay for a need."""
    if need.allowed_fund_ids:
        return purse.fund_id in need.allowed_fund_ids and _is_meant(purse, need)
    if purse.names_whom:
        return _is_meant(purse, need)
    return not purse.fund_restricted


def _is_meant(purse: Purse, need: Need) -> bool:
    """Tell whether the disease, the person and the centre that a fund names are the need's."""
    return (
        (purse.condition_id is None or purse.condition_id in need.condition_ids)
        and (purse.beneficiary_id is None or purse.beneficiary_id == need.beneficiary_id)
        and (purse.centre_id is None or purse.centre_id == need.centre_id)
    )

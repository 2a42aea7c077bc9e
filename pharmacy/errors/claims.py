"""Refusals of the cash drawer and of contract pharmacies' claims."""

from dataclasses import dataclass
from typing import ClassVar

from pharmacy.errors.base import PharmacyError


@dataclass(eq=False)
class DrawerMoved(PharmacyError):
    """Money came into the drawer or left it while it was counted; piastres shown and now."""

    shown: int
    expected: int
    status: ClassVar[int] = 409


@dataclass(eq=False)
class InvalidClaim(PharmacyError):
    """A claim of a contract pharmacy does not hold; lines count from 1, 0 stands for its head."""

    reason: str
    line: int

    @property
    def field_name(self) -> str:
        """The form field at fault."""
        return self.reason


@dataclass(eq=False)
class ClaimDecided(PharmacyError):
    """Somebody decided this claim before; a decision is made once."""

    number: str
    status: ClassVar[int] = 409

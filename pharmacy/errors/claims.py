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

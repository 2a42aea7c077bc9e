"""The proof of the stock: what moved by parts, and that the parts come to what is there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from pharmacy.rules.vocabulary import VoucherKind


class Part(StrEnum):
    """What stands between the opening and the closing, in the order of the page.

    The same sorts in the same order as in the reports of the stock's movement, told by other roads.
    """

    RECEIVED = "received"
    RETURNED = "returned"
    DISPENSED = "dispensed"
    ISSUED = "issued"
    LOST = "lost"
    MOVED = "moved"
    COUNTED = "counted"
    UNDONE = "undone"


PART_OF: Mapping[VoucherKind, Part] = MappingProxyType(
    {
        VoucherKind.OPENING_BALANCE: Part.RECEIVED,
        VoucherKind.GOODS_RECEIPT: Part.RECEIVED,
        VoucherKind.RETURN_FROM_CITIZEN: Part.RETURNED,
        VoucherKind.RETURN_TO_SUPPLIER: Part.RETURNED,
        VoucherKind.DISPENSING: Part.DISPENSED,
        VoucherKind.INSTITUTION_ISSUE: Part.ISSUED,
        VoucherKind.WRITE_OFF: Part.LOST,
        VoucherKind.RECALL_WITHDRAWAL: Part.LOST,
        VoucherKind.TRANSFER_OUT: Part.MOVED,
        VoucherKind.TRANSFER_IN: Part.MOVED,
        VoucherKind.COUNT_ADJUSTMENT: Part.COUNTED,
        VoucherKind.REVERSAL: Part.UNDONE,
    }
)
"""Which part a voucher that moves stock belongs to."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Units of issue and piastres, signed."""

    units: int = 0
    piastres: int = 0

    def __add__(self, other: "Measure") -> "Measure":
        """Add units to units and piastres to piastres."""
        return Measure(self.units + other.units, self.piastres + other.piastres)

    def __sub__(self, other: "Measure") -> "Measure":
        """Take units from units and piastres from piastres."""
        return Measure(self.units - other.units, self.piastres - other.piastres)


@dataclass(frozen=True, slots=True)
class Proven:
    """What was there, what moved, what is there; each of the three comes by a road of its own."""

    opening: Measure = Measure()
    parts: Mapping[Part, Measure] = field(default_factory=dict)
    closing: Measure = Measure()

    @property
    def difference(self) -> Measure:
        """What is there beyond what the opening and the parts come to: nothing, if all is right."""
        return self.closing - sum(self.parts.values(), start=self.opening)

    def __add__(self, other: "Proven") -> "Proven":
        """Add part by part."""
        nothing = Measure()
        parts = {
            part: self.parts.get(part, nothing) + other.parts.get(part, nothing)
            for part in Part
            if part in self.parts or part in other.parts
        }
        return Proven(self.opening + other.opening, parts, self.closing + other.closing)

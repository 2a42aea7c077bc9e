"""Refusals at the counter: drafts, scans, packs, signatures."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from pharmacy.errors.base import PharmacyError


@dataclass(eq=False)
class DraftClosed(PharmacyError):
    """The draft was dispensed, cleared or has expired; `state` says which."""

    state: str
    status: ClassVar[int] = 409


@dataclass(eq=False)
class DraftHeldByOther(PharmacyError):
    """A colleague has a draft for this person in hand or on hold."""

    holder: str
    status: ClassVar[int] = 409


class DraftChanged(PharmacyError):
    """The draft changed in another window since this page was shown."""

    status: ClassVar[int] = 409


@dataclass(eq=False)
class UnknownCode(PharmacyError):
    """The scan is a good code, but of nothing on file."""

    text: str
    field = "code"
    status: ClassVar[int] = 404


@dataclass(eq=False)
class PersonFirst(PharmacyError):
    """A pack or a medicine came before the person."""

    name: str
    field = "code"


@dataclass(eq=False)
class PackRefused(PharmacyError):
    """The pack in the hand may not be given.

    Attributes:
        reason: `expired`, `recalled`, `quarantined`, `unknown_lot`, `expiry_differs`, `used`,
            `not_on_list` or `nothing_left`.
        drug: The medicine's name.
        lot: As the pack says it.
        expiry: As the pack or the file says it.
        serial: As the pack says it.
        number: The dispensing that used it, or what the file says instead.
    """

    reason: str
    drug: str
    lot: str = ""
    expiry: date | None = None
    serial: str = ""
    number: str = ""
    field = "code"
    status: ClassVar[int] = 409


@dataclass(eq=False)
class SubstitutionRefused(PharmacyError):
    """Another brand may be given only of the same substance, strength and unit, with consent.

    Source: law 127/1955, article 34.
    """

    reason: str


@dataclass(eq=False)
class AuthorityMissing(PharmacyError):
    """Lines without an approval need a standing authority or a committee member's signature."""

    lines: int
    field = "signer"


@dataclass(eq=False)
class AuthorityRefused(PharmacyError):
    """A standing authority's figures do not hold together; `reason` names the field at fault."""

    reason: str


@dataclass(eq=False)
class NoUsualDose(PharmacyError):
    """Neither a dose nor a quantity says how much of this is to be given."""

    drug: str
    field = "dose"

"""Refusals at the door: sign-in, rights, accounts, PINs."""

from dataclasses import dataclass
from typing import ClassVar

from pharmacy.errors.base import PharmacyError


@dataclass(eq=False)
class NotPermitted(PharmacyError):
    """The role lacks the permission."""

    permission: str
    role: str
    status: ClassVar[int] = 403


@dataclass(eq=False)
class ScopeMissing(PharmacyError):
    """The program's token carries none of the scopes that this needs."""

    scopes: tuple[str, ...]
    status: ClassVar[int] = 403


@dataclass(eq=False)
class TooManyCalls(PharmacyError):
    """A program calls more often than it may; try again after so many seconds."""

    retry_after_seconds: int
    status: ClassVar[int] = 429


class SignInRefused(PharmacyError):
    """Name or password is wrong; which of the two is not said."""

    field = "username"
    status = 401


@dataclass(eq=False)
class SignInThrottled(PharmacyError):
    """Too many attempts; try again after so many seconds."""

    retry_after_seconds: int
    field = "username"
    status = 429


@dataclass(eq=False)
class WeakPassword(PharmacyError):
    """The password is too short, too long or too well known."""

    reason: str
    minimum: int = 12
    field = "password"


@dataclass(eq=False)
class UsernameTaken(PharmacyError):
    """Another member of staff signs in by this name."""

    username: str
    field = "username"


class OwnAccount(PharmacyError):
    """Nobody changes their own role or closes their own account."""


class SignatureRefused(PharmacyError):
    """Badge, name or PIN of the second person is wrong; which of them is not said."""

    field = "signer_pin"
    status = 401


class OwnSignature(PharmacyError):
    """A second signature is another person's."""

    field = "signer"


class BadgeUnknown(PharmacyError):
    """The code is nobody's badge at this site."""

    field = "badge"
    status = 401


@dataclass(eq=False)
class PinThrottled(SignInThrottled):
    """Too many wrong PINs; only the password opens now, and the PIN after it."""

    field = "pin"


class PinRefused(PharmacyError):
    """The PIN is not the badge holder's; the screen stays locked."""

    field = "pin"
    status = 401


class PinMissing(PharmacyError):
    """The badge's holder has set no PIN yet; only the password opens."""

    field = "badge"
    status = 409


class PinsDiffer(PharmacyError):
    """The two new PINs are not the same."""

    field = "again"


class WeakPin(PharmacyError):
    """A PIN is six digits, not all alike and not in a row."""

    field = "pin"

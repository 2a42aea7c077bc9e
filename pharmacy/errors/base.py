"""The one base of all refusals, and those of no noun in particular."""

import dataclasses
import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar


class PharmacyError(Exception):
    """The one base of all refusals."""

    field: ClassVar[str | None] = None
    status: ClassVar[int] = 422

    @property
    def code(self) -> str:
        """The refusal's name as an API sends it: `InsufficientStock` → `insufficient_stock`."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(self).__name__).lower()

    def facts(self) -> dict[str, object]:
        """Return the facts by name, for words and for the API."""
        if not dataclasses.is_dataclass(self):
            return {}
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}

    def __str__(self) -> str:
        """Name and facts, for logs and tests; never shown to a user."""
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts().items())
        return f"{self.code}({facts})"


@dataclass(eq=False)
class _OfField:
    """What a refusal has that says itself which field it belongs to."""

    name: str

    @property
    def field_name(self) -> str:
        """The form field at fault."""
        return self.name


@dataclass(eq=False)
class NotFound(PharmacyError):
    """There is no such thing, or it is not for this person to see."""

    noun: str
    key: str
    status: ClassVar[int] = 404


@dataclass(eq=False)
class Busy(PharmacyError):
    """The database could not take the work now; nothing was recorded, try again."""

    retry_after_seconds: int = 2
    status: ClassVar[int] = 503


@dataclass(eq=False)
class Misconfigured(PharmacyError):
    """The program refuses to start half-set; `variable` names what to mend."""

    variable: str
    reason: str


class PostedFactChanged(PharmacyError):
    """Posted facts are never edited; a correction is a new fact that names the old one."""

    status = 500


class MissingFact(_OfField, PharmacyError):
    """A fact that this step needs was not given."""


class FutureDate(_OfField, PharmacyError):
    """A day that has not come yet, where only a past one makes sense."""


class InvalidField(_OfField, PharmacyError):
    """A field of an API call is missing, unknown, of another kind or out of bounds."""


@dataclass(eq=False)
class InvalidNumber(PharmacyError):
    """Not a whole number within bounds."""

    minimum: int
    maximum: int


@dataclass(eq=False)
class InvalidAmount(PharmacyError):
    """Not an amount of Egyptian pounds with at most two decimals."""

    text: str


@dataclass(eq=False)
class InvalidDate(PharmacyError):
    """Not a date that can be read."""

    text: str


@dataclass(eq=False)
class InvalidPeriod(PharmacyError):
    """A period begins before it ends and is no longer than the bound."""

    date_from: date
    date_to: date
    field = "date_from"


@dataclass(eq=False)
class ImportUnreadable(PharmacyError):
    """The file is not a CSV or XLSX with the mapped columns."""

    reason: str
    field = "file"


@dataclass(eq=False)
class BackupRefused(PharmacyError):
    """A backup that cannot be made, or a file that is no whole and proven backup."""

    reason: str

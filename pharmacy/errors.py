"""Every refusal of the house as a class with facts; words are chosen at the door.

A refusal never carries a sentence: `pharmacy.web.refusals` and the command line turn class and
facts into the reader's language. `field` names the form field the refusal belongs to.
"""

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
class NotPermitted(PharmacyError):
    """The role lacks the permission."""

    permission: str
    role: str
    status: ClassVar[int] = 403


@dataclass(eq=False)
class NotFound(PharmacyError):
    """There is no such thing, or it is not for this person to see."""

    noun: str
    key: str
    status: ClassVar[int] = 404


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


@dataclass(eq=False)
class InvalidNationalId(PharmacyError):
    """The fourteen digits do not hold together; `reason` says where."""

    reason: str
    field = "identity_number"


class InvalidPhone(PharmacyError):
    """Not an Egyptian phone number, nor an international one with its country code."""

    field = "phone"


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
class InvalidDose(PharmacyError):
    """Not of the form units * times a day * days."""

    text: str
    field = "dose"


@dataclass(eq=False)
class UnreadableBarcode(PharmacyError):
    """The scan is neither one of ours nor a pack's."""

    text: str
    reason: str


@dataclass(eq=False)
class _OfField:
    """What a refusal has that says itself which field it belongs to."""

    name: str

    @property
    def field_name(self) -> str:
        """The form field at fault."""
        return self.name


class MissingFact(_OfField, PharmacyError):
    """A fact that this step needs was not given."""


class FutureDate(_OfField, PharmacyError):
    """A day that has not come yet, where only a past one makes sense."""


class InvalidField(_OfField, PharmacyError):
    """A field of an API call is missing, unknown, of another kind or out of bounds."""


@dataclass(eq=False)
class PossibleDuplicate(PharmacyError):
    """Someone on file has the same identity, phone or name; look before a second record is made."""

    beneficiary_ids: tuple[int, ...]
    matched_by: str
    status: ClassVar[int] = 409


@dataclass(eq=False)
class IdentityTaken(PharmacyError):
    """The identity number belongs to another active beneficiary."""

    beneficiary_id: int
    field = "identity_number"
    status = 409


class MergeRefused(PharmacyError):
    """A record cannot be merged with itself or with one already merged."""


@dataclass(eq=False)
class BeneficiaryInactive(PharmacyError):
    """The record was merged into another, or the person has died."""

    status_value: str


@dataclass(eq=False)
class TransitionRefused(PharmacyError):
    """A request cannot go from this state to that one."""

    from_state: str
    to_state: str
    status: ClassVar[int] = 409


@dataclass(eq=False)
class OutsideReferenceTaken(PharmacyError):
    """This channel already brought a request with this outside reference."""

    request_number: str
    field = "outside_reference"
    status = 409


@dataclass(eq=False)
class CentreRequired(PharmacyError):
    """A request through a centre names the centre, and the centre is of the channel's kind."""

    channel: str
    field = "centre"


class BeneficiaryRequired(PharmacyError):
    """A medicine request is decided for a named beneficiary."""

    field = "beneficiary"


@dataclass(eq=False)
class InvalidApproval(PharmacyError):
    """The decision's figures do not hold together; `reason` names the field at fault."""

    reason: str


class OwnRequest(PharmacyError):
    """Who approves a request does not dispense it, and the other way about."""


@dataclass(eq=False)
class DrugCodeTaken(PharmacyError):
    """Another drug has this code or GTIN."""

    key: str
    field = "code"


@dataclass(eq=False)
class InsufficientStock(PharmacyError):
    """Not enough of a drug that may be issued on the day; quantities in units of issue."""

    requested: int
    available: int
    drug_id: int | None = None
    line: int | None = None
    field = "quantity"
    status = 409


@dataclass(eq=False)
class InvalidReceipt(PharmacyError):
    """A line of a goods receipt or opening balance does not hold together."""

    reason: str
    line: int


@dataclass(eq=False)
class BatchNotIssuable(PharmacyError):
    """The batch is expired, quarantined or recalled."""

    batch_id: int
    reason: str


@dataclass(eq=False)
class SubmissionConflict(PharmacyError):
    """The same submission id came with other content."""

    submission_id: str
    status: ClassVar[int] = 422


@dataclass(eq=False)
class AlreadyReversed(PharmacyError):
    """A fact is reversed at most once."""

    voucher_id: int
    status: ClassVar[int] = 409


@dataclass(eq=False)
class CannotReverse(PharmacyError):
    """This voucher is not of a kind, or no longer in a state, that a reversal undoes."""

    voucher_id: int
    reason: str


@dataclass(eq=False)
class PeriodClosed(PharmacyError):
    """The month is closed; a late fact goes to the open month."""

    month: str


@dataclass(eq=False)
class PeriodNotClosable(PharmacyError):
    """A month is closed once, when it is over, after those before it, and when verify is green."""

    month: str
    reason: str
    status: ClassVar[int] = 409


class PostedFactChanged(PharmacyError):
    """Posted facts are never edited; a correction is a new fact that names the old one."""

    status = 500


@dataclass(eq=False)
class RequestNotApproved(PharmacyError):
    """Medicine is handed out only against an approved request of this very person."""

    request_id: int
    state: str


@dataclass(eq=False)
class LineNotApproved(PharmacyError):
    """A line names something this request's approval does not hold."""

    line: int


class NothingToDispense(PharmacyError):
    """A dispensing has at least one line with a quantity."""

    field = "lines"


@dataclass(eq=False)
class NoticesStand(PharmacyError):
    """Rules object; `notices` are `rules.notice.Notice` values, stops and un-overridden blocks."""

    notices: tuple[object, ...]
    status: ClassVar[int] = 409


@dataclass(eq=False)
class OwingNotOpen(PharmacyError):
    """The owing was settled, has lapsed or is less than what was asked."""

    owing_id: int
    left: int


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


@dataclass(eq=False)
class BackupRefused(PharmacyError):
    """A backup that cannot be made, or a file that is no whole and proven backup."""

    reason: str


@dataclass(eq=False)
class ImportUnreadable(PharmacyError):
    """The file is not a CSV or XLSX with the mapped columns."""

    reason: str
    field = "file"


@dataclass(eq=False)
class InvalidPeriod(PharmacyError):
    """A period begins before it ends and is no longer than the bound."""

    date_from: date
    date_to: date
    field = "date_from"

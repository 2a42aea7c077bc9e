"""Refusals of what may be dispensed, received, undone and closed."""

from dataclasses import dataclass
from typing import ClassVar

from pharmacy.errors.base import PharmacyError


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
class InvalidStockLine(PharmacyError):
    """A line of a stock document does not hold together.

    Attributes:
        reason: What is wrong.
        line: Which line; 0 for the document as a whole.
        lot: Its batch's, where known.
        available: Units of issue there are, where too many were asked for.
    """

    reason: str
    line: int
    lot: str = ""
    available: int | None = None


@dataclass(eq=False)
class TransferArrived(PharmacyError):
    """What was sent arrives once."""

    voucher_id: int
    status: ClassVar[int] = 409


@dataclass(eq=False)
class BatchNeverIssued(PharmacyError):
    """What a citizen brought back is never released for issue again."""

    batch_id: int
    status: ClassVar[int] = 409


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
class UnreadableBarcode(PharmacyError):
    """The scan is neither one of ours nor a pack's."""

    text: str
    reason: str


@dataclass(eq=False)
class InvalidDose(PharmacyError):
    """Not of the form units * times a day * days."""

    text: str
    field = "dose"


@dataclass(eq=False)
class DrugCodeTaken(PharmacyError):
    """Another drug has this code or GTIN."""

    key: str
    field = "code"

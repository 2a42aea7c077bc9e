"""Refusals of money: what a fund cannot pay, what does not hold together."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from pharmacy.errors.base import PharmacyError


@dataclass(eq=False)
class InvalidMoney(PharmacyError):
    """A receipt, a payment, a budget or a paper of it does not hold; `reason` names the field."""

    reason: str

    @property
    def field_name(self) -> str:
        """The form field at fault."""
        return self.reason


@dataclass(eq=False)
class InvalidFund(PharmacyError):
    """What is written of a fund, or of somebody it has to do with, does not hold together."""

    reason: str

    @property
    def field_name(self) -> str:
        """The form field at fault."""
        return self.reason


@dataclass(eq=False)
class BudgetExceeded(PharmacyError):
    """An approval is expected to cost more than the budget of its fund has left; piastres."""

    fund_ar: str
    fund_en: str
    fiscal_year: int
    asked: int
    left: int
    field = "funds"
    status: ClassVar[int] = 409


@dataclass(eq=False)
class BudgetMissing(PharmacyError):
    """The fund had a budget in an earlier year, and none is granted yet for this one; piastres."""

    fund_ar: str
    fund_en: str
    fiscal_year: int
    asked: int
    field = "funds"
    status: ClassVar[int] = 409


@dataclass(eq=False)
class InsufficientFunds(PharmacyError):
    """A fund holds less cash than is asked of it; piastres."""

    fund_id: int
    asked: int
    held: int
    field = "amount"
    status: ClassVar[int] = 409


@dataclass(eq=False)
class FundsLater(PharmacyError):
    """A fund holds the piastres asked of it, but held less on a day since the paper's.

    Attributes:
        held: What it held at the end of the last day on which it was less than asked.
        short_on: That day.
    """

    fund_id: int
    asked: int
    held: int
    short_on: date
    field = "on"
    status: ClassVar[int] = 409


@dataclass(eq=False)
class PaidTooEarly(PharmacyError):
    """A payment is dated before an invoice that it pays counts."""

    number: str
    first: date
    field = "on"
    status: ClassVar[int] = 422


@dataclass(eq=False)
class NoSuchCredit(PharmacyError):
    """A party is said to pay a fund back more than they owe it; piastres."""

    asked: int
    left: int
    field = "amount"
    status: ClassVar[int] = 409


@dataclass(eq=False)
class FundInUse(PharmacyError):
    """A fund that still holds or owes something is to be switched off.

    Attributes:
        holds: What (`cash`, `owed`, `credit`, `stock`, `drawer`), and piastres.
    """

    holds: tuple[tuple[str, int], ...]
    field = "active"
    status: ClassVar[int] = 409


@dataclass(eq=False)
class LedgerUnbalanced(PharmacyError):
    """The sums of all accounts are not zero; no report is made of such books. Piastres."""

    opening: int
    closing: int
    status: ClassVar[int] = 409


@dataclass(eq=False)
class InvoiceTaken(PharmacyError):
    """The supplier's invoice of this number was recorded, or a receipt is on another invoice."""

    number: str
    what: str
    status: ClassVar[int] = 409


@dataclass(eq=False)
class InvoiceMismatch(PharmacyError):
    """An invoice asks for another sum than its receipts are worth, without a reason; piastres."""

    amount: int
    received: int
    field = "reason"


@dataclass(eq=False)
class InvoicePaid(PharmacyError):
    """Less is open on an invoice than is to be paid; piastres."""

    number: str
    asked: int
    left: int
    field = "amount"
    status: ClassVar[int] = 409


@dataclass(eq=False)
class InvoiceUndone(PharmacyError):
    """An invoice that was undone is not paid."""

    number: str
    status: ClassVar[int] = 409


@dataclass(eq=False)
class AccountCodeTaken(PharmacyError):
    """Another account of the chart has this code."""

    key: str
    status: ClassVar[int] = 409

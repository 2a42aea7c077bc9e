"""What is owed: suppliers' invoices, the claims of contract pharmacies, and their payment."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.db import Base, Day, Moment, PostedFact, Whole, Word, one_of
from pharmacy.models.sealed import SealedFact
from pharmacy.rules.vocabulary import ClaimReason, ReversalReason


class Claim(PostedFact, Base):
    """What a contract pharmacy asks for medicine it gave for the fund; `claimed` in piastres."""

    __tablename__ = "claim"
    __table_args__ = (UniqueConstraint("pharmacy_id", "number"),)

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    pharmacy_id: Mapped[int] = mapped_column(Whole, ForeignKey("supplier.id"))
    number: Mapped[str]
    fund_id: Mapped[int] = mapped_column(Whole, ForeignKey("fund.id"))
    dated_on: Mapped[date] = mapped_column(Day)
    claimed: Mapped[int] = mapped_column(Whole)
    submission_id: Mapped[str] = mapped_column(unique=True)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))


class ClaimLine(PostedFact, Base):
    """One medicine on a claim: units of issue, piastres asked, for which citizen request."""

    __tablename__ = "claim_line"
    __table_args__ = (
        UniqueConstraint("claim_id", "line_no"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    claim_id: Mapped[int] = mapped_column(Whole, ForeignKey("claim.id"))
    line_no: Mapped[int] = mapped_column(Whole)
    request_id: Mapped[int] = mapped_column(Whole, ForeignKey("citizen_request.id"), index=True)
    drug_id: Mapped[int] = mapped_column(Whole, ForeignKey("drug.id"))
    given_on: Mapped[date] = mapped_column(Day)
    quantity: Mapped[int] = mapped_column(Whole)
    amount: Mapped[int] = mapped_column(Whole)
    receipt_number: Mapped[str]


class ClaimDecision(PostedFact, Base):
    """What became of a claim: piastres accepted, and the voucher that owes them, if any.

    One that was undone is followed by the next attempt.
    """

    __tablename__ = "claim_decision"
    __table_args__ = (
        CheckConstraint("accepted >= 0", name="accepted"),
        CheckConstraint("(accepted > 0) = (voucher_id IS NOT NULL)", name="owed_by_a_voucher"),
    )

    claim_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("claim.id"), primary_key=True, autoincrement=False
    )
    attempt: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    voucher_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("voucher.id"), unique=True)
    accepted: Mapped[int] = mapped_column(Whole)
    submission_id: Mapped[str] = mapped_column(unique=True)
    decided_at: Mapped[datetime] = mapped_column(Moment)
    decided_by: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))


class ClaimLineDecision(PostedFact, Base):
    """What was accepted of a line, units of issue and piastres, and why not all of it."""

    __tablename__ = "claim_line_decision"
    __table_args__ = (
        one_of("reason", ClaimReason),
        ForeignKeyConstraint(
            ["claim_id", "attempt"], ["claim_decision.claim_id", "claim_decision.attempt"]
        ),
        CheckConstraint("quantity >= 0", name="quantity"),
        CheckConstraint("accepted >= 0", name="accepted"),
    )

    claim_line_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("claim_line.id"), primary_key=True, autoincrement=False
    )
    attempt: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    claim_id: Mapped[int] = mapped_column(Whole, index=True)
    approval_item_id: Mapped[int | None] = mapped_column(
        Whole, ForeignKey("approval_item.id"), index=True
    )
    quantity: Mapped[int] = mapped_column(Whole)
    accepted: Mapped[int] = mapped_column(Whole)
    reason: Mapped[ClaimReason | None] = mapped_column(Word(ClaimReason))
    note: Mapped[str] = mapped_column(default="")


class ClaimReversal(PostedFact, Base):
    """The undoing of a decision, and the voucher that took back what was owed, if anything was."""

    __tablename__ = "claim_reversal"
    __table_args__ = (
        one_of("reason", ReversalReason),
        ForeignKeyConstraint(
            ["claim_id", "attempt"], ["claim_decision.claim_id", "claim_decision.attempt"]
        ),
    )

    claim_id: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    attempt: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    voucher_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("voucher.id"), unique=True)
    reason: Mapped[ReversalReason] = mapped_column(Word(ReversalReason))
    note: Mapped[str]
    submission_id: Mapped[str] = mapped_column(unique=True)
    reversed_on: Mapped[date] = mapped_column(Day)
    reversed_at: Mapped[datetime] = mapped_column(Moment)
    reversed_by: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))


class SupplierInvoice(SealedFact, PostedFact, Base):
    """An invoice matched with what was received on it, or an accepted claim; piastres.

    `difference` is what the invoice asks beyond its receipts; one that is not nothing has a voucher
    and a reason. It counts from its business date: the date on the paper, or the day it was
    recorded when that month was closed. A number comes again, with the next attempt, when the
    invoice before was undone.
    """

    __tablename__ = "supplier_invoice"
    __table_args__ = (
        UniqueConstraint("supplier_id", "number", "attempt"),
        UniqueConstraint("claim_id", "claim_attempt"),
        ForeignKeyConstraint(
            ["claim_id", "claim_attempt"], ["claim_decision.claim_id", "claim_decision.attempt"]
        ),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(difference <> 0) = (voucher_id IS NOT NULL)", name="difference_posted"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    supplier_id: Mapped[int] = mapped_column(Whole, ForeignKey("supplier.id"))
    number: Mapped[str]
    attempt: Mapped[int] = mapped_column(Whole)
    fund_id: Mapped[int] = mapped_column(Whole, ForeignKey("fund.id"))
    dated_on: Mapped[date] = mapped_column(Day)
    business_date: Mapped[date] = mapped_column(Day)
    due_on: Mapped[date] = mapped_column(Day)
    amount: Mapped[int] = mapped_column(Whole)
    difference: Mapped[int] = mapped_column(Whole)
    reason: Mapped[str]
    voucher_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("voucher.id"), unique=True)
    claim_id: Mapped[int | None] = mapped_column(Whole)
    claim_attempt: Mapped[int | None] = mapped_column(Whole)
    submission_id: Mapped[str] = mapped_column(unique=True)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))


class InvoiceReversal(SealedFact, PostedFact, Base):
    """The undoing of an invoice, and the voucher that took back what it had posted, if anything."""

    __tablename__ = "invoice_reversal"
    __table_args__ = (one_of("reason", ReversalReason),)

    invoice_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("supplier_invoice.id"), primary_key=True, autoincrement=False
    )
    voucher_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("voucher.id"), unique=True)
    reason: Mapped[ReversalReason] = mapped_column(Word(ReversalReason))
    note: Mapped[str]
    submission_id: Mapped[str] = mapped_column(unique=True)
    reversed_on: Mapped[date] = mapped_column(Day)
    reversed_at: Mapped[datetime] = mapped_column(Moment)
    reversed_by: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))


class InvoiceReceipt(SealedFact, PostedFact, Base):
    """A goods receipt (or a return to the supplier) that an invoice asks for; matched once.

    It is matched again, with the next attempt, when the invoice before was undone.
    """

    __tablename__ = "invoice_receipt"

    voucher_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("voucher.id"), primary_key=True, autoincrement=False
    )
    attempt: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    invoice_id: Mapped[int] = mapped_column(Whole, ForeignKey("supplier_invoice.id"), index=True)


class InvoicePayment(SealedFact, PostedFact, Base):
    """Which invoice a payment pays, and how many piastres of it."""

    __tablename__ = "invoice_payment"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    voucher_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("money_voucher.voucher_id"), primary_key=True, autoincrement=False
    )
    invoice_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("supplier_invoice.id"), primary_key=True, index=True
    )
    amount: Mapped[int] = mapped_column(Whole)

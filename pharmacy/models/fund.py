"""Funds (مصدر التمويل): where the money or the goods came from, their budgets and commitments."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.db import Base, Flag, Moment, PostedFact, Whole, Word, one_of
from pharmacy.models.sealed import SealedFact
from pharmacy.rules.vocabulary import FundKind


class Fund(Base):
    """A source of money or goods; a restricted one goes only where it may.

    Its restriction is to a disease, a person or a centre; all that are named must be met. One that
    is restricted and names none goes where an approval names the fund.
    """

    __tablename__ = "fund"
    __table_args__ = (one_of("kind", FundKind),)

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[FundKind] = mapped_column(Word(FundKind))
    name_ar: Mapped[str]
    name_en: Mapped[str]
    restricted: Mapped[bool] = mapped_column(Flag, default=False)
    condition_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("condition.id"))
    active: Mapped[bool] = mapped_column(Flag, default=True)
    beneficiary_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("beneficiary.id"))
    centre_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("centre.id"))
    donor_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("supplier.id"))


class BudgetEntry(SealedFact, PostedFact, Base):
    """A grant of budget, or a change of one: piastres, signed; a budget is the sum of its entries.

    The fiscal year is named by its first calendar year: 2026 runs from July 2026 to June 2027.
    """

    __tablename__ = "budget_entry"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount"),
        Index("ix_budget_entry_fund_id_fiscal_year", "fund_id", "fiscal_year"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    fund_id: Mapped[int] = mapped_column(Whole, ForeignKey("fund.id"))
    fiscal_year: Mapped[int] = mapped_column(Whole)
    amount: Mapped[int] = mapped_column(Whole)
    reason: Mapped[str]
    submission_id: Mapped[str] = mapped_column(unique=True)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))


class Commitment(SealedFact, PostedFact, Base):
    """What an approval was expected to cost when it was given: the fund and year that bear it."""

    __tablename__ = "commitment"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount"),
        Index("ix_commitment_fund_id_fiscal_year", "fund_id", "fiscal_year"),
    )

    approval_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("approval.id"), primary_key=True, autoincrement=False
    )
    fund_id: Mapped[int] = mapped_column(Whole, ForeignKey("fund.id"))
    fiscal_year: Mapped[int] = mapped_column(Whole)
    amount: Mapped[int] = mapped_column(Whole)
    committed_at: Mapped[datetime] = mapped_column(Moment)


class BudgetOverride(SealedFact, PostedFact, Base):
    """An approval beyond its budget: by how many piastres, who let it pass, and why."""

    __tablename__ = "budget_override"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    approval_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("commitment.approval_id"), primary_key=True, autoincrement=False
    )
    amount: Mapped[int] = mapped_column(Whole)
    reason: Mapped[str]
    staff_id: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(Moment)

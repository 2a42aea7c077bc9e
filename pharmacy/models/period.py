"""Closed months: their totals are stored, sealed, and never change."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.db import AS_ITS_KEY, Base, Moment, PostedFact, Whole, Word, one_of
from pharmacy.models.sealed import SealedFact
from pharmacy.rules.closing import Total
from pharmacy.rules.vocabulary import Account, VoucherKind


class ClosedPeriod(SealedFact, PostedFact, Base):
    """A month (`2026-03`) that takes no more vouchers, with digests of all it held and added up to.

    `checklist` says what was looked at before, as JSON: the name of a check and what it found.
    """

    __tablename__ = "closed_period"

    month: Mapped[str] = mapped_column(primary_key=True)
    closed_at: Mapped[datetime] = mapped_column(Moment)
    closed_by: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    vouchers: Mapped[int] = mapped_column(Whole)
    digest: Mapped[str]
    totals_digest: Mapped[str] = mapped_column(default="", server_default="")
    checklist: Mapped[str] = mapped_column(default="[]", server_default="[]")


class PeriodCost(PostedFact, Base):
    """What was dispensed in a closed month, by one thing besides the site and the fund.

    `key` is the id or the word of what `dimension` names, empty where nothing was said. Figures are
    net: units of issue, piastres; what was undone stands beside. Persons are not stored: they do
    not add up, and two records may turn out to be one person.
    """

    __tablename__ = "period_cost"
    __table_args__ = (one_of("dimension", Total), AS_ITS_KEY)

    month: Mapped[str] = mapped_column(ForeignKey("closed_period.month"), primary_key=True)
    dimension: Mapped[Total] = mapped_column(Word(Total), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("site.id"), primary_key=True, autoincrement=False
    )
    fund_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("fund.id"), primary_key=True, autoincrement=False
    )
    lines: Mapped[int] = mapped_column(Whole)
    quantity: Mapped[int] = mapped_column(Whole)
    cost: Mapped[int] = mapped_column(Whole)
    state_share: Mapped[int] = mapped_column(Whole)
    donor_share: Mapped[int] = mapped_column(Whole)
    reversed_lines: Mapped[int] = mapped_column(Whole)
    reversed_cost: Mapped[int] = mapped_column(Whole)


class PeriodBalance(PostedFact, Base):
    """What a closed month posted to an account of a fund at a site, piastres, debit and credit."""

    __tablename__ = "period_balance"
    __table_args__ = (
        CheckConstraint("debit >= 0", name="debit"),
        CheckConstraint("credit >= 0", name="credit"),
        AS_ITS_KEY,
    )

    month: Mapped[str] = mapped_column(ForeignKey("closed_period.month"), primary_key=True)
    account: Mapped[Account] = mapped_column(Word(Account), primary_key=True)
    fund_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("fund.id"), primary_key=True, autoincrement=False
    )
    site_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("site.id"), primary_key=True, autoincrement=False
    )
    debit: Mapped[int] = mapped_column(Whole)
    credit: Mapped[int] = mapped_column(Whole)


class PeriodMovement(PostedFact, Base):
    """What moved of an item in a closed month by one kind of voucher: units and piastres, signed.

    What a reversal moved stands under the kind it undid, by itself (`undone`).
    """

    __tablename__ = "period_movement"
    __table_args__ = AS_ITS_KEY

    month: Mapped[str] = mapped_column(ForeignKey("closed_period.month"), primary_key=True)
    site_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("site.id"), primary_key=True, autoincrement=False
    )
    drug_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("drug.id"), primary_key=True, autoincrement=False
    )
    fund_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("fund.id"), primary_key=True, autoincrement=False
    )
    kind: Mapped[VoucherKind] = mapped_column(Word(VoucherKind), primary_key=True)
    undone: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    quantity: Mapped[int] = mapped_column(Whole)
    value: Mapped[int] = mapped_column(Whole)


class PeriodOnHand(PostedFact, Base):
    """What was on hand of an item when a month ended: units of issue and piastres."""

    __tablename__ = "period_on_hand"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="quantity"),
        CheckConstraint("value >= 0", name="value"),
        AS_ITS_KEY,
    )

    month: Mapped[str] = mapped_column(ForeignKey("closed_period.month"), primary_key=True)
    site_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("site.id"), primary_key=True, autoincrement=False
    )
    drug_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("drug.id"), primary_key=True, autoincrement=False
    )
    fund_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("fund.id"), primary_key=True, autoincrement=False
    )
    quantity: Mapped[int] = mapped_column(Whole)
    value: Mapped[int] = mapped_column(Whole)

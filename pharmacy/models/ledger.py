"""The ledger: its chart of accounts, and what vouchers of money say beyond their postings."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.db import Base, Moment, PostedFact, Whole, Word, one_of
from pharmacy.rules.vocabulary import Account, AccountType, PaymentMethod


class LedgerAccount(Base):
    """An account of the chart: its code and names are the governorate's to choose."""

    __tablename__ = "ledger_account"
    __table_args__ = (one_of("account", Account), one_of("type", AccountType))

    account: Mapped[Account] = mapped_column(Word(Account), primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    type: Mapped[AccountType] = mapped_column(Word(AccountType))
    name_ar: Mapped[str]
    name_en: Mapped[str]


class MoneyVoucher(PostedFact, Base):
    """Money that came into a fund or left it: piastres, how, on which paper, for what.

    `account` is the other side: income for a receipt; payables or expenses for a payment.
    """

    __tablename__ = "money_voucher"
    __table_args__ = (
        one_of("account", Account),
        one_of("method", PaymentMethod),
        CheckConstraint("amount > 0", name="amount"),
    )

    voucher_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("voucher.id"), primary_key=True, autoincrement=False
    )
    fund_id: Mapped[int] = mapped_column(Whole, ForeignKey("fund.id"))
    account: Mapped[Account] = mapped_column(Word(Account))
    amount: Mapped[int] = mapped_column(Whole)
    method: Mapped[PaymentMethod] = mapped_column(Word(PaymentMethod))
    party_name: Mapped[str]
    purpose: Mapped[str]


class CashCount(PostedFact, Base):
    """A drawer counted and handed over at the end of a shift: piastres expected and found.

    What was expected is what the books say was taken from citizens at the site since the count
    before; the difference is posted, never hidden.
    """

    __tablename__ = "cash_count"
    __table_args__ = (
        CheckConstraint("counted >= 0", name="counted"),
        CheckConstraint("difference = counted - expected", name="difference"),
    )

    voucher_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("voucher.id"), primary_key=True, autoincrement=False
    )
    since: Mapped[datetime | None] = mapped_column(Moment)
    expected: Mapped[int] = mapped_column(Whole)
    counted: Mapped[int] = mapped_column(Whole)
    difference: Mapped[int] = mapped_column(Whole)
    cashier_id: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    received_by: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))


class CashPiece(PostedFact, Base):
    """Notes or coins of one kind (piastres each) that lay in a counted drawer."""

    __tablename__ = "cash_piece"
    __table_args__ = (CheckConstraint("pieces > 0", name="pieces"),)

    voucher_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("cash_count.voucher_id"), primary_key=True, autoincrement=False
    )
    denomination: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    pieces: Mapped[int] = mapped_column(Whole)

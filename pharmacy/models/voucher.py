"""Vouchers (إذن، سند): the one document that can move stock or money; never edited."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pharmacy.db import Base, Day, Moment, PostedFact, Whole, Word, one_of
from pharmacy.models.place import Site
from pharmacy.models.staff import Staff
from pharmacy.models.stock import Batch, Supplier
from pharmacy.rules.vocabulary import Account, VoucherKind


class Voucher(PostedFact, Base):
    """A posted voucher: numbered without gaps per site, kind and fiscal year, and sealed.

    `fact_date` is when that of which it speaks happened, where the books took it later.
    """

    __tablename__ = "voucher"
    __table_args__ = (
        one_of("kind", VoucherKind),
        UniqueConstraint("site_id", "kind", "fiscal_year", "number"),
        UniqueConstraint("site_id", "sequence"),
        # Target of the dispensing's own foreign key.
        UniqueConstraint("id", "request_id"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("sequence > 0", name="sequence"),
        # No dispensing without its citizen request, whoever writes the row.
        CheckConstraint("kind <> 'dispensing' OR request_id IS NOT NULL", name="has_request"),
        CheckConstraint("(kind = 'reversal') = (reverses_id IS NOT NULL)", name="reversal_names"),
        Index("ix_voucher_business_date", "business_date"),
        Index("ix_voucher_request_id", "request_id"),
        Index("ix_voucher_reverses_id", "reverses_id"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    site_id: Mapped[int] = mapped_column(Whole, ForeignKey("site.id"))
    kind: Mapped[VoucherKind] = mapped_column(Word(VoucherKind))
    fiscal_year: Mapped[int] = mapped_column(Whole)
    number: Mapped[int] = mapped_column(Whole)
    sequence: Mapped[int] = mapped_column(Whole)
    business_date: Mapped[date] = mapped_column(Day)
    posted_at: Mapped[datetime] = mapped_column(Moment)
    posted_by: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    submission_id: Mapped[str] = mapped_column(unique=True)
    submission_digest: Mapped[str]
    reverses_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("voucher.id"))
    request_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("citizen_request.id"))
    supplier_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("supplier.id"))
    document_reference: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    content_version: Mapped[int] = mapped_column(Whole)
    previous_seal: Mapped[str]
    seal: Mapped[str]
    fact_date: Mapped[date | None] = mapped_column(Day)

    site: Mapped[Site] = relationship()
    supplier: Mapped[Supplier | None] = relationship()
    poster: Mapped[Staff] = relationship()
    movements: Mapped[list["StockMovement"]] = relationship(order_by="StockMovement.line_no")
    postings: Mapped[list["Posting"]] = relationship(order_by="Posting.id")


class StockMovement(PostedFact, Base):
    """A signed quantity and value of one batch on one voucher.

    `reverses_id` is unique: a movement is undone at most once, by line or with its whole voucher.
    """

    __tablename__ = "stock_movement"
    __table_args__ = (
        UniqueConstraint("voucher_id", "line_no"),
        CheckConstraint("quantity <> 0", name="quantity"),
        CheckConstraint(
            "(quantity > 0 AND value >= 0) OR (quantity < 0 AND value <= 0)", name="signs_agree"
        ),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    voucher_id: Mapped[int] = mapped_column(Whole, ForeignKey("voucher.id"))
    line_no: Mapped[int] = mapped_column(Whole)
    batch_id: Mapped[int] = mapped_column(Whole, ForeignKey("batch.id"), index=True)
    quantity: Mapped[int] = mapped_column(Whole)
    value: Mapped[int] = mapped_column(Whole)
    reverses_id: Mapped[int | None] = mapped_column(
        Whole, ForeignKey("stock_movement.id"), unique=True
    )

    batch: Mapped[Batch] = relationship()


class Posting(PostedFact, Base):
    """A signed amount (piastres, debit positive) on one account and fund on one voucher."""

    __tablename__ = "posting"
    __table_args__ = (
        one_of("account", Account),
        CheckConstraint("amount <> 0", name="amount"),
        Index("ix_posting_account_fund_id", "account", "fund_id"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    voucher_id: Mapped[int] = mapped_column(Whole, ForeignKey("voucher.id"), index=True)
    line_no: Mapped[int] = mapped_column(Whole)
    account: Mapped[Account] = mapped_column(Word(Account))
    fund_id: Mapped[int] = mapped_column(Whole, ForeignKey("fund.id"))
    amount: Mapped[int] = mapped_column(Whole)
    reverses_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("posting.id"), unique=True)


class VoucherSeries(Base):
    """The last number of a kind of voucher at a site in a fiscal year (named by its first year)."""

    __tablename__ = "voucher_series"

    site_id: Mapped[int] = mapped_column(Whole, ForeignKey("site.id"), primary_key=True)
    kind: Mapped[VoucherKind] = mapped_column(Word(VoucherKind), primary_key=True)
    fiscal_year: Mapped[int] = mapped_column(Whole, primary_key=True)
    last_number: Mapped[int] = mapped_column(Whole)


class SiteChain(Base):
    """The end of a site's chain of seals; its row is the lock that puts vouchers in order."""

    __tablename__ = "site_chain"

    site_id: Mapped[int] = mapped_column(Whole, ForeignKey("site.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(Whole)
    seal: Mapped[str]

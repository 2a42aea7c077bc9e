"""Stock: batches (تشغيلة) and those who supplied them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pharmacy.db import Base, Day, Flag, Moment, PostedFact, Whole, Word, one_of
from pharmacy.models.formulary import Drug
from pharmacy.models.fund import Fund
from pharmacy.rules.vocabulary import BatchStatus, PartyKind


class Supplier(Base):
    """Who sold or gave goods or money, dispenses for the fund, or is supplied by it."""

    __tablename__ = "supplier"
    __table_args__ = (one_of("kind", PartyKind),)

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    tax_number: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(Flag, default=True)
    kind: Mapped[PartyKind] = mapped_column(
        Word(PartyKind), default=PartyKind.SUPPLIER, server_default=PartyKind.SUPPLIER.value
    )


class Batch(Base):
    """What one voucher line brought into one site: quantity in units of issue, value in piastres.

    `on_hand` and `value_on_hand` have one writer, `services.voucher.post`; the checks are the
    database's own refusal to oversell.
    """

    __tablename__ = "batch"
    __table_args__ = (
        one_of("status", BatchStatus),
        CheckConstraint("received_quantity > 0", name="received_quantity"),
        CheckConstraint("received_value >= 0", name="received_value"),
        CheckConstraint("on_hand >= 0", name="on_hand"),
        CheckConstraint("value_on_hand >= 0", name="value_on_hand"),
        CheckConstraint("on_hand > 0 OR value_on_hand = 0", name="empty_is_worthless"),
        Index("ix_batch_site_id_drug_id_expiry", "site_id", "drug_id", "expiry"),
        Index("ix_batch_drug_id", "drug_id"),
        Index("ix_batch_voucher_id", "voucher_id"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    site_id: Mapped[int] = mapped_column(Whole, ForeignKey("site.id"))
    drug_id: Mapped[int] = mapped_column(Whole, ForeignKey("drug.id"))
    fund_id: Mapped[int] = mapped_column(Whole, ForeignKey("fund.id"))
    request_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("citizen_request.id"))
    voucher_id: Mapped[int] = mapped_column(Whole, ForeignKey("voucher.id"))
    origin_batch_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("batch.id"))
    lot: Mapped[str]
    expiry: Mapped[date] = mapped_column(Day)
    received_on: Mapped[date] = mapped_column(Day)
    received_quantity: Mapped[int] = mapped_column(Whole)
    received_value: Mapped[int] = mapped_column(Whole)
    on_hand: Mapped[int] = mapped_column(Whole)
    value_on_hand: Mapped[int] = mapped_column(Whole)
    status: Mapped[BatchStatus] = mapped_column(Word(BatchStatus), default=BatchStatus.AVAILABLE)

    drug: Mapped[Drug] = relationship()
    fund: Mapped[Fund] = relationship()


class BatchEvent(PostedFact, Base):
    """A batch was held back, recalled or released, by whom and why."""

    __tablename__ = "batch_event"

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    batch_id: Mapped[int] = mapped_column(Whole, ForeignKey("batch.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    staff_id: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    from_status: Mapped[BatchStatus] = mapped_column(Word(BatchStatus))
    to_status: Mapped[BatchStatus] = mapped_column(Word(BatchStatus))
    reason: Mapped[str]

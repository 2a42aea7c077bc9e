"""What a stock document says beside its movements: who signed, who counted, whose return it is."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.db import Base, PostedFact, Whole


class StockDocument(PostedFact, Base):
    """The head of a write-off, return, issue, count or transfer.

    Attributes:
        second_staff_id: Who signed beside the one who posted it; none where one hand is enough.
        committee: The names of those who stood by and sign the paper, one a line.
        to_site_id: Where a transfer goes.
        sent_id: The transfer that arrives by this one; each arrives once.
    """

    __tablename__ = "stock_document"

    voucher_id: Mapped[int] = mapped_column(Whole, ForeignKey("voucher.id"), primary_key=True)
    second_staff_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("staff.id"))
    committee: Mapped[str] = mapped_column(default="")
    to_site_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("site.id"))
    sent_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("voucher.id"), unique=True)


class CountLine(PostedFact, Base):
    """What was counted of a batch (units of issue), and what the books held at that moment.

    A line without a difference moved nothing, and is kept all the same: it was counted.
    """

    __tablename__ = "count_line"
    __table_args__ = (
        CheckConstraint("expected >= 0", name="expected"),
        CheckConstraint("counted >= 0", name="counted"),
    )

    voucher_id: Mapped[int] = mapped_column(Whole, ForeignKey("voucher.id"), primary_key=True)
    line_no: Mapped[int] = mapped_column(Whole, primary_key=True)
    batch_id: Mapped[int] = mapped_column(Whole, ForeignKey("batch.id"), index=True)
    expected: Mapped[int] = mapped_column(Whole)
    counted: Mapped[int] = mapped_column(Whole)


class CitizenReturnLine(PostedFact, Base):
    """Which line of a dispensing a citizen brought something back of."""

    __tablename__ = "citizen_return_line"

    voucher_id: Mapped[int] = mapped_column(Whole, ForeignKey("voucher.id"), primary_key=True)
    line_no: Mapped[int] = mapped_column(Whole, primary_key=True)
    dispensing_line_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("dispensing_line.id"), index=True
    )

"""Who changed what, and who looked at whose file."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.db import Base, Moment, PostedFact, Whole
from pharmacy.db_facts import Facts


class AuditEvent(PostedFact, Base):
    """A change of a record that may change: staff, beneficiary, drug, setting, batch status."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_noun_noun_id", "noun", "noun_id"),)

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    staff_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("staff.id"))
    action: Mapped[str]
    noun: Mapped[str]
    noun_id: Mapped[str]
    before: Mapped[dict[str, object] | None] = mapped_column(Facts)
    after: Mapped[dict[str, object] | None] = mapped_column(Facts)


class AccessEvent(PostedFact, Base):
    """A look at a person's file, or at a masked number, with the reason where one was asked."""

    __tablename__ = "access_event"

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    staff_id: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"), index=True)
    beneficiary_id: Mapped[int] = mapped_column(Whole, ForeignKey("beneficiary.id"), index=True)
    action: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")

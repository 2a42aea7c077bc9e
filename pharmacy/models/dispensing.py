"""Dispensing (صرف): a voucher that hands medicine to a beneficiary against a citizen request."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pharmacy.db import Base, Day, Flag, Moment, PostedFact, Whole, Word, index_where, one_of
from pharmacy.db_facts import Facts
from pharmacy.models.request import Approval, ApprovalItem, CitizenRequest
from pharmacy.models.voucher import Voucher
from pharmacy.rules.vocabulary import Channel, NoticeCode, Severity, UnitOfIssue


class Dispensing(PostedFact, Base):
    """The head of a dispensing: what will be printed later is copied now.

    Its foreign keys are composite, so that the schema itself refuses a dispensing whose request
    is another person's or whose approval is another request's.
    """

    __tablename__ = "dispensing"
    __table_args__ = (
        ForeignKeyConstraint(["voucher_id", "request_id"], ["voucher.id", "voucher.request_id"]),
        ForeignKeyConstraint(
            ["request_id", "beneficiary_id"],
            ["citizen_request.id", "citizen_request.beneficiary_id"],
        ),
        ForeignKeyConstraint(["approval_id", "request_id"], ["approval.id", "approval.request_id"]),
        one_of("channel", Channel),
        Index("ix_dispensing_beneficiary_id", "beneficiary_id"),
        Index("ix_dispensing_request_id", "request_id"),
        Index("ix_dispensing_approval_id", "approval_id"),
    )

    voucher_id: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    request_id: Mapped[int] = mapped_column(Whole)
    approval_id: Mapped[int] = mapped_column(Whole)
    beneficiary_id: Mapped[int] = mapped_column(Whole, ForeignKey("beneficiary.id"))
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    centre_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("centre.id"))
    condition_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("condition.id"))
    patient_name: Mapped[str]
    card_number: Mapped[str]
    collected_by_name: Mapped[str] = mapped_column(default="")
    collected_by_identity: Mapped[str] = mapped_column(default="")
    collected_by_relation: Mapped[str] = mapped_column(default="")

    voucher: Mapped[Voucher] = relationship(
        foreign_keys=[voucher_id], viewonly=True, primaryjoin="Dispensing.voucher_id == Voucher.id"
    )
    request: Mapped[CitizenRequest] = relationship(
        foreign_keys=[request_id],
        viewonly=True,
        primaryjoin="Dispensing.request_id == CitizenRequest.id",
    )
    approval: Mapped[Approval] = relationship(
        foreign_keys=[approval_id],
        viewonly=True,
        primaryjoin="Dispensing.approval_id == Approval.id",
    )
    lines: Mapped[list["DispensingLine"]] = relationship(
        order_by="DispensingLine.id", viewonly=True
    )


class DispensingLine(PostedFact, Base):
    """One batch's part of a dispensing, or its undoing with all signs turned.

    Quantity in units of issue; cost and shares in piastres. `dispensing_id` is always the first
    dispensing, `voucher_id` the voucher that posted this row (the reversal, when it undoes one).
    """

    __tablename__ = "dispensing_line"
    __table_args__ = (
        UniqueConstraint("voucher_id", "line_no"),
        CheckConstraint("quantity <> 0", name="quantity"),
        CheckConstraint("cost = state_share + donor_share + citizen_share", name="shares_add_up"),
        CheckConstraint("(quantity > 0) = (reverses_line_id IS NULL)", name="reversal_is_negative"),
        one_of("unit", UnitOfIssue),
        # Holds all that a cost report adds up, so that a year is read from the index alone.
        Index(
            "ix_dispensing_line_business_date",
            "business_date",
            "drug_id",
            "fund_id",
            "beneficiary_id",
            "dispensing_id",
            "quantity",
            "cost",
            "state_share",
            "donor_share",
        ),
        index_where(
            "ix_dispensing_line_reversals", "business_date", where="reverses_line_id IS NOT NULL"
        ),
        Index("ix_dispensing_line_dispensing_id", "dispensing_id"),
        Index("ix_dispensing_line_approval_item_id", "approval_item_id"),
        Index("ix_dispensing_line_beneficiary_id", "beneficiary_id", "business_date"),
        Index("ix_dispensing_line_owing_id", "owing_id"),
        Index("ix_dispensing_line_drug_id", "drug_id"),
        Index("ix_dispensing_line_batch_id", "batch_id"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    voucher_id: Mapped[int] = mapped_column(Whole, ForeignKey("voucher.id"))
    line_no: Mapped[int] = mapped_column(Whole)
    dispensing_id: Mapped[int] = mapped_column(Whole, ForeignKey("dispensing.voucher_id"))
    approval_item_id: Mapped[int] = mapped_column(Whole, ForeignKey("approval_item.id"))
    drug_id: Mapped[int] = mapped_column(Whole, ForeignKey("drug.id"))
    batch_id: Mapped[int] = mapped_column(Whole, ForeignKey("batch.id"))
    fund_id: Mapped[int] = mapped_column(Whole, ForeignKey("fund.id"))
    beneficiary_id: Mapped[int] = mapped_column(Whole, ForeignKey("beneficiary.id"))
    business_date: Mapped[date] = mapped_column(Day)
    quantity: Mapped[int] = mapped_column(Whole)
    cost: Mapped[int] = mapped_column(Whole)
    state_share: Mapped[int] = mapped_column(Whole)
    donor_share: Mapped[int] = mapped_column(Whole)
    citizen_share: Mapped[int] = mapped_column(Whole)
    days: Mapped[int] = mapped_column(Whole)
    drug_name_ar: Mapped[str]
    drug_name_en: Mapped[str]
    strength: Mapped[str]
    unit: Mapped[UnitOfIssue] = mapped_column(Word(UnitOfIssue))
    lot: Mapped[str]
    expiry: Mapped[date] = mapped_column(Day)
    directions_ar: Mapped[str]
    directions_en: Mapped[str]
    owing_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("owing.id"))
    reverses_line_id: Mapped[int | None] = mapped_column(
        Whole, ForeignKey("dispensing_line.id"), unique=True
    )

    approval_item: Mapped[ApprovalItem] = relationship()


class NoticeOverride(PostedFact, Base):
    """A notice that stood at a dispensing: who overrode it and why, or that it was only shown."""

    __tablename__ = "notice_override"
    __table_args__ = (one_of("code", NoticeCode), one_of("severity", Severity))

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    voucher_id: Mapped[int] = mapped_column(Whole, ForeignKey("dispensing.voucher_id"), index=True)
    code: Mapped[NoticeCode] = mapped_column(Word(NoticeCode), index=True)
    severity: Mapped[Severity] = mapped_column(Word(Severity))
    facts: Mapped[dict[str, object]] = mapped_column(Facts)
    reason: Mapped[str] = mapped_column(default="")
    staff_id: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))


class Owing(PostedFact, Base):
    """What was due on a dispensing and could not be given yet (رصيد مستحق), units of issue."""

    __tablename__ = "owing"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    voucher_id: Mapped[int] = mapped_column(Whole, ForeignKey("dispensing.voucher_id"), index=True)
    approval_item_id: Mapped[int] = mapped_column(Whole, ForeignKey("approval_item.id"), index=True)
    drug_id: Mapped[int] = mapped_column(Whole, ForeignKey("drug.id"), index=True)
    beneficiary_id: Mapped[int] = mapped_column(Whole, ForeignKey("beneficiary.id"), index=True)
    quantity: Mapped[int] = mapped_column(Whole)

    closures: Mapped[list["OwingClosure"]] = relationship(viewonly=True)


class OwingClosure(PostedFact, Base):
    """An owing that will not be given: its dispensing was undone, or it was given up, and why."""

    __tablename__ = "owing_closure"

    owing_id: Mapped[int] = mapped_column(Whole, ForeignKey("owing.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    staff_id: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    reason: Mapped[str]


class DispensedPack(PostedFact, Base):
    """A pack whose own code was scanned for a line: units of issue taken from this very pack.

    A pack is used up when what was taken and not undone reaches its size.
    """

    __tablename__ = "dispensed_pack"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        ForeignKeyConstraint(
            ["voucher_id", "line_no"], ["dispensing_line.voucher_id", "dispensing_line.line_no"]
        ),
        Index("ix_dispensed_pack_gtin_serial", "gtin", "serial"),
        Index("ix_dispensed_pack_voucher_id", "voucher_id"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    voucher_id: Mapped[int] = mapped_column(Whole, ForeignKey("dispensing.voucher_id"))
    line_no: Mapped[int] = mapped_column(Whole)
    gtin: Mapped[str]
    lot: Mapped[str] = mapped_column(default="")
    serial: Mapped[str] = mapped_column(default="")
    quantity: Mapped[int] = mapped_column(Whole)


class DispensingCare(PostedFact, Base):
    """What was done at hand-over beside the medicine: prescription, witness, counselling."""

    __tablename__ = "dispensing_care"

    voucher_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("dispensing.voucher_id"), primary_key=True, autoincrement=False
    )
    collected_by_phone: Mapped[str] = mapped_column(default="")
    counselled: Mapped[str] = mapped_column(default="")
    prescriber: Mapped[str] = mapped_column(default="")
    prescription_number: Mapped[str] = mapped_column(default="", index=True)
    prescription_date: Mapped[date | None] = mapped_column(Day)
    prescription_kept: Mapped[bool] = mapped_column(Flag, default=False)
    second_staff_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("staff.id"))


class Substitution(PostedFact, Base):
    """Another brand given for the approved one, and who consented (law 127/1955, article 34)."""

    __tablename__ = "substitution"
    __table_args__ = (
        ForeignKeyConstraint(
            ["voucher_id", "line_no"], ["dispensing_line.voucher_id", "dispensing_line.line_no"]
        ),
        CheckConstraint("approved_drug_id <> given_drug_id", name="another_drug"),
    )

    voucher_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("dispensing.voucher_id"), primary_key=True, autoincrement=False
    )
    line_no: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    approved_drug_id: Mapped[int] = mapped_column(Whole, ForeignKey("drug.id"))
    given_drug_id: Mapped[int] = mapped_column(Whole, ForeignKey("drug.id"))
    consented_by: Mapped[str]
    consented_on: Mapped[date] = mapped_column(Day)

"""The counter's own rows: drafts, standing authorities, demand that could not be met, calls.

A draft is no fact: it takes no stock, may change, and expires. What it becomes is a dispensing.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pharmacy.db import (
    Base,
    Day,
    Flag,
    Moment,
    PostedFact,
    Whole,
    Word,
    one_of,
    unique_where,
)
from pharmacy.db_facts import Facts
from pharmacy.rules.vocabulary import CallOutcome, DraftState


class CounterDraft(Base):
    """What lies on the counter for one person, kept line by line until it is dispensed.

    `submission_id` goes with the draft from its first line, so that however often it is sent it
    becomes one dispensing. `version` counts changes: a page shown before one is told so.
    `approved_by` and `second_staff_id` are signatures over the lines as they stand; a change of
    lines takes them away.
    """

    __tablename__ = "counter_draft"
    __table_args__ = (
        one_of("state", DraftState),
        CheckConstraint("(state = 'dispensed') = (voucher_id IS NOT NULL)", name="dispensed_names"),
        # One person has one draft at a site, whoever holds it.
        unique_where(
            "uq_counter_draft_live",
            "site_id",
            "beneficiary_id",
            where="state = 'open' OR state = 'held'",
        ),
        Index("ix_counter_draft_staff_id_state", "staff_id", "state"),
        Index("ix_counter_draft_beneficiary_id", "beneficiary_id"),
        Index("ix_counter_draft_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    site_id: Mapped[int] = mapped_column(Whole, ForeignKey("site.id"))
    staff_id: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    beneficiary_id: Mapped[int] = mapped_column(Whole, ForeignKey("beneficiary.id"))
    request_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("citizen_request.id"))
    state: Mapped[DraftState] = mapped_column(Word(DraftState), default=DraftState.OPEN)
    submission_id: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(Whole, default=1)
    collected_by_name: Mapped[str] = mapped_column(default="")
    collected_by_identity: Mapped[str] = mapped_column(default="")
    collected_by_relation: Mapped[str] = mapped_column(default="")
    collected_by_phone: Mapped[str] = mapped_column(default="")
    counselled: Mapped[str] = mapped_column(default="")
    prescriber: Mapped[str] = mapped_column(default="")
    prescription_number: Mapped[str] = mapped_column(default="")
    prescription_date: Mapped[date | None] = mapped_column(Day)
    prescription_kept: Mapped[bool] = mapped_column(Flag, default=False)
    note: Mapped[str] = mapped_column(default="")
    partial: Mapped[bool] = mapped_column(Flag, default=False)
    reasons: Mapped[dict[str, object]] = mapped_column(Facts, default=dict)
    approved_by: Mapped[int | None] = mapped_column(Whole, ForeignKey("staff.id"))
    second_staff_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("staff.id"))
    # The lines as they stood before the last change, so that one step can be taken back.
    before: Mapped[dict[str, object]] = mapped_column(Facts, default=dict)
    created_at: Mapped[datetime] = mapped_column(Moment)
    touched_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    voucher_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("voucher.id"))

    lines: Mapped[list["DraftLine"]] = relationship(
        order_by="DraftLine.position, DraftLine.id", cascade="all, delete-orphan"
    )


class DraftLine(Base):
    """One line of a draft: a drug, units of issue, its dose, and the packs scanned for it.

    `uid` is made where the line was entered, so that a line sent twice is one line. Without
    `approval_item_id` it is a new prescription's line, to be approved when it is dispensed.
    `packs` holds `{"packs": [{"gtin", "lot", "serial", "batch_id", "quantity"}]}`.
    """

    __tablename__ = "draft_line"
    __table_args__ = (
        UniqueConstraint("draft_id", "uid"),
        CheckConstraint("quantity >= 0", name="quantity"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    draft_id: Mapped[int] = mapped_column(Whole, ForeignKey("counter_draft.id"))
    uid: Mapped[str]
    position: Mapped[int] = mapped_column(Whole)
    approval_item_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("approval_item.id"))
    owing_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("owing.id"))
    drug_id: Mapped[int] = mapped_column(Whole, ForeignKey("drug.id"))
    quantity: Mapped[int] = mapped_column(Whole)
    dose: Mapped[str] = mapped_column(default="")
    packs: Mapped[dict[str, object]] = mapped_column(Facts, default=dict)
    consented_by: Mapped[str] = mapped_column(default="")
    consented_on: Mapped[date | None] = mapped_column(Day)


class StandingAuthority(PostedFact, Base):
    """A committee member's standing decision (تفويض): what a walk-in may be given at once.

    `ceiling` is piastres a case. Whoever gave it is the one who approves under it.
    """

    __tablename__ = "standing_authority"
    __table_args__ = (
        CheckConstraint("valid_from <= valid_until", name="valid"),
        CheckConstraint("ceiling > 0", name="ceiling"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    decision_number: Mapped[str] = mapped_column(unique=True)
    staff_id: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    valid_from: Mapped[date] = mapped_column(Day)
    valid_until: Mapped[date] = mapped_column(Day)
    ceiling: Mapped[int] = mapped_column(Whole)
    given_at: Mapped[datetime] = mapped_column(Moment)


class AuthorityWithdrawal(PostedFact, Base):
    """The end of a standing authority before its day."""

    __tablename__ = "authority_withdrawal"

    authority_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("standing_authority.id"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime] = mapped_column(Moment)
    staff_id: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))


class UnmetDemand(PostedFact, Base):
    """A zero issue: what somebody was entitled to and the shelf could not give, units of issue."""

    __tablename__ = "unmet_demand"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        UniqueConstraint("submission_id", "drug_id"),
        Index("ix_unmet_demand_site_id_business_date", "site_id", "business_date"),
        Index("ix_unmet_demand_beneficiary_id", "beneficiary_id"),
        Index("ix_unmet_demand_drug_id", "drug_id"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    site_id: Mapped[int] = mapped_column(Whole, ForeignKey("site.id"))
    business_date: Mapped[date] = mapped_column(Day)
    at: Mapped[datetime] = mapped_column(Moment)
    staff_id: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    submission_id: Mapped[str]
    beneficiary_id: Mapped[int] = mapped_column(Whole, ForeignKey("beneficiary.id"))
    request_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("citizen_request.id"))
    approval_item_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("approval_item.id"))
    drug_id: Mapped[int] = mapped_column(Whole, ForeignKey("drug.id"))
    quantity: Mapped[int] = mapped_column(Whole)


class CallNote(PostedFact, Base):
    """A call to somebody who waits for an owing or for what could not be given."""

    __tablename__ = "call_note"
    __table_args__ = (
        one_of("outcome", CallOutcome),
        CheckConstraint("(owing_id IS NULL) <> (unmet_demand_id IS NULL)", name="names_one"),
        Index("ix_call_note_owing_id", "owing_id"),
        Index("ix_call_note_unmet_demand_id", "unmet_demand_id"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    owing_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("owing.id"))
    unmet_demand_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("unmet_demand.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    staff_id: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    outcome: Mapped[CallOutcome] = mapped_column(Word(CallOutcome))
    note: Mapped[str] = mapped_column(default="")

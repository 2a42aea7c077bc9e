"""Citizen requests (طلب مواطن) and the decisions on them."""

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
    index_where,
    one_of,
)
from pharmacy.db_facts import Facts
from pharmacy.models.beneficiary import Beneficiary, Condition
from pharmacy.models.formulary import Drug
from pharmacy.models.fund import Fund
from pharmacy.models.place import Centre
from pharmacy.rules.request_vocabulary import (
    Finding,
    Insurance,
    LinkKind,
    ReplyMeans,
    RequestState,
)
from pharmacy.rules.vocabulary import Channel, RequestCategory, Urgency


class PublicMeeting(Base):
    """A public meeting with the governor, at which complaints are taken."""

    __tablename__ = "public_meeting"
    __table_args__ = (
        # One meeting is held at one place on one day: written down twice it is one.
        Index("uq_public_meeting_held_on_place", "held_on", "place", unique=True),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    held_on: Mapped[date] = mapped_column(Day)
    place: Mapped[str]
    chair: Mapped[str]


class RequestSeries(Base):
    """The last number given to a citizen request in a calendar year."""

    __tablename__ = "request_series"

    year: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    last_number: Mapped[int] = mapped_column(Whole)


class CitizenRequest(Base):
    """What a citizen asked for, by which channel and centre.

    The clock: `due_on` is the last working day of its time limit; while papers are awaited,
    `paused_on` says since when the clock stands. It stops for good at `settled_on`: when medicine
    is first handed out, or when the request ends in another way. `search_text` is what free text
    is looked for in, folded; `services.request_search` writes it. `channel_facts` are the fields
    that only its channel has (`rules.intake`).
    """

    __tablename__ = "citizen_request"
    __table_args__ = (
        one_of("channel", Channel),
        one_of("category", RequestCategory),
        one_of("state", RequestState),
        one_of("urgency", Urgency),
        # Target of the dispensing's own foreign key: the same request and the same person.
        UniqueConstraint("id", "beneficiary_id"),
        UniqueConstraint("channel", "outside_reference"),
        Index("ix_citizen_request_beneficiary_id", "beneficiary_id"),
        Index("ix_citizen_request_state_received_on", "state", "received_on"),
        Index("ix_citizen_request_centre_id_received_on", "centre_id", "received_on"),
        # The inbox goes on by (received_on, id), whatever it is filtered by.
        Index("ix_citizen_request_channel_received_on", "channel", "received_on"),
        Index("ix_citizen_request_received_on", "received_on"),
        Index("ix_citizen_request_meeting_id", "meeting_id"),
        # What is overdue stands first everywhere: open requests by the day they are due.
        index_where("ix_citizen_request_unsettled_due_on", "due_on", where="settled_on IS NULL"),
        index_where(
            "ix_citizen_request_citizen_phone",
            "citizen_phone",
            where="citizen_phone IS NOT NULL",
        ),
        index_where(
            "ix_citizen_request_citizen_identity",
            "citizen_identity",
            where="citizen_identity IS NOT NULL",
        ),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    category: Mapped[RequestCategory] = mapped_column(Word(RequestCategory))
    state: Mapped[RequestState] = mapped_column(Word(RequestState))
    urgency: Mapped[Urgency] = mapped_column(Word(Urgency), default=Urgency.NORMAL)
    centre_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("centre.id"))
    meeting_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("public_meeting.id"))
    outside_reference: Mapped[str | None]
    received_on: Mapped[date] = mapped_column(Day)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    submission_id: Mapped[str | None] = mapped_column(unique=True)
    beneficiary_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("beneficiary.id"))
    citizen_name: Mapped[str]
    citizen_phone: Mapped[str | None]
    on_behalf_of: Mapped[str] = mapped_column(default="")
    condition_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("condition.id"))
    prescriber: Mapped[str] = mapped_column(default="")
    asked_for: Mapped[str]
    citizen_identity: Mapped[str | None]
    citizen_email: Mapped[str | None]
    channel_facts: Mapped[dict[str, object]] = mapped_column(Facts, default=dict)
    search_text: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None] = mapped_column(Day)
    paused_on: Mapped[date | None] = mapped_column(Day)
    settled_on: Mapped[date | None] = mapped_column(Day)
    first_reply_on: Mapped[date | None] = mapped_column(Day)
    approved_on: Mapped[date | None] = mapped_column(Day)
    handed_over_on: Mapped[date | None] = mapped_column(Day)
    closed_on: Mapped[date | None] = mapped_column(Day)
    reopened_on: Mapped[date | None] = mapped_column(Day)

    centre: Mapped[Centre | None] = relationship()
    meeting: Mapped[PublicMeeting | None] = relationship()
    beneficiary: Mapped[Beneficiary | None] = relationship()
    condition: Mapped[Condition | None] = relationship()
    events: Mapped[list["RequestEvent"]] = relationship(order_by="RequestEvent.id")
    approvals: Mapped[list["Approval"]] = relationship(order_by="Approval.id")


class RequestEvent(PostedFact, Base):
    """A step in the life of a citizen request; added, never edited."""

    __tablename__ = "request_event"

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    request_id: Mapped[int] = mapped_column(Whole, ForeignKey("citizen_request.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    staff_id: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    from_state: Mapped[RequestState | None] = mapped_column(Word(RequestState))
    to_state: Mapped[RequestState] = mapped_column(Word(RequestState))
    reason: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")


class RequestLink(PostedFact, Base):
    """A request that repeats an earlier one, or renews it."""

    __tablename__ = "request_link"
    __table_args__ = (
        one_of("kind", LinkKind),
        CheckConstraint("earlier_id <> request_id", name="two"),
        UniqueConstraint("request_id", "kind", "earlier_id"),
        Index("ix_request_link_earlier_id", "earlier_id"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    request_id: Mapped[int] = mapped_column(Whole, ForeignKey("citizen_request.id"))
    kind: Mapped[LinkKind] = mapped_column(Word(LinkKind))
    earlier_id: Mapped[int] = mapped_column(Whole, ForeignKey("citizen_request.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    staff_id: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))


class SocialResearch(PostedFact, Base):
    """A social research (بحث اجتماعي): the household and who else pays; income in piastres."""

    __tablename__ = "social_research"
    __table_args__ = (
        one_of("insurance", Insurance),
        one_of("finding", Finding),
        CheckConstraint("household_size > 0", name="household"),
        CheckConstraint("monthly_income >= 0", name="income"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    request_id: Mapped[int] = mapped_column(Whole, ForeignKey("citizen_request.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    staff_id: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    household_size: Mapped[int] = mapped_column(Whole)
    monthly_income: Mapped[int] = mapped_column(Whole)
    insurance: Mapped[Insurance] = mapped_column(Word(Insurance))
    finding: Mapped[Finding] = mapped_column(Word(Finding))
    note: Mapped[str]


class MedicalCheck(PostedFact, Base):
    """A medical check: the prescription, the diagnosis, and whether the formulary has it."""

    __tablename__ = "medical_check"
    __table_args__ = (one_of("finding", Finding),)

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    request_id: Mapped[int] = mapped_column(Whole, ForeignKey("citizen_request.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    staff_id: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    condition_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("condition.id"))
    diagnosis: Mapped[str]
    prescription_seen: Mapped[bool] = mapped_column(Flag)
    prescription_on: Mapped[date | None] = mapped_column(Day)
    # What the formulary lacks is bought for this one request.
    to_buy: Mapped[bool] = mapped_column(Flag)
    finding: Mapped[Finding] = mapped_column(Word(Finding))
    note: Mapped[str]


class CitizenReply(PostedFact, Base):
    """What the citizen was told, when and how."""

    __tablename__ = "citizen_reply"
    __table_args__ = (one_of("means", ReplyMeans),)

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    request_id: Mapped[int] = mapped_column(Whole, ForeignKey("citizen_request.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    staff_id: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    means: Mapped[ReplyMeans] = mapped_column(Word(ReplyMeans))
    text: Mapped[str]
    submission_id: Mapped[str] = mapped_column(unique=True)


class CitizenFeedback(PostedFact, Base):
    """What the citizen says of the outcome: was it really solved? Once for each outcome."""

    __tablename__ = "citizen_feedback"

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    request_id: Mapped[int] = mapped_column(Whole, ForeignKey("citizen_request.id"), index=True)
    event_id: Mapped[int] = mapped_column(Whole, ForeignKey("request_event.id"), unique=True)
    at: Mapped[datetime] = mapped_column(Moment)
    solved: Mapped[bool] = mapped_column(Flag)
    text: Mapped[str]


class Approval(PostedFact, Base):
    """The decision (موافقة): which drugs, how much, how often, until when, from which fund.

    Ceilings are piastres borne by the funds (state and donor shares); None means no ceiling.
    Shares are basis points of the cost (10,000 = all of it).
    """

    __tablename__ = "approval"
    __table_args__ = (
        UniqueConstraint("id", "request_id"),
        CheckConstraint("valid_from <= valid_until", name="valid"),
        CheckConstraint("citizen_basis_points BETWEEN 0 AND 10000", name="citizen_share"),
        CheckConstraint("donor_basis_points BETWEEN 0 AND 10000", name="donor_share"),
        CheckConstraint("case_ceiling >= 0", name="case_ceiling"),
        CheckConstraint("month_ceiling >= 0", name="month_ceiling"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    request_id: Mapped[int] = mapped_column(Whole, ForeignKey("citizen_request.id"), index=True)
    decision_number: Mapped[str]
    decided_at: Mapped[datetime] = mapped_column(Moment)
    decided_by: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    valid_from: Mapped[date] = mapped_column(Day)
    valid_until: Mapped[date] = mapped_column(Day)
    case_ceiling: Mapped[int | None] = mapped_column(Whole)
    month_ceiling: Mapped[int | None] = mapped_column(Whole)
    citizen_basis_points: Mapped[int] = mapped_column(Whole, default=0)
    donor_basis_points: Mapped[int] = mapped_column(Whole, default=0)
    citizen_share_max: Mapped[int | None] = mapped_column(Whole)
    note: Mapped[str] = mapped_column(default="")

    items: Mapped[list["ApprovalItem"]] = relationship(order_by="ApprovalItem.id")
    funds: Mapped[list[Fund]] = relationship(secondary="approval_fund", order_by=Fund.code)


class ApprovalItem(PostedFact, Base):
    """One approved drug: so many units an issue, so many issues, one every so many days."""

    __tablename__ = "approval_item"
    __table_args__ = (
        CheckConstraint("quantity_per_issue > 0", name="quantity"),
        CheckConstraint("issues > 0", name="issues"),
        CheckConstraint("interval_days > 0", name="interval"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    approval_id: Mapped[int] = mapped_column(Whole, ForeignKey("approval.id"), index=True)
    drug_id: Mapped[int] = mapped_column(Whole, ForeignKey("drug.id"))
    quantity_per_issue: Mapped[int] = mapped_column(Whole)
    issues: Mapped[int] = mapped_column(Whole)
    interval_days: Mapped[int] = mapped_column(Whole)
    dose: Mapped[str] = mapped_column(default="")
    directions_ar: Mapped[str] = mapped_column(default="")
    directions_en: Mapped[str] = mapped_column(default="")

    drug: Mapped[Drug] = relationship()


class ApprovalFund(PostedFact, Base):
    """A fund the approval may draw on; none named means any unrestricted fund."""

    __tablename__ = "approval_fund"

    approval_id: Mapped[int] = mapped_column(Whole, ForeignKey("approval.id"), primary_key=True)
    fund_id: Mapped[int] = mapped_column(Whole, ForeignKey("fund.id"), primary_key=True)

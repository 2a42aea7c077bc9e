"""The committee (اللجنة): its sittings, who was there, what was on the agenda, how they voted."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pharmacy.db import Base, Day, Flag, Moment, PostedFact, Whole, Word, one_of
from pharmacy.models.request import CitizenRequest
from pharmacy.rules.request_vocabulary import AgendaOutcome, SittingState, VoteChoice


class Sitting(Base):
    """A sitting of the committee; `quorum` is copied from the setting when it opens."""

    __tablename__ = "sitting"
    __table_args__ = (
        one_of("state", SittingState),
        CheckConstraint("quorum > 0", name="quorum"),
        Index("ix_sitting_held_on", "held_on"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    submission_id: Mapped[str] = mapped_column(unique=True)
    held_on: Mapped[date] = mapped_column(Day)
    place: Mapped[str]
    chair_id: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    quorum: Mapped[int] = mapped_column(Whole)
    state: Mapped[SittingState] = mapped_column(Word(SittingState), default=SittingState.PLANNED)
    note: Mapped[str] = mapped_column(default="")
    planned_at: Mapped[datetime] = mapped_column(Moment)
    planned_by: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)

    members: Mapped[list["SittingMember"]] = relationship(order_by="SittingMember.staff_id")
    agenda: Mapped[list["AgendaItem"]] = relationship(order_by="AgendaItem.position")


class SittingMember(Base):
    """A member called to a sitting, and whether they came."""

    __tablename__ = "sitting_member"

    sitting_id: Mapped[int] = mapped_column(Whole, ForeignKey("sitting.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"), primary_key=True)
    present: Mapped[bool] = mapped_column(Flag, default=False)


class AgendaItem(Base):
    """A request on the agenda of a sitting, and what became of it there."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        one_of("outcome", AgendaOutcome),
        UniqueConstraint("sitting_id", "request_id"),
        UniqueConstraint("sitting_id", "position"),
        Index("ix_agenda_item_request_id", "request_id"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    sitting_id: Mapped[int] = mapped_column(Whole, ForeignKey("sitting.id"))
    position: Mapped[int] = mapped_column(Whole)
    request_id: Mapped[int] = mapped_column(Whole, ForeignKey("citizen_request.id"))
    outcome: Mapped[AgendaOutcome | None] = mapped_column(Word(AgendaOutcome))
    reason: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    approval_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("approval.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)

    request: Mapped[CitizenRequest] = relationship()
    votes: Mapped[list["Vote"]] = relationship(order_by="Vote.id")


class Vote(PostedFact, Base):
    """How a member voted on a request: for granting what it asks for, or against it."""

    __tablename__ = "vote"
    __table_args__ = (one_of("choice", VoteChoice), UniqueConstraint("agenda_item_id", "staff_id"))

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    agenda_item_id: Mapped[int] = mapped_column(Whole, ForeignKey("agenda_item.id"))
    staff_id: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    choice: Mapped[VoteChoice] = mapped_column(Word(VoteChoice))
    recorded_by: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(Moment)

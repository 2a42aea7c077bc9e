"""What goes out: messages to citizens, notices to the systems requests came from."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.db import Base, Flag, Moment, Whole, Word, index_where, one_of
from pharmacy.rules.request_vocabulary import OutboxKind
from pharmacy.rules.vocabulary import Channel


class Webhook(Base):
    """An address that is told of each change of state of a channel's requests.

    Its secret is made of the instance's key and `salt` and stands nowhere in the database.
    """

    __tablename__ = "webhook"
    __table_args__ = (one_of("channel", Channel),)

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str]
    channel: Mapped[Channel | None] = mapped_column(Word(Channel))
    salt: Mapped[str]
    active: Mapped[bool] = mapped_column(Flag, default=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))


class OutboxMessage(Base):
    """A message that waits to be sent, was sent, or was given up after its last attempt.

    `key` names what it tells, so that the same thing is told once. A webhook's body is made when
    it is sent, of the event it names.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        one_of("kind", OutboxKind),
        CheckConstraint("(kind = 'webhook') = (webhook_id IS NOT NULL)", name="webhook"),
        CheckConstraint("sent_at IS NULL OR given_up_at IS NULL", name="ended_once"),
        index_where(
            "ix_outbox_message_waiting",
            "next_attempt_at",
            where="sent_at IS NULL AND given_up_at IS NULL",
        ),
        Index("ix_outbox_message_request_id", "request_id"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    kind: Mapped[OutboxKind] = mapped_column(Word(OutboxKind))
    key: Mapped[str] = mapped_column(unique=True)
    request_id: Mapped[int] = mapped_column(Whole, ForeignKey("citizen_request.id"))
    event_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("request_event.id"))
    webhook_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("webhook.id"))
    recipient: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(Whole, default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(Moment)
    last_error: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    given_up_at: Mapped[datetime | None] = mapped_column(Moment)


class TrackingAttempt(Base):
    """A try of the public page, kept to slow down guessing across processes and restarts."""

    __tablename__ = "tracking_attempt"
    __table_args__ = (
        Index("ix_tracking_attempt_address_at", "address", "at"),
        Index("ix_tracking_attempt_number_at", "number", "at"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    number: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)
    succeeded: Mapped[bool] = mapped_column(Flag)

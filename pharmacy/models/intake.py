"""What comes in before it is a request: messages, and the files of other systems."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.db import Base, Day, Moment, Whole, Word, one_of, unique_where
from pharmacy.db_facts import Facts
from pharmacy.rules.request_vocabulary import ImportState, MessageState
from pharmacy.rules.vocabulary import Channel


class IncomingMessage(Base):
    """A message of Sawtak Masmou: it becomes a complaint, or is kept with a reason."""

    __tablename__ = "incoming_message"
    __table_args__ = (
        one_of("state", MessageState),
        CheckConstraint("(state = 'complaint') = (request_id IS NOT NULL)", name="complaint"),
        Index("ix_incoming_message_state_received_on", "state", "received_on"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    submission_id: Mapped[str] = mapped_column(unique=True)
    outside_reference: Mapped[str | None] = mapped_column(unique=True)
    received_on: Mapped[date] = mapped_column(Day)
    sender_name: Mapped[str]
    sender_phone: Mapped[str | None]
    text: Mapped[str]
    state: Mapped[MessageState] = mapped_column(Word(MessageState), default=MessageState.NEW)
    reason: Mapped[str] = mapped_column(default="")
    request_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("citizen_request.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    handled_at: Mapped[datetime | None] = mapped_column(Moment)
    handled_by: Mapped[int | None] = mapped_column(Whole, ForeignKey("staff.id"))


class ImportMapping(Base):
    """Which column of a channel's export is which field, kept for the next file."""

    __tablename__ = "import_mapping"
    __table_args__ = (one_of("channel", Channel), UniqueConstraint("channel", "name"))

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    name: Mapped[str]
    # {"field": "heading of the file"}, and what holds where the file says nothing.
    columns: Mapped[dict[str, object]] = mapped_column(Facts)
    defaults: Mapped[dict[str, object]] = mapped_column(Facts, default=dict)
    saved_at: Mapped[datetime] = mapped_column(Moment)
    saved_by: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))


class ImportJob(Base):
    """A file that is being imported, a slice at a time.

    `position` is the number of rows done; it moves in the transaction that writes them, so that
    whoever goes on after a power cut neither loses a row nor takes one twice. `columns` names the
    column of every field, `defaults` what holds where a row says nothing; `headings` is the file's
    first row as {"headings": [...]}, for the refused rows that go back.
    """

    __tablename__ = "import_job"
    __table_args__ = (
        one_of("state", ImportState),
        one_of("channel", Channel),
        CheckConstraint("position = imported + changed + skipped + refused", name="rows_add_up"),
        Index("ix_import_job_sha256", "sha256"),
        # Whoever brings the same file again goes on with it.
        unique_where("uq_import_job_unfinished", "noun", "sha256", where="state <> 'done'"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    noun: Mapped[str]
    channel: Mapped[Channel | None] = mapped_column(Word(Channel))
    file_name: Mapped[str]
    sha256: Mapped[str]
    stored_as: Mapped[str]
    headings: Mapped[dict[str, object]] = mapped_column(Facts, default=dict)
    columns: Mapped[dict[str, object]] = mapped_column(Facts, default=dict)
    defaults: Mapped[dict[str, object]] = mapped_column(Facts, default=dict)
    state: Mapped[ImportState] = mapped_column(Word(ImportState), default=ImportState.READY)
    total: Mapped[int] = mapped_column(Whole)
    position: Mapped[int] = mapped_column(Whole, default=0)
    imported: Mapped[int] = mapped_column(Whole, default=0)
    changed: Mapped[int] = mapped_column(Whole, default=0)
    skipped: Mapped[int] = mapped_column(Whole, default=0)
    refused: Mapped[int] = mapped_column(Whole, default=0)
    started_at: Mapped[datetime] = mapped_column(Moment)
    started_by: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class ImportRefusal(Base):
    """A row that an import refused.

    `content` holds its `cells` as they stood, and why: `notes` and `refusal`, codes with facts.
    """

    __tablename__ = "import_refusal"
    __table_args__ = (UniqueConstraint("job_id", "row_number"),)

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    job_id: Mapped[int] = mapped_column(Whole, ForeignKey("import_job.id"))
    row_number: Mapped[int] = mapped_column(Whole)
    content: Mapped[dict[str, object]] = mapped_column(Facts)

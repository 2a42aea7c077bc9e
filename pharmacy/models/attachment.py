"""Attachments of citizen requests: the row is here, the file in the instance folder."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.db import Base, Day, Moment, Whole, Word, one_of, unique_where
from pharmacy.rules.request_vocabulary import Paper


class Attachment(Base):
    """A paper of a request; removed, the row stays and the file goes.

    `media_type` is what the content is, whatever the name says; `stored_as` is a name of ours
    below the instance's folder of attachments; `size` is in bytes.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        one_of("kind", Paper),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("(removed_at IS NULL) = (removed_by IS NULL)", name="removed"),
        # The same file twice on one request is one paper.
        unique_where(
            "uq_attachment_live_content", "request_id", "sha256", where="removed_at IS NULL"
        ),
        Index("ix_attachment_keep_until", "keep_until"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    request_id: Mapped[int] = mapped_column(Whole, ForeignKey("citizen_request.id"), index=True)
    kind: Mapped[Paper] = mapped_column(Word(Paper))
    file_name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(Whole)
    sha256: Mapped[str]
    stored_as: Mapped[str] = mapped_column(unique=True)
    added_at: Mapped[datetime] = mapped_column(Moment)
    added_by: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    keep_until: Mapped[date] = mapped_column(Day)
    removed_at: Mapped[datetime | None] = mapped_column(Moment)
    removed_by: Mapped[int | None] = mapped_column(Whole, ForeignKey("staff.id"))
    removal_reason: Mapped[str] = mapped_column(default="")

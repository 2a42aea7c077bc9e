"""Staff, their sign-in sessions and attempts, and the tokens of other programs."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.db import Base, Flag, Moment, Whole, Word, one_of, unique_where
from pharmacy.rules.vocabulary import Role


class Staff(Base):
    """A member of staff; never deleted, only made inactive."""

    __tablename__ = "staff"
    __table_args__ = (one_of("role", Role),)

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    name_ar: Mapped[str]
    name_en: Mapped[str]
    password_hash: Mapped[str]
    pin_hash: Mapped[str | None]
    badge_code: Mapped[str | None] = mapped_column(unique=True)
    role: Mapped[Role] = mapped_column(Word(Role))
    site_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("site.id"))
    centre_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("centre.id"))
    language: Mapped[str] = mapped_column(default="ar")
    active: Mapped[bool] = mapped_column(Flag, default=True)
    must_change_password: Mapped[bool] = mapped_column(Flag, default=False)
    created_at: Mapped[datetime] = mapped_column(Moment)


class StaffSession(Base):
    """One sign-in on one browser; the cookie holds a random token, this row its hash."""

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    staff_id: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    last_seen_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    # A locked session opens nothing but the lock screen, until badge and PIN.
    locked_at: Mapped[datetime | None] = mapped_column(Moment)
    address: Mapped[str]
    agent: Mapped[str]


class SignInAttempt(Base):
    """An attempt to sign in, kept to slow down guessing across processes and restarts."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_username_at", "username", "at"),
        Index("ix_sign_in_attempt_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    username: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)
    succeeded: Mapped[bool] = mapped_column(Flag)


class ApiToken(Base):
    """A bearer token of another program, acting as one member of staff; stored hashed.

    `scopes` are words separated by spaces: what the program may do of all that its account may.
    """

    __tablename__ = "api_token"
    __table_args__ = (unique_where("uq_api_token_live_name", "name", where="revoked_at IS NULL"),)

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    staff_id: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[int | None] = mapped_column(Whole, ForeignKey("staff.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    scopes: Mapped[str] = mapped_column(default="")
    last_used_at: Mapped[datetime | None] = mapped_column(Moment)


class IdempotencyKey(Base):
    """The answer to a write of another program, given again when the same call comes again."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("staff_id", "key"),)

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    staff_id: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    key: Mapped[str]
    digest: Mapped[str]
    status: Mapped[int] = mapped_column(Whole)
    location: Mapped[str]
    answer: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)

"""Closed months: their totals are stored, sealed, and never change."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.db import Base, Moment, PostedFact, Whole


class ClosedPeriod(PostedFact, Base):
    """A month (`2026-03`) that takes no more vouchers, with digests of all it held and added up to.

    `checklist` says what was looked at before, as JSON: the name of a check and what it found.
    """

    __tablename__ = "closed_period"

    month: Mapped[str] = mapped_column(primary_key=True)
    closed_at: Mapped[datetime] = mapped_column(Moment)
    closed_by: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))
    vouchers: Mapped[int] = mapped_column(Whole)
    digest: Mapped[str]
    totals_digest: Mapped[str] = mapped_column(default="", server_default="")
    checklist: Mapped[str] = mapped_column(default="[]", server_default="[]")

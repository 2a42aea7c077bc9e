"""Settings a governorate may change without a programmer."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.db import Base, Moment, Whole


class Setting(Base):
    """A value that differs from its default; `rules.settings` holds names and defaults."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(Moment)
    changed_by: Mapped[int | None] = mapped_column(Whole, ForeignKey("staff.id"))

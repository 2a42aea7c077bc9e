"""The working calendar: the State's holidays, and how long an answer may take."""

from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.db import Base, Day, Whole, Word, one_of
from pharmacy.rules.vocabulary import RequestCategory, Urgency


class Holiday(Base):
    """A day on which offices are closed, besides Fridays and Saturdays."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(Day, primary_key=True)
    name_ar: Mapped[str]
    name_en: Mapped[str]


class TimeLimit(Base):
    """Working days to an answer, where they differ from `rules.workdays.DEFAULT_LIMITS`."""

    __tablename__ = "time_limit"
    __table_args__ = (
        one_of("category", RequestCategory),
        one_of("urgency", Urgency),
        CheckConstraint("working_days > 0", name="positive"),
    )

    category: Mapped[RequestCategory] = mapped_column(Word(RequestCategory), primary_key=True)
    urgency: Mapped[Urgency] = mapped_column(Word(Urgency), primary_key=True)
    working_days: Mapped[int] = mapped_column(Whole)

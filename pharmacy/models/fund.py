"""Funds (مصدر التمويل): where the money or the goods came from."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.db import Base, Flag, Whole, Word, one_of
from pharmacy.rules.vocabulary import FundKind


class Fund(Base):
    """A source of money or goods; a restricted one goes only where it may."""

    __tablename__ = "fund"
    __table_args__ = (one_of("kind", FundKind),)

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[FundKind] = mapped_column(Word(FundKind))
    name_ar: Mapped[str]
    name_en: Mapped[str]
    restricted: Mapped[bool] = mapped_column(Flag, default=False)
    condition_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("condition.id"))
    active: Mapped[bool] = mapped_column(Flag, default=True)

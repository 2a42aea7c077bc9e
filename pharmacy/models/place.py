"""Places: sites that hold stock, and the centres through which requests come."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from pharmacy.db import Base, Flag, Whole, Word, one_of
from pharmacy.rules.vocabulary import CentreKind, SiteKind


class Site(Base):
    """A place that holds stock and posts vouchers (منفذ / مخزن)."""

    __tablename__ = "site"
    __table_args__ = (one_of("kind", SiteKind),)

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[SiteKind] = mapped_column(Word(SiteKind))
    name_ar: Mapped[str]
    name_en: Mapped[str]
    active: Mapped[bool] = mapped_column(Flag, default=True)


class Centre(Base):
    """A technology centre (مركز تكنولوجي): 16 in cities, 35 in village units."""

    __tablename__ = "centre"
    __table_args__ = (one_of("kind", CentreKind),)

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[CentreKind] = mapped_column(Word(CentreKind))
    name_ar: Mapped[str]
    name_en: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("centre.id"))
    active: Mapped[bool] = mapped_column(Flag, default=True)
